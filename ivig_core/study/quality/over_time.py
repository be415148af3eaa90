"""How much is recorded when: doses, infections and IgG values per patient-year, and the periods that stand out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from ivig_core.cohort.cohort import Cohort
from ivig_core.persontime.block import Block
from ivig_core.persontime.doses import courses
from ivig_core.runs import run_starts
from ivig_core.spec import AnalysisSpec
from ivig_core.study.quality.periods import Periods, origin, periods, person_days
from ivig_core.study.study import Study

NAME = "recorded_over_time"
DOSES, INFECTIONS, IGG = "doses", "infections", "igg"
KINDS = (DOSES, INFECTIONS, IGG)
DAYS_PER_YEAR = 365.25
EXPECTED, FACTOR, DEVIATIONS, MANY = 5, 2, 4, 10
"""None where so many are expected; or at most half, or at least twice of it, and 4 deviations (Poisson) away;
fewer than the last one say too little, of this period where it seems to have many, of all others in any case."""
SPARSE = 0.1
"""Share of the days at risk of the fullest period below which a period is not judged."""
NEIGHBOURS = 2
"""Periods with a record on either side that say what is expected."""


class StandsOut(NamedTuple):
    """Periods of one kind unlike those around them: `number` recorded, `expected` at the rate of the neighbours."""

    kind: str
    first: str
    last: str
    number: int
    expected: float


@dataclass(frozen=True, eq=False)
class OverTime:
    """`table`: one row per kind and period with `kind`, `label`, `first`, `next` (days, as in `Periods.edges`),
    `person_days`, `number` (recorded in follow-up), `rate` (per patient-year, NaN without a day), `odd` (bool),
    `sparse` (bool: too few days at risk to be judged).
    `odd`: what stands out, most unlike first; consecutive periods without a record are one.
    """

    periods: Periods
    table: pd.DataFrame
    odd: tuple[StandsOut, ...]
    patients: int


def over_time(study: Study, spec: AnalysisSpec) -> OverTime:
    """What is recorded in each period, of the selected patients, whatever grade or window is set."""
    return study.once(NAME, spec.selection.where, spec.exposure, make=lambda: _over_time(study.cohort(spec), spec))


def _over_time(cohort: Cohort, spec: AnalysisSpec) -> OverTime:
    cut = periods(cohort)
    days = person_days(cohort, cut.edges)
    igg = cohort.lab[(cohort.lab["analyte"] == "igg").to_numpy(bool)]
    numbers = {
        DOSES: _doses(cohort, spec, cut.edges),
        INFECTIONS: _at(cohort, cohort.infection, cut.edges),
        IGG: _at(cohort, igg, cut.edges),
    }
    parts, odd = [], []
    for kind, number in numbers.items():
        marked = np.zeros(len(cut), bool)
        for low, high, expected in stand_out(number, days, kind != INFECTIONS, cut.dates or kind != DOSES):
            marked[low:high] = True
            count = int(number[low:high].sum())
            odd.append(StandsOut(kind, cut.labels[low], cut.labels[high - 1], count, expected))
        with np.errstate(divide="ignore", invalid="ignore"):
            rate = np.where(days > 0, number / days * DAYS_PER_YEAR, np.nan)
        parts.append(
            pd.DataFrame(
                {
                    "kind": kind, "label": cut.labels, "first": cut.edges[:-1], "next": cut.edges[1:],
                    "person_days": days, "number": number, "rate": rate, "odd": marked,
                    "sparse": days < SPARSE * days.max(initial=0.0),
                }
            )
        )  # fmt: skip
    odd.sort(key=lambda item: -abs(item.number - item.expected) / max(item.expected, 1.0) ** 0.5)
    return OverTime(cut, pd.concat(parts, ignore_index=True), tuple(odd), len(cohort))


def stand_out(
    number: np.ndarray, days: np.ndarray, clustered: bool = False, leading: bool = True
) -> list[tuple[int, int, float]]:
    """Periods (first, one after the last, expected) whose number is unlike the rate of those around them.

    Consecutive periods without any are taken as one. The rate around is the median of up to `NEIGHBOURS` periods with a
    record on either side, so that neither a slow trend nor one wild period makes others stand out; a period stands out
    that is unlike this and unlike the rate of all others together. Periods with few
    days at risk (`SPARSE`) are passed over: at the edges of a study a few patients say little. `clustered`: a
    patient has many such records, so that silence counts only where one period alone would have had enough of them.
    `leading`: whether a beginning without any record counts.
    """
    at = np.flatnonzero(days >= SPARSE * days.max(initial=0.0))
    number, days = number[at], days[at]
    some = np.flatnonzero(number > 0)
    begins = np.flatnonzero(run_starts(np.where(number > 0, np.arange(len(number)), -1)))
    ends = np.append(begins[1:], len(number))
    found = []
    for low, high in zip(begins.tolist(), ends.tolist(), strict=True):
        count, at_risk = float(number[low:high].sum()), days[low:high]
        near = np.concatenate([some[some < low][-NEIGHBOURS:], some[some >= high][:NEIGHBOURS]])
        if number.sum() - count < MANY or not len(near) or (low == 0 and count == 0 and not leading):
            continue
        around = float(np.median(number[near] / days[near]))
        elsewhere = (number.sum() - count) / (days.sum() - at_risk.sum())
        expected = _unlike(count, at_risk, (around, float(elsewhere)), clustered)
        if expected is not None:
            found.append((int(at[low]), int(at[high - 1]) + 1, expected))
    return found


def _unlike(count: float, days: np.ndarray, rates: tuple[float, float], clustered: bool) -> float | None:
    """What is expected where a count is unlike both rates; None where it is not.

    Both, because periods with a record have too high a rate where records are few, and the rate elsewhere is another
    one where there is a trend.
    """
    low, high = (rate * days for rate in (min(rates), max(rates)))
    if count == 0:
        enough = (low.max() if clustered else low.sum()) >= EXPECTED
        return float(low.sum()) if enough else None
    least, most = float(low.sum()), float(high.sum())
    if count * FACTOR <= least and least - count >= DEVIATIONS * least**0.5:
        return least
    wild = count >= max(FACTOR * most, MANY) and count - most >= DEVIATIONS * most**0.5
    return most if wild else None


def _at(cohort: Cohort, frame: pd.DataFrame, edges: np.ndarray) -> np.ndarray:
    """Facts in follow-up by period."""
    patient, day = frame["patient"].to_numpy(np.int64), frame["day"].to_numpy(np.int64)
    inside = (day >= 0) & (day < cohort.days[patient])
    place = (day + origin(cohort)[patient])[inside]
    period = np.searchsorted(edges, place, side="right") - 1
    return np.bincount(period, minlength=len(edges) - 1)


def _doses(cohort: Cohort, spec: AnalysisSpec, edges: np.ndarray) -> np.ndarray:
    """Doses in follow-up by period, those that a course means among them; no course is written out dose by dose."""
    given = courses(Block(cohort, 0, len(cohort)), spec.exposure)
    start = origin(cohort)[given.patient]
    begin, number = given.first + start, given.number
    before = [_until(edge, begin, given.step, number) for edge in edges]
    in_time = np.array(before) if len(given.patient) else np.zeros((len(edges), 0))
    early = _until(start, begin, given.step, number)
    return np.diff(np.maximum(in_time, early).sum(axis=1)).astype(np.int64)


def _until(edge: np.ndarray | float, begin: np.ndarray, step: np.ndarray, number: np.ndarray) -> np.ndarray:
    """How many doses of each entry lie before a day."""
    return np.clip(np.ceil((edge - begin) / step), 0, number)
