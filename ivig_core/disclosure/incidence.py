"""Cumulative incidence as it is shared: made again from rounded events of each cause."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import ndtri

from ivig_core.disclosure.rule import Rule
from ivig_core.disclosure.steps import GRID, Course, Step, course, middle, steps_of
from ivig_core.estimate.survival.competing import COLUMNS, CumulativeIncidence, log_limits, standard_error


def shared_incidence(exact: CumulativeIncidence, curves: pd.DataFrame, rule: Rule) -> CumulativeIncidence:
    """The incidence of each cause in each group; a cause without a step of several events has no rows.

    `curves`: the exact Kaplan–Meier curves of the same patients, whose numbers at risk turn incidences into events.
    Stretches of days are those of `steps.steps_of` for the first cause, those of its Kaplan–Meier curve, which so never
    lies below. A life table of rounded numbers: the share without any event before a stretch, times the events of the
    cause in it, over those at risk.
    """
    z = float(ndtri((1 + exact.conf_level) / 2))
    parts = [
        part.assign(group=group)
        for group, mine in exact.curves.groupby("group", sort=False, observed=True)
        for part in _group(mine, curves[curves["group"] == group], rule, z)
    ]
    table = pd.concat(parts, ignore_index=True)[list(COLUMNS)] if parts else pd.DataFrame(columns=list(COLUMNS))
    return CumulativeIncidence(table, exact.conf_level)


def _group(incidence: pd.DataFrame, curve: pd.DataFrame, rule: Rule, z: float) -> list[pd.DataFrame]:
    by_cause = {str(cause): part["cif"].to_numpy(float) for cause, part in incidence.groupby("cause", sort=False)}
    if not len(curve) or any(len(cif) != len(curve) for cif in by_cause.values()):
        return []
    time, at_risk = curve["time"].to_numpy(int), curve["at_risk"].to_numpy(float)
    before = np.append(1.0, 1 - sum(by_cause.values()))[:-1]
    events = {cause: _events(cif, before, at_risk) for cause, cif in by_cause.items()}
    leaving = -np.diff(np.append(at_risk, 0)).astype(int)
    courses = {cause: course(time, own, leaving) for cause, own in events.items()}
    found = steps_of(next(iter(courses.values())), rule)
    if not found:
        return []
    told = {cause: own for cause, known in courses.items() if (own := _own_events(known, found, rule)).any()}
    every = np.sum(list(told.values()), axis=0)
    return [_rows(own, every, found, z).assign(cause=cause) for cause, own in told.items()]


def _events(cif: np.ndarray, before: np.ndarray, at_risk: np.ndarray) -> np.ndarray:
    """Events of a cause at each time: the incidence grows by the share without event times events over at risk."""
    grown = np.diff(np.append(0.0, cif)) * at_risk
    return np.rint(np.divide(grown, before, out=np.zeros_like(grown), where=before > 0)).astype(int)


def _rows(own: np.ndarray, every: np.ndarray, found: list[Step], z: float) -> pd.DataFrame:
    """The incidence of a cause with `own` events in each stretch, of `every` event."""
    at_risk = np.array([step.at_risk for step in found], float)
    # Events of another cause are told in lots: no more than are at risk.
    any_event = np.minimum(every, at_risk - 1)
    survival = np.append(1.0, np.cumprod(1 - any_event / at_risk))[:-1]
    cif = np.cumsum(survival * np.minimum(own, any_event) / at_risk)
    low, high = log_limits(cif, standard_error(cif, survival, own, any_event, at_risk), z)
    rows = pd.DataFrame({"time": [step.middle * GRID for step in found], "cif": cif, "ci_low": low, "ci_high": high})
    end = rows.iloc[[-1]].assign(time=found[-1].last * GRID)
    return pd.concat([rows, end], ignore_index=True).drop_duplicates("time", keep="last")


def _own_events(known: Course, found: list[Step], rule: Rule) -> np.ndarray:
    """Rounded events of one cause, several together, each lot in the stretch by which half of it had come."""
    own, begun = np.zeros(len(found)), 0
    for step in found:
        lot = known.events[step.last] - known.events[begun]
        told = rule.nearest(known.events[step.last]) - rule.nearest(known.events[begun])
        if rule.small(lot, told):
            continue
        half = middle(known.events, begun, step.last)
        own[next(at for at, one in enumerate(found) if one.last >= half)] += told
        begun = step.last
    return own
