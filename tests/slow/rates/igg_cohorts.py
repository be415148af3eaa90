"""Cohorts in which IVIG has one ratio at every IgG, analysed by IgG of the day and before the first dose."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pandas as pd

from ivig_core.cohort.cohort import Cohort
from ivig_core.cohort.read import COMMAND_LIMITS, read_cohort
from ivig_core.estimate.rates.interaction import forest_rows
from ivig_core.estimate.rates.splits import by_igg_before, by_igg_below
from ivig_core.simulate.arms import Arm
from ivig_core.simulate.generator import simulate_blocks
from ivig_core.simulate.model import SimulationModel
from ivig_core.simulate.parts import IggModel
from ivig_core.simulate.populations.daratumumab import ARMS
from ivig_core.spec import AnalysisSpec
from ivig_core.study.igg.table import igg_before_dose
from ivig_core.study.levels import igg_before_ivig
from ivig_core.study.study import Study

COHORTS, TRUTH, SEED = 400, 0.62, 20261129
LARGE, PIECE = 8000, 2860
"""Patients of the one large cohort of a cell; patients read from one file, 20 cohorts of 143."""
CUTS = (400, 700)
DAY, BEFORE, LAST = "day", "before", "last"
WAYS = {
    DAY: "IgG of the day",
    BEFORE: "IgG before the first dose",
    LAST: "last value before it, also where one at the start is known",
}


class Cell(NamedTuple):
    """`starts` of IVIG "random" or "triggered" by infections (the patients on IVIG of the preset `daratumumab`).

    `slope`: the rate of infections goes with native IgG to the power −slope; `rise` of measured IgG by a dose (mg/dL).
    """

    starts: str
    slope: float
    rise: float
    patients: int = 143


ASKED = (
    Cell("random", 0.0, 300.0),
    Cell("random", 1.0, 300.0),
    Cell("random", 2.0, 300.0),
    Cell("triggered", 0.0, 300.0),
    Cell("triggered", 1.0, 300.0),
    Cell("triggered", 1.0, 0.0),
    Cell("random", 0.0, 300.0, 43),
    Cell("triggered", 1.0, 300.0, 43),
)


class Row(NamedTuple):
    """One split of one cohort: p for interaction, and (ratio, low, high) of the level below the cut and from it on."""

    p: float
    below: tuple[float, float, float]
    above: tuple[float, float, float]


Found = dict[tuple[int, str], Row]


def analyse(cell: Cell, cohorts: int = COHORTS) -> list[Found]:
    """Every cohort of a cell."""
    return [splits(Study(cohort)) for cohort in drawn(cell, cohorts)]


def limit(cell: Cell, patients: int = LARGE) -> Found:
    """One large cohort of a cell: where the ratios go."""
    return splits(Study(_read(pd.concat(simulate_blocks((_arm(cell),), patients, SEED + 1)))))


def splits(study: Study) -> Found:
    spec = AnalysisSpec().change(igg_cuts=CUTS)
    days, by_day = study.time(spec), study.time(spec, ("igg",))
    values = {
        BEFORE: igg_before_ivig(study, spec),
        LAST: igg_before_dose(study.full, spec.exposure, spec.exposure.igg_carry_days),
    }
    found = {}
    for cut in CUTS:
        made = {DAY: by_igg_below(DAY, cut, by_day)}
        made |= {way: by_igg_before(way, days, igg, (cut,)) for way, igg in values.items()}
        found |= {
            (cut, way): _row(forest_rows(split, spec.model).set_index("level"), cut) for way, split in made.items()
        }
    return found


def _row(table: pd.DataFrame, cut: int) -> Row:
    below, above = (_limits(table, f"igg_{side}_{cut}") for side in ("lt", "ge"))
    known = table["p_interaction"].dropna()
    return Row(float(known.iloc[0]) if len(known) else np.nan, below, above)


def _limits(table: pd.DataFrame, level: str) -> tuple[float, float, float]:
    """∞ for what has no upper end, NaN for what has no estimate."""
    if level not in table.index or pd.isna(table.loc[level, ["ci_low", "ci_high"]].astype(float)).all():
        return np.nan, np.nan, np.nan
    ratio, low, high = (float(table.loc[level, name]) for name in ("irr", "ci_low", "ci_high"))
    return (np.inf if np.isnan(ratio) else ratio), low, (np.inf if np.isnan(high) else high)


def drawn(cell: Cell, cohorts: int) -> Iterator[Cohort]:
    """Consecutive cohorts of one simulation, written as a file and read as an upload is."""
    at_once, held = PIECE // cell.patients * cell.patients, pd.DataFrame({"patient_id": []})
    for block in simulate_blocks((_arm(cell),), cell.patients * cohorts, SEED):
        held = pd.concat([held, block])
        code, ids = pd.factorize(held["patient_id"])
        for piece in range(len(ids) // at_once):
            yield from _cut(_read(held[code // at_once == piece]), cell.patients)
        held = held[code >= len(ids) // at_once * at_once]
    if len(held):
        yield from _cut(_read(held), cell.patients)


def _cut(whole: Cohort, patients: int) -> Iterator[Cohort]:
    number = np.arange(len(whole)) // patients
    for one in range(number.max() + 1):
        yield whole.subset(number == one)


def _read(rows: pd.DataFrame) -> Cohort:
    return read_cohort(rows.to_csv(index=False, lineterminator="\n").encode(), COMMAND_LIMITS).checked()


def _arm(cell: Cell) -> Arm:
    """One ratio for every grade, phase and IgG."""
    effect = {"irr_on_all": TRUTH, "irr_on_grade_3_plus": TRUTH}
    if cell.starts == "triggered":
        model = ARMS[0].model
        igg = replace(model.igg, slope=cell.slope, rise_per_dose=cell.rise)
        return replace(ARMS[0], model=replace(model, igg=igg, **effect))
    igg = IggModel(
        median=570.0, spread=0.5, floor=0.55, fall_days=80.0, dips_per_year=0.4, dip_days=(60, 150), dip_factor=0.65,
        rise_per_dose=cell.rise, slope=cell.slope,
    )  # fmt: skip
    plain = {"irr_before_first_dose": 1.0, "irr_progressive": 1.0, "irr_fall_winter": 1.0, "trend": 1.0}
    return Arm("all", cell.patients, SimulationModel(share_never_ivig=0.0, igg=igg, **plain, **effect))
