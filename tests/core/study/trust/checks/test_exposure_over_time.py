"""IVIG and infections per quarter: edges of quarters, nothing lost, and when both drift."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study
from ivig_core.study.trust.checks import exposure_over_time as check
from ivig_core.study.trust.checks.verdict import CANNOT, CLOSER, FINE, PROBLEM
from ivig_core.terms import REFERENCE
from tests.core.make import Patient, cohort

SPEC = AnalysisSpec()
LATE_MARCH = dt.date(2020, 3, 30)


def table(*people: Patient, calendar: str = "dates"):
    return check.exposure_over_time(Study(cohort(*people, calendar=calendar)), SPEC)


def test_quarters_begin_on_their_first_day():
    # Two days of March; a dose on 1 April, an infection on 31 March and one on 1 April.
    rows = table(Patient(start=LATE_MARCH, days=10, doses=[2], infections=[1, 2]))
    assert rows["period"].tolist() == ["2020 Q1", "2020 Q2"]
    assert rows["person_days"].tolist() == [2, 8]
    assert rows["days_on"].tolist() == [0, 8]
    assert rows["infections"].tolist() == [1, 1]
    assert rows["rate"].tolist() == pytest.approx([365.25 / 2, 365.25 / 8])


def test_without_dates_quarters_are_counted_from_the_start():
    rows = table(Patient(days=200, doses=[0], infections=[91, 92]), calendar="none")
    assert rows["period"].tolist() == ["months 0–2", "months 3–5", "months 6–8"]
    # 91.3 and 182.6 days: day 91 is the last of the first quarter.
    assert rows["person_days"].tolist() == [92, 91, 17]
    assert rows["infections"].tolist() == [1, 1, 0]


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 2000), st.integers(1, 900), st.integers(0, 899), st.integers(0, 899)), min_size=1,
        max_size=5,
    ),
    st.sampled_from(["dates", "none"]),
)  # fmt: skip
def test_no_day_and_no_infection_is_lost(people, calendar):
    made = [
        Patient(start=LATE_MARCH + dt.timedelta(shift), days=days, doses=[dose], infections=[day % days])
        for shift, days, dose, day in people
    ]
    study = Study(cohort(*made, calendar=calendar))
    rows, time = check.exposure_over_time(study, SPEC), study.time(SPEC).table
    treated = time[(time["state"] != REFERENCE).to_numpy()]
    assert rows["person_days"].sum() == treated["days"].sum()
    assert rows["infections"].sum() == treated["infections"].sum()
    assert rows["days_on"].sum() == treated.loc[(treated["state"] == "on_ivig").to_numpy(), "days"].sum()


def people(doses: list, infections: list[int], number: int = 10) -> Study:
    return Study(cohort(*[Patient(days=720, doses=doses, infections=infections) for _ in range(number)]))


LATER = [(400, 719, 28, "iv")]
THROUGHOUT = list(range(0, 720, 80))
EARLY_INFECTIONS, EVEN_INFECTIONS = list(range(0, 360, 30)), list(range(0, 720, 60))


@pytest.mark.parametrize(
    ("doses", "infections", "word"),
    [
        (LATER, EARLY_INFECTIONS, PROBLEM),
        (LATER, EVEN_INFECTIONS, CLOSER),
        (THROUGHOUT, EARLY_INFECTIONS, CLOSER),
        (THROUGHOUT, EVEN_INFECTIONS, FINE),
    ],
)
def test_both_have_to_drift_for_a_problem(doses, infections, word):
    assert check.verdict(people(doses, infections), SPEC).word == word


def test_shares_and_ratio_are_said():
    said = check.verdict(people(LATER, EARLY_INFECTIONS), SPEC).evidence
    assert said.startswith("Treated patients were on IVIG on 0 % of days before 2022 Q1 and on ")
    assert said.endswith("; no infection was seen from then on (at most 0.03 times as frequent).")
    rising = check.verdict(people(THROUGHOUT, list(range(400, 720, 30))), SPEC).evidence
    assert rising.endswith("; infections were seen only from then on.")
    even = check.verdict(people(THROUGHOUT, EVEN_INFECTIONS), SPEC).evidence
    assert even.endswith("; infections were 0.95 times (0.65–1.38) as frequent from then on.")


@pytest.mark.parametrize("doses", [LATER, THROUGHOUT])
def test_without_an_infection_there_is_nothing_to_look_at(doses):
    """Whether infections drifted too cannot be answered, so that this is neither fine nor a reason for doubt."""
    found = check.verdict(people(doses, []), SPEC)
    assert found.word == CANNOT
    assert not found.fired
    assert found.evidence.endswith("; no infection of theirs counts.")
    assert found.advice == "There is no infection to look at."


def test_nothing_to_compare():
    assert check.verdict(Study(cohort(Patient(days=9, doses=[0]))), SPEC).word == CANNOT
    assert check.verdict(Study(cohort(Patient(days=900))), SPEC).word == CANNOT
    assert check.exposure_over_time(Study(cohort(Patient(days=900))), SPEC).empty
    assert np.isfinite(table(Patient(days=800, doses=[0]))["rate"]).all()
