"""Patients like one of them: alike in what was known at the start, analysed by the same estimators as the cohort."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ivig_core.persontime.baseline import BASELINE_IGG
from ivig_core.persontime.block import Block
from ivig_core.persontime.doses import first_dose_day
from ivig_core.persontime.igg import baseline_igg
from ivig_core.spec import AnalysisSpec, Condition
from ivig_core.study.analysis import summary
from ivig_core.study.overview.headline import FEW_INFECTIONS, FEW_PATIENTS
from ivig_core.study.rates.by_period import incidence_rates
from ivig_core.study.rates.forest import forest
from ivig_core.study.study import Study
from ivig_core.terms import OBSERVATION, ON, REFERENCE

AGE_YEARS = 10
MANY_INFECTIONS = 2
"""Infections in the year before from which on a patient had many."""


@dataclass(frozen=True)
class Likeness:
    """One respect in which patients can be alike: the baseline column, its conditions, and both in a few words."""

    column: str
    conditions: tuple[Condition, ...]
    words: str


@dataclass(frozen=True, eq=False)
class Alike:
    """Patients like this one, who is one of them.

    `patients` have a day in the analysis, `treated` of them a day on IVIG; `infections` are those of all,
    `infections_treated` of the treated. Rates per patient-year on and off IVIG (rows of `estimate.rates`) and the
    `ratio` (row of `estimate.subgroup.FOREST_COLUMNS`) are None where `too_few`: fewer than 20 treated patients, or
    fewer than 10 infections in them.
    """

    spec: AnalysisSpec
    patients: int
    treated: int
    infections: int
    infections_treated: int
    on: pd.Series | None = None
    off: pd.Series | None = None
    ratio: pd.Series | None = None

    @property
    def too_few(self) -> bool:
        return self.treated < FEW_PATIENTS or self.infections_treated < FEW_INFECTIONS


def likenesses(study: Study, spec: AnalysisSpec, patient: int) -> tuple[Likeness, ...]:
    """In what a patient can be matched: what is known of that patient at the start.

    Age within 10 years, heavy chain IgG or not, IgG at the start below the highest cut-off or not, and 0–1 or more
    infections in the year before. What the file does not tell of this patient is left out.
    """
    cohort = study.cohort(spec)
    person, block = cohort.patients.iloc[patient], Block(cohort, patient, patient + 1)
    igg = float(baseline_igg(block, spec.exposure, first_dose_day(block))[0])
    found = (
        _age(person["age"]),
        _heavy_chain(person["heavy_chain"]),
        _igg(igg, spec.exposure.igg_cuts[-1]),
        _prior(person["infections_prior_year"]),
    )
    return tuple(item for item in found if item is not None)


def alike(study: Study, spec: AnalysisSpec, same: Collection[Likeness]) -> Alike:
    """Patients who pass the filters of `spec` and are alike in everything of `same`, analysed as `spec` says.

    Nothing of it is kept in the memory of `study`: every patient asks for others.
    """
    conditions = tuple(condition for item in same for condition in item.conditions)
    spec = spec.change(where=tuple(dict.fromkeys((*spec.selection.where, *conditions))))
    part = Study(study.full)
    total, table = summary(part, spec), part.time(spec).table
    treated = table[(table["state"] != REFERENCE).to_numpy()]
    found = Alike(
        spec, total["patients"], total["patients_exposed"], total["infections"], int(treated["infections"].sum())
    )
    if found.too_few:
        return found
    # One window here, also where the rates page splits it.
    rates = incidence_rates(part, spec.change(window_cuts=())).set_index("period")
    return Alike(
        found.spec, found.patients, found.treated, found.infections, found.infections_treated,
        rates.loc[ON], rates.loc[OBSERVATION], forest(part, spec, "overall").iloc[0],
    )  # fmt: skip


def _age(age: float) -> Likeness | None:
    if np.isnan(age):
        return None
    low, high = max(age - AGE_YEARS, 0), age + AGE_YEARS
    conditions = (Condition("age", ">=", (f"{low:g}",)), Condition("age", "<=", (f"{high:g}",)))
    return Likeness("age", conditions, f"age {low:g}–{high:g}")


def _heavy_chain(chain: object) -> Likeness | None:
    if not isinstance(chain, str):
        return None
    op, words = ("=", "heavy chain IgG") if chain == "IgG" else ("!=", "heavy chain not IgG")
    return Likeness("heavy_chain", (Condition("heavy_chain", op, ("IgG",)),), words)


def _igg(value: float, cut: int) -> Likeness | None:
    if np.isnan(value):
        return None
    op, sign = ("<", "<") if value < cut else (">=", "≥")
    return Likeness(BASELINE_IGG, (Condition(BASELINE_IGG, op, (str(cut),)),), f"IgG at the start {sign} {cut} mg/dL")


def _prior(number: float) -> Likeness | None:
    if np.isnan(number):
        return None
    few = number < MANY_INFECTIONS
    condition = Condition("infections_prior_year", "<" if few else ">=", (str(MANY_INFECTIONS),))
    amount = f"0–{MANY_INFECTIONS - 1} infections" if few else f"{MANY_INFECTIONS} or more infections"
    return Likeness("infections_prior_year", (condition,), f"{amount} in the year before")
