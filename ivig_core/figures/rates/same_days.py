"""Rows of a forest plot that are of the same days and infections and have different ratios: said, with the reason."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ivig_core.figures.forest_parts.rows import level_name
from ivig_core.figures.groups import variable_name
from ivig_core.figures.words import counted, estimate, listed, ratio
from ivig_core.terms import NAMED_BY_STUDIES

SAME = ["infections_on", "infections_off", "person_days_on", "person_days_off"]
WHY = (
    "the same days and infections in models that divide the other days differently, which moves the ratio. Each is "
    "right in its model"
)


def same_days(rows: pd.DataFrame) -> list[str]:
    """One sentence for all levels that stand in several factors of `study.rates.forest.forest` with unlike ratios.

    A level's ratio comes from a joint model with the other levels of its factor: IgG of 700 and more against all lower
    IgG together, or against three lower levels apart.
    """
    shown = [estimate(row.status, row.irr, row.ci_low, row.ci_high) for row in rows.itertuples()]
    known = rows[np.array([bool(text) for text in shown], dtype=bool)]
    said = [text for _, part in known.groupby(SAME, sort=False) if (text := _said(part, rows))]
    return [f"{'; '.join(said)}: {WHY}."] if said else []


def _said(part: pd.DataFrame, rows: pd.DataFrame) -> str:
    """`IgG ≥ 700 mg/dL has 8.56 by … (2 levels) and 9.08 by … (4 levels)`; empty where one number is shown."""
    numbers = {str(row.factor): ratio(row.irr) for row in part.itertuples()}
    if len(set(numbers.values())) < 2 or len(set(part["level"])) > 1:
        return ""
    of = [f"{number} by {_by(factor, rows)}" for factor, number in numbers.items()]
    first = part.iloc[0]
    return f"{level_name(first['factor'], first['level'])} has {listed(of)}"


def _by(factor: str, rows: pd.DataFrame) -> str:
    levels = int((rows["factor"] == factor).sum())
    name = variable_name(factor)
    return name if factor == NAMED_BY_STUDIES else f"{name} ({counted(levels, 'level')})"
