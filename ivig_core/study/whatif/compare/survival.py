"""Infection-free survival of two analyses: the curves of both, and the share and mean time without an event."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import zip_longest

import numpy as np
import pandas as pd

from ivig_core.errors import EstimationError
from ivig_core.estimate.intervals import Z
from ivig_core.estimate.survival.at_times import differences_at
from ivig_core.estimate.survival.kaplan_meier import kaplan_meier
from ivig_core.estimate.survival.landmark import SurvivalData
from ivig_core.estimate.survival.restricted_mean import mean_differences, observed_until, restricted_mean
from ivig_core.estimate.survival.tables import SurvivalTables, survival_tables
from ivig_core.estimate.whatif.resample import curves
from ivig_core.study.survival.tables import survival_data
from ivig_core.study.whatif.compare.pair import FEW, FEWEST, INDEPENDENT, Pair, drawn, limits, row_of, same

SHARE, MEAN = "share", "mean"
BOTH = "a_and_b"
"""Event and groups of curves of two analyses."""


def survival_rows(pair: Pair, weights: np.ndarray) -> tuple[list[dict[str, object]], SurvivalTables | None, list[str]]:
    try:
        one, two = (survival_data(side.study, side.spec) for side in (pair.a, pair.b))
    except EstimationError as error:
        return [], None, [f"Survival is not compared: {error}"]
    groups = [name for name in one.table["group"].cat.categories if name in set(two.table["group"].cat.categories)]
    if pair.a.spec.survival.survival_group != pair.b.spec.survival.survival_group or not groups:
        return [], None, ["Survival is not compared: A and B have no group in common."]
    notes = []
    days = min(pair.a.spec.survival.rmst_days, pair.b.spec.survival.rmst_days)
    alike = _alike(pair, one, two) and pair.a.spec.survival.rmst_days == pair.b.spec.survival.rmst_days
    if one.event != two.event:
        notes.append("A and B count different events: their survival is not the same thing.")
    if one.landmark_day != two.landmark_day:
        notes.append("Time counts from another day in A than in B: from the landmark of each.")
    rows = [
        row
        for name in groups
        for row in _of_group(pair, _only(one, name), _only(two, name), str(name), days, weights, alike)
    ]
    if alike:
        return rows, None, ["Survival is the same in A and B: nothing that it depends on differs."]
    return rows, _both(one, two, days), notes


def _alike(pair: Pair, one: SurvivalData, two: SurvivalData) -> bool:
    """Whether the same patients have the same times, events and groups: many settings do not touch them."""
    same_question = (one.event, one.group, one.landmark_day) == (two.event, two.group, two.landmark_day)
    return same_question and np.array_equal(pair.a.places, pair.b.places) and one.table.equals(two.table)


def _both(one: SurvivalData, two: SurvivalData, days: int) -> SurvivalTables:
    """Curves of A and of B in one table, group by group."""
    tables, names = [], []
    for side, data in (("a", one), ("b", two)):
        group = data.table["group"].astype(object).map(lambda name, side=side: f"{side}:{name}")
        tables.append(data.table.assign(group=group, cause=data.is_event.astype(int)))
        names.append([f"{side}:{name}" for name in data.table["group"].cat.categories])
    order = [name for pair in zip_longest(*names) for name in pair if name is not None]
    table = pd.concat(tables, ignore_index=True)
    table["group"] = pd.Categorical(table["group"], categories=order)
    # Causes are 0 and 1 by now, whichever event is asked of either: as for an event that nothing competes with.
    found = survival_tables(replace(one, table=table, event="death", group=BOTH, notes=()), days)
    event = one.event if one.event == two.event else BOTH
    return replace(found, event=event, logrank=None, notes=(), excluded=0)


def _only(data: SurvivalData, group: object) -> SurvivalData:
    return replace(data, table=data.table[(data.table["group"] == group).to_numpy()])


def _of_group(
    pair: Pair, one: SurvivalData, two: SurvivalData, group: str, days: int, weights: np.ndarray, alike: bool
) -> Iterator[dict[str, object]]:
    """Share and mean of one group in A and in B, to the last day up to which both are observed."""
    data = (one, two)
    km = kaplan_meier(
        np.concatenate([item.table["time"].to_numpy() for item in data]),
        np.concatenate([item.is_event for item in data]),
        pd.Categorical.from_codes(np.repeat([0, 1], [len(item.table) for item in data]), categories=["a", "b"]),
    )
    horizon = float(min(days, observed_until(km.curves).min()))
    at, means = km.at([horizon]).set_index("group"), restricted_mean(km, horizon).set_index("group")
    shares = [limits(at.loc[name], "survival") for name in "ab"]
    mean = [(float(means.loc[name, "mean"]), *_reach(means.loc[name])) for name in "ab"]
    rows = [row_of(SHARE, group, horizon, shares[0], shares[1]), row_of(MEAN, group, horizon, mean[0], mean[1])]
    patients = [len(item.table) for item in data]
    rows = [row | {"a_patients": patients[0], "b_patients": patients[1]} for row in rows]
    if alike:
        yield from (row | same(0.0, none=0.0) for row in rows)
        return
    changes = [shares[1][0] - shares[0][0], mean[1][0] - mean[0][0]]
    if pair.overlap:
        of_draws = [
            curves(item.table["time"].to_numpy(), item.is_event, weights[:, side.places[_patients(item)]], horizon)
            for item, side in zip(data, (pair.a, pair.b), strict=True)
        ]
        for at_measure, row in enumerate(rows):
            yield row | drawn(changes[at_measure], [item[at_measure] for item in of_draws], float, min(patients))
        return
    if min(patients) < FEWEST:
        yield from (row | {"change": change, "method": INDEPENDENT, "note": FEW}
                    for row, change in zip(rows, changes, strict=True))  # fmt: skip
        return
    # Reference of these tables is the last group, B: the sign is turned to B against A.
    tables = [differences_at(km, [horizon]), mean_differences(restricted_mean(km, horizon))]
    for row, change, table in zip(rows, changes, tables, strict=True):
        found = table.iloc[0]
        sign = 1 if found["group"] == "b" else -1
        ends = sorted((sign * found["ci_low"], sign * found["ci_high"]))
        yield row | {
            "change": change, "ci_low": ends[0], "ci_high": ends[1], "p_value": found["p_value"],
            "method": INDEPENDENT, "note": found["note"],
        }  # fmt: skip


def _patients(data: SurvivalData) -> np.ndarray:
    return data.table["patient"].to_numpy()


def _reach(mean: pd.Series) -> tuple[float, float]:
    if not mean["se"]:
        return np.nan, np.nan
    reach = Z * mean["se"]
    return max(float(mean["mean"] - reach), 0.0), min(float(mean["mean"] + reach), float(mean["days"]))
