"""Poisson regression with patients as clusters against R and statsmodels, and where it has no answer.

R 4.2.2, the rows of a patient added up by covariate pattern, Mancl and DeRouen by explicit matrices:

    g <- glm(y ~ on + pre + prog + fall + offset(log(days)), poisson, d, control = glm.control(epsilon = 1e-14))
    X <- model.matrix(g); mu <- fitted(g); r <- d$y - mu; M <- solve(t(X) %*% (mu * X)); B <- 0
    for (i in unique(id)) { k <- id == i; Xi <- X[k, , drop = FALSE]
      H <- (mu[k] * Xi) %*% M %*% t(Xi)                      # D M D' V^-1 with V = diag(mu)
      s <- t(Xi) %*% solve(diag(sum(k)) - H, r[k]); B <- B + s %*% t(s) }
    cbind(coef(g), sqrt(diag(M %*% B %*% M)))

The same without H gave the standard errors of geepack 1.3.9, geeglm(corstr = "independence"), to 15 digits.
"""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.stats import t as student

from ivig_core.estimate.cells import cells
from ivig_core.estimate.fit import fit
from ivig_core.estimate.rates.gee import gee, standard_errors
from ivig_core.estimate.rates.marginal import enter
from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study
from tests.core.make import Patient, cohort
from tests.core.reference import reference_cohort

R = {
    ("sim43", "on", "all"): [(-0.484103186045842, 0.193574386799693)],
    ("sim500", "on", "all"): [(-0.594201630306794, 0.0614402777868643)],
    ("sim43", "more", "all"): [
        (-0.353077487236201, 0.195854206768847), (1.308743053190978, 0.247836607105981),
        (0.579220341673508, 0.193541219220427), (0.346474483761430, 0.159074991580148),
    ],
    ("sim500", "more", "all"): [
        (-0.536344580040180, 0.0625555586349593), (1.092017375493757, 0.0913901667675878),
        (0.541984880485496, 0.0672649090142476), (0.233371556659818, 0.0469206449542727),
    ],
    ("sim43", "more", "exposed"): [
        (-0.397218432172405, 0.197522850808656), (1.264955187586598, 0.250285410021524),
        (0.572625111191263, 0.195829512568580), (0.370279659473562, 0.160915403739258),
    ],
    ("sim500", "more", "exposed"): [
        (-0.526540722463522, 0.0611495918019001), (1.102260185670231, 0.0890808511752893),
        (0.576960040459496, 0.0700446376220395), (0.220067356441800, 0.0508507686131659),
    ],
}  # fmt: skip
MORE = {"pre_exposure_days": 30, "adjust_for": "phase,season"}


def rows(data, **changes):
    spec = AnalysisSpec().change(**changes)
    return gee(Study(data).time(spec), spec.model).set_index("term")


def row(*people, term="on_ivig", **changes):
    return rows(cohort(*people), **changes).loc[term]


@pytest.mark.parametrize(("name", "terms", "population"), R)
def test_coefficients_and_corrected_errors_equal_r(name, terms, population):
    got = rows(reference_cohort(name), population=population, **(MORE if terms == "more" else {}))
    np.testing.assert_allclose(got[["log_irr", "se"]], R[name, terms, population], atol=1e-8, rtol=0)
    assert set(got["ci_method"]) == {"robust"}


def test_equals_bias_reduced_gee_of_statsmodels_without_adding_up_rows():
    spec = AnalysisSpec().change(population="all", adjust_for="phase,time,season", pre_exposure_days=30)
    time = Study(reference_cohort("sim43")).time(spec)
    table, got = time.table, gee(time, spec.model)
    X = np.column_stack(
        [np.ones(len(table))]
        + [
            (table[column] == term)
            for column, terms in (
                ("state", ["on_ivig", "pre_ivig"]),
                ("phase", ["progressive"]),
                ("season", ["fall_winter"]),
                ("time", [f"time_band_{n}" for n in range(1, 8)]),
            )
            for term in terms
        ]
    ).astype(float)
    model = sm.GEE(
        table["infections"].to_numpy(), X, groups=table["patient"].to_numpy(), family=sm.families.Poisson(),
        offset=np.log(table["days"].to_numpy()),
    )  # fmt: skip
    fitted = model.fit(cov_type="bias_reduced", ctol=1e-12, maxiter=200, scale=1)
    by_term = got.set_index("term").loc[
        ["on_ivig", "pre_ivig", "progressive", "fall_winter", *(f"time_band_{n}" for n in range(1, 8))]
    ]
    np.testing.assert_allclose(by_term["log_irr"], fitted.params[1:], atol=1e-8)
    np.testing.assert_allclose(by_term["se"], fitted.bse[1:], rtol=1e-7)


