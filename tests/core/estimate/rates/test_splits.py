"""Splits by states of days: which day lies in which level, by hand and day by day."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivig_core.estimate.rates.interaction import FOREST_COLUMNS
from ivig_core.estimate.rates.splits import by_igg_below, by_infection, by_nonprogressive_igg_below, by_time
from ivig_core.persontime.endpoint import counted_infections
from ivig_core.persontime.split import person_time
from ivig_core.spec import AnalysisSpec, EndpointSpec, ExposureSpec
from ivig_core.study.rates.forest import forest as study_forest
from ivig_core.study.study import Study
from tests.core.make import Patient, cohort
from tests.core.reference import forest, reference_cohort

EXPOSURE = ExposureSpec()
BOTH, OTHER = "nonprogressive_igg_lt_700", "other_days"


def days_in(split, level: str) -> set[tuple[int, int]]:
    """Every (patient, day) of a level."""
    table = split.time.table[split.level == split.levels.index(level)] if level in split.levels else []
    return {
        (row.patient, day)
        for row in (table.itertuples() if len(table) else ())
        for day in range(row.start_day, row.end_day + 1)
    }


def split_of(people, **settings):
    spec = AnalysisSpec().change(**settings)
    time = person_time(cohort(*people), spec.exposure, ("phase", "igg"))
    return by_nonprogressive_igg_below(700, time)


def test_both_conditions_on_one_day_by_hand():
    # IgG 300 from day 11 (the day after its measurement), 900 from day 51; progressive on days 31–40.
    one = Patient(days=80, igg=[(10, 300), (50, 900)], progressive=[(31, 40)], baseline={"heavy_chain": "IgA"})
    split = split_of([one])
    assert split.levels == (BOTH, OTHER)
    assert days_in(split, BOTH) == {(0, day) for day in (*range(11, 31), *range(41, 51))}
    # A progressive day is another day whatever its IgG; days 0–10 could be either and are left out.
    assert days_in(split, OTHER) == {(0, day) for day in (*range(31, 41), *range(51, 80))}


def test_without_a_recorded_phase_only_high_igg_is_known_to_be_another_day():
    one = Patient(days=80, igg=[(10, 300), (50, 900)], baseline={"heavy_chain": "IgA"})
    split = split_of([one])
    assert split.levels == (OTHER,)
    assert days_in(split, OTHER) == {(0, day) for day in range(51, 80)}


def test_without_igg_only_progression_is_known_to_be_another_day():
    split = split_of([Patient(days=60, progressive=[(10, 19)])])
    assert split.levels == (OTHER,)
    assert days_in(split, OTHER) == {(0, day) for day in range(10, 20)}


people = st.builds(
    lambda days, igg, first, length: Patient(
        days=days, igg=sorted(igg), progressive=[(first, first + length)], baseline={"heavy_chain": "IgA"}
    ),
    st.integers(1, 200),
    st.lists(st.tuples(st.integers(-50, 199), st.sampled_from([100, 399, 699, 700, 1200])), max_size=4,
             unique_by=lambda item: item[0]),
    st.integers(-20, 199),
    st.integers(0, 60),
)  # fmt: skip


@settings(deadline=None, max_examples=30)
@given(st.lists(people, min_size=1, max_size=3))
def test_every_known_day_is_in_one_level(someone):
    split = split_of(someone)
    low = split_of_igg(someone)
    below, above = days_in(low, "igg_lt_700"), days_in(low, "igg_ge_700")
    ill = {
        (at, day) for at, one in enumerate(someone) for first, last in one.progressive
        for day in range(max(first, 0), min(last, one.days - 1) + 1)
    }  # fmt: skip
    assert days_in(split, BOTH) == below - ill
    assert days_in(split, OTHER) == above | ill


def split_of_igg(someone):
    return by_igg_below("hgg_days", 700, person_time(cohort(*someone), EXPOSURE, ("igg",)))


def test_bands_of_time_are_named_by_their_days():
    time = person_time(cohort(Patient(days=400)), EXPOSURE, ("time",))
    split = by_time(time)
    assert split.levels == ("day_0_182", "day_183_365", "day_366_548")
    assert days_in(split, "day_183_365") == {(0, day) for day in range(183, 366)}
    last = by_time(person_time(cohort(Patient(days=100)), AnalysisSpec().change(time_band_days=10).exposure, ("time",)))
    assert last.levels[-1] == "day_70_on"


@pytest.mark.parametrize(
    "factor", ["hgg_days", "nonprogressive_hgg_days", "time", "prophylaxis", "baseline_igg_below", "igg_before"]
)
@pytest.mark.parametrize("adjust_for", ["", "phase,season,time,igg"])
def test_levels_hold_what_they_were_split_from(factor, adjust_for):
    """On a reference cohort: no infection or day in two levels, every row an estimate or a reason."""
    built = reference_cohort("sim43")
    study, spec = Study(built), AnalysisSpec().change(adjust_for=adjust_for)
    rows = study_forest(study, spec, factor)
    assert list(rows.columns) == list(FOREST_COLUMNS)
    assert (rows["irr"].notna() | (rows["note"] != "")).all()
    treated = study.time(spec).table
    treated = treated[treated["state"].isin(["on_ivig", "observation"])]
    for column, whole in (("infections", treated["infections"].sum()), ("person_days", treated["days"].sum())):
        assert rows[[f"{column}_on", f"{column}_off"]].to_numpy().sum() <= whole
    if factor == "time":
        assert rows[["person_days_on", "person_days_off"]].to_numpy().sum() == treated["days"].sum()


def test_numbers_of_prior_infections_are_those_of_the_published_table():
    someone = [
        Patient(days=100, doses=[50], infections=[(10, 2)], baseline={"infections_prior_year": float(n)})
        for n in (0, 1, 2, 3, 4, 7)
    ]
    rows = forest(cohort(*someone), "infections_prior_year")
    assert list(rows.index) == ["0", "1", "2", "3", "4+"]
    assert rows.loc["4+", "patients"] == 2


def test_hypogammaglobulinemia_at_the_start_is_below_the_highest_cut_off():
    someone = [
        Patient(days=100, doses=[50], infections=[(10, 2), (60, 1)], igg=[(-5, value)], baseline={"heavy_chain": "IgA"})
        for value in (150, 699, 700, 1000)
    ]
    rows = forest(cohort(*someone), "baseline_igg_below")
    assert list(rows.index) == ["IgG < 700 mg/dL", "IgG ≥ 700 mg/dL"]
    assert rows["patients"].tolist() == [2, 2]
    counted = counted_infections(cohort(*someone), EndpointSpec())
    assert rows[["infections_on", "infections_off"]].to_numpy().sum() == len(counted)
    assert np.isfinite(rows["irr"]).all()


def test_a_table_by_type_of_infection_has_one_row_a_patient_and_state():
    """And not one a piece of follow-up: a patient with many doses has many pieces."""
    people = [Patient(days=2_000, doses=list(range(50, 1_900, 90)), infections=[60, 700, 1_500]) for _ in range(2)]
    study, spec = Study(cohort(*people)), AnalysisSpec()
    time, infections = study.time(spec), study.infections(spec)
    types = pd.Categorical(["a", "b", "a", "b", "b", "b"])
    split = by_infection("kind", time, infections, types)
    assert len(time.table) > 80
    assert len(split.time.table) == 2 * len(time.table.groupby(["patient", "state"], observed=True))
    for number, expected in enumerate((2, 4)):
        rows = split.time.table[split.level == number]
        assert (rows["infections"].sum(), rows["days"].sum()) == (expected, time.person_days)
