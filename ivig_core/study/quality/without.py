"""Patients without any record of a kind: never had one, or was it not entered?"""

from __future__ import annotations

import numpy as np
import pandas as pd

from ivig_core.cohort.cohort import Cohort
from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study


def without(study: Study, spec: AnalysisSpec) -> pd.DataFrame:
    """One row per kind of record and selected patient without one: `kind`, `patient` (code), `patient_id`.

    Kinds of which nobody has a record are rows too. Disease phase is missing in nobody where a file records it: its
    uncovered days are nonprogressive.
    """
    return study.once("without", spec.selection.where, spec.exposure, make=lambda: _table(study.cohort(spec)))


def _table(cohort: Cohort) -> pd.DataFrame:
    frames = {
        "dose of IVIG": cohort.ivig, "infection": cohort.infection,
        "IgG value": cohort.lab[(cohort.lab["analyte"] == "igg").to_numpy(bool)], "therapy": cohort.therapy,
    }  # fmt: skip
    ids = cohort.patients["patient_id"].to_numpy(object)
    parts = []
    for kind, frame in frames.items():
        lacking = np.flatnonzero(np.bincount(frame["patient"].to_numpy(np.int64), minlength=len(cohort)) == 0)
        parts.append(pd.DataFrame({"kind": kind, "patient": lacking, "patient_id": ids[lacking]}))
    return pd.concat(parts, ignore_index=True)
