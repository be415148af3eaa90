"""The course of functional IgG: months by hand, and against the definitions day by day."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings

from ivig_core.spec import AnalysisSpec
from ivig_core.study.igg.course import (
    ALL,
    BEFORE_DOSE,
    FIRST_DOSE,
    MONTH_COLUMNS,
    NEVER,
    START,
    TREATED,
    VALUE_COLUMNS,
    igg_course,
)
from ivig_core.study.study import Study
from tests.core.figures.studies import reference_study, study
from tests.core.make import Patient, cohort
from tests.core.persontime import by_day
from tests.core.persontime.strategies import COHORTS, specs

SPEC = AnalysisSpec()
MONTH = 365.25 / 12
IGA = {"heavy_chain": "IgA"}


def rows(course, group=ALL):
    return course.months[course.months["group"] == group].set_index("month")


def test_the_value_that_holds_in_the_middle_of_the_month():
    """The middle days are 15, 45, 76: a value of day 15 does not hold on it, one of day 14 does."""
    of = study(
        Patient(days=100, igg=[(-5, 400), (15, 600), (75, 200)], baseline=IGA),
        Patient(days=40, igg=[(-5, 300), (14, 500)], baseline=IGA),
        Patient(days=100),
    )
    course = igg_course(of, SPEC)
    assert tuple(course.months.columns) == MONTH_COLUMNS
    assert tuple(course.values.columns) == VALUE_COLUMNS
    all_ = rows(course)
    assert all_["median"].tolist() == [450, 600, 200]
    assert all_["known"].tolist() == [2, 1, 1]
    assert all_["followed"].tolist() == [3, 2, 2]
    assert (all_.loc[0, "q1"], all_.loc[0, "q3"]) == (425, 475)
    assert (course.patients, course.patients_known) == (3, 2)
    # Values from before the start hold, but are not points of follow-up.
    assert course.values["day"].tolist() == [15, 75, 14]
    assert course.values["new"].tolist() == [True, False, True]


def test_a_value_holds_as_long_as_the_spec_says():
    """The middle days are 15, 45, 76, 106, 136 and 167."""
    of = study(Patient(days=190, igg=[(0, 400), (160, 300)], baseline=IGA))
    for carry, known in ((120, [1, 1, 1, 1, 0, 1]), (14, [0, 0, 0, 0, 0, 1])):
        course = igg_course(of, SPEC.change(igg_carry_days=carry))
        assert rows(course)["known"].tolist() == known
        assert course.values["new"].tolist() == [True, True]
    assert igg_course(of, SPEC.change(igg_carry_days=160)).values["new"].tolist() == [True, False]


def test_months_since_the_first_dose_begin_before_it():
    of = study(Patient(days=500, doses=[400], igg=[(395, 300), (405, 900)], baseline=IGA), Patient(days=100))
    course = igg_course(of, SPEC, FIRST_DOSE, TREATED)
    assert course.patients == 1
    assert rows(course).index.min() == -BEFORE_DOSE
    assert rows(course).loc[0, "median"] == 900
    assert course.values["month"].tolist() == pytest.approx([-5 / MONTH, 5 / MONTH])
    assert rows(course, "on_ivig").index.tolist() == [0]


def test_on_and_off_and_never_add_up_to_all():
    of = reference_study("sim43")
    course = igg_course(of, SPEC.change(igg_blank_heavy_chain="total"))
    parts = course.months[course.months["group"] != ALL].groupby("month")[["followed", "known"]].sum()
    assert parts.to_dict() == rows(course)[["followed", "known"]].to_dict()
    treated, never = (igg_course(of, SPEC, START, who) for who in (TREATED, NEVER))
    assert treated.patients + never.patients == course.patients == 43
    assert set(never.months["group"]) == {ALL, "reference"}


def test_nobody_gives_no_month():
    of = study(Patient(days=10))
    assert igg_course(of, SPEC.change(exclude_first_days=30)).months.empty
    assert igg_course(of, SPEC, FIRST_DOSE, TREATED).patients == 0
    assert igg_course(study(Patient(days=10)), SPEC).months.empty


@settings(derandomize=True, max_examples=25, deadline=None)
@given(people=COHORTS, spec=specs())
def test_patients_of_each_month_are_those_of_the_definitions(people, spec):
    of = Study(cohort(*people))
    for origin in (START, FIRST_DOSE):
        followed, known = Counter(), Counter()
        for person in people:
            first = min((day for day, _ in by_day.doses(person)), default=None)
            zero = 0 if origin == START else first
            if zero is None:
                continue
            states, levels = by_day.states(person, spec), by_day.igg_levels(person, spec)
            for month in range(-BEFORE_DOSE, 12):
                day = zero + math.floor((month + 0.5) * MONTH)
                if not 0 <= day < person.days or states[day] is None:
                    continue
                state = states[day]
                side = "on_ivig" if state.startswith("on_ivig") else state if state == "reference" else "observation"
                for group in (ALL, side):
                    followed[month, group] += 1
                    known[month, group] += levels[day] != "igg_unknown"
        table = igg_course(of, spec, origin).months
        found = {(row.month, row.group): (row.followed, row.known) for row in table.itertuples()}
        assert found == {key: (followed[key], known[key]) for key in followed}
        some = table[table["known"] > 0]
        assert (some["median"].between(some["q1"], some["q3"])).all()
        assert np.isnan(table.loc[table["known"] == 0, "median"]).all()
