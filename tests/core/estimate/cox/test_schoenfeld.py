"""Scaled Schoenfeld residuals and their smooth against R.

R 4.2.2, survival 3.5-3, first infection, reference levels as in `test_proportional`:

    several   z = cox.zph(coxph(Surv(t, e) ~ grp + I(age/5) + sex + therapy + hr, patients), terms = FALSE)
    varying   z = cox.zph(coxph(Surv(a, b, e) ~ x + I(age/5), rows), terms = FALSE), x = on IVIG, from day 0
    smooth    as in plot.cox.zph: ns(c(seq(min(x), max(x), length = 40), x), df = 4, intercept = TRUE), half widths
              qnorm(0.975) * sqrt(z$var[i, i] * ((P %*% xtx) * P) %*% rep(1, 4)); at its 1st, 20th and 40th point

Every residual was compared when these were recorded: largest difference 1e-14, sim500 with 106 tied events.
"""

from __future__ import annotations

import numpy as np
import pytest

from ivig_core.estimate.cox.data import number, rows_from_start
from ivig_core.estimate.cox.regression import cox_model
from ivig_core.estimate.cox.schoenfeld import schoenfeld
from ivig_core.study.cox.designs import at_groups, varying
from ivig_core.study.study import Study
from tests.core.estimate.cox.test_proportional import SPEC, baseline
from tests.core.reference import reference_cohort

SEVERAL = {
    "sim43": {
        "first": [-0.592564991118253, 15.0402326513895, 1.75895302123174],
        "times": [3, 9, 10],
        "squares": [601.868923576619, 13.2158208824207, 316.971264076358],
        "with_g": 5.50760486089611,
        "smooth": [5.04952138220872, -0.438116155557657, 0.7184189385236],
        "half": [4.27828061940101, 2.09034687884922, 4.95305416977285],
    },
    "sim500": {
        "first": [-1.26330353787881, -1.31136792641619, 5.47144569572179],
        "times": [1, 2, 3],
        "squares": [2331.06801286962, 109.784135047878, 1410.91289877635],
        "with_g": -4.08367572370194,
        "smooth": [-0.702637185323324, -0.375042185995523, 1.08135690831422],
        "half": [0.932779605969227, 0.429915843344292, 1.18227980203064],
    },
}
VARYING = {
    "sim43": {
        "first": [-0.480393981170008, -1.47047693048725, -1.41945746091337],
        "squares": [279.937476975883, 18.1938431905792],
        "with_g": -10.0458297914609,
        "smooth": [-0.731694818385539, -1.22209083793627, 0.842044350671833],
        "half": [2.86956826392796, 1.38443828921497, 3.34074609737018],
    },
    "sim500": {
        "first": [-0.661670682836023, -0.731028742631078, -0.657535008676874],
        "squares": [2641.30654797735, 126.872734391272],
        "with_g": -62.127308612079,
        "smooth": [-0.348052577375407, -0.531615420380465, 0.149256380350932],
        "half": [0.803612716682134, 0.367132865662783, 1.01564766169947],
    },
}


def check(found, want):
    points, terms = found.points, found.points["term"].unique()
    first = points[points["term"] == terms[0]].sort_values(["time", "log_hr"])
    np.testing.assert_allclose(first["log_hr"].head(3), want["first"], rtol=1e-9)
    assert (first["log_hr"] * first["g"]).sum() == pytest.approx(want["with_g"], rel=1e-9)
    sums = [(points.loc[points["term"] == term, "log_hr"] ** 2).sum() for term in terms[: len(want["squares"])]]
    np.testing.assert_allclose(sums, want["squares"], rtol=1e-9)
    curve = found.curve[found.curve["term"] == terms[0]].iloc[[0, 19, 39]]
    np.testing.assert_allclose(curve["log_hr"], want["smooth"], rtol=1e-8)
    np.testing.assert_allclose(curve["high"] - curve["log_hr"], want["half"], rtol=1e-8)
    np.testing.assert_allclose(curve["log_hr"] - curve["low"], want["half"], rtol=1e-8)
    return first


