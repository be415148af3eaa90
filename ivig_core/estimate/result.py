"""The row that every model of a rate ratio returns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class RatioRow:
    """An incidence rate ratio of one term.

    `status` is "ok" or says why there is no finite estimate, `note` then says it in a sentence. IRR 0: `log_irr` and
    `se` None, `ci_low` 0. IRR ∞: `irr`, `log_irr`, `se`, `ci_high` None. Intervals are 95 %. `patients` are
    those in the model, `patients_with_infection` those of them with an infection (all of them in the case series),
    `informative_patients` those of these with days both in the level and outside it, `infections` all that entered the
    model.
    """

    model: str
    term: str
    status: str
    log_irr: float | None = None
    se: float | None = None
    irr: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    p_value: float | None = None
    ci_method: str | None = None
    patients: int = 0
    patients_with_infection: int = 0
    informative_patients: int = 0
    infections: int = 0
    note: str = ""


RATIO_COLUMNS = tuple(RatioRow.__dataclass_fields__)


def ratio_table(rows: list[RatioRow]) -> pd.DataFrame:
    """Tidy table of rows; numbers absent are None in `RatioRow` and NaN here."""
    numbers = {"log_irr", "se", "irr", "ci_low", "ci_high", "p_value"}
    columns = {name: [getattr(row, name) for row in rows] for name in RATIO_COLUMNS}
    return pd.DataFrame({name: np.array(v, np.float64) if name in numbers else v for name, v in columns.items()})
