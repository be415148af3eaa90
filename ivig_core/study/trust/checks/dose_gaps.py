"""Are doses regular? Gaps that look like a dose left out may be doses given elsewhere: their days count as off IVIG."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from ivig_core.numbers import counted, percent
from ivig_core.persontime.block import Block
from ivig_core.persontime.days import leaves_days_between
from ivig_core.persontime.doses import between, courses
from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study
from ivig_core.study.trust.checks.verdict import CANNOT, CLOSER, FINE, PROBLEM, Verdict
from ivig_core.terms import OBSERVATION, ON, REFERENCE

NAME, TITLE = "dose_gaps", "Are doses missing from the record?"
MISSING_DOSE = (15, 45)
"""Days off IVIG between two windows that one monthly dose would have closed."""
SOME, SMALL_SHARE, LARGE_SHARE, MANY_CLOSE = 3, 0.02, 0.1, 0.5
FEW_GAPS = 8
BREAK_DAYS = 90
"""A longer gap begins another course."""
EDGES = (1, 15, 22, 26, 29, 32, 36, 46, 61, 77, BREAK_DAYS + 1)
"""First day of each class of gaps; the last one is open and holds the gaps that begin another course."""


class Missing(NamedTuple):
    """Times off IVIG between two windows as long as one dose left out: how many, their days, of all days off."""

    doses: int
    days: int
    off_days: int

    @property
    def many(self) -> bool:
        return self.doses >= SOME and self.days >= SMALL_SHARE * self.off_days


def missing_doses(study: Study, spec: AnalysisSpec) -> Missing:
    """Doses that seem to be missing from the record of treated patients."""
    table = study.time(spec).table
    table = table[(table["state"] != REFERENCE).to_numpy()]
    days = table["days"].to_numpy()
    off = (table["state"] == OBSERVATION).to_numpy()
    gaps = like_a_missing_dose(table)
    return Missing(int(gaps.sum()), int(days[gaps].sum()), int(days[off].sum()))


def like_a_missing_dose(table: pd.DataFrame) -> np.ndarray:
    """Which rows of person-time are time off IVIG between two windows, as long as one dose left out (bool)."""
    patient, days = table["patient"].to_numpy(), table["days"].to_numpy()
    off = (table["state"] == OBSERVATION).to_numpy()
    on = table["state"].astype(str).str.startswith(ON).to_numpy(bool)
    between = np.zeros(len(table), bool)
    between[1:-1] = on[:-2] & off[1:-1] & on[2:] & (patient[:-2] == patient[2:])
    return between & (days >= MISSING_DOSE[0]) & (days <= MISSING_DOSE[1])


class Gaps(NamedTuple):
    """Days from each recorded dose to the next one of its patient, up to the end of follow-up.

    `days`: of doses recorded one by one; `closes`: whether the window closed in between. `assumed`: gaps inside
    courses that are recorded as regular, which say nothing.
    """

    days: np.ndarray
    closes: np.ndarray
    assumed: int

    @property
    def in_course(self) -> np.ndarray:
        return self.days <= BREAK_DAYS


class OfCourses(NamedTuple):
    """Gaps inside courses: how many, in how many the window closed, and how many longer gaps begin another course."""

    gaps: int
    closes: int
    longer: int

    @property
    def share_closes(self) -> float:
        return self.closes / self.gaps if self.gaps else np.nan


def gaps(study: Study, spec: AnalysisSpec) -> Gaps:
    """Gaps between doses of the selected patients."""
    return study.once(NAME, spec.selection.where, spec.exposure, make=lambda: _gaps(study, spec))


def _gaps(study: Study, spec: AnalysisSpec) -> Gaps:
    cohort = study.cohort(spec)
    given = between(courses(Block(cohort, 0, len(cohort)), spec.exposure))
    same = given.patient[1:] == given.patient[:-1]
    of_course = same & (given.row[1:] == given.row[:-1])
    # Two records of one day are one dose.
    days = given.first[1:] - given.last[:-1]
    found = same & ~of_course & (days > 0)
    closes = leaves_days_between(days, given.window[:-1])[found]
    return Gaps(days[found], closes, int(of_course.sum() + (given.number - 1).sum()))


def dose_gaps(study: Study, spec: AnalysisSpec) -> pd.DataFrame:
    """How many gaps are how long: `first_day`, `last_day` (NaN for the open class), `gaps`, `closes` (in how many the
    window closed before the next dose)."""
    found = gaps(study, spec)
    number = np.searchsorted(EDGES, found.days, side="right") - 1
    return pd.DataFrame(
        {
            "first_day": EDGES,
            "last_day": [*(edge - 1.0 for edge in EDGES[1:]), np.nan],
            "gaps": np.bincount(number, minlength=len(EDGES)),
            "closes": np.bincount(number, found.closes, len(EDGES)).astype(np.int64),
        }
    )


def of_courses(table: pd.DataFrame) -> OfCourses:
    """The gaps of `dose_gaps` that are inside courses: the one count that text and figure speak of."""
    inside = (table["last_day"] <= BREAK_DAYS).to_numpy(bool)
    gaps, closes = (int(table.loc[inside, name].sum()) for name in ("gaps", "closes"))
    return OfCourses(gaps, closes, int(table["gaps"].sum()) - gaps)


def verdict(study: Study, spec: AnalysisSpec) -> Verdict:
    """Whether doses seem to be missing, and how often a window closes inside a course."""
    found, missing = gaps(study, spec), missing_doses(study, spec)
    course = found.days[found.in_course]
    if not len(course):
        why = "the doses are recorded as regular courses" if found.assumed else "no patient has two doses close enough"
        evidence = f"There is no gap between single doses to look at: {why}."
        return Verdict(NAME, TITLE, CANNOT, evidence, "Ask whether every dose given elsewhere is in the file.")
    closing = of_courses(dose_gaps(study, spec)).share_closes
    seem = "dose seems" if missing.doses < 2 else "doses seem"
    closes = f"in {percent(closing)}" if closing else "in none"
    evidence = (
        f"{_lengths(course)}, {closes} the window closes before the next dose, and "
        f"{f'{missing.doses:,}' if missing.doses else 'no'} {seem} to be missing."
    )
    if missing.many and missing.days >= LARGE_SHARE * missing.off_days:
        advice = "Ask where these doses were given: if elsewhere, their days wrongly count as off IVIG."
        return Verdict(NAME, TITLE, PROBLEM, evidence, advice)
    if missing.many or closing > MANY_CLOSE:
        advice = "Look at these patients' timelines, and try a longer window."
        return Verdict(NAME, TITLE, CLOSER, evidence, advice)
    return Verdict(NAME, TITLE, FINE, evidence, "Nothing to do.")


def _lengths(days: np.ndarray) -> str:
    """How long gaps inside courses are."""
    low, middle, high = np.quantile(days, (0.25, 0.5, 0.75))
    number = counted(len(days), "gap")
    if len(days) < FEW_GAPS or low == high:
        return f"{number} between doses of a course {'has' if len(days) == 1 else 'have'} a median of {middle:.0f} days"
    return f"Half of {number} between doses of a course are {low:.0f}–{high:.0f} days (median {middle:.0f})"
