"""Ends of follow-up after infections, counted by hand."""

from __future__ import annotations

import numpy as np

from ivig_core.figures.trust.tables import ends_table
from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study
from ivig_core.study.trust.checks import end_of_follow_up as check
from ivig_core.study.trust.checks.poisson_ratio import rate_ratio
from ivig_core.study.trust.checks.verdict import CANNOT, CLOSER, FINE, PROBLEM
from tests.core.make import Patient, cohort

SPEC = AnalysisSpec()


def row(study: Study, event: str, days: int):
    table = check.end_of_follow_up(study, SPEC)
    return table[(table["event"] == event) & (table["days"] == days)].iloc[0]


def test_days_and_ends_are_those_of_a_count_by_hand():
    people = (
        # Days 50–80 and, overlapping, 70–99: 50 days after an infection; ends inside, by death.
        Patient(days=100, infections=[50, 70], died=99),
        # Days 10–40, then 159 others; ends outside.
        Patient(days=200, infections=[10]),
        # No infection; dies 31 days after the end: another end than by death.
        Patient(days=100, died=130),
    )
    study = Study(cohort(*people))
    end, death = row(study, "end", 30), row(study, "death", 30)
    assert (end["after"], end["person_days_after"], end["other"], end["person_days_other"]) == (1, 81, 2, 319)
    assert (death["after"], death["other"]) == (1, 0)
    assert tuple(end[["irr", "ci_low", "ci_high"]]) == tuple(rate_ratio(1, 81, 2, 319))


def test_the_last_day_of_the_window_is_inside_and_the_next_is_not():
    inside, outside = (Study(cohort(Patient(days=days, infections=[50]))) for days in (81, 82))
    assert row(inside, "end", 30)["after"] == 1
    assert row(outside, "end", 30)["after"] == 0
    assert row(outside, "end", 90)["after"] == 1


def test_a_death_on_the_day_of_the_infection_is_after_it():
    assert row(Study(cohort(Patient(days=81, infections=[80], died=80))), "death", 30)["after"] == 1


def test_no_day_is_lost():
    generator = np.random.default_rng(4)
    people = [
        Patient(days=int(days), infections=sorted(generator.integers(0, days, 3).tolist()))
        for days in generator.integers(1, 400, 30)
    ]
    table = check.end_of_follow_up(Study(cohort(*people)), SPEC)
    assert (table["person_days_after"] + table["person_days_other"] == sum(p.days for p in people)).all()
    ends = table[table["event"] == "end"]
    assert (ends["after"] + ends["other"] == 30).all()


def verdict(*people: Patient):
    return check.verdict(Study(cohort(*people)), SPEC)


def test_words():
    soon = [Patient(days=400, infections=[390]) for _ in range(20)]
    late = [Patient(days=400, infections=[100]) for _ in range(20)]
    assert verdict(*soon, *late).word == PROBLEM
    even = [Patient(days=400, infections=[day]) for day in range(5, 400, 4)]
    assert verdict(*even).word == FINE
    assert verdict(Patient(days=400, infections=[100])).word == CANNOT
    assert verdict(Patient(days=400)).word == CANNOT
    assert verdict(Patient(days=10, infections=[0])).evidence.startswith("Every day is within 30 days")


def test_an_end_that_only_comes_after_an_infection_has_an_infinite_ratio_in_the_table():
    shown = ends_table(check.end_of_follow_up(Study(cohort(Patient(days=400, infections=[390]))), SPEC))
    ratios = shown.set_index(["What ended it", "Days after an infection"])["Ratio of rates (95 % interval)"]
    assert ratios[("End of follow-up", "0–30")].startswith("∞ (")
    assert ratios[("Death", "0–30")] == "–"


def test_many_deaths_soon_after_an_infection_are_looked_at_closer():
    # As frequent per day as at other times, but one in eight of the infected.
    often = [Patient(days=400, infections=list(range(3, 400, 7)), died=399) for _ in range(5)]
    never = [Patient(days=400, infections=[100]) for _ in range(35)]
    study = Study(cohort(*often, *never))
    assert check.deaths_after_infection(study, SPEC) == (5, 40)
    assert check.deaths_after_infection(study, SPEC).many
    assert check.verdict(study, SPEC).word in (CLOSER, PROBLEM)


def test_nothing_is_not_counted_in_times():
    """No end after an infection: the limit is said, not 0.0 times."""
    assert verdict(*[Patient(days=400, infections=[100])] * 9).evidence.startswith(
        "Follow-up ended within 30 days of an infection in no patient (at most "
    )
    people = [Patient(days=400, infections=[100, 399]), *[Patient(days=400, died=400)] * 5]
    said = verdict(*people).evidence
    assert "in 1 patient, " in said
    assert ", and by death in none (at most " in said
    assert " 0 patients" not in said
    assert "0.0 times (" not in said
