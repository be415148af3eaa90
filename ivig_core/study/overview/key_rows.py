"""The few subgroups of the first screen and those that earlier studies named, each beside the days it is compared with.

What a treatment changes cannot tell for whom it works: IgG measured on IVIG includes donor IgG, so that a high level of
the day is also a sign of IVIG. Rows by IgG take the level known before the first dose; only the row of the 2021 study
is by the day, as that study had it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from ivig_core.estimate.fit import FEW
from ivig_core.estimate.rates.interaction import FOREST_COLUMNS
from ivig_core.spec import AnalysisSpec
from ivig_core.study.rates.factors import IGG_BEFORE
from ivig_core.study.rates.forest import forest, forest_igg_before, forest_low_igg_calm
from ivig_core.study.study import Study
from ivig_core.terms import IGG_UNKNOWN, NAMED_BY_STUDIES, NONPROGRESSIVE

NOT_RECORDED, NO_DAYS, NO_PATIENTS = "not_recorded", "no_days", "no_patients"
HYPOGAMMAGLOBULINEMIA, VERY_LOW = 700, 400
"""Functional IgG in mg/dL, as in the 2026 study; papers name these levels differently, so rows say the number."""
OTHER_COLUMNS = ("other", "other_on", "other_off")
KEY_COLUMNS = (*FOREST_COLUMNS, *OTHER_COLUMNS)
COUNTS = ("patients", "infections_on", "infections_off", "person_days_on", "person_days_off")
NUMBERS = ("irr", "ci_low", "ci_high", "p_value", "p_interaction")


def key_rows(study: Study, spec: AnalysisSpec) -> pd.DataFrame:
    """Rate ratios on against off IVIG of everybody, of patients with IgG below 700 mg/dL before the first dose, on days
    without progression, and of patients with IgG below 400 before the first dose.

    IgG as of `persontime.igg.igg_before_ivig`, so that no IVIG has changed it. The last three rows are from joint
    models with the other patients of known IgG, or the other days; `p_interaction` against those.

    Returns rows in the columns `KEY_COLUMNS`, first the overall one: those of `estimate.rates.interaction`, and with
    what a level is compared: `other` is its name, `other_on`, `other_off` its infections. `status` is also
    "not_recorded" (the cohort has nothing on it), "no_days" or "no_patients" (nothing is at that level).
    """
    return _table(
        study,
        spec,
        *_before_and_calm(study, spec),
    )


def named_rows(study: Study, spec: AnalysisSpec) -> pd.DataFrame:
    """The rows of `key_rows`, and days with IgG of the day below 700 and no progression as the 2021 study had them, for
    a forest plot. Columns as of `key_rows`; the factor of subgroups is "named_by_studies"."""
    return study.once(
        "named_rows", spec.selection, spec.exposure, spec.endpoint, spec.model, make=lambda: _named(study, spec)
    )  # fmt: skip


def _named(study: Study, spec: AnalysisSpec) -> pd.DataFrame:
    of_2021 = forest_low_igg_calm(study, spec, HYPOGAMMAGLOBULINEMIA)
    rows = _table(
        study,
        spec,
        *_before_and_calm(study, spec),
        _level(of_2021, "nonprogressive_hgg_days", f"nonprogressive_igg_lt_{HYPOGAMMAGLOBULINEMIA}"),
    )
    return rows.assign(factor=[name if name == "overall" else NAMED_BY_STUDIES for name in rows["factor"]])


def enough(row: Mapping[str, Any]) -> bool:
    """Whether a level and what it is compared with have 5 infections each, on IVIG and off it.

    With fewer, a difference of the two rests on a handful of infections: it is shown with its counts, not claimed.
    """
    sides = ("infections_on", "infections_off", "other_on", "other_off")
    return all(row[name] >= FEW for name in sides if name in row and pd.notna(row[name]))


def _table(study: Study, spec: AnalysisSpec, *levels: dict[str, object]) -> pd.DataFrame:
    everybody = {**forest(study, spec, "overall").iloc[0].to_dict(), **_nothing_beside()}
    return pd.DataFrame([everybody, *levels], columns=list(KEY_COLUMNS))


def _before_and_calm(study: Study, spec: AnalysisSpec) -> tuple[dict[str, object], ...]:
    return (
        _level(forest_igg_before(study, spec, HYPOGAMMAGLOBULINEMIA), IGG_BEFORE, f"igg_lt_{HYPOGAMMAGLOBULINEMIA}"),
        _level(forest(study, spec, "phase"), "phase", NONPROGRESSIVE),
        _level(forest_igg_before(study, spec, VERY_LOW), IGG_BEFORE, f"igg_lt_{VERY_LOW}"),
    )


def _level(table: pd.DataFrame, factor: str, level: str) -> dict[str, object]:
    """The row of a level with what it is compared with, or one that says why there is none."""
    known = (table["level"] != IGG_UNKNOWN).to_numpy(bool)
    unknown, table = table[~known], table[known]
    at = (table["level"] == level).to_numpy(bool)
    others = table[~at]
    beside = {
        "other": str(others["level"].iloc[0]),
        "other_on": int(others["infections_on"].sum()),
        "other_off": int(others["infections_off"].sum()),
    } if len(others) else _nothing_beside()  # fmt: skip
    if at.any():
        row = table[at].iloc[0].to_dict()
        return {**row, "note": "; ".join(filter(None, [row["note"], _without(unknown)])), **beside}
    nobody = NO_PATIENTS if factor == IGG_BEFORE else NO_DAYS
    status = nobody if len(table) else NOT_RECORDED
    counts, numbers = dict.fromkeys(COUNTS, 0), dict.fromkeys(NUMBERS, np.nan)
    return {"factor": factor, "level": level, "status": status, **counts, **numbers, "note": "", **beside}


def _without(unknown: pd.DataFrame) -> str:
    """How many patients are in neither level."""
    patients = int(unknown["patients"].sum())
    return f"IgG before the first dose is not known of {patients:,} patient{'s' * (patients != 1)}" if patients else ""


def _nothing_beside() -> dict[str, object]:
    return {"other": "", "other_on": np.nan, "other_off": np.nan}
