"""The baseline table with missing values imputed, beside what is recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from ivig_core.estimate.difference import difference_of_means, difference_of_shares
from ivig_core.estimate.missing.chained import FEWEST_TABLES, impute
from ivig_core.estimate.missing.strongest import strongest
from ivig_core.estimate.missing.variables import Incomplete
from ivig_core.persontime.baseline import baseline_columns, baseline_levels, baseline_values
from ivig_core.spec import AnalysisSpec
from ivig_core.study.given.baseline_table import GROUPS, LEVEL, NUMBER, had_ivig, is_measured
from ivig_core.study.levels import own_left_out
from ivig_core.study.study import Study

MOST_LEVELS = 8
FEWEST_KNOWN = 15
"""So that a fifth of them, and the constant, leave the 10 that `chained` asks for."""
QUARTILES = (0.5, 0.25, 0.75)
BASELINE_IMPUTED_COLUMNS = (
    "variable", "kind", "level", "group", "patients", "missing", "recorded", "q1", "q3", "difference", "imputed",
    "imputed_q1", "imputed_q3", "imputed_difference",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class BaselineImputed:
    """Variables of the baseline table that some patient lacks, as recorded and with missing values imputed.

    `table`, one row per variable, level and group (`BASELINE_IMPUTED_COLUMNS`): `recorded` and `imputed` are the median
    of a number (with its quartiles) or the percentage of a level; `difference` the standardised difference of the two
    groups. `missing` patients of `patients` of the group lack a value. `tables` completed; `complete` of `of` patients
    have all the variables that were used. `not_drawn`: variables with gaps that were not imputed, with the reason.
    """

    table: pd.DataFrame
    tables: int
    of: int
    complete: int
    not_drawn: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class _Variable:
    values: Incomplete
    names: tuple[str, ...]


def baseline_imputed(
    study: Study, spec: AnalysisSpec, progress: Callable[[float], None] = lambda share: None
) -> BaselineImputed:
    """Medians, percentages and standardised differences with missing values drawn from what else is known of a patient.

    Chained equations (`estimate.missing.chained`) with the group always in the model, and the variables that go with
    the missing one most (`strongest`). Quantiles and shares are means over the tables; a standardised difference is
    that of the mean of means, variances or shares, because the mean of absolute differences would grow with the noise
    of the draws. Twenty tables: nothing here has an interval, for which more would be needed.
    """
    return study.once(
        "baseline_imputed", spec.selection.where, spec.exposure, make=lambda: _imputed(study, spec, progress)
    )  # fmt: skip


def _imputed(study: Study, spec: AnalysisSpec, progress: Callable[[float], None]) -> BaselineImputed:
    treated = had_ivig(study, spec)
    usable, not_drawn = _usable(study, spec)
    values = [variable.values for variable in usable.values()]
    lacks = np.logical_or.reduce([np.zeros(len(treated), bool), *(one.missing for one in values)])
    gaps = [one for one in values if one.missing.any()]
    tables = FEWEST_TABLES if gaps else 0
    given = {gap.name: strongest(gap, values) for gap in gaps}
    done = impute(values, treated[:, None].astype(float), tables, progress=progress, given=given)
    rows = [row for gap in gaps for row in _rows(usable[gap.name], done.source[gap.name], treated)]
    table = pd.DataFrame(rows, columns=list(BASELINE_IMPUTED_COLUMNS))
    return BaselineImputed(table, tables, len(treated), int((~lacks).sum()), not_drawn)


def _usable(study: Study, spec: AnalysisSpec) -> tuple[dict[str, _Variable], dict[str, str]]:
    """Variables that tell patients apart, and those with gaps that cannot be drawn."""
    cohort, left_out = study.cohort(spec), own_left_out(study, spec)
    usable: dict[str, _Variable] = {}
    not_drawn: dict[str, str] = {}
    for name in baseline_columns(cohort):
        variable = _variable(study, spec, name)
        blank, known = variable.values.missing.any(), int((~variable.values.missing).sum())
        if known == 0:
            continue
        why = "too many columns of your own" if name in left_out else _why_not(variable, known)
        if not why:
            usable[name] = variable
        elif blank:
            not_drawn[name] = why
    return usable, not_drawn


def _why_not(variable: _Variable, known: int) -> str:
    codes = variable.values.values[~variable.values.missing]
    if (codes == codes[0]).all():
        return "all have the same value"
    if variable.values.levels > MOST_LEVELS:
        return f"more than {MOST_LEVELS} levels"
    return f"known of {known:,} patients only" if known < FEWEST_KNOWN else ""


def _variable(study: Study, spec: AnalysisSpec, name: str) -> _Variable:
    cohort = study.cohort(spec)
    values = baseline_values(cohort, name, spec.exposure)
    if is_measured(cohort, name, values):
        return _Variable(Incomplete(name, values.to_numpy(float)), ("",))
    levels = baseline_levels(cohort, name, spec.exposure).remove_unused_categories()
    codes = np.where(levels.codes < 0, np.nan, levels.codes)
    return _Variable(Incomplete(name, codes, len(levels.categories)), tuple(map(str, levels.categories)))


def _rows(variable: _Variable, source: np.ndarray, treated: np.ndarray) -> Iterator[dict[str, object]]:
    it = variable.values
    filled = np.tile(it.values, (len(source), 1))
    filled[:, it.missing] = source if it.levels else it.values[source]
    sides = dict(zip(GROUPS, (treated, ~treated), strict=True))
    made = _level_rows if it.levels else _number_rows
    for row in made(variable.names, it, filled, sides):
        side = sides[str(row["group"])]
        yield {"variable": it.name, "patients": int(side.sum()), "missing": int((it.missing & side).sum()), **row}


def _number_rows(
    _names: tuple[str, ...], it: Incomplete, filled: np.ndarray, sides: dict[str, np.ndarray]
) -> Iterator[dict[str, object]]:
    known = {group: it.values[None, side & ~it.missing] for group, side in sides.items()}
    drawn = {group: filled[:, side] for group, side in sides.items()}
    apart, imputed_apart = (difference_of_means(*(_moments(part) for part in of.values())) for of in (known, drawn))
    for group in sides:
        yield {
            "kind": NUMBER, "level": "", "group": group, "difference": apart, "imputed_difference": imputed_apart,
            **dict(zip(("recorded", "q1", "q3"), _quantiles(known[group]), strict=True)),
            **dict(zip(("imputed", "imputed_q1", "imputed_q3"), _quantiles(drawn[group]), strict=True)),
        }  # fmt: skip


def _moments(values: np.ndarray) -> tuple[float, float]:
    """Mean and sample variance: means over the tables."""
    if values.shape[1] < 2:
        return np.nan, np.nan
    return float(values.mean()), float(values.var(axis=1, ddof=1).mean())


def _quantiles(values: np.ndarray) -> list[float]:
    if not values.shape[1]:
        return [np.nan] * len(QUARTILES)
    return [float(value) for value in np.quantile(values, QUARTILES, axis=1).mean(axis=1)]


def _level_rows(
    names: tuple[str, ...], it: Incomplete, filled: np.ndarray, sides: dict[str, np.ndarray]
) -> Iterator[dict[str, object]]:
    known = {group: _counts(it.values[None, side & ~it.missing], it.levels) for group, side in sides.items()}
    drawn = {group: _counts(filled[:, side], it.levels) for group, side in sides.items()}
    apart, imputed_apart = (difference_of_shares(*of.values()) for of in (known, drawn))
    for at, name in enumerate(names):
        for group in sides:
            yield {
                "kind": LEVEL, "level": name, "group": group, "difference": apart,
                "imputed_difference": imputed_apart, "recorded": _percent(known[group], at),
                "imputed": _percent(drawn[group], at),
            }  # fmt: skip


def _counts(values: np.ndarray, levels: int) -> np.ndarray:
    """Patients in each level: means over the tables."""
    return np.array([(values == code).sum(axis=1).mean() for code in range(levels)])


def _percent(counts: np.ndarray, at: int) -> float:
    return 100 * float(counts[at] / counts.sum()) if counts.sum() else np.nan
