"""Overdispersion of infections on and off IVIG: by hand, as the quotient of two standard errors, and by chance."""

from __future__ import annotations

import math

import numpy as np
import pytest

from ivig_core.estimate.rates.dispersion import dispersion
from ivig_core.estimate.rates.sccs import sccs_cells
from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study
from tests.core.make import Patient, cohort
from tests.core.reference import reference_cohort, sccs

SPEC = AnalysisSpec()


def found(data):
    return dispersion(sccs_cells(Study(data).time(SPEC), SPEC.model), "on_ivig")


def test_by_hand():
    """Two patients alike, 31 days on and 31 off: all 4 infections of one lie on IVIG, all of the other off it.

    The ratio is 1, so 2 of 4 are expected: ((4 − 2)² + (0 − 2)²) / (2 × 4 × ½ × ½) × 2/1 = 8. Of the 5 × 5 outcomes
    only the four with all of one on one side are as far: p = 4/256.
    """
    people = [Patient(days=62, doses=[0], infections=days) for days in ([1, 5, 9, 20], [40, 44, 50, 60])]
    result = found(cohort(*people))
    assert result.ratio == pytest.approx(8)
    assert result.p_value == pytest.approx(4 / 256, abs=4 * math.sqrt(4 / 256 / 999))


@pytest.mark.parametrize("name", ["sim43", "sim500"])
def test_is_the_squared_quotient_of_robust_and_plain_error(name):
    data = reference_cohort(name)
    robust, plain = (sccs(data, ci_method=method).loc["on_ivig", "se"] for method in ("robust", "wald"))
    assert found(data).ratio == pytest.approx((robust / plain) ** 2, rel=1e-9)


def test_infections_that_keep_to_one_side_are_overdispersed():
    rng = np.random.default_rng(5)
    days = [(sorted(rng.integers(0, 31, 4).tolist()), sorted(rng.integers(31, 62, 4).tolist())) for _ in range(20)]
    result = found(cohort(*[Patient(days=62, doses=[0], infections=both[at % 2]) for at, both in enumerate(days)]))
    assert result.ratio > 2
    assert result.p_value < 0.01


@pytest.mark.parametrize("people", [[Patient(days=300)], [Patient(days=62, doses=[0], infections=[4, 40])]])
def test_fewer_than_two_patients_tell_nothing(people):
    result = found(cohort(*people))
    assert result.patients < 2
    assert math.isnan(result.ratio)
