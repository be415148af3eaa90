"""Rates on IVIG, off it and without it by grade, pathogen or site, each with its rate ratio within patients."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ivig_core.estimate.rates.rates import period_of, periods, rate
from ivig_core.persontime.split import PersonTime
from ivig_core.spec import AnalysisSpec
from ivig_core.study.rates.factor_splits import infection_types
from ivig_core.study.rates.forest import forest
from ivig_core.study.study import Study
from ivig_core.terms import OBSERVATION, ON, REFERENCE

ALL = "all"
SHOWN = (ON, OBSERVATION, REFERENCE)
RATIO = ("status", "irr", "irr_low", "irr_high", "p_value", "note")
"""Columns of the rate ratio of a level, the same in all its rows."""


def rates_by(study: Study, spec: AnalysisSpec, factor: str) -> pd.DataFrame:
    """Infections per patient-year by type and period, as Figure 1 of the 2026 study has them.

    `factor`: "grade" (1–2 and 3–5 as recorded; grade unknown only in all), "pathogen" or "site". One row per level
    ("all" first, then the types that occur) and period (on IVIG as one window, observation, and reference where
    `population` keeps it apart): `factor`, `level`, `period`, the columns of `estimate.rates.rate`, and the rate ratio
    of the self-controlled case series (`RATIO`) as the forest has it, on against off IVIG. Days kept apart before the
    first dose and days of washout are in no period. The rates are descriptive: reference is never compared.
    """
    return study.once(
        "rates_by", spec.selection, spec.exposure, spec.endpoint, spec.model, factor,
        make=lambda: _rates_by(study, spec, factor),
    )  # fmt: skip


def _rates_by(study: Study, spec: AnalysisSpec, factor: str) -> pd.DataFrame:
    one = spec.change(window_cuts=())
    time, infections = study.time(one), study.infections(one)
    types = infection_types(infections, factor)
    code = np.asarray(types.codes)
    chosen = {ALL: np.ones(len(code), bool), **{name: code == at for at, name in enumerate(types.categories)}}
    ratios = pd.concat([forest(study, spec, "overall"), forest(study, spec, factor)])
    ratios = ratios.rename(columns={"ci_low": "irr_low", "ci_high": "irr_high"}).set_index("level")
    rows = [
        {"factor": factor, "level": level, **row, **ratios.loc[level, list(RATIO)].to_dict()}
        for level, which in chosen.items()
        for row in _by_period(time.count(infections[which]), spec)
    ]
    return pd.DataFrame(rows)


def _by_period(time: PersonTime, spec: AnalysisSpec) -> list[dict[str, object]]:
    names, period = periods(time, spec.model.population), period_of(time, spec.model.population)
    rows = []
    for name in (name for name in SHOWN if name in names):
        part = time.table[period == names.index(name)].groupby("patient", sort=False)[["days", "infections"]].sum()
        values = rate(part["infections"].to_numpy(), part["days"].to_numpy(), spec.model.rate_ci)
        rows.append({"period": name, **values})
    return rows
