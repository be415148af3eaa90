"""Which infections count, and on which day."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ivig_core.cohort.cohort import Cohort
from ivig_core.runs import run_starts
from ivig_core.spec import EndpointSpec


def counted_infections(cohort: Cohort, endpoint: EndpointSpec) -> pd.DataFrame:
    """Infections of follow-up that pass the endpoint, in the columns of `Cohort.infection`.

    Episodes are merged before anything else is looked at: infections of one patient that start within
    `episode_gap_days` of the last one of the episode are one, dated at the first, with the highest grade; its other
    entries are the first that are filled in. An infection before follow-up can open an episode, which then is not
    counted; one after it is no part of the data. Grade unknown (NaN) passes only without any limit of grade.
    """
    rows = cohort.infection
    rows = _where(rows, rows["day"].to_numpy() < cohort.days[rows["patient"].to_numpy()])
    if endpoint.episode_gap_days:
        rows = merge_episodes(rows, endpoint.episode_gap_days)
    return _where(rows, (rows["day"].to_numpy() >= 0) & _passes(rows, endpoint))


def _where(rows: pd.DataFrame, keep: np.ndarray) -> pd.DataFrame:
    """The rows to keep; the same table where that is all of them, which is the usual case."""
    return rows if keep.all() else rows[keep]


def merge_episodes(rows: pd.DataFrame, gap: int) -> pd.DataFrame:
    """One row per episode from infections sorted by patient and day."""
    patient, day = rows["patient"].to_numpy(), rows["day"].to_numpy()
    opens = run_starts(patient)
    opens[1:] |= day[1:] - day[:-1] > gap
    if opens.all():
        return rows
    groups = rows.groupby(np.cumsum(opens), sort=False)
    first = groups.first()
    first["grade"] = groups["grade"].max()
    return first.reset_index(drop=True)


def _passes(rows: pd.DataFrame, endpoint: EndpointSpec) -> np.ndarray:
    passes = np.ones(len(rows), bool)
    grade = rows["grade"].to_numpy(float)
    if endpoint.min_grade > 1:
        passes &= grade >= endpoint.min_grade
    if endpoint.max_grade is not None:
        passes &= grade <= endpoint.max_grade
    if endpoint.pathogens:
        passes &= rows["pathogen"].isin(endpoint.pathogens).to_numpy(bool)
    if endpoint.sites:
        passes &= rows["site"].isin(endpoint.sites).to_numpy(bool)
    if endpoint.hospitalized:
        passes &= (rows["hospitalized"] == endpoint.hospitalized).to_numpy(bool)
    return passes
