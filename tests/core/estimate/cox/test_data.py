"""Rows and covariates of Cox regressions: nothing lost, nothing double, both edges of every day."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivig_core.errors import SpecError
from ivig_core.estimate.cox.data import levels, number, rows_ever_ivig, rows_on_ivig, time_to_first_ivig
from ivig_core.estimate.survival.times import event_times, is_event
from ivig_core.persontime.split import person_time
from ivig_core.spec import AnalysisSpec
from tests.core.make import Patient, cohort


def rows_of(data, **changes):
    """Rows by state on IVIG and by ever, each with its flag."""
    exposure = AnalysisSpec().change(**changes).exposure
    table = event_times(data, "infection_or_death", data.infection)
    event = is_event(table["cause"].to_numpy(), "infection_or_death")
    rows, on = rows_on_ivig(person_time(data, exposure), table, event)
    return (rows, on), rows_ever_ivig(rows, data, exposure.dose_day)


def listed(rows, inside):
    return [
        (int(a), int(b), bool(x), bool(e)) for a, b, x, e in zip(rows.start, rows.stop, inside, rows.event, strict=True)
    ]


def test_a_window_and_what_follows_it():
    on, ever = rows_of(cohort(Patient(days=100, doses=[20], infections=[70])))
    # Days 20..50 are on IVIG: (20, 51]; the infection of day 70 ends the time at 71.
    assert listed(*on) == [(0, 20, False, False), (20, 51, True, False), (51, 71, False, True)]
    assert [row for row in listed(*ever) if row[2]] == [(20, 51, True, False), (51, 71, True, True)]


@pytest.mark.parametrize(("dose", "on_at_event"), [(39, True), (40, True), (41, False), (9, False), (10, True)])
def test_the_day_of_the_event_counts_with_its_state(dose, on_at_event):
    (rows, on), (late, ever) = rows_of(cohort(Patient(days=100, doses=[dose], infections=[40])))
    assert on[rows.event].tolist() == [on_at_event]
    assert ever[late.event].tolist() == [dose <= 40]


def test_dose_day_off_is_off_in_both():
    (rows, on), (late, ever) = rows_of(cohort(Patient(days=100, doses=[40], infections=[40])), dose_day="off")
    assert not on[rows.event].any()
    assert not ever[late.event].any()


def test_an_event_on_a_day_left_out_does_not_count():
    people = [Patient(days=100, doses=[40], infections=[40, 60]), Patient(days=100, doses=[40], infections=[41])]
    (rows, _), _ = rows_of(cohort(*people), dose_day="excluded")
    assert rows.event.sum() == 1
    assert rows.stop[rows.patient == 0].max() == 40


def test_a_dose_before_follow_up_is_ever_from_the_first_day():
    _, (rows, ever) = rows_of(cohort(Patient(days=50, doses=[-100])))
    assert listed(rows, ever) == [(0, 50, True, False)]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(1, 120),
            st.lists(st.integers(-40, 130), max_size=4),
            st.lists(st.integers(0, 119), max_size=3),
        ),
        min_size=1,
        max_size=5,
    ),
    st.sampled_from(["on", "off"]),
)
def test_every_day_at_risk_is_in_one_row(people, dose_day):
    data = cohort(
        *[
            Patient(days=days, doses=sorted(set(doses)), infections=sorted({day for day in infected if day < days}))
            for days, doses, infected in people
        ]
    )
    table = event_times(data, "infection", data.infection)
    for rows, inside in rows_of(data, dose_day=dose_day):
        days = np.bincount(rows.patient, rows.stop - rows.start, len(data))
        assert days.tolist() == table["time"].tolist()
        assert rows.event.sum() == (table["cause"] == 1).sum()
        assert (rows.start[1:] >= rows.stop[:-1])[rows.patient[1:] == rows.patient[:-1]].all()
        given_by = [[d for d in doses if d < days] for days, doses, _ in people]
        covered = {
            (int(p), d) for p, a, b in zip(rows.patient, rows.start, rows.stop, strict=True) for d in range(a, b)
        }
        assert len(covered) == days.sum()
        assert all(given_by[p] for p in rows.patient[inside])


@pytest.mark.parametrize(
    ("dose", "want"),
    [([0], (1, 1)), ([1], (2, 1)), ([99], (100, 1)), ([100], (100, 0)), ([], (100, 0)), ([-1], None), ([-1, 20], None)],
)
def test_time_to_first_ivig(dose, want):
    table = time_to_first_ivig(cohort(Patient(days=100, doses=dose)))
    assert [tuple(row) for row in table[["time", "cause"]].to_numpy()] == ([want] if want else [])


def test_death_before_a_dose_censors_it():
    table = time_to_first_ivig(cohort(Patient(days=100, died=99), Patient(days=100, died=99, doses=[99])))
    assert table["cause"].tolist() == [2, 1]


@pytest.mark.parametrize(
    ("name", "values", "said"),
    [
        ("mine", ["yes", "no", "yes"], "against no"),
        ("heavy_chain", ["IgG", "none", "IgG"], "against none"),
        ("iss", ["III", "I", "III"], "against I"),
        ("sex", ["male", "female", "male"], "against male"),
        ("sex", ["male", "female"], "against female"),
    ],
)
def test_default_reference(name, values, said):
    assert levels(name, pd.Categorical(values)).said == said


def test_terms_and_a_reference_that_nobody_has():
    made = levels("iss", pd.Categorical(["I", "II", None, "III"]), "II")
    assert (made.terms, made.said) == (("iss=I", "iss=III"), "against II")
    assert made.missing.tolist() == [False, False, True, False]
    with pytest.raises(SpecError, match="references"):
        levels("iss", pd.Categorical(["I", "II"]), "IV")


def test_a_number_per_unit():
    made = number("age", np.array([50.0, np.nan, 60.0]), 5, "years")
    assert (made.columns[2, 0] - made.columns[0, 0], made.said) == (2, "per 5 years more")
    assert made.missing.tolist() == [False, True, False]
