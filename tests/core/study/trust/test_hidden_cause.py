"""The panel's numbers are those of the estimators, for the ratios that the page shows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ivig_core.estimate.rates.sccs import sccs_cells
from ivig_core.estimate.trust.e_value import e_value
from ivig_core.estimate.trust.tipping import tipping
from ivig_core.figures.trust.hidden_words import (
    NO_RATE,
    STRENGTH,
    records_sentence,
    strength_sentence,
    strength_table,
)
from ivig_core.numbers import ratio
from ivig_core.spec import AnalysisSpec
from ivig_core.study.overview.headline import headline
from ivig_core.study.study import Study
from ivig_core.study.trust.hidden_cause import RATE, hidden_cause
from tests.core.make import Patient, cohort
from tests.core.reference import reference_cohort

SPEC = AnalysisSpec()


def test_every_rule_has_its_e_value():
    study = Study(reference_cohort("sim43"))
    found, head = hidden_cause(study, SPEC), headline(study, SPEC)
    rates = found.strength[found.strength["quantity"] == RATE]
    assert rates["label"].tolist() == head.rules["label"].tolist()
    for row, rule in zip(rates.itertuples(), head.rules.itertuples(), strict=True):
        assert (row.ratio, row.ci_low, row.ci_high) == (rule.irr, rule.ci_low, rule.ci_high)
        expected = e_value(rule.irr, rule.ci_low, rule.ci_high)
        assert (row.e_value, row.e_value_limit) == (expected.estimate, expected.limit)
    hazards = found.strength[found.strength["quantity"] != RATE]
    assert len(hazards) == 2
    assert hazards["converted"].all()


def test_tipping_points_are_of_the_ratio_in_force():
    study = Study(reference_cohort("sim500"))
    spec = SPEC.change(adjust_for="phase,season")
    found = hidden_cause(study, spec)
    assert found.records == tipping(sccs_cells(study.time(spec), spec.model), "auto", 30)
    text = records_sentence(found)
    assert text.startswith(f"The interval of {ratio(headline(study, spec).main['irr'])} would reach 1 if ")
    assert text.count("%") == 3
    table = strength_table(found.strength)
    assert len(table) == len(found.strength)
    assert table.iloc[0][STRENGTH] in strength_sentence(found)


def test_the_ratio_in_force_is_spoken_of_first_and_beside_it_the_rule_that_needs_least():
    study = Study(reference_cohort("sim43"))
    spec = SPEC.change(pre_exposure_days=60)
    found, head = hidden_cause(study, spec), headline(study, spec)
    assert found.strength["ratio"].iloc[0] == head.main["irr"]
    said = strength_sentence(found)
    assert said.startswith(f"To explain the ratio of {ratio(head.main['irr'])} away")
    assert said.endswith("For the ratio without the 30 days before the first dose, 1.06 is enough for that.")
    held = replace(found, strength=found.strength.assign(e_value_limit=[1.28, 1.4, 1.0, 1.3, 1, 1]))
    last = held.strength["label"].iloc[2]
    assert strength_sentence(held).endswith(f"The interval of the ratio {last} holds 1 as it is.")
    assert strength_sentence(replace(found, strength=found.strength.head(1))).endswith("for its interval to reach 1.")


@pytest.mark.parametrize(
    "people",
    [
        [Patient(days=300, doses=[50], infections=[20])],
        [Patient(days=300, doses=[50])],
        [Patient(days=300, infections=[20, 90])],
        [Patient(days=300, doses=[50], infections=[55]) for _ in range(12)],
        [Patient(days=300, doses=[50], infections=[20, 200, 210, 250]) for _ in range(12)],
    ],
    ids=["one infection", "no infection", "no IVIG", "all on IVIG", "none on IVIG"],
)
def test_odd_cohorts_have_a_sentence_or_numbers(people):
    found = hidden_cause(Study(cohort(*people)), SPEC)
    assert (found.records is None) == bool(found.reason)
    for text in (strength_sentence(found), records_sentence(found), strength_table(found.strength).to_string()):
        assert "nan" not in text
        assert "None" not in text


def test_without_a_rate_ratio_a_hazard_ratio_is_not_taken_for_it():
    with_ivig = [Patient(days=100 + 10 * at, doses=[5], died=99 + 10 * at) for at in range(12)]
    without = [Patient(days=150 + 17 * at, died=149 + 17 * at) for at in range(12)]
    found = hidden_cause(Study(cohort(*with_ivig, *without)), SPEC)
    assert len(found.strength)
    assert RATE not in set(found.strength["quantity"])
    assert strength_sentence(found) == NO_RATE
    assert records_sentence(found) == "There is no rate ratio that wrong records could move."
