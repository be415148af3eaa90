"""Do few patients carry the answer? Who informs the ratio, and what share of the infections is one patient's."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from ivig_core.numbers import counted
from ivig_core.spec import AnalysisSpec
from ivig_core.study.overview.headline import FEW_INFECTIONS, FEW_PATIENTS
from ivig_core.study.rates.models import sccs
from ivig_core.study.study import Study
from ivig_core.study.trust.checks.verdict import CANNOT, CLOSER, FINE, PROBLEM, Verdict
from ivig_core.terms import ON, REFERENCE

NAME, TITLE = "few_data", "Do few patients carry the answer?"
LARGE_SHARE = 0.1
MOST_LISTED = 10
"""Patients in the table."""


class Behind(NamedTuple):
    """What the ratio rests on: `informative` patients (an infection, days both on and off), `infections` in the model;
    `most` of the `treated` patients' infections are one patient's, `with_infection` have any."""

    informative: int
    infections: int
    most: int
    treated: int
    with_infection: int

    @property
    def one_patient(self) -> bool:
        """Whether a large share is one patient's, in a cohort large enough for that to be odd."""
        return self.with_infection >= FEW_PATIENTS and self.most > LARGE_SHARE * self.treated


def behind(study: Study, spec: AnalysisSpec) -> Behind:
    """How many patients and infections the ratio on IVIG rests on."""
    table = sccs(study, spec.change(window_cuts=()))
    row = table[table["term"] == ON].iloc[0]
    of_patient = _infections_of_treated(study, spec)
    return Behind(
        int(row["informative_patients"]), int(row["infections"]), int(of_patient.max(initial=0)),
        int(of_patient.sum()), int((of_patient > 0).sum()),
    )  # fmt: skip


def _infections_of_treated(study: Study, spec: AnalysisSpec) -> np.ndarray:
    table = study.time(spec).table
    treated = table[(table["state"] != REFERENCE).to_numpy()]
    return np.bincount(treated["patient"].to_numpy(), treated["infections"].to_numpy()).astype(np.int64)


def few_data(study: Study, spec: AnalysisSpec) -> pd.DataFrame:
    """How infections are spread over treated patients: `infections` (of a patient), `patients`, `share` of all
    infections; ten or more together."""
    of_patient = _infections_of_treated(study, spec)
    table = study.time(spec).table
    treated = table.loc[(table["state"] != REFERENCE).to_numpy(), "patient"].unique()
    number = np.minimum(of_patient[treated], MOST_LISTED)
    total = max(int(of_patient.sum()), 1)
    sums = np.bincount(number, of_patient[treated], MOST_LISTED + 1)
    patients = np.bincount(number, minlength=MOST_LISTED + 1)
    result = pd.DataFrame({"infections": np.arange(MOST_LISTED + 1), "patients": patients, "share": sums / total})
    return result[(result["patients"] > 0).to_numpy()].reset_index(drop=True)


def verdict(study: Study, spec: AnalysisSpec) -> Verdict:
    """Whether enough patients inform the ratio, and none of them too much."""
    found = behind(study, spec)
    if not found.informative:
        evidence = "No patient has an infection and days both on and off IVIG."
        return Verdict(NAME, TITLE, CANNOT, evidence, "Choose other settings or a larger cohort.")
    evidence = (
        f"{counted(found.informative, 'patient')} with an infection {'has' if found.informative == 1 else 'have'} days "
        f"both on and off IVIG; one patient has {found.most:,} of {counted(found.treated, 'infection')}."
    )
    if found.informative < FEW_PATIENTS or found.infections < FEW_INFECTIONS:
        return Verdict(NAME, TITLE, PROBLEM, evidence, "Do not draw a conclusion from so few; show the interval.")
    if found.one_patient:
        return Verdict(NAME, TITLE, CLOSER, evidence, "Look at this patient, and use the robust interval.")
    return Verdict(NAME, TITLE, FINE, evidence, "Nothing to do.")
