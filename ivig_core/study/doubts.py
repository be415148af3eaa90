"""Why the ratio of a cohort could be wrong: one check after another, the weightiest first, each one short sentence."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

import numpy as np
import pandas as pd

from ivig_core.spec import AnalysisSpec
from ivig_core.study.headline import FEW_INFECTIONS, FEW_PATIENTS, HAS_BOUND, OK, Headline
from ivig_core.study.study import Study
from ivig_core.terms import OBSERVATION, ON, PRE, REFERENCE

EPISODE_DAYS = 14
MOVED = 1.1
"""A ratio that changes by this factor has changed."""
LARGE_SHARE, SMALL_SHARE, SOME = 0.1, 0.02, 3
DEATH_DAYS = 30
MISSING_DOSE = (15, 45)
"""Days off IVIG between two windows that one monthly dose would have closed."""
CONFOUNDERS = ("phase", "season", "time", "prophylaxis")
CONFOUNDER_WORDS = "disease phase, season, time and prophylaxis"


@dataclass(frozen=True, eq=False)
class Case:
    """What the checks look at: a cohort under a spec with its headline."""

    study: Study
    spec: AnalysisSpec
    head: Headline

    @cached_property
    def treated(self) -> pd.DataFrame:
        """Person-time of the patients who had IVIG."""
        table = self.study.time(self.spec).table
        return table[(table["state"] != REFERENCE).to_numpy()]

    @property
    def one_window(self) -> AnalysisSpec:
        return self.spec.change(window_cuts=())

    def ratio(self, **changes: object) -> pd.Series:
        """The row of everybody with some settings changed."""
        return self.study.forest(self.spec.change(**changes), "overall").iloc[0]

    def moved(self, row: pd.Series) -> bool:
        """Whether a ratio differs from the headline's by more than a little."""
        both = row["status"] == OK and self.head.main["status"] == OK
        return both and abs(math.log(row["irr"] / self.head.main["irr"])) > math.log(MOVED)


def doubts(study: Study, spec: AnalysisSpec, head: Headline, most: int = 3) -> list[str]:
    """The first `most` checks that fire, in the order of `CHECKS`; later checks are then not computed.

    Empty where there is no ratio.
    """
    if head.main["status"] not in HAS_BOUND:
        return []
    return list(islice(_fired(Case(study, spec, head)), most))


def _fired(case: Case) -> Iterator[str]:
    for check in CHECKS:
        text = check(case)
        if text:
            yield text


def too_few(case: Case) -> str:
    """Few patients or infections inform the ratio."""
    table = case.study.sccs(case.one_window)
    row = table[table["term"] == ON].iloc[0]
    informative = int(row["informative_patients"])
    if not informative:
        return "No patient has an infection and days both on and off IVIG."
    if informative < FEW_PATIENTS:
        noun = "patient has" if informative == 1 else "patients have"
        return f"Only {informative} {noun} an infection and days both on and off IVIG."
    return f"Only {row['infections']} infections." if row["infections"] < FEW_INFECTIONS else ""


def mediator(case: Case) -> str:
    """The model adjusts for what IVIG works through."""
    if "igg" not in case.spec.model.adjust_for:
        return ""
    return "IgG is adjusted for: IVIG works through it, so part of its effect is taken away."


def before_first_dose(case: Case) -> str:
    """Infections are more frequent just before the first dose."""
    for days in (30, 60):
        table = case.study.sccs(case.one_window.change(pre_exposure_days=days, from_first_dose=False))
        row = table[(table["term"] == PRE) & (table["status"] == OK)]
        if len(row) and row.iloc[0]["ci_low"] > 1:
            times = f"{row.iloc[0]['irr']:.1f} times as frequent in the {days} days before the first dose"
            return f"Infections were {times}: they may be why IVIG was started."
    return ""


def confounders(case: Case) -> str:
    """Adjusting for what else changes over time moves the ratio."""
    wanted = {*CONFOUNDERS, *case.spec.model.adjust_for}
    if wanted == set(case.spec.model.adjust_for):
        return ""
    row = case.ratio(adjust_for=tuple(wanted))
    return f"Adjusted for {CONFOUNDER_WORDS} the ratio is {_ratio(row)}." if case.moved(row) else ""


def confirmed_only(case: Case) -> str:
    """Only infections with a confirmed pathogen count."""
    return "Confirmed infections only: testing may differ on IVIG." if case.spec.endpoint.pathogens else ""


def one_patient(case: Case) -> str:
    """A large share of the infections is one patient's."""
    of_patient = np.bincount(case.treated["patient"].to_numpy(), case.treated["infections"].to_numpy())
    if (of_patient > 0).sum() < FEW_PATIENTS or of_patient.max() <= LARGE_SHARE * of_patient.sum():
        return ""
    return f"One patient has {of_patient.max():,.0f} of the {of_patient.sum():,.0f} infections."


def deaths(case: Case) -> str:
    """Patients often die soon after an infection, which then ends what is compared."""
    infections = case.study.infections(case.spec)
    here = infections[case.study.time(case.spec).row_of(infections) >= 0]
    last = here.groupby("patient")["day"].max()
    died = case.study.cohort(case.spec).patients["died_day"].to_numpy(float)[last.index.to_numpy()]
    soon = int((died - last.to_numpy() <= DEATH_DAYS).sum())
    if soon < SOME or soon <= LARGE_SHARE * len(last):
        return ""
    return f"{soon:,} patients died within {DEATH_DAYS} days of an infection: follow-up that ends this way can mislead."


def coded_twice(case: Case) -> str:
    """Joining infections that begin close together moves the ratio."""
    if case.spec.endpoint.episode_gap_days:
        return ""
    row = case.ratio(episode_gap_days=EPISODE_DAYS)
    if not case.moved(row):
        return ""
    return f"One infection coded twice counts twice: joined within {EPISODE_DAYS} days the ratio is {_ratio(row)}."


def missing_doses(case: Case) -> str:
    """Times off IVIG between two doses as long as one dose left out: it may have been given elsewhere."""
    table = case.treated
    patient, days = table["patient"].to_numpy(), table["days"].to_numpy()
    off = (table["state"] == OBSERVATION).to_numpy()
    on = table["state"].astype(str).str.startswith(ON).to_numpy(bool)
    between = np.zeros(len(table), bool)
    between[1:-1] = on[:-2] & off[1:-1] & on[2:] & (patient[:-2] == patient[2:])
    gaps = between & (days >= MISSING_DOSE[0]) & (days <= MISSING_DOSE[1])
    if gaps.sum() < SOME or days[gaps].sum() < SMALL_SHARE * days[off].sum():
        return ""
    return f"{gaps.sum():,} doses seem to be missing: if given elsewhere, their days wrongly count as off IVIG."


def _ratio(row: pd.Series) -> str:
    return f"{row['irr']:.2f} ({row['ci_low']:.2f}–{row['ci_high']:.2f})"


CHECKS: tuple[Callable[[Case], str], ...] = (
    too_few,
    mediator,
    before_first_dose,
    confounders,
    confirmed_only,
    one_patient,
    deaths,
    coded_twice,
    missing_doses,
)
"""The weightiest first."""
