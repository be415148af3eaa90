"""The negative control: its ratio is that of the chosen infections alone."""

from __future__ import annotations

import pytest

from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study
from ivig_core.study.trust.checks import negative_control as check
from ivig_core.study.trust.checks.negative_control import Control
from ivig_core.study.trust.checks.verdict import CANNOT, CLOSER, FINE, PROBLEM
from tests.core.make import Patient, cohort

SPEC = AnalysisSpec()
URINARY = Control(sites=("urinary",))


def study(urinary: list[int], number: int = 40) -> Study:
    """IVIG on days 100–199 of 200."""
    doses = [(100, 199, 25, "iv")]
    facts = [(day, 2, "bacterial", "urinary") for day in urinary] + [(50, 3, "viral", "lower_respiratory")]
    return Study(cohort(*[Patient(days=200, doses=doses, infections=sorted(facts)) for _ in range(number)]))


def test_nothing_is_chosen_by_itself():
    found = check.verdict(study([20, 120]), SPEC, Control())
    assert found.word == CANNOT
    assert "choose" in found.advice


def test_the_ratio_is_that_of_these_infections_whatever_counts_elsewhere():
    # One on and two off in equal time: 1/2.
    for spec in (SPEC, SPEC.change(pathogens="viral")):
        assert check.control_ratio(study([20, 60, 120]), spec, URINARY)["irr"] == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("urinary", "number", "word"),
    [([20, 120], 40, FINE), ([20, 60, 120], 40, PROBLEM), ([20, 120], 3, CLOSER), ([], 40, CANNOT)],
)
def test_words(urinary, number, word):
    assert check.verdict(study(urinary, number), SPEC, URINARY).word == word


def test_only_what_occurs_can_be_chosen():
    assert check.available(study([20]), SPEC) == (("bacterial", "viral"), ("lower_respiratory", "urinary"))
    assert check.available(Study(cohort(Patient(infections=[3]))), SPEC) == ((), ())


def test_both_lists_are_joined_and_named():
    both = Control(("bacterial",), ("urinary", "skin"))
    assert both.words == "bacterial urinary or skin infections"
    assert check.control_ratio(study([20, 60, 120]), SPEC, both)["infections_off"] == 80


def test_infections_on_one_side_only_give_a_bound():
    assert "below" in check.verdict(study([20]), SPEC, URINARY).evidence
    assert "above" in check.verdict(study([120]), SPEC, URINARY).evidence
