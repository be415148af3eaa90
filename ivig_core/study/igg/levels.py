"""Functional IgG by level: share of time, infection rates, and IgG itself as the exposure."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ivig_core.estimate.igg.exposure import igg_below, igg_by_level, igg_rates
from ivig_core.persontime.block import Block
from ivig_core.persontime.igg import functional_igg
from ivig_core.persontime.split import PersonTime
from ivig_core.spec import AnalysisSpec
from ivig_core.study.rates.intervals_in_force import as_shown
from ivig_core.study.study import Study
from ivig_core.terms import IGG_UNKNOWN, REFERENCE

TOGETHER = "together"
BELOW, LEVELS = "below", "levels"
SHARE_COLUMNS = ("period", "label", "level", "patients", "person_days", "share", "share_known")


@dataclass(frozen=True)
class IggKnown:
    """What is known of functional IgG in the selected patients.

    `values`: days with an IgG measurement up to the end of follow-up, `functional`: of them with functional IgG.
    `patients_measured`, `patients_known`: patients with at least one of either. `blank_chain`: measured patients whose
    heavy chain is not recorded; `without_spike`: measured patients with IgG myeloma of whom at least one value has no
    M-spike on the day or within the 30 days before it, `values_without_spike` of these values.
    """

    patients: int
    values: int
    functional: int
    patients_measured: int
    patients_known: int
    igg_myeloma: int
    blank_chain: int
    without_spike: int
    values_without_spike: int


def igg_known(study: Study, spec: AnalysisSpec) -> IggKnown:
    """Counts of IgG measurements and of functional values; see `IggKnown`."""
    return study.once("igg_known", spec.selection.where, spec.exposure, make=lambda: _known(study, spec))


def igg_share(study: Study, spec: AnalysisSpec) -> pd.DataFrame:
    """Person-days of each period by level of functional IgG, one row per period and level, columns `SHARE_COLUMNS`.

    Periods as in the table of rates (one IVIG window, also where it is split), those without a day left out; levels
    from low to high, unknown last. `share` of all days of the period, `share_known` of its days of known functional IgG
    (NaN for the unknown ones and where none is known). `patients`: with a day in both.
    """
    rates = rates_by_igg(study, spec)
    table = rates[rates["period"] != TOGETHER]
    days = table.groupby("period", sort=False)["person_days"].transform("sum")
    known = table["level"] != IGG_UNKNOWN
    known_days = table["person_days"].where(known, 0).groupby(table["period"], sort=False).transform("sum")
    some = (days > 0).to_numpy(bool)
    shares = table.assign(
        share=table["person_days"] / days.where(days > 0),
        share_known=(table["person_days"] / known_days.where(known_days > 0)).where(known),
    )
    return shares.loc[some, list(SHARE_COLUMNS)].reset_index(drop=True)


def rates_by_igg(study: Study, spec: AnalysisSpec) -> pd.DataFrame:
    """Infection rates by level of functional IgG, on and off IVIG together and each; see `estimate.igg_rates`.

    One IVIG window, also where `window_cuts` split it.
    """
    one = spec.change(window_cuts=())
    return study.once(
        "igg_rates", spec.selection, one.exposure, spec.endpoint, spec.model.population, spec.model.rate_ci,
        make=lambda: igg_rates(_time(study, one), spec.model.population, spec.model.rate_ci),
    )  # fmt: skip


def ratios_by_igg(study: Study, spec: AnalysisSpec, *, treated: bool = False) -> pd.DataFrame:
    """Rate ratios with IgG as the exposure, in the columns of `estimate.igg_exposure.IGG_RATIO_COLUMNS` and `contrast`.

    `contrast` "below": days below a cut-off of the spec against days at or above it, one row per cut-off, highest
    first; "levels": each level against the highest, in one model. Each once unadjusted, as the 2026 study printed them,
    and once adjusted for IVIG and what the spec adjusts for (`adjusted`). `treated`: only patients with a day on IVIG
    in person-time, as in part one of that study; else every patient with an infection.
    """
    return study.once(
        "igg_ratios", spec.selection, spec.exposure, spec.endpoint, spec.model, treated,
        make=lambda: _ratios(study, spec, treated),
    )  # fmt: skip


def _ratios(study: Study, spec: AnalysisSpec, treated: bool) -> pd.DataFrame:
    one = as_shown(study, spec.change(window_cuts=()))
    time = _time(study, one)
    if treated:
        time = replace(time, table=time.table[(time.table["state"] != REFERENCE).to_numpy(bool)])
    parts = []
    for adjusted in (False, True):
        below = [igg_below(time, cut, one.model, adjusted=adjusted) for cut in reversed(one.exposure.igg_cuts)]
        levels = igg_by_level(time, one.model, adjusted=adjusted)
        parts += [pd.concat(below).assign(contrast=BELOW), levels.assign(contrast=LEVELS)]
    return pd.concat(parts, ignore_index=True)


def _time(study: Study, spec: AnalysisSpec) -> PersonTime:
    return study.time(spec, ("igg",))


def _known(study: Study, spec: AnalysisSpec) -> IggKnown:
    cohort = study.cohort(spec)
    block = Block(cohort, 0, len(cohort))
    labs = cohort.lab
    inside = (labs["analyte"] == "igg").to_numpy(bool) & (labs["day"].to_numpy() < cohort.days[labs["patient"]])
    measured = labs.loc[inside, ["patient", "day"]].drop_duplicates()
    patient = measured["patient"].to_numpy(np.int64)
    igg = functional_igg(block, spec.exposure)
    known = igg.patient[igg.day < cohort.days[igg.patient]]
    chain = cohort.patients["heavy_chain"]
    mine = chain.eq("IgG").fillna(False).to_numpy(bool)
    values, functional = (np.bincount(found, minlength=len(cohort)) for found in (patient, known))
    lost = np.where(mine, values - functional, 0)
    return IggKnown(
        patients=len(cohort),
        values=len(patient),
        functional=len(known),
        patients_measured=int((values > 0).sum()),
        patients_known=int((functional > 0).sum()),
        igg_myeloma=int((mine & (values > 0)).sum()),
        blank_chain=int((chain.isna().to_numpy(bool) & (values > 0)).sum()),
        without_spike=int((lost > 0).sum()),
        values_without_spike=int(lost.sum()),
    )
