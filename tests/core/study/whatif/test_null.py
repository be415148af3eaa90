"""If IVIG did nothing: numbers for an ordinary cohort, and a sentence for every one that has none."""

from __future__ import annotations

import numpy as np
import pytest

from ivig_core.estimate.whatif.null.calibrate import Landing
from ivig_core.estimate.whatif.null.process import Histories
from ivig_core.estimate.whatif.null.tally import Rule
from ivig_core.simulate.cohort import simulate_cohort
from ivig_core.spec import AnalysisSpec
from ivig_core.study.rates.models import sccs
from ivig_core.study.study import Study
from ivig_core.study.whatif import null
from ivig_core.study.whatif.null import NOT_OFFERED, TOO_FEW, IfNothing, if_nothing, simulations_of
from tests.core.figures.studies import SPEC, study
from tests.core.make import Patient

USUAL = {"days": 300, "doses": [100, 130], "infections": [20, 110, 250]}
SC = (200, np.nan, np.nan, "sc")


@pytest.fixture(scope="module")
def sample() -> Study:
    return Study(simulate_cohort("daratumumab"))


@pytest.fixture(scope="module")
def found(sample):
    shares: list[float] = []
    return if_nothing(sample, SPEC, shares.append), shares


def test_the_ratios_of_an_ordinary_cohort(sample, found):
    found, shares = found
    row = sccs(sample, SPEC).set_index("term").loc["on_ivig"]
    assert found.status == "ok"
    assert (found.observed, found.observed_low, found.observed_high) == tuple(row[["irr", "ci_low", "ci_high"]])
    assert found.simulations == len(found.ratios) == 2000
    assert found.null_low < found.null_median < found.null_high
    assert found.null_median == pytest.approx(np.median(found.ratios), rel=0.002)
    assert "2,000 simulated cohorts, another seed moves the limits by about 1 %" in found.note
    assert found.ci_low < found.calibrated_irr < found.ci_high
    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert if_nothing(sample, SPEC.change(landmark_day=90)) is found


def test_the_interval_method_moves_nothing_that_is_calibrated(monkeypatch):
    monkeypatch.setattr(null, "MOST_SIMULATIONS", 100)
    given = Study(simulate_cohort("known_truth"))
    wald, robust = (if_nothing(given, SPEC.change(ci_method=method)) for method in ("wald", "robust"))
    assert wald.observed_low != robust.observed_low
    for name in ("calibrated_irr", "ci_low", "ci_high", "p_value", "null_low", "seed_error"):
        assert getattr(wald, name) == getattr(robust, name), name


def test_a_small_cohort_is_simulated_more_often():
    assert [simulations_of(patients) for patients in (43, 160, 400, 1500, 6000)] == [2000, 1000, 400, 400, 100]


def test_infinite_ratios_are_no_missing_numbers(sample, monkeypatch):
    log_ratio = np.append(np.linspace(-1, 1, 480), np.full(20, np.inf))
    monkeypatch.setattr(null, "land", lambda *given, **more: Landing(log_ratio, np.full(500, 0.3), np.zeros(500)))
    found = null._simulated(IfNothing("ok", ""), null.histories_of(sample, SPEC), Rule(0, False), lambda share: None)
    assert found.null_high == np.inf
    assert 0 < found.null_low < found.null_median < 2


@pytest.mark.parametrize(("extra", "refused"), [(0, False), (30, True)])
def test_infections_on_first_days_are_refused_beyond_chance(extra, refused):
    """5,000 patients have 25 by chance alone; 30 more are not chance."""
    rng, n = np.random.default_rng(5), 5000
    start, day = rng.integers(1, 1000, n), rng.integers(0, 1000, 5 * n)
    who = np.append(rng.integers(0, n, 5 * n), np.arange(extra))
    day = np.append(day, start[:extra])
    order = np.lexsort((day, who))
    histories = Histories(np.full(n, 1000), who[order], day[order], np.arange(n), start, 30)
    note = null._few(histories, Rule(0, False))
    assert ("by chance about 25.0 would" in note) == refused
    assert bool(note) == refused


@pytest.mark.parametrize(
    ("simulations", "p_value", "words"),
    [(400, 0.0123, "p = 0.01"), (400, 0.0043, "p <0.01"), (400, 0.0497, "p = 0.0497"), (2000, 0.0123, "p = 0.012")],
)
def test_p_has_no_more_decimals_than_simulations_carry(simulations, p_value, words):
    assert IfNothing("ok", "", p_value=p_value, simulations=simulations).p_words == words


@pytest.mark.parametrize(
    ("patients", "changes", "status", "words"),
    [
        ([Patient(**USUAL)], {}, TOO_FEW, "fewer than 30 patients on IVIG"),
        ([Patient(days=300, infections=[20])] * 30, {}, TOO_FEW, "no patient with an infection has days"),
        ([Patient(days=300, doses=[100])] * 30, {}, TOO_FEW, "no patient with an infection"),
        ([Patient(days=300, doses=[100], infections=[110])] * 30, {}, TOO_FEW, "no infection off IVIG"),
        ([Patient(days=300, doses=[100], infections=[10])] * 30, {}, TOO_FEW, "no infection on IVIG"),
        ([Patient(days=300, doses=[100], infections=[10, 110])] * 29, {}, TOO_FEW, "fewer than 30 patients"),
        ([Patient(days=300, doses=[100], infections=[10])] * 40 + [Patient(**USUAL)] * 2, {}, TOO_FEW, "fewer than 5"),
        ([Patient(days=300, doses=[100], infections=[10, 20, 110])] * 40 + [Patient(**USUAL)] * 4,
         {"from_first_dose": True}, TOO_FEW, "fewer than 40 infections of patients with days on and off"),
        ([Patient(days=300, doses=[100], infections=[10, 100])] * 40, {}, TOO_FEW, "40 infections lie on the very day"),
        ([Patient(**USUAL | {"doses": [100, SC]})] * 30, {}, NOT_OFFERED, "windows of different length"),
        ([Patient(**USUAL)] * 30, {"washout_days": 30}, NOT_OFFERED, "with these settings: Washout 30 days"),
        ([Patient(**USUAL)] * 30, {"adjust_for": "season"}, NOT_OFFERED, "Adjusted for season"),
        ([Patient(**USUAL)] * 30, {"window_days": 60}, NOT_OFFERED, "21 to 45 days after a dose; here 60"),
        ([Patient(days=300, doses=[SC], infections=[20, 205])] * 40,
         {"window_days_sc": 10}, NOT_OFFERED, "21 to 45 days after a dose; here 10"),
        ([Patient(**USUAL)] * 30, {"where": "age>=200"}, TOO_FEW, "no patient with an infection"),
    ],
)  # fmt: skip
def test_a_sentence_where_there_is_no_number(patients, changes, status, words):
    found = if_nothing(study(*patients), AnalysisSpec().change(**changes))
    assert found.status == status
    assert words in found.note
    assert np.isnan(found.calibrated_irr)
    assert found.ratios is None
