"""IgG of the day: what is not known of it, and how long a value holds."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial

import pandas as pd

from ivig_core.estimate.igg.unknown import HIGH, LOW, ratio_in_level, unknown_as, unknown_days
from ivig_core.estimate.rates.sccs import NOT_RECORDED
from ivig_core.estimate.rates.sccs import sccs as fit_sccs
from ivig_core.estimate.rates.splits import by_igg_below
from ivig_core.persontime.split import PersonTime
from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study
from ivig_core.study.trust.rows.variant import IGG_DAYS, MEDIATOR, NOT_APPLICABLE, Fit, Variant
from ivig_core.terms import ON, igg_levels, label

CARRIED = (60, 120, 180)
"""Days for which a value may hold."""
DONOR = "only days of this IgG of the day, which on IVIG is partly donor IgG: not what IVIG does"
ALL_KNOWN = "IgG is known on every day"


def igg_days(spec: AnalysisSpec) -> Iterator[Variant]:
    """The ratio on days of low IgG and on the others, with unknown days on either side and with values that hold for
    other times; where only days of some IgG are analysed, the ratio of these days; and with IgG in the model."""
    if level := _level_analysed(spec):
        yield _counted_in(level)
        for days in _carried(spec):
            yield Variant(f"igg_carry_{days}", IGG_DAYS, f"An IgG value holds {days} days", {"igg_carry_days": days})
        return
    cut = spec.exposure.igg_cuts[-1]
    for side, name in ((LOW, f"igg_lt_{cut}"), (HIGH, f"igg_ge_{cut}")):
        about = label(name)
        plain = _in_level(cut, name)
        yield Variant(name, IGG_DAYS, about, fit=plain, says="only these days")
        yield Variant(
            f"{name}_unknown", IGG_DAYS, f"{about} or unknown", fit=_in_level(cut, name, side),
            says="only these days, those of unknown IgG among them",
        )  # fmt: skip
        for days in _carried(spec):
            yield Variant(
                f"{name}_carry_{days}", IGG_DAYS, f"{about}, held {days} days", {"igg_carry_days": days},
                fit=plain,
            )  # fmt: skip
    yield from _mediator(spec)


def _carried(spec: AnalysisSpec) -> Iterator[int]:
    return (days for days in CARRIED if days != spec.exposure.igg_carry_days)


def _in_level(cut: int, level: str, unknown: str = "") -> Fit:
    """The ratio on the days of a level, those of unknown IgG as of the side `unknown` if it is given."""

    def fit(study: Study, spec: AnalysisSpec) -> pd.DataFrame:
        time = study.time(spec, ("igg",))
        if (nothing := _changes_nothing(time, unknown)) is not None:
            return nothing
        as_if = unknown_as(time, unknown) if unknown else time
        row = ratio_in_level(by_igg_below("igg", cut, as_if), level, spec.model)
        return row.assign(note=["; ".join(filter(None, (note, DONOR))) for note in row["note"]])

    return fit


def _counted_in(level: str) -> Variant:
    """The days analysed with those of unknown IgG among them."""

    def fit(study: Study, spec: AnalysisSpec) -> pd.DataFrame:
        on_igg = tuple(item for item in spec.selection.within if item.factor == "igg")
        others = tuple(item for item in spec.selection.within if item.factor != "igg")
        time = study.time(spec.change(within=others), ("igg",))
        if (nothing := _changes_nothing(time, level)) is not None:
            return nothing
        return fit_sccs(unknown_as(time, level).within(on_igg), spec.model)

    return Variant(
        "igg_unknown_in",
        IGG_DAYS,
        "Days of unknown IgG too",
        fit=fit,
        says="days of unknown IgG pass the filter on IgG",
    )


def _mediator(spec: AnalysisSpec) -> Iterator[Variant]:
    """Adjusted for IgG with unknown days at either end, instead of as a level of their own."""
    cuts, with_igg = spec.exposure.igg_cuts, tuple({*spec.model.adjust_for, "igg"})
    for side, words in ((LOW, f"unknown as < {cuts[0]}"), (HIGH, f"unknown as ≥ {cuts[-1]}")):
        yield Variant(
            f"igg_unknown_{side}", MEDIATOR, f"+ IgG level, {words} mg/dL", {"adjust_for": with_igg},
            fit=partial(_adjusted, side=side),
        )  # fmt: skip


def _adjusted(study: Study, spec: AnalysisSpec, side: str) -> pd.DataFrame:
    time = study.time(spec, ("igg",))
    nothing = _changes_nothing(time, side)
    return fit_sccs(unknown_as(time, side), spec.model) if nothing is None else nothing


def _changes_nothing(time: PersonTime, unknown: str) -> pd.DataFrame | None:
    """The row where there are only unknown days, or none for a view of them (none for "")."""
    blank = unknown_days(time)
    if not blank.all() and (not unknown or blank.any()):
        return None
    why = NOT_RECORDED["igg"] if blank.all() else ALL_KNOWN
    counts = dict.fromkeys(("patients", "patients_with_infection", "infections"), 0)
    numbers = dict.fromkeys(("irr", "ci_low", "ci_high", "p_value"), math.nan)
    return pd.DataFrame([{"term": ON, "status": NOT_APPLICABLE, **numbers, **counts, "note": why}])


def _level_analysed(spec: AnalysisSpec) -> str:
    """A known level of IgG that passes the filters on it; empty without such a filter or such a level."""
    bounds = [item.igg_bound for item in spec.selection.within if item.igg_bound]
    cuts = spec.exposure.igg_cuts
    passing = [
        name
        for at, name in enumerate(igg_levels(cuts)[:-1])
        if all((at <= cuts.index(cut)) == (op == "<") for op, cut in bounds)
    ]
    return passing[0] if bounds and passing else ""
