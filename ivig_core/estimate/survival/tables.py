"""All tables of a survival comparison without a model: curves, medians, log-rank, restricted mean, incidence."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from ivig_core.errors import EstimationError
from ivig_core.estimate.survival.competing import CumulativeIncidence, aalen_johansen
from ivig_core.estimate.survival.follow_up import FollowUp, follow_up
from ivig_core.estimate.survival.kaplan_meier import KaplanMeier, kaplan_meier
from ivig_core.estimate.survival.landmark import EVENT_WORDS, SurvivalData
from ivig_core.estimate.survival.logrank import LogRank, logrank
from ivig_core.estimate.survival.restricted_mean import observed_until, restricted_mean
from ivig_core.estimate.survival.times import INFECTION_EVENTS


@dataclass(frozen=True, eq=False)
class SurvivalTables:
    """Results of `survival_tables`; an estimate that does not exist is absent, and `notes` says why.

    `km` (curves and medians), `logrank` (None when there is no test), `restricted_mean` (`group`, `days`, `mean`,
    `se`), `cumulative_incidence` (infection and death competing; empty for endpoints without infections), `follow_up`
    (reverse Kaplan–Meier).
    """

    event: str
    group: str
    landmark_day: int
    excluded: int
    km: KaplanMeier
    logrank: LogRank | None
    restricted_mean: pd.DataFrame
    cumulative_incidence: CumulativeIncidence
    follow_up: FollowUp
    notes: tuple[str, ...]


def survival_tables(data: SurvivalData, rmst_days: int = 365, conf_level: float = 0.95) -> SurvivalTables:
    """Estimates every table of `SurvivalTables`; never raises for want of patients, events or groups."""
    table, event = data.table, data.is_event
    time, group = table["time"].to_numpy(), table["group"]
    km = kaplan_meier(time, event, group, conf_level)
    mean = restricted_mean(km, rmst_days)
    test, reason = _test(data)
    competing = table if data.event in INFECTION_EVENTS else table.iloc[:0]
    return SurvivalTables(
        event=data.event,
        group=data.group,
        landmark_day=data.landmark_day,
        excluded=data.excluded,
        km=km,
        logrank=test,
        restricted_mean=mean,
        cumulative_incidence=aalen_johansen(
            competing["time"].to_numpy(), competing["cause"].to_numpy(), competing["group"], conf_level
        ),
        follow_up=follow_up(data, conf_level),
        notes=(*data.notes, *_notes(data, km, mean, rmst_days), *reason),
    )


def _test(data: SurvivalData) -> tuple[LogRank | None, tuple[str, ...]]:
    """The log-rank test, or the sentence why there is none (none at all where no comparison was asked for)."""
    if data.group == "none" or not len(data.table) or not data.is_event.any():
        return None, ()
    try:
        return logrank(data.table["time"].to_numpy(), data.is_event, data.table["group"]), ()
    except EstimationError as error:
        return None, (str(error),)


def _notes(data: SurvivalData, km: KaplanMeier, mean: pd.DataFrame, rmst_days: int) -> list[str]:
    if not len(data.table):
        return ["No patients are left to compare: no survival curve."]
    notes = []
    if not data.is_event.any():
        notes.append(f"No patient had {EVENT_WORDS[data.event]}: curves at 100 %, no median and no log-rank test.")
    horizon = mean["days"].iloc[0]
    if horizon < rmst_days:
        last = observed_until(km.curves)
        notes.append(
            f"Restricted mean to day {horizon:.0f} instead of {rmst_days}: "
            f"nobody in group {last.idxmin()} is observed after it."
        )
    return notes
