"""Simulated patients: their days and infections are those that person-time makes of their doses, their rates those of
the model."""

from __future__ import annotations

import numpy as np
import pytest

from ivig_core.estimate.whatif.size.course_rates import Intervals, course_rates
from ivig_core.estimate.whatif.size.lives import NEVER, LifeModel, draw_lives
from ivig_core.estimate.whatif.size.many_series import many_series
from ivig_core.spec import AnalysisSpec
from ivig_core.study.rates.models import sccs
from ivig_core.study.study import Study
from tests.core.make import Patient, cohort

YEAR = 365.25


def as_cohort(lives, interval_days: int):
    """The same patients as a file would have them."""
    doses = [[] for _ in lives.days]
    for patient, start, number in zip(lives.course_patient, lives.course_start, lives.course_doses, strict=True):
        doses[patient] += [int(start + interval_days * each) for each in range(number)]
    infections = [sorted(lives.day[lives.patient == patient].tolist()) for patient in range(len(lives.days))]
    return cohort(
        *(
            Patient(days=int(days), doses=sorted(given), infections=found)
            for days, given, found in zip(lives.days, doses, infections, strict=True)
        )
    )


@pytest.mark.parametrize("interval_days", [28, 45])
def test_days_and_infections_are_those_of_person_time(interval_days):
    model = LifeModel(
        np.array([1, 200, 500]), 3 / YEAR, 0.6, doses=3.0, first=1 / YEAR, again=2 / YEAR, trigger=5.0,
        interval_days=interval_days, share_at_start=0.2, season=1.5,
    )  # fmt: skip
    lives = draw_lives(np.random.default_rng(3), model, 120)
    study = Study(as_cohort(lives, interval_days))
    for before in (0, 30, 60):
        table = study.time(AnalysisSpec().change(pre_exposure_days=before)).table
        days, counts = lives.levels(before)
        for level, state in enumerate(["on_ivig", "pre_ivig"][: days.shape[1] - 1], start=1):
            part = table[table["state"] == state]
            for name, ours in (("days", days), ("infections", counts)):
                seen = np.bincount(part["patient"], part[name], len(lives.days))
                # A course that begins before follow-up has its days before a first dose outside it.
                assert seen.tolist() == ours[:, level].tolist()
        assert table["infections"].sum() == counts.sum() == len(lives.day)
        # The whole way: the file's doses and infections through the case series of the app.
        row = sccs(study, AnalysisSpec().change(pre_exposure_days=before, ci_method="profile")).iloc[0]
        found = many_series(days[None], counts[None], 0.6)
        assert row["term"] == "on_ivig"
        assert found.log_ratio[0] == pytest.approx(row["log_irr"], abs=1e-7)
        assert found.p_value[0] == pytest.approx(row["p_value"], abs=1e-7)
    assert (lives.first_dose < NEVER).any()


def test_rates_are_those_of_the_model_and_are_found_again():
    model = LifeModel(
        np.array([700]), 2 / YEAR, 0.6, variance=0.0, doses=5.0, first=0.4 / YEAR, again=0.2 / YEAR, trigger=6.0,
        share_at_start=0.1, season=2.0,
    )  # fmt: skip
    lives = draw_lives(np.random.default_rng(4), model, 12_000)
    days, counts = lives.levels(0)
    # The rate of a day is set by what was before it, so that without a spread between patients crude rates are exact.
    assert counts.sum(axis=0) / days.sum(axis=0) * YEAR == pytest.approx([2.0, 1.2], rel=0.025)
    start, end, patient, on_ivig = intervals(lives, model)
    found = course_rates(Intervals(patient, start, end, on_ivig), lives.patient, lives.day, np.ones(12_000), 30, 30, 28)
    assert found.rates.trigger == pytest.approx(6.0, rel=0.05)
    assert found.rates.first * YEAR == pytest.approx(0.4, rel=0.08)
    # A course that starts again within 28 days is taken for the same one.
    assert found.rates.again * YEAR == pytest.approx(0.2, rel=0.15)
    assert found.doses == pytest.approx(5.0, rel=0.1)
    assert found.share_at_start == pytest.approx(0.1, abs=0.01)


