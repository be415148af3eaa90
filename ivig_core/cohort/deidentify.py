"""A cohort without what leads back to people: new ids, study days for dates, no ages over 89, no rare or free text."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from ivig_core.cohort.baseline_columns import FREE_TEXT
from ivig_core.cohort.cohort import RECORDS, CalendarKind, Cohort
from ivig_core.cohort.reading.build import MID_MONTH
from ivig_core.cohort.reading.own import OFFERED_LEVELS

OLDEST = 90
"""Ages above 89 are written as this (the rule of HIPAA's safe harbour, 45 CFR 164.514(b)(2)(i)(C))."""
FEWEST = 5
"""A text that fewer patients than this have is written as `other`."""
FURTHEST_SHIFT = 182
KEY_MODE = 0o600
_RARE = "other"


@dataclass(frozen=True, eq=False)
class Deidentified:
    """The new cohort, which old id each new one stands for (frame `new_id`, `patient_id`, and `shift_days` where dates
    were moved), and sentences on what was done."""

    cohort: Cohort
    key: pd.DataFrame
    notes: tuple[str, ...]


def deidentify(cohort: Cohort, *, shift: bool = False) -> Deidentified:
    """A copy that can leave the hospital under its rules; intervals between the events of a patient stay as they are.

    Dates become study days from the first day at risk with the calendar month of that day, taken as its 15th, so that
    seasons stay right to within half a month; with `shift`, they stay dates and are moved by a random number of whole
    days for each patient (±`FURTHEST_SHIFT`, never 0), which loses the season. Ids are new and in random order. Free
    text (organisms) is dropped; of therapies and of text columns of the user's own, what fewer than `FEWEST` patients
    have becomes “other”; such columns with more than `OFFERED_LEVELS` texts, or whole numbers that all differ, are
    dropped. Whether that suffices is for the hospital to decide: rare histories can be recognised by their course.
    """
    order = _random_order(len(cohort))
    moved, shifts = _moved(cohort, shift)
    patients = moved.patients.copy()
    notes = [_about_days(cohort, shift)]
    notes += _ages(patients)
    patients, own, more = _own_columns(patients, cohort.own_baseline)
    notes += more
    for name in FREE_TEXT:
        patients[name], rare = _common(patients[name], np.arange(len(patients)))
        notes += [f"{rare:,} rare texts of {name} were written as {_RARE}."] if rare else []
    ids = np.array([f"P{number + 1:0{max(4, len(str(len(cohort))))}d}" for number in order], dtype=object)
    key = pd.DataFrame({"new_id": ids, "patient_id": patients["patient_id"].to_numpy(object)})
    if shift:
        key["shift_days"] = shifts
    patients["patient_id"] = pd.array(ids, dtype="str")
    tables = {name: getattr(moved, name).copy() for name in RECORDS}
    tables["infection"]["organism"] = pd.array([None] * len(tables["infection"]), dtype="str")
    therapy = tables["therapy"]
    therapy["drug"], rare = _common(therapy["drug"], therapy["patient"].to_numpy(np.int64))
    therapy["drug"] = therapy["drug"].fillna(_RARE)
    notes += [f"{rare:,} drugs that fewer than {FEWEST} patients had were written as {_RARE}."] if rare else []
    notes.append("Organisms, which are free text, were dropped. New ids are in random order.")
    changed = replace(moved, patients=patients, own_baseline=own, name="de-identified", chosen_from="", **tables)
    return Deidentified(_sorted(changed), key.sort_values("new_id", ignore_index=True), tuple(notes))


def write_key(key: pd.DataFrame, path: Path) -> None:
    """Write which id is whose, readable by its owner alone; `FileExistsError` rather than over another key."""
    held = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, KEY_MODE)
    with os.fdopen(held, "w", encoding="utf-8", newline="") as file:
        key.to_csv(file, index=False)


