"""Reads simulated rows back in the plainest way, independent of the package, to compare with what they should be."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd


@dataclass
class PersonDays:
    """Every day at risk of every patient as one flat array each."""

    patient: np.ndarray
    day: np.ndarray
    date: np.ndarray
    infections: np.ndarray
    severe: np.ndarray
    progressive: np.ndarray

    @property
    def winter(self) -> np.ndarray:
        """Whether the day is in October–March."""
        month = self.date.astype("datetime64[M]").astype(int) % 12 + 1
        return (month >= 10) | (month <= 3)

    def rate(self, where: np.ndarray) -> tuple[float, int]:
        """Infections per day and their number on the days `where`."""
        return self.infections[where].sum() / where.sum(), int(self.infections[where].sum())


def of_kind(rows: pd.DataFrame, record: str) -> pd.DataFrame:
    """The rows of one record kind."""
    return rows[rows["record"] == record].reset_index(drop=True)


def days(column: pd.Series) -> np.ndarray:
    """ISO dates as days since 1970 (float, NaN where blank)."""
    dates = pd.to_datetime(column.where(column != "", None), format="%Y-%m-%d").to_numpy("datetime64[D]")
    return np.where(np.isnat(dates), np.nan, dates.astype(float))


def doses(rows: pd.DataFrame) -> dict[str, list[int]]:
    """Sorted dose days (since 1970) by patient id, courses written out."""
    last = dict(zip(of_kind(rows, "patient")["patient_id"], days(of_kind(rows, "patient")["end"]), strict=True))
    table = of_kind(rows, "ivig")
    out: dict[str, list[int]] = {}
    for who, start, end, interval in zip(
        table["patient_id"], days(table["start"]), days(table["end"]), table["interval_days"], strict=True
    ):
        stop = start if interval == "" else last[who] if np.isnan(end) else end
        out.setdefault(who, []).extend(range(int(start), int(stop) + 1, int(interval or 1)))
    return {who: sorted(given) for who, given in out.items()}


def person_days(rows: pd.DataFrame) -> PersonDays:
    """Lay out the follow-up of all patients day by day."""
    patients = of_kind(rows, "patient")
    code = pd.Series(range(len(patients)), index=patients["patient_id"])
    first, last = days(patients["start"]).astype(int), days(patients["end"]).astype(int)
    length = last - first + 1
    offset = np.cumsum(length) - length
    patient = np.repeat(np.arange(len(patients)), length)
    day = np.arange(length.sum()) - offset[patient]
    infections, severe = np.zeros(len(day), int), np.zeros(len(day), int)
    table = of_kind(rows, "infection")
    who = code[table["patient_id"]].to_numpy()
    at = offset[who] + days(table["start"]).astype(int) - first[who]
    np.add.at(infections, at, 1)
    np.add.at(severe, at[table["grade"].isin(["3", "4", "5"]).to_numpy()], 1)
    progressive = np.zeros(len(day), bool)
    phases = of_kind(rows, "phase")
    phases = phases[phases["phase"] == "progressive"]
    for p, start, end in zip(code[phases["patient_id"]], days(phases["start"]), days(phases["end"]), strict=True):
        stop = last[p] if np.isnan(end) else min(end, last[p])
        progressive[offset[p] + int(start) - first[p] : offset[p] + int(stop) - first[p] + 1] = True
    return PersonDays(patient, day, (first[patient] + day).astype("datetime64[D]"), infections, severe, progressive)
