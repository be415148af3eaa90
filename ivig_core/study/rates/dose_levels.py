"""The rate ratio on IVIG by the dose per body weight: is a higher dose followed by fewer infections?"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from ivig_core.estimate.rates.dose_levels import SUBCUTANEOUS, UNKNOWN, DoseLevels
from ivig_core.estimate.rates.dose_levels import dose_levels as fit_dose_levels
from ivig_core.estimate.rates.interaction import FOREST_COLUMNS
from ivig_core.spec import AnalysisSpec
from ivig_core.study.rates.intervals_in_force import as_shown, because
from ivig_core.study.study import Study
from ivig_core.terms import OBSERVATION

FACTOR = "dose_per_kg"


@dataclass(frozen=True, eq=False)
class ByDose:
    """`rows`: a row per level in the columns of a forest; `infections_off` and `person_days_off` are the time off IVIG
    that all of them are compared with. `doses`: by row how many; `unknown`: how many have no g/kg, of `all_doses`.
    `alike`: whether those with one, in a vein, are all of one level."""

    rows: pd.DataFrame
    doses: list[int]
    unknown: int
    all_doses: int
    alike: bool


def by_dose(study: Study, spec: AnalysisSpec) -> ByDose:
    """Ratios within patients by the g/kg of the latest dose, intervals as in force; see `estimate.rates.dose_levels`.

    No rows where no dose reaches into follow-up. Raises `TooManyDosesError` where courses mean too many single doses.
    """
    return study.once(
        "dose_levels", spec.selection, spec.exposure, spec.endpoint, spec.model,
        make=lambda: _made(study, as_shown(study, spec.change(window_cuts=()))),
    )  # fmt: skip


def _made(study: Study, spec: AnalysisSpec) -> ByDose:
    time = study.time(spec)
    found = fit_dose_levels(time, study.infections(spec), spec.model)
    off = time.table[(time.table["state"] == OBSERVATION).to_numpy(bool)]
    labels = _labels(found)
    rows = [
        {
            "factor": FACTOR, "level": label, "status": row.status, "patients": patients, "infections_on": infections,
            "infections_off": int(off["infections"].sum()), "person_days_on": days,
            "person_days_off": int(off["days"].sum()), "irr": row.irr, "ci_low": row.ci_low, "ci_high": row.ci_high,
            "p_value": row.p_value, "p_interaction": found.p_value, "note": row.note,
        }
        for row, label, patients, infections, days in zip(
            found.rows, labels, found.patients, found.infections, found.days, strict=True
        )
    ]  # fmt: skip
    numbers = ("irr", "ci_low", "ci_high", "p_value", "p_interaction")
    table = pd.DataFrame(rows, columns=list(FOREST_COLUMNS)).astype(dict.fromkeys(numbers, np.float64))
    unknown = sum(doses for row, doses in zip(found.rows, found.doses, strict=True) if row.term == UNKNOWN)
    return ByDose(because(table), found.doses, unknown, sum(found.doses), not found.cuts)


def _labels(found: DoseLevels) -> list[str]:
    """What the levels are called: up to a cut-off, above it, under the skin, not known."""
    # At least two decimals, and the third where there is one.
    cuts = [f"{cut:.3f}".removesuffix("0") for cut in found.cuts]
    if not cuts:
        known = ["Any known dose"]
    else:
        between = [f"> {low} to {high} g/kg" for low, high in pairwise(cuts)]
        known = [f"≤ {cuts[0]} g/kg", *between, f"> {cuts[-1]} g/kg"]
    other = {SUBCUTANEOUS: "Under the skin", UNKNOWN: "g/kg not known"}
    named = iter(known)
    return [other[row.term] if row.term in other else next(named) for row in found.rows]
