"""Rate ratios by subgroup: levels of a factor in one model, and whether they differ."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from ivig_core.errors import EstimationError
from ivig_core.estimate.bias_reduced_fit import BiasReducedFit
from ivig_core.estimate.cells import Cells, Factor, cells
from ivig_core.estimate.contrast import NO_CONVERGENCE, NO_EXPOSED, NO_REFERENCE, OK
from ivig_core.estimate.fit import FEW, Fit, fit, fit_by, term_row
from ivig_core.estimate.intervals import likelihood_ratio_p
from ivig_core.estimate.rates.interaction_robust import ROBUST, robust_interaction_p
from ivig_core.estimate.rates.sccs import adjusters, exposure_factor
from ivig_core.estimate.rates.splits import Split
from ivig_core.estimate.result import RatioRow
from ivig_core.persontime.split import PersonTime
from ivig_core.spec import ModelSpec
from ivig_core.terms import OBSERVATION, ON, REFERENCE

OVERALL = "overall"
ESTIMABLE = (OK, NO_EXPOSED, NO_REFERENCE)
FOREST_COLUMNS = (
    "factor", "level", "status", "patients", "infections_on", "infections_off", "person_days_on", "person_days_off",
    "irr", "ci_low", "ci_high", "p_value", "p_interaction", "note",
)  # fmt: skip


def overall(time: PersonTime, ratios: pd.DataFrame, population: str) -> pd.DataFrame:
    """The forest's first row: everybody, every infection counted; `ratios` of the case series with one window on IVIG.

    Nothing is fitted: the row is that of the term on IVIG, with the counts of a forest beside it.
    """
    everybody = Split(OVERALL, ("all",), time, np.zeros(len(time.table), int))
    ratio = ratios[ratios["term"] == ON].iloc[0]
    row = {"factor": OVERALL, "level": "all", **_counts(everybody, population)[0], "p_interaction": np.nan}
    row |= {name: ratio[name] for name in ("status", "irr", "ci_low", "ci_high", "p_value", "note")}
    return pd.DataFrame([row], columns=list(FOREST_COLUMNS))


def forest_rows(split: Split, model: ModelSpec) -> pd.DataFrame:
    """Rate ratio on IVIG against off it in each level of a factor.

    One conditional Poisson model with the exposure crossed with the level (for a baseline factor without adjusters the
    same as a fit per level), and the factor's own effect where it varies within patients. `p_interaction`: likelihood
    ratio against one common ratio on IVIG, df = levels with an estimate − 1 (a penalised one for `ci_method` "firth",
    with the penalty of the whole model on both sides; the Wald test of `interaction_robust` for "robust"); NaN for
    `untested` levels, which keep ratios of their own in both models. On IVIG is one window here, also where
    `window_cuts` split it.

    Returns one row per level in the columns `FOREST_COLUMNS`; a level that cannot be estimated says why. No rows for
    a factor that is not recorded.
    """
    if not split.levels:
        return pd.DataFrame(columns=list(FOREST_COLUMNS))
    base = _base(split, model)
    try:
        fitted: Fit | BiasReducedFit | str = fit_by(_crossed(base, split), model.ci_method)
    except EstimationError as error:
        fitted = str(error)
    counts = _counts(split, model.population)
    ratios = _ratios(split, model, fitted, counts)
    rows = [_row(split, at, ratio, counts[at]) for at, ratio in enumerate(ratios)]
    table = pd.DataFrame(rows, columns=list(FOREST_COLUMNS))
    tested = ~table["level"].isin(split.untested).to_numpy(bool)
    if model.ci_method == ROBUST and isinstance(fitted, Fit):
        asked = [row for row, test in zip(ratios, tested, strict=True) if test and isinstance(row, RatioRow)]
        p_value = robust_interaction_p(fitted, asked)
    else:
        p_value = _interaction(base, split, fitted, table.loc[tested, "status"])
    table["p_interaction"] = np.where(tested, p_value, np.nan)
    return table.astype(dict.fromkeys(("irr", "ci_low", "ci_high", "p_value", "p_interaction"), np.float64))


def _base(split: Split, model: ModelSpec) -> Cells:
    """Cells of exposure × level × adjusters. Every model of a split recodes these, so that likelihoods compare."""
    table, known = split.time.table, split.level >= 0
    patient = table["patient"].to_numpy()
    stratum = patient * len(split.levels) + np.maximum(split.level, 0) if split.by_infection else patient
    names = [name for name in model.adjust_for if name not in split.axes]
    factors = [
        exposure_factor(split.time, one_window=True),
        Factor("level", split.levels, split.level + 1),
        *adjusters(split.time, names),
    ]
    return cells(
        stratum[known],
        table["days"].to_numpy()[known],
        table["infections"].to_numpy()[known],
        [Factor(factor.name, factor.terms, factor.codes[known]) for factor in factors],
        cluster=patient[known],
    )


def _crossed(base: Cells, split: Split) -> Cells:
    """Exposure crossed with level."""
    exposure, level = base.codes[:, 0], base.codes[:, 1]
    terms = base.factors[0][1]
    crossed = [
        (f"exposure@{name}", tuple(f"{term}@{name}" for term in terms), np.where(level == number, exposure, 0))
        for number, name in enumerate(split.levels, start=1)
    ]
    return _recode(base, [*crossed, *_others(base, split)])


def _common(base: Cells, split: Split) -> Cells:
    """One ratio on IVIG for all tested levels; the other exposure terms stay crossed with the level."""
    exposure, level = base.codes[:, 0], base.codes[:, 1]
    terms = base.factors[0][1]
    on = terms.index(ON) + 1
    rest = tuple(term for term in terms if term != ON)
    # Codes of the terms other than on IVIG, closed up.
    other = np.where(exposure == on, 0, exposure - (exposure > on))
    of = {name: (terms, exposure) if name in split.untested else (rest, other) for name in split.levels}
    crossed = [
        (f"exposure@{name}", tuple(f"{term}@{name}" for term in names), np.where(level == number, codes, 0))
        for number, (name, (names, codes)) in enumerate(of.items(), start=1)
        if names
    ]
    tested = [number for number, name in enumerate(split.levels, start=1) if name not in split.untested]
    common = ((exposure == on) & np.isin(level, tested)).astype(int)
    return _recode(base, [(ON, (ON,), common), *crossed, *_others(base, split)])


def _others(base: Cells, split: Split) -> list[tuple[str, tuple[str, ...], np.ndarray]]:
    level = base.codes[:, 1]
    main = [(split.factor, split.levels[1:], np.maximum(level - 1, 0))] if split.varies else []
    columns = [(name, terms, base.codes[:, 2 + k]) for k, (name, terms) in enumerate(base.factors[2:])]
    if not split.by_infection:
        return [*main, *columns]
    return [
        (f"{name}@{at}", tuple(f"{term}@{at}" for term in terms), np.where(level == number, codes, 0))
        for name, terms, codes in columns
        for number, at in enumerate(split.levels, start=1)
    ]


def _recode(base: Cells, factors: Sequence[tuple[str, tuple[str, ...], np.ndarray]]) -> Cells:
    codes = np.stack([codes for _, _, codes in factors], axis=1)
    return replace(base, codes=codes, factors=tuple((name, terms) for name, terms, _ in factors))


def _ratios(
    split: Split, model: ModelSpec, fitted: Fit | BiasReducedFit | str, counts: Sequence[dict[str, int]]
) -> list[RatioRow | str]:
    """The row of each level; why there is none where nothing could be fitted."""
    if isinstance(fitted, str):
        return [fitted for _ in split.levels]
    # Where the level varies within patients its own off-IVIG days, not all other days, are what the ratio rests on.
    few = [min(of["infections_on"], of["infections_off"]) < FEW if split.varies else None for of in counts]
    return [term_row(fitted, "sccs", f"{ON}@{name}", model.ci_method, few[at]) for at, name in enumerate(split.levels)]


def _row(split: Split, number: int, row: RatioRow | str, counts: dict[str, int]) -> dict[str, object]:
    head = {"factor": split.factor, "level": split.levels[number], **counts}
    if isinstance(row, str):
        return {**head, "status": NO_CONVERGENCE, "note": row}
    status, note = _status(split, row.status, row.note, counts)
    values = {"irr": row.irr, "ci_low": row.ci_low, "ci_high": row.ci_high, "p_value": row.p_value}
    return {**head, "status": status, "note": note, **(values if status == row.status else {})}


def _status(split: Split, status: str, note: str, counts: dict[str, int]) -> tuple[str, str]:
    """A level whose off-IVIG days hold no infection has no finite ratio, whatever the joint model's parameters say."""
    if split.varies and status not in (OK, NO_EXPOSED) and counts["infections_on"] and not counts["infections_off"]:
        return NO_REFERENCE, "no infection off IVIG in this level"
    # Terms are named after their level in the joint model; here each row has its own.
    return status, re.sub(r"@[^,]*", "", note)


