"""From drawn arrays to rows of a cohort file, version 1: all text, blanks empty, in a fixed order."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ivig_core.cohort.columns import COLUMNS
from ivig_core.simulate.baseline import People
from ivig_core.simulate.draw import blank
from ivig_core.simulate.history import Doses, Periods
from ivig_core.simulate.infections import Infections

Table = dict[str, np.ndarray]

FILE_COLUMNS = tuple(column.name for column in COLUMNS if column.name != "index_month")
"""Every column of the format in its order, except `index_month`, which only a study-day file has."""
DAYS = ("start", "end", "last_contact", "died_on", "progressed_on")
DECIMALS = {"years_since_diagnosis": 1, "dose_g_per_kg": 1, "anc": 2, "alc": 2, "value": 2}
"""Decimals written; every other number is whole."""


@dataclass(frozen=True)
class Records:
    """The records of the patients of one arm in a block, as drawn: days from each patient's day 0, numbers unrounded.

    `tables` has a table per record kind, whose column `patient` counts the patients of the arm from 0. By it: `day0`
    (days since 1970-01-01) and `place`, the place of the patient in the block; `ids` has the id at each place.
    """

    tables: dict[str, Table]
    day0: np.ndarray
    place: np.ndarray
    ids: np.ndarray

    def number_of_rows(self) -> Counter[str]:
        """Rows of each record kind that has any, in the order in which the file shows the kinds first."""
        patient = {kind: table["patient"] for kind, table in self.tables.items() if len(table["patient"])}
        # The truth beside a sample is the same to the byte: its keys stand in this order.
        return Counter({kind: len(patient[kind]) for kind in sorted(patient, key=lambda kind: patient[kind].min())})


def patient_ids(first: int, n: int) -> np.ndarray:
    """Ids of `n` patients from number `first` on; the prefix marks every row as synthetic."""
    return np.array([f"SYN{number:06d}" for number in range(first, first + n)], dtype=object)


def patient_rows(people: People, periods: Periods) -> Table:
    """The `patient` record of everybody."""
    n = len(people)
    onset = periods.first_onset
    later = people.contact > people.last
    return {
        "patient": np.arange(n),
        "start": np.zeros(n, dtype=np.int64),
        "end": people.last,
        "last_contact": np.where(later, people.contact, np.nan),
        "died_on": people.died,
        "death_cause": people.death_cause,
        "progressed_on": np.where(onset <= people.contact, onset, np.nan),
        **people.covariate,
    }


def ivig_rows(rng: np.random.Generator, people: People, doses: Doses) -> Table:
    """One row per infusion, and one row per course for patients recorded as regular courses."""
    patient, column = np.nonzero(doses.recorded)
    day = doses.day[patient, column]
    regular = doses.regular[patient]
    key = patient * (doses.day.shape[1] + 1) + doses.course[patient, column]
    starts = np.r_[True, key[1:] != key[:-1]] if len(key) else np.zeros(0, dtype=bool)
    ends = np.r_[key[1:] != key[:-1], True] if len(key) else np.zeros(0, dtype=bool)
    # A course that follow-up cuts short goes on: its end is blank.
    goes_on = ~doses.ends_course[patient, column]
    stop = np.where(goes_on, np.nan, day)[ends]
    course = np.cumsum(starts) - 1
    keep = ~regular | starts
    per_kg = np.where(rng.random(len(people)) < 0.8, 0.4, 0.5)
    grams = 5 * np.rint(per_kg * people.weight_kg / 5)
    table = {
        "patient": patient,
        "start": day,
        "end": np.where(regular, stop[course] if len(course) else np.nan, np.nan),
        "interval_days": np.where(regular, 28.0, np.nan),
        "dose_g_per_kg": per_kg[patient],
        "dose_g": blank(rng, grams, 0.3)[patient],
        "route": np.full(len(day), "iv", dtype=object),
    }
    return {name: values[keep] for name, values in table.items()}


def infection_rows(infections: Infections) -> Table:
    """One row per infection."""
    return {"patient": infections.patient, "start": infections.day, **infections.column}


def phase_rows(people: People, periods: Periods) -> Table:
    """Progressive periods within follow-up, and the nonprogressive time before the first one after day 0."""
    patient, column = np.nonzero(periods.start <= people.last[:, None])
    start, end = periods.start[patient, column], periods.end[patient, column].astype(float)
    calm = np.flatnonzero(periods.start[:, 0] > 0)
    until = np.where(periods.start[calm, 0] <= people.last[calm], periods.start[calm, 0] - 1.0, np.nan)
    kind = np.repeat(np.array(["progressive", "nonprogressive"], dtype=object), [len(start), len(calm)])
    return {
        "patient": np.concatenate([patient, calm]),
        "start": np.concatenate([start, np.zeros(len(calm), dtype=np.int64)]),
        "end": np.concatenate([np.where(end > people.last[patient], np.nan, end), until]),
        "phase": kind,
    }


def first_patients(tables: dict[str, Table], n: int) -> dict[str, Table]:
    """The rows of the patients 0 to `n` − 1."""
    return {
        kind: {name: values[table["patient"] < n] for name, values in table.items()} for kind, table in tables.items()
    }


def assemble(records: Records) -> pd.DataFrame:
    """All records as text, ordered by patient, record kind and day."""
    tables, day0, ids = records.tables, records.day0, records.ids[records.place]
    patient = np.concatenate([table["patient"] for table in tables.values()])
    start = np.concatenate([table["start"] for table in tables.values()])
    kind = np.repeat(np.arange(len(tables)), [len(table["patient"]) for table in tables.values()])
    order = np.lexsort((start, kind, patient))
    columns = {
        "patient_id": ids[patient][order],
        "record": np.array(list(tables), dtype=object)[kind][order],
    }
    for name in FILE_COLUMNS[2:]:
        parts = [
            _text(name, table[name], day0[table["patient"]]) if name in table else _empty(len(table["patient"]))
            for table in tables.values()
        ]
        columns[name] = np.concatenate(parts)[order]
    return pd.DataFrame(columns, columns=list(FILE_COLUMNS), dtype=object)


def _empty(n: int) -> np.ndarray:
    return np.full(n, "", dtype=object)


def _text(name: str, values: np.ndarray, day0: np.ndarray) -> np.ndarray:
    """Values as written: ISO dates, fixed decimals, NaN as the empty string. Each distinct number is formatted once."""
    if values.dtype == object:
        return values
    out = _empty(len(values))
    known = np.isfinite(values)
    if name in DAYS:
        whole = (values[known] + day0[known]).astype(np.int64)
        distinct, back = np.unique(whole, return_inverse=True)
        out[known] = np.datetime_as_string(distinct.astype("datetime64[D]")).astype(object)[back]
        return out
    places = DECIMALS.get(name, 0)
    distinct, back = np.unique(np.rint(values[known] * 10**places).astype(np.int64), return_inverse=True)
    out[known] = np.array([f"{number / 10**places:.{places}f}" for number in distinct], dtype=object)[back]
    return out
