"""What is compared: every lookup is one number, every number of a study is accounted for, units agree."""

from __future__ import annotations

import pytest

from ivig_core.cohort.read import read_cohort
from ivig_core.evidence import measured as units
from ivig_core.evidence.compare import compare, omissions
from ivig_core.evidence.comparisons import BY_STUDY, COMPARISONS
from ivig_core.evidence.table import find, published
from tests.paths import SAMPLES

SAMPLE = SAMPLES / "known_truth.csv"
COUNTS = {units.PATIENTS, units.INFECTIONS}
UNITS = {
    "count": COUNTS, "percent": {units.PERCENT}, "percent_reduction": {units.LOWER}, "irr": {units.RATIO},
    "rate_per_patient_year": {units.RATE}, "median_months": {units.MONTHS}, "person_months": {units.MONTHS},
    "days": {units.DAYS},
}  # fmt: skip
each = pytest.mark.parametrize("comparison", COMPARISONS, ids=[item.study for item in COMPARISONS])


@pytest.fixture(scope="module")
def cohort():
    return read_cohort(SAMPLE).cohort


def test_studies():
    assert list(BY_STUDY) == ["daratumumab", "crossover_2021", "bispecific"]


@each
def test_every_lookup_is_one_number_of_the_study_and_no_two_are_the_same(comparison):
    found = [find(quantity.lookup) for quantity in comparison.quantities if quantity.lookup is not None]
    assert {result.study_id for result in found} == {comparison.study_id}
    assert len(found) == len(set(found))
    assert all(result.number is not None for result in found)


@each
def test_every_number_of_the_study_is_compared_or_has_a_reason(comparison):
    used = {find(quantity.lookup) for quantity in comparison.quantities if quantity.lookup is not None}
    left = {result for item in omissions(comparison) for result in item.results}
    assert not used & left
    assert used | left == {result for result in published() if result.study_id == comparison.study_id}


@each
def test_every_reason_is_for_some_number(comparison):
    assert [item.label for item in omissions(comparison) if not item.results] == []
    assert all(item.reason for item in comparison.left_out)


@each
def test_labels_are_distinct(comparison):
    labels = [quantity.label for quantity in comparison.quantities]
    assert len(labels) == len(set(labels))


@each
def test_measured_and_published_have_the_same_unit(comparison, cohort):
    rows = [row for row in compare(comparison, cohort) if row.published is not None and row.measured is not None]
    for row in rows:
        if row.published.measure == "median":
            percentage = row.published.unit == "%"
            assert (row.measured.unit == units.PERCENT) == percentage, row.label
        else:
            assert row.measured.unit in UNITS[row.published.measure], row.label
    assert len(rows) > 0.9 * sum(row.published is not None for row in compare(comparison, cohort))


@each
def test_limits_enclose_the_estimate(comparison, cohort):
    for row in compare(comparison, cohort):
        if row.measured is not None and row.measured.low is not None:
            assert row.measured.low <= row.measured.estimate <= row.measured.high, row.label
