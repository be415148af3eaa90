"""Reference cohorts and the answers of R that came with them (R 4.2.2, gnm 1.1-2, survival 3.5-3)."""

from __future__ import annotations

import json
from functools import cache

import numpy as np
from statsmodels.duration.hazard_regression import PHReg

from ivig_core.cohort.cohort import Cohort
from ivig_core.cohort.read import read_cohort
from ivig_core.estimate.rates.counting import CountingRows
from ivig_core.spec import AnalysisSpec
from ivig_core.study.rates.forest import forest_as_set as study_forest
from ivig_core.study.rates.models import sccs as study_sccs
from ivig_core.study.study import Study
from tests.paths import REFERENCE


@cache
def reference_cohort(name: str) -> Cohort:
    """`sim43` or `sim500`, as read from the file."""
    cohort = read_cohort(REFERENCE / f"{name}.csv").cohort
    assert cohort is not None
    return cohort


@cache
def expected(name: str) -> dict:
    """Answers for `sim43` or `sim500`."""
    return json.loads((REFERENCE / f"{name}_expected.json").read_text())


def sccs(cohort: Cohort, **settings):
    """Rate ratios of a cohort under changed settings, by term."""
    return study_sccs(Study(cohort), AnalysisSpec().change(**settings)).set_index("term")


def forest(cohort: Cohort, factor: str, **settings):
    """Forest rows of a factor under changed settings, by level."""
    return study_forest(Study(cohort), AnalysisSpec().change(**settings), factor).set_index("level")


def cox_by_statsmodels(rows: CountingRows, X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients of Cox regression with Efron's ties, stratified, and their covariance by the model."""
    # PHReg counts a row as at risk at the time of its entry: half a day later it is not.
    fitted = PHReg(
        rows.stop.astype(float), X, status=rows.event.astype(int), entry=rows.start + 0.5, strata=rows.stratum,
        ties="efron",
    ).fit(disp=0)  # fmt: skip
    return np.asarray(fitted.params), np.atleast_2d(fitted.cov_params())
