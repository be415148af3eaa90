"""The size of a study in words: what is needed, why no size is enough, what simulated studies found."""

from __future__ import annotations

import math

from ivig_core.figures.words import count, counted, listed, lower, percent, rate, ratio
from ivig_core.study.whatif.size.needed import Needed
from ivig_core.study.whatif.size.simulated import Simulated
from ivig_core.study.whatif.size.size import GROUPS, NO_EFFECT, SERIES, StudySize

DESIGNS = {
    SERIES: "Within patients, by formula",
    GROUPS: "Two groups of patients, by formula",
}
SHORT = {0: "All days", 30: "Without 30 days", 60: "Without 60 days"}
HOW = {
    0: "all days",
    30: "without the 30 days before the first dose",
    60: "without the 60 days before the first dose",
}
SIMULATED = {before: f"Simulated, {text}" for before, text in HOW.items()}
USUAL, AS_NEAR = 30, 0.02
"""The simulated size that is said is that of the analysis whose ratio lands nearest the true one, on the log scale, and
of the usual one where it is about as near: a size that rests on bias is no answer."""
FAR_OFF = 0.03
"""A median that misses the true ratio by more than this on the log scale is said to miss it."""
OTHER_DAYS = 0.1
"""Days on IVIG that differ by more than this part of themselves are said to differ."""
VERTICAL = "The dashed line is the power that is asked for; bars are 95 % intervals from the number of studies."
BEFORE_LOW = "Part of the power of an analysis whose ratio lands too far from 1 is bias, not evidence."


def whole(value: float) -> int:
    """A number of people or infections that is enough: rounded up."""
    return math.ceil(value - 1e-9)


def up(value: float) -> str:
    """The same in words."""
    return count(whole(value))


def finding(size: StudySize) -> str:
    """What the case series needs for the power of the plan; else what two groups need; else that nothing is enough."""
    series, groups = size.size(SERIES), size.size(GROUPS)
    aim = f"to see a ratio of {ratio(size.plan.ratio)} with {percent(size.plan.power)} power"
    if series.patients is not None and series.patients_with_infection is not None:
        infected = counted(whole(series.patients_with_infection), "patient")
        return f"About {infected} with an infection ({up(series.patients)} in all) {aim}"
    if series.status != NO_EFFECT and groups.patients is not None:
        needed = counted(whole(groups.patients), "patient")
        return f"Within patients {series.note}; two groups need about {needed} {aim}"
    return f"{series.note[:1].upper()}{series.note[1:]}"


def detail(size: StudySize) -> str:
    """Infections, what two groups would need, and what that rests on."""
    parts = []
    series, groups = size.size(SERIES), size.size(GROUPS)
    if series.infections is not None:
        each = rate(size.infections_per_patient)
        parts.append(f"{counted(whole(series.infections), 'infection')}, {each} a patient")
        parts.append(f"{percent(size.on_share)} of days on IVIG")
    if groups.patients is not None:
        parts.append(f"two groups, one on IVIG throughout: {counted(whole(groups.patients), 'patient')}")
    return "; ".join(parts)


def needed_words(needed: Needed) -> str:
    """Patients by simulation with their interval where there is one; without a number, why."""
    if needed.patients is None:
        return needed.note
    if needed.low is None or needed.high is None:
        return up(needed.patients)
    return f"{up(needed.patients)} ({up(needed.low)}–{up(needed.high)})"


def simulated_finding(found: Simulated) -> str:
    """Patients by simulation in the analysis with the least bias, and where its ratio and that of all days land."""
    if found.table.empty:
        return "No study was simulated"
    if found.plan.ratio == 1:
        wrong = percent(float(_largest(found, 0)["power"]))
        lands = _lands(found, 0)
        return f"With no effect, {wrong} of studies with all days are wrongly clear; the ratio lands at {lands}"
    best = _least_biased(found)
    needed = next(item for item in found.needed if item.before_days == best)
    how = HOW[best] if best else f"with {HOW[best]}"
    head = (
        f"Simulated: about {counted(whole(needed.patients), 'patient')} {how}"
        if needed.patients is not None
        else f"Simulated {how}: {needed.note}"
    )
    return f"{head}; the ratio lands at {_lands(found, best)}{f', with all days at {_lands(found, 0)}' if best else ''}"


def _least_biased(found: Simulated) -> int:
    off = {before: abs(_off(found, before)) for before in HOW}
    known = {before: value for before, value in off.items() if math.isfinite(value)}
    best = min(known, key=known.__getitem__, default=USUAL)
    return USUAL if USUAL in known and known[USUAL] <= known[best] + AS_NEAR else best


def landing(found: Simulated) -> str:
    """Whether the ratio of each analysis lands where it is, at the largest size."""
    true = found.plan.ratio
    off = [before for before in HOW if not abs(_off(found, before)) <= FAR_OFF]
    if not off:
        return f"The ratio lands near the true {ratio(true)} in every analysis"
    told = [f"{_lands(found, before)} {'with ' if before == 0 else ''}{HOW[before]}" for before in off]
    return f"The ratio is {ratio(true)}, but lands at {listed(told)}"


def simulated_detail(found: Simulated) -> str:
    """How many studies, and what their patients were like."""
    return (
        f"{count(found.studies)} studies of each size; simulated patients: {rate(found.infections_per_patient)} "
        f"infections each, {percent(found.share_on)} given IVIG, {percent(found.on_share)} of days on IVIG"
    )


def other_days(size: StudySize, found: Simulated) -> str:
    """Why the simulated patients have other days on IVIG than the formula was given; empty where they hardly have."""
    formula, simulated = size.on_share, found.on_share
    if not found.studies or not formula or abs(simulated / formula - 1) <= OTHER_DAYS:
        return ""
    why = (
        "courses begin at any time and the end of follow-up cuts them short"
        if simulated < formula
        else ("courses begin and end by chance")
    )
    return (
        f"Simulated patients have {percent(simulated)} of their days on IVIG, in the formula {percent(formula)}: {why}"
    )


def alt(size: StudySize, found: Simulated | None) -> str:
    """The figure in words."""
    parts = [f"Power against the number of patients. {finding(size)}. {detail(size)}".strip(" .")]
    if found is not None and not found.table.empty:
        rows = found.table[found.table["before_days"] == 0].to_dict("records")
        points = ", ".join(f"{count(row['patients'])} patients {percent(row['power'])}" for row in rows)
        parts += [f"Simulated with all days: {points}", simulated_finding(found)]
    return f"{'. '.join(parts)}."


def landing_alt(found: Simulated) -> str:
    """The second figure in words."""
    parts = [f"{lower(SHORT[before])} {_lands(found, before)}" for before in HOW]
    return f"Median ratio of simulated studies whose true ratio is {ratio(found.plan.ratio)}: {', '.join(parts)}."


def _largest(found: Simulated, before: int) -> dict[str, float]:
    return found.table[found.table["before_days"] == before].to_dict("records")[-1]


def _median(found: Simulated, before: int) -> float:
    return float(_largest(found, before)["ratio_median"])


def _off(found: Simulated, before: int) -> float:
    """How far the median is from the true ratio on the log scale."""
    median = _median(found, before)
    return math.log(median / found.plan.ratio) if 0 < median < math.inf else math.nan


def _lands(found: Simulated, before: int) -> str:
    value = _median(found, before)
    return "∞" if value == math.inf else ratio(value)
