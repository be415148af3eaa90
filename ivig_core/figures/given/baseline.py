"""The baseline table in a clinician's words. Numbers are only written out here, never computed."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from ivig_core.cohort.columns import BY_NAME
from ivig_core.export import rows_of
from ivig_core.figures.cox.words import per, reason_of
from ivig_core.figures.groups import group_name, variable_name
from ivig_core.figures.words import ABSENT, Withheld, count, estimate, is_number, p_value
from ivig_core.persontime.baseline import BASELINE_IGG
from ivig_core.study.given.baseline_table import GROUPS, LEVEL, MANY, MISSING, NUMBER

QUARTILES, RANGE = "Median (quartiles)", "Median (range)"
SPREADS = {QUARTILES: ("q1", "q3"), RANGE: ("low", "high")}
RATIO, P = "Hazard ratio of a first dose", "p"
VALUES = {MISSING: "not recorded", MANY: "over 20 different"}


def baseline_words(table: pd.DataFrame, spread: str) -> pd.DataFrame:
    """One line per variable and level, the groups side by side; `spread` is one of `SPREADS`. A table with the columns
    of `who_was_given` has the hazard ratios of the time to a first dose of IVIG beside them."""
    lines = []
    keys = ["variable", "kind", "level"]
    for (variable, kind, level), part in table.groupby(keys, sort=False):
        cells = {row["group"]: row for row in rows_of(part)}
        lines.append(
            {
                "At the start": _name(variable),
                "Value": VALUES.get(kind, spread.lower() if kind == NUMBER else level),
                **{_head(table, group): _cell(kind, cells[group], spread) for group in GROUPS},
                "Std. difference": _difference(kind, cells[GROUPS[0]]["difference"]),
                **(_ratio(cells[GROUPS[0]]) if "role" in table else {}),
            }
        )
    shown = pd.DataFrame(lines)
    # A name, and the difference of a variable, stand once, at its first line.
    again = shown["At the start"].eq(shown["At the start"].shift())
    levels = table.drop_duplicates(keys)["kind"].eq(LEVEL).to_numpy()
    shown.loc[again, "At the start"] = ""
    shown.loc[again & levels & pd.Series(levels).shift(fill_value=False), "Std. difference"] = ""
    return shown


def _head(table: pd.DataFrame, group: str) -> str:
    size = next(iter(table.loc[table["group"] == group, "patients"]), None)
    return f"{group_name('ivig_ever', group, 0)} (n = {count(size)})"


def _name(variable: str) -> str:
    unit = "mg/dL" if variable == BASELINE_IGG else BY_NAME[variable].unit if variable in BY_NAME else ""
    return f"{variable_name(variable)} ({unit})" if unit else variable_name(variable)


def _cell(kind: str, cell: dict[str, float], spread: str) -> str:
    if kind == NUMBER:
        if isinstance(cell["count"], Withheld):
            return count(cell["count"])
        return _spread(*(cell[name] for name in ("median", *SPREADS[spread])))
    if kind == MANY or math.isnan(cell["percent"]):
        return count(cell["count"])
    return f"{count(cell['count'])} ({cell['percent']:.0f} %)"


def _spread(median: float, low: float, high: float) -> str:
    """`66 (58–76)`; limits that are not told are left out."""
    if not is_number(median):
        return ABSENT
    limits = f" ({_number(low)}–{_number(high)})" if is_number(low) and is_number(high) else ""
    return f"{_number(median)}{limits}"


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 or value == round(value) else f"{value:.1f}"


def _difference(kind: str, value: float) -> str:
    if kind == MISSING:
        return ""
    if math.isnan(value):
        return ABSENT
    return "∞" if math.isinf(value) else f"{value:.2f}"


def _ratio(row: Mapping[str, Any]) -> dict[str, str]:
    """The hazard ratio in words, or the sentence in its place."""
    text = estimate(row["status"], row["hr"], row["ci_low"], row["ci_high"])
    unit = f" {per(row['unit'])}" if row["role"] == NUMBER else ""
    if text:
        return {RATIO: f"{text}{unit}", P: p_value(row["p_value"])}
    # What stands after a colon, as the one value that all have, is in the row itself.
    return {RATIO: row["role"] if row["role"] in ("", "reference") else reason_of(row).partition(":")[0], P: ""}
