"""The cohort in memory: one tidy frame per record kind, days relative to each patient's first day at risk."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np
import pandas as pd

RECORDS = ("ivig", "infection", "lab", "phase", "therapy")

CalendarKind = Literal["dates", "index_month", "none"]


@dataclass(frozen=True, eq=False)
class Cohort:
    """An immutable cohort.

    Everywhere `patient` is the integer code 0..n-1 of a patient, in the order of `patients` (sorted by `patient_id`),
    and every `day` is relative to that patient's first day at risk (day 0); `days` is the length of follow-up, so the
    days at risk are 0..days-1. Record frames are sorted by patient, then day, then their order in the file.

    Frames (columns of a kind absent from the file exist and are empty):

    - `patients`: `patient_id` (str), `days` (int64), `day0` (int64 days since 1970-01-01 of day 0, −1 where unknown),
      `died_day`, `last_contact_day`, `progressed_day` (float64, NaN = none), `death_cause`, the baseline columns of
      `columns.py` (numbers float64, categories str with None as missing) and the user's own columns (`own_baseline`).
    - `ivig`: `patient`, `day`, `end` (float64, NaN = blank), `interval_days` (float64), `dose_g_per_kg`, `dose_g`,
      `route` ("iv" or "sc").
    - `infection`: `patient`, `day`, `end`, `grade` (float64, NaN = unknown), `pathogen`, `organism`, `site`,
      `hospitalized`, `hospital_days`, `anc`, `alc`.
    - `lab`: `patient`, `day`, `analyte`, `value` in the canonical unit (igg mg/dL, m_spike g/dL, counts 10^3/uL),
      `trough`.
    - `phase`: `patient`, `day`, `end` (NaN = still going on), `phase`.
    - `therapy`: `patient`, `day`, `end` (NaN = still going on), `drug`, `category`.

    `chosen_from` is set by `subset`: the fingerprint of the whole cohort with the choice made from it.
    `calendar` says whether dates are real ("dates"), known up to the year from `index_month`, or unknown;
    `records_phase` whether the file has any phase row: then its uncovered days are nonprogressive, else unknown.
    """

    patients: pd.DataFrame
    ivig: pd.DataFrame
    infection: pd.DataFrame
    lab: pd.DataFrame
    phase: pd.DataFrame
    therapy: pd.DataFrame
    calendar: CalendarKind
    records_phase: bool
    own_baseline: tuple[str, ...] = ()
    name: str = "cohort"
    synthetic: bool = False
    chosen_from: str = ""

    def __len__(self) -> int:
        return len(self.patients)

    @cached_property
    def days(self) -> np.ndarray:
        """Length of follow-up of each patient in days, both ends at risk (int64, one per patient)."""
        return self.patients["days"].to_numpy(np.int64)

    @cached_property
    def day0(self) -> np.ndarray:
        """Calendar date of each patient's day 0 as days since 1970-01-01, −1 where it is not known."""
        return self.patients["day0"].to_numpy(np.int64)

    def subset(self, keep: np.ndarray) -> Cohort:
        """The patients where `keep` (bool, one per patient) is true, codes renumbered, as a new cohort.

        `records_phase` is a fact of the whole file and survives the choice of patients.
        """
        keep = np.asarray(keep, dtype=bool)
        if keep.all():
            return self
        code = np.cumsum(keep) - 1
        tables = {}
        for name in RECORDS:
            frame: pd.DataFrame = getattr(self, name)
            at = frame["patient"].to_numpy()
            part = frame[keep[at]].reset_index(drop=True)
            part["patient"] = code[part["patient"].to_numpy()]
            tables[name] = part
        digest = hashlib.blake2b(self.fingerprint.encode() + np.packbits(keep).tobytes(), digest_size=16).hexdigest()
        return replace(self, patients=self.patients[keep].reset_index(drop=True), chosen_from=digest, **tables)

    @cached_property
    def fingerprint(self) -> str:
        """Key for caches: equal for equal cohorts, whatever their files were called."""
        if self.chosen_from:
            return self.chosen_from
        digest = hashlib.blake2b(digest_size=16)
        digest.update(f"{self.calendar}|{self.records_phase}|{self.own_baseline}|{self.synthetic}".encode())
        for name in ("patients", *RECORDS):
            frame: pd.DataFrame = getattr(self, name)
            digest.update(f"{name}|{list(frame.columns)}|{len(frame)}".encode())
            if len(frame):
                digest.update(pd.util.hash_pandas_object(frame, index=False).to_numpy().tobytes())
        return digest.hexdigest()
