"""Cox regressions of a spec: which rows there are, of whom, and who was given IVIG.

First dose of IVIG in R 4.2.2, survival 3.5-3, patients with a dose before the first day at risk left out:
coxph(Surv(t, e) ~ I(age/5) + hr, patients); R, all patients from day 0, reference male:
coxph(Surv(a, b, e) ~ on + I(age/5) + sex, rows).
"""

from __future__ import annotations

import json
from functools import cache

import numpy as np
import pandas as pd
import pytest

from ivig_core.errors import EstimationError, SpecError
from ivig_core.spec import AnalysisSpec
from ivig_core.study.analysis_json import records
from ivig_core.study.cox.ratios import cox, cox_rows, first_ivig, multivariable
from ivig_core.study.study import Study
from ivig_core.study.survival.tables import survival
from tests.core.make import Patient, cohort
from tests.core.reference import reference_cohort

FIRST_IVIG = {
    "sim43": ([(-0.159239102584329, 0.0962591401186606), (-0.652455456789836, 0.392978692179409)], 42, 36),
    "sim500": ([(-0.0521527412370756, 0.0299336804005778), (0.156866565369293, 0.115325994439831)], 470, 361),
}
ON_WITH_BASELINE = {
    "sim43": [
        (-0.745790136725881, 0.468445458078647), (0.0712535989475783, 0.103989251950239),
        (0.5129175096019, 0.361553839148057),
    ],
    "sim500": [
        (-0.40345937090945, 0.122050539088954), (-0.0211243832840492, 0.0277303071770657),
        (0.101384388512296, 0.098490943319065),
    ],
}  # fmt: skip
SPEC = AnalysisSpec()
CONTRACT = ["model", "term", "status", "log_hr", "se", "hr", "ci_low", "ci_high", "p_value", "note"]


