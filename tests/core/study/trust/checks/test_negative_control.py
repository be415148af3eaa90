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
    found = check.verdict(study([20, 120]), SPEC, ())
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
    assert check.verdict(study(urinary, number), SPEC, [URINARY]).word == word


def test_only_what_occurs_can_be_chosen():
    assert check.available(study([20]), SPEC) == (("bacterial", "viral"), ("lower_respiratory", "urinary"))
    assert check.available(Study(cohort(Patient(infections=[3]))), SPEC) == ((), ())


def test_both_lists_are_joined_and_named():
    both = Control(("bacterial",), ("urinary", "skin"))
    assert both.words == "bacterial urinary or skin infections"
    assert check.control_ratio(study([20, 60, 120]), SPEC, both)["infections_off"] == 80


def test_infections_on_one_side_only_give_a_bound():
    assert "below" in check.verdict(study([20]), SPEC, [URINARY]).evidence
    assert "above" in check.verdict(study([120]), SPEC, [URINARY]).evidence


SKIN, OTHER = Control(sites=("skin",)), Control(sites=("other",))


def several(**days: list[int]) -> Study:
    """40 patients with infections of several sites, on IVIG on days 100–199 of 200."""
    facts = sorted((day, 2, None, site) for site, on in days.items() for day in on)
    return Study(cohort(*[Patient(days=200, doses=[(100, 199, 25, "iv")], infections=facts) for _ in range(40)]))


def test_each_pathogen_and_each_site_is_a_control_of_its_own():
    found = check.controls_of(("fungal",), ("skin", "upper_respiratory"))
    assert [control.words for control in found] == [
        "fungal infections",
        "skin infections",
        "upper respiratory infections",
    ]
    assert [control.fits for control in found] == [True, True, False]


def test_a_row_each_and_one_verdict():
    data = several(urinary=[20, 60, 120], skin=[30, 130], bloodstream=[40, 50, 60])
    blood = Control(sites=("bloodstream",))
    rows = check.control_rows(data, SPEC, [URINARY, SKIN, blood, OTHER])
    assert rows["word"].tolist() == [PROBLEM, FINE, check.NOT_A_CONTROL, CANNOT]
    assert rows["irr"].tolist()[:2] == pytest.approx([0.5, 1])
    found = check.verdict(data, SPEC, [URINARY, SKIN, blood, OTHER])
    assert found.word == PROBLEM
    assert found.evidence == ("1 of 2 kinds of control infections has an interval without 1: urinary 0.50 (0.34–0.73).")
    assert check.verdict(data, SPEC, [SKIN, OTHER]).word == FINE
    assert check.verdict(data, SPEC, [blood]).word == CANNOT


def test_one_of_several_that_chance_could_bring_is_looked_at_closer():
    """14 on and 28 off alone exclude 1: p 0.034, times three not below 0.05."""
    people = [(20, 120)] * 14 + [(20,)] * 14
    even = [(30, 2, None, "skin"), (130, 2, None, "skin"), (40, 2, None, "other"), (140, 2, None, "other")]
    data = Study(
        cohort(*[
            Patient(days=200, doses=[(100, 199, 25, "iv")],
                    infections=sorted([*[(day, 2, None, "urinary") for day in days], *even]))
            for days in people
        ])
    )  # fmt: skip
    alone, all_three = (check.verdict(data, SPEC, items) for items in ([URINARY], [URINARY, SKIN, OTHER]))
    assert (alone.word, all_three.word) == (PROBLEM, CLOSER)
