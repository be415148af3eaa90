"""The emulated trial of a cohort: who enters, what is adjusted, what is reported, and when there is too little."""

from __future__ import annotations

import numpy as np
import pytest

from ivig_core.errors import EstimationError, SpecError
from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study
from ivig_core.study.survival import clone_censor as module
from ivig_core.study.survival.clone_censor import CONTRAST_COLUMNS, CURVE_COLUMNS, emulate
from ivig_core.study.survival.clone_covariates import ALIKE, IN_ORDER, NOT_RECORDED, TOO_MANY, clone_covariates
from tests.core.make import Patient, cohort

SPEC = AnalysisSpec()


@pytest.fixture(autouse=True)
def few_resamples(monkeypatch):
    for name in ("RESAMPLES", "FEWEST_RESAMPLES"):
        monkeypatch.setattr(module, name, 30)


def people(number: int = 80) -> list[Patient]:
    """A quarter starts by day 30, a quarter on days 40 to 59, one patient before day 0."""
    rng = np.random.default_rng(1)
    return [
        Patient(
            days=int(rng.integers(300, 500)),
            doses=[[int(rng.integers(0, 30))], [int(rng.integers(40, 60))], [], []][i % 4] if i else [-5],
            infections=[(int(rng.integers(1, 400)), 2, ("viral", "bacterial")[i % 2])] if i % 3 else [],
            died=np.nan,
            igg=[(-5, 250.0 + 10 * i)],
            progressive=[(10, 20)] if i % 5 == 0 else [],
            baseline={
                "heavy_chain": "IgA", "age": 50.0 + i % 30, "infections_prior_year": float(i % 4) if i % 7 else np.nan,
                "index_therapy": ("teclistamab", "elranatamab", "other")[i % 3 if i % 10 else 2],
            },
        )
        for i in range(number)
    ]  # fmt: skip


@pytest.fixture(scope="module")
def study() -> Study:
    made = [person for person in people()]
    for person in made:
        person.infections = [item for item in person.infections if item[0] < person.days]
    return Study(cohort(*made))


def test_tables_of_a_trial(study):
    result = emulate(study, SPEC)
    assert (result.patients, result.before) == (79, 1)
    assert result.composite
    assert tuple(result.curves.columns) == CURVE_COLUMNS
    assert tuple(result.contrasts.columns) == CONTRAST_COLUMNS
    assert result.contrasts["day"].tolist()[:2] == [183, 365]
    for _, curve in result.curves.groupby("strategy"):
        assert curve["risk"].iloc[0] == 0
        assert (np.diff(curve["risk"].dropna()) >= 0).all()
        assert curve["risk"].max() <= 1
        assert (np.diff(curve["at_risk"]) <= 0).all()
        assert (curve["ci_low"] <= curve["ci_high"] + 1e-12).all()
    row = result.difference()
    assert row["difference"] == pytest.approx(row["early"] - row["other"])
    assert row["ci_low"] <= row["ci_high"]
    at = result.curves.set_index(["strategy", "day"])["risk"]
    assert row["early"] == at["start_by", 365]
    lost = result.contrasts.iloc[2]
    area = [at[name].to_numpy()[: int(lost["day"])].sum() for name in result.strategies]
    assert [lost["early"], lost["other"]] == pytest.approx(area)


def test_the_same_again_is_the_same(study):
    first, again = emulate(study, SPEC), emulate(Study(study.full), SPEC)
    assert emulate(study, SPEC) is first
    np.testing.assert_array_equal(first.curves["ci_low"], again.curves["ci_low"])


def test_a_later_start_as_the_other_strategy(study):
    result = emulate(study, SPEC, "any", 30, 90)
    assert result.strategies == ("start_by", "start_later")
    assert result.decided == 90
    assert result.arms[1].followed < emulate(study, SPEC).arms[1].followed


def test_death_competes_unless_it_is_the_event():
    made = people(60)
    for at, person in enumerate(made):
        person.infections, person.died = ([], person.days - 1.0) if at % 3 else ([(100, 2, "viral")], np.nan)
    study = Study(cohort(*made))
    together, apart = emulate(study, SPEC), emulate(study, SPEC.change(survival_event="infection"))
    assert together.composite
    assert not apart.composite
    assert together.events == 59
    assert apart.events == emulate(study, SPEC, "viral").events == 19
    assert not emulate(study, SPEC, "viral").composite