@pytest.mark.parametrize(("infection", "after"), [(60, 0), (59, 1), (30, 1), (29, 0)])
@pytest.mark.parametrize("patients", [4, 5])
def test_a_course_starts_after_an_infection_on_the_30_days_that_follow_it(infection, after, patients):
    """On one day the dose comes first, in simulated patients as in the count. 91 days, on IVIG from day 60 on."""
    who = np.repeat(np.arange(patients), 2)
    time = Intervals(who, np.tile([0, 60], patients), np.tile([59, 90], patients), np.tile([False, True], patients))
    everyone = np.arange(patients)
    found = course_rates(time, everyone, np.full(patients, infection), np.ones(patients), 30, 30, 28)
    assert (found.starts, found.starts_after) == (patients, after * patients)
    # Of 60 days at risk 30 follow an infection of day 29 or 30, and none that of day 60.
    told = {29: (0.0, 1 / 30), 60: (np.nan, 1 / 60)}.get(infection)
    if patients < 5 or infection == 60:
        told = (np.nan, 1 / 60)
    if told is not None:
        assert (found.rates.trigger, found.rates.first) == pytest.approx(told, nan_ok=True)


def test_who_has_more_infections_starts_more_often_and_is_found_to():
    model = LifeModel(
        np.array([700]), 2 / YEAR, 1.0, variance=0.5, first=0.5 / YEAR, again=0.0, trigger=3.0, trigger_days=60,
        start_by_rate=1.0,
    )  # fmt: skip
    lives = draw_lives(np.random.default_rng(8), model, 6000)
    start, end, patient, on_ivig = intervals(lives, model)
    infections = np.bincount(lives.patient, minlength=6000)
    own = (1 + 0.5 * infections) / (1 + 0.5 * infections.mean())
    time = Intervals(patient, start, end, on_ivig)
    tried = {days: course_rates(time, lives.patient, lives.day, own, days, 30, 28).rates for days in (30, 60, 90)}
    assert max(tried, key=lambda days: tried[days].fit) == 60
    rates = tried[60]
    assert rates.by_rate == pytest.approx(1.0, abs=0.12)
    assert rates.trigger == pytest.approx(3.0, rel=0.12)
    assert rates.first * YEAR == pytest.approx(0.5, rel=0.1)


def test_patients_differ_as_much_as_they_should():
    model = LifeModel(np.array([730]), 2 / YEAR, 0.6, variance=0.7, first=0.0, again=0.0)
    counts = draw_lives(np.random.default_rng(7), model, 8000).levels(0)[1].sum(axis=1)
    mean = 730 * 2 / YEAR
    assert counts.mean() == pytest.approx(mean, rel=0.03)
    assert counts.var() == pytest.approx(mean + 0.7 * mean**2, rel=0.08)


def intervals(lives, model):
    """Days off and on IVIG in order, as person-time has them; windows of courses touch at 28 days."""
    order = np.lexsort((lives.course_start, lives.course_patient))
    patient, start = lives.course_patient[order], lives.course_start[order]
    end = start + (lives.course_doses[order] - 1) * model.interval_days + model.window_days
    keys = 1 << 12
    everyone = np.arange(len(lives.days))
    edges = np.concatenate([
        everyone * keys, patient * keys + np.clip(start, 0, None), patient * keys + np.minimum(end + 1, 700),
    ])  # fmt: skip
    state = np.repeat([0, 1, 0], [len(everyone), len(start), len(start)])
    kind = np.lexsort((state, edges))
    edges, state = edges[kind], state[kind]
    last = np.append(edges[1:] != edges[:-1], True)
    edges, state = edges[last], state[last]
    who, day = np.divmod(edges, keys)
    inside = day < 700
    who, day, state = who[inside], day[inside], state[inside]
    until = np.append(np.where(who[1:] == who[:-1], day[1:], 700), 700) - 1
    return day, until, who, state == 1
