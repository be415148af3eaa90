"""The headline and its sensitivity as they are shared."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from ivig_core.disclosure.rates import as_columns
from ivig_core.disclosure.ratio import Counts, shared_ratio, withheld
from ivig_core.disclosure.rule import Rule, table_of
from ivig_core.numbers import OK
from ivig_core.study.overview.headline import RATIO_COLUMNS, Headline
from ivig_core.study.rates.intervals_in_force import BECAUSE
from ivig_core.study.trust.sensitivity import COLUMNS, COUNTS
from ivig_core.terms import ON

NAMED = ("name", "group", "label", "model", "term", "main", "as_set", "changes")


def shared_headline(head: Headline, rule: Rule) -> Headline:
    """The ratio and the rules about the first dose; what there is none of is not told, nor the ratio with infections
    joined, whose infections are in no other table."""
    rows = [_rule(row, rule) for row in (head.main.to_dict(), *head.rules.to_dict("records"))]
    table = table_of(rows, RATIO_COLUMNS)
    return Headline(
        table.iloc[0], table.iloc[1:].reset_index(drop=True), robust=head.robust and head.main["note"] == BECAUSE
    )


def _rule(row: Mapping[str, Any], rule: Rule) -> dict[str, object]:
    sides = Counts(row["infections_on"], row["infections_off"])
    found = shared_ratio(rule, row["status"], row["irr"], row["ci_low"], row["ci_high"], sides)
    counts = {name: rule.count(row[name]) for name in ("infections_on", "infections_off")}
    return {"rule": row["rule"], "label": row["label"], **as_columns(found), **counts}


def shared_sensitivity(table: pd.DataFrame, head: Headline, rule: Rule) -> pd.DataFrame:
    """Ratios under other settings; `head` is the exact headline.

    The rules about the first dose have infections of their own on either side, in the headline. The other rows are
    moved as the ratio in force is, so that what a setting changes stays as it is. Days before the first dose have no
    infections of their own in any table: their rows say so. A row without a ratio has no counts.
    """
    sides = {row["rule"]: _sides(row) for row in head.rules.to_dict("records")}
    in_force = _sides(head.main)
    rows = [
        _row(row, in_force if row["as_set"] else sides.get(row["name"], in_force), rule)
        for row in table.to_dict("records")
    ]
    return table_of(rows, COLUMNS)


def _sides(row: Mapping[str, Any] | pd.Series) -> Counts:
    return Counts(row["infections_on"], row["infections_off"])


def _row(row: Mapping[str, Any], sides: Counts, rule: Rule) -> dict[str, object]:
    estimate, counts = (row["status"], row["irr"], row["ci_low"], row["ci_high"]), [row[name] for name in COUNTS]
    known = row["term"] == ON
    found = shared_ratio(rule, *estimate, sides, *counts) if known else withheld(rule, row["status"])
    told = {name: rule.count(row[name] if found.status == OK else math.nan) for name in COUNTS}
    return {**{name: row[name] for name in NAMED}, **as_columns(found), **told}