def test_reasons_to_start_are_facts_of_the_day():
    """An infection on day 12 counts from that day on, IgG of day 5 from day 6, progression on days 10 to 20 only."""
    one = Patient(
        days=100, infections=[(12, 1, "viral")], igg=[(5, 300.0)], progressive=[(10, 20)],
        baseline={"heavy_chain": "IgA", "age": 70.0},
    )  # fmt: skip
    two = Patient(days=100, igg=[(-5, 900.0)], infections=[(-3, 1)], baseline={"heavy_chain": "IgA", "age": 50.0})
    study = Study(cohort(*[one] * 6, *[two] * 6))
    pieces = (found := clone_covariates(study, SPEC, np.arange(12), np.full(12, 29), 1000)).pieces
    assert found.used == ("earlier_infection", "igg", "progressive", "age")
    mine = pieces.patient == 3
    earlier, low, unknown, progressive, age = pieces.X[mine].T
    days = np.arange(30)
    row = np.searchsorted(pieces.first[mine], days, side="right") - 1
    np.testing.assert_array_equal(earlier[row], days >= 12)
    np.testing.assert_array_equal(low[row], days >= 6)
    np.testing.assert_array_equal(unknown[row], days < 6)
    np.testing.assert_array_equal(progressive[row], (days >= 10) & (days <= 20))
    assert set(age) == {70}
    np.testing.assert_array_equal(pieces.X[pieces.patient == 9], [[1, 0, 0, 0, 50]])


def test_pieces_follow_the_patients_asked_for(study):
    whole = clone_covariates(study, SPEC, np.arange(len(study.full)), np.full(len(study.full), 29), 1000).pieces
    some = np.arange(0, len(study.full), 3)
    part = clone_covariates(study, SPEC, some, np.full(len(some), 29), 1000).pieces
    assert np.unique(part.patient).tolist() == np.arange(len(some)).tolist()
    assert (part.first[np.unique(part.patient, return_index=True)[1]] == 0).all()
    assert np.isfinite(whole.X).all()
    for at, patient in enumerate(some):
        np.testing.assert_array_equal(part.first[part.patient == at], whole.first[whole.patient == patient])


def test_every_variable_is_used_or_left_out_with_a_reason(study):
    whole = np.arange(len(study.cohort(SPEC)))
    for starts in (0, 10, 30, 1000):
        found = clone_covariates(study, SPEC, whole, np.full(len(whole), 29), starts)
        assert {*found.used, *(name for name, _ in found.left_out)} == set(IN_ORDER)
        assert found.pieces.X.shape[1] <= max(starts // 5, 1)
        assert {why for _, why in found.left_out} <= {ALIKE, NOT_RECORDED, TOO_MANY}
    assert dict(found.left_out)["lines_of_therapy"] == NOT_RECORDED


@pytest.mark.parametrize(
    ("patients", "reason"),
    [
        ([Patient(days=400, infections=[50])] * 30, "No patient with a first dose on days 0 to 30 was"),
        ([Patient(days=400, doses=[5], infections=[50])] * 30, "No patient without IVIG up to day 30"),
        ([Patient(days=400, doses=[-5], infections=[50])] * 3, "No patient without IVIG before the first day at risk"),
        ([Patient(days=400, doses=[5])] * 12 + [Patient(days=400)] * 12, "had a viral infection"),
        ([Patient(days=1, infections=[0])], "fewer than 10 cannot stand for everybody"),
        (
            [Patient(days=400, doses=[5])] + [Patient(days=400, infections=[50])] * 20,
            "Only 1 patient with a first dose",
        ),
    ],
    ids=["no IVIG", "all early", "all before", "no infection", "one patient", "one start"],
)
def test_too_little_is_said(patients, reason):
    with pytest.raises(EstimationError, match=reason):
        emulate(Study(cohort(*patients)), SPEC, "viral" if "viral" in reason else "any")


def test_days_that_are_not_allowed(study):
    for grace, later in ((-1, None), (400, None), (30, 30), (30, 500)):
        with pytest.raises(SpecError, match="is not allowed"):
            emulate(study, SPEC, "any", grace, later)
    with pytest.raises(SpecError, match="outcome"):
        emulate(study, SPEC, "fungal")
