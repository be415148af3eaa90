"""Two analyses of one cohort, and how far a number of one lies from that of the other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ivig_core.estimate.whatif.resample import draws_of, patient_weights, spread
from ivig_core.persontime.split import PersonTime
from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study

SAME, INDEPENDENT, BOOTSTRAP = "same", "independent", "bootstrap"
OK = "ok"
FEWEST = 5
FEW = f"no interval for the difference: fewer than {FEWEST} patients or infections in A or B, or no draw differs"
FEW_DRAWS = "no interval for the difference: in more than 5 % of the draws of patients A or B has no estimate"
Limits = tuple[float, float, float]
"""An estimate with its 95 % limits."""


@dataclass(frozen=True, eq=False)
class Side:
    """One of the two analyses; `places`: row in the full cohort of each of its patients."""

    study: Study
    spec: AnalysisSpec
    places: np.ndarray

    @property
    def time(self) -> PersonTime:
        return self.study.time(self.spec)


@dataclass(frozen=True, eq=False)
class Pair:
    """The two analyses, with the draws of patients of either."""

    a: Side
    b: Side
    overlap: bool

    def weights(self) -> np.ndarray:
        """Draws of the patients of either (draws, patients of the full cohort); nobody else is ever drawn."""
        full = len(self.a.study.full)
        union = np.union1d(self.a.places, self.b.places)
        drawn = patient_weights(len(union), draws_of(len(union)))
        if len(union) == full:
            return drawn
        out = np.zeros((len(drawn), full), drawn.dtype)
        out[:, union] = drawn
        return out


def row_of(
    measure: str,
    group: str,
    days: float,
    a: Limits,
    b: Limits,
    status: tuple[str, str] = (OK, OK),
) -> dict[str, object]:
    """A row of `compare.COLUMNS` with what A and B give, and nothing yet of how far apart they are."""
    values = dict(zip(("a", "a_low", "a_high", "b", "b_low", "b_high"), (*a, *b), strict=True))
    empty = dict.fromkeys(("change", "ci_low", "ci_high", "p_value"), np.nan)
    return {
        "measure": measure, "group": group, "days": days, "a_patients": np.nan, "b_patients": np.nan, **values,
        "a_status": status[0], "b_status": status[1], **empty, "method": "", "note": "",
    }  # fmt: skip


def limits(row: pd.Series | dict[str, float], name: str) -> Limits:
    """An estimate of a table with its limits; NaN where there is none."""
    value, low, high = (np.nan if row[column] is None else float(row[column]) for column in (name, "ci_low", "ci_high"))
    return value, low, high


def same(value: float, note: str = "", none: float = 1.0) -> dict[str, object]:
    """What a row is where A and B do not differ in it: `none` is no change."""
    return {"change": np.nan if np.isnan(value) else none, "method": SAME, "note": note or ""}


def quotient(one: float, two: float) -> float:
    """B against A."""
    return two / one if one else np.nan


def drawn(
    change: float, draws: list[np.ndarray], back: Callable[[float], float], patients: int
) -> dict[str, object]:  # fmt: skip
    """What a row is where patients are in both: `draws` of A and B, `change` as the page shows it, limits by `back`.

    `patients`: those that the smaller of the two rests on; of fewer than 5, draws do not tell what others would give.
    """
    with np.errstate(invalid="ignore"):
        found = spread(draws[1] - draws[0])
    if found.low == found.high == 0:
        return same(change, none=change)
    if patients < FEWEST or found.low == found.high:
        return {"change": change, "method": BOOTSTRAP, "note": FEW}
    if np.isnan(found.low):
        return {"change": change, "method": BOOTSTRAP, "note": FEW_DRAWS}
    return {
        "change": change, "ci_low": back(found.low), "ci_high": back(found.high), "p_value": found.p_value,
        "method": BOOTSTRAP,
    }  # fmt: skip
