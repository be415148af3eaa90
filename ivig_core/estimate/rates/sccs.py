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
    ALC_LOW,
    ALC_UNKNOWN,
    ANC_LOW,
    ANC_UNKNOWN,
    CALENDAR_UNKNOWN,
    COUNTS_UNKNOWN,
    IGG_UNKNOWN,
    ON,
    PHASE_UNKNOWN,
    SEASON_UNKNOWN,
    THERAPY_UNKNOWN,
    exposure_terms,
    on_ivig_states,
)

UNKNOWN = {
    "phase": PHASE_UNKNOWN, "season": SEASON_UNKNOWN, "therapy": THERAPY_UNKNOWN, "calendar": CALENDAR_UNKNOWN,
    "anc": ANC_UNKNOWN, "alc": ALC_UNKNOWN, "igg": IGG_UNKNOWN,
}  # fmt: skip
NOT_RECORDED = {
    "phase": "the file records no disease phase",
    "season": "the file gives no calendar dates, so the season is not known",
    "therapy": "the file records no anti-myeloma therapy, transplant or CAR-T",
    "calendar": "the file gives study days, not calendar dates, so the half-year is not known",
    "anc": "no neutrophil count is known on any day",
    "alc": "no lymphocyte count is known on any day",
    "igg": "no functional IgG is known on any day",
}
BY_PATIENT = ("phase", "therapy")
"""Whether it is known is a fact of a whole patient: unknown is a term only beside patients of whom it is known."""
COMMONEST = ("therapy", "calendar")
"""No level is the natural one to compare with, and any fixed one can be without a day: the one with most days is."""


def sccs(time: PersonTime, model: ModelSpec, *, exposure_only: bool = False) -> pd.DataFrame:
    """Incidence rate ratios by conditional Poisson regression given each patient's total.

    log λ_i(t) = φ_i + β·state(t) + adjusters, offset log days; φ_i is conditioned out, so that everything constant in
    a patient is controlled for. All patients with an infection enter; never-exposed ones inform the adjusters only.

    Parameters
    ----------
    time
        counted person-time whose table holds the axes in `model.adjust_for`.
    exposure_only
        adjusters are in the model, and their rows have `status` and `note` alone: most of the time goes into them.

    Returns
    -------
    One row per term of the exposure, then per adjuster term, in the columns of `result.RatioRow`. A term without an
    estimate has its reason in `status` and `note`. Whitaker et al., Stat Med 2006;25:1768.
    """
    data = sccs_cells(time, model)
    terms = exposure_terms(time.exposure) if exposure_only else data.terms
    rows = ratio_rows(data, "sccs", model.ci_method, terms, others=True)
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
    """Factors of the adjusters asked for; `counts` are two of them."""
    return [factor for name in names for factor in adjuster(time, name)]


def adjuster(time: PersonTime, name: str) -> list[Factor]:
    """One adjuster, as a factor or two. A level of unknown state is a term of its own where some days are known."""
    if name != "counts":
        return [_factor(time, name)]
    anc, alc = _factor(time, "anc"), _factor(time, "alc")
    if not np.array_equal(anc.codes == 2, alc.codes == 2):
        return [anc, alc]
    # Both counts come from one sample: their unknown days are the same, and one term.
    known = np.where(alc.codes == 2, 0, alc.codes)
    return [replace(anc, terms=(ANC_LOW, COUNTS_UNKNOWN)), replace(alc, terms=(ALC_LOW,), codes=known)]


def _factor(time: PersonTime, axis: str) -> Factor:
    column = time.table[axis].cat
    codes, levels = column.codes.to_numpy(), tuple(column.categories)
    terms = tuple(name for name in levels if name not in (reference_of(time, axis), SEASON_UNKNOWN))
    if axis in BY_PATIENT:
        unknown = codes == levels.index(UNKNOWN[axis])
        terms = terms if unknown.any() and not unknown.all() else tuple(t for t in terms if t != UNKNOWN[axis])
    return axis_factor(time, axis, terms or levels)


def axis_factor(time: PersonTime, axis: str, terms: tuple[str, ...]) -> Factor:
    """An axis of person-time as a factor with these terms; its other levels are the reference."""
    column = time.table[axis].cat
    return Factor(
        axis, terms, np.array([_position(level, terms) for level in column.categories])[column.codes.to_numpy()]
    )


def reference_of(time: PersonTime, axis: str) -> str:
    """Of IgG the highest level, of therapy and half-years the one with most days, of others the first."""
    levels = tuple(time.table[axis].cat.categories)
    if axis == "igg":
        return levels[-2]
    if axis not in COMMONEST:
        return levels[0]
    days = np.bincount(time.table[axis].cat.codes, time.table["days"], len(levels))
    days[[name == UNKNOWN[axis] for name in levels]] = -1
    return levels[int(np.argmax(days))]


def _position(name: str, terms: tuple[str, ...]) -> int:
    return terms.index(name) + 1 if name in terms else 0
