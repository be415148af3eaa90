"""Levels of laboratory values that hold for a while: functional IgG, neutrophils and lymphocytes."""

from __future__ import annotations

import numpy as np

from ivig_core.persontime.block import Block
from ivig_core.persontime.days import Steps, carried
from ivig_core.persontime.igg import functional_igg
from ivig_core.runs import following, run_ends, run_starts
from ivig_core.spec import ExposureSpec

ANC_BELOW, ALC_BELOW = 1.0, 0.5
"""×10⁹/L, which is 10³/µL: neutropenia of grade 3 and lymphopenia of grade 3 (CTCAE)."""


def igg_steps(block: Block, exposure: ExposureSpec) -> Steps:
    """Level of functional IgG; a value holds from the day after its measurement for at most `igg_carry_days`.

    From the next day, because a measurement made on account of an infection must not explain it.
    """
    igg = functional_igg(block, exposure)
    level = np.searchsorted(np.array(exposure.igg_cuts), igg.value, side="right")
    return _held(block, exposure, igg.patient, igg.day, level, unknown=len(exposure.igg_cuts) + 1)


def anc_steps(block: Block, exposure: ExposureSpec) -> Steps:
    """Neutrophils: 0 from 1.0 ×10⁹/L on, 1 below, 2 unknown; carried as functional IgG is."""
    return _low(block, exposure, "anc", ANC_BELOW)


def alc_steps(block: Block, exposure: ExposureSpec) -> Steps:
    """Lymphocytes: 0 from 0.5 ×10⁹/L on, 1 below, 2 unknown; carried as functional IgG is."""
    return _low(block, exposure, "alc", ALC_BELOW)


def _low(block: Block, exposure: ExposureSpec, analyte: str, below: float) -> Steps:
    """Of `lab` rows alone: the counts on infection rows were taken because of the infection. The lowest of a day."""
    labs = block.records("lab")
    labs = labs[(labs["analyte"] == analyte).to_numpy(bool) & labs["value"].notna().to_numpy(bool)]
    patient, day, value = (labs[name].to_numpy() for name in ("patient", "day", "value"))
    order = np.lexsort((value, day, patient))
    patient, day, value = patient[order].astype(np.int64), day[order].astype(np.int64), value[order]
    first = run_starts(patient, day)
    return _held(block, exposure, patient[first], day[first], value[first] < below, unknown=2)


def _held(
    block: Block, exposure: ExposureSpec, patient: np.ndarray, day: np.ndarray, level: np.ndarray, unknown: int
) -> Steps:
    """Each level from the day after its measurement, until the next or until it lapses; sorted, one a day."""
    gap = following(day, 0) - day
    lapses = run_ends(patient) | (gap > exposure.igg_carry_days)
    at = np.concatenate([patient, patient[lapses]])
    since = np.concatenate([day + 1, day[lapses] + exposure.igg_carry_days + 1])
    value = np.concatenate([level.astype(np.int8), np.full(lapses.sum(), unknown, np.int8)])
    order = np.lexsort((since, at))
    return carried(block.clock, unknown, at[order], since[order], value[order])
