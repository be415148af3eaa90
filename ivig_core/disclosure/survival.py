"""Survival curves and their numbers as they are shared: made again from rounded events and patients at risk."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np
import pandas as pd
from scipy.special import chdtrc, ndtri

from ivig_core.disclosure.incidence import shared_incidence
from ivig_core.disclosure.notes import survival_notes
from ivig_core.disclosure.parts import tells_a_part
from ivig_core.disclosure.rule import Rule, table_of
from ivig_core.disclosure.steps import GRID, ROW, Course, course, step_table, steps_of
from ivig_core.estimate.survival.follow_up import COLUMNS as FOLLOW_UP
from ivig_core.estimate.survival.follow_up import FollowUp
from ivig_core.estimate.survival.kaplan_meier import (
    CURVE_COLUMNS,
    MEDIAN_COLUMNS,
    KaplanMeier,
    curve_table,
    median_row,
)
from ivig_core.estimate.survival.logrank import LogRank
from ivig_core.estimate.survival.restricted_mean import COLUMNS as MEAN_COLUMNS
from ivig_core.estimate.survival.restricted_mean import restricted_mean
from ivig_core.estimate.survival.tables import SurvivalTables
from ivig_core.numbers import Withheld, is_number

MEDIAN_LIMITS = ("median", "ci_low", "ci_high")


@dataclass(frozen=True, eq=False)
class SharedKaplanMeier(KaplanMeier):
    """Curves that end where too few events or patients are left to tell; nobody is known to be at risk after it."""

    known_to: ClassVar[str] = "shared to day"

    def at(self, times: object) -> pd.DataFrame:
        """As of `KaplanMeier`; after the end of a curve the number at risk is NaN."""
        table = super().at(times)  # type: ignore[arg-type]
        last = table["group"].map(self.curves.groupby("group", sort=False, observed=True)["time"].max())
        return table.assign(at_risk=table["at_risk"].astype(float).where(table["time"] <= last.astype(float)))


class Group(NamedTuple):
    """A curve as it is shared: `shown` in rows (`CURVE_COLUMNS`), and its `steps`, which means and medians are of."""

    shown: pd.DataFrame
    steps: pd.DataFrame


def shared_survival(tables: SurvivalTables, rule: Rule) -> SurvivalTables:
    """Every table of `SurvivalTables` again.

    A group with few patients or events keeps its row and has no curve. Curves have steps of several events
    (`steps.steps_of`); medians and restricted means are those of these curves. The log-rank test is given to one
    decimal where every group has enough patients and events. Median follow-up is rounded to 10 days. Where the sizes
    of the groups would together tell a small one, none has a curve.
    """
    groups = shared_groups(tables.km, rule)
    return SurvivalTables(
        event=tables.event,
        group=tables.group,
        landmark_day=tables.landmark_day,
        excluded=rule.count(tables.excluded),  # type: ignore[arg-type]  # a withheld count is a number that is NaN
        km=shared_curves(tables.km, groups, rule),
        logrank=_test(tables, rule),
        restricted_mean=_means(tables, groups),
        cumulative_incidence=shared_incidence(tables.cumulative_incidence, tables.km.curves, rule),
        follow_up=FollowUp(
            _follow_up(tables.follow_up.overall, rule, beside=False),
            _follow_up(tables.follow_up.by_group, rule, beside=_tells(tables.km, rule)),
        ),
        notes=survival_notes(tables, rule),
    )


def shared_groups(km: KaplanMeier, rule: Rule) -> dict[str, Group]:
    """The groups that have a curve to share."""
    if _tells(km, rule):
        return {}
    z = float(ndtri((1 + km.conf_level) / 2))
    return {
        row["group"]: found
        for row in km.medians.to_dict("records")
        if not rule.small(row["patients"], row["events"])
        and (found := _group(km.curves[km.curves["group"] == row["group"]], rule, z)) is not None
    }


def shared_curves(km: KaplanMeier, groups: dict[str, Group], rule: Rule) -> KaplanMeier:
    """Curves of the groups that have one, and the medians of all."""
    beside = _tells(km, rule)
    return SharedKaplanMeier(
        curves=_stack([found.shown for found in groups.values()]),
        medians=table_of([_median(row, groups, rule, beside) for row in km.medians.to_dict("records")], MEDIAN_COLUMNS),
        conf_level=km.conf_level,
    )


def _tells(km: KaplanMeier, rule: Rule) -> bool:
    """Whether the sizes of the groups would together tell a small one."""
    return tells_a_part(rule, km.medians["patients"].tolist())


def _group(curve: pd.DataFrame, rule: Rule, z: float) -> Group | None:
    """The curve of one group; None where no step of it may be told."""
    events = curve["events"].to_numpy(int)
    known = course(curve["time"].to_numpy(int), events, events + curve["censored"].to_numpy(int))
    found = steps_of(known, rule)
    if not found:
        return None
    steps = step_table(found, known, rule)
    events, at_risk = steps["events"].to_numpy(float), steps["at_risk"].to_numpy(float)
    survival = np.cumprod(1 - events / at_risk)
    error = survival * np.sqrt(np.cumsum(events / (at_risk * (at_risk - events))))
    nobody = np.full(len(steps), math.nan)
    made = curve_table(steps["time"].to_numpy(), at_risk, events, nobody, survival, error, z)
    return Group(_shown(made, known, rule).assign(group=curve["group"].iloc[0]), made)


def _shown(made: pd.DataFrame, known: Course, rule: Rule) -> pd.DataFrame:
    """Rows on the first day, at the steps and every 30 days, each with the patients at risk just before it; events are
    told at steps alone."""
    end = int(made["time"].iloc[-1])
    times = np.union1d(np.append(1, np.arange(ROW, end + 1, ROW)), made["time"])
    place = np.searchsorted(made["time"], times, side="right")
    start = {"survival": 1.0, "ci_low": 1.0, "ci_high": 1.0}
    told = {name: np.append(first, made[name].to_numpy())[place] for name, first in start.items()}
    events = made.set_index("time")["events"].reindex(times)
    return pd.DataFrame(
        {
            "time": times,
            "at_risk": [rule.rounded(known.before[time // GRID]) for time in times],
            "events": events.where(events > 0).to_numpy(float),
            "censored": math.nan,
            **told,
        }
    )


def _median(row: Mapping[str, Any], groups: dict[str, Group], rule: Rule, beside: bool) -> dict[str, object]:
    """A row of the medians: those of the shared curve; one that the exact curve alone has is withheld."""
    found = groups.get(str(row["group"]))
    limits = median_row(found.steps) if found else (math.nan,) * 3
    told = {
        name: rule.no_time if not is_number(value) and is_number(row[name]) else value
        for name, value in zip(MEDIAN_LIMITS, limits, strict=True)
    }
    return {"group": row["group"], **_counts(row, "events", rule, beside), **told}


def _test(tables: SurvivalTables, rule: Rule) -> LogRank | None:
    counts = tables.km.medians[["patients", "events"]].to_numpy().ravel()
    if tables.logrank is None or rule.small(*counts):
        return None
    chi2 = round(tables.logrank.chi2, 1)
    return LogRank(chi2, tables.logrank.df, float(chdtrc(tables.logrank.df, chi2)))


def _means(tables: SurvivalTables, groups: dict[str, Group]) -> pd.DataFrame:
    """Restricted means of the shared curves, to the horizon of the exact ones or the end of the shortest shared one."""
    if not groups or tables.restricted_mean.empty:
        return pd.DataFrame(columns=list(MEAN_COLUMNS))
    steps = _stack([found.steps.assign(group=name) for name, found in groups.items()])
    horizon = math.floor(tables.restricted_mean["days"].iloc[0] / GRID) * GRID or GRID
    return restricted_mean(KaplanMeier(steps, tables.km.medians, tables.km.conf_level), horizon)


def _follow_up(table: pd.DataFrame, rule: Rule, beside: bool) -> pd.DataFrame:
    rows = []
    for row in table.to_dict("records"):
        few = beside or rule.small(row["patients"], row["censored"])
        limits = {name: rule.no_time if few else _near(row[name]) for name in MEDIAN_LIMITS}
        rows.append({"group": row["group"], **_counts(row, "censored", rule, beside), **limits})
    return table_of(rows, FOLLOW_UP)


def _counts(row: Mapping[str, Any], of_them: str, rule: Rule, beside: bool) -> dict[str, object]:
    """Patients of a group and how many of them; `beside`: whether the groups would together tell a small one."""
    told: dict[str, object] = {name: rule.count(row[name]) for name in ("patients", of_them)}
    if beside:
        return {name: value if isinstance(value, Withheld) else rule.beside for name, value in told.items()}
    return told if is_number(told["patients"]) else {**told, of_them: rule.beside}


def _near(days: float) -> float:
    """Days to the nearest point of the grid."""
    return round(days / GRID) * float(GRID) if is_number(days) else math.nan


def _stack(curves: list[pd.DataFrame]) -> pd.DataFrame:
    if not curves:
        return pd.DataFrame(columns=list(CURVE_COLUMNS))
    return pd.concat(curves, ignore_index=True)[list(CURVE_COLUMNS)]
