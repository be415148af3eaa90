"""Infections that bring infections: the check fires where they do, and says what mends the interval."""

from __future__ import annotations

import numpy as np

from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study
from ivig_core.study.trust.checks import infections_after as check
from ivig_core.study.trust.checks.verdict import CANNOT, FINE, PROBLEM
from ivig_core.study.trust.sensitivity import NOT_ROBUST, further_sensitivity
from tests.core.make import Patient, cohort
from tests.core.reference import reference_cohort

SPEC = AnalysisSpec()


def bringing(patients: int = 40) -> Study:
    rng = np.random.default_rng(3)
    people = []
    for _ in range(patients):
        first = rng.integers(0, 770, 4)
        brought = first[:2] + rng.integers(1, 22, 2)
        people.append(
            Patient(days=800, doses=[200, 230, 260, 290], infections=sorted([*first.tolist(), *brought.tolist()]))
        )
    return Study(cohort(*people))


def test_it_fires_and_the_robust_interval_is_wider():
    study = bringing()
    found = check.verdict(study, SPEC)
    assert found.word == PROBLEM
    table = check.infections_after(study, SPEC).set_index("what")
    assert table.loc["wald", "width"] == 1
    assert table.loc["joined", "infections"] < table.loc["wald", "infections"]
    assert table.loc["wald", "irr"] == table.loc["robust", "irr"]
    for text in ("robust one is shown", "joined"):
        assert text in found.advice


def test_a_row_whose_interval_cannot_be_robust_says_so():
    notes = further_sensitivity(bringing(), SPEC, "What counts").set_index("name")["note"]
    assert notes["firth"].endswith(NOT_ROBUST)
    assert not notes.drop("firth").str.contains(NOT_ROBUST).any()


def test_chance_is_no_reason_for_doubt():
    assert check.verdict(Study(reference_cohort("sim43")), SPEC).word == FINE
    # Infections of this one gather a little (p = 0.04, 1.1 times): seen, and too little to matter.
    seen = check.verdict(Study(reference_cohort("sim500")), SPEC)
    assert seen.word == FINE
    assert seen.evidence.endswith("times as many as by chance: too little to matter.")


def test_without_two_infections_nothing_can_be_said():
    found = check.verdict(Study(cohort(Patient(days=300, doses=[20], infections=[9]))), SPEC)
    assert found.word == CANNOT
