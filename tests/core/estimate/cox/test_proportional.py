"""Test of proportional hazards against R.

R 4.2.2, survival 3.5-3, after landmark day 30, first infection, reference levels as in `test_cox`:

    two       cox.zph(coxph(Surv(t, e) ~ I(age/5) + sex, patients), transform = tr)
    several   cox.zph(coxph(Surv(t, e) ~ grp + I(age/5) + sex + therapy + hr, patients), transform = tr)
    varying   cox.zph(coxph(Surv(a, b, e) ~ x + I(age/5), rows), transform = tr), x = on IVIG, from day 0
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ivig_core.errors import SpecError
from ivig_core.estimate.cox.data import levels, number, rows_from_start
from ivig_core.estimate.cox.proportional import GLOBAL, PH_COLUMNS, proportional
from ivig_core.estimate.cox.regression import cox_model
from ivig_core.spec import AnalysisSpec
from ivig_core.study.cox.designs import at_groups, varying
from ivig_core.study.study import Study
from tests.core.reference import reference_cohort

TWO = {
    ("sim43", "km"): [0.327604327331456, 0.611564676717829, 1.199491479006003],
    ("sim43", "identity"): [0.000510359856939674, 0.938284352082641160, 0.965938206282551781],
    ("sim500", "km"): [9.9626674792479761, 0.0175520400871759, 10.1640303293422321],
    ("sim500", "identity"): [14.067802203980369, 0.393123134666638, 14.161154967748338],
}
SEVERAL = {
    ("sim43", "km"): [
        0.123416008896075, 0.268455845092034, 0.676858021488432, 0.862639759029226, 7.647686733803938,
        9.308167230028380,
    ],
    ("sim43", "identity"): [
        0.41820906264435875, 0.00673338231806743, 0.94470593359063082, 0.32871331876946341, 7.95197709010571252,
        8.30074526795742962,
    ],
    ("sim500", "km"): [
        6.0086715205180541, 10.4245109489428085, 0.0132311639893789, 1.2287985619922079, 1.8202210446649998,
        20.1467771617835503,
    ],
    ("sim500", "identity"): [
        6.4525172307250802, 14.5655919599829087, 0.4462006248876458, 0.0812946868145026, 0.3370348114106260,
        24.5784723436738588,
    ],
}  # fmt: skip
VARYING = {
    ("sim43", "km"): [0.00912702225790179, 0.72137386505672363, 0.74885843805073138],
    ("sim43", "identity"): [0.6011374151751698, 0.0101434077716402, 0.7642882104765653],
    ("sim500", "km"): [0.592443109816331, 1.367268736013375, 1.979798422164770],
    ("sim500", "identity"): [0.0721090527908216, 6.9266351234114794, 7.0490759687093227],
}
SPEC = AnalysisSpec().change(survival_event="infection")


def baseline(name, patients):
    table = reference_cohort(name).patients.iloc[patients]
    return (
        number("age", table["age"].to_numpy(float), 5),
        levels("sex", pd.Categorical(table["sex"]), "male"),
        levels("index_therapy", pd.Categorical(table["index_therapy"])),
        levels("high_risk_cytogenetics", pd.Categorical(table["high_risk_cytogenetics"]), "no"),
    )


@pytest.mark.parametrize(("name", "transform"), TWO)
def test_two_covariates_equal_r(name, transform):
    made = at_groups(Study(reference_cohort(name)), SPEC)
    fit = cox_model("m", made.rows, baseline(name, made.rows.patient)[:2], "an infection")
    got = proportional(fit, transform)
    np.testing.assert_allclose(got["chi2"], TWO[name, transform], rtol=1e-8)
    assert got["df"].tolist() == [1, 1, 2]
    assert got["covariate"].tolist() == ["age", "sex", GLOBAL]


@pytest.mark.parametrize(("name", "transform"), SEVERAL)
def test_several_covariates_equal_r(name, transform):
    made = at_groups(Study(reference_cohort(name)), SPEC)
    fit = cox_model("m", made.rows, [made.ivig, *baseline(name, made.rows.patient)], "an infection")
    got = proportional(fit, transform)
    np.testing.assert_allclose(got["chi2"], SEVERAL[name, transform], rtol=1e-8)
    assert got["df"].tolist() == [1, 1, 1, 2, 1, 6]
    if (name, transform) == ("sim500", "km"):
        assert got["p_value"].iloc[[0, -1]].tolist() == pytest.approx([0.01423574124341606, 0.00260760280360335])


@pytest.mark.parametrize(("name", "transform"), VARYING)
def test_a_covariate_that_changes_with_time_equals_r(name, transform):
    made = varying(Study(reference_cohort(name)), SPEC, "on_ivig")
    age = baseline(name, np.arange(len(reference_cohort(name))))[0].take(made.rows.patient)
    got = proportional(cox_model("m", made.rows, [made.ivig, age], "an infection"), transform)
    np.testing.assert_allclose(got["chi2"], VARYING[name, transform], rtol=1e-8)


def check(time, event, *covariates):
    rows = rows_from_start(np.arange(len(time)), np.asarray(time), np.asarray(event, bool))
    return proportional(cox_model("m", rows, covariates, "an infection"))


def test_one_event_time_gives_no_test():
    got = check([5, 5, 5, 9, 9, 9], [1, 1, 1, 0, 0, 0], number("x", np.array([1.0, 5, 2, 3, 4, 2])))
    assert np.isnan(got["chi2"]).all()
    assert got["note"].tolist() == ["no events at different times that say anything about it"]


def test_what_is_not_fitted_is_not_tested():
    x = np.array([1.0, 5, 2, 3, 4, 2])
    got = check([5, 6, 7, 9, 10, 11], [1, 1, 0, 1, 0, 1], number("x", x), number("y", x * 0), number("z", -x))
    assert got["df"].tolist()[1] == 0
    assert tuple(got.columns) == PH_COLUMNS
    assert "no term" in got["note"].iloc[1]
    none = check([5, 6], [0, 0], number("x", x[:2]))
    assert none["note"].tolist() == ["not tested in a model without finite estimates"]


def test_it_finds_a_hazard_ratio_that_turns_around():
    rng = np.random.default_rng(1)
    x = np.repeat([0.0, 1.0], 400)
    # Hazard of x = 1 is four times that of x = 0 up to day 100 and a quarter of it afterwards.
    waiting = rng.exponential(size=800)
    early = waiting / np.where(x == 1, 0.008, 0.002)
    late = 100 + (waiting - 100 * np.where(x == 1, 0.008, 0.002)) / np.where(x == 1, 0.002, 0.008)
    time = np.ceil(np.where(early <= 100, early, late)).astype(int)
    assert check(time, time <= 400, number("x", x))["p_value"].iloc[0] < 1e-6
    steady = np.ceil(waiting / np.where(x == 1, 0.008, 0.002)).astype(int)
    assert check(steady, steady <= 400, number("x", x))["p_value"].iloc[0] > 0.01


def test_unknown_transform():
    with pytest.raises(SpecError, match="transform"):
        proportional(cox_model("m", rows_from_start(*np.zeros((3, 0), int)), [], "an infection"), "rank")
