"""Cox regression with missing values imputed, beside complete cases.

R 4.2.2, mice 3.15.0, survival 3.5-3, the cohort of `gaps.with_gaps` as d, time t to an infection e:
d$h <- nelsonaalen(d, t, e); p <- make.predictorMatrix(d); p[, "t"] <- 0; age by pmm, index_therapy by polyreg,
high_risk_cytogenetics by logreg, m = 400, maxit = 10, seed = 1;
pool(with(imp, coxph(Surv(t, e) ~ I(age/5) + sex + index_therapy + high_risk_cytogenetics))).
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ivig_core.spec import AnalysisSpec
from ivig_core.study.cox import imputed as module
from ivig_core.study.cox.imputed import cox_imputed
from ivig_core.study.cox.question import CoxQuestion
from ivig_core.study.study import Study
from tests.core.make import Patient, cohort
from tests.core.study.cox.gaps import COVARIATES, with_gaps

SPEC = AnalysisSpec().change(survival_group="none", landmark_day=0, survival_event="infection")
BY_MICE = {
    "age": (-0.015735, 0.031473), "sex=female": (0.107385, 0.099931), "index_therapy=CAR-T": (0.107632, 0.126113),
    "index_therapy=other": (-0.145915, 0.159245), "high_risk_cytogenetics=yes": (0.010916, 0.121162),
}  # fmt: skip


def asked(people: list[Patient], *covariates: str, **more) -> module.CoxImputed:
    return cox_imputed(Study(cohort(*people)), SPEC, CoxQuestion(covariates=covariates, **more))


def people(number: int = 60, **gaps: int) -> list[Patient]:
    """Every so manieth patient lacks a variable."""
    made = {"age": lambda i: 50.0 + (7 * i) % 31, "sex": lambda i: ["male", "female"][i // 2 % 2],
            "iss": lambda i: ["I", "II", "III"][i // 3 % 3]}  # fmt: skip
    return [
        Patient(
            days=100 + i, doses=[3 * i] if i % 3 else [], infections=[(13 * i) % 90] if i % 4 else [],
            baseline={name: None if name in gaps and i % gaps[name] == 0 else make(i) for name, make in made.items()},
        )
        for i in range(number)
    ]  # fmt: skip


def test_ratios_are_those_of_r(monkeypatch):
    monkeypatch.setattr(module, "tables_needed", lambda incomplete: 25)
    found = cox_imputed(Study(with_gaps()), SPEC, CoxQuestion(covariates=COVARIATES))
    assert (found.patients, found.complete, found.tables) == (500, 287, 25)
    assert found.lacking == {"age": 55, "index_therapy": 98, "high_risk_cytogenetics": 104}
    rows = found.rows[(found.rows["model"] == "multivariable").to_numpy()].set_index("term")
    for term, (log_hr, se) in BY_MICE.items():
        row = rows.loc[term]
        # What differs is the chance of the draws: 25 tables, 0.02 at most.
        assert row["imputed_log_hr"] == pytest.approx(log_hr, abs=0.05), term
        assert row["imputed_se"] == pytest.approx(se, rel=0.1), term
        assert row["imputed_se"] < row["se"], term


def test_complete_cases_stand_beside_and_only_gaps_are_looked_at_alone():
    found = asked(people(iss=5), "age", "sex", "iss")
    assert (found.patients, found.complete, found.tables, found.lacking) == (60, 48, 20, {"iss": 12})
    rows = found.rows.set_index(["model", "term"])
    assert rows.loc[("univariable", "age"), "imputed_status"] == ""
    together = rows.loc["multivariable"].drop("")
    assert together.index.tolist() == ["age", "sex=male", "iss=II", "iss=III"]
    assert (together["imputed_status"] == "ok").all()
    assert together["imputed_missing_information"].between(0, 1).all()
    again = asked(people(iss=5), "age", "sex", "iss")
    pd.testing.assert_frame_equal(again.rows, found.rows)


@pytest.mark.parametrize("ivig", ["on_ivig", "ever_ivig"])
def test_ivig_that_changes_is_in_the_model(ivig):
    found = asked(people(iss=5), "iss", ivig=ivig)
    row = found.rows.set_index(["model", "term"]).loc[("multivariable", ivig)]
    assert row["imputed_status"] == "ok"
    assert 0 < row["imputed_ci_low"] < row["imputed_hr"] < row["imputed_ci_high"]


@pytest.mark.parametrize(
    ("data", "covariates", "why"),
    [
        (people(), ("age", "sex"), "nobody lacks a value"),
        (people(iss=5), ("iss",), "one variable alone"),
        (people(16, iss=2), ("iss", "age", "sex"), "iss is known of 8 patients, too few for the"),
        ([Patient(days=50, baseline=p.baseline) for p in people(iss=5)], ("iss", "age"), "no patient had an infection"),
        (people(2, iss=2), ("iss", "age"), ""),
        ([], ("iss", "age"), ""),
    ],
)
def test_where_nothing_can_be_imputed_a_sentence_says_why(data, covariates, why):
    found = asked(data, *covariates)
    assert found.tables == 0
    assert why in found.why_not
    assert found.why_not
    assert found.rows[["imputed_hr", "imputed_se"]].isna().all(axis=None)


def test_a_variable_that_nobody_has_is_named():
    data = [
        Patient(days=p.days, infections=p.infections, baseline={**p.baseline, "r_iss": None}) for p in people(iss=5)
    ]
    found = asked(data, "age", "iss", "r_iss")
    assert (found.left_out, found.lacking, found.tables) == ({"r_iss": "no patient has a value"}, {"iss": 12}, 20)


def test_a_ratio_that_is_infinite_in_some_tables_is_not_pooled():
    # Nobody of stage II has an infection: a limit in every table, whatever is drawn.
    data = [
        Patient(days=100, infections=[] if i % 3 == 1 else [5 + i],
                baseline={"iss": None if i % 10 == 0 else ["I", "II", "III"][i % 3], "age": 50.0 + (11 * i) % 31})
        for i in range(60)
    ]  # fmt: skip
    rows = asked(data, "iss", "age").rows.set_index(["model", "term"])
    row = rows.loc[("multivariable", "iss=II")]
    assert row["imputed_status"] == "no_events_exposed"
    assert row["imputed_note"].startswith("no finite ratio in")
    assert np.isnan(row["imputed_hr"])
    assert rows.loc[("multivariable", "age"), "imputed_status"] == "ok"
