"""Patients at the start, those with IVIG in follow-up beside those without: the first table of a paper."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator

import numpy as np
import pandas as pd

from ivig_core.cohort.cohort import Cohort
from ivig_core.estimate.difference import difference_of_numbers, difference_of_shares
from ivig_core.estimate.survival.landmark import IVIG, NO_IVIG
from ivig_core.persontime.baseline import (
    BASELINE_IGG,
    FEW_VALUES,
    MAX_LEVELS,
    baseline_columns,
    baseline_levels,
    baseline_values,
)
from ivig_core.spec import AnalysisSpec, ExposureSpec
from ivig_core.study.study import Study
from ivig_core.terms import REFERENCE

GROUPS = (IVIG, NO_IVIG)
NUMBER, LEVEL, MANY, MISSING = "number", "level", "many", "missing"
BASELINE_COLUMNS = (
    "variable", "kind", "level", "group", "patients", "count", "percent", "median", "q1", "q3", "low", "high",
    "difference",
)  # fmt: skip


def baseline_table(study: Study, spec: AnalysisSpec, bands: Collection[str] = (BASELINE_IGG,)) -> pd.DataFrame:
    """Baseline variables of the selected patients, one row per variable, level and group, columns `BASELINE_COLUMNS`.

    `group`: `ivig` with a day on IVIG in the recorded follow-up, else `no_ivig`; which one is not known at the start.
    `kind` of a row:

    - "number": `median`, `q1`, `q3` (linear interpolation), `low`, `high` over the `count` patients with a value.
    - "level": `count` patients with this value, `percent` of those with any.
    - "many": a text with more than 20 different values; `count` patients with one.
    - "missing": `count` patients without a value, `percent` of `patients` (only where somebody has none).

    Numbers of the format in `bands` have both, the number and its levels. `patients`: size of the group.
    `difference`: standardised difference of the two groups, of known values and of this kind of row. A variable without
    any value has no row.
    """
    cohort, exposure = study.cohort(spec), spec.exposure
    treated = had_ivig(study, spec)
    rows = [row for name in baseline_columns(cohort) for row in _variable(cohort, name, exposure, treated, bands)]
    return pd.DataFrame(rows, columns=list(BASELINE_COLUMNS))


def had_ivig(study: Study, spec: AnalysisSpec) -> np.ndarray:
    """Who has a day on IVIG, judged on all of the recorded follow-up (bool, one per selected patient)."""
    table = study.time(spec.change(within="", from_first_dose=False, exclude_first_days=0)).table
    ever = np.zeros(len(study.cohort(spec)), bool)
    ever[table.loc[(table["state"] != REFERENCE).to_numpy(bool), "patient"].unique()] = True
    return ever


def _variable(
    cohort: Cohort, name: str, exposure: ExposureSpec, treated: np.ndarray, bands: Collection[str]
) -> Iterator[dict[str, object]]:
    values = baseline_values(cohort, name, exposure)
    known = values.notna().to_numpy(bool)
    if not known.any():
        return
    sides = {IVIG: treated, NO_IVIG: ~treated}
    measured = is_measured(cohort, name, values)
    rows = _numbers(values.to_numpy(float), sides) if measured else []
    if not measured or name in bands:
        rows += _levels(baseline_levels(cohort, name, exposure, banded=name in bands), sides)
    if not known.all():
        rows += _missing(known, sides)
    for row in rows:
        yield {"variable": name, "patients": int(sides[str(row["group"])].sum()), **row}


def is_measured(cohort: Cohort, name: str, values: pd.Series) -> bool:
    """Whether a variable is a quantity; the user's own with few different numbers is a code for levels."""
    if not pd.api.types.is_numeric_dtype(values):
        return False
    return name not in cohort.own_baseline or len(np.unique(values.dropna())) > FEW_VALUES


def _numbers(values: np.ndarray, sides: dict[str, np.ndarray]) -> list[dict[str, object]]:
    known = {group: values[side & ~np.isnan(values)] for group, side in sides.items()}
    apart = difference_of_numbers(*known.values())
    return [
        {"kind": NUMBER, "level": "", "group": group, "count": len(mine), "difference": apart, **_spread(mine)}
        for group, mine in known.items()
    ]


def _spread(values: np.ndarray) -> dict[str, float]:
    names, at = ("low", "q1", "median", "q3", "high"), (0, 0.25, 0.5, 0.75, 1)
    found = np.quantile(values, at) if len(values) else [math.nan] * len(at)
    return dict(zip(names, map(float, found), strict=True))


def _levels(levels: pd.Categorical, sides: dict[str, np.ndarray]) -> list[dict[str, object]]:
    names = [str(name) for name in levels.categories]
    if len(names) > MAX_LEVELS:
        return [
            {"kind": MANY, "level": "", "group": group, "count": int((levels.codes[side] >= 0).sum())}
            for group, side in sides.items()
        ]
    counts = {
        group: np.bincount(codes[codes >= 0], minlength=len(names))
        for group, codes in ((group, levels.codes[side]) for group, side in sides.items())
    }
    apart = difference_of_shares(*counts.values())
    return [
        {"kind": LEVEL, "level": name, "group": group, "count": int(mine[at]), "difference": apart,
         "percent": _percent(mine[at], mine.sum())}
        for at, name in enumerate(names)
        for group, mine in counts.items()
    ]  # fmt: skip


def _missing(known: np.ndarray, sides: dict[str, np.ndarray]) -> list[dict[str, object]]:
    return [
        {"kind": MISSING, "level": "", "group": group, "count": int((side & ~known).sum()),
         "percent": _percent((side & ~known).sum(), side.sum())}
        for group, side in sides.items()
    ]  # fmt: skip


def _percent(part: int, whole: int) -> float:
    return 100 * float(part) / float(whole) if whole else math.nan