@pytest.mark.parametrize("name", SEVERAL)
def test_residuals_of_several_covariates_equal_r(name):
    made = at_groups(Study(reference_cohort(name)), SPEC)
    fit = cox_model("m", made.rows, [made.ivig, *baseline(name, made.rows.patient)], "an infection")
    first = check(schoenfeld(fit), SEVERAL[name])
    assert first["time"].head(3).tolist() == SEVERAL[name]["times"]
    assert len(first) == made.rows.event.sum()


@pytest.mark.parametrize("name", VARYING)
def test_residuals_of_a_covariate_that_changes_equal_r(name):
    made = varying(Study(reference_cohort(name)), SPEC, "on_ivig")
    age = baseline(name, np.arange(len(reference_cohort(name))))[0].take(made.rows.patient)
    check(schoenfeld(cox_model("m", made.rows, [made.ivig, age], "an infection")), VARYING[name])


def fit_of(time, event, x, unit=1.0):
    rows = rows_from_start(np.arange(len(time)), np.asarray(time), np.asarray(event, bool))
    return cox_model("m", rows, [number("x", np.asarray(x, float), unit)], "an infection")


def test_by_hand():
    """Events at 1, 2 and 3 of x = 1, 0, 1, at risk 1 0 1 0, then 0 1 0, then 1 0: score 2 − 2w/(2w + 2) −
    w/(w + 2) − w/(w + 1) = 0 at the estimate, residuals 1 − w/(w + 1), −w/(w + 2), 1 − w/(w + 1)."""
    fit = fit_of([1, 2, 3, 9], [1, 1, 1, 0], [1, 0, 1, 0])
    beta = fit.rows[0].log_hr
    w = np.exp(beta)
    p = np.array([w / (w + 1), w / (w + 2), w / (w + 1)])
    scaled = beta + 3 * (np.array([1, 0, 1]) - p) / (p * (1 - p)).sum()
    found = schoenfeld(fit)
    np.testing.assert_allclose(found.points["log_hr"], scaled)
    np.testing.assert_allclose(found.points["g"], [0, 1 / 4, 1 / 2])
    assert found.curve.empty


def test_the_mean_of_the_residuals_is_the_log_hazard_ratio():
    rng = np.random.default_rng(3)
    fit = fit_of(rng.integers(1, 40, 80), rng.random(80) < 0.7, rng.normal(size=80))
    assert schoenfeld(fit).points["log_hr"].mean() == pytest.approx(fit.rows[0].log_hr)


def test_another_unit_scales_them():
    rng = np.random.default_rng(4)
    time, event, x = rng.integers(1, 40, 60), rng.random(60) < 0.7, rng.normal(size=60)
    one, five = schoenfeld(fit_of(time, event, x)), schoenfeld(fit_of(time, event, x, 5.0))
    np.testing.assert_allclose(five.points["log_hr"], 5 * one.points["log_hr"])
    np.testing.assert_allclose(five.curve[["low", "high"]], 5 * one.curve[["low", "high"]])


def test_no_fit_no_residuals():
    found = schoenfeld(fit_of([5, 6, 7], [0, 0, 0], [1, 2, 3]))
    assert found.points.empty
    assert found.curve.empty


def test_all_events_at_one_time_have_no_smooth():
    found = schoenfeld(fit_of([5] * 12 + [9] * 12, [1] * 12 + [0] * 12, np.arange(24) % 7))
    assert len(found.points) == 12
    assert found.curve.empty


def test_it_follows_a_ratio_that_fades():
    rng = np.random.default_rng(5)
    x = np.repeat([0.0, 1.0], 600)
    early = rng.exponential(1 / np.where(x == 1, 0.003, 0.012))
    time = np.where(early < 60, early, 60 + rng.exponential(1 / 0.01, 1200))
    curve = schoenfeld(fit_of(np.ceil(time).astype(int), time < 300, x)).curve
    assert curve["log_hr"].iloc[2] < -0.9
    assert abs(curve["log_hr"].iloc[30]) < 0.4
