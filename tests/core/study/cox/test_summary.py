"""The Cox analysis as a table: the numbers of `study.cox`, level by level, with whom they rest on."""

from __future__ import annotations

import numpy as np
import pytest

from ivig_core.errors import SpecError
from ivig_core.study.cox.covariates import CovariateChoice
from ivig_core.study.cox.over_time import ratio_over_time
from ivig_core.study.cox.question import IVIG_TERMS, CoxQuestion, ivig_terms
from ivig_core.study.cox.ratios import cox_rows, first_ivig, multivariable
from ivig_core.study.cox.summary import NUMBERS, SUMMARY_COLUMNS, cox_summary
from ivig_core.study.study import Study
from tests.core.make import Patient, cohort
from tests.core.study.cox.test_ratios import SPEC, people

CHOSEN = ("age", "sex", "iss")


@pytest.fixture(scope="module")
def study():
    return Study(cohort(*people()))


def fitted(summary, model):
    """Rows with a term, in order."""
    rows = summary.rows
    return rows[((rows["model"] == model) & (rows["term"] != "")).to_numpy()].reset_index(drop=True)


def same(got, want):
    assert got["term"].tolist() == want["term"].tolist()
    assert got["status"].tolist() == want["status"].tolist()
    np.testing.assert_array_equal(got[list(NUMBERS)], want[list(NUMBERS)])


@pytest.mark.parametrize("ivig", IVIG_TERMS)
def test_the_model_of_several_is_that_of_the_core(study, ivig):
    got = fitted(cox_summary(study, SPEC, CoxQuestion(ivig=ivig, covariates=CHOSEN)), "multivariable")
    want = multivariable(study, SPEC, [ivig, *CHOSEN])
    same(got, want.rows)


def test_each_alone_is_that_of_the_core(study):
    got = fitted(cox_summary(study, SPEC, CoxQuestion(ivig="ivig")), "univariable")
    want = cox_rows(study, SPEC)
    same(got, want[want["model"].isin(("landmark", "univariable"))])


@pytest.mark.parametrize("ivig", ["on_ivig", "ever_ivig"])
def test_ivig_alone_is_that_of_the_core(study, ivig):
    got = fitted(cox_summary(study, SPEC, CoxQuestion(ivig=ivig)), "univariable")
    want = cox_rows(study, SPEC)
    same(got.head(1), want[want["term"] == ivig])
    # The others are of the same patients and days, not of those at the landmark.
    assert got.loc[got["term"] == "age", "patients"].iloc[0] == 40


def test_first_ivig_is_that_of_the_core(study):
    summary = cox_summary(study, SPEC, CoxQuestion(first_ivig=True, covariates=CHOSEN))
    same(fitted(summary, "univariable"), first_ivig(study, SPEC).rows)
    same(fitted(summary, "multivariable"), first_ivig(study, SPEC, CHOSEN).rows)
    assert summary.event == "a first dose of IVIG"
    assert summary.checks["model"].tolist().count("multivariable") == len(CHOSEN) + 1


def test_levels_add_up_to_those_with_a_value(study):
    summary = cox_summary(study, SPEC, CoxQuestion(covariates=CHOSEN))
    rows = summary.rows
    assert tuple(rows.columns) == SUMMARY_COLUMNS
    alone = rows[(rows["model"] == "univariable") & (rows["variable"] == "iss")]
    assert alone["kind"].tolist() == ["reference", "level", "level"]
    assert alone["level"].tolist() == ["I", "II", "III"]
    assert alone["patients"].sum() + alone["missing"].iloc[0] == summary.patients
    assert alone["missing"].iloc[0] > 0
    sex = rows[(rows["model"] == "multivariable") & (rows["variable"] == "sex")]
    assert (sex["patients"].sum(), sex["events"].sum()) == (summary.complete, summary.complete_events)
    assert summary.complete == alone["patients"].sum() < summary.patients
    # Nobody of stage I has the event: the two others have no finite ratio against it.
    assert summary.terms == 2
    number = rows[rows["variable"] == "age"].iloc[0]
    assert (number["kind"], number["unit"]) == ("number", "5 years")


def test_the_choice_of_reference_unit_and_bands(study):
    choice = CovariateChoice.of({"sex": "female"}, {"age": 1.0}, ["baseline_igg"])
    rows = cox_summary(study, SPEC, CoxQuestion(choice=choice)).rows
    reference = rows[rows["kind"] == "reference"].set_index("variable")["level"]
    assert (reference["sex"], reference["baseline_igg"]) == ("female", "IgG 400–<700 mg/dL")
    assert rows.loc[rows["variable"] == "age", "unit"].iloc[0] == "1 years"


def test_a_patient_counts_on_both_sides_of_ivig_that_changes(study):
    rows = cox_summary(study, SPEC, CoxQuestion(ivig="on_ivig")).rows.head(2)
    assert rows["kind"].tolist() == ["reference", "ivig"]
    assert rows["patients"].sum() > 40
    assert rows["events"].sum() == cox_rows(study, SPEC).set_index("term").loc["on_ivig", "events"]


