"""The fitted process draws cohorts like the one it was fitted to, and the calibrated ratio loses the crude bias."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ivig_core.estimate.whatif.null.calibrate import Landing, calibrate, land, seed_error
from ivig_core.estimate.whatif.null.fit import Evidence, fit, plausible
from ivig_core.estimate.whatif.null.process import (
    AT_LAGS,
    AT_TIMES,
    LOG_RATIO,
    PARAMETERS,
    Histories,
    accumulated,
    process,
    when,
)
from ivig_core.estimate.whatif.null.simulate import draw, simulate
from ivig_core.estimate.whatif.null.tally import Rule, first_doses, ratios, tally
from ivig_core.spec import AnalysisSpec
from ivig_core.study.rates.models import sccs
from ivig_core.study.whatif.null import histories_of
from tests.core.estimate.whatif.daily import daily
from tests.core.figures.studies import reference_study, study
from tests.core.make import Patient

CRUDE = Rule(0, False)
TRUTH = 0.6


@pytest.fixture(scope="module")
def triggered() -> Evidence:
    """2,000 patients whose infections bring IVIG on ten times as easily."""
    return Evidence(daily(2000, TRUTH, 10.0, seed=1))


@pytest.fixture(scope="module")
def best(triggered) -> np.ndarray:
    return fit(triggered)


@pytest.mark.parametrize("changes", [{}, {"pre_exposure_days": 45}, {"from_first_dose": True}], ids=str)
@pytest.mark.parametrize("name", ["sim43", "odd"])
def test_the_case_series_of_many_cohorts_is_that_of_one(name, changes):
    odd = [
        Patient(days=200, doses=[-40, -10, 5, 120], infections=[0, 3, 3, 60, 120, 199]),
        Patient(days=90, doses=[30, 30, 55], infections=[10, 29, 30, 85]),
        Patient(days=60, doses=[59], infections=[20, 58]),
        Patient(days=80, infections=[5]),
    ]
    given = reference_study(name) if name == "sim43" else study(*odd)
    spec = AnalysisSpec().change(**changes)
    rule = Rule(spec.exposure.pre_exposure_days, spec.exposure.from_first_dose)
    one = tally(histories_of(given, spec), rule)
    both = type(one)(*(np.concatenate([part, part]) for part in one))
    row = sccs(given, spec).set_index("term").loc["on_ivig"]
    log_ratio, error = ratios(both, rule)
    assert np.allclose(log_ratio, row["log_irr"], atol=1e-8)
    assert np.allclose(error, row["se"], atol=1e-6)


def test_simulated_cohorts_are_like_the_one_observed(triggered, best):
    observed = tally(triggered.histories, Rule(30, False))
    drawn = simulate(triggered, process(best[None]).one(0), 8, Rule(30, False), np.random.default_rng(1))
    for name in ("first", "days_on", "infections", "infections_on", "before", "before_near"):
        mine, theirs = getattr(observed, name).mean(), getattr(drawn, name).mean()
        assert theirs == pytest.approx(mine, rel=0.06), name
    assert (drawn.days_on <= drawn.days).all()
    assert (drawn.infections >= drawn.infections_on + drawn.before).all()
    assert (drawn.first < drawn.days).all()


def test_drawn_infections_and_doses_are_those_that_are_counted(triggered, best):
    """The same cohorts by both ways, with the same chance; doses before follow-up and on its first day among them."""
    rule, model = Rule(30, False), process(best[None]).one(0)
    histories = triggered.histories
    first = first_doses(histories)
    shift = np.where(np.arange(len(first)) % 3 == 0, first + 5 * (np.arange(len(first)) % 2), 0)
    early = replace(histories, dose_day=histories.dose_day - shift[histories.dose_patient])
    for evidence in (triggered, Evidence(early)):
        counted = simulate(evidence, model, 2, rule, np.random.default_rng(6))
        drawn = draw(evidence, model, 2, np.random.default_rng(6))
        for number, one in enumerate(drawn.cohorts(2)):
            mine = tally(one, rule)
            for name in counted._fields:
                assert np.array_equal(getattr(mine, name)[0], getattr(counted, name)[number]), name


def test_infections_before_the_first_dose_follow_the_rate_over_time(triggered, best):
    """With a rate that triples after 180 days, they lie there three times as often."""
    vector = best.copy()
    vector[AT_TIMES] = np.log([1, 3, 3, 3])
    vector[AT_LAGS] = -13
    drawn = draw(triggered, process(vector[None]).one(0), 3, np.random.default_rng(8))
    first = first_doses(drawn)
    late = first > 360
    day = drawn.infection_day[late[drawn.infection_patient] & (drawn.infection_day < 360)]
    assert (day >= 180).sum() / (day < 180).sum() == pytest.approx(3, rel=0.1)


def test_the_calibrated_ratio_loses_the_bias(triggered, best):
    estimate, error = (float(part[0]) for part in ratios(tally(triggered.histories, CRUDE), CRUDE))
    found = calibrate(estimate, error, land(triggered, best, CRUDE, 40))
    assert estimate - np.log(TRUTH) < -0.1
    assert abs(found.log_ratio - np.log(TRUTH)) < 0.06
    assert found.low < np.log(TRUTH) < found.high < 0
    assert found.p_value < 0.001
    nothing = land(triggered, best, CRUDE, 40, hold=0.0)
    assert (nothing.truth == 0).all()
    assert np.median(nothing.log_ratio) == pytest.approx(estimate - np.log(TRUTH), abs=0.07)


def test_infections_that_bring_nothing_on_are_told(triggered, best):
    random = Evidence(daily(800, 1.0, 1.0, seed=2))
    lag = process(np.stack([best, fit(random)])).lags
    assert lag[0, 0] > 0.005
    assert lag[1].sum() < 0.2 * lag[0].sum()


def test_plausible_processes_lie_around_the_best(triggered, best):
    drawn = plausible(triggered, best, 20, np.random.default_rng(3))
    free = np.array([LOG_RATIO, 0, 2])
    assert np.allclose(drawn.mean(axis=0)[free], best[free])
    assert 0.02 < drawn[:, LOG_RATIO].std() < 0.15


def test_interval_and_p_say_the_same():
    rng = np.random.default_rng(4)
    landing = Landing(rng.normal(-0.2, 0.3, 400), np.full(400, 0.25), np.zeros(400))
    for estimate in (-1.0, -0.7, -0.2, 0.6):
        found = calibrate(estimate, 0.25, landing)
        assert (found.low > 0 or found.high < 0) == (found.p_value < 0.05)
        assert found.log_ratio == pytest.approx(estimate + 0.2, abs=0.05)
    wide = np.where(np.arange(400) < 4, np.inf, landing.log_ratio)
    assert np.isfinite(calibrate(-0.7, 0.25, Landing(wide, landing.error, landing.truth)).low)


def test_how_far_another_seed_moves_the_limits():
    rng, said, limits = np.random.default_rng(7), [], []
    for _ in range(60):
        landing = Landing(rng.normal(-0.2, 0.3, 400), np.full(400, 0.25), np.zeros(400))
        said.append(seed_error(-0.5, 0.25, landing))
        limits.append(calibrate(-0.5, 0.25, landing)[1:3])
    assert np.mean(said) == pytest.approx(np.std(limits, axis=0).mean(), rel=0.3)


def test_hazards_and_their_inverse():
    edges, hazard = [0, 30, 60], np.array([0.02, 0.01])
    assert accumulated(edges, hazard, [-5, 15, 45, 90]) == pytest.approx([0, 0.3, 0.75, 0.9])
    assert when(edges, hazard, [0.3, 0.75, 0.95]) == pytest.approx([15, 45, np.inf])


@pytest.mark.parametrize(
    "histories",
    [
        Histories(np.array([300]), np.array([0, 0]), np.array([20, 90]), np.array([0]), np.array([80]), 30),
        Histories(np.array([50, 1]), np.array([0]), np.array([3]), np.array([0, 1]), np.array([-3, 0]), 30),
        Histories(np.array([400]), np.array([], int), np.array([], int), np.array([0, 0]), np.array([0, 30]), 30),
    ],
    ids=["one patient", "only before follow-up", "no infection"],
)
def test_little_data_breaks_nothing(histories):
    evidence = Evidence(histories)
    vector = fit(evidence)
    drawn = simulate(evidence, process(vector[None]).one(0), 50, CRUDE, np.random.default_rng(5))
    assert np.isfinite(vector).all()
    assert len(vector) == PARAMETERS
    assert (drawn.days_on >= 0).all()
