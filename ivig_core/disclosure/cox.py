"""Hazard ratios as they are shared."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from ivig_core.disclosure.notes import cox_note
from ivig_core.disclosure.ratio import (
    Counts,
    SharedRatio,
    by_information,
    from_error,
    shared_ratio,
    two_digits,
    withheld,
)
from ivig_core.disclosure.rule import Rule, table_of
from ivig_core.estimate.survival.landmark import IVIG, NO_IVIG
from ivig_core.estimate.survival.tables import SurvivalTables
from ivig_core.numbers import OK, is_number

COLUMNS = ("model", "term", "status", "log_hr", "se", "hr", "ci_low", "ci_high", "p_value", "note")
LANDMARK = "landmark"
NUMBERED = "per "


def shared_cox(rows: pd.DataFrame, tables: SurvivalTables | None, rule: Rule) -> pd.DataFrame:
    """Hazard ratios (the columns of the JSON contract).

    IVIG by the landmark has the events of either group beside it (the exact `tables`) and is treated as a rate ratio.
    Other ratios between levels are told where their information is more than the threshold (`by_information`). The
    ratio of a number, which has no events of its own, is told where all of the events are enough, with its standard
    error to two digits.
    """
    medians = tables.km.medians.set_index("group") if tables is not None else pd.DataFrame()
    return table_of([_row(row, medians, rule) for row in rows.to_dict("records")], COLUMNS)


def _row(row: Mapping[str, Any], medians: pd.DataFrame, rule: Rule) -> dict[str, object]:
    found = _ratio(row, medians, rule)
    about = cox_note(row["note"])
    return {
        "model": row["model"],
        "term": row["term"],
        "status": found.status,
        "log_hr": found.log_ratio,
        "se": found.se,
        "hr": found.ratio,
        "ci_low": found.low,
        "ci_high": found.high,
        "p_value": found.p_value,
        "note": "; ".join(filter(None, (about, found.note))),
    }


def _ratio(row: Mapping[str, Any], medians: pd.DataFrame, rule: Rule) -> SharedRatio:
    estimate = (row["status"], row["hr"], row["ci_low"], row["ci_high"])
    if row["model"] == LANDMARK:
        groups = [medians.loc[name] if name in medians.index else None for name in (IVIG, NO_IVIG)]
        counts = [math.nan if group is None else group[name] for group in groups for name in ("events", "patients")]
        return shared_ratio(rule, *estimate, Counts(counts[0], counts[2]), *counts)
    every = medians[["patients", "events"]].sum() if len(medians) else [math.nan]
    if rule.small(*every):
        return withheld(rule, row["status"])
    if row["note"].startswith(NUMBERED):
        known = row["status"] == OK and is_number(row["hr"]) and is_number(row["se"]) and row["hr"] > 0
        return from_error(row["hr"], two_digits(row["se"])) if known else withheld(rule, row["status"])
    return by_information(rule, *estimate)