def _random_order(count: int) -> np.ndarray:
    # From the system's generator: an order that a seed gives back would lead back to the file.
    return np.argsort(np.frombuffer(secrets.token_bytes(8 * count), np.uint64), kind="stable")


def _moved(cohort: Cohort, shift: bool) -> tuple[Cohort, np.ndarray]:
    known = cohort.day0 >= 0
    if not shift or cohort.calendar != "dates":
        month = cohort.day0.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12
        day0 = np.where(known, MID_MONTH[month], -1)
        calendar: CalendarKind = "index_month" if known.any() else "none"
        return replace(cohort, patients=cohort.patients.assign(day0=day0), calendar=calendar), np.zeros(len(cohort))
    sizes = np.array([1 + secrets.randbelow(FURTHEST_SHIFT) for _ in range(len(cohort))], np.int64)
    signs = np.array([secrets.choice((-1, 1)) for _ in range(len(cohort))], np.int64)
    day0 = np.where(known, cohort.day0 + sizes * signs, -1)
    return replace(cohort, patients=cohort.patients.assign(day0=day0)), sizes * signs


def _about_days(cohort: Cohort, shift: bool) -> str:
    if cohort.calendar == "none":
        return "The cohort has no calendar; its study days now begin with each patient's first day at risk."
    if shift and cohort.calendar == "dates":
        return (
            f"Dates were moved by 1 to {FURTHEST_SHIFT} days, another number for each patient: "
            "intervals are right, seasons and years are not."
        )
    return "Dates became study days from the first day at risk; its calendar month is kept for the season."


def _ages(patients: pd.DataFrame) -> list[str]:
    old = patients["age"].to_numpy(float) > OLDEST - 1
    patients.loc[old, "age"] = float(OLDEST)
    return [f"{int(old.sum()):,} ages above {OLDEST - 1} were written as {OLDEST}."] if old.any() else []


def _own_columns(patients: pd.DataFrame, own: tuple[str, ...]) -> tuple[pd.DataFrame, tuple[str, ...], list[str]]:
    """The patients with the user's own columns as they may go out, which those are, and what was done."""
    kept, notes, dropped = [], [], []
    for name in own:
        values = patients[name].dropna()
        numeric = pd.api.types.is_numeric_dtype(values.dtype)
        numbers = numeric and len(values) > FEWEST and values.is_unique and bool((values % 1 == 0).all())
        if numbers or (not numeric and values.nunique() > OFFERED_LEVELS):
            dropped.append(name)
            notes.append(f"Your column {name} was dropped: its values differ too much between patients.")
            continue
        if not numeric:
            patients[name], rare = _common(patients[name], np.arange(len(patients)))
            notes += [f"{rare:,} rare texts of your column {name} were written as {_RARE}."] if rare else []
        kept.append(name)
    return patients.drop(columns=dropped), tuple(kept), notes


def _common(texts: pd.Series, patient: np.ndarray) -> tuple[pd.Series, int]:
    """Texts with those that fewer than `FEWEST` patients have as “other”, and how many different ones that were."""
    people = (
        pd.DataFrame({"text": texts.to_numpy(object), "patient": patient}).dropna().groupby("text")["patient"].nunique()
    )
    rare = people.index[people < FEWEST]
    return texts.mask(texts.isin(rare), _RARE), len(rare.difference([_RARE]))


def _sorted(cohort: Cohort) -> Cohort:
    """Patients by their new id, so that the order of rows tells nothing of the old one."""
    order = np.argsort(cohort.patients["patient_id"].to_numpy(object).astype(str), kind="stable")
    code = np.empty(len(order), np.int64)
    code[order] = np.arange(len(order))
    tables = {}
    for name in RECORDS:
        frame: pd.DataFrame = getattr(cohort, name).copy()
        frame["patient"] = code[frame["patient"].to_numpy(np.int64)]
        tables[name] = frame.sort_values(["patient", "day"], kind="stable", ignore_index=True)
    return replace(cohort, patients=cohort.patients.iloc[order].reset_index(drop=True), **tables)
