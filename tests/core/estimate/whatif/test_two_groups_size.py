"""Sizes of two groups against R, and the spread between patients."""

from __future__ import annotations

import numpy as np
import pytest

from ivig_core.estimate.whatif.size.two_groups_size import (
    any_infection,
    log_ratio_variance,
    patients_needed,
    power_with_patients,
    variance_between_patients,
)

# R 4.2.2, MKpower 1.1: power.nb.test(mu0, RR =, theta = 1/variance, duration =, power =, sig.level =, ssize.ratio =,
# approach = 2)$n, patients of the group off IVIG; ssize.ratio is the size of the other one against it.
R = [
    (2.0, 0.60, 0.5, 1.00, 0.8, 0.05, 1.0, 70.1841608868746),
    (2.0, 0.60, 0.5, 2.00, 0.9, 0.05, 0.5, 104.023465604186),
    (1.0, 0.40, 1.2, 0.75, 0.8, 0.01, 1.0, 98.2997681735823),
    (0.8, 0.85, 0.4, 0.75, 0.8, 0.05, 1.0, 1315.68986755566),  # Zhu & Lakkis 2014, table I: 1316
]


@pytest.mark.parametrize(("rate", "ratio", "variance", "years", "power", "alpha", "sizes", "n"), R)
def test_as_r(rate, ratio, variance, years, power, alpha, sizes, n):
    share = sizes / (1 + sizes)
    spread = log_ratio_variance(np.full(7, rate * years), ratio, share, variance)
    needed = patients_needed(ratio, spread, power, alpha)
    assert needed * (1 - share) == pytest.approx(n, rel=1e-9)
    assert power_with_patients(np.array([needed]), ratio, spread, alpha) == pytest.approx([power])


def test_no_effect_needs_no_end_of_patients_and_poisson_is_the_limit():
    assert np.isinf(patients_needed(1.0, 3.0, 0.8))
    expected = np.array([1.0, 3.0])
    assert log_ratio_variance(expected, 0.5, 0.5, 0.0) == pytest.approx(1 / 0.5 / 1.0 + 1 / 0.5 / 2.0)
    assert any_infection(expected, 0.0) == pytest.approx(1 - np.exp(-expected))
    assert any_infection(expected, 0.5) == pytest.approx(1 - (1 + 0.5 * expected) ** -2.0)


def test_the_spread_between_patients_is_found_again():
    rng = np.random.default_rng(6)
    expected = rng.uniform(0.2, 6, 4000)
    for variance in (0.3, 1.5):
        counts = rng.poisson(expected * rng.gamma(1 / variance, variance, 4000))
        assert variance_between_patients(counts, expected) == pytest.approx(variance, rel=0.1)
    assert variance_between_patients(rng.poisson(expected), expected) < 0.02
    assert variance_between_patients(np.zeros(5), np.ones(5)) == 0.0
    assert variance_between_patients(np.array([3.0]), np.ones(1)) == 0.0
