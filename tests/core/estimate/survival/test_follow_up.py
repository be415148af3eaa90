"""Median follow-up against R: `summary(survfit(Surv(time, cause == 0) ~ group, d, conf.type = "log-log"))$table`.

R 4.2.2, survival 3.5-3.
"""

import numpy as np
import pytest

from ivig_core.estimate.survival.follow_up import COLUMNS, follow_up
from ivig_core.estimate.survival.landmark import survival_data
from tests.core.estimate.survival.survival_cohort import small_cohort
from tests.core.estimate.survival.survival_reference import data

NAN = float("nan")
# patients, censored, median, lower, upper: everybody, then by group
R = {
    ("sim43", "landmark"): [(37, 6, 599, 298, NAN), (5, 0, NAN, NAN, NAN), (32, 6, 599, 298, NAN)],
    ("sim43", "everybody"): [(43, 6, 630, 329, NAN)] * 2,
    ("sim43", "strategy"): [
        (43, 36, 726, 568, 1049), (19, 14, 1049, 548, 1320), (18, 17, 728.5, 427, 1060), (6, 5, 329, 134, NAN),
    ],
    ("sim500", "landmark"): [(425, 59, 1015, 894, 1455), (75, 11, 1229, 911, NAN), (350, 48, 965, 752, 1455)],
    ("sim500", "everybody"): [(500, 59, 1046, 925, 1486)] * 2,
    ("sim500", "strategy"): [
        (500, 392, 962, 882, 1045), (201, 167, 847, 783, 928), (190, 148, 1188, 1076, 1321), (109, 77, 775, 591, 1011),
    ],
}  # fmt: skip


@pytest.mark.parametrize(("name", "comparison"), R)
def test_reference_cohorts_equal_r(name, comparison):
    given = data(name, comparison)
    found = follow_up(given)
    assert tuple(found.overall) == tuple(found.by_group) == COLUMNS
    assert found.by_group["group"].tolist() == given.table["group"].cat.categories.tolist()
    actual = [*found.overall.to_numpy()[:, 1:], *found.by_group.to_numpy()[:, 1:]]
    np.testing.assert_array_equal(np.array(actual, float), R[name, comparison])


def test_a_death_ends_follow_up_no_more_than_an_infection_does():
    cohort = small_cohort([10, 20, 30], infections=[(0, 4)], died={1: 19})
    found = follow_up(survival_data(cohort, cohort.infection, "infection", "none", 0)).overall.iloc[0]
    assert (found["patients"], found["censored"], found["median"]) == (3, 1, 30)


def test_nobody_has_no_follow_up():
    cohort = small_cohort([10])
    found = follow_up(survival_data(cohort, cohort.infection, "infection", "none", 30))
    assert found.overall.empty
    assert found.by_group.empty
