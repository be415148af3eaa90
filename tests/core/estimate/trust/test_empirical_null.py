"""Calibration by negative controls: against R's EmpiricalCalibration, by hand, and in simulation."""

from __future__ import annotations

import math

import numpy as np
import pytest

from ivig_core.estimate.trust.empirical_null import calibrate, systematic_error

SE = np.array([0.20, 0.25, 0.30, 0.15, 0.22, 0.28])
ALIKE = np.array([0.12, -0.25, 0.40, 0.05, -0.10, 0.31])
APART = np.array([0.62, -0.35, 0.90, 0.25, -0.40, 0.71, 0.15])


def test_as_r():
    """EmpiricalCalibration 3.1.4 under R 4.2.2, on the numbers above with se 0.12 for the seventh.

    `optim(c(0, 1), logLikelihoodNull, …, control = list(reltol = 1e-14, maxit = 5000))`, which is `fitNull` searched to
    the end (its own search stops at mean 0.248215537, sd 0.377139300); then, with that of `fitNull`,
    `calibrateP(null, c(-0.5, 0.7), c(0.2, 0.3))` and
    `calibrateConfidenceInterval(c(-0.5, 0.7), c(0.2, 0.3), convertNullToErrorModel(null))`.
    """
    error = systematic_error(APART, np.append(SE, 0.12))
    assert (error.mean, error.sd) == pytest.approx((0.2482516760, 0.3771585336), abs=2e-6)
    for log_ratio, se, low, high, p in (
        (-0.5, 0.2, -1.58490222, 0.0884711458, 0.0796504869),
        (0.7, 0.3, -0.49273528, 1.3963042067, 0.3485046803),
    ):
        found = calibrate(error, log_ratio, se)
        assert found.ratio == pytest.approx(math.exp(log_ratio - 0.248215537), rel=1e-4)
        assert (math.log(found.low), math.log(found.high)) == pytest.approx((low, high), abs=1e-4)
        assert found.p_value == pytest.approx(p, abs=1e-4)


def test_no_error_beyond_chance():
    """R's `fitNull` gives mean 0.05810814 and sd 0.000167 here: 0 and the mean weighted by precision."""
    error = systematic_error(ALIKE, SE)
    weight = 1 / SE**2
    assert error.sd == pytest.approx(0, abs=1e-6)
    assert error.mean == pytest.approx(float(weight @ ALIKE / weight.sum())) == pytest.approx(0.0581251660, abs=1e-6)
    assert error.se == pytest.approx(1 / math.sqrt(weight.sum()))
    assert calibrate(error, -0.5, 0.2).p_value == pytest.approx(0.0052620243, abs=1e-5)


def test_by_hand_where_all_are_equally_precise():
    """Then the mean is the plain one, and sd² + se² the mean square around it."""
    log_ratio = np.array([-0.4, -0.2, 0.0, 0.2, 0.4]) + 0.1
    error = systematic_error(log_ratio, np.full(5, 0.1))
    assert (error.mean, error.sd) == pytest.approx((0.1, math.sqrt(0.08 - 0.01)))
    found = calibrate(error, 0.1, 0.3)
    assert (found.ratio, found.p_value, found.wide_p) == pytest.approx((1, 1, 1))
    # 3.182446 is the 97.5 % point of t with 3 degrees of freedom.
    assert math.log(found.wide_high) == pytest.approx(3.182446 * math.sqrt(0.09 + 0.07 + 0.08 / 5), rel=1e-6)


def test_five_finite_controls_are_needed():
    for log_ratio, se in ((ALIKE[:4], SE[:4]), (np.append(ALIKE[:5], np.inf), SE), (ALIKE, np.append(SE[:5], np.nan))):
        with pytest.raises(ValueError, match="control"):
            systematic_error(log_ratio, se)


def test_the_wider_interval_covers_with_few_controls_and_the_published_one_does_not():
    generator, hold, published = np.random.default_rng(8), 0, 0
    cohorts, mean, sd = 300, 0.2, 0.5
    for _ in range(cohorts):
        se = generator.uniform(0.15, 0.5, 5)
        error = systematic_error(generator.normal(mean, np.hypot(se, sd)), se)
        found = calibrate(error, generator.normal(mean, math.hypot(0.2, sd)), 0.2)
        published += found.low <= 1 <= found.high
        hold += found.wide_low <= 1 <= found.wide_high
    assert hold / cohorts > 0.95 - 3 * math.sqrt(0.05 * 0.95 / cohorts)
    assert published / cohorts < 0.85
