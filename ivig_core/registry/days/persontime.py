"""Person-time of a registry: changes of every kind in one order, their running sums, and what every day then is."""

from __future__ import annotations

from collections.abc import Sequence

from ivig_core.lazy import library
from ivig_core.persontime.exposure import EXCLUDED
from ivig_core.registry.days import doses
from ivig_core.registry.days.axes import AXES, SUMS, Followed
from ivig_core.registry.days.changes import LATE, Changes, windows
from ivig_core.registry.table import Table, Value, flag, stacked, whole
from ivig_core.spec import DayFilter, ExposureSpec
from ivig_core.terms import OBSERVATION, PRE, REFERENCE, WASHOUT, exposure_states

ibis = library("ibis")


def cells(of: Followed, infections: Table | None, axes: Sequence[str], within: Sequence[DayFilter]) -> Table:
    """Days and infections of every patient by state and axes, as `persontime.split.person_time` cuts them.

    `infections`: those that count, None without a table of them. Returns `id`, `state` (code into
    `terms.exposure_states`), a code per axis, `days` and `infections`; days that the settings exclude, or that `within`
    filters out, have no row.
    """
    exposure = of.exposure
    names = [*_exposure_sums(exposure), *(name for axis in axes for name in SUMS[axis])]
    changes = [_base(of.patients), *_exposure(of), *(part for axis in axes for part in AXES[axis].changes(of))]
    if infections is not None:
        changes.append(Changes(infections, {LATE: ibis.literal(1)}))
    rows = stacked([change.shaped(names) for change in changes])
    spans = _spans(rows, names)
    columns = {axis: AXES[axis].code(spans, of).cast("int32") for axis in axes}
    raw = spans.select("id", "length", "late", state=_state(spans, of).cast("int32"), risk=_risk(spans, of), **columns)
    added = raw.group_by("id", "state", "risk", *axes).aggregate(
        days=whole(raw["length"].sum()), infections=whole(raw[LATE].sum())
    )
    return _analysed(added, exposure, axes, within)


def _exposure_sums(exposure: ExposureSpec) -> list[str]:
    """What the changes of the exposure add up."""
    pre = [doses.PRE] if exposure.pre_exposure_days else []
    return [*doses.lasting(exposure), *pre, *([doses.RISK] if _limited(exposure) else [])]


def _limited(exposure: ExposureSpec) -> bool:
    """Whether the settings leave days out."""
    return bool(exposure.from_first_dose or exposure.exclude_first_days)


def _base(patients: Table) -> Changes:
    """The first day of every patient, on which nothing changes."""
    return Changes(patients.select("id", "days", day=ibis.literal(0, "int64")), {})


def _exposure(of: Followed) -> list[Changes]:
    exposure, found = of.exposure, []
    first = None
    if "ivig" in of.records:
        ivig = of.records["ivig"]
        found += doses.dose_changes(doses.courses(ivig, exposure), exposure)
        first = doses.first_doses(ivig)
    if first is not None and exposure.pre_exposure_days:
        found += windows(first, pre=(first.day - exposure.pre_exposure_days, first.day - 1))
    return [*found, *_at_risk(of, first)]


def _at_risk(of: Followed, first: Table | None) -> list[Changes]:
    """Days that are analysed: from the first dose on where asked, then without the first days."""
    exposure = of.exposure
    if exposure.from_first_dose:
        begins = None if first is None else ibis.greatest(first.day, 0) + exposure.exclude_first_days
        return [] if first is None else windows(first, risk=(begins, first.days - 1))
    if exposure.exclude_first_days:
        rows = of.patients
        return windows(rows, risk=(ibis.literal(exposure.exclude_first_days), rows.days - 1))
    return []


def _spans(rows: Table, names: Sequence[str]) -> Table:
    """What holds from each change until the next: running sums and how many days (`length`).

    Changes of one day are rows of no length but the last, at which all of them have been added; an infection comes
    last. Rows of no length without an infection say nothing.
    """
    order = ibis.window(group_by="id", order_by=["day", LATE])
    so_far = ibis.window(group_by="id", order_by=["day", LATE], following=0)
    sums = {name: rows[name].sum().over(so_far).cast("int32") for name in names}
    until = ibis.coalesce(rows.day.lead().over(order), rows.days)
    spans = rows.select("id", LATE, length=until - rows.day, **sums)
    return spans.filter((spans["length"] > 0) | (spans[LATE] > 0))


def _state(sums: Table, of: Followed) -> Value:
    """State of a day before it is known who was ever on IVIG; precedence as in `persontime.exposure`."""
    exposure = of.exposure
    code = {name: number for number, name in enumerate(exposure_states(exposure))}
    first_on = len(code) - len(exposure.window_cuts) - 1
    level = sum((flag(sums[doses.cut_name(cut)] <= 0) for cut in exposure.window_cuts), ibis.literal(0))
    ways = [(sums[doses.ON] > 0, first_on + level)]
    if exposure.pre_exposure_days:
        ways.append((sums[doses.PRE] > 0, ibis.literal(code[PRE])))
    if exposure.washout_days:
        ways.append((sums[doses.WASHOUT] > 0, ibis.literal(code[WASHOUT])))
    if exposure.dose_day != "on":
        day = code[OBSERVATION] if exposure.dose_day == "off" else EXCLUDED
        ways.insert(0, (sums[doses.DOSE_DAY] > 0, ibis.literal(day)))
    return ibis.cases(*ways, else_=code[OBSERVATION])


def _risk(sums: Table, of: Followed) -> Value:
    return flag(sums[doses.RISK] > 0) if _limited(of.exposure) else ibis.literal(1).cast("int32")


def _analysed(added: Table, exposure: ExposureSpec, axes: Sequence[str], within: Sequence[DayFilter]) -> Table:
    """Whoever has no day on IVIG in the recorded follow-up is reference throughout; days not analysed go."""
    states = exposure_states(exposure)
    first_on = len(states) - len(exposure.window_cuts) - 1
    ever = (added.state >= first_on).any().over(ibis.window(group_by="id"))
    known = added.mutate(ever=ever)
    kept = known.filter((known.risk == 1) & (known.state != EXCLUDED))
    for item in within:
        kept = kept.filter(kept[item.factor].isin(_codes(item)))
    kept = kept.mutate(state=ibis.ifelse(kept.ever, kept.state, states.index(REFERENCE)).cast("int32"))
    return kept.group_by("id", "state", *axes).aggregate(
        days=whole(kept.days.sum()), infections=whole(kept.infections.sum())
    )


def _codes(item: DayFilter) -> list[int]:
    """Codes of the phases that a filter lets pass."""
    return [("nonprogressive", "progressive", "unknown").index(item.value)]
