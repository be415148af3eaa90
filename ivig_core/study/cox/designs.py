"""Whom a Cox regression compares, from when on, and how IVIG enters it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ivig_core.estimate.cox.data import (
    EVER,
    Covariate,
    flag,
    rows_ever_ivig,
    rows_from_start,
    rows_on_ivig,
    time_to_first_ivig,
)
from ivig_core.estimate.rates.counting import CountingRows
from ivig_core.estimate.survival.landmark import EVENT_WORDS, IVIG
from ivig_core.estimate.survival.times import OF_INTEREST, event_times, is_event
from ivig_core.spec import AnalysisSpec
from ivig_core.study.cox.covariates import CovariateChoice, covariate
from ivig_core.study.study import Study
from ivig_core.study.survival.tables import survival_data
from ivig_core.terms import ON

BY_LANDMARK = "ivig"
FIRST_DOSE = "a first dose of IVIG"


@dataclass(frozen=True, eq=False)
class Design:
    """Rows at risk, the event with its article, what is said of every estimate, and the covariate about IVIG if any."""

    rows: CountingRows
    event_words: str
    said: str = ""
    ivig: Covariate | None = None

    @property
    def ivig_term(self) -> Covariate:
        """`ivig` of a design that was made to have it."""
        if self.ivig is None:
            raise LookupError("this design says nothing about IVIG")
        return self.ivig


def has_landmark_groups(spec: AnalysisSpec) -> bool:
    """Whether patients are compared by IVIG up to a landmark."""
    return spec.survival.survival_group == "ivig_by_landmark" and spec.survival.landmark_day > 0


def at_groups(study: Study, spec: AnalysisSpec) -> Design:
    """The patients and times of the curves, with the term `ivig` where the groups are by landmark.

    Other groups of the curves play no part, so that a patient without one is in the model all the same. Raises
    `EstimationError` where the event cannot be formed from this cohort.
    """
    data = survival_data(study, spec if has_landmark_groups(spec) else spec.change(survival_group="none"))
    table = data.table
    rows = rows_from_start(table["patient"].to_numpy(), table["time"].to_numpy(), data.is_event)
    words = EVENT_WORDS[data.event]
    if not has_landmark_groups(spec):
        return Design(rows, words)
    said = f"IVIG started by day {spec.survival.landmark_day} against not started by then"
    places = "in the group with IVIG by the landmark", "in the group without IVIG by the landmark"
    return Design(rows, words, ivig=flag(BY_LANDMARK, (table["group"] == IVIG).to_numpy(bool), said, places))


def varying(study: Study, spec: AnalysisSpec, term: str) -> Design:
    """All selected patients from the first day at risk, cut where `term` (`on_ivig` or `ever_ivig`) changes.

    Raises `EstimationError` for progression-free survival without progression dates.
    """
    cohort, event = study.cohort(spec), spec.survival.survival_event
    plain = spec.change(
        window_cuts=(), pre_exposure_days=0, washout_days=0, exclude_first_days=0, from_first_dose=False,
        within="", adjust_for=(),
    )  # fmt: skip
    table = event_times(cohort, event, study.infections(spec))
    happened = is_event(table["cause"].to_numpy(), event)
    rows, inside = rows_on_ivig(study.time(plain), table, happened)
    said = _not_counted(int(happened.sum() - rows.event.sum()), table["time"], happened, cohort.days[table["patient"]])
    against, places = "days on IVIG against all other days", ("on IVIG", "off IVIG")
    if term == EVER:
        rows, inside = rows_ever_ivig(rows, cohort, spec.exposure.dose_day)
        against = "days from the first dose on against all other days"
        places = "after a first dose", "before a first dose or without one"
    return Design(rows, EVENT_WORDS[event], said, flag(term, inside, against, places))


def to_first_dose(study: Study, spec: AnalysisSpec) -> Design:
    """All selected patients without a dose before the first day at risk, up to the first dose."""
    cohort = study.cohort(spec)
    table = time_to_first_ivig(cohort)
    given = (table["cause"] == OF_INTEREST).to_numpy(bool)
    before = len(cohort) - len(table)
    said = f"{_count(before, 'patient')} with a dose before the first day at risk left out" if before else ""
    return Design(
        rows_from_start(table["patient"].to_numpy(), table["time"].to_numpy(np.int64), given), FIRST_DOSE, said
    )


def design_of(study: Study, spec: AnalysisSpec, names: Sequence[str]) -> Design:
    """The design that covariates ask for: `on_ivig` and `ever_ivig` that of `varying`, all others that of the curves.

    Raises `EstimationError` as these do.
    """
    term = next((name for name in names if name in (ON, EVER)), None)
    return varying(study, spec, term) if term else at_groups(study, spec)


def covariates_of(
    study: Study, spec: AnalysisSpec, design: Design, names: Sequence[str], choice: CovariateChoice
) -> list[Covariate]:
    """Values of covariates by row of the design, the one about IVIG among them where it is named.

    Raises `SpecError` as `cox_covariates.covariate`.
    """
    cohort = study.cohort(spec)
    patients, of_row = np.unique(design.rows.patient, return_inverse=True)
    return [
        design.ivig
        if design.ivig and name == design.ivig.name
        else covariate(cohort, name, spec.exposure, patients, choice).take(of_row)
        for name in names
    ]


def _not_counted(lost: int, time: pd.Series, happened: np.ndarray, days: np.ndarray) -> str:
    """Events that a time-varying model cannot use, by reason."""
    after = int((happened & (time.to_numpy() > days)).sum())
    return "; ".join(
        f"{_count(number, 'event')} {where} not counted"
        for number, where in (
            (after, "after follow-up, where doses are not recorded,"),
            (lost - after, "on a dose day"),
        )
        if number
    )


def _count(n: int, word: str) -> str:
    return f"{n:,} {word}" if n == 1 else f"{n:,} {word}s"
