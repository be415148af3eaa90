"""Groups of patients where death competes with infection: Gray's test, and three hazard ratios beside each other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ivig_core.errors import EstimationError
from ivig_core.estimate.cox.data import Covariate, levels, rows_from_start
from ivig_core.estimate.cox.regression import COX_COLUMNS, cox_model, cox_table
from ivig_core.estimate.survival.competing_beside import NOTHING_COMPETES
from ivig_core.estimate.survival.landmark import SurvivalData, looks_ahead
from ivig_core.estimate.survival.reference_group import reference_group
from ivig_core.estimate.survival.subdistribution.fine_gray import fine_gray
from ivig_core.estimate.survival.subdistribution.gray import COLUMNS, gray_tests
from ivig_core.estimate.survival.times import DEATH, INFECTION_EVENTS, OF_INTEREST
from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study
from ivig_core.study.survival.tables import survival_data

INFECTION, DYING, SHARE = "infection", "death", "share"
"""Hazard of an infection, of death without one (both cause-specific), and of the share with an infection."""
HAZARDS = (INFECTION, DYING, SHARE)
AN_INFECTION, A_DEATH = "an infection", "a death without an infection"


@dataclass(frozen=True, eq=False)
class BesideDeath:
    """`tests`: Gray's test of `cause` "infection" and "death" (`gray.COLUMNS`). `rows`: `hazard` (one of `HAZARDS`),
    `group`, `reference`, then the columns of `CoxRow`; a row for every group but the reference and each hazard. Both
    are empty without groups."""

    tests: pd.DataFrame
    rows: pd.DataFrame
    group: str
    landmark_day: int

    @property
    def looks_ahead(self) -> bool:
        """Whether the groups use doses given later."""
        return looks_ahead(self.group, self.landmark_day)


def beside_death(study: Study, spec: AnalysisSpec) -> BesideDeath:
    """The groups of the curves, each against those without IVIG, else the first; see `BesideDeath`.

    Raises `EstimationError` for an event that death does not compete with, and as `study.survival`.
    """
    parts = (spec.selection.where, spec.exposure, spec.endpoint, spec.survival)
    return study.once("beside_death", *parts, make=lambda: _beside(competing_data(study, spec)))


def competing_data(study: Study, spec: AnalysisSpec) -> SurvivalData:
    """Times and causes of the curves, where the event is an infection; `EstimationError` where it is not."""
    data = survival_data(study, spec)
    if data.event not in INFECTION_EVENTS:
        raise EstimationError(NOTHING_COMPETES[data.event])
    return data


def three_hazards(data: SurvivalData, items: list[Covariate], said: str = "") -> pd.DataFrame:
    """The same covariates (by patient of `data.table`) in a model of each hazard: `hazard`, then as `CoxRow`.

    Cause-specific: Cox regression of one event, the other one censoring, errors of the model. Share: `fine_gray`,
    errors by patient.
    """
    patient, time, cause = (data.table[name].to_numpy(np.int64) for name in ("patient", "time", "cause"))
    fits = {
        name: cox_model(name, rows_from_start(patient, time, cause == code), items, words, said=said)
        for name, code, words in ((INFECTION, OF_INTEREST, AN_INFECTION), (DYING, DEATH, A_DEATH))
    }
    fits[SHARE] = fine_gray(SHARE, patient, time, cause, items, AN_INFECTION, said)
    table = pd.concat([cox_table(fit.rows).assign(hazard=name) for name, fit in fits.items()], ignore_index=True)
    return table[["hazard", *COX_COLUMNS]]


def _beside(data: SurvivalData) -> BesideDeath:
    table = data.table
    names = [str(name) for name in table["group"].cat.categories]
    if len(names) < 2:
        none = pd.DataFrame(columns=["hazard", "group", "reference", *COX_COLUMNS])
        return BesideDeath(pd.DataFrame(columns=list(COLUMNS)), none, data.group, data.landmark_day)
    reference = reference_group(names)
    labels = pd.Categorical(table["group"].astype(str), categories=names)
    item = levels("group", labels, reference)
    rows = three_hazards(data, [item])
    rows.insert(1, "group", [term.removeprefix("group=") for term in rows["term"]])
    rows.insert(2, "reference", reference)
    tests = gray_tests(table["time"].to_numpy(), table["cause"].to_numpy(), table["group"])
    return BesideDeath(tests, rows, data.group, data.landmark_day)
