"""The ratio on IVIG where infections bring IVIG on: against R, day by day, and in simulations with known truth."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivig_core.cohort.cohort import Cohort
from ivig_core.estimate.rates.event_dependent import event_dependent
from ivig_core.estimate.rates.sccs import sccs
from ivig_core.persontime.split import person_time
from ivig_core.spec import AnalysisSpec
from tests.core.make import Patient, cohort
from tests.core.reference import reference_cohort

NO_BANDS = {"time_band_days": 3650}


def inputs(people: Cohort, infections: pd.DataFrame | None = None, **changes):
    """Counted person-time, the infections counted, the model."""
    spec = AnalysisSpec().change(**changes)
    infections = people.infection[["patient", "day"]] if infections is None else infections
    time = person_time(people, spec.exposure, ["time", "phase", "season", "igg"]).count(infections)
    inside = time.row_of(infections) >= 0
    return time, infections[inside].reset_index(drop=True), spec.model


def ratio(people: Cohort, infections: pd.DataFrame | None = None, **changes) -> pd.Series:
    return event_dependent(*inputs(people, infections, **changes)).iloc[0]


# The algorithm of `eventdepenexp` of the R package SCCS (levels of stacked data from each exposure on, later exposures
# taken away by exp(−β) in the response, `gnm(w ~ expo, eliminate = level, offset = log(interval), family = poisson)`
# until β stays within 1e-12, its sandwich), written anew and run with R 4.2.2 and gnm 1.1-2; every day on IVIG is an
# exposure of one day, no age groups. First infections since IVIG only, as the package takes one event per patient,
# and all of them, for which the derivative of the weights is taken patient by patient.
R = [
    ("sim43", True, 1.150960561690, 0.451386305906),
    ("sim43", False, -0.320308087970, 0.284508416071),
    ("sim500", True, 1.054161581090, 0.162538833421),
]


@pytest.mark.parametrize(("name", "only_first", "log_irr", "se"), R)
def test_equals_the_stacked_poisson_models_of_r(name, only_first, log_irr, se):
    people = reference_cohort(name)
    time, infections, _ = inputs(people, **NO_BANDS)
    if only_first:
        on = time.table[time.table["state"] == "on_ivig"].groupby("patient")["start_day"].min()
        since = infections["day"] >= infections["patient"].map(on)
        infections = infections[since].drop_duplicates("patient").reset_index(drop=True)
    row = ratio(people, infections, **NO_BANDS)
    assert row["log_irr"] == pytest.approx(log_irr, abs=5e-9)
    assert row["se"] == pytest.approx(se, abs=1e-9)


PATIENT = st.builds(
    Patient,
    days=st.integers(30, 120),
    doses=st.lists(st.integers(-10, 110), max_size=3).map(sorted),
    infections=st.lists(st.integers(0, 119), max_size=4).map(sorted),
)


def left_hand_side(time, infections: pd.DataFrame, beta: float) -> float:
    """The equation of β without adjusters, one day after the other."""
    total = 0.0
    for patient, rows in time.table.groupby("patient"):
        states = [
            (day, row.state == "on_ivig") for row in rows.itertuples() for day in range(row.start_day, row.end_day + 1)
        ]
        mine = infections.loc[infections["patient"] == patient, "day"].to_list()
        for place, (day, on) in enumerate(states):
            if not on:
                continue
            later = sum(mine.count(other) * np.exp(-beta * exposed) for other, exposed in states[place + 1 :])
            share = np.exp(beta) / (np.exp(beta) + len(states) - place - 1)
            total += mine.count(day) - (mine.count(day) + later) * share
    return total


@settings(max_examples=25, deadline=None)
@given(st.lists(PATIENT, min_size=8, max_size=12))
def test_solves_the_equation_written_day_by_day(patients):
    for patient in patients:
        patient.infections = [day for day in patient.infections if day < patient.days]
    time, infections, model = inputs(cohort(*patients), **NO_BANDS)
    row = event_dependent(time, infections, model).iloc[0]
    if row["status"] == "ok":
        assert left_hand_side(time, infections, row["log_irr"]) == pytest.approx(0, abs=1e-6)
        assert row["ci_low"] < row["irr"] < row["ci_high"]
    else:
        assert row["note"]
        assert np.isnan(row["log_irr"])


DAYS = 720


def simulated(patients: int, seed: int, *, irr: float, because: float, trend: float = 1.0) -> Cohort:
    """Monthly doses with windows of 30 days, in courses of 2–8; infections 2 a year times a gamma frailty.

    `because`: chance that an infection outside a course brings one on within 1–20 days, also again and again; courses
    also begin by themselves, half a year apart on average if `because` is 0 and three years otherwise. `trend`: factor
    on the rate per half-year of 183 days. Each patient is followed 240–720 days.
    """
    rng = np.random.default_rng(seed)
    rate = 2.0 / 365.25 * rng.gamma(3.0, 1 / 3.0, patients)
    follow_up = rng.integers(240, DAYS + 1, patients)
    by_itself = 1 / (1100 if because else 180)
    begins = np.where(rng.random(patients) < 0.2, rng.integers(0, 90, patients), DAYS)
    left, next_dose, on_until = np.zeros(patients, int), begins, np.full(patients, -1)
    left[begins < DAYS] = rng.integers(2, 9, (begins < DAYS).sum())
    given, infected = [], []
    for day in range(DAYS):
        dose = (left > 0) & (next_dose == day) & (day < follow_up)
        given.append(np.flatnonzero(dose))
        left -= dose
        next_dose = np.where(dose, day + rng.integers(27, 34, patients), next_dose)
        on_until = np.where(dose, day + 30, on_until)
        chance = rate * np.where(day <= on_until, irr, 1.0) * trend ** (day // 183)
        ill = (rng.random(patients) < chance) & (day < follow_up)
        infected.append(np.flatnonzero(ill))
        u = rng.random(patients)
        starts = (left == 0) & (u < np.where(ill & (because > 0), because, by_itself))
        next_dose = np.where(starts, day + rng.integers(1, 21, patients), next_dose)
        left = np.where(starts, rng.integers(2, 9, patients), left)
    one = cohort(Patient(days=1, doses=[0], infections=[0]))
    return replace(
        one,
        patients=one.patients.iloc[np.zeros(patients, int)].reset_index(drop=True).assign(days=follow_up),
        ivig=_events(one.ivig, given),
        infection=_events(one.infection, infected),
    )


def _events(like: pd.DataFrame, who: list[np.ndarray]) -> pd.DataFrame:
    """Records as in the one row `like`, one for each patient of each day, sorted by patient and day."""
    patient, day = np.concatenate(who), np.repeat(np.arange(len(who)), [len(each) for each in who])
    order = np.lexsort((day, patient))
    rows = like.iloc[np.zeros(len(patient), int)].reset_index(drop=True)
    return rows.assign(patient=patient[order], day=day[order])


def distances(people: Cohort, irr: float, **changes) -> tuple[float, float]:
    """Standard errors between truth and estimate: of the case series, and of this one."""
    time, infections, model = inputs(people, adjust_for="time", ci_method="robust", **changes)
    usual, this = sccs(time, model).iloc[0], event_dependent(time, infections, model).iloc[0]
    assert usual["se"] < this["se"] < 4 * usual["se"]
    usual, this = ((row["log_irr"] - np.log(irr)) / row["se"] for row in (usual, this))
    return usual, this


@pytest.mark.parametrize(("irr", "trend"), [(0.6, 1.0), (0.6, 0.9), (1.0, 1.0)])
def test_recovers_the_truth_where_infections_start_and_restart_ivig(irr, trend):
    usual, this = distances(simulated(6000, seed=5, irr=irr, because=0.6, trend=trend), irr)
    assert usual < -4
    assert abs(this) < 2


def test_recovers_the_truth_where_ivig_follows_a_schedule():
    usual, this = distances(simulated(6000, seed=6, irr=0.6, because=0.0), 0.6)
    assert abs(usual) < 2
    assert abs(this) < 2


def test_only_what_follows_the_first_day_on_ivig_counts():
    patients = [Patient(days=200, doses=[50], infections=[70, 120 + k]) for k in range(6)]
    early = [Patient(days=200, doses=[50], infections=[3, 40, 70, 120 + k]) for k in range(6)]
    one, other = (ratio(cohort(*each), **NO_BANDS) for each in (patients, early))
    assert one["log_irr"] == pytest.approx(other["log_irr"], abs=1e-12)
    assert one["infections"] == other["infections"] == 12
    assert one["informative_patients"] == 6


@pytest.mark.parametrize(
    ("patients", "status"),
    [
        ([Patient(doses=[20]), Patient()], "no_contrast"),
        ([Patient(infections=[3, 5])] * 6, "no_contrast"),
        ([Patient(doses=[0], infections=[5, 60])], "not_identified"),
        ([Patient(doses=[0], infections=[60])] * 6, "no_events_exposed"),
        ([Patient(doses=[0], infections=[9])] * 6, "no_events_reference"),
        ([Patient(days=20, doses=[0], infections=[9])] * 6, "no_contrast"),
    ],
)
def test_says_why_there_is_no_estimate(patients, status):
    row = ratio(cohort(*patients))
    assert row["status"] == status
    assert np.isnan(row["log_irr"])
    assert np.isnan(row["se"])
    assert row["note"].strip()


def test_what_can_follow_an_infection_is_no_adjuster():
    patients = [Patient(days=200, doses=[50], infections=[70, 120 + k], igg=[(0, 500), (60, 800)]) for k in range(6)]
    plain, asked = ratio(cohort(*patients)), ratio(cohort(*patients), adjust_for="igg")
    assert asked["log_irr"] == plain["log_irr"]
    assert "IgG" in asked["note"]
    assert "IgG" not in plain["note"]


def test_a_hopeless_standard_error_is_no_estimate(monkeypatch):
    people = cohort(*[Patient(days=200, doses=[50], infections=[70, 120 + k]) for k in range(6)])
    se = ratio(people, **NO_BANDS)["se"]
    monkeypatch.setattr("ivig_core.estimate.rates.event_dependent.WIDEST_SE", se * 0.9)
    row = ratio(people, **NO_BANDS)
    assert row["status"] == "not_identified"
    assert np.isnan(row["irr"])
    assert "too little" in row["note"]
