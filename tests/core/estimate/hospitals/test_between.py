"""The mean ratio over hospitals against R, and what holds where hospitals are few."""

from __future__ import annotations

import numpy as np
import pytest

from ivig_core.errors import EstimationError
from ivig_core.estimate.cells import Factor, cells
from ivig_core.estimate.hospitals.between import between, mean_by_likelihood
from ivig_core.estimate.hospitals.marginal import marginal
from ivig_core.estimate.hospitals.profile import FLAT
from ivig_core.estimate.hospitals.profiled import profiled

# Infections and days on IVIG and off it; the second hospital has no infection on IVIG.
ON, OFF = [12, 0, 25, 9, 3, 60], [40, 9, 11, 22, 15, 48]
DAYS_ON, DAYS_OFF = [30, 12, 14, 40, 8, 50], [60, 20, 25, 55, 20, 70]


def profile_of(on, off, days_on, days_off):
    """Of a hospital whose patients are all alike: one stratum."""
    exposure = Factor("exposure", ("on_ivig",), np.array([1, 0]))
    return profiled(cells(np.zeros(2, int), np.array([days_on, days_off]), np.array([on, off]), [exposure]), "on_ivig")


PROFILES = [profile_of(*row) for row in zip(ON, OFF, DAYS_ON, DAYS_OFF, strict=True)]


def test_the_likelihood_of_the_mean_as_lme4():
    """R 4.2.2, lme4 1.1-31: m <- glmer(cbind(on, off) ~ 1 + (1 | study), offset = log(days_on / days_off),
    family = binomial, nAGQ = 51); fixef(m), sqrt(VarCorr(m)$study), confint(m, method = "profile").

    metafor 3.8-1 gives the same to 5 digits: rma.glmm(measure = "IRR", x1i, x2i, t1i, t2i, model = "CM.EL").
    """
    found = marginal(PROFILES)
    assert found.log_ratio == pytest.approx(-0.2245628313, abs=1e-6)
    assert found.tau == pytest.approx(0.9655312422, abs=1e-6)
    assert [found.low, found.high] == pytest.approx([-1.5254466394, 0.7533320778], abs=1e-4)


def test_without_spread_the_mean_is_the_common_ratio():
    """metafor 3.8-1, rma.glmm as above with the third and sixth hospital's infections as 5 and 20 on IVIG: τ² = 0."""
    on = [12, 0, 5, 9, 3, 20]
    found = marginal([profile_of(*row) for row in zip(on, OFF, DAYS_ON, DAYS_OFF, strict=True)])
    assert found.log_ratio == pytest.approx(-0.584007741521, abs=1e-6)
    assert found.tau < 1e-3


def test_the_mean_of_estimates_as_metafor():
    """R 4.2.2, metafor 3.8-1: rma(yi, sei = sei, method = "PM", test = "knha"); the error of the mean is never below
    that without spread, and the prediction interval has one degree of freedom less than metafor's."""
    effects = [-0.6470425, -0.5687154, -0.6952308, -0.6506527, -0.1882311]
    errors = [0.0961934, 0.1214, 0.1427, 0.1839, 0.2114]
    row, differ = between(list(zip(effects, errors, strict=True)), "pooled_random", "on_ivig")
    assert row.status == "ok"
    assert row.log_irr == pytest.approx(-0.59232396978634, abs=1e-6)
    assert [differ.q, differ.p_value] == pytest.approx([4.62076612703640, 0.32846691823105], rel=1e-9)
    assert [differ.tau2, 100 * differ.i2] == pytest.approx([0.00529641412986, 21.3094214860892], rel=1e-4)
    assert differ.df == 4


def test_two_hospitals_have_a_heterogeneity_and_no_mean():
    """metafor: rma(yi, sei = sei, method = "FE")$QE, $QEp."""
    row, differ = between([(-0.6470425, 0.0961934), (-0.1882311, 0.2114)], "pooled_random", "on_ivig")
    assert (row.status, row.log_irr) == ("too_few_hospitals", None)
    assert [differ.q, differ.p_value] == pytest.approx([3.9024042538056, 0.0482170589112], rel=1e-9)
    assert (differ.tau2, differ.predicted_low) == (None, None)


def test_hospitals_that_say_nothing_are_no_hospitals():
    with pytest.raises(EstimationError):
        marginal([*PROFILES[:2], FLAT, FLAT])
    assert mean_by_likelihood([*PROFILES[:2], FLAT], "m", "on_ivig").status == "too_few_hospitals"
    assert marginal([*PROFILES[:3], FLAT]) == marginal(PROFILES[:3])


def test_no_infection_on_ivig_anywhere_has_no_mean():
    none = [profile_of(0, off, 10, 20) for off in (3, 5, 9)]
    row = mean_by_likelihood(none, "m", "on_ivig")
    assert (row.status, row.log_irr) == ("no_convergence", None)
    assert "outside the grid" in row.note
