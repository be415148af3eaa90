"""Cohorts in which infections bring infections, drawn day by day, and what the ratio within patients is of them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from ivig_core.cohort.cohort import Cohort
from ivig_core.estimate.whatif.null.process import Histories
from tests.core.estimate.whatif.daily import RATE, daily
from tests.core.make import Patient, cohort

TRUTH, SEED = 0.6, 20261129
TOGETHER, KEPT = 20, 2.2
"""Cohorts drawn at a time; patients drawn for each one kept, at most."""
HUGE = 40_000


class Cell(NamedTuple):
    """Patients on IVIG in a cohort, and how many times as frequent infections are for 30 days after one."""

    patients: int
    times: float


class Total(NamedTuple):
    """What a huge cohort of the same process gives: `within` patients, infections on against off IVIG with those that
    infections brought; `all_days`: infections of the same patients if every day were on IVIG, against none."""

    within: float
    all_days: float


def drawn(cell: Cell, cohorts: int, truth: float = TRUTH) -> Iterator[Cohort]:
    """Cohorts of patients on IVIG, whose courses begin whether or not there was an infection."""
    for number in range(0, cohorts, TOGETHER):
        many = min(TOGETHER, cohorts - number)
        histories = daily(int(cell.patients * KEPT * many), truth, 1.0, seed=SEED + number, contagion=cell.times)
        people = _patients(histories)
        assert len(people) >= cell.patients * many
        for at in range(many):
            yield cohort(*people[at * cell.patients : (at + 1) * cell.patients])


def _patients(histories: Histories) -> list[Patient]:
    people = [Patient(days=int(days)) for days in histories.days]
    for who, day in zip(histories.dose_patient.tolist(), histories.dose_day.tolist(), strict=True):
        if day < people[who].days:
            people[who].doses.append(day)
    for who, day in zip(histories.infection_patient.tolist(), histories.infection_day.tolist(), strict=True):
        people[who].infections.append(day)
    return people


def total(times: float) -> Total:
    """Both by simulation, to about 1 %; the ratio within patients by Newton's method on two sums a patient."""
    many = daily(HUGE, TRUTH, 1.0, seed=SEED, contagion=times)
    always = daily(HUGE, 1.0, 1.0, seed=SEED, contagion=times, rate=RATE * TRUTH)
    never = daily(HUGE, 1.0, 1.0, seed=SEED, contagion=times)
    rates = [len(one.infection_day) / one.days.sum() for one in (always, never)]
    return Total(_within(many), float(rates[0] / rates[1]))


def _within(many: Histories) -> float:
    on = np.zeros((len(many.days), int(many.days.max())), bool)
    for after in range(many.window + 1):
        day = many.dose_day + after
        inside = day < many.days[many.dose_patient]
        on[many.dose_patient[inside], day[inside]] = True
    days_on = on.sum(axis=1)
    days_off = many.days - days_on
    at = on[many.infection_patient, many.infection_day]
    infections = np.bincount(many.infection_patient, minlength=len(many.days))
    infections_on = np.bincount(many.infection_patient, at, len(many.days))
    beta = 0.0
    for _ in range(50):
        share = days_on * math.exp(beta) / (days_on * math.exp(beta) + days_off)
        beta += float((infections_on - infections * share).sum() / (infections * share * (1 - share)).sum())
    return math.exp(beta)
