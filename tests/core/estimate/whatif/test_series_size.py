"""Sizes by formula against R, and against simulated studies of the design that the formula is for."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import ndtri

from ivig_core.estimate.whatif.size.series_size import (
    Exposed,
    infections_needed,
    per_infection,
    power_with,
)
from tests.core.estimate.whatif.fixed_studies import SETTINGS, simulated_power

# R 4.2.2, package SCCS 1.7: samplesize(eexpo, risk, astart, aend, p, alpha, power, eage, agegrp); n as it returns it,
# and from a copy of its body the n before it is rounded up, A and B. It rounds quantiles of the normal to 4 digits.
BY_AGE = {"group_days": (91, 91, 91, 92), "effects": (1, 1.2, 1.6, 2.0)}
R = {
    # samplesize(2.5, 21, 366, 730, p = 1), the first example of its manual
    "manual 1": (2.5, 21, (365,), (1,), (1.0,), 0.05, 0.8, 110, 109.191616592710, 0.077092125259, 1.251088211244),
    # the same with p = 0.75
    "manual 2": (2.5, 21, (365,), (1,), (0.75,), 0.05, 0.8, 143, 142.697240851928, 0.058990725633, 1.251088211244),
    # p = c(.5, .35, .1, .05), eage = c(1.2, 1.6, 2), agegrp = c(457, 548, 639)
    "manual 3": (2.5, 21, *BY_AGE.values(), (0.5, 0.35, 0.1, 0.05), 0.05, 0.8, 132, 131.050150334225, 0.064416585167,
                 1.262093478049),
    # the same with 0.75 * p
    "manual 4": (2.5, 21, *BY_AGE.values(), (0.375, 0.2625, 0.075, 0.0375), 0.05, 0.8, 172, 171.869693782775,
                 0.049117462098, 1.262093478049),
    # samplesize(.6, 180, 0, 364, p = 1)
    "half": (0.6, 180, (365,), (1,), (1.0,), 0.05, 0.8, 124, 123.564968781839, 0.062868141918, 0.965995195256),
    # samplesize(.6, 180, 0, 364, p = .5, power = .9)
    "half of them": (0.6, 180, (365,), (1,), (0.5,), 0.05, 0.9, 371, 370.285939400628, 0.027994476568, 0.965995195256),
    # samplesize(.4, 90, 0, 729, p = .7, alpha = .01)
    "level": (0.4, 90, (730,), (1,), (0.7,), 0.01, 0.8, 286, 285.077143621055, 0.038357652498, 0.754426249931),
    # samplesize(.8, 365, 0, 729, p = 1, power = .9)
    "small effect": (0.8, 365, (730,), (1,), (1.0,), 0.05, 0.9, 848, 847.307174059312, 0.012371207925, 0.993805856427),
    # samplesize(1.5, 30, 0, 364, p = .3)
    "few exposed": (1.5, 30, (365,), (1,), (0.3,), 0.05, 0.8, 1696, 1695.648793645065, 0.004777020069, 1.108486593966),
    # samplesize(10, 7, 0, 364, p = 1)
    "large effect": (10, 7, (365,), (1,), (1.0,), 0.05, 0.8, 22, 21.357252661529, 0.434730355766, 1.668418279654),
    # samplesize(.6, 180, 0, 729, p = c(.3, .3, .3), eage = c(.8, .6), agegrp = c(243, 486))
    "falling": (0.6, 180, (243, 243, 244), (1, 0.8, 0.6), (0.3, 0.3, 0.3), 0.05, 0.8, 217, 216.171924735500,
                0.035168342435, 0.897374638593),
}  # fmt: skip


def in_time_groups(window: float, days: tuple, effects: tuple, share: tuple) -> Exposed:
    """Patients as R asks for them: one window each, which lies in one of several periods of so many `days` among which
    the rate differs by `effects`, in a proportion `share` of patients; the others are never exposed."""
    days, effects, share = (np.asarray(each, float) for each in (days, effects, share))
    return Exposed(np.append(share, 1 - share.sum()), np.append(effects * window / (effects @ days), 0.0))


@pytest.mark.parametrize("case", R.values(), ids=R)
def test_as_r_sccs_samplesize(case):
    ratio, window, days, effects, share, alpha, power, n, unrounded, signal, spread = case
    exposed = in_time_groups(window, days, effects, share)
    found = per_infection(exposed, ratio)
    assert found.signal == pytest.approx(signal, rel=1e-9)
    assert found.spread == pytest.approx(spread, rel=1e-9)
    assert np.ceil(infections_needed(exposed, ratio, power, alpha)) == n
    z_alpha, z_power = round(-ndtri(alpha / 2), 4), round(ndtri(power), 4)
    assert (z_alpha + z_power * np.sqrt(found.spread)) ** 2 / found.signal == pytest.approx(unrounded, rel=1e-10)


def test_the_average_over_patients_does_not_depend_on_how_they_are_grouped():
    one = Exposed(np.array([2.0, 1.0, 3.0]), np.array([0.2, 0.7, 0.0]))
    same = Exposed(np.repeat(one.weight / 4, 4), np.repeat(one.share, 4))
    assert per_infection(one, 0.6) == pytest.approx(per_infection(same, 0.6))
    # Patients without IVIG take infections and tell nothing: so do patients on IVIG throughout.
    always = Exposed(one.weight, np.array([0.2, 0.7, 1.0]))
    without = Exposed(one.weight[:2], one.share[:2])
    for other, infections in ((one, 1.0), (always, 0.6)):
        told = without.weight @ (1 + without.share * -0.4)
        part = told / (told + 3.0 * infections)
        assert infections_needed(without, 0.6, 0.8) / part == pytest.approx(infections_needed(other, 0.6, 0.8))


def test_power_is_the_size_the_other_way_round():
    exposed = Exposed(np.array([1.0, 1.0]), np.array([0.3, 0.0]))
    needed = [infections_needed(exposed, 0.6, power) for power in (0.5, 0.8, 0.9, 0.99)]
    assert power_with(np.array(needed), exposed, 0.6) == pytest.approx([0.5, 0.8, 0.9, 0.99])
    assert np.isinf(infections_needed(exposed, 1.0, 0.8))
    assert power_with(np.array([10.0, 1e6]), exposed, 1.0) == pytest.approx([0.025, 0.025])
    for nobody in (np.array([0.0, 0.0]), np.array([1.0, 0.0])):
        assert np.isinf(infections_needed(Exposed(exposed.weight, nobody), 0.6, 0.8))


@pytest.mark.parametrize("name", ["usual", "short window"])
def test_power_by_formula_is_that_of_simulated_studies(name):
    """600 studies of two settings: 4 points and the chance of a simulation so small. The proof of five settings with
    10 000 each is `tests/slow/test_study_size.py`."""
    formula, power = simulated_power(SETTINGS[name], 600)
    assert abs(power - formula) < 0.04 + 3 * np.sqrt(0.25 / 600) / 2
