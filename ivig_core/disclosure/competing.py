"""Infection with death competing as it is shared."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from ivig_core.disclosure.incidence import shared_incidence
from ivig_core.disclosure.notes import competing_notes
from ivig_core.disclosure.rule import Rule, column
from ivig_core.disclosure.survival import shared_curves, shared_groups
from ivig_core.estimate.survival.competing import COLUMNS, CumulativeIncidence
from ivig_core.estimate.survival.competing_beside import CURVE_COLUMNS, Competing
from ivig_core.estimate.survival.kaplan_meier import KaplanMeier

INFECTION, DEATH = "infection", "death"


def shared_competing(exact: Competing, rule: Rule) -> Competing:
    """The groups that have a curve of infections; deaths have none where no step of them may be told.

    Counts of infections are those at the steps of the curve; of deaths none are told by time. Nor is what Kaplan–Meier
    would say: lots of several deaths fall too late to show how far it lies above.
    """
    km = shared_curves(exact.km, shared_groups(exact.km, rule), rule)
    incidence = shared_incidence(exact.incidence, exact.curves, rule)
    known = set(incidence.curves.loc[incidence.curves["cause"] == INFECTION, "group"])
    groups = [group for group in km.groups if group in set(km.curves["group"]) & known]
    parts = [_group(group, km, incidence, rule) for group in groups]
    return Competing(
        curves=pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(CURVE_COLUMNS)),
        incidence=_both_causes(incidence, groups),
        km=_of(km, groups),
        group=exact.group,
        landmark_day=exact.landmark_day,
        excluded=rule.count(exact.excluded),  # type: ignore[arg-type]  # a withheld count is a number that is NaN
        notes=competing_notes(exact.notes, groups, exact.km.groups),
    )


def _group(group: str, km: KaplanMeier, incidence: CumulativeIncidence, rule: Rule) -> pd.DataFrame:
    mine = incidence.curves[incidence.curves["group"] == group]
    curve = km.curves[(km.curves["group"] == group) & (km.curves["time"] <= mine["time"].max())]
    times = curve["time"].to_numpy(float)
    infection, death = (mine[mine["cause"] == cause] for cause in (INFECTION, DEATH))
    told = {
        "group": group,
        "time": curve["time"].to_numpy(),
        "at_risk": curve["at_risk"].to_numpy(),
        "infections": curve["events"].to_numpy(),
        "deaths": column([rule.beside] * len(curve)),
        "censored": math.nan,
        "infection": _at(infection, "cif", times, 0.0),
        "infection_low": _at(infection, "ci_low", times, math.nan),
        "infection_high": _at(infection, "ci_high", times, math.nan),
        "death": _at(death, "cif", times, 0.0) if len(death) else math.nan,
        "one_minus_km": math.nan,
    }
    return pd.DataFrame(told)[list(CURVE_COLUMNS)]


def _at(steps: pd.DataFrame, name: str, times: np.ndarray, start: float) -> np.ndarray:
    """A step function at some times."""
    return np.append(start, steps[name].to_numpy(float))[np.searchsorted(steps["time"], times, side="right")]


def _both_causes(incidence: CumulativeIncidence, groups: list[str]) -> CumulativeIncidence:
    """Rows of both causes of these groups; a cause that may not be told is NaN at the times of the other."""
    parts = []
    for group in groups:
        mine = incidence.curves[incidence.curves["group"] == group]
        parts.append(mine)
        if DEATH not in set(mine["cause"]):
            parts.append(mine.assign(cause=DEATH, cif=math.nan, ci_low=math.nan, ci_high=math.nan))
    table = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(COLUMNS))
    return CumulativeIncidence(table, incidence.conf_level)


def _of(km: KaplanMeier, groups: list[str]) -> KaplanMeier:
    """The curves of some groups."""
    curves, medians = (table[table["group"].isin(groups)].reset_index(drop=True) for table in (km.curves, km.medians))
    return type(km)(curves, medians, km.conf_level)
