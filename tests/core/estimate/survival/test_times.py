"""What ends a patient's time, and on which day."""

import numpy as np
import pytest

from ivig_core.errors import EstimationError, SpecError
from ivig_core.estimate.survival.times import event_times, is_event
from tests.core.estimate.survival.survival_cohort import small_cohort


def rows(cohort, event):
    table = event_times(cohort, event, cohort.infection)
    assert [str(t) for t in table.dtypes] == ["int64", "int64", "int8"]
    return list(table.itertuples(index=False, name=None))


def test_first_day_at_risk_is_time_one_and_the_earliest_infection_counts():
    cohort = small_cohort([10, 10, 10], infections=[(0, 0), (1, 9), (2, 7), (2, 3), (2, 3)])
    assert rows(cohort, "infection") == [(0, 1, 1), (1, 10, 1), (2, 4, 1)]


def test_without_infection_a_patient_is_censored_on_the_last_day_at_risk():
    assert rows(small_cohort([10]), "infection") == [(0, 10, 0)]


def test_death_on_the_last_day_at_risk_ends_infection_risk_as_death():
    cohort = small_cohort([10, 10], died={0: 9, 1: 30})
    # a death after the end of follow-up falls outside infection risk
    assert rows(cohort, "infection") == rows(cohort, "infection_or_death") == [(0, 10, 2), (1, 10, 0)]


def test_infection_on_the_day_of_death_is_an_infection():
    cohort = small_cohort([10], infections=[(0, 9)], died={0: 9})
    assert rows(cohort, "infection_or_death") == [(0, 10, 1)]


def test_death_censors_the_cause_specific_infection_only():
    _, _, cause = zip(*rows(small_cohort([5, 5, 5], infections=[(0, 2)], died={1: 4}), "infection"), strict=True)
    assert is_event(np.array(cause), "infection").tolist() == [True, False, False]
    assert is_event(np.array(cause), "infection_or_death").tolist() == [True, True, False]


def test_overall_survival_runs_on_to_death_or_last_contact_and_not_only_to_the_end_of_infection_risk():
    cohort = small_cohort([10] * 5, infections=[(0, 2)], died={0: 9, 1: 40}, last_contact={2: 60, 3: 4})
    # the last one but one: at risk until day 9, so alive until then whatever last contact says
    assert rows(cohort, "death") == [(0, 10, 2), (1, 41, 2), (2, 61, 0), (3, 10, 0), (4, 10, 0)]


def test_progression_free_survival_takes_the_earlier_of_progression_and_death():
    cohort = small_cohort(
        [10] * 5, died={0: 20, 1: 20, 2: 20}, progressed={0: 5, 1: 20, 3: 50}, last_contact={3: 30, 4: 99}
    )
    assert rows(cohort, "progression_or_death") == [(0, 6, 1), (1, 21, 1), (2, 21, 2), (3, 51, 1), (4, 100, 0)]


def test_progression_before_follow_up_was_never_at_risk_of_a_first_one():
    cohort = small_cohort([10, 10, 10], progressed={0: -1, 1: 0})
    assert rows(cohort, "progression_or_death") == [(1, 1, 1), (2, 10, 0)]


def test_without_progression_dates_the_reason_is_given():
    with pytest.raises(EstimationError, match="progressed_on"):
        rows(small_cohort([10], died={0: 9}), "progression_or_death")


def test_unknown_event_names_the_allowed_ones():
    with pytest.raises(SpecError, match="infection_or_death"):
        rows(small_cohort([10]), "relapse")


def test_no_patients_give_an_empty_table():
    assert rows(small_cohort([]), "infection_or_death") == []
