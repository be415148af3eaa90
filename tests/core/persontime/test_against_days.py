"""Property: person-time agrees with the definitions day by day; no day is lost and none counted twice."""

from __future__ import annotations

from hypothesis import given, settings

from ivig_core.persontime.block import blocks
from ivig_core.persontime.split import _split, person_time
from ivig_core.persontime.states import AXES
from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study
from tests.core.make import Patient, cohort
from tests.core.persontime import by_day
from tests.core.persontime.strategies import COHORTS, LONG_COURSES, TREATED, specs


def places(table):
    """{(patient, day): place of its row} of an interval table; fails if a day occurs twice."""
    days = {}
    for place, row in enumerate(table.itertuples()):
        assert row.days == row.end_day - row.start_day + 1
        for day in range(row.start_day, row.end_day + 1):
            assert (row.patient, day) not in days
            days[row.patient, day] = place
    return days


def expand(table, column):
    """{(patient, day): value} of an interval table."""
    values = table[column].tolist()
    return {key: values[place] for key, place in places(table).items()}


def expected(people, days_of):
    return {(code, day): value for code, person in enumerate(people) for day, value in enumerate(days_of(person))}


@settings(derandomize=True, max_examples=100, deadline=None)
@given(people=LONG_COURSES, spec=specs())
def test_every_day_has_the_state_of_the_definitions(people, spec):
    recorded = any(person.progressive for person in people)
    time = person_time(cohort(*people), spec.exposure, AXES)
    state = expected(people, lambda person: by_day.states(person, spec))
    analysed = {key for key, value in state.items() if value is not None}
    place = places(time.table)
    assert set(place) == analysed
    for axis, days_of in {
        "state": lambda person: by_day.states(person, spec),
        "phase": lambda person: by_day.phases(person, recorded),
        "season": lambda person: by_day.seasons(person, spec),
        "time": lambda person: by_day.time_bands(person, spec),
        "igg": lambda person: by_day.igg_levels(person, spec),
        "therapy": lambda person: by_day.therapies(person, spec),
        "calendar": by_day.half_years,
        "half_month": by_day.half_months,
        "anc": lambda person: by_day.counts(person, spec, "anc", 1.0, "1"),
        "alc": lambda person: by_day.counts(person, spec, "alc", 0.5, "05"),
    }.items():
        want, got = expected(people, days_of), time.table[axis].tolist()
        assert all(got[at] == want[key] for key, at in place.items()), axis


@settings(derandomize=True, max_examples=60, deadline=None)
@given(people=COHORTS, spec=specs())
def test_infections_are_counted_once_in_their_state(people, spec):
    time = Study(cohort(*people)).time(spec)
    got = time.table.groupby(["patient", "state"], observed=True)["infections"].sum()
    want: dict = {}
    for code, person in enumerate(people):
        states = by_day.states(person, spec)
        for day in by_day.counted(person, spec):
            if states[day] is not None:
                want[code, states[day]] = want.get((code, states[day]), 0) + 1
    assert got[got > 0].to_dict() == want
    assert time.infections == sum(want.values())


@settings(derandomize=True, max_examples=50, deadline=None)
@given(people=COHORTS)
def test_days_add_up_to_follow_up_when_nothing_is_excluded(people):
    time = person_time(cohort(*people), AnalysisSpec().exposure, AXES)
    assert time.person_days == sum(person.days for person in people)


@settings(derandomize=True, max_examples=50, deadline=None)
@given(people=TREATED, spec=specs())
def test_blocks_of_patients_give_what_one_block_gives(people, spec):
    built = cohort(*people)
    whole = person_time(built, spec.exposure, AXES).table
    parts = [_split(block, spec.exposure, list(AXES)) for block in blocks(built, patients=2)]
    rows = [row for part in parts for row in part.astype(str).values.tolist()]
    assert rows == whole.astype(str).values.tolist()


def test_intervals_are_as_long_as_they_can_be():
    """Neighbouring rows of a patient differ in some state, so that no work is done twice."""
    person = Patient(days=300, doses=[0, 20, 40, 41], progressive=[(5, 30.0), (31, 60.0)])
    table = person_time(cohort(person), AnalysisSpec().exposure, AXES).table
    states = table[["state", *AXES]].astype(str).agg("|".join, axis=1)
    assert (states != states.shift()).all()
