"""Cohorts in which an infection brings others on: does the interval of the headline hold the truth?"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from ivig_core.cohort.cohort import Cohort
from ivig_core.cohort.read import read_cohort
from ivig_core.estimate.whatif.null.process import Histories
from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study
from ivig_core.study.trust.checks.infections_after import gather, infections_after, pairs
from tests.core.estimate.whatif.daily import daily

COHORTS, TRUTH, SEED = 400, 0.6, 20261129
DAY_0 = np.datetime64("2020-01-01")


class Cell(NamedTuple):
    """Patients on IVIG in a cohort, and how many times as frequent infections are for 30 days after one."""

    patients: int
    times: float


CELLS = [Cell(size, times) for size in (43, 143) for times in (1.0, 3.0, 6.0)]


class Found(NamedTuple):
    """Whether each interval of `infections_after` holds the ratio that infections were drawn with, the ratio itself,
    and whether the check fires."""

    holds: dict[str, bool]
    ratio: float
    fires: bool


def analyse(cell: Cell, cohorts: int = COHORTS) -> list[Found]:
    return [_found(Study(cohort)) for cohort in drawn(cell, cohorts)]


def _found(study: Study) -> Found:
    spec = AnalysisSpec()
    table = infections_after(study, spec).set_index("what")
    holds = {str(name): row["ci_low"] <= TRUTH <= row["ci_high"] for name, row in table.iterrows()}
    return Found(holds, float(table.loc["wald", "irr"]), gather(pairs(study, spec)))


def drawn(cell: Cell, cohorts: int) -> Iterator[Cohort]:
    """Cohorts of patients on IVIG, whose courses begin whether or not there was an infection."""
    for number in range(cohorts):
        people = int(cell.patients * 2.2)
        histories = daily(people, TRUTH, 1.0, seed=SEED + number, contagion=cell.times)
        yield _cohort(histories, min(cell.patients, len(histories)))


def _cohort(histories: Histories, patients: int) -> Cohort:
    """The first patients as a file of ours has them."""
    rows = ["patient_id,record,start,end,grade,dose_g_per_kg"]
    rows += [f"P{who:04},patient,{_date(0)},{_date(histories.days[who] - 1)},," for who in range(patients)]
    for kind, who, day in (
        ("infection", histories.infection_patient, histories.infection_day),
        ("ivig", histories.dose_patient, histories.dose_day),
    ):
        more = ",2," if kind == "infection" else ",,0.4"
        rows += [
            f"P{one:04},{kind},{_date(at)},{more}"
            for one, at in zip(who, day, strict=True)
            if one < patients and at < histories.days[one]
        ]
    cohort = read_cohort(io.BytesIO("\n".join(rows).encode())).cohort
    assert cohort is not None
    return cohort


def _date(day: int) -> str:
    return str(DAY_0 + int(day))
