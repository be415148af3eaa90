"""Doses as recorded, and the windows in which they count, without a row per dose of a course where windows touch."""

from __future__ import annotations

from ivig_core.lazy import library
from ivig_core.persontime.doses import DOSES_PER_COURSE, FEW_DOSES
from ivig_core.registry.days.changes import Changes
from ivig_core.registry.table import Table, Value
from ivig_core.spec import ExposureSpec

ibis = library("ibis")

ON, PRE, WASHOUT, DOSE_DAY, RISK = "on", "pre", "washout", "dose_day", "risk"


def cut_name(cut: int) -> str:
    """What the windows of a cut are called."""
    return f"cut_{cut}"


def courses(ivig: Table, exposure: ExposureSpec) -> Table:
    """Every dose on or before the last day of follow-up, as `persontime.doses.courses`: a row has `first`, `final` (the
    day of its last dose), `step` and `window`. `ivig`: rows on days of follow-up."""
    at_risk = ivig.days - 1
    course = ivig.interval_days.notnull()
    each = ibis.coalesce(ivig.interval_days.cast("int64"), 1)
    stop = ibis.ifelse(course, ibis.least(ibis.coalesce(ivig["last"], at_risk), at_risk), ivig.day)
    begun = ibis.ifelse(course, stop >= ivig.day, ivig.day <= at_risk)
    after = ibis.ifelse(course & begun, (stop - ivig.day) // each, 0)
    window = ibis.ifelse(ibis.coalesce(ivig.route, "iv") == "sc", exposure.window_days_sc, exposure.window_days)
    rows = ivig.select(
        "id", "days", first="day", final=ivig.day + after * each, step=ibis.ifelse(after > 0, each, 1),
        window=window.cast("int64"), begun=begun,
    )  # fmt: skip
    return rows.filter(rows.begun).drop("begun")


def lasting(exposure: ExposureSpec) -> dict[str, int | None]:
    """By kind of window how many days after a dose it lasts; None: as long as on IVIG, or that and the washout."""
    ways: dict[str, int | None] = {ON: None, **{cut_name(cut): cut - 1 for cut in exposure.window_cuts}}
    if exposure.washout_days:
        ways[WASHOUT] = None
    if exposure.dose_day != "on":
        ways[DOSE_DAY] = 0
    return ways


def dose_changes(given: Table, exposure: ExposureSpec) -> list[Changes]:
    """The windows of doses: of a course one where the windows of its doses touch, else one a dose."""
    return [_changes(given, name, _days(given, name, exposure)) for name in lasting(exposure)]


def singles(given: Table, exposure: ExposureSpec) -> Table:
    """How many doses of courses have to be taken one by one (`doses`), and how many there may be (`most`)."""
    number = sum(
        ibis.ifelse(apart & (number > 1), number, 0)
        for apart, number, _ in (_numbers(given, _days(given, name, exposure)) for name in lasting(exposure))
    )
    courses = (given.final > given["first"]).cast("int64")
    return given.aggregate(
        doses=ibis.coalesce(number.sum(), 0),
        most=ibis.greatest(FEW_DOSES, DOSES_PER_COURSE * ibis.coalesce(courses.sum(), 0)),
    )


def _days(given: Table, name: str, exposure: ExposureSpec) -> Value:
    days = lasting(exposure)[name]
    if days is not None:
        return ibis.literal(days, "int64")
    return given.window + (exposure.washout_days if name == WASHOUT else 0)


def _numbers(given: Table, window: Value) -> tuple[Value, Value, Value]:
    """Whether days are left between the windows of two doses; then how many doses count, and which is the first: those
    whose windows end before follow-up do not."""
    apart = given.step > window + 1
    number = (given.final - given["first"]) // given.step + 1
    before = ibis.greatest(-(given["first"] + window), 0)
    passed = ibis.least((before + given.step - 1) // given.step, number - 1)
    return apart, number - passed, passed


def _changes(given: Table, name: str, window: Value) -> Changes:
    apart, number, passed = _numbers(given, window)
    # Twice as many as there are windows: where each begins and where it has ended.
    both = given.select(
        "id", "days", "first", "final", "step", window=window, apart=apart, passed=passed,
        nth=ibis.range(0, ibis.ifelse(apart, number, 1) * 2).unnest(),
    )  # fmt: skip
    dose = both["first"] + (both.passed + both.nth // 2) * both.step
    begin = ibis.greatest(ibis.ifelse(both.apart, dose, both["first"]), 0)
    last = ibis.least(ibis.ifelse(both.apart, dose, both.final) + both.window, both.days - 1)
    rows = both.select("id", "days", begin=begin, last=last, side=both.nth % 2)
    rows = rows.filter(rows.begin <= rows["last"])
    rows = rows.mutate(day=ibis.ifelse(rows.side == 0, rows.begin, rows["last"] + 1))
    return Changes(rows, {name: 1 - 2 * rows.side})


def first_doses(ivig: Table) -> Table:
    """Day of each patient's first dose on or before the end of follow-up, where there is one: `id`, `days`, `day`."""
    first = ivig.group_by("id").aggregate(day=ivig.day.min(), days=ivig.days.max())
    return first.filter(first.day < first.days)
