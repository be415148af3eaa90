"""What the simulation of strategies is built from, each part against another way to the same number."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import gammaln

from ivig_core.errors import EstimationError
from ivig_core.estimate.whatif.strategies import within
from ivig_core.estimate.whatif.strategies.calendar import Calendar
from ivig_core.estimate.whatif.strategies.igg_path import Samples, course, igg_path
from ivig_core.estimate.whatif.strategies.outcome import (
    FINITE,
    NO_IVIG,
    NONE_AVERTED,
    OPEN,
    estimate,
    expanded,
    expansion,
    per_averted,
)
from ivig_core.estimate.whatif.strategies.shrink import SHAPES, shrink


def two_patients() -> Calendar:
    """Patient 0: days 0–9 at level 0, 10–29 at level 1; patient 1: days 0–4 at level 1."""
    return Calendar(
        patient=np.array([0, 0, 1]),
        start=np.array([0, 10, 0]),
        days=np.array([10, 20, 5]),
        level=np.array([0, 1, 1]),
        on=np.array([False, True, False]),
        follow_up=np.array([30, 5]),
        design=np.array([[0.0], [1.0]]),
    )


def test_weighted_days_by_hand():
    weighted = two_patients().weighted(np.array([[1.0, 1.0], [1.0, 3.0]]))
    assert weighted.total.tolist() == [[30, 70], [5, 15]]
    who, first, last = np.array([0, 0, 1]), np.array([8, -5, 2]), np.array([11, 29, 99])
    assert weighted.windows(who, first, last).tolist() == [[4, 8], [30, 70], [3, 9]]
    assert weighted.windows_of(who, np.array([0, 1, 1]), first, last).tolist() == [4, 70, 9]
    assert two_patients().days_by_level(True).tolist() == [[0, 20], [0, 0]]


def test_days_are_hit_as_often_as_they_weigh():
    weighted = two_patients().weighted(np.array([[1.0, 1.0], [1.0, 3.0]]))
    share = (np.arange(7000) + 0.5) / 7000
    for patient, draw, first in ((0, 1, 100), (0, 0, 7000 / 30), (1, 1, 1400)):
        day = weighted.day_at(np.full(7000, patient), np.full(7000, draw), share)
        number = np.bincount(day)
        assert len(number) == weighted.calendar.follow_up[patient]
        assert number[0] == pytest.approx(first, abs=1)
        assert number[-1] == pytest.approx(first * weighted.weights[1, draw] / (1 if patient == 0 else 3), abs=1)


def test_rates_are_shrunken_by_maximum_likelihood():
    rng = np.random.default_rng(3)
    time = rng.uniform(0.3, 4, 60)
    events = rng.poisson(rng.gamma(2, 0.8, 60) * time)
    counts = np.stack([np.ones(60, int), rng.multinomial(60, np.full(60, 1 / 60))], axis=1)
    found = shrink(events, np.stack([time, 2 * time], axis=1), counts)

    def minus(at, draw, exposure):
        mean, shape = np.exp(at)
        terms = gammaln(shape + events) + shape * np.log(shape / mean) - gammaln(shape)
        return -(counts[:, draw] * (terms - (shape + events) * np.log(shape / mean + exposure))).sum()

    for draw, exposure in ((0, time), (1, 2 * time)):
        best = np.exp(minimize(minus, [0, 0], (draw, exposure), method="BFGS").x)
        assert (found.mean[draw], found.heterogeneity[draw]) == pytest.approx(tuple(best), rel=2e-3)
        prior = found.heterogeneity[draw] / found.mean[draw]
        assert found.rate[:, draw] == pytest.approx((found.heterogeneity[draw] + events) / (prior + exposure))


def test_patients_who_hardly_differ_get_the_rate_of_the_cohort():
    events, time = np.full(30, 2), np.ones((30, 1))
    found = shrink(events, time, np.ones((30, 1), int))
    assert found.heterogeneity[0] == pytest.approx(SHAPES[1], rel=0.01)
    assert found.rate == pytest.approx(np.full((30, 1), 2.0), abs=1e-6)
    none = shrink(np.zeros(3, int), np.ones((3, 1)), np.ones((3, 1), int))
    assert none.rate.max() < 1e-6


def test_one_step_is_as_good_in_a_large_cohort(monkeypatch):
    rng = np.random.default_rng(4)
    days = rng.integers(100, 400, (400, 4)).astype(float)
    design = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]])
    infections = rng.poisson(0.004 * days * np.exp(design @ [-0.5, 0.3]))
    counts = rng.multinomial(400, np.full(400, 1 / 400), size=20).T
    exact = within.within_patient(days, infections, design, counts)
    monkeypatch.setattr(within, "LARGE", 0)
    assert within.within_patient(days, infections, design, counts) == pytest.approx(exact, abs=0.01)
    assert within.within_patient(days, infections * 0, design, counts).tolist() == np.zeros((2, 20)).tolist()


def test_igg_without_ivig_is_found_again():
    rng = np.random.default_rng(5)
    patient = np.repeat(np.arange(300), 4)
    day = np.tile([-20, 60, 200, 500], 300)
    own, noise = rng.normal(0, 0.5, 300), rng.normal(0, 0.15, 1200)
    value = np.exp(6 + course(day) @ [-0.6, 0.2] + own[patient] + noise)
    path = igg_path(Samples(patient, day, value), 301, np.ones((301, 1), int))
    assert path.slope[:, 0] == pytest.approx([-0.6, 0.2], abs=0.03)
    assert path.level[0] == pytest.approx(6, abs=0.06)
    assert path.residual[0] == pytest.approx(0.15, abs=0.01)
    assert np.corrcoef(path.own[:300, 0], own)[0, 1] > 0.98
    # Nobody has sampled the last patient: the cohort's level, as uncertain as patients differ.
    assert path.own[300, 0] == 0
    assert path.own_sd[300, 0] == pytest.approx(0.5, abs=0.05)
    with pytest.raises(EstimationError, match="9 patients"):
        igg_path(Samples(patient[:36], day[:36], value[:36]), 300, np.ones((300, 1), int))


def test_amount_per_infection_averted_is_turned_over():
    one, ten = np.array([10.0]), np.full(100, 10.0)
    clear = per_averted((one, ten), (np.array([4.0]), np.linspace(2, 5, 100)))
    assert (clear.value, clear.status) == (2.5, FINITE)
    assert (clear.low, clear.high) == pytest.approx((10 / np.quantile(np.linspace(2, 5, 100), 0.975), 4.83), rel=0.02)
    wide = per_averted((one, ten), (np.array([2.0]), np.linspace(-1, 5, 100)), factor=3)
    assert (wide.value, wide.high, wide.status) == (15, None, OPEN)
    assert wide.low == pytest.approx(3 * 10 / 4.85, rel=0.01)
    harm = per_averted((one, ten), (np.array([-1.0]), np.linspace(-3, -0.5, 100)))
    assert (harm.value, harm.low, harm.high, harm.status) == (None, None, None, NONE_AVERTED)
    assert per_averted((one * 0, np.zeros(9)), (one, np.ones(9))).status == NO_IVIG
    assert estimate(one, np.arange(1000.0) + 0.5).high == pytest.approx(975)


def test_intervals_of_few_patients_reach_further():
    # t with 9 degrees of freedom × √(10 / 9) = 2.262 × 1.054 = 2.385, against 1.960.
    assert expansion(10) == pytest.approx(2.385 / 1.960, abs=1e-3)
    assert expansion(100_000) == pytest.approx(1, abs=2e-5)
    assert expanded(np.array([0.0, 50, 100, 200]), 2.0) == pytest.approx([0, 75 * (2 / 3) ** 2, 75 * (4 / 3) ** 2,
                                                                        75 * (8 / 3) ** 2])  # fmt: skip
    assert expanded(np.zeros(4), 2.0).tolist() == [0, 0, 0, 0]
