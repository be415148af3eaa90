"""Cox regression of one event against R, by hand, and where it has no answer.

R 4.2.2, survival 3.5-3, Efron's ties. Rows were made in R day by day from the same files (day in (a, b] on IVIG when
0 to 30 days since some dose; ever from the first dose on), landmark day 30 by first dose, age per 5 years:

    on, ever    coxph(Surv(a, b, e) ~ x, rows)
    landmark    coxph(Surv(t, e) ~ grp, patients)
    several     coxph(Surv(t, e) ~ grp + I(age/5) + sex + therapy + hr, patients), references male, no, and the most
                frequent index therapy of the patients left (CAR-T in sim43, bispecific in sim500)
    robust      the same with cluster = id

Pairs are coefficient and standard error.
"""

from __future__ import annotations

import numpy as np
import pytest

from ivig_core.errors import SpecError
from ivig_core.estimate.cox.data import number, rows_from_start
from ivig_core.estimate.cox.regression import COX_COLUMNS, cox_model, cox_table
from ivig_core.spec import AnalysisSpec
from ivig_core.study.cox.designs import Design, at_groups, varying
from ivig_core.study.cox.ratios import multivariable
from ivig_core.study.study import Study
from tests.core.estimate.cox.hand import HAND, WORDS, by_hand
from tests.core.reference import cox_by_statsmodels, expected, reference_cohort

INFECTION_OR_DEATH = {
    ("sim43", 1, "on_ivig"): (-0.720491766405193, 0.436653892295247, 0.381058908696549),
    ("sim43", 1, "ivig"): (0.655001953702767, 0.504891571129225, 0.371291222956555),
    ("sim43", 1, "ever_ivig"): (-0.728103636801326, 0.467878062609299, None),
    ("sim43", 3, "ever_ivig"): (0.063387644272963, 0.533489833164651, None),
    ("sim500", 1, "on_ivig"): (-0.421231010888042, 0.118554494225624, 0.111881839486811),
    ("sim500", 3, "on_ivig"): (-0.554646169479892, 0.132740573872598, 0.129417667824551),
    ("sim500", 1, "ivig"): (-0.255929060356576, 0.137879749604444, 0.121210866268678),
    ("sim500", 3, "ivig"): (-0.146294236073604, 0.150710482043561, 0.146734374604917),
    ("sim500", 1, "ever_ivig"): (-0.572910562072959, 0.114884595286032, None),
    ("sim500", 3, "ever_ivig"): (-0.431144868864965, 0.12305522982895, None),
}
SEVERAL = {
    "sim43": [
        (0.820734865806947, 0.704726455982121, 0.679760144530921),
        (0.188669886277022, 0.117110744701722, 0.106618271711157),
        (0.500701085529557, 0.49269786904378, 0.453541678738371),
        (-0.701181379023541, 0.464543212361433, 0.456816004346253),
        (-1.14021713125964, 0.658712331358777, 0.695368662933349),
        (-0.192610416679722, 0.521295385641793, 0.479123856258446),
    ],
    "sim500": [
        (-0.232178840866215, 0.141805745927184, 0.122506102740053),
        (-0.000374587067952756, 0.0308207500274211, 0.0308201759679216),
        (0.0581599357042157, 0.109423474864086, 0.111698888980826),
        (0.0283998461600936, 0.124591160105837, 0.125565495152532),
        (-0.0280756665369352, 0.146306005739004, 0.150809377879555),
        (0.0515424545482592, 0.119740053867939, 0.116290523834455),
    ],
}


def design(name: str, term: str, **changes) -> Design:
    study, spec = Study(reference_cohort(name)), AnalysisSpec().change(**changes)
    return at_groups(study, spec) if term == "ivig" else varying(study, spec, term)


def about_ivig(name: str, term: str, robust: bool = False, **changes):
    made = design(name, term, **changes)
    return cox_model("m", made.rows, [made.ivig], made.event_words, robust=robust).rows[0]


@pytest.mark.parametrize("name", ["sim43", "sim500"])
@pytest.mark.parametrize(("endpoint", "grade"), [("all", 1), ("grade3plus", 3)])
@pytest.mark.parametrize(("kind", "block"), [("on_ivig", "cox_tv_first_efron"), ("ivig", "cox_landmark_group_efron")])
def test_first_infection_equals_the_reference(name, endpoint, grade, kind, block):
    want = expected(name)["survival"][endpoint][block]
    got = about_ivig(name, kind, survival_event="infection", min_grade=grade)
    pairs = {"log_hr": "log_hr", "se": "se", "hr": "hr", "ci_low": "lower95", "ci_high": "upper95", "p_value": "p"}
    for column, key in pairs.items():
        assert getattr(got, column) == pytest.approx(want[key], rel=1e-8), column
    assert got.events == want["n_events"]
    assert len(design(name, kind, survival_event="infection", min_grade=grade).rows.patient) == want["n_rows"]