def test_a_column_of_the_users_own_called_as_the_term_is_left_to_the_term():
    data = [Patient(days=90 + i, doses=[i] if i % 2 else [], infections=[40 + i], baseline={"ivig": "yn"[i % 3 > 0]})
            for i in range(12)]  # fmt: skip
    study = Study(cohort(*data))
    rows = cox_summary(study, SPEC, CoxQuestion(ivig="ivig", covariates=("ivig", "age"))).rows
    assert rows.loc[rows["variable"] == "ivig", "kind"].unique().tolist() == ["reference", "ivig"]
    other = cox_summary(study, SPEC, CoxQuestion(covariates=("ivig",))).rows
    assert other.loc[other["variable"] == "ivig", "kind"].unique().tolist() == ["reference", "level"]


def test_what_is_not_allowed(study):
    with pytest.raises(SpecError, match="ivig"):
        CoxQuestion(ivig="ever")
    with pytest.raises(SpecError, match="nothing"):
        CoxQuestion(first_ivig=True, ivig="on_ivig")
    with pytest.raises(SpecError, match="landmark"):
        cox_summary(study, SPEC.change(landmark_day=0), CoxQuestion(ivig="ivig"))
    with pytest.raises(SpecError, match="colour"):
        cox_summary(study, SPEC, CoxQuestion(covariates=("colour",)))
    with pytest.raises(SpecError, match="covariate"):
        ratio_over_time(study, SPEC, CoxQuestion(covariates=("age", "iss")), "sex")
    assert ivig_terms(SPEC) == IVIG_TERMS
    assert ivig_terms(SPEC.change(survival_group="sex")) == ("on_ivig", "ever_ivig")


def test_over_time_has_the_test_and_the_ratio_of_the_same_model(study):
    question = CoxQuestion(ivig="ivig", covariates=("age", "sex", "centre"))
    summary, found = cox_summary(study, SPEC, question), ratio_over_time(study, SPEC, question, "centre")
    checks = summary.checks[(summary.checks["model"] == "multivariable").to_numpy()].set_index("covariate")
    assert found.p_value == checks.loc["centre", "p_value"]
    rows = fitted(summary, "multivariable").set_index("term")
    terms = ["centre=c0", "centre=c1", "centre=c2"]
    assert found.ratios == pytest.approx(rows.loc[rows.index.isin(terms), "log_hr"].to_dict())
    assert set(found.points["term"]) == set(found.ratios)
    assert len(found.ratios) == 2
    assert (found.origin_day, found.model) == (30, "multivariable")
    assert ratio_over_time(study, SPEC, CoxQuestion(first_ivig=True), "age").origin_day == 0
    assert ratio_over_time(study, SPEC, CoxQuestion(ivig="on_ivig"), "age").origin_day == 0


def test_a_variable_without_an_estimate_is_not_followed_over_time(study):
    found = ratio_over_time(study, SPEC, CoxQuestion(), "light_chain")
    assert found.points.empty
    assert found.p_value is None
    assert found.note


ODD = {
    "one day": [Patient(days=1)],
    "one patient": [Patient(days=50, doses=[3], infections=[10], baseline={"age": 60.0, "sex": "male"})],
    "no IVIG": [Patient(days=100, infections=[40 + i], baseline={"age": 50.0 + i}) for i in range(8)],
    "no infections": [Patient(days=100, doses=[i], baseline={"age": 50.0 + i}) for i in range(8)],
    "all on IVIG": [
        Patient(days=100, doses=[0, 28, 56, 84], infections=[20 + i], baseline={"age": 50.0 + i}) for i in range(8)
    ],
    "IVIG before": [Patient(days=90, doses=[-5], infections=[40 + i], baseline={"age": 50.0 + i}) for i in range(8)],
    "separated": [
        Patient(days=100 + i, doses=[40 + i] if i < 4 else [], infections=[35 + i] if i < 4 else [],
                baseline={"age": 70.0 if i < 4 else 50.0, "sex": "male" if i < 4 else "female", "mark": f"m{i < 4}"})
        for i in range(8)
    ],
    "constant": [
        Patient(days=100, infections=[40 + i], baseline={"age": 60.0, "sex": "male", "mark": "x"}) for i in range(6)
    ],
    "without dates": [Patient(days=100, infections=[40 + i], start=None, baseline={"sex": "male"}) for i in range(4)],
}  # fmt: skip


DEATH = {"survival_event": "death", "landmark_day": 0, "survival_group": "none"}


@pytest.mark.parametrize(
    ("name", "changes"), [*((name, {}) for name in ODD), *((name, DEATH) for name in ("one patient", "separated"))]
)
def test_odd_cohorts_have_a_number_or_a_sentence(name, changes):
    study, spec = Study(cohort(*ODD[name])), SPEC.change(**changes)
    covariates = ("age", "sex", "iss", "baseline_igg")
    questions = [CoxQuestion(ivig="on_ivig", covariates=covariates, robust=True)]
    if not changes:
        questions += [CoxQuestion(ivig="ivig"), CoxQuestion(first_ivig=True, covariates=covariates)]
    for question in questions:
        summary = cox_summary(study, spec, question)
        rows = summary.rows[summary.rows["kind"] != "reference"]
        assert rows.loc[rows["status"] == "ok", list(NUMBERS)].notna().all(axis=None)
        assert (rows.loc[rows["status"] != "ok", "note"] != "").all()
        assert rows[["patients", "events", "missing"]].notna().all(axis=None)
        assert set(rows["variable"]) >= set(covariates)
        assert ratio_over_time(study, spec, question, "age").covariate == "age"