def people(number: int = 40) -> list[Patient]:
    """Patients with some of everything."""
    stages = ["I", "II", "III", None]
    return [
        Patient(
            days=120 + i,
            doses=[5 * i] if i % 3 else [],
            infections=[35 + 2 * i] if i % 4 else [],
            died=119 + i if i % 8 == 0 else np.nan,
            igg=[(-3, 300.0 + 10 * i)],
            baseline={
                "age": 50.0 + (7 * i) % 31, "sex": ["male", "male", "female"][i // 2 % 3], "iss": stages[i % 4],
                "heavy_chain": "IgA", "centre": f"c{i % 3}", "code": float(i % 2), "note": f"free text {i}",
                "same": "x",
            },
        )
        for i in range(number)
    ]  # fmt: skip


@pytest.fixture(scope="module")
def study():
    return Study(cohort(*people()))


def test_rows_are_the_contract(study):
    rows = cox_rows(study, SPEC)
    assert rows.columns.tolist() == [*CONTRACT, "patients", "events"]
    assert rows["model"].unique().tolist() == ["landmark", "time_varying", "univariable"]
    assert rows.loc[rows["model"] != "univariable", "term"].tolist() == ["ivig", "on_ivig", "ever_ivig"]
    terms = rows["term"].tolist()
    # Every variable of the format has a row, the user's own where they offer something to compare.
    assert {"age", "sex=female", "iss=II", "iss=III", "light_chain", "baseline_igg"} <= set(terms)
    assert {"centre=c1", "code=1"} <= set(terms)
    assert not {"same", "note"} & set(terms)
    json.dumps(records(rows), allow_nan=False)


def test_a_row_has_numbers_or_says_why_not(study):
    rows = cox_rows(study, SPEC)
    ok = rows["status"] == "ok"
    assert rows.loc[ok, CONTRACT[3:9]].notna().all(axis=None)
    assert rows.loc[~ok, ["log_hr", "se"]].isna().all(axis=None)
    assert (rows["note"] != "").all()


def test_population_is_that_of_the_curves(study):
    rows = cox_rows(study, SPEC).set_index("term")
    tables = survival(study, SPEC)
    patients, events = tables.km.medians[["patients", "events"]].sum()
    assert rows.loc[["ivig", "age"], "patients"].tolist() == [patients] * 2
    assert rows.loc[["ivig", "age"], "events"].tolist() == [events] * 2
    assert rows.loc["on_ivig", "patients"] == 40
    assert "left out for a missing value" in rows.loc["iss=II", "note"]
    assert rows.loc["iss=II", "patients"] < patients


@pytest.mark.parametrize("changes", [{"landmark_day": 0}, {"survival_group": "sex"}, {"survival_group": "none"}])
def test_no_landmark_row_without_landmark_groups(study, changes):
    models = cox_rows(study, SPEC.change(**changes))["model"]
    assert "landmark" not in models.tolist()
    assert (models == "time_varying").sum() == 2


@pytest.mark.parametrize("group", ["iss", "ivig_strategy"])
def test_groups_of_the_curves_take_no_patient_from_a_single_variable(study, group):
    # A quarter have no stage: grouped by it they were missing from every row.
    plain, grouped = (cox_rows(study, SPEC.change(survival_group=name, landmark_day=0)) for name in ("none", group))
    pd.testing.assert_frame_equal(grouped, plain)
    landmark = cox_rows(study, SPEC.change(survival_group=group)).query("model == 'univariable'")
    by_ivig = cox_rows(study, SPEC).query("model == 'univariable'")
    pd.testing.assert_frame_equal(landmark.reset_index(drop=True), by_ivig.reset_index(drop=True))


def test_states_that_look_ahead_do_not_enter(study):
    plain = cox_rows(study, SPEC).set_index("term")
    changed = SPEC.change(pre_exposure_days=30, washout_days=30, window_cuts="7,14", exclude_first_days=20)
    other = cox_rows(study, changed).set_index("term")
    assert other.loc["on_ivig", "log_hr"] == plain.loc["on_ivig", "log_hr"]
    assert cox_rows(study, SPEC.change(window_days=10)).set_index("term").loc["on_ivig", "log_hr"] != pytest.approx(
        plain.loc["on_ivig", "log_hr"]
    )


def test_events_after_follow_up_are_not_in_time_varying_models():
    late = [Patient(days=100, doses=[40 + i], died=150.0 + i, last_contact=150.0 + i) for i in range(6)]
    early = [Patient(days=60 + i, doses=[5 * i] if i % 2 else [], died=59.0 + i) for i in range(8)]
    rows = cox_rows(Study(cohort(*late, *early)), SPEC.change(survival_event="death")).set_index("term")
    assert (rows.loc["ivig", "events"], rows.loc["on_ivig", "events"]) == (14, 8)
    assert "6 events after follow-up, where doses are not recorded, not counted" in rows.loc["on_ivig", "note"]


def test_every_covariate_has_its_check(study):
    result = cox(study, SPEC)
    assert result.checks["model"].tolist()[:3] == ["landmark", "time_varying", "time_varying"]
    tested = result.checks[result.checks["df"] > 0]
    assert tested["p_value"].between(0, 1).all()
    assert (result.checks.loc[result.checks["df"] == 0, "note"] != "").all()


@pytest.mark.parametrize("name", ON_WITH_BASELINE)
def test_current_ivig_beside_baseline_equals_r(name):
    spec = SPEC.change(survival_event="infection")
    got = multivariable(Study(reference_cohort(name)), spec, ["on_ivig", "age", "sex"], {"sex": "male"}).rows
    np.testing.assert_allclose(got[["log_hr", "se"]], ON_WITH_BASELINE[name], atol=1e-8)
    assert got["term"].tolist() == ["on_ivig", "age", "sex=female"]


def test_units_bands_and_references(study):
    per_five = multivariable(study, SPEC, ["age", "sex"]).rows.set_index("term")
    per_one = multivariable(study, SPEC, ["age", "sex"], units={"age": 1}).rows.set_index("term")
    assert per_five.loc["age", "log_hr"] == pytest.approx(5 * per_one.loc["age", "log_hr"])
    assert "per 5 years more" in per_five.loc["age", "note"]
    banded = multivariable(study, SPEC, ["age"], bands=["age"]).rows
    assert banded["term"].tolist() == ["age=65–74", "age=≥75"]
    turned = multivariable(study, SPEC, ["age"], {"age": "≥75"}, bands=["age"]).rows.set_index("term")
    assert turned.loc["age=<65", "log_hr"] == pytest.approx(-banded["log_hr"].iloc[1])
    igg = multivariable(study, SPEC, ["baseline_igg"], bands=["baseline_igg"]).rows
    assert igg["note"].str.contains("against IgG 400–<700 mg/dL").all()


def test_reference_does_not_move_with_the_event():
    """CAR-T leads among those without an early infection, bispecific in the whole cohort."""
    rows = cox_rows(Study(reference_cohort("sim43")), SPEC)
    mine = rows[rows["term"].str.startswith("index_therapy")]
    assert mine["note"].str.contains("against bispecific").all()


@pytest.mark.parametrize(
    ("covariates", "more", "field"),
    [
        ([], {}, "covariates"),
        (["colour"], {}, "covariates"),
        (["ivig", "on_ivig"], {}, "covariates"),
        (["age"], {"units": {"age": 0}}, "units"),
        (["sex"], {"references": {"sex": "other"}}, "references"),
        (["age"], {"references": {"age": "70"}}, "references"),
        (["sex"], {"units": {"sex": 2}}, "units"),
        (["age"], {"bands": ["colour"]}, "bands"),
    ],
)
def test_what_is_not_allowed(study, covariates, more, field):
    with pytest.raises(SpecError) as caught:
        multivariable(study, SPEC, covariates, **more)
    assert caught.value.field == field


def test_ivig_by_landmark_needs_a_landmark(study):
    with pytest.raises(SpecError, match="landmark"):
        multivariable(study, SPEC.change(landmark_day=0), ["ivig", "age"])
    with pytest.raises(SpecError, match="IVIG is the event"):
        first_ivig(study, SPEC, ["on_ivig"])


@pytest.mark.parametrize("name", FIRST_IVIG)
def test_first_ivig_equals_r(name):
    want, patients, events = FIRST_IVIG[name]
    got = first_ivig(Study(reference_cohort(name)), SPEC, ["age", "high_risk_cytogenetics"]).rows
    np.testing.assert_allclose(got[["log_hr", "se"]], want, atol=1e-8)
    assert (got["patients"].iloc[0], got["events"].iloc[0]) == (patients, events)
    assert got["note"].str.contains("with a dose before the first day at risk left out").all()


def test_first_ivig_one_by_one(study):
    result = first_ivig(study, SPEC, bands=["age"])
    assert set(result.rows["model"]) == {"univariable"}
    assert {"age=65–74", "sex=female", "centre=c1"} <= set(result.rows["term"])
    assert first_ivig(study, SPEC, bands=["age"]) is result


def test_a_column_of_the_users_own_called_ivig_is_a_variable_like_any_other():
    data = [Patient(days=90 + i, doses=[i] if i % 2 else [], infections=[40 + i], baseline={"ivig": "yn"[i % 3 > 0]})
            for i in range(12)]  # fmt: skip
    rows = cox_rows(Study(cohort(*data)), SPEC)
    assert rows.loc[rows["term"].str.startswith("ivig"), "term"].tolist() == ["ivig", "ivig=y"]


def test_groups_that_cannot_be_formed_say_so(study):
    with pytest.raises(EstimationError, match="progression"):
        cox_rows(study, SPEC.change(survival_event="progression_or_death"))


ODD = (
    [Patient(days=1)],
    [Patient(days=50, doses=[3], infections=[10])],
    [Patient(days=100)] * 3,
    [Patient(days=100, infections=[40], start=None)] * 4,
    [Patient(days=100, doses=[40], infections=[0, 0])] * 2,
    people(3),
    people(9),
)


@cache
def odd_study(number: int) -> Study:
    """One for all settings: the first use of IVIG does not depend on the event of survival."""
    return Study(cohort(*ODD[number]))


@pytest.mark.parametrize("odd", range(len(ODD)))
@pytest.mark.parametrize(
    "changes",
    [{}, {"survival_event": "death"}, {"survival_event": "infection", "dose_day": "excluded"}, {"where": "age>200"}],
)
def test_odd_cohorts(odd, changes):
    study, spec = odd_study(odd), SPEC.change(**changes)
    for result in (cox(study, spec, robust=True), first_ivig(study, spec), multivariable(study, spec, ["ivig", "age"])):
        rows = result.rows
        ok = rows["status"] == "ok"
        assert rows.loc[ok, CONTRACT[3:9]].notna().all(axis=None)
        assert (rows.loc[ok, "ci_high"] < 1e12).all()
        assert (rows.loc[~ok, "note"] != "").all()
        json.dumps(records(rows), allow_nan=False)
