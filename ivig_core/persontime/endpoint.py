"""Which infections count, and on which day."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from ivig_core.cohort.cohort import Cohort
from ivig_core.runs import run_starts
from ivig_core.spec import PATHOGENS, SITES, EndpointSpec

MIXED, NEGATIVE = "mixed", "negative"
FIRST_OF = ("site", "organism", "anc", "alc")


class Counted(NamedTuple):
    """Infections or episodes in the columns of `Cohort.infection`. `holds`: what an episode was made of, bit k set for
    `PATHOGENS[k]`; 0 for what is no episode of several."""

    rows: pd.DataFrame
    holds: np.ndarray


def counted_infections(cohort: Cohort, endpoint: EndpointSpec) -> pd.DataFrame:
    """Infections of follow-up that pass the endpoint, in the columns of `Cohort.infection`.

    Episodes are merged before anything else is looked at: infections of one patient that start within
    `episode_gap_days` of the last one of the episode are one, dated at the first (`merge_episodes`). An infection
    before follow-up can open an episode, which then is not counted; one after it is no part of the data and joins
    none. Grade unknown (NaN) passes only without any limit of grade; an episode of several kinds of pathogen passes a
    filter on any of them.
    """
    return passing(episodes(cohort, endpoint.episode_gap_days), endpoint)


def episodes(cohort: Cohort, gap: int) -> Counted:
    """Episodes of infections up to the end of follow-up (`merge_episodes`), before anything else is looked at."""
    rows = cohort.infection
    return merge_episodes(_where(rows, rows["day"].to_numpy() < cohort.days[rows["patient"].to_numpy()]), gap)


def passing(found: Counted, endpoint: EndpointSpec) -> pd.DataFrame:
    """Those of `episodes` with the gap of `endpoint` that begin in follow-up and that it counts."""
    return _where(found.rows, (found.rows["day"].to_numpy() >= 0) & _passes(found, endpoint))


def _where(rows: pd.DataFrame, keep: np.ndarray) -> pd.DataFrame:
    """The rows to keep; the same table where that is all of them, which is the usual case."""
    return rows if keep.all() else rows[keep]


def merge_episodes(rows: pd.DataFrame, gap: int) -> Counted:
    """One row per episode from infections sorted by patient and day, whatever the order of those of one day.

    Without a gap (0) every infection stays one of its own, also two of a day.

    An episode has the highest grade, was in hospital if any of its infections was, for the longest stay of them, and
    ends with the last. Its pathogen is `mixed` where kinds differ, and a kind that was found where other tests were
    negative. Site, organism and counts are the first by day that are filled in; of one day those of the infection with
    the highest grade, then in the order of the format or by value.
    """
    patient, day = (rows[name].to_numpy() for name in ("patient", "day"))
    opens = run_starts(patient)
    opens[1:] |= day[1:] - day[:-1] > gap
    if not gap or opens.all():
        return Counted(rows, np.zeros(len(rows), np.int64))
    at, number = np.flatnonzero(opens), np.cumsum(opens) - 1
    holds = np.bitwise_or.reduceat(_bits(rows), at)
    merged = rows.iloc[at].reset_index(drop=True)
    for name in ("grade", "end", "hospital_days"):
        merged[name] = np.fmax.reduceat(rows[name].to_numpy(float), at)
    merged["hospitalized"] = _any_admission(rows["hospitalized"], at)
    merged["pathogen"] = pd.array(np.array(_PATHOGEN_OF, object)[holds], dtype="str")
    order = _in_order(rows, number)
    for name in FIRST_OF:
        known = order[rows[name].notna().to_numpy(bool)[order]]
        first = np.full(len(at), -1)
        first[number[known[::-1]]] = known[::-1]
        merged[name] = rows[name].array.take(first, allow_fill=True)
    return Counted(merged, holds)


def _in_order(rows: pd.DataFrame, episode: np.ndarray) -> np.ndarray:
    """Places of the rows in an order that does not depend on the one of the file."""
    site = pd.Categorical(rows["site"], categories=SITES).codes
    organism, _ = pd.factorize(rows["organism"], sort=True)
    last = np.where(organism < 0, len(rows), organism)
    counts = [rows[name].to_numpy(float) for name in ("alc", "anc", "grade")]
    return np.lexsort((counts[0], counts[1], last, site, -counts[2], rows["day"].to_numpy(), episode))


def _any_admission(hospitalized: pd.Series, at: np.ndarray) -> pd.api.extensions.ExtensionArray:
    """`yes` where any infection of an episode has it, else `no` where any has, else missing; `at`: first rows."""
    yes, no = (np.logical_or.reduceat((hospitalized == word).to_numpy(bool), at) for word in ("yes", "no"))
    words = np.full(len(at), None, object)
    words[no], words[yes] = "no", "yes"
    return pd.array(words, dtype="str")


def _bits(rows: pd.DataFrame) -> np.ndarray:
    codes = pd.Categorical(rows["pathogen"], categories=PATHOGENS).codes.astype(np.int64)
    return np.where(codes < 0, 0, 1 << np.maximum(codes, 0))


def _pathogen(holds: int) -> str | None:
    """What an episode that holds these pathogens is called; a kind that was found outranks a negative test."""
    held = [name for bit, name in enumerate(PATHOGENS) if holds >> bit & 1]
    kinds = [name for name in held if name != NEGATIVE]
    if len(kinds) > 1:
        return MIXED
    return kinds[0] if kinds else held[0] if held else None


_PATHOGEN_OF = [_pathogen(holds) for holds in range(1 << len(PATHOGENS))]


def _passes(found: Counted, endpoint: EndpointSpec) -> np.ndarray:
    rows = found.rows
    passes = np.ones(len(rows), bool)
    grade = rows["grade"].to_numpy(float)
    if endpoint.min_grade > 1:
        passes &= grade >= endpoint.min_grade
    if endpoint.max_grade is not None:
        passes &= grade <= endpoint.max_grade
    if endpoint.pathogens:
        wanted = sum(1 << PATHOGENS.index(name) for name in endpoint.pathogens if name != NEGATIVE)
        passes &= rows["pathogen"].isin(endpoint.pathogens).to_numpy(bool) | (found.holds & wanted > 0)
    if endpoint.sites:
        passes &= rows["site"].isin(endpoint.sites).to_numpy(bool)
    if endpoint.hospitalized:
        passes &= (rows["hospitalized"] == endpoint.hospitalized).to_numpy(bool)
    return passes
