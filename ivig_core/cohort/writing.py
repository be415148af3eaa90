"""A cohort as a file again: the long CSV that any version of this program reads, or one Parquet table a record kind."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from ivig_core.cohort.cohort import RECORDS, Cohort
from ivig_core.cohort.columns import ANALYTES, COLUMNS
from ivig_core.cohort.reading.build import MID_MONTH
from ivig_core.export import safe_frame

_DAYS = {"died_on": "died_day", "last_contact": "last_contact_day", "progressed_on": "progressed_day"}
_UNITS = {analyte.name: analyte.unit for analyte in ANALYTES}


def record_frames(cohort: Cohort) -> dict[str, pd.DataFrame]:
    """One frame per record kind with the columns of the file format: `patient_id`, `start`, `end` and the rest.

    Days are dates (ISO text) where the cohort has a calendar of dates, else study days (Int64); a cohort of study days
    with a known month keeps `index_month`, so that its seasons stay the same to the day.
    """
    start, _ = first_days(cohort)
    frames = {"patient": patient_frame(cohort)}
    for kind in RECORDS:
        frame: pd.DataFrame = getattr(cohort, kind)
        patient = frame["patient"].to_numpy(np.int64)
        table = pd.DataFrame({"patient_id": cohort.patients["patient_id"].to_numpy(object)[patient]})
        table["start"] = _days(cohort, frame["day"].to_numpy(float) + start[patient])
        if "end" in frame:
            table["end"] = _days(cohort, frame["end"].to_numpy(float) + start[patient])
        for name in frame.columns.drop(["patient", "day", "end"], errors="ignore"):
            table[name] = frame[name].to_numpy()
        if kind == "lab":
            table["unit"] = frame["analyte"].map(_UNITS).to_numpy(object)
        if kind == "infection":
            table["grade"] = table["grade"].astype("Int64").astype("string").fillna("unknown")
        frames[kind] = table
    return frames


def long_frame(cohort: Cohort) -> pd.DataFrame:
    """All facts below one another as text, columns in the order of the format, then the user's own; blanks empty."""
    parts = [frame.assign(record=kind) for kind, frame in record_frames(cohort).items() if len(frame)]
    texts = [pd.DataFrame({name: as_texts(part[name]) for name in part.columns}) for part in parts]
    facts = pd.concat(texts, ignore_index=True).fillna("")
    order = {kind: at for at, kind in enumerate(("patient", *RECORDS))}
    facts = facts.iloc[np.lexsort((facts["record"].map(order), pd.factorize(facts["patient_id"], sort=True)[0]))]
    known = [column.name for column in COLUMNS if column.name in facts.columns]
    own = [name for name in cohort.own_baseline if name not in known]
    filled = [name for name in known if name in ("patient_id", "record", "start", "end") or (facts[name] != "").any()]
    return facts[[*filled, *own]].reset_index(drop=True)


def cohort_csv(cohort: Cohort) -> bytes:
    """The long file as UTF-8 CSV. No text in it runs as a formula in a spreadsheet; numbers stay numbers."""
    facts = long_frame(cohort)
    texts = [
        name
        for name in facts.columns
        if not pd.to_numeric(facts[name].replace("", None), errors="coerce").notna().any()
    ]
    safe = facts.copy()
    safe[texts] = safe_frame(facts[texts])
    return safe.to_csv(index=False, lineterminator="\n").encode("utf-8")


def write_tables(cohort: Cohort, folder: Path) -> tuple[Path, ...]:
    """One Parquet file per record kind in `folder` (made if missing), typed: days as dates or integers, numbers as
    numbers; the files written."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for kind, frame in record_frames(cohort).items():
        if cohort.calendar == "dates":
            days = [name for name in ("start", "end", *_DAYS) if name in frame]
            frame = frame.assign(**{name: pd.to_datetime(frame[name]).dt.date for name in days})
        path = folder / f"{kind}.parquet"
        frame.to_parquet(path, index=False)
        written.append(path)
    return tuple(written)


def first_days(cohort: Cohort) -> tuple[np.ndarray, np.ndarray]:
    """Each patient's first day as the file has it (days since 1970, or a study day), and the month of study day 0."""
    if cohort.calendar != "index_month":
        return (cohort.day0 if cohort.calendar == "dates" else np.zeros(len(cohort), np.int64)), np.zeros(len(cohort))
    known = cohort.day0 >= 0
    month = cohort.day0.astype("datetime64[D]").astype("datetime64[M]").astype(int) % 12
    start = np.where(known, cohort.day0 - MID_MONTH[month], 0)
    return start, np.where(known, month + 1, np.nan)


def patient_frame(cohort: Cohort) -> pd.DataFrame:
    """The `patient` rows as the file has them: `patient_id`, first and last day at risk, baseline, own columns."""
    start, month = first_days(cohort)
    patients = cohort.patients
    table = pd.DataFrame({"patient_id": patients["patient_id"]})
    table["start"] = _days(cohort, start.astype(float))
    table["end"] = _days(cohort, start + cohort.days - 1.0)
    for name, day in _DAYS.items():
        table[name] = _days(cohort, patients[day].to_numpy(float) + start)
    rest = patients.columns.drop(["patient_id", "days", "day0", *_DAYS.values()])
    for name in rest:
        table[name] = patients[name].to_numpy()
    if cohort.calendar == "index_month":
        table["index_month"] = pd.array(month, dtype="Int64")
    return table


def _days(cohort: Cohort, days: np.ndarray) -> pd.Series:
    """Days (float64, NaN = none) as ISO text or as study days."""
    if cohort.calendar != "dates":
        return pd.Series(pd.array(days, dtype="Int64"))
    known = ~np.isnan(days)
    texts = np.full(len(days), None, dtype=object)
    texts[known] = np.datetime_as_string(days[known].astype(np.int64).astype("datetime64[D]"))
    return pd.Series(pd.array(texts, dtype="str"))


def as_texts(column: pd.Series) -> pd.Series:
    """A column as text that reads back to the same values; missing is the empty text."""
    if pd.api.types.is_float_dtype(column.dtype):
        return pd.Series(["" if np.isnan(number) else _number(number) for number in column.to_numpy(float)])
    return column.astype("string").fillna("").astype("str")


def _number(number: float) -> str:
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(float(number))
