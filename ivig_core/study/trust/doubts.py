"""Why the ratio of a cohort could be wrong: one check after another, the weightiest first, each one short sentence."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

import pandas as pd

from ivig_core.numbers import estimate, ratio
from ivig_core.spec import AnalysisSpec
from ivig_core.study.overview.headline import FEW_INFECTIONS, FEW_PATIENTS, HAS_BOUND, OK, Headline
from ivig_core.study.rates.intervals_in_force import EPISODE_DAYS, as_shown
from ivig_core.study.rates.models import sccs_on_ivig
from ivig_core.study.study import Study
from ivig_core.study.trust.checks import around_first_dose, dose_gaps, end_of_follow_up, few_data
from ivig_core.study.trust.rows.adjusted import FIRST
from ivig_core.terms import ON

MOVED = 1.1
"""A ratio that changes by this factor has changed."""
CONFOUNDER_WORDS = "disease phase, season, time and prophylaxis"


@dataclass(frozen=True, eq=False)
class Case:
    """What the checks look at: a cohort under a spec with its headline."""

    study: Study
    spec: AnalysisSpec
    head: Headline

    @cached_property
    def behind(self) -> few_data.Behind:
        """Patients and infections that the ratio rests on."""
        return few_data.behind(self.study, self.spec)

    def ratio(self, **changes: object) -> pd.Series:
        """The row of everybody with some settings changed, with the headline's kind of interval."""
        now = as_shown(self.study, self.spec)
        table = sccs_on_ivig(self.study, now.change(**changes, window_cuts=()), FIRST)
        return table[(table["term"] == ON).to_numpy()].iloc[0]

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
    informative, infections = case.behind.informative, case.behind.infections
    if not informative:
        return "No patient has an infection and days both on and off IVIG."
    if informative < FEW_PATIENTS:
        noun = "patient has" if informative == 1 else "patients have"
        return f"Only {informative} {noun} an infection and days both on and off IVIG."
    return f"Only {infections} infections." if infections < FEW_INFECTIONS else ""


def mediator(case: Case) -> str:
    """The model adjusts for what IVIG works through."""
    if "igg" not in case.spec.model.adjust_for:
        return ""
    return "IgG is adjusted for: IVIG works through it, so part of its effect is taken away."


def before_first_dose(case: Case) -> str:
    """Infections are more frequent just before the first dose."""
    found = around_first_dose.excess(case.study, case.spec)
    if found is None:
        return ""
    days, row = found
    times = f"{ratio(row['irr'])} times as frequent in the {days} days before the first dose"
    return f"Infections were {times}: they may be why IVIG was started."


def confounders(case: Case) -> str:
    """Adjusting for what else changes over time moves the ratio."""
    wanted = {*FIRST, *case.spec.model.adjust_for}
    if wanted == set(case.spec.model.adjust_for):
        return ""
    row = case.ratio(adjust_for=tuple(wanted))
    return f"Adjusted for {CONFOUNDER_WORDS} the ratio is {_estimate(row)}." if case.moved(row) else ""


def confirmed_only(case: Case) -> str:
    """Only infections with a confirmed pathogen count."""
    return "Confirmed infections only: testing may differ on IVIG." if case.spec.endpoint.pathogens else ""


def one_patient(case: Case) -> str:
    """A large share of the infections is one patient's."""
    if not case.behind.one_patient:
        return ""
    return f"One patient has {case.behind.most:,} of the {case.behind.treated:,} infections."


def deaths(case: Case) -> str:
    """Patients often die soon after an infection, which then ends what is compared."""
    found = end_of_follow_up.deaths_after_infection(case.study, case.spec)
    if not found.many:
        return ""
    within = f"within {end_of_follow_up.DEATH_DAYS} days of an infection"
    return f"{found.soon:,} patients died {within}: follow-up that ends this way can mislead."


def coded_twice(case: Case) -> str:
    """Joining infections that begin close together moves the ratio."""
    if case.spec.endpoint.episode_gap_days:
        return ""
    row = case.ratio(episode_gap_days=EPISODE_DAYS)
    if not case.moved(row):
        return ""
    return f"One infection coded twice counts twice: joined within {EPISODE_DAYS} days the ratio is {_estimate(row)}."


def missing_doses(case: Case) -> str:
    """Times off IVIG between two doses as long as one dose left out: it may have been given elsewhere."""
    found = dose_gaps.missing_doses(case.study, case.spec)
    if not found.many:
        return ""
    return f"{found.doses:,} doses seem to be missing: if given elsewhere, their days wrongly count as off IVIG."


def _estimate(row: pd.Series) -> str:
    return estimate(row["status"], row["irr"], row["ci_low"], row["ci_high"])


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