def test_limits_and_p_are_of_t_with_patients_minus_coefficients():
    got = rows(reference_cohort("sim43"), population="all").loc["on_ivig"]
    reach = student.ppf(0.975, 41) * got["se"]
    np.testing.assert_allclose(np.log([got["ci_low"], got["ci_high"]]), got["log_irr"] + np.array([-reach, reach]))
    assert got["p_value"] == pytest.approx(2 * student.sf(abs(got["log_irr"] / got["se"]), 41))
    assert "t with 41 degrees of freedom" in got["note"]


def test_two_rates_by_hand():
    """Without other terms the ratio is that of two rates: 4 in 8·31 days on, 7 in 8·69 off."""
    people = [Patient(days=100, doses=[0], infections=[5] * (n % 2) + [50] * (n % 3)) for n in range(8)]
    got = row(*people)
    assert got["irr"] == pytest.approx((4 / (8 * 31)) / (7 / (8 * 69)))
    counts = ["patients", "patients_with_infection", "informative_patients", "infections"]
    assert got[counts].tolist() == [8, 6, 6, 11]
    # The degrees of freedom of its interval are those of the patients in the model.
    assert got["note"].endswith("t with 6 degrees of freedom")


def test_patients_who_never_had_ivig_are_observation_in_all_and_left_out_else():
    people = [Patient(days=100, doses=[0], infections=[5, 50]) for _ in range(5)]
    never = [Patient(days=1000) for _ in range(5)]
    assert row(*people, *never)["irr"] == pytest.approx(69 / 31)
    assert row(*people, *never, population="all")["irr"] == pytest.approx((5 * 69 + 5000) / (5 * 31))


def test_cut_windows_have_terms_of_their_own():
    got = rows(reference_cohort("sim43"), window_cuts="14")
    assert got.index.tolist() == ["on_ivig_0_13", "on_ivig_14_30"]
    assert (got["status"] == "ok").all()


OFF = [Patient(days=100, doses=[0], infections=[50 + n]) for n in range(6)]
ON = [Patient(days=100, doses=[0], infections=[n]) for n in range(6)]


def test_no_infection_on_ivig_is_a_ratio_of_zero_without_an_upper_limit():
    got = row(*OFF)
    assert (got["status"], got["irr"], got["ci_low"]) == ("no_events_exposed", 0, 0)
    assert got[["log_irr", "se", "ci_high", "p_value"]].isna().all()
    assert got["note"].startswith("no infection in this level; a robust interval")


def test_no_infection_off_ivig_has_no_ratio():
    got = row(*ON)
    assert got["status"] == "no_events_reference"
    assert got[["irr", "log_irr", "se", "ci_low", "ci_high", "p_value"]].isna().all()
    assert got["note"].startswith("no infection in the reference level")


def test_a_level_without_infections_leaves_the_other_terms_as_without_its_days():
    """No infection in the 10 days before the first dose: its rows go, and so do those of patients with no other day."""
    people = [Patient(days=100, doses=[20 + n], infections=[n, 25 + n, 80]) for n in range(6)]
    got = rows(cohort(*people), pre_exposure_days=10)
    assert got.loc["pre_ivig", "status"] == "no_events_exposed"
    spec = AnalysisSpec().change(pre_exposure_days=10)
    time = Study(cohort(*people)).time(spec)
    table = time.table[time.table["state"] != "pre_ivig"]
    sums = table.groupby(table["state"] == "on_ivig")[["infections", "days"]].sum()
    rate = sums["infections"] / sums["days"]
    assert got.loc["on_ivig", "irr"] == pytest.approx(rate[True] / rate[False])
    assert got.loc["on_ivig", "status"] == "ok"


@pytest.mark.parametrize(
    ("people", "changes", "why"),
    [
        ([Patient(days=100, doses=[0]) for _ in range(6)], {}, "no infection: nothing to compare"),
        ([Patient(days=100, infections=[3]) for _ in range(6)], {}, "no patient had IVIG"),
        ([Patient(days=100, infections=[3]) for _ in range(6)], {"population": "all"}, "no day is in this level"),
        ([Patient(days=20, doses=[0], infections=[n]) for n in range(6)], {}, "every day is in this level"),
        ([Patient(days=20, doses=[0], infections=[1])], {"exclude_first_days": 30}, "no day is left to analyse"),
    ],
    ids=["no infections", "nobody had IVIG", "nobody had IVIG, all", "always on", "no days"],
)
def test_no_contrast_is_said(people, changes, why):
    got = row(*people, **changes)
    assert (got["status"], got["note"]) == ("no_contrast", why)
    assert got[["irr", "log_irr", "se", "ci_low", "ci_high", "p_value"]].isna().all()


def test_few_patients_have_a_wald_interval_and_the_note_says_so():
    """One patient, 1 infection in 31 days on, 1 in 69 off: SE √2."""
    got = row(Patient(days=100, doses=[0], infections=[0, 50]))
    assert (got["ci_method"], got["se"]) == ("wald", pytest.approx(np.sqrt(2)))
    assert "fewer than 5 patients with an infection" in got["note"]


