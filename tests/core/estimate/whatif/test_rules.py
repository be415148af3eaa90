"""Dose rules worked by hand: days, months, infections within 12 months, IgG with two thresholds."""

from __future__ import annotations

import numpy as np
import pytest

from ivig_core.estimate.whatif.strategies.rules import (
    AfterInfections,
    AtVisits,
    ByIgg,
    Events,
    Rhythm,
    after_infections,
    from_day,
    on_windows,
)
from ivig_core.persontime.split import person_time
from ivig_core.spec import ExposureSpec
from ivig_core.terms import ON
from tests.core.make import Patient, cohort

MONTHLY = Rhythm(interval=28, window=30)
FOLLOW_UP = np.array([100, 20])


@pytest.mark.parametrize(
    ("rhythm", "doses", "on_days"),
    [
        # Two months are 60.9 days, 2.2 intervals: doses on days 10 and 38, on IVIG to day 68.
        (MONTHLY, [2, 1], [59, 10]),
        # 1.5 intervals and a little more: doses on days 10 and 50, each on IVIG for 31 days.
        (Rhythm(interval=40, window=30), [2, 1], [62, 10]),
        (Rhythm(interval=61, window=30), [1, 1], [31, 10]),
    ],
)
def test_a_course_is_cut_as_person_time_cuts_it(rhythm, doses, on_days):
    given = from_day(FOLLOW_UP, 10, 2, rhythm)
    assert given.doses.tolist() == doses
    number, first, last = on_windows(given, rhythm, given.start)
    last = np.minimum(last, FOLLOW_UP[given.path[number]] - 1)
    assert np.bincount(given.path[number], last - first + 1).tolist() == on_days
    days = [[10 + nth * rhythm.interval for nth in range(n)] for n in doses]
    people = cohort(*(Patient(days=int(n), doses=given) for n, given in zip(FOLLOW_UP, days, strict=True)))
    table = person_time(people, ExposureSpec(window_days=rhythm.window)).table
    assert table[table["state"] == ON].groupby("patient")["days"].sum().tolist() == on_days


@pytest.mark.parametrize(("months", "doses"), [(12, 13), (1, 1), (3, 3), (6, 7), (0.1, 1)])
def test_a_course_has_as_many_doses_as_fit_its_months(months, doses):
    # 12 months are 365.25 days, 13.04 intervals of 28 days; 3 months 3.26; 6 months 6.52.
    assert MONTHLY.doses(months) == doses


def test_nobody_is_given_a_dose_after_follow_up():
    assert from_day(FOLLOW_UP, 20, 2, MONTHLY).path.tolist() == [0]


def run(days: list[int], marks: list[float] | None = None, effect: float = 0.6, **rule):
    """One path of 800 days; two infections within 12 months bring on two months of IVIG (two doses) 5 days later."""
    events = Events(np.zeros(len(days), int), np.array(days), np.array(marks or [0.0] * len(days)))
    chance = np.array([[1.0], [effect]]) / max(effect, 1.0)
    rule = AfterInfections(**({"number": 2, "months": 2, "delay": 5} | rule))
    return after_infections(events, np.array([800]), chance, rule, MONTHLY)


def test_infections_within_twelve_months_bring_on_a_course():
    found = run([10, 100, 380, 390])
    # The second one starts a course on day 105 (doses 105, 133); the third is 280 days after it; the fourth falls in
    # the wait for the course that the third has brought on.
    assert found.given.start.tolist() == [105, 385]
    assert found.given.doses.tolist() == [2, 2]
    assert found.not_before[1] == 133 + 30 + 1


@pytest.mark.parametrize(("second", "starts"), [(374, [379]), (375, [])])
def test_twelve_months_are_365_days(second, starts):
    assert run([10, second]).given.start.tolist() == starts


def test_a_course_holds_until_its_next_dose_would_be_due():
    # Doses 105 and 133; a third would be due on day 161.
    assert run([10, 100, 160]).given.start.tolist() == [105]
    assert run([10, 100, 161]).given.start.tolist() == [105, 166]


def test_one_infection_can_be_enough():
    assert run([10, 400], number=1).given.start.tolist() == [15, 405]


def test_a_course_that_would_begin_after_follow_up_is_not_given():
    assert run([790, 795]).given.start.tolist() == []
    assert run([789, 794], delay=5).given.start.tolist() == [799]


def test_on_ivig_an_infection_happens_with_the_chance_of_the_ratio():
    # On IVIG from day 105 to day 163 (the window of the dose on day 133).
    days, marks = [10, 100, 104, 105, 163, 163, 164], [0.9, 0.9, 0.9, 0.7, 0.7, 0.5, 0.9]
    assert run(days, marks).happened.tolist() == [True, True, True, False, False, True, True]
    # A ratio of 2: off IVIG every second potential infection happens, on IVIG all of them.
    assert run([10, 100, 120, 300], [0.4, 0.4, 0.9, 0.6], effect=2.0).happened.tolist() == [True, True, True, False]


def test_the_old_course_covers_its_days_until_the_new_one_begins():
    # Doses on days 101 and 129, on IVIG until day 159.
    late = run([10, 100, 157, 158], marks=[0, 0, 0, 0.7], delay=1)
    # Another dose would be due on day 157: the infection of that day brings on a course; day 158 is on IVIG.
    assert late.given.start.tolist() == [101, 158]
    assert late.happened.tolist() == [True, True, True, False]
    number, first, last = on_windows(late.given, MONTHLY, late.not_before)
    assert list(zip(number, first, last, strict=True)) == [(0, 101, 159), (1, 160, 158 + 28 + 30)]


def test_igg_starts_below_one_value_and_stops_at_another():
    rule = ByIgg(start=400, stop=500, rise=200, half_life=28)
    state = AtVisits.new(rule, MONTHLY, (1, 1))
    dosed = [bool(state.visit(np.array([[own]]))[0, 0]) for own in (450, 390, 390, 390, 390, 390, 390, 390)]
    # From the second visit: 390 (dose), 390 + 100 (dose), 390 + 150 (stop), + 75, + 37.5, + 18.75, + 9.375 = 399.4.
    assert dosed == [False, True, True, False, False, False, False, True]
    same = AtVisits.new(rule._replace(stop=400), MONTHLY, (1, 1))
    assert [bool(same.visit(np.array([[own]]))[0, 0]) for own in (399, 390, 280, 399.9)] == [True, False, True, False]


def test_days_left_of_a_dose_between_visits():
    assert [MONTHLY.left(visits) for visits in range(3)] == [28, 3, 0]
    assert [Rhythm(28, 70).left(visits) for visits in range(4)] == [28, 28, 15, 0]
    assert Rhythm(40, 30).left(0) == 31
