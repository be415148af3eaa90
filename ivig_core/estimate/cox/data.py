"""What a Cox regression is fitted to: rows at risk, covariates, and the times to a first dose of IVIG."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ivig_core.cohort.cohort import Cohort
from ivig_core.errors import SpecError
from ivig_core.estimate.rates.counting import CountingRows
from ivig_core.estimate.survival.times import CENSORED, DEATH, OF_INTEREST
from ivig_core.persontime.doses import first_dose_day
from ivig_core.persontime.split import PersonTime
from ivig_core.terms import ON

EVER = "ever_ivig"
ABSENT = ("no", "none")
RISING = ("iss", "r_iss")


@dataclass(frozen=True, eq=False)
class Covariate:
    """One covariate: `columns` (rows, terms), NaN in the rows in which it is missing.

    `said`: what a ratio is per, or against. `places`: what being in a level and in the reference is called, where the
    columns are indicators of levels, else None. `why_none`: the sentence where there is no term at all; such a
    covariate has no column and takes no row away.
    """

    name: str
    terms: tuple[str, ...]
    columns: np.ndarray
    said: str = ""
    places: tuple[str, str] | None = None
    why_none: str = ""

    @property
    def missing(self) -> np.ndarray:
        """Rows without a value (bool)."""
        return np.isnan(self.columns).any(axis=1)

    def take(self, index: np.ndarray) -> Covariate:
        """Values of other rows: `index` (positions or bool)."""
        return replace(self, columns=self.columns[index])


def number(name: str, values: np.ndarray, unit: float = 1.0, unit_word: str = "") -> Covariate:
    """A quantity, its ratio per `unit` (in `unit_word`) more. NaN = missing."""
    if not unit > 0 or not np.isfinite(unit):
        raise SpecError("units", unit, f"a number above 0 for {name}")
    known = values[~np.isnan(values)]
    if not len(known) or (known == known[0]).all():
        return _without(name, len(values), "no patient has a value" if not len(known) else "all have the same value")
    return Covariate(name, (name,), values[:, None] / unit, f"per {f'{unit:g} {unit_word}'.strip()} more")


def levels(name: str, values: pd.Categorical, reference: str | None = None) -> Covariate:
    """A variable of levels against one of them: terms `name=level` in the order of its categories, used ones only.

    `reference`: see `default_reference` for the one taken where none is given. Raises `SpecError` for a level that
    nobody has.
    """
    values = values.remove_unused_categories()
    names = [str(level) for level in values.categories]
    if reference is not None and str(reference) not in names:
        raise SpecError("references", reference, f"a level of {name} in these patients: {', '.join(names) or 'none'}")
    if len(names) < 2:
        why = f"all have the same value: {names[0]}" if names else "no patient has a value"
        return _without(name, len(values), why)
    against = default_reference(name, values) if reference is None else names.index(str(reference))
    codes = np.asarray(values.codes)
    others = [code for code in range(len(names)) if code != against]
    columns = (codes[:, None] == others).astype(float)
    columns[codes < 0] = np.nan
    terms = tuple(f"{name}={names[code]}" for code in others)
    return Covariate(name, terms, columns, f"against {names[against]}", ("in this level", f"in {names[against]}"))


def default_reference(name: str, values: pd.Categorical) -> int:
    """Code of the reference level: what reads as "without", the start of an order, else the most frequent level.

    "no" and "none" are the absence of something. Stages and bands of numbers begin with the lowest. Where neither
    says what to compare with, the largest group makes the most precise comparisons (the first of equal ones).
    """
    names = [str(level) for level in values.categories]
    absent = [names.index(word) for word in ABSENT if word in names]
    if absent:
        return absent[0]
    if name in RISING or values.ordered:
        return 0
    return int(np.bincount(values.codes[values.codes >= 0], minlength=len(names)).argmax())


def flag(term: str, values: np.ndarray, said: str, places: tuple[str, str]) -> Covariate:
    """A yes-or-no covariate (bool) that is known for everybody; `places`: what yes and no are called."""
    return Covariate(term, (term,), np.asarray(values, float)[:, None], said, places)


def not_usable(name: str, rows: int, why: str) -> Covariate:
    """A covariate that cannot enter a model, with the sentence that says so."""
    return _without(name, rows, why)


def rows_from_start(patient: np.ndarray, time: np.ndarray, event: np.ndarray) -> CountingRows:
    """One row (0, time] per patient; `event` (bool) whether it ends in the event."""
    order = np.argsort(patient, kind="stable")
    return _rows(patient[order], np.zeros(len(patient), np.int64), time[order], event[order])


def rows_on_ivig(time: PersonTime, table: pd.DataFrame, event: np.ndarray) -> tuple[CountingRows, np.ndarray]:
    """Rows up to the first event, cut where the state on IVIG changes, and which of them are on IVIG (bool).

    `table` (`patient`, `time`) and `event` (bool) as of `times.event_times`. A day that person-time leaves out is a
    gap: an event on it ends the patient's time without counting. Nothing after the recorded follow-up is at risk,
    because doses are not recorded there.
    """
    parts = time.table
    patient, first, last = (parts[name].to_numpy(np.int64) for name in ("patient", "start_day", "end_day"))
    until, happens = np.zeros(len(time.cohort), np.int64), np.zeros(len(time.cohort), bool)
    until[table["patient"]], happens[table["patient"]] = table["time"], event
    kept = np.flatnonzero(first < until[patient])
    patient, first = patient[kept], first[kept]
    stop = np.minimum(last[kept] + 1, until[patient])
    on = (parts["state"] == ON).to_numpy(bool)[kept]
    return _rows(patient, first, stop, happens[patient] & (stop == until[patient])), on


def rows_ever_ivig(rows: CountingRows, cohort: Cohort, dose_day: str = "on") -> tuple[CountingRows, np.ndarray]:
    """The same rows cut at the first dose instead, and which of them are from it on (bool).

    A dose before follow-up counts. With `dose_day` "off" the day of the first dose is still before it.
    """
    starts = np.nan_to_num(first_dose_day(cohort) + (dose_day == "off"), nan=np.inf)[rows.patient]
    before, after = rows.start < starts, rows.stop > starts
    cut = np.where(np.isfinite(starts), starts, 0).astype(np.int64)
    index = np.concatenate([np.flatnonzero(before), np.flatnonzero(after)])
    ever = np.arange(len(index)) >= before.sum()
    start = np.where(ever, np.maximum(rows.start, cut)[index], rows.start[index])
    whole = ever | ~after[index]
    stop = np.where(whole, rows.stop[index], cut[index])
    order = np.lexsort((start, rows.patient[index]))
    made = _rows(rows.patient[index], start, stop, rows.event[index] & whole)
    return _ordered(made, order), ever[order]


def time_to_first_ivig(cohort: Cohort) -> pd.DataFrame:
    """Time from the first day at risk to the first dose of IVIG, in the columns of `times.event_times`.

    A dose on the first day has time 1. A patient with a dose before it was never at risk of a first one and has no
    row. Without a dose in follow-up the time is censored at its end, or ended by a death on that day (`cause` 2).
    """
    first = first_dose_day(cohort)
    died = cohort.patients["died_day"].to_numpy(float) == cohort.days - 1
    given = ~np.isnan(first)
    at_risk = ~(first < 0)
    return pd.DataFrame(
        {
            "patient": np.flatnonzero(at_risk),
            "time": np.where(given, first + 1, cohort.days)[at_risk].astype(np.int64),
            "cause": np.select([given, died], [OF_INTEREST, DEATH], CENSORED)[at_risk].astype(np.int8),
        }
    )


def _without(name: str, rows: int, why: str) -> Covariate:
    return Covariate(name, (), np.zeros((rows, 0)), why_none=why)


def _rows(patient: np.ndarray, start: np.ndarray, stop: np.ndarray, event: np.ndarray) -> CountingRows:
    one = np.zeros(len(patient), np.int64)
    return CountingRows(patient, start, stop, event, one + 1, one, factors=(), merged=0)


def _ordered(rows: CountingRows, index: np.ndarray) -> CountingRows:
    return _rows(rows.patient[index], rows.start[index], rows.stop[index], rows.event[index])
