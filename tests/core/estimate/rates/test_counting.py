"""Counting-process rows: no day and no infection-day lost, every change cut, risk sets as they are defined."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivig_core.estimate.rates.counting import counting_rows, gap_time, risk_cells, risk_sets, rows_left
from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study
from tests.core.make import Patient, cohort
from tests.core.persontime.strategies import COHORTS, specs
from tests.core.reference import reference_cohort


def rows(people, population="all", **changes):
    study, spec = Study(cohort(*people)), AnalysisSpec().change(**changes)
    return counting_rows(study.time(spec), study.infections(spec), population, spec.model.adjust_for)


def test_a_patient_by_hand():
    """Follow-up of 100 days, a dose on day 10 (on IVIG 10–40), infections on days 0, 20 (twice), 40 and 99."""
    got = rows([Patient(days=100, doses=[10], infections=[0, 20, 20, 40, 99])])
    assert list(zip(got.start, got.stop, got.event, strict=True)) == [
        (0, 1, True), (1, 10, False), (10, 21, True), (21, 41, True), (41, 100, True),
    ]  # fmt: skip
    assert got.factors[0].codes.tolist() == [0, 0, 1, 1, 0]
    assert got.number.tolist() == [1, 2, 2, 3, 4]
    assert got.merged == 1
    again = gap_time(got, fewest=1)
    assert list(zip(again.start, again.stop, again.stratum, strict=True)) == [
        (0, 1, 0), (0, 9, 1), (9, 20, 1), (0, 20, 2), (0, 59, 3),
    ]  # fmt: skip


def test_a_left_out_dose_day_is_a_gap_and_takes_its_infection_along():
    got = rows([Patient(days=100, doses=[10], infections=[10, 20])], dose_day="excluded")
    assert list(zip(got.start, got.stop, got.event, strict=True)) == [
        (0, 10, False), (11, 21, True), (21, 41, False), (41, 100, False),
    ]  # fmt: skip
    assert got.number.tolist() == [1, 1, 2, 2]
    # The clock of a gap time runs on through days that are left out.
    assert gap_time(got).start.tolist() == [0, 11, 0, 20]


def test_the_clock_counts_from_the_recorded_start_also_from_the_first_dose_on():
    got = rows([Patient(days=100, doses=[30], infections=[5, 35])], from_first_dose=True)
    assert list(zip(got.start, got.stop, got.event, strict=True)) == [(30, 36, True), (36, 61, False), (61, 100, False)]
    assert gap_time(got).start.tolist() == [30, 0, 25]


def test_patients_without_ivig_enter_with_all_only():
    people = [Patient(days=50, doses=[0], infections=[3]), Patient(days=60, infections=[7])]
    assert set(rows(people, "exposed").patient) == {0}
    assert set(rows(people, "all").patient) == {0, 1}


def test_late_infections_share_a_stratum():
    """Twelve patients with a first, ten with a second, nine with a third infection: strata 1 and 2."""
    people = [Patient(days=100, doses=[0], infections=[9, 19, 29][: 1 + (n < 10) + (n < 9)]) for n in range(12)]
    got = gap_time(rows(people))
    assert set(got.stratum[got.number == 1]) == {0}
    assert set(got.stratum[got.number > 1]) == {1}
    assert set(got.number) == {1, 2, 3, 4}


@given(people=COHORTS, spec=specs(), population=st.sampled_from(["exposed", "all"]))
@settings(max_examples=30, deadline=None)
def test_no_day_and_no_infection_day_is_lost(people, spec, population):
    spec = spec.change(population=population, adjust_for="phase,season")
    study = Study(cohort(*people))
    time, infections = study.time(spec), study.infections(spec)
    got = counting_rows(time, infections, population, spec.model.adjust_for)
    table = time.table[(time.table["state"] != "reference") | (population == "all")]
    by_day = {
        (row.patient, day): (str(row.state), str(row.phase), str(row.season))
        for row in table.itertuples()
        for day in range(row.start_day, row.end_day + 1)
    }
    states, phases, seasons = ([["", *factor.terms][code] for code in factor.codes] for factor in got.factors)
    seen = {}
    for n, (patient, start, stop) in enumerate(zip(got.patient, got.start, got.stop, strict=True)):
        for day in range(start, stop):
            assert (patient, day) not in seen
            seen[patient, day] = (states[n], phases[n], seasons[n])
    assert seen.keys() == by_day.keys()
    for key, found in seen.items():
        assert all(a == b or a == "" for a, b in zip(found, by_day[key], strict=True))
    happened = set(zip(infections["patient"], infections["day"], strict=True)) & by_day.keys()
    assert {(p, t - 1) for p, t in zip(got.patient[got.event], got.stop[got.event], strict=True)} == happened
    assert got.event.sum() == len(happened)
    counted = sum(key in happened for key in zip(infections["patient"], infections["day"], strict=True))
    assert got.merged == counted - len(happened)
    assert counted == table["infections"].sum()
    gaps = gap_time(got, fewest=1)
    assert (gaps.start >= 0).all()
    assert (gaps.stop - gaps.start == got.stop - got.start).all()


@given(people=COHORTS, spec=specs(), gaps=st.booleans())
@settings(max_examples=20, deadline=None)
def test_risk_sets_are_those_of_the_definition(people, spec, gaps):
    study = Study(cohort(*people))
    spec = spec.change(adjust_for="phase")
    got = counting_rows(study.time(spec), study.infections(spec), "all", spec.model.adjust_for)
    got = gap_time(got, fewest=1) if gaps else got
    made = risk_cells(risk_sets(got)).cells
    frame = got.frame
    want = []
    for (stratum, t), dead in frame[frame["event"]].groupby(["stratum", "stop"]):
        at_risk = frame[(frame["stratum"] == stratum) & (frame["start"] < t) & (frame["stop"] >= t)]
        for codes, part in at_risk.groupby(["exposure", "phase"]):
            events = ((dead[["exposure", "phase"]] == list(codes)).all(axis=1)).sum()
            want.append((*codes, len(part), events))
    found = np.column_stack([made.codes, made.days, made.infections]).astype(int)
    assert [tuple(row) for row in found] == want


@given(people=COHORTS, spec=specs(), seed=st.integers(0, 1000))
@settings(max_examples=20, deadline=None)
def test_rows_that_are_left_have_exactly_the_cells_that_are_kept(people, spec, seed):
    """Cutting rows at the times of events: what is at risk and who has an infection is unchanged in the cells kept."""
    study = Study(cohort(*people))
    got = counting_rows(study.time(spec), study.infections(spec), "all", ())
    risk = risk_sets(got)
    table = risk_cells(risk)
    kept = (table.cells.infections > 0) | (np.random.default_rng(seed).random(len(table.cells.days)) < 0.5)
    after = risk_cells(risk_sets(rows_left(risk, table, kept))).cells
    before = table.cells.keep(kept)
    for name in ("stratum", "days", "infections", "codes"):
        np.testing.assert_array_equal(getattr(after, name), getattr(before, name))


def test_empty_person_time_has_no_rows():
    got = rows([Patient(days=5, infections=[2])], exclude_first_days=30)
    assert len(got.patient) == got.merged == 0
    assert len(gap_time(got).patient) == 0
    assert len(risk_cells(risk_sets(got)).cells.days) == 0
    assert got.frame.empty


@pytest.mark.parametrize("population", ["exposed", "all"])
def test_rows_add_up_on_the_reference_cohort(population):
    study, spec = Study(reference_cohort("sim43")), AnalysisSpec()
    time = study.time(spec)
    got = counting_rows(time, study.infections(spec), population, ())
    table = time.table[(time.table["state"] != "reference") | (population == "all")]
    assert (got.stop - got.start).sum() == table["days"].sum()
    assert got.event.sum() + got.merged == table["infections"].sum()
