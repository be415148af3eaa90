"""States of a day other than IVIG, as changes: disease phase, season, time since the start, prophylaxis, therapy and
half-year. What they mean stands in `persontime.states`, `calendar` and `therapy`; here it is said to an engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from ivig_core.cohort.reading.dates import Written
from ivig_core.lazy import library
from ivig_core.persontime.states import PROPHYLAXIS_CATEGORIES
from ivig_core.persontime.therapy import AFTER_CELLS, AFTER_DAYS, GIVEN
from ivig_core.registry.days.changes import Changes, windows
from ivig_core.registry.days.civil import APRIL, JULY, half_begins, half_of
from ivig_core.registry.table import Table, Value
from ivig_core.spec import ExposureSpec
from ivig_core.terms import ANTI_CD38, ANTI_MYELOMA, BISPECIFIC, FIRST_100_DAYS, OTHER_THERAPY, PROGRESSIVE

ibis = library("ibis")

RECORDED = "recorded"
FIRST_HALF = 3939
"""Number of the first half-year of 1970 as `civil.half_of` counts them."""


class Followed(NamedTuple):
    """What axes are made of: `patients` (`id`, `days`, `day0`), records on days of follow-up by kind (absent ones have
    none), the settings, how many bands of time there are, whether the registry records phases, the class of each name
    of a drug, in small letters, and whether days are dates."""

    patients: Table
    records: Mapping[str, Table]
    exposure: ExposureSpec
    bands: int
    records_phase: bool
    drugs: Mapping[str, str]
    written: Written


class Axis(NamedTuple):
    """`changes` as they are added up, and the code of a day's level (as `persontime.states.levels` orders them) from
    the running sums."""

    changes: Callable[[Followed], list[Changes]]
    code: Callable[[Table, Followed], Value]


def _still(rows: Table) -> Value:
    """Last day of rows that can go on to the end of follow-up."""
    return ibis.coalesce(rows["last"], rows.days - 1)


def _phase(of: Followed) -> list[Changes]:
    if not of.records_phase or "phase" not in of.records:
        return []
    rows = of.records["phase"]
    rows = rows.filter(rows.phase == PROGRESSIVE)
    return windows(rows, progressive=(rows.day, _still(rows)))


def _season(of: Followed) -> list[Changes]:
    """Fall at the first day, and every turn after it."""
    known = of.patients.filter(of.patients.day0.notnull())
    winter = 1 if of.exposure.hemisphere == "north" else 0
    turns = _halves(known, APRIL)
    begins = half_of(known.day0, APRIL) % 2
    first = known.select("id", "days", day=ibis.literal(0, "int64"), fall=ibis.ifelse(begins == winter, 1, 0))
    return [
        Changes(turns, {"fall": ibis.ifelse(turns.half % 2 == winter, 1, -1)}),
        Changes(first, {"fall": first.fall, "dated": ibis.literal(1)}),
    ]


def _halves(known: Table, begins: int) -> Table:
    """The first days of half-years inside follow-up, but for day 0: `half` is its number."""
    low, high = half_of(known.day0, begins), half_of(known.day0 + known.days - 1, begins)
    rows = known.select("id", "days", "day0", half=ibis.range(low + 1, high + 1).unnest())
    return rows.mutate(day=half_begins(rows.half, begins) - rows.day0)


def _time(of: Followed) -> list[Changes]:
    length = of.exposure.time_band_days
    number = ibis.least((of.patients.days - 1) // length, of.bands - 1)
    rows = of.patients.select("id", "days", band=ibis.range(1, number + 1).unnest())
    rows = rows.mutate(day=rows.band * length)
    return [Changes(rows, {"band": ibis.literal(1)})]


def _prophylaxis(of: Followed) -> list[Changes]:
    if "therapy" not in of.records:
        return []
    rows = of.records["therapy"]
    rows = rows.filter(rows.category.isin(PROPHYLAXIS_CATEGORIES))
    return windows(rows, prophylaxis=(rows.day, _still(rows)))


def _therapy(of: Followed) -> list[Changes]:
    if "therapy" not in of.records:
        return []
    rows = of.records["therapy"]
    given, cells = rows.filter(rows.category == GIVEN), rows.filter(rows.category.isin(AFTER_CELLS))
    parts = []
    for name in _therapies(of.exposure)[:-1]:
        mine = given
        if of.exposure.therapy_levels == "class":
            words = [drug for drug, kind in of.drugs.items() if kind == name]
            drug = ibis.coalesce(given.drug, "").lower()
            mine = given.filter(drug.isin(words)) if words else None
        if mine is not None:
            parts += windows(mine, **{name: (mine.day, _still(mine))})
    parts += windows(cells, **{FIRST_100_DAYS: (cells.day, cells.day + AFTER_DAYS)})
    known = rows.filter(rows.category.isin((GIVEN, *AFTER_CELLS)))
    known = known.select("id", "days", day=ibis.literal(0, "int64"))
    return [*parts, Changes(known, {RECORDED: ibis.literal(1)})]


def _therapies(exposure: ExposureSpec) -> tuple[str, ...]:
    """Levels but the first and the last, in rising precedence, as `persontime.therapy` has them."""
    named = (OTHER_THERAPY, ANTI_CD38, BISPECIFIC) if exposure.therapy_levels == "class" else (ANTI_MYELOMA,)
    return (*named, FIRST_100_DAYS)


def _therapy_code(sums: Table, of: Followed) -> Value:
    names = _therapies(of.exposure)
    if "therapy" not in of.records:
        return ibis.literal(len(names) + 1)
    held = [(sums[name] > 0, number) for number, name in reversed(list(enumerate(names, start=1)))]
    return ibis.cases((sums[RECORDED] == 0, len(names) + 1), *held, else_=0)


def _calendar(of: Followed) -> list[Changes]:
    """The number of the half-year since 1970; without dates there is none."""
    if of.written != "dates":
        return []
    known = of.patients.filter(of.patients.day0.notnull())
    turns = _halves(known, JULY)
    first = known.select("id", "days", day=ibis.literal(0, "int64"), half=half_of(known.day0, JULY) - FIRST_HALF)
    return [Changes(turns, {"half": ibis.literal(1)}), Changes(first, {"half": first.half})]


AXES: dict[str, Axis] = {
    "phase": Axis(
        _phase,
        lambda sums, of: ibis.ifelse(sums.progressive > 0, 1, 0) if of.records_phase else ibis.literal(2),
    ),
    "season": Axis(_season, lambda sums, of: ibis.ifelse(sums.dated > 0, sums.fall, 2)),
    "time": Axis(_time, lambda sums, of: sums.band),
    "prophylaxis": Axis(_prophylaxis, lambda sums, of: ibis.ifelse(sums.prophylaxis > 0, 1, 0)),
    "therapy": Axis(_therapy, _therapy_code),
    "calendar": Axis(_calendar, lambda sums, of: sums.half),
}
"""Axes that a registry can have. The code of `calendar` is the half-year since 1970 (`persontime.calendar.half_years`),
of the others a place among the levels of `persontime.states.levels`."""

NEEDS = {"phase": "phase", "prophylaxis": "therapy", "therapy": "therapy"}
"""Kinds of record that axes need."""

SUMS: dict[str, tuple[str, ...]] = {
    "phase": ("progressive",),
    "season": ("fall", "dated"),
    "time": ("band",),
    "prophylaxis": ("prophylaxis",),
    "therapy": (OTHER_THERAPY, ANTI_CD38, BISPECIFIC, ANTI_MYELOMA, FIRST_100_DAYS, RECORDED),
    "calendar": ("half",),
}
"""What the changes of an axis add up."""
