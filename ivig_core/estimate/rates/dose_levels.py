"""The rate ratio on IVIG by the dose per body weight that was given last, each level against the common time off it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ivig_core.errors import EstimationError
from ivig_core.estimate.bias_reduced_fit import BiasReducedFit
from ivig_core.estimate.cells import Cells, Factor, cells
from ivig_core.estimate.fit import fit, fit_by, ratio_rows
from ivig_core.estimate.intervals import likelihood_ratio_p
from ivig_core.estimate.rates.interaction import ESTIMABLE
from ivig_core.estimate.rates.interaction_robust import ROBUST, robust_interaction_p
from ivig_core.estimate.rates.sccs import adjusters, exposure_factor
from ivig_core.estimate.result import RatioRow
from ivig_core.persontime.block import Block
from ivig_core.persontime.days import Clock, Steps, carried
from ivig_core.persontime.doses import courses, single
from ivig_core.persontime.split import PersonTime
from ivig_core.runs import following, run_starts
from ivig_core.spec import ModelSpec
from ivig_core.terms import ON, on_ivig_states

LEVELS = 3
SUBCUTANEOUS, UNKNOWN = "on_ivig_sc", "on_ivig_dose_unknown"
DIGITS = 3
"""Doses are told apart to a milligram per kg: grams over weight give long fractions."""


@dataclass(frozen=True, eq=False)
class DoseDays:
    """Dose days whose window reaches into follow-up, sorted by patient and day.

    `per_kg`: g/kg, those of one day together, NaN where it is not known; `subcutaneous`: none of them in a vein.
    """

    patient: np.ndarray
    day: np.ndarray
    per_kg: np.ndarray
    subcutaneous: np.ndarray

    @property
    def known(self) -> np.ndarray:
        """Those in a vein with a known dose per weight."""
        return ~self.subcutaneous & ~np.isnan(self.per_kg)


@dataclass(frozen=True, eq=False)
class DoseLevels:
    """`rows`: the ratio of each level as `result.RatioRow` has it; by level its `days` and `infections` on IVIG and its
    `patients`. `p_value`: likelihood-ratio test (`interaction_robust` for "robust") that the levels of known dose in a
    vein have one ratio, None where fewer than two have one. `cuts` (g/kg): upper ends of all levels
    but the last; `doses`: by level how many."""

    rows: list[RatioRow]
    days: list[int]
    infections: list[int]
    patients: list[int]
    doses: list[int]
    cuts: tuple[float, ...]
    p_value: float | None


def dose_days(time: PersonTime) -> DoseDays:
    """The doses of a cohort with their g/kg: as recorded, else grams over the weight at the start, else unknown.

    Raises `TooManyDosesError` where courses mean too many single doses.
    """
    block = Block(time.cohort, 0, len(time.cohort))
    given = single(courses(block, time.exposure))
    rows = block.records("ivig").iloc[given.row]
    weight = block.baseline("weight_kg").to_numpy(float)[given.patient]
    with np.errstate(divide="ignore", invalid="ignore"):
        by_weight = rows["dose_g"].to_numpy(float) / np.where(weight > 0, weight, np.nan)
    recorded = rows["dose_g_per_kg"].to_numpy(float)
    amount = np.round(np.where(np.isnan(recorded), by_weight, recorded), DIGITS)
    in_vein = (rows["route"] != "sc").to_numpy(bool)
    first = np.flatnonzero(run_starts(given.patient, given.first))
    reaches = np.maximum.reduceat(given.first + given.window, first) >= 0 if len(first) else np.zeros(0, bool)
    sums = [np.add.reduceat(part, first) if len(first) else part for part in (amount, in_vein.astype(np.int64))]
    found = DoseDays(given.patient[first], given.first[first], sums[0], sums[1] == 0)
    return DoseDays(found.patient[reaches], found.day[reaches], found.per_kg[reaches], found.subcutaneous[reaches])


def tertiles(doses: DoseDays) -> tuple[float, ...]:
    """Cut-offs (g/kg) that put the known doses in a vein into up to three levels of about equal size; a level ends with
    its cut-off. Fewer where many doses are alike."""
    known = doses.per_kg[doses.known]
    if not len(known):
        return ()
    cuts = np.unique(np.quantile(known, [1 / LEVELS, 2 / LEVELS], method="inverted_cdf"))
    return tuple(cuts[cuts < known.max()].tolist())


def dose_levels(time: PersonTime, infections: pd.DataFrame, model: ModelSpec) -> DoseLevels:
    """Incidence rate ratios within patients of the days on IVIG after a dose of each level, against all days off IVIG.

    A day on IVIG belongs to the latest dose before it. Levels are those of `tertiles`, then days after a dose under the
    skin and days after a dose of unknown g/kg, where there are any. Model, adjusters and intervals as in
    `estimate.rates.sccs.sccs`, of which these are the terms in the place of `on_ivig` (`window_cuts` play no part).

    Parameters
    ----------
    time
        person-time whose table holds the axes in `model.adjust_for`.
    infections
        the infections to count: `patient`, `day`.
    """
    doses = dose_days(time)
    cuts = tertiles(doses)
    codes = np.searchsorted(np.array(cuts), doses.per_kg, side="left")
    known = len(cuts) + 1
    codes = np.where(doses.subcutaneous, known, np.where(np.isnan(doses.per_kg), known + 1, codes))
    names = [*(f"{ON}_dose_{level + 1}" for level in range(known)), SUBCUTANEOUS, UNKNOWN]
    number = np.bincount(codes, minlength=len(names)).tolist()
    pieces, level = _cut(time, doses, codes)
    pieces = pieces.count(infections)
    present = [place for place in range(len(names)) if number[place]]
    data = _cells(pieces, level, [names[place] for place in present], present, model)
    mine = [pieces.table[level == place] for place in present]
    rows = ratio_rows(_levels(data), "sccs", model.ci_method, [names[place] for place in present])
    return DoseLevels(
        rows,
        [int(table["days"].sum()) for table in mine],
        [int(table["infections"].sum()) for table in mine],
        [int(table["patient"].nunique()) for table in mine],
        [number[place] for place in present],
        cuts,
        _differ(data, names[:known], rows, model.ci_method),
    )


def _cut(time: PersonTime, doses: DoseDays, codes: np.ndarray) -> tuple[PersonTime, np.ndarray]:
    """Days on IVIG cut where the latest dose has another level, and the level of each row, −1 off IVIG."""
    table = time.table
    clock = Clock(time.cohort.days)
    patient = table["patient"].to_numpy(np.int64)
    start, end = (clock.key(patient, table[name].to_numpy()) for name in ("start_day", "end_day"))
    on = table["state"].isin(on_ivig_states(time.exposure)).to_numpy(bool)
    if table.empty:
        return time, np.zeros(0, np.int64)
    level: Steps = carried(clock, -1, doses.patient, doses.day, codes)
    row = np.maximum(np.searchsorted(start, level.keys, side="right") - 1, 0)
    cuts = level.keys[on[row] & (level.keys > start[row]) & (level.keys <= end[row])]
    keys = np.sort(np.concatenate([start, cuts]))
    row = np.searchsorted(start, keys, side="right") - 1
    last = np.minimum(end[row], following(keys, np.iinfo(np.int64).max) - 1)
    pieces = table.iloc[row].reset_index(drop=True)
    pieces["start_day"] = keys - patient[row] * clock.stride
    pieces["end_day"] = last - patient[row] * clock.stride
    pieces["days"], pieces["infections"] = last - keys + 1, 0
    return replace(time, table=pieces), np.where(on[row], level.at(keys), -1)


def _cells(
    time: PersonTime, level: np.ndarray, names: Sequence[str], present: Sequence[int], model: ModelSpec
) -> Cells:
    """Cells whose first factor is the exposure with the levels in the place of on IVIG, whose last has them joined."""
    one = exposure_factor(time, one_window=True)
    others = tuple(term for term in one.terms if term != ON)
    place = np.full(max(present, default=0) + 2, 0)
    place[list(present)] = np.arange(len(present))
    at = 1 + one.terms.index(ON)
    elsewhere = np.where(one.codes > at, one.codes - at + len(names), 0)
    codes = np.where(one.codes == at, place[level] + 1, elsewhere)
    table = time.table
    return cells(
        table["patient"].to_numpy(), table["days"].to_numpy(), table["infections"].to_numpy(),
        [Factor("exposure", (*names, *others), codes), *adjusters(time, model.adjust_for), one],
    )  # fmt: skip


def _levels(data: Cells) -> Cells:
    return replace(data, codes=data.codes[:, :-1], factors=data.factors[:-1])


def _differ(data: Cells, known: Sequence[str], rows: Sequence[RatioRow], ci_method: str) -> float | None:
    """P of the test that the `known` levels have one ratio; both models of the same cells."""
    usable = [row for row in rows if row.term in known and row.status in ESTIMABLE]
    if len(usable) < 2:
        return None
    try:
        full = fit_by(_levels(data), ci_method)
        if isinstance(full, BiasReducedFit):
            return full.alike_p([row.term for row in usable], len(usable) - 1)
        if ci_method == ROBUST:
            p_value = robust_interaction_p(full, usable)
            return None if np.isnan(p_value) else p_value
        joined = fit(_joined(data, known))
    except EstimationError:
        return None
    return likelihood_ratio_p(2 * (full.log_likelihood - joined.log_likelihood), len(usable) - 1)


def _joined(data: Cells, known: Sequence[str]) -> Cells:
    """The same cells with the `known` levels as one."""
    terms = data.factors[0][1]
    others = tuple(term for term in terms if term not in known)
    place = [0, *(1 if term in known else 2 + others.index(term) for term in terms)]
    codes = data.codes[:, :-1].copy()
    codes[:, 0] = np.array(place)[codes[:, 0]]
    return replace(data, codes=codes, factors=(("exposure", (ON, *others)), *data.factors[1:-1]))
