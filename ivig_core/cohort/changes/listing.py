"""Differences between two versions of a cohort as rows of a list."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ivig_core.cohort.changes.matching import stacked
from ivig_core.cohort.cohort import RECORDS, Cohort
from ivig_core.cohort.writing import as_texts
from ivig_core.numbers import counted

COLUMNS = ("patient_id", "record", "start", "what", "column", "before", "after")
"""`start` as the file writes it; `what`: added, removed, changed, patient added, patient gone; `column` of a
change, of a lab value after its analyte."""
_DAYS = ("start", "end")
NONE = pd.DataFrame({**{name: pd.Series([], dtype=object) for name in COLUMNS}, "order": pd.Series([], dtype=float)})
"""No difference; `order` sorts the facts of a kind and patient."""


def facts_of(frame: pd.DataFrame, code: np.ndarray, ids: np.ndarray, start: np.ndarray) -> pd.DataFrame:
    """A record frame of a cohort with the id in `patient`, and `start` and `end` as the file has them (float)."""
    table = pd.DataFrame({"patient": pd.Series(ids[code], dtype="str"), "start": frame["day"].to_numpy() + start[code]})
    for name in frame.columns.drop(["patient", "day"]):
        values = frame[name].to_numpy(float) + start[code] if name == "end" else frame[name].array
        table[name] = values
    return table


def lone(kind: str, what: str, rows: pd.DataFrame, dates: bool) -> pd.DataFrame:
    """Facts that only one version has: all that is known of each in `before` or `after`."""
    if rows.empty:
        return NONE
    said = np.full(len(rows), "", dtype=object)
    for name in rows.columns.drop(["patient", "start"]):
        texts = _texts(rows[name], kind, name, dates)
        there = texts != ""
        said[there] += np.where(said[there] == "", "", "; ") + (f"{name} " + texts[there])
    side = "after" if what == "added" else "before"
    return _listed(kind, what, rows, dates, **{side: said})


def changed(kind: str, before: pd.DataFrame, after: pd.DataFrame, dates: bool) -> pd.DataFrame:
    """Facts that pair one to one: a row for each column in which they differ."""
    parts: list[pd.DataFrame] = []
    if before.empty:
        return NONE
    for number, name in enumerate(before.columns.drop("patient")):
        code = stacked(before[name], after[name])
        other = np.flatnonzero(code[: len(before)] != code[len(before) :])
        if not len(other):
            continue
        was, now = before.iloc[other], after.iloc[other]
        texts = {"before": _texts(was[name], kind, name, dates), "after": _texts(now[name], kind, name, dates)}
        column = now["analyte"].to_numpy(object) + f" {name}" if kind == "lab" else name
        part = _listed(kind, "changed", now, dates, column=column, **texts)
        part["order"] += number / 1000
        parts.append(part)
    return joined(parts)


def joined(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """Parts of the list below one another."""
    return pd.concat([part for part in parts if len(part)] or [NONE], ignore_index=True)


def patients_alone(what: str, cohort: Cohort, alone: np.ndarray) -> pd.DataFrame:
    """Patients whom only one version has, each with the number of their facts."""
    facts = sum(
        (np.bincount(getattr(cohort, kind)["patient"].to_numpy(), minlength=len(cohort)) for kind in RECORDS),
        np.zeros(len(cohort), np.int64),
    )
    at = np.flatnonzero(alone)
    if not len(at):
        return NONE
    texts = np.array([counted(int(number), "fact") for number in facts[at]], dtype=object)
    ids = cohort.patients["patient_id"].astype("str").to_numpy(object)[at]
    rows = pd.DataFrame({"patient": ids, "start": np.nan})
    return _listed("patient", what, rows, False, **{"after" if what == "patient added" else "before": texts})


def _listed(kind: str, what: str, rows: pd.DataFrame, dates: bool, **more: object) -> pd.DataFrame:
    start = rows["start"]
    table = pd.DataFrame(
        {
            "patient_id": rows["patient"].to_numpy(object), "record": kind,
            "start": _texts(start, kind, "start", dates), "what": what, "column": "", "before": "", "after": "",
        }
    )  # fmt: skip
    order = start.to_numpy(float, na_value=np.nan) if pd.api.types.is_numeric_dtype(start) else np.zeros(len(rows))
    return table.assign(**more, order=order)


def _texts(values: pd.Series, kind: str, name: str, dates: bool) -> np.ndarray:
    """Values as the file would have them, empty where missing (object)."""
    if dates and name in _DAYS and pd.api.types.is_numeric_dtype(values):
        days = values.to_numpy(float, na_value=np.nan)
        known = ~np.isnan(days)
        texts = np.full(len(days), "", dtype=object)
        texts[known] = np.datetime_as_string(days[known].astype(np.int64).astype("datetime64[D]"))
        return texts
    texts = as_texts(values).to_numpy(object, copy=True)
    if kind == "infection" and name == "grade":
        texts[texts == ""] = "unknown"
    return texts
