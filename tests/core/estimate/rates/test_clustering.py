"""Infections close together: pairs counted by hand, chance as it is, and infections that bring others on."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from ivig_core.estimate.rates.clustering import clustering
from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study
from tests.core.make import Patient, cohort

SPEC = AnalysisSpec()


def found(*patients: Patient):
    study = Study(cohort(*patients))
    return clustering(study.time(SPEC), study.infections(SPEC))


def crowd(days_of, patients: int = 40) -> list[Patient]:
    rng = np.random.default_rng(7)
    return [Patient(days=800, doses=[200, 230, 260], infections=sorted(days_of(rng))) for _ in range(patients)]


def test_pairs_are_those_of_each_patient():
    """0, 30 and 31 days apart; 60, 61, 180 and 181; never of two patients."""
    one = [100, 100, 130, 161, 190, 310, 341, 430]
    gaps = [later - first for first, later in itertools.combinations(one, 2)]
    result = found(Patient(days=800, infections=one), Patient(days=800, infections=[110]))
    assert result.infections == len(one) + 1
    assert result.near == sum(gap <= 30 for gap in gaps)
    assert result.far == sum(61 <= gap <= 180 for gap in gaps)


def test_chance_is_the_share_of_days_within_thirty():
    """Two infections on random days of 800: P(apart by at most 30) = (800 × 61 − 30 × 31)/800²."""
    people = [Patient(days=800, infections=[at, at + 100]) for at in range(0, 400, 2)]
    result = found(*people)
    share = (800 * 61 - 30 * 31) / 800**2
    error = math.sqrt(200 * share * (1 - share) / 399)
    assert result.expected == pytest.approx(200 * share, abs=4 * error)
    assert result.low < result.expected < result.high


def test_infections_on_random_days_bring_no_infections():
    result = found(*crowd(lambda rng: rng.integers(0, 800, 6).tolist()))
    assert result.p_value > 0.05
    assert result.times == pytest.approx(1, abs=0.3)


def test_half_of_the_infections_bring_another():
    def days(rng: np.random.Generator) -> list[int]:
        first = rng.integers(0, 770, 4)
        return [*first.tolist(), *(first[:2] + rng.integers(1, 22, 2)).tolist()]

    result = found(*crowd(days))
    assert result.p_value < 0.01
    assert result.times > 2


def test_the_same_cohort_gets_the_same_answer():
    people = crowd(lambda rng: rng.integers(0, 800, 3).tolist(), 5)
    assert found(*people) == found(*people)


@pytest.mark.parametrize("people", [[Patient(days=300)], [Patient(days=300, infections=[9])]], ids=["none", "one"])
def test_without_pairs_there_is_no_answer(people):
    result = found(*people)
    assert (result.near, result.far) == (0, 0)
    assert math.isnan(result.p_value)


def test_infections_stay_on_their_side_of_ivig():
    """All infections on the 31 days of a dose: chance puts them there too, so they are no cluster."""
    people = [Patient(days=800, doses=[300], infections=[302, 318, 329]) for _ in range(20)]
    assert found(*people).p_value > 0.05
