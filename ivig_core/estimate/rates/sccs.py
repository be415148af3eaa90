"""The self-controlled case series: each patient on IVIG against the same patient off it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import numpy as np
import pandas as pd

from ivig_core.estimate.cells import Cells, Factor, cells
from ivig_core.estimate.fit import ratio_rows
from ivig_core.estimate.result import ratio_table
from ivig_core.persontime.split import PersonTime
from ivig_core.spec import ModelSpec
from ivig_core.terms import (
    FALL_WINTER,
    IGG_UNKNOWN,
    ON,
    PHASE_UNKNOWN,
    PROGRESSIVE,
    PROPHYLAXIS,
    SEASON_UNKNOWN,
    exposure_terms,
    igg_levels,
    on_ivig_states,
    time_bands,
)

UNKNOWN = {"phase": PHASE_UNKNOWN, "season": SEASON_UNKNOWN, "igg": IGG_UNKNOWN}
NOT_RECORDED = {
    "phase": "the file records no disease phase",
    "season": "the file gives no calendar dates, so the season is not known",
    "igg": "no functional IgG is known on any day",
}


def sccs(time: PersonTime, model: ModelSpec, asked: Collection[str] | None = None) -> pd.DataFrame:
    """Incidence rate ratios by conditional Poisson regression given each patient's total.

    log λ_i(t) = φ_i + β·state(t) + adjusters, offset log days; φ_i is conditioned out, so that everything constant in
    a patient is controlled for. All patients with an infection enter; never-exposed ones inform the adjusters only.

    Parameters
    ----------
    time
        counted person-time whose table holds the axes in `model.adjust_for`.
    asked
        the terms whose interval is as `model.ci_method` says, where not all matter: the others have Wald's.

    Returns
    -------
    One row per term of the exposure, then per adjuster term, in the columns of `result.RatioRow`. A term without an
    estimate has its reason in `status` and `note`. Whitaker et al., Stat Med 2006;25:1768.
    """
    data = sccs_cells(time, model)
    rows = ratio_rows(data, "sccs", model.ci_method, asked=asked)
    unknown = {
        term: NOT_RECORDED[name]
        for name, terms in data.factors
        for term in terms
        if name in NOT_RECORDED and (time.table[name] == UNKNOWN[name]).all()
    }
    return ratio_table([replace(row, note=unknown.get(row.term, row.note)) for row in rows])


def sccs_cells(time: PersonTime, model: ModelSpec) -> Cells:
    """Cells of the model: patients with an infection × state × adjusters."""
    table = time.table
    return cells(
        table["patient"].to_numpy(),
        table["days"].to_numpy(),
        table["infections"].to_numpy(),
        [exposure_factor(time), *adjusters(time, model.adjust_for)],
    )


def exposure_factor(time: PersonTime, *, one_window: bool = False) -> Factor:
    """State of each row against observation; `one_window` joins the levels of `window_cuts` into `on_ivig`."""
    terms = exposure_terms(time.exposure)
    state = time.table["state"].cat
    if one_window and time.exposure.window_cuts:
        levels = on_ivig_states(time.exposure)
        terms = (ON, *(term for term in terms if term not in levels))
        position = [terms.index(ON) + 1 if name in levels else _position(name, terms) for name in state.categories]
    else:
        position = [_position(name, terms) for name in state.categories]
    return Factor("exposure", terms, np.array(position)[state.codes.to_numpy()])


def adjusters(time: PersonTime, names: Collection[str]) -> list[Factor]:
    """Factors of the adjusters asked for."""
    return [adjuster(time, name) for name in names]


def adjuster(time: PersonTime, name: str) -> Factor:
    """One adjuster as a factor. A level of unknown state is a term of its own where some days are known."""
    column = time.table[name].cat
    codes = column.codes.to_numpy()
    terms = _adjuster_terms(name, time)
    if name == "phase" and (codes == 2).any() and (codes != 2).any():
        terms = (*terms, PHASE_UNKNOWN)
    return Factor(name, terms, np.array([_position(level, terms) for level in column.categories])[codes])


def _adjuster_terms(name: str, time: PersonTime) -> tuple[str, ...]:
    *below, _reference, unknown = igg_levels(time.exposure.igg_cuts)
    return {
        "phase": (PROGRESSIVE,),
        "season": (FALL_WINTER,),
        "time": time_bands()[1:],
        "prophylaxis": (PROPHYLAXIS,),
        "igg": (*below, unknown),
    }[name]


def _position(name: str, terms: tuple[str, ...]) -> int:
    return terms.index(name) + 1 if name in terms else 0
