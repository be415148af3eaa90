"""What looks wrong is found, what is right is left alone, and what is drawn is bounded."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import nbinom, poisson

from ivig_core.spec import AnalysisSpec
from ivig_core.study.quality.before_after import before_after
from ivig_core.study.quality.by_patient import Fit, beyond, by_patient, fit
from ivig_core.study.quality.calendar_days import MONTH, WEEK, calendar_days
from ivig_core.study.quality.cloud import MOST_ODD, MOST_POINTS, cloud
from ivig_core.study.quality.over_time import DOSES, INFECTIONS, over_time, stand_out
from ivig_core.study.quality.periods import MOST_PERIODS, periods, person_days
from ivig_core.study.quality.values import AMOUNT, GAP, IGG, values
from ivig_core.study.quality.without import without
from ivig_core.study.study import Study
from tests.core.make import Patient, cohort

SPEC = AnalysisSpec()
NAN = np.nan


def random_cohort(seed: int = 3, number: int = 12, **more):
    rng = np.random.default_rng(seed)
    people = [
        Patient(
            days=int(rng.integers(1, 900)), start=dt.date(2015, 1, 1) + dt.timedelta(int(rng.integers(1500))),
            infections=sorted(rng.integers(0, 1000, 6).tolist()), doses=[(5, 400.0, 28.0, "iv"), 700, 31],
        )
        for _ in range(number)
    ]  # fmt: skip
    return cohort(*people, **more)


@pytest.mark.parametrize("calendar", ["dates", "none"])
def test_days_and_records_of_periods_are_those_counted_day_by_day(calendar):
    made = random_cohort(calendar=calendar)
    found = over_time(Study(made), SPEC)
    start = made.day0 if calendar == "dates" else np.zeros(len(made), int)
    at_risk = np.concatenate([np.arange(first, first + days) for first, days in zip(start, made.days, strict=True)])
    edges = periods(made).edges
    assert person_days(made, edges).tolist() == np.histogram(at_risk, edges)[0].tolist()
    infected = made.infection[made.infection["day"] < made.days[made.infection["patient"]]]
    days = infected["day"].to_numpy() + start[infected["patient"].to_numpy()]
    given = [
        first + day
        for first, days in zip(start, made.days, strict=True)
        for day in [*range(5, 401, 28), 31, 700]
        if day < days
    ]
    for kind, expected in ((INFECTIONS, days), (DOSES, given)):
        number = found.table.loc[found.table["kind"] == kind, "number"]
        assert number.tolist() == np.histogram(expected, edges)[0].tolist()
    assert len(found.periods) <= MOST_PERIODS


def test_a_silent_span_and_a_wild_period_stand_out_and_a_trend_does_not():
    days = np.full(12, 9000.0)
    trend = np.round(60 * 0.85 ** np.arange(12))
    assert stand_out(trend, days) == []
    silent = trend.copy()
    silent[4:6] = 0
    ((low, high, expected),) = stand_out(silent, days)
    assert (low, high) == (4, 6)
    assert expected == pytest.approx(2 * min(np.median(trend[[2, 3, 6, 7]]), silent.sum() / 10))
    wild = trend.copy()
    wild[7] = 90
    assert [(low, high) for low, high, _ in stand_out(wild, days)] == [(7, 8)]
    # Nobody is at risk, or hardly anybody: that is no silence of the record.
    assert stand_out(silent, np.where(silent == 0, 500.0, days)) == []
    assert stand_out(np.zeros(3), days[:3]) == []
    # Two infections say nothing of the rate, however long the silence after them.
    assert stand_out(np.array([1.0, 1.0, *[0.0] * 10]), days) == []


def test_values_that_cannot_be_meant():
    heavy = cohort(
        Patient(days=400, doses=[10, 38, 66, 67], igg=[(5, 700.0), (35, 7.0), (65, 650.0)], baseline={"weight_kg": 80}),
        Patient(
            days=400, doses=[(day, NAN, NAN, "sc") for day in range(0, 70, 7)], grams=8, baseline={"weight_kg": 80}
        ),
        Patient(days=400, doses=[3, 3, 60], igg=[(9, 4000.0), (40, 300.0), (80, 400.0)], baseline={"weight_kg": 80}),
        Patient(days=400, igg=[(1, 800.0), (2, 120.0), (3, 900.0)]),
    )
    grams = heavy.ivig["dose_g"].to_numpy(copy=True)
    grams[:4], grams[-3:] = (32, 3.2, 320, 32), (32, NAN, 32)
    made = replace(heavy, ivig=heavy.ivig.assign(dose_g=grams))
    found = {item.kind: item for item in values(Study(made), SPEC)}
    assert found[AMOUNT].unit == "g/kg"
    told = {
        kind: set(zip(item.cloud.odd["patient_id"], item.cloud.odd["value"], strict=True))
        for kind, item in found.items()
    }
    assert told[IGG] == {("P0000", "7 mg/dL"), ("P0003", "120 mg/dL")}
    assert told[AMOUNT] == {("P0000", "0.04 g/kg"), ("P0000", "4 g/kg")}
    assert told[GAP] == {("P0000", "1 day"), ("P0002", "0 days")}
    assert found[AMOUNT].without == 1
    assert found[GAP].cloud.points == 3 + 9 + 2


def test_amounts_without_weight_are_grams_and_a_course_has_its_interval():
    made = cohort(Patient(days=400, doses=[(0, 300.0, 3.0, "iv"), (310, 390.0, 28.0, "iv")], grams=400))
    found = {item.kind: item for item in values(Study(made), SPEC)}
    assert (found[AMOUNT].unit, found[AMOUNT].cloud.count_odd) == ("g", 2)
    assert found[GAP].cloud.odd["value"].tolist() == ["3 days"]


def test_the_tail_is_that_of_the_distribution():
    number, time = np.arange(1.0, 40), np.linspace(0.1, 6, 39)
    mean = 1.6 * time
    found = Fit(1.6, 0.7)
    assert found.more(number, time) == pytest.approx(nbinom.sf(number - 1, 1 / 0.7, 1 / (1 + 0.7 * mean)), rel=1e-9)
    assert found.none(time) == pytest.approx(nbinom.pmf(0, 1 / 0.7, 1 / (1 + 0.7 * mean)), rel=1e-9)
    assert Fit(1.6, 0.0).more(number, time) == pytest.approx(poisson.sf(number - 1, mean), rel=1e-9)


def test_patients_beyond_chance_do_not_hide_one_another():
    rng = np.random.default_rng(7)
    years = rng.uniform(0.3, 4, 60)
    number = rng.poisson(1.5 * years * rng.gamma(2, 0.5, 60))
    assert not beyond(fit(number, years), number, years).any()
    number[:2], years[:2] = (30, 35), 2.0
    assert np.flatnonzero(beyond(fit(number, years), number, years)).tolist() == [0, 1]
    assert fit(number[:4], years[:4]) is None


def test_the_limit_is_where_a_patient_is_marked():
    people = [Patient(days=365 + 10 * at, infections=list(range(5, 5 + 40 * (at % 4), 40))) for at in range(40)]
    people[3] = replace(people[3], infections=list(range(1, 300, 10)))
    infections, doses = by_patient(Study(cohort(*people)), SPEC)
    assert infections.cloud.patients_odd == ["P0003"]
    assert infections.none == sum(not patient.infections for patient in people)
    usual = infections.cloud.usual
    assert (usual["y"] < np.interp(usual["x"], infections.years, infections.limit)).all()
    assert (doses.cloud.points, doses.none, len(doses.years)) == (0, 40, 0)


def test_heaps_of_dates():
    start = dt.date(2018, 1, 1)
    day = {what: (dt.date(2019, *what) - start).days for what in ((1, 1), (3, 1), (5, 1))}
    spread = [Patient(days=1000, start=start, infections=list(range(at, 1000, 83))) for at in range(20)]
    study = Study(cohort(*spread, *[Patient(days=1000, start=start, infections=list(day.values()))] * 15))
    found = calendar_days(study, SPEC)
    marked = found.table[found.table["odd"]]
    assert set(zip(marked["kind"], marked["axis"], marked["day"], strict=True)) == {(INFECTIONS, MONTH, 1)}
    assert found.odd_new_year(INFECTIONS)
    for axis in (MONTH, WEEK):
        rows = found.table[(found.table["kind"] == INFECTIONS) & (found.table["axis"] == axis)]
        assert rows["number"].sum() == found.total[INFECTIONS]
        assert rows["expected"].sum() == pytest.approx(found.total[INFECTIONS])
    assert calendar_days(Study(cohort(Patient(), calendar="none")), SPEC) is None


def test_weekdays_are_named_right():
    monday = dt.date(2021, 3, 1)
    found = calendar_days(Study(cohort(Patient(start=monday, infections=[0, 7, 5]))), SPEC)
    rows = found.table[(found.table["kind"] == INFECTIONS) & (found.table["axis"] == WEEK)]
    assert rows["number"].tolist() == [2, 0, 0, 0, 0, 1, 0]


def test_who_has_no_record_of_a_kind():
    table = without(Study(cohort(Patient(doses=[1], igg=[(1, 700.0)]), Patient(infections=[2]))), SPEC)
    assert set(zip(table["kind"], table["patient_id"], strict=True)) == {
        ("dose of IVIG", "P0001"), ("infection", "P0000"), ("IgG value", "P0001"),
        ("therapy", "P0000"), ("therapy", "P0001"),
    }  # fmt: skip


def test_what_is_drawn_is_bounded():
    count = 20_000
    odd = np.arange(count) % 20 == 0
    points = pd.DataFrame({"patient": 0, "patient_id": "P", "x": np.arange(count), "y": 1.0 + np.arange(count) % 90,
                           "value": "", "why": np.where(odd, "far", "")})  # fmt: skip
    made = cloud(points, np.arange(count).astype(float), np.geomspace(0.5, 100, 33))
    assert made.usual is None
    assert made.cells.sum() == count - odd.sum()
    assert (len(made.odd), made.count_odd) == (MOST_ODD, odd.sum())
    assert made.odd["x"].iloc[0] == np.flatnonzero(odd)[-1], "the most unlike are kept"
    few = cloud(points.head(MOST_POINTS), np.zeros(MOST_POINTS), made.y)
    assert len(few.usual) + few.count_odd == MOST_POINTS


def test_the_ratio_before_and_after():
    treated = Patient(days=400, doses=[(100, 300.0, 28.0, "iv")], infections=[20, 60, 90, 150])
    one, other = cohort(*[treated] * 4), cohort(*[replace(treated, infections=[20, 60, 90])] * 4)
    found = before_after(Study(one), Study(other), SPEC)
    assert found.before.startswith("0.")
    assert found.after.startswith("0.00")
    assert not found.why
    none = before_after(Study(cohort(Patient())), Study(one), SPEC)
    assert (none.before, none.after) == ("–", found.before)
    assert none.why.startswith("before: ")