@pytest.mark.parametrize(("name", "grade", "kind"), INFECTION_OR_DEATH)
def test_infection_or_death_equals_r(name, grade, kind):
    log_hr, se, robust = INFECTION_OR_DEATH[name, grade, kind]
    got = about_ivig(name, kind, min_grade=grade)
    assert (got.log_hr, got.se) == pytest.approx((log_hr, se), abs=1e-8)
    if robust:
        again = about_ivig(name, kind, robust=True, min_grade=grade)
        assert (again.log_hr, again.se) == pytest.approx((log_hr, robust), abs=1e-8)
        assert "sandwich by patient" in again.note


@pytest.mark.parametrize("name", SEVERAL)
@pytest.mark.parametrize("robust", [False, True])
def test_several_covariates_equal_r(name, robust):
    study, spec = Study(reference_cohort(name)), AnalysisSpec().change(survival_event="infection")
    names = ["ivig", "age", "sex", "index_therapy", "high_risk_cytogenetics"]
    therapy = {"sim43": "CAR-T", "sim500": "bispecific"}[name]
    got = multivariable(study, spec, names, {"sex": "male", "index_therapy": therapy}, robust=robust).rows
    np.testing.assert_allclose(got["log_hr"], [row[0] for row in SEVERAL[name]], atol=1e-8)
    np.testing.assert_allclose(got["se"], [row[1 + robust] for row in SEVERAL[name]], atol=1e-8)


def test_equals_statsmodels():
    made = design("sim500", "on_ivig")
    beta, covariance = cox_by_statsmodels(made.rows, made.ivig.columns)
    got = cox_model("m", made.rows, [made.ivig], WORDS).rows[0]
    assert (got.log_hr, got.se) == pytest.approx((beta[0], np.sqrt(covariance[0, 0])), rel=1e-8)


def test_by_hand():
    """Three patients, events of A at 1 and B at 2, C censored at 3; x = 1, 0, 1.

    l(β) = β − ln(2e^β + 1) − ln(e^β + 1): e^β = √½; information 2e/(2e + 1)² + e/(e + 1)².
    """
    rows = rows_from_start(np.arange(3), np.array([1, 2, 3]), np.array([True, True, False]))
    got = cox_model("m", rows, [number("x", np.array([1.0, 0, 1]))], WORDS).rows[0]
    e = np.sqrt(0.5)
    assert got.hr == pytest.approx(e)
    assert got.se == pytest.approx((2 * e / (2 * e + 1) ** 2 + e / (e + 1) ** 2) ** -0.5)
    assert got.note == "per 1 more"


def test_robust_needs_patients_with_the_event():
    few = by_hand(number("age", HAND["age"].to_numpy()), data=HAND.assign(e=[1, 1, 1] + [0] * 9), robust=True).rows[0]
    assert "fewer than 5 patients with the event" in few.note
    assert few.se == by_hand(number("age", HAND["age"].to_numpy()), data=HAND.assign(e=[1, 1, 1] + [0] * 9)).rows[0].se


def test_no_robust_interval_where_all_events_share_a_risk_set():
    """All infected on one day: the scores of patients cancel, and what is left of them is rounding."""
    age = np.arange(12.0)
    rows = rows_from_start(np.arange(12), np.full(12, 60), np.full(12, True))
    covariates = [number("age", age), number("other", age**2 % 7)]
    naive, robust = (cox_model("m", rows, covariates, WORDS, robust=asked).rows for asked in (False, True))
    assert [row.se for row in robust] == [row.se for row in naive]
    assert all("scores of patients cancel" in row.note for row in robust)


def test_table_has_the_columns_of_a_row():
    table = cox_table(by_hand(number("age", HAND["age"].to_numpy())).rows)
    assert tuple(table.columns) == COX_COLUMNS
    assert cox_table([]).empty


@pytest.mark.parametrize("unit", [0, -1, np.inf])
def test_units_are_above_zero(unit):
    with pytest.raises(SpecError, match="units"):
        number("age", HAND["age"].to_numpy(), unit)
