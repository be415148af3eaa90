"""The few subgroups of the first screen and those that earlier studies named, each beside the days it is compared with.

What a treatment changes cannot tell for whom it works: IgG measured on IVIG includes donor IgG, so that a high level of
the day is also a sign of IVIG. The rows of the first screen take IgG as it was at the start, before any dose.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from ivig_core.estimate.fit import FEW
from ivig_core.estimate.rates.interaction import FOREST_COLUMNS, forest_rows
from ivig_core.estimate.rates.splits import by_patient
from ivig_core.persontime.baseline import BASELINE_IGG
from ivig_core.spec import AnalysisSpec
from ivig_core.study.levels import igg_at_start
from ivig_core.study.rates.forest import forest, forest_igg, shown
from ivig_core.study.study import Study
from ivig_core.terms import NONPROGRESSIVE, PRESPECIFIED

NOT_RECORDED, NO_DAYS, NO_PATIENTS = "not_recorded", "no_days", "no_patients"
HYPOGAMMAGLOBULINEMIA, VERY_LOW = 700, 400
"""Functional IgG in mg/dL, as in the 2026 study; papers name these levels differently, so rows say the number."""
OTHER_COLUMNS = ("other", "other_on", "other_off")
KEY_COLUMNS = (*FOREST_COLUMNS, *OTHER_COLUMNS)
COUNTS = ("patients", "infections_on", "infections_off", "person_days_on", "person_days_off")
NUMBERS = ("irr", "ci_low", "ci_high", "p_value", "p_interaction")


def key_rows(study: Study, spec: AnalysisSpec) -> pd.DataFrame:
    """Rate ratios on against off IVIG of everybody, of patients with IgG below 700 mg/dL at the start, on days without
    progression, and of patients with IgG below 400 at the start.

    IgG at the start: functional, nearest day 0 and before the first dose (`persontime.igg.baseline_igg`), so that no
    IVIG has changed it. The last three rows are from joint models with the other patients or days; `p_interaction`
    against those.

    Returns rows in the columns `KEY_COLUMNS`, first the overall one: those of `estimate.rates.interaction`, and with
    what a level is compared: `other` is its name, `other_on`, `other_off` its infections. `status` is also
    "not_recorded" (the cohort has nothing on it), "no_days" or "no_patients" (nothing is at that level).
    """
    return _table(
        study,
        spec,
        _level(_igg_at_start(study, spec, HYPOGAMMAGLOBULINEMIA), BASELINE_IGG, f"igg_lt_{HYPOGAMMAGLOBULINEMIA}"),
        _level(forest(study, spec, "phase"), "phase", NONPROGRESSIVE),
        _level(_igg_at_start(study, spec, VERY_LOW), BASELINE_IGG, f"igg_lt_{VERY_LOW}"),
    )


def prespecified_rows(study: Study, spec: AnalysisSpec) -> pd.DataFrame:
    """Everybody and the subgroups as earlier studies named them, for a forest plot: days with IgG below 700, without
    progression, with IgG below 400. Columns as of `key_rows`; those of subgroups are of the factor "prespecified"."""
    rows = _table(
        study,
        spec,
        _level(forest_igg(study, spec, HYPOGAMMAGLOBULINEMIA), "igg", f"igg_lt_{HYPOGAMMAGLOBULINEMIA}"),
        _level(forest(study, spec, "phase"), "phase", NONPROGRESSIVE),
        _level(forest_igg(study, spec, VERY_LOW), "igg", f"igg_lt_{VERY_LOW}"),
    )
    return rows.assign(factor=[name if name == "overall" else PRESPECIFIED for name in rows["factor"]])


def enough(row: Mapping[str, Any]) -> bool:
    """Whether a level and what it is compared with have 5 infections each, on IVIG and off it.

    With fewer, a difference of the two rests on a handful of infections: it is shown with its counts, not claimed.
    """
    sides = ("infections_on", "infections_off", "other_on", "other_off")
    return all(row[name] >= FEW for name in sides if name in row and pd.notna(row[name]))


def _table(study: Study, spec: AnalysisSpec, *levels: dict[str, object]) -> pd.DataFrame:
    everybody = {**forest(study, spec, "overall").iloc[0].to_dict(), **_nothing_beside()}
    return pd.DataFrame([everybody, *levels], columns=list(KEY_COLUMNS))


def _igg_at_start(study: Study, spec: AnalysisSpec, cut: int) -> pd.DataFrame:
    """Rate ratios of patients with IgG below `cut` (mg/dL) at the start and from it on; no rows where none is known."""

    def rows(now: AnalysisSpec) -> pd.DataFrame:
        igg = igg_at_start(study, now)
        code = np.where(np.isnan(igg), -1, igg >= cut)
        levels = pd.Categorical.from_codes(code, [f"igg_lt_{cut}", f"igg_ge_{cut}"]).remove_unused_categories()
        return forest_rows(by_patient(BASELINE_IGG, study.time(now), levels), now.model)

    def once(now: AnalysisSpec) -> pd.DataFrame:
        return study.once(
            "igg_at_start", now.selection, now.exposure, now.endpoint, now.model, cut, make=lambda: rows(now)
        )  # fmt: skip

    return shown(study, spec, once)


def _level(table: pd.DataFrame, factor: str, level: str) -> dict[str, object]:
    """The row of a level with what it is compared with, or one that says why there is none."""
    at = (table["level"] == level).to_numpy(bool)
    others = table[~at]
    beside = {
        "other": str(others["level"].iloc[0]),
        "other_on": int(others["infections_on"].sum()),
        "other_off": int(others["infections_off"].sum()),
    } if len(others) else _nothing_beside()  # fmt: skip
    if at.any():
        return {**table[at].iloc[0].to_dict(), **beside}
    nobody = NO_PATIENTS if factor == BASELINE_IGG else NO_DAYS
    status = nobody if len(table) else NOT_RECORDED
    counts, numbers = dict.fromkeys(COUNTS, 0), dict.fromkeys(NUMBERS, np.nan)
    return {"factor": factor, "level": level, "status": status, **counts, **numbers, "note": "", **beside}


def _nothing_beside() -> dict[str, object]:
    return {"other": "", "other_on": np.nan, "other_off": np.nan}
