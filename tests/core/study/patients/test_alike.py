"""Patients like this one: whom the conditions choose, and that the numbers are those of the cohort's own estimators."""

from __future__ import annotations

import numpy as np
import pytest

from ivig_core.study.patients.alike import alike, likenesses
from ivig_core.study.patients.lane_order import order
from ivig_core.study.rates.by_period import incidence_rates
from ivig_core.study.rates.forest import forest
from ivig_core.study.study import Study
from tests.core.figures.studies import SPEC, page, reference_study, study
from tests.core.make import Patient


def person(age=60.0, chain="IgG", prior=0.0, igg=500.0, **more) -> Patient:
    baseline = {"age": age, "heavy_chain": chain, "infections_prior_year": prior}
    spike = [(0, 0.0)] if chain == "IgG" else []
    return Patient(days=300, igg=[(0, igg)] if igg else [], m_spike=spike, baseline=baseline, **more)


def treated(number: int, **more) -> list[Patient]:
    return [person(doses=[100 + place], infections=[20, 110 + place], **more) for place in range(number)]


def test_likeness_is_said_in_words_and_asked_in_conditions():
    found = likenesses(study(person(62, "IgA", 3, 900)), SPEC, 0)
    assert [item.words for item in found] == [
        "age 52–72", "heavy chain not IgG", "IgG at the start ≥ 700 mg/dL", "2 or more infections in the year before",
    ]  # fmt: skip
    assert ["; ".join(map(str, item.conditions)) for item in found] == [
        "age>=52; age<=72", "heavy_chain!=IgG", "baseline_igg>=700", "infections_prior_year>=2",
    ]  # fmt: skip
    few = likenesses(study(person(5, "IgG", 1, 699)), SPEC.change(igg_cuts="300,700"), 0)
    assert [item.words for item in few] == [
        "age 0–15", "heavy chain IgG", "IgG at the start < 700 mg/dL", "0–1 infections in the year before",
    ]  # fmt: skip


def test_what_is_not_recorded_cannot_be_asked_for():
    nothing = Patient(baseline={"age": np.nan})
    assert likenesses(study(nothing), SPEC, 0) == ()
    assert [item.column for item in likenesses(study(person(igg=None)), SPEC, 0)] == [
        "age", "heavy_chain", "infections_prior_year"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("other", "is_alike"),
    [
        (person(70), True), (person(50), True), (person(71), False), (person(49), False), (person(chain="IgA"), False),
        (person(prior=1), True), (person(prior=2), False), (person(igg=699), True), (person(igg=700), False),
        (person(age=np.nan), False), (person(chain=None), False),
    ],
)  # fmt: skip
def test_whom_the_conditions_choose(other, is_alike):
    made = study(person(60), other)
    found = alike(made, SPEC, likenesses(made, SPEC, 0))
    assert found.patients == 1 + is_alike


def test_taking_away_a_likeness_lets_others_in():
    made = study(person(60), person(60, "IgA"), person(80, "IgA"))
    known = likenesses(made, SPEC, 0)
    without = [item for item in known if item.column != "heavy_chain"]
    assert [alike(made, SPEC, same).patients for same in (known, without, ())] == [1, 2, 3]


def test_filters_in_force_stay_in_force():
    made = study(*treated(3), *treated(3, prior=5.0))
    spec = SPEC.change(where="infections_prior_year<2")
    found = alike(made, spec, ())
    assert found.patients == 3
    assert str(found.spec.selection.where[0]) == "infections_prior_year<2"


@pytest.mark.parametrize(("number", "too_few"), [(19, True), (20, False)])
def test_fewer_than_20_treated_patients_have_no_ratio(number, too_few):
    made = study(*treated(number), person(infections=[5]))
    found = alike(made, SPEC, likenesses(made, SPEC, 0))
    assert (found.patients, found.treated) == (number + 1, number)
    assert (found.infections, found.infections_treated) == (2 * number + 1, 2 * number)
    assert found.too_few is too_few
    assert (found.ratio is None, found.on is None, found.off is None) == (too_few,) * 3


def test_fewer_than_10_infections_have_no_ratio():
    quiet = [person(doses=[50]) for _ in range(16)]
    assert not alike(study(*quiet, *treated(5)), SPEC, ()).too_few
    nine = [*quiet, *treated(4), person(doses=[50], infections=[9])]
    found = alike(study(*nine), SPEC, ())
    assert (found.treated, found.infections_treated, found.too_few) == (21, 9, True)


def test_numbers_are_those_of_the_cohort_of_these_patients():
    made, spec = reference_study("sim500"), SPEC.change(pre_exposure_days=30, window_cuts="7,14")
    known = likenesses(made, spec, 7)
    found = alike(made, spec, known[:2])
    keep = np.isin(made.full.patients["patient_id"], made.cohort(found.spec).patients["patient_id"])
    alone = Study(made.full.subset(keep))
    assert 20 <= found.patients == keep.sum() < 500
    expected = forest(alone, spec, "overall").iloc[0]
    for name in ("irr", "ci_low", "ci_high", "infections_on", "infections_off", "patients"):
        assert found.ratio[name] == expected[name]
    rates = incidence_rates(alone, spec.change(window_cuts=())).set_index("period")
    assert (found.on["rate"], found.off["rate"]) == (rates.loc["on_ivig", "rate"], rates.loc["observation", "rate"])


def test_looking_at_many_patients_forgets_nothing_of_the_cohort():
    made = Study(reference_study("sim43").full)
    time = made.time(SPEC)
    for patient in range(43):
        alike(made, SPEC, likenesses(made, SPEC, patient))
    assert made.time(SPEC) is time


def test_the_order_of_patients_is_that_of_their_lanes_on_all_pages():
    made = reference_study("sim43")
    for options in ({}, {"sort": "infections"}, {"group": "ivig_ever", "sort": "first_dose"}, {"search": "1"}):
        lanes = [page(made, page=number, per_page=10, **options) for number in range(5)]
        codes = np.concatenate([item.patients["patient"] for item in lanes[: lanes[0].pages]])
        assert order(made, SPEC, **options).tolist() == codes.tolist()
