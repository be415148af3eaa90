"""Groups, the landmark on both of its edges, and the warnings that must not be missing."""

import numpy as np
import pandas as pd
import pytest

from ivig_core.errors import EstimationError, SpecError
from ivig_core.estimate.survival.landmark import groups, survival_data
from ivig_core.persontime.doses import first_dose_day
from tests.core.estimate.survival.survival_cohort import small_cohort


def data(cohort, event="infection", group="none", landmark_day=30, **more):
    return survival_data(cohort, cohort.infection, event, group, landmark_day, **more)


def test_first_dose_is_the_earliest_within_follow_up_or_before_it():
    cohort = small_cohort([50] * 5, doses=[(0, 20), (0, -8), (1, 49), (2, 50), (3, 7), (3, 3)])
    np.testing.assert_array_equal(first_dose_day(cohort), [-8, 49, np.nan, 3, np.nan])


def test_landmark_day_itself_counts_as_started_and_the_day_after_does_not():
    cohort = small_cohort([90] * 4, doses=[(0, 30), (1, 31), (2, -200)])
    assert groups(cohort, "ivig_by_landmark", 30).tolist() == ["ivig", "no_ivig", "ivig", "no_ivig"]
    assert data(cohort, group="ivig_by_landmark").started_later == 1


def test_without_a_landmark_the_groups_are_ever_and_never():
    cohort = small_cohort([90, 90], doses=[(0, 80)])
    assert (
        groups(cohort, "ivig_by_landmark", 0).tolist()
        == groups(cohort, "ivig_ever", 30).tolist()
        == ["ivig", "no_ivig"]
    )


def test_time_that_ended_on_the_landmark_day_is_out_and_the_day_after_is_time_one():
    # events on days 30 and 31; censored on days 30 and 31 (the last day at risk is days − 1)
    out = data(small_cohort([90, 90, 31, 32], infections=[(0, 30), (1, 31)]))
    assert list(out.table[["patient", "time", "cause"]].itertuples(index=False, name=None)) == [(1, 1, 1), (3, 1, 0)]
    assert (out.excluded, out.excluded_event, out.excluded_censored) == (2, 1, 1)
    assert "2 patients left out, 1 with an infection and 1 censored" in " ".join(out.notes)


@pytest.mark.parametrize(("event", "by_event"), [("infection", 0), ("infection_or_death", 1)])
def test_death_before_the_landmark_is_an_event_only_where_death_is_one(event, by_event):
    out = data(small_cohort([20, 90], died={0: 19}), event=event)
    assert (out.excluded, out.excluded_event) == (1, by_event)


def test_landmark_holds_for_every_grouping():
    cohort = small_cohort([90, 10], sex=["female", "male"])
    assert data(cohort, group="sex").table["patient"].tolist() == [0]


def test_landmark_zero_keeps_everybody_from_the_first_day():
    out = data(small_cohort([90, 1], infections=[(1, 0)]), landmark_day=0)
    assert out.table["time"].tolist() == [90, 1]
    assert (out.excluded, out.started_later) == (0, None)


def test_naive_groups_warn_with_the_person_days_and_events_credited_to_ivig():
    # first doses on days 40, −3 and 60; the third patient's infection is before his dose
    cohort = small_cohort([90] * 4, infections=[(2, 9)], doses=[(0, 40), (1, -3), (2, 60)])
    out = data(cohort, group="ivig_by_landmark", landmark_day=0)
    assert (out.immortal_days, out.events_before_dose) == (40 + 0 + 10, 1)
    assert "Immortal time" in out.notes[-1]
    assert "50 person-days and 1 event before" in out.notes[-1]


def test_ever_ivig_looks_ahead_at_a_landmark_too():
    # from day 31 (time 1) to the day before the dose on day 40: 9 days
    out = data(small_cohort([90, 90], doses=[(0, 40)]), group="ivig_ever")
    assert out.immortal_days == 9
    assert "Immortal time" in out.notes[-1]


def test_an_infection_on_the_day_of_the_first_dose_is_not_before_it():
    out = data(small_cohort([90], infections=[(0, 50)], doses=[(0, 50)]), group="ivig_ever")
    assert out.events_before_dose == 0
    out = data(small_cohort([90], infections=[(0, 49)], doses=[(0, 50)]), group="ivig_ever")
    assert out.events_before_dose == 1


@pytest.mark.parametrize("group", ["none", "ivig_by_landmark"])
def test_landmark_groups_carry_no_immortal_time_warning(group):
    out = data(small_cohort([90, 90], doses=[(0, 40)]), group=group)
    assert out.immortal_days is None
    assert not any("Immortal" in note for note in out.notes)


def test_strategy_is_decided_by_the_first_infection_of_any_grade_also_before_follow_up():
    cohort = small_cohort(
        [90] * 5, infections=[(0, 20), (1, 10), (2, 5), (3, -30)], doses=[(0, 19), (1, 10), (2, 40), (3, 0)]
    )
    assert groups(cohort, "ivig_strategy", 0).tolist() == ["primary", "secondary", "secondary", "secondary", "none"]
    out = data(cohort, event="death", group="ivig_strategy", landmark_day=0)
    assert "Immortal time" in out.notes[-1]


@pytest.mark.parametrize("event", ["infection", "infection_or_death"])
def test_strategy_with_a_first_infection_endpoint_is_refused(event):
    with pytest.raises(EstimationError, match="empty by construction"):
        data(small_cohort([90]), event=event, group="ivig_strategy")


def test_a_blank_baseline_value_is_left_out_and_counted():
    out = data(small_cohort([90] * 3, iss=["III", None, "I"]), group="iss")
    assert list(zip(out.table["patient"], out.table["group"], strict=True)) == [(0, "III"), (2, "I")]
    assert out.without_group == 1
    assert "1 patient left out: no value of iss." in out.notes


def test_a_variable_of_numbers_needs_bands():
    cohort = small_cohort([90, 90], age=[50.0, 70.0])
    with pytest.raises(SpecError, match="bands"):
        data(cohort, group="age")
    bands = pd.Categorical(["< 65", "≥ 65"])
    assert data(cohort, group="age", labels=bands).table["group"].tolist() == ["< 65", "≥ 65"]


def test_unknown_group_is_refused():
    with pytest.raises(SpecError, match="ivig_by_landmark"):
        data(small_cohort([90]), group="stage")


def test_progression_before_follow_up_is_counted():
    out = data(small_cohort([90, 90], progressed={0: -5, 1: 60}), event="progression_or_death")
    assert (out.table["patient"].tolist(), out.never_at_risk) == ([1], 1)
    assert "first progression was before follow-up" in out.notes[0]


def test_cause_specific_infection_says_that_death_censors():
    assert "cause-specific" in data(small_cohort([90])).notes[0]
    assert not any("cause-specific" in note for note in data(small_cohort([90]), event="infection_or_death").notes)
