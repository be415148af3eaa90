"""Functional IgG: IgG without the monoclonal part."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pandas as pd

from ivig_core.persontime.block import Block
from ivig_core.runs import run_ends, run_starts
from ivig_core.spec import ExposureSpec

M_SPIKE_DAYS = 30
BASELINE_DAYS = (-90, 10)
MG_PER_DL = 1000
WIDE = np.int64(1) << 32


class FunctionalIgG(NamedTuple):
    """Known values (mg/dL) sorted by patient and day, one a day: the lowest where a day has several."""

    patient: np.ndarray
    day: np.ndarray
    value: np.ndarray


def functional_igg(block: Block, exposure: ExposureSpec) -> FunctionalIgG:
    """Functional IgG of every IgG measurement for which it is known.

    Heavy chain IgG: IgG − M-spike (g/dL) × 1000, with the M-spike of the same day, else the last one within 30 days,
    not below 0, unknown without one; of several M-spikes of a day the highest, so that here too the lower functional
    IgG is taken, whatever the order of rows. Other heavy chains (also none, light chain only): IgG. Heavy chain blank:
    unknown, or IgG where `igg_blank_heavy_chain` is "total".
    """
    labs = block.records("lab")
    analyte = labs["analyte"].to_numpy(object)
    igg, spike = labs[analyte == "igg"], labs[analyte == "m_spike"]
    patient = igg["patient"].to_numpy(np.int64)
    day = igg["day"].to_numpy(np.int64)
    value = igg["value"].to_numpy(float)
    chain = block.baseline("heavy_chain").to_numpy(object)[patient]
    value = np.where(chain == "IgG", np.maximum(value - MG_PER_DL * _latest_spike(patient, day, spike), 0), value)
    if exposure.igg_blank_heavy_chain == "unknown":
        value = np.where(pd.isna(chain), np.nan, value)
    known = ~np.isnan(value)
    patient, day, value = patient[known], day[known], value[known]
    order = np.lexsort((value, day, patient))
    patient, day, value = patient[order], day[order], value[order]
    first = run_starts(patient, day)
    return FunctionalIgG(patient[first], day[first], value[first])


def _latest_spike(patient: np.ndarray, day: np.ndarray, spike: pd.DataFrame) -> np.ndarray:
    """Last M-spike (g/dL, the highest of its day) on or up to 30 days before each (patient, day), NaN without one."""
    if spike.empty:
        return np.full(len(patient), np.nan)
    patients, days, values = (spike[name].to_numpy() for name in ("patient", "day", "value"))
    order = np.lexsort((values, days, patients))
    spike_key = patients[order].astype(np.int64) * WIDE + days[order].astype(np.int64)
    key = patient * WIDE + day
    at = np.searchsorted(spike_key, key, side="right") - 1
    recent = (at >= 0) & (key - spike_key[at] <= M_SPIKE_DAYS)
    return np.where(recent, values[order].astype(float)[at], np.nan)


def baseline_igg(block: Block, exposure: ExposureSpec, first_dose: np.ndarray) -> np.ndarray:
    """Functional IgG (mg/dL) nearest day 0, from 90 days before to 10 after it and before the first dose; else NaN.

    `first_dose`: day of the first dose of each patient, NaN without one. Of two as near, the one before day 0.
    """
    igg = functional_igg(block, exposure)
    low, high = BASELINE_DAYS
    dose = first_dose[igg.patient]
    usable = (igg.day >= low) & (igg.day <= high) & (np.isnan(dose) | (igg.day < dose))
    patient, day, value = igg.patient[usable], igg.day[usable], igg.value[usable]
    order = np.lexsort((day, np.abs(day), patient))
    patient, value = patient[order], value[order]
    nearest = run_starts(patient)
    found = np.full(len(block), np.nan)
    found[patient[nearest]] = value[nearest]
    return found


def last_igg_before(block: Block, exposure: ExposureSpec, first_dose: np.ndarray, days: float = math.inf) -> np.ndarray:
    """Last functional IgG (mg/dL) before the day of the first dose, at most `days` older; NaN without one."""
    igg = functional_igg(block, exposure)
    ahead = first_dose[igg.patient] - igg.day
    usable = (ahead > 0) & (ahead <= days)
    patient, value = igg.patient[usable], igg.value[usable]
    last = run_ends(patient)
    found = np.full(len(block), np.nan)
    found[patient[last]] = value[last]
    return found


def igg_before_ivig(block: Block, exposure: ExposureSpec, first_dose: np.ndarray) -> np.ndarray:
    """Functional IgG (mg/dL) of each patient that no dose has changed: at the start, else the last before the first
    dose and at most `igg_carry_days` older; NaN where neither is known.

    `first_dose` as of `baseline_igg`, also one before follow-up. Who never had a dose has the value at the start. It
    goes first because later ones may have been measured for infections on the days that are compared.
    """
    start = baseline_igg(block, exposure, first_dose)
    return np.where(np.isnan(start), last_igg_before(block, exposure, first_dose, exposure.igg_carry_days), start)
