"""The maximum is found wherever there is one, also where a level has few days and most infections."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from ivig_core.estimate.cox.partial import PartialLikelihood
from ivig_core.estimate.likelihood import ConditionalPoisson, linear, maximise
from ivig_core.estimate.rates.counting import CountingRows, risk_sets
from ivig_core.spec import AnalysisSpec
from ivig_core.study.rates import models
from ivig_core.study.study import Study
from tests.core.make import Patient, cohort


def on_the_day(inside: int, outside: int, days: int, several: int = 1):
    """One dose whose window is its day: `inside` patients with infections on it, `outside` with one on another day."""
    people = [Patient(days=days, doses=[50], infections=[50] * several) for _ in range(inside)]
    return cohort(*people, *[Patient(days=days, doses=[50], infections=[10]) for _ in range(outside)])


def row(data, model: str = "sccs"):
    spec = AnalysisSpec().change(window_days=0, ci_method="wald")
    return getattr(models, model)(Study(data), spec).set_index("term").loc["on_ivig"]


@pytest.mark.parametrize(
    ("cohort_of", "log_irr", "se"),
    [((5, 1, 730), 8.20111154602942, 1.09544507907486), ((39, 1, 3650, 3), 12.96438224048199, 1.00426434712799)],
)
def test_case_series_equals_gnm_where_the_first_step_of_newton_ends_far_beyond(cohort_of, log_irr, se):
    """R 4.2.2, gnm 1.1-2: `gnm(n ~ on, eliminate = id, family = poisson, offset = log(days), tolerance = 1e-14,
    iterMax = 500)` on rows of 1 day on and the others off; the first has 5 of 6 infections on that day.
    """
    got = row(on_the_day(*cohort_of))
    assert (got["log_irr"], got["se"]) == pytest.approx((log_irr, se), abs=1e-6)


def test_gee_equals_glm_there():
    """R 4.2.2: `glm(n ~ on + offset(log(days)), poisson, epsilon = 1e-14)` gives 8.2011116; by hand log(5·729)."""
    got = row(on_the_day(5, 1, 730), "gee")
    assert got["log_irr"] == pytest.approx(np.log(5 * 729), abs=1e-7)


@pytest.mark.parametrize("days", [60, 100, 365, 1000, 3650])
@pytest.mark.parametrize(("inside", "outside"), [(1, 1), (1, 5), (3, 3), (5, 1), (11, 1), (1, 39), (39, 1), (200, 2)])
@pytest.mark.parametrize("several", [1, 4])
def test_a_grid_of_ratios_up_to_a_million_converges(days, inside, outside, several):
    """All patients alike: the ratio is infections on the day × (days − 1) / infections on the others."""
    data = on_the_day(inside, outside, days, several)
    for model in ("sccs", "gee"):
        got = row(data, model)
        assert got["status"] == "ok"
        assert got["log_irr"] == pytest.approx(np.log(inside * several * (days - 1) / outside), abs=1e-7)
    # Everybody's dose is on one day of the clock of these models, so that they have nothing to compare.
    assert "no_convergence" not in {row(data, model)["status"] for model in ("andersen_gill", "pwp")}


def test_several_terms_with_levels_of_one_day_converge():
    """Random strata with up to four levels of 1 to 8,000 days, ratios up to 20,000: the score is 0 at the maximum."""
    random = np.random.default_rng(20260)
    for _ in range(200):
        strata, terms = int(random.integers(1, 30)), int(random.integers(1, 5))
        stratum = np.repeat(np.arange(strata), terms + 1)
        X = np.tile(np.vstack([np.zeros(terms), np.eye(terms)]), (strata, 1))
        log_days = random.uniform(0, 9, len(stratum))
        weight = np.exp(log_days + X @ random.uniform(-3, 10, terms)).reshape(strata, -1)
        counts = [random.multinomial(random.integers(1, 8), w / w.sum()) for w in weight]
        # One infection in every level of one stratum, so that there is a maximum.
        infections = np.concatenate(counts) + (stratum == 0)
        likelihood = ConditionalPoisson(stratum, log_days, infections.astype(float), X)
        top = maximise([likelihood], np.zeros(terms))
        assert np.abs(likelihood.at(top.beta).score).max() < 1e-6


def test_cox_regression_converges_where_a_rare_level_has_nearly_all_early_events():
    """Two of 2,000 at risk have the covariate and the events of days 2 and 3; that of day 1 is another's.

    By hand the maximum solves Σ (x_i − p_i(β)) = 0 over the three events.
    """
    size = 2000
    x = np.zeros(size)
    x[:2] = 1
    stop = np.full(size, 10)
    stop[[2, 0, 1]] = [1, 2, 3]
    event = stop < 10
    number = np.arange(size)
    rows = CountingRows(number, np.zeros(size, int), stop, event, np.ones(size, int), np.zeros(size, int), (), 0)
    likelihood = PartialLikelihood(risk_sets(rows), x[:, None])
    top = maximise([likelihood], np.zeros(1))
    odds = np.exp(top.beta[0])
    # Events expected among those with the covariate, and with how many others they are at risk on each day.
    expected = sum(with_it * odds / (with_it * odds + others) for with_it, others in ((2, 1998), (2, 1997), (1, 1997)))
    assert expected == pytest.approx(2, abs=1e-9)


@pytest.mark.parametrize("at_once", [1, 3, 8, 50])
def test_blocks_of_cells_change_nothing(monkeypatch, at_once):
    """Strata that begin, end and go on in a block, and one that fills several: the sums are those of the definition."""
    random = np.random.default_rng(2)
    stratum = np.repeat(np.arange(7), [1, 4, 2, 20, 1, 1, 6])
    X = random.integers(0, 2, (len(stratum), 3)).astype(np.int8)
    offset, infections = random.uniform(0, 3, len(stratum)), random.integers(0, 3, len(stratum)).astype(float)
    beta = np.array([0.3, -1.0, 0.7])
    monkeypatch.setattr("ivig_core.estimate.likelihood.CELLS_AT_ONCE", at_once)
    got = ConditionalPoisson(stratum, offset, infections, X).at(beta)
    score, information = np.zeros(3), np.zeros((3, 3))
    for number in range(7):
        here = stratum == number
        x, n = X[here].astype(float), infections[here]
        share = np.exp(offset[here] + x @ beta)
        share /= share.sum()
        score += n @ x - n.sum() * share @ x
        information += n.sum() * (x.T @ np.diag(share) @ x - np.outer(share @ x, share @ x))
    np.testing.assert_allclose(got.score, score, atol=1e-12)
    np.testing.assert_allclose(got.information, information, atol=1e-12)
    np.testing.assert_array_equal(linear(X, beta), X @ beta)


def test_memory_does_not_grow_with_terms_as_numbers_of_eight_bytes():
    """Indicators are a byte each, and only a block of them is ever a number."""
    random = np.random.default_rng(3)
    strata, size, terms = 2_000, 10, 40
    stratum = np.repeat(np.arange(strata), size)
    X = random.integers(0, 2, (len(stratum), terms)).astype(np.int8)
    likelihood = ConditionalPoisson(stratum, np.zeros(len(stratum)), np.ones(len(stratum)), X)
    tracemalloc.start()
    likelihood.at(np.full(terms, 0.1))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < X.size * 8 / 1.2
