"""IgG as the exposure: infections on days of low functional IgG against the other known days of the same patients."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from ivig_core.estimate.cells import Factor, cells
from ivig_core.estimate.fit import ratio_rows
from ivig_core.estimate.rates.rates import ALL_OFF, RATE_COLUMNS, period_of, periods, rate
from ivig_core.estimate.rates.sccs import NOT_RECORDED, adjusters, exposure_factor
from ivig_core.estimate.result import RATIO_COLUMNS, RatioRow, ratio_table
from ivig_core.persontime.split import PersonTime
from ivig_core.spec import ModelSpec
from ivig_core.terms import IGG_UNKNOWN, OBSERVATION, REFERENCE, igg_levels, label

IGG = "igg"
TOGETHER = "together"
ON_AND_OFF, EVERYBODY = "On and off IVIG together", "All days"
IGG_RATIO_COLUMNS = (
    *RATIO_COLUMNS, "cut", "adjusted", "infections_low", "person_days_low", "infections_high", "person_days_high",
)  # fmt: skip
IGG_RATE_COLUMNS = ("level", *RATE_COLUMNS)


def igg_below(time: PersonTime, cut: int, model: ModelSpec, *, adjusted: bool = False) -> pd.DataFrame:
    """Rate ratio of days with functional IgG below `cut` (mg/dL) against known days at or above it, within patients.

    Self-controlled case series with IgG in the place of IVIG: log λ_i(t) = φ_i + β·[IgG < cut], offset log days,
    conditional on each patient's total. Every patient with an infection on a known day enters, treated or not; days of
    unknown IgG are left out. As printed in the 2026 study (Lancman et al., Haematologica 2026, Results, part one,
    "Hypogammaglobulinemia") for 700, 400 and 200 mg/dL, there of the treated patients only.

    Parameters
    ----------
    time
        counted person-time with the axis `igg`, one of whose cut-offs is `cut`.
    model
        its `ci_method`; where `adjusted` also its `adjust_for`, whose axes `time` then has. IgG is never an adjuster.
    adjusted
        whether IVIG (on, and before and after it where the spec keeps these apart) and the adjusters are in the model.

    Returns
    -------
    One row, term `igg_lt_<cut>`, in the columns `IGG_RATIO_COLUMNS`: those of `result.RatioRow`, and infections and
    person-days of all patients below `cut` (`low`) and from it on (`high`).
    """
    below = igg_levels((cut,))[0]
    known = known_days(time)
    low = (known.table[IGG].cat.codes <= time.exposure.igg_cuts.index(cut)).to_numpy(int)
    (row,) = _rows(known, Factor(IGG, (below,), low), model, adjusted)
    return _with_counts([row], known, [(cut, low == 1, low == 0)], adjusted)


def igg_by_level(time: PersonTime, model: ModelSpec, *, adjusted: bool = False) -> pd.DataFrame:
    """Rate ratios of every level of functional IgG against the highest one, all in one model; see `igg_below`.

    Returns one row per level below the highest cut-off, lowest first; `cut` is the upper end of the level, `high` the
    days of the highest level. `time` as for `igg_below`.
    """
    *below, _highest, _unknown = igg_levels(time.exposure.igg_cuts)
    known = known_days(time)
    level = known.table[IGG].cat.codes.to_numpy(int)
    rows = _rows(known, Factor(IGG, tuple(below), np.where(level < len(below), level + 1, 0)), model, adjusted)
    sides = [(cut, level == at, level == len(below)) for at, cut in enumerate(time.exposure.igg_cuts)]
    return _with_counts(rows, known, sides, adjusted)


def igg_rates(time: PersonTime, population: str, rate_ci: str) -> pd.DataFrame:
    """Infections per patient-year by level of functional IgG, in each period and in all periods but reference together.

    `time` has the axis `igg`; parts of the IVIG window, where it is split, are periods of their own. Returns one row
    per period and level, unknown IgG included, in the columns `IGG_RATE_COLUMNS`: `level` and those of `rates.rates`,
    with its intervals. `period` is "together" or a name of `rates.periods`; together is of the patients whom
    `population` compares: "exposed" leaves reference out, "all" has everybody.
    """
    names = periods(time, population)
    period = period_of(time, population)
    compared = np.isin(period, [at for at, name in enumerate(names) if name != REFERENCE])
    level = time.table[IGG].cat.codes.to_numpy()
    parts = ((TOGETHER, compared), *((name, period == number) for number, name in enumerate(names)))
    rows = [
        {
            "period": name,
            "label": _said(name, population),
            "level": of,
            **_rate(time.table[inside & (level == at)], rate_ci),
        }
        for name, inside in parts
        for at, of in enumerate(igg_levels(time.exposure.igg_cuts))
    ]
    return pd.DataFrame(rows, columns=list(IGG_RATE_COLUMNS))


def known_days(time: PersonTime) -> PersonTime:
    """Only the days on which functional IgG is known; `time` has the axis `igg`."""
    return replace(time, table=time.table[(time.table[IGG] != IGG_UNKNOWN).to_numpy(bool)])


def _said(period: str, population: str) -> str:
    if period == TOGETHER:
        return ON_AND_OFF if population == "exposed" else EVERYBODY
    return ALL_OFF if period == OBSERVATION and population == "all" else label(period)


def _rate(rows: pd.DataFrame, rate_ci: str) -> dict[str, float]:
    sums = rows.groupby("patient", sort=False)[["infections", "days"]].sum()
    return rate(sums["infections"].to_numpy(), sums["days"].to_numpy(), rate_ci)


def _rows(known: PersonTime, igg: Factor, model: ModelSpec, adjusted: bool) -> list[RatioRow]:
    """Rows of the terms of `igg`, whatever else is in the model."""
    others = [name for name in model.adjust_for if name != IGG]
    more = [exposure_factor(known, one_window=True), *adjusters(known, others)] if adjusted else []
    patient, days, infections = (known.table[name].to_numpy() for name in ("patient", "days", "infections"))
    rows = ratio_rows(cells(patient, days, infections, [igg, *more]), "sccs", model.ci_method)[: len(igg.terms)]
    if known.table.empty:
        return [replace(row, note=NOT_RECORDED[IGG]) for row in rows]
    return rows


def _with_counts(
    rows: list[RatioRow], known: PersonTime, sides: Sequence[tuple[int, np.ndarray, np.ndarray]], adjusted: bool
) -> pd.DataFrame:
    days, infections = known.table["days"].to_numpy(), known.table["infections"].to_numpy()
    counts = [
        (cut, adjusted, *(int(of[side].sum()) for side in (low, high) for of in (infections, days)))
        for cut, low, high in sides
    ]
    more = pd.DataFrame(counts, columns=list(IGG_RATIO_COLUMNS[len(RATIO_COLUMNS) :]))
    return pd.concat([ratio_table(rows), more], axis=1)
