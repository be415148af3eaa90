"""Rates, person-time and rate ratios, worked by hand. One dose on day 20 puts days 20–50 on IVIG."""

from __future__ import annotations

from math import exp, sqrt

import pytest

from ivig_core.errors import EstimationError
from ivig_core.estimate.intervals import Z
from ivig_core.evidence.groups import ALL, IVIG, REFERENCE
from ivig_core.evidence.measures import rates, ratios
from ivig_core.terms import FALL_WINTER, OBSERVATION, ON, PRE, SPRING_SUMMER
from ivig_core.terms import REFERENCE as NEVER
from tests.core.evidence.hand import MONTH, close, groups
from tests.core.make import Patient

YEAR = 365.25
ONE = Patient(days=100, doses=[20], infections=[5, 30, 80])
NONE = Patient(days=50, infections=[9])


def limits(estimate, *counts):
    reach = Z * sqrt(sum(1 / count for count in counts))
    return estimate, estimate * exp(-reach), estimate * exp(reach)


def test_rates_by_period():
    made = groups(ONE, NONE)
    close(rates.rate(IVIG, ON)(made), YEAR / 31)
    close(rates.rate(IVIG, OBSERVATION)(made), 2 * YEAR / 69)
    close(rates.rate(REFERENCE, NEVER)(made), YEAR / 50)
    close(rates.rate(REFERENCE, NEVER, min_grade=3)(made), 0)
    with pytest.raises(EstimationError, match="no day"):
        rates.rate(IVIG, PRE, pre_exposure_days=5)(groups(Patient(doses=[0])))


def test_infections_and_months():
    made = groups(ONE, NONE)
    close(rates.infections_in(IVIG, OBSERVATION)(made), 2)
    close(rates.person_months(ALL, ON)(made), 31 / MONTH)
    close(rates.person_months(ALL, NEVER)(made), 50 / MONTH)


def test_seasons():
    """From 15 January to 31 March are 76 days, with days 5 and 30; 24 more with day 80."""
    made = groups(ONE, NONE)
    close(rates.rate_in_season(IVIG, FALL_WINTER)(made), 2 * YEAR / 76)
    close(rates.rate_in_season(IVIG, SPRING_SUMMER)(made), YEAR / 24)
    close(rates.on_ivig_in_season(IVIG, FALL_WINTER)(made), 100 * 31 / 76)
    close(rates.on_ivig_in_season(IVIG, SPRING_SUMMER)(made), 0)
    with pytest.raises(EstimationError, match="no day"):
        rates.rate_in_season(IVIG, SPRING_SUMMER)(groups(Patient(days=30, doses=[3])))


def test_ratio_within_a_patient():
    """One infection in 31 days, two in 69: a conditional binomial, variance of the log ratio 1/1 + 1/2."""
    close(ratios.ratio(IVIG)(groups(ONE, NONE)), *limits((1 / 31) / (2 / 69), 1, 2))


def test_ratio_of_the_days_before_the_first_dose():
    """Days 0–9 off, 10–19 before the dose, 20–50 on, 51–99 off: infections 2 off in 59, 1 before in 10, 1 on in 31."""
    made = groups(Patient(days=100, doses=[20], infections=[5, 12, 30, 80]))
    close(ratios.ratio(IVIG, PRE, pre_exposure_days=10)(made), *limits((1 / 10) / (2 / 59), 1, 2))
    close(ratios.ratio(IVIG, pre_exposure_days=10)(made), *limits((1 / 31) / (2 / 59), 1, 2))


def test_percent_lower_turns_the_limits_round():
    infected = [(5, 2, "viral"), (30, 2, "viral"), (31, 2, "bacterial"), (80, 2, "viral")]
    found = ratios.percent_lower(IVIG, pathogens="viral")(groups(Patient(days=100, doses=[20], infections=infected)))
    ratio, low, high = limits((1 / 31) / (2 / 69), 1, 2)
    close(found, 100 * (1 - ratio), 100 * (1 - high), 100 * (1 - low))


def test_no_infection_on_ivig_is_a_ratio_of_0_with_a_bound():
    found = ratios.ratio(IVIG)(groups(Patient(doses=[20], infections=[5, 80])))
    assert (found.estimate, found.low) == (0, 0)
    assert found.high > 1
    assert "no infection in this level" in found.remark


def test_no_infection_at_all_is_no_ratio():
    with pytest.raises(EstimationError, match="no patient with an infection"):
        ratios.ratio(IVIG)(groups(Patient(doses=[20])))


LOW_FOR_40 = {"igg": [(-10, 800), (20, 500), (60, 900)], "baseline": {"heavy_chain": "IgA"}}


def test_time_and_ratio_by_igg():
    """A value holds from the next day: 500 on days 21–60, at or above 700 on the other 60."""
    made = groups(Patient(days=100, doses=[0], infections=[30, 80], **LOW_FOR_40), Patient())
    close(rates.low_igg_time(IVIG, 700)(made), 40)
    close(ratios.low_igg_ratio(IVIG, 700)(made), *limits((1 / 40) / (1 / 60), 1, 1))


def test_days_of_unknown_igg_are_left_out():
    """120 days after its day 60 a value no longer holds: days 181–299 and their infection do not count."""
    made = groups(Patient(days=300, doses=[0], infections=[30, 80, 200], **LOW_FOR_40))
    close(rates.low_igg_time(IVIG, 700)(made), 100 * 40 / 181)
    close(ratios.low_igg_ratio(IVIG, 700)(made), *limits((1 / 40) / (1 / 141), 1, 1))


def test_igg_that_is_never_low_has_no_ratio():
    patient = Patient(doses=[0], infections=[30], igg=[(-10, 800)], baseline={"heavy_chain": "IgA"})
    with pytest.raises(EstimationError, match="no patient with an infection has days in this level"):
        ratios.low_igg_ratio(IVIG, 700)(groups(patient))


def test_crude_ratio_adds_patients_up():
    """On IVIG 2 infections in 62 days, off 3 in 138."""
    made = groups(ONE, Patient(days=100, doses=[20], infections=[40, 60]), NONE)
    close(ratios.crude_ratio(IVIG)(made), *limits((2 / 62) / (3 / 138), 2, 3))
    with pytest.raises(EstimationError, match="none off it"):
        ratios.crude_ratio(IVIG)(groups(Patient(doses=[20], infections=[30])))


def test_crude_ratio_of_a_part_and_of_the_rest():
    """Known low IgG throughout, progressive on days 60–99, IVIG on days 50–80.

    Nonprogressive: off 0–49 with days 10, 20, 30, on 50–59 with day 55. Progressive: on 60–80 with days 62, 63, off
    81–99 with day 90.
    """
    patient = Patient(
        days=100, doses=[50], infections=[10, 20, 30, 55, 62, 63, 90], progressive=[(60, 99)],
        igg=[(-1, 500)], baseline={"heavy_chain": "IgA"},
    )  # fmt: skip
    made = groups(patient)
    inside = ratios.crude_ratio(IVIG, within="phase:nonprogressive; igg:<700")(made)
    close(inside, *limits((1 / 10) / (3 / 50), 1, 3))
    close(ratios.crude_ratio_outside(IVIG, 700)(made), *limits((2 / 21) / (1 / 19), 2, 1))
