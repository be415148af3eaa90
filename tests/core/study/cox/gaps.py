"""The reference cohort of 500 with gaps that depend on what is known: made by rule, so that R sees the same."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ivig_core.cohort.cohort import Cohort
from tests.core.reference import reference_cohort

COVARIATES = ("age", "sex", "index_therapy", "high_risk_cytogenetics")


def with_gaps() -> Cohort:
    """Every patient has a sex; therapy is blank in older, age in women, cytogenetics where there was an infection."""
    whole = reference_cohort("sim500")
    patients, number = whole.patients.copy(), np.arange(len(whole))
    infected = np.isin(number, whole.infection["patient"])
    older, female = (patients["age"] > 66).to_numpy(bool), (patients["sex"] == "female").to_numpy(bool)
    patients.loc[(number % 5 < 2) & older, "index_therapy"] = None
    patients.loc[(number % 7 < 2) & female, "age"] = np.nan
    patients.loc[(number % 4 == 1) & infected, "high_risk_cytogenetics"] = None
    return replace(whole, patients=patients)
