"""A draw of patients gives what the estimate of those patients, each as often as drawn, is."""

from __future__ import annotations

import numpy as np
import pytest

from ivig_core.cohort.read import read_cohort
from ivig_core.estimate.cells import Cells
from ivig_core.estimate.fit import fit
from ivig_core.estimate.rates.sccs import sccs_cells
from ivig_core.estimate.survival.kaplan_meier import kaplan_meier
from ivig_core.estimate.survival.restricted_mean import restricted_mean
from ivig_core.estimate.whatif.resample import curves, draws_of, log_rates, log_ratios, patient_weights, spread
from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study
from tests.paths import ROOT


@pytest.fixture(scope="module")
def study() -> Study:
    cohort = read_cohort(ROOT / "sample_data" / "daratumumab.csv").cohort
    assert cohort is not None
    return Study(cohort)


def repeated(data: Cells, weights: np.ndarray) -> Cells:
    """Every stratum as often as its patient was drawn: the likelihood of the draw, written out."""
    rows, strata, at = [], [], 0
    for stratum in range(data.strata):
        mine = np.flatnonzero(data.stratum == stratum)
        for _ in range(int(weights[data.cluster[mine[0]]])):
            rows.append(mine)
            strata.append(np.full(len(mine), at))
            at += 1
    keep = np.concatenate(rows)
    return Cells(
        np.concatenate(strata), data.cluster[keep], data.days[keep], data.infections[keep], data.codes[keep],
        data.factors,
    )  # fmt: skip


def test_patients_are_drawn_with_replacement_and_often_enough():
    weights = patient_weights(60, 4000)
    assert (weights.sum(axis=1) == 60).all()
    assert weights.mean(axis=0) == pytest.approx(1, abs=0.08)
    assert weights.var() == pytest.approx(59 / 60, rel=0.02)
    assert patient_weights(0).shape[1] == 0
    # A limit moves by less than 2 % of the width of its interval.
    assert 0.68 / np.sqrt(draws_of(5000)) < 0.02
    assert draws_of(20_000) * 20_000 <= 1e7
    assert draws_of(10**6) == 400


@pytest.mark.parametrize("adjusters", ["", "season,phase,time"])
def test_a_draw_is_the_fit_of_those_drawn(study, adjusters):
    spec = AnalysisSpec().change(adjust_for=adjusters)
    data, count = sccs_cells(study.time(spec), spec.model), len(study.full)
    weights = np.vstack([np.ones(count), patient_weights(count, 6)])
    found = log_ratios(fit(data), "on_ivig", np.arange(count), weights)
    for draw, drawn in zip(weights, found, strict=True):
        again = fit(repeated(data, draw))
        assert drawn == pytest.approx(again.maximum.beta[again.terms.index("on_ivig")], abs=2e-4)


def test_one_step_of_many_draws_lies_close(study, monkeypatch):
    spec = AnalysisSpec().change(adjust_for="phase")
    fitted, count = fit(sccs_cells(study.time(spec), spec.model)), len(study.full)
    weights = patient_weights(count, 300)
    whole = log_ratios(fitted, "on_ivig", np.arange(count), weights)
    monkeypatch.setattr("ivig_core.estimate.whatif.resample.WORK", 0)
    step = log_ratios(fitted, "on_ivig", np.arange(count), weights)
    assert np.std(step - whole) < np.std(whole) / 10
    assert np.std(whole) == pytest.approx(fitted.robust_covariance[0, 0] ** 0.5, rel=0.2)


def test_all_infections_on_one_side_is_0_or_infinite():
    data = Cells(
        np.array([0, 0, 1, 1]), np.array([0, 0, 1, 1]), np.array([10, 30, 10, 30]), np.array([1, 0, 0, 2]),
        np.array([[1], [0], [1], [0]]), (("exposure", ("on_ivig",)),),
    )  # fmt: skip
    found = log_ratios(fit(data), "on_ivig", np.arange(2), np.array([[2, 0], [0, 2], [0, 0], [1, 1.0]]))
    assert found[0] == np.inf
    assert found[1] == -np.inf
    assert np.isnan(found[2])
    # One infection in 10 of 40 days, two in 30 of 40: (1/2) / (20/60).
    assert np.exp(found[3]) == pytest.approx(1.5, rel=1e-3)


def test_curves_are_kaplan_meier_of_those_drawn():
    rng = np.random.default_rng(5)
    time, event = rng.integers(1, 40, 30), rng.random(30) < 0.6
    weights = np.vstack([np.ones(30), patient_weights(30, 5)])
    share, mean = curves(time, event, weights, 25)
    for draw, one, area in zip(weights, share, mean, strict=True):
        again = np.repeat(np.arange(30), draw.astype(int))
        km = kaplan_meier(time[again], event[again], np.full(len(again), "all"))
        assert one == pytest.approx(km.at([25])["survival"][0])
        assert area == pytest.approx(restricted_mean(km, 25)["mean"][0])
    assert np.isnan(curves(time, event, np.zeros((1, 30)), 25)).all()


def test_rates_and_limits_by_hand():
    weights = np.array([[1, 1.0], [2, 0], [0, 2]])
    found = np.exp(log_rates(np.array([3, 0]), np.array([10, 20]), weights))
    np.testing.assert_allclose(found, [0.1, 0.3, 0])
    whole = spread(np.arange(1, 101.0))
    assert (whole.low, whole.high, whole.known) == (3, 98, 1)
    assert whole.p_value == pytest.approx(2 / 101)
    assert spread(np.repeat([-1.0, 1.0], 50)).p_value == 1
    assert np.isnan(spread(np.array([1.0] * 90 + [np.nan] * 10)).low)
    assert spread(np.array([1.0] * 50 + [np.inf] * 50)).high == np.inf
