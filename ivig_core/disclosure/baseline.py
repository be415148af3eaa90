"""The baseline table as it is shared."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from ivig_core.disclosure.parts import tells_a_part
from ivig_core.disclosure.ratio import two_digits
from ivig_core.disclosure.rule import Rule, table_of
from ivig_core.estimate.difference import difference_of_shares
from ivig_core.numbers import is_number
from ivig_core.study.given.baseline_table import BASELINE_COLUMNS, GROUPS, LEVEL, MISSING, NUMBER

NUMBERS = ("percent", "median", "q1", "q3", "low", "high", "difference")


def shared_baseline(table: pd.DataFrame, rule: Rule) -> pd.DataFrame:
    """Baseline variables (`BASELINE_COLUMNS`) by group.

    Counts are hidden, percentages and differences between shares are those of the rounded counts. A median needs more
    patients than the threshold on both of its sides, a quartile beyond it; both have two digits, as more would tell how
    many patients they lie between. The lowest and highest value are those of single patients and never shared. A
    variable whose levels and missing values would together give a small count back is left out, and all of them where
    one group would tell the size of the other.
    """
    groups = table.drop_duplicates("group")["patients"].tolist()
    if tells_a_part(rule, groups):
        table = table.iloc[:0]
    rows = [
        row
        for _, mine in table.groupby("variable", sort=False)
        if not any(_tells(part, rule) for _, part in mine.groupby("group", sort=False))
        for row in _variable(mine.to_dict("records"), rule)
    ]
    return table_of(rows, BASELINE_COLUMNS)


def _tells(rows: pd.DataFrame, rule: Rule) -> bool:
    parts = rows.loc[rows["kind"].isin((LEVEL, MISSING)), "count"].tolist()
    by_value = rows[rows["kind"].isin((NUMBER, MISSING))]["count"].tolist()
    return tells_a_part(rule, parts) or tells_a_part(rule, by_value)


def _variable(rows: list[dict[str, Any]], rule: Rule) -> list[dict[str, object]]:
    known = {
        group: sum(row["count"] for row in rows if row["kind"] == LEVEL and row["group"] == group) for group in GROUPS
    }
    apart = _shares_apart(rows, rule)
    return [_row(row, known[row["group"]], apart, rule) for row in rows]


def _row(row: Mapping[str, Any], known: int, apart: float, rule: Rule) -> dict[str, object]:
    kind, few = row["kind"], rule.small(row["patients"])
    told: dict[str, object] = {name: row[name] for name in ("variable", "kind", "level", "group")}
    told |= {"patients": rule.count(row["patients"]), **dict.fromkeys(NUMBERS, math.nan)}
    told["count"] = rule.count(math.nan if few else row["count"])
    if few:
        return told
    if kind == NUMBER:
        told |= _spread(row, rule)
    elif kind in (LEVEL, MISSING):
        whole = known if kind == LEVEL else row["patients"]
        told["percent"] = _percent(told["count"], whole, rule)
    if kind == LEVEL:
        told["difference"] = apart
    return told


def _spread(row: Mapping[str, Any], rule: Rule) -> dict[str, float]:
    """Median and quartiles, where enough patients lie beyond them; the difference to one decimal where both groups may
    have it (it is NaN in neither row or in both)."""
    beyond = {"median": row["count"] / 2, "q1": row["count"] / 4, "q3": row["count"] / 4}
    told = {name: two_digits(row[name]) for name, count in beyond.items() if not rule.small(count)}
    return {**told, "difference": math.nan if rule.small(row["count"]) else round(row["difference"], 1)}


def _percent(count: object, whole: int, rule: Rule) -> float:
    if not is_number(count) or rule.small(whole):
        return math.nan
    return min(100 * float(count) / rule.rounded(whole), 100.0)


def _shares_apart(rows: list[dict[str, Any]], rule: Rule) -> float:
    """Standardised difference of the rounded shares; NaN where one of them is withheld."""
    counts = {
        group: [row["count"] for row in rows if row["kind"] == LEVEL and row["group"] == group] for group in GROUPS
    }
    if rule.small(*(count for mine in counts.values() for count in mine)) or not all(counts.values()):
        return math.nan
    return difference_of_shares(*([rule.rounded(count) for count in mine] for mine in counts.values()))
