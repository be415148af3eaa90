"""Infections around the first dose: both edges of every bin, no day lost, and the verdict of R's ratio."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study
from ivig_core.study.trust.checks import around_first_dose as check
from ivig_core.study.trust.checks.verdict import CANNOT, CLOSER, FINE, PROBLEM
from tests.core.make import Patient, cohort
from tests.core.reference import expected, reference_cohort

SPEC = AnalysisSpec()


def table(*people: Patient, spec: AnalysisSpec = SPEC):
    return check.around_first_dose(Study(cohort(*people)), spec).set_index("first_day")


def test_both_edges_of_the_bins_around_day_0():
    # First dose on day 40: days −31, −30, −1, 0, 29 and 30 since it.
    rows = table(Patient(days=100, doses=[40], infections=[9, 10, 39, 40, 69, 70]), Patient(days=50, infections=[3]))
    assert rows.loc[[-60, -30, 0, 30], "infections"].tolist() == [1, 2, 2, 1]
    assert rows.loc[[-60, -30, 0, 30, 60], "person_days"].tolist() == [10, 30, 30, 30, 0]
    assert rows.loc[-30, "rate"] == pytest.approx(2 / 30 * 365.25 / 12)
    assert np.isnan(rows.loc[60, "rate"])
    assert rows["patients"].max() == 1


def test_days_before_the_first_dose_count_where_the_analysis_begins_at_it():
    person = Patient(days=100, doses=[40], infections=[9, 50])
    assert table(person, spec=SPEC.change(from_first_dose=True)).equals(table(person))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 500), st.integers(-200, 500), st.lists(st.integers(0, 499))), max_size=4))
def test_every_day_and_infection_within_reach_is_in_one_bin(people):
    made = [Patient(days=days, doses=[dose], infections=[d for d in days_ if d < days]) for days, dose, days_ in people]
    if not made:
        return
    rows = table(*made)
    since = [(day - p.doses[0], p) for p in made if p.doses[0] < p.days for day in range(p.days)]
    assert rows["person_days"].sum() == sum(-180 <= day < 180 for day, _ in since)
    events = [day - p.doses[0] for p in made if p.doses[0] < p.days for day in p.infections]
    assert rows["infections"].sum() == sum(-180 <= day < 180 for day in events)


@pytest.mark.parametrize("days", check.WINDOWS)
def test_the_ratio_of_the_days_before_is_that_of_r(days):
    want = expected("sim43")["sccs"]["all"][f"on_pre{days}"]
    row = check.before(Study(reference_cohort("sim43")), SPEC.change(ci_method="wald"), days)
    at = want["terms"].index(f"pre{days}")
    assert (row["irr"], row["ci_low"], row["ci_high"]) == pytest.approx(
        [np.exp(want["log_irr"][at]), want["lower95"][at], want["upper95"][at]], abs=1e-6
    )


def crowd(infections: list[int], number: int = 60) -> Study:
    return Study(cohort(*[Patient(days=700, doses=[300, 330], infections=infections) for _ in range(number)]))


@pytest.mark.parametrize(
    ("infections", "word"),
    [
        ([20, 285, 290, 310], PROBLEM),
        ([20, 120, 220, 255, 285, 310, 420, 520, 620, 690], PROBLEM),
        ([15, 60, 105, 150, 195, 240, 310, 400, 450, 500, 550, 600, 650], FINE),
        ([310], CANNOT),
    ],
)
def test_the_word_follows_from_the_ratio(infections, word):
    assert check.verdict(crowd(infections), SPEC).word == word


def test_a_small_excess_within_chance_is_looked_at_closer():
    found = check.verdict(crowd([20, 120, 220, 285, 310, 420, 520, 620], number=3), SPEC)
    assert found.word == CLOSER
    assert "in the 30 days before the first dose" in found.evidence
