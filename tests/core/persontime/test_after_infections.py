"""Days after infections left out: worked by hand, and day by day."""

from __future__ import annotations

import pytest

from ivig_core.persontime.after_infections import without_days_after
from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study
from tests.core.make import Patient, cohort, forty_people


def of(people, **settings):
    study, spec = Study(cohort(*people)), AnalysisSpec().change(**settings)
    return study.time(spec), study.infections(spec)


def kept_days(time) -> list[tuple[int, int, str]]:
    """Patient, day and state of every day that is left."""
    return [
        (int(row.patient), day, str(row.state))
        for row in time.table.itertuples()
        for day in range(row.start_day, row.end_day + 1)
    ]


# On IVIG days 50–80. Two infections on day 40, one on 45 (in the days of those), one on 75, one on 106.
PERSON = Patient(days=200, doses=[50], infections=[40, 40, 45, 75, 106])


def test_days_after_an_infection_by_hand():
    """Days 41–75 go (40 and 45 overlap), so the infection of day 75 goes, but takes 76–105; 106 stays, 107–136 go."""
    result = without_days_after(*of([PERSON, Patient(days=60, infections=[59]), Patient(days=40)]), 30)
    table = result.table
    mine = table[table["patient"] == 0]
    assert mine[["start_day", "end_day", "infections"]].to_numpy().tolist() == [
        [0, 40, 2],
        [106, 106, 1],
        [137, 199, 0],
    ]
    assert set(mine["state"].astype(str)) == {"observation"}
    assert table.loc[table["patient"] > 0, ["days", "infections"]].to_numpy().tolist() == [[60, 1], [40, 0]]


def test_an_episode_takes_the_days_after_its_first():
    table = without_days_after(*of([Patient(days=200, infections=[40, 50, 120])], episode_gap_days=14), 30).table
    assert table[["start_day", "end_day", "infections"]].to_numpy().tolist() == [
        [0, 40, 1],
        [71, 120, 1],
        [151, 199, 0],
    ]


@pytest.mark.parametrize("settings", [{}, {"dose_day": "excluded", "pre_exposure_days": 20}, {"adjust_for": "season"}])
def test_it_agrees_with_going_through_the_days(settings):
    time, infections = of(forty_people(), **settings)
    days = kept_days(time)
    on = {(int(row.patient), int(row.day)) for row in infections.itertuples()}
    near = {(patient, day + more) for patient, day in on for more in range(1, 31)}
    left = without_days_after(time, infections, 30)
    stays = [item for item in days if item[:2] not in near]
    assert kept_days(left) == stays
    there = {item[:2] for item in stays}
    assert left.infections == sum((int(row.patient), int(row.day)) in there for row in infections.itertuples())


@pytest.mark.parametrize("people", [[Patient(days=30)], [Patient(days=1, infections=[0])]], ids=["none", "one day"])
def test_small_cohorts(people):
    time, infections = of(people)
    result = without_days_after(time, infections, 30)
    assert (result.person_days, result.infections) == (time.person_days, time.infections)