def test_a_level_of_one_patient_alone_has_no_robust_interval_and_the_others_have_theirs():
    """Progressive only in the patient without IVIG: he decides that level, and drops out of the ratio on IVIG."""
    people = [Patient(days=100 + n, doses=[0], infections=[3 * n, 50] + [60] * (n % 3)) for n in range(8)]
    alone = Patient(days=80, progressive=[(0, 100)], infections=[5, 7])
    got = rows(cohort(*people, alone), population="all", adjust_for="phase")
    assert got.loc["progressive", "ci_method"] == "wald"
    assert "one patient alone" in got.loc["progressive", "note"]
    without = rows(cohort(*people), population="all")
    np.testing.assert_allclose(got.loc["on_ivig", ["log_irr", "se"]].astype(float), without[["log_irr", "se"]].iloc[0])
    assert got.loc["on_ivig", "ci_method"] == "robust"


FOLLOWED_LONG = [
    Patient(days=3651, doses=[400, 430], infections=[50, 410]),
    Patient(days=181, doses=[60, 90, 120], infections=[10, 100]),
    Patient(days=201, doses=[90, 120], infections=[40]),
    Patient(days=151, doses=[30, 60], infections=[20, 70]),
    Patient(days=211, doses=[100], infections=[5, 90]),
    Patient(days=171, doses=[50, 80], infections=[45]),
]


def test_one_patient_followed_ten_years_leaves_no_interval_of_the_correction():
    """Six patients, one for ten years: the corrected variance gave 0.00–7,616,474, mostly the correction itself.

    By the R of the head of this file: log ratio 1.5929, SE by the model 0.690065559, by patient 1.019379983, and
    corrected 5.133512422. Shown is the model's interval, 1.27–19.02.
    """
    got = row(*FOLLOWED_LONG)
    assert (got["log_irr"], got["se"]) == pytest.approx((1.592908610482888, 0.690065559342354), abs=1e-8)
    assert (got["ci_low"], got["ci_high"]) == pytest.approx((1.271764068786312, 19.018501219302983), rel=1e-7)
    assert got["ci_method"] == "wald"
    assert got["note"].startswith("one patient weighs so much")


def test_the_correction_is_withheld_where_it_more_than_doubles_the_standard_error():
    """Told by R for the same patients: corrected 5.1335 against 1.0194 without the correction; 1.04 times in sim43."""
    spec = AnalysisSpec()
    entered = enter(Study(cohort(*FOLLOWED_LONG)).time(spec), "exposed", ())
    table = entered.time.table
    fitted = fit(cells(np.zeros(len(table), int), table["days"].to_numpy(), entered.infections, entered.factors))
    naive, robust, plain, patients = standard_errors(entered, fitted)
    assert [naive[0], robust[0], plain[0]] == pytest.approx([0.690065559342, 5.133512421894, 1.019379982749], abs=1e-8)
    assert patients == 6
    # A patient of ordinary follow-up in his place: the same model keeps its corrected interval.
    usual = row(Patient(days=300, doses=[150, 180], infections=[50, 160]), *FOLLOWED_LONG[1:])
    assert usual["ci_method"] == "robust"


def test_fewer_than_three_patients_more_than_coefficients_have_no_t_interval():
    """Six patients: 3 coefficients leave 3 degrees of freedom, 4 leave 2, whose t quantile is 4.3."""
    people = [
        Patient(days=200 + n, doses=[20 + n], infections=[5 * n, 30, 41 + n, 100], progressive=[(35, 60.0 + 5 * n)])
        for n in range(6)
    ]
    assert set(rows(cohort(*people), adjust_for="phase")["ci_method"]) == {"robust"}
    more = rows(cohort(*people), adjust_for="phase,season")
    assert set(more["ci_method"]) == {"wald"}
    assert more.loc["on_ivig", "note"].startswith("6 patients for 4 coefficients, too few")


def test_patients_who_are_all_alike_have_no_spread_to_rest_on():
    got = row(*[Patient(days=100, doses=[0], infections=[5, 50]) for _ in range(6)])
    assert got["ci_method"] == "wald"
    assert "differ too little" in got["note"]


def test_terms_that_cannot_be_told_apart_are_named():
    """Progressive on exactly the days on IVIG."""
    people = [Patient(days=100, doses=[20], progressive=[(20, 50)], infections=[5, 25 + n]) for n in range(6)]
    got = rows(cohort(*people), adjust_for="phase")
    assert set(got["status"]) == {"not_identified"}
    assert got.loc["on_ivig", "note"] == "cannot be told apart from progressive"


def test_what_the_file_does_not_record_is_said():
    got = rows(cohort(*ON, *OFF, calendar="none"), adjust_for="season,phase")
    assert got.loc["fall_winter", "note"].startswith("the file gives no calendar dates")
    assert got.loc["progressive", "note"] == "the file records no disease phase"
    assert got.loc["on_ivig", "status"] == "ok"