def _counts(split: Split, population: str) -> list[dict[str, int]]:
    """Infections and days on and off IVIG of the patients whose rates are shown, of each level in one pass."""
    table, many = split.time.table, len(split.levels)
    column = table["state"].cat
    names, codes = list(column.categories), column.codes.to_numpy()
    off_names = (OBSERVATION, REFERENCE) if population == "all" else (OBSERVATION,)
    known = split.level >= 0
    on, off, entered = (
        known & np.array([is_one(name) for name in names])[codes]
        for is_one in (
            lambda name: name.startswith(ON),
            lambda name: name in off_names,
            lambda name: population == "all" or name != REFERENCE,
        )
    )
    patient = table["patient"].to_numpy()
    has_day = np.zeros((many, int(patient.max(initial=-1)) + 1), bool)
    has_day[split.level[entered], patient[entered]] = True
    sums = {
        f"{what}_{side}": np.bincount(split.level[rows], table[column].to_numpy()[rows], many)
        for what, column in (("infections", "infections"), ("person_days", "days"))
        for side, rows in (("on", on), ("off", off))
    }
    patients = has_day.sum(axis=1)
    return [{"patients": int(patients[at]), **{name: int(sums[name][at]) for name in sums}} for at in range(many)]


def _interaction(base: Cells, split: Split, fitted: Fit | BiasReducedFit | str, status: pd.Series) -> float:
    estimable = status.isin(ESTIMABLE).to_numpy(bool)
    df = int(estimable.sum()) - 1
    if df < 1 or isinstance(fitted, str):
        return np.nan
    try:
        if isinstance(fitted, BiasReducedFit):
            asked = [name for name in split.levels if name not in split.untested]
            levels = [name for name, shown in zip(asked, estimable, strict=True) if shown]
            return fitted.alike_p([f"{ON}@{name}" for name in levels], df)
        common = fit(_common(base, split))
    except EstimationError:
        return np.nan
    return likelihood_ratio_p(2 * (fitted.log_likelihood - common.log_likelihood), df)
