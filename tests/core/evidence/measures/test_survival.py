"""Survival of groups, worked by hand. Time counts the first day at risk as 1."""

from __future__ import annotations

import math

import pytest

from ivig_core.errors import EstimationError
from ivig_core.evidence.groups import ALL, OTHERS, PRIMARY
from ivig_core.evidence.measures import survival
from tests.core.evidence.hand import MONTH, close, groups
from tests.core.make import Patient


def dead(days):
    return Patient(days=days, died=days - 1)


def test_median_is_of_the_group_alone():
    """Four deaths: the curve is flat at one half between the second and the third."""
    made = groups(*(dead(days) for days in (31, 62, 93, 124)), Patient(days=9, doses=[0]))
    close(survival.median_months(OTHERS, "death")(made), 77.5 / MONTH)
    found = survival.median_months(PRIMARY, "death")(made)
    assert (found.estimate, found.low, found.high) == (math.inf, math.inf, math.inf)


def test_endpoint_has_its_grade_and_death_is_an_event():
    made = groups(*(Patient(days=90, infections=[(9, 2), (39, 3)]) for _ in range(3)), dead(20))
    close(survival.median_months(ALL, "infection_or_death")(made), 10 / MONTH)
    close(survival.median_months(ALL, "infection_or_death", min_grade=3)(made), 40 / MONTH)


def test_percentage_at_a_time_has_log_log_limits():
    """Half of 4 dead: se 0.25, log(−log ½) ± 1.96 · 0.25 / (½ · ln 2); R 4.2.2: `conf.type = "log-log"`."""
    made = groups(dead(100), dead(101), Patient(days=800), Patient(days=900))
    close(survival.percent_free(ALL, "death", years=2)(made), 50, 5.784, 84.49)
    with pytest.raises(EstimationError, match="nobody is followed up"):
        survival.percent_free(ALL, "death", years=5)(made)


@pytest.mark.parametrize(("days", "percentage"), [(300, 0), (900, 100)])
def test_a_curve_at_its_ends_has_no_interval(days, percentage):
    found = survival.percent_free(ALL, "death", years=2)(groups(dead(days), dead(days)))
    assert (found.estimate, found.low, found.high) == (percentage, None, None)
    assert "no interval" in found.remark


def test_progression_needs_its_dates():
    with pytest.raises(EstimationError, match="progressed_on"):
        survival.percent_free(ALL, "progression_or_death", years=2)(groups(Patient()))


def test_cumulative_incidence_has_death_competing():
    """1/4 on day 10; a death on day 15 leaves 2 of 4; 1/2 · 1/2 on day 20."""
    infected = (Patient(days=400, infections=[9]), Patient(days=400, infections=[19]))
    close(survival.cumulative_incidence(ALL, 365)(groups(*infected, dead(15), Patient(days=400))), 50)


def test_landmark_leaves_out_what_ended_before_and_counts_from_the_day_after():
    """Infected on days 60, 70 and 80: the first is out, the second is treated by day 60 and has time 10."""
    made = groups(
        Patient(days=90, doses=[60], infections=[60]), Patient(days=90, doses=[60], infections=[70]),
        Patient(days=90, doses=[61], infections=[80]),
    )  # fmt: skip
    close(survival.median_from_landmark("ivig", "infection_or_death", 60)(made), 10 / MONTH)
    close(survival.median_from_landmark("no_ivig", "infection_or_death", 60)(made), 20 / MONTH)
    with pytest.raises(EstimationError, match="no patient is left in this group"):
        survival.median_from_landmark("ivig", "death", 60)(groups(Patient(days=90)))
