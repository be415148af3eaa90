"""Who was given IVIG: hazard ratios of a first dose for each baseline variable, and of those that decide on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ivig_core.persontime.baseline import BASELINE_IGG
from ivig_core.spec import AnalysisSpec
from ivig_core.study.cox.covariates import CovariateChoice
from ivig_core.study.cox.question import CoxQuestion
from ivig_core.study.cox.summary import LEVEL, NOTHING, NUMBER, CoxSummary, cox_summary
from ivig_core.study.given.baseline_table import baseline_table
from ivig_core.study.study import Study

ALSO_IN_BANDS = tuple(sorted((BASELINE_IGG, "infections_prior_year")))
"""Numbers that Table 1 of the 2026 study shows as numbers and by level."""
USUAL = ("age", "sex", "lines_of_therapy", "infections_prior_year", "heavy_chain", "iss", BASELINE_IGG)
"""What may weigh in the decision for IVIG, chosen before any result is seen."""
MOST_MISSING = 1 / 3
NOBODY = "no patient at risk of a first dose"
RESULT = ("unit", "status", "hr", "ci_low", "ci_high", "p_value", "note")


@dataclass(frozen=True, eq=False)
class WhoWasGiven:
    """Patients at the start by whether they had IVIG, with hazard ratios of the time to the first dose.

    `table`: `baseline_table`, and for each row the columns of `RESULT` and `role` of the hazard ratio: "number",
    "level", "reference", "nothing" (`note` says why), "" where there is none to expect. `summary`: the Cox analysis
    with each number as a number. `before`: patients with a dose before the first day at risk, in the table but never at
    risk of a first dose.
    """

    table: pd.DataFrame
    summary: CoxSummary
    before: int


def who_was_given(study: Study, spec: AnalysisSpec) -> WhoWasGiven:
    """The table with univariable hazard ratios of the time to the first dose, in the shape of Table 1 of Lancman et al.
    2026.

    A patient with a dose before the first day at risk is left out of the ratios; death and the end of follow-up censor.
    """
    return study.once(
        "who_was_given", spec.selection.where, spec.exposure, make=lambda: _who_was_given(study, spec)
    )  # fmt: skip


def usual_variables(study: Study, spec: AnalysisSpec) -> tuple[str, ...]:
    """Those of `USUAL` that tell patients apart and are known in at least two thirds of them."""
    summary = cox_summary(study, spec, CoxQuestion(first_ivig=True))
    rows = summary.rows
    usable = rows[((rows["kind"] != NOTHING) & (rows["missing"] <= MOST_MISSING * summary.patients)).to_numpy()]
    return tuple(name for name in USUAL if name in set(usable["variable"]))


def _who_was_given(study: Study, spec: AnalysisSpec) -> WhoWasGiven:
    table = baseline_table(study, spec, ALSO_IN_BANDS)
    plain = cox_summary(study, spec, CoxQuestion(first_ivig=True))
    banded = cox_summary(study, spec, CoxQuestion(first_ivig=True, choice=CovariateChoice(bands=ALSO_IN_BANDS)))
    return WhoWasGiven(_joined(table, plain.rows, banded.rows), plain, len(study.cohort(spec)) - plain.patients)


def _joined(table: pd.DataFrame, plain: pd.DataFrame, banded: pd.DataFrame) -> pd.DataFrame:
    """Numbers have the ratio per unit, levels that against the reference; what offers nothing to compare says why in
    its first row."""
    also = banded[banded["variable"].isin(ALSO_IN_BANDS).to_numpy()]
    found = {(row["variable"], row["level"]): row for part in (also, plain) for row in part.to_dict("records")}
    first = table.drop_duplicates("variable").set_index("variable")[["kind", "level"]].T.to_dict("list")
    made = [
        _result(found, variable, kind, level, first[variable] == [kind, level])
        for variable, kind, level in table[["variable", "kind", "level"]].itertuples(index=False)
    ]
    results = pd.DataFrame(made, columns=["role", *RESULT], index=table.index)
    return pd.concat([table, results.astype(dict.fromkeys(("hr", "ci_low", "ci_high", "p_value"), float))], axis=1)


def _result(
    found: Mapping[tuple[str, str], Mapping[str, Any]], variable: str, kind: str, level: str, first: bool
) -> dict[str, object]:
    whole = found.get((variable, ""))
    row = whole if kind == NUMBER else found.get((variable, level)) if kind == LEVEL else None
    if whole is not None and whole["kind"] == NOTHING:
        row = whole if first else None
    elif row is None and kind == LEVEL and any(name == variable for name, _ in found):
        return {"role": NOTHING, "status": "no_contrast", "note": NOBODY}
    if row is None:
        return {"role": "", "status": "", "note": ""}
    return {"role": row["kind"], **{name: row[name] for name in RESULT}}
