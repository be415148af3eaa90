"""Infections around the first dose as they are shared."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from ivig_core.disclosure.rates import more_than_chance, wider
from ivig_core.disclosure.rule import Rule, table_of
from ivig_core.estimate.rates.rates import DAYS_PER_YEAR, exact_interval
from ivig_core.study.trust.checks.around_first_dose import COLUMNS, MONTHS

PLACE = ("first_day", "last_day")


def shared_around(table: pd.DataFrame, rule: Rule) -> pd.DataFrame:
    """Rates per patient-month in bins of days since the first dose, of the rounded infections and days; a bin with few
    patients or infections keeps its place."""
    return table_of([_bin(row, rule) for row in table.to_dict("records")], COLUMNS)


def _bin(row: Mapping[str, Any], rule: Rule) -> dict[str, object]:
    small = rule.small(row["patients"], row["infections"])
    told = {
        **{name: row[name] for name in PLACE},
        "patients": rule.count(row["patients"]),
        "infections": rule.count(math.nan if rule.small(row["patients"]) else row["infections"]),
        "person_days": rule.days(row["person_days"], row["patients"]),
        **dict.fromkeys(("rate", "ci_low", "ci_high"), math.nan),
    }
    if small:
        return told
    exact = exact_interval(row["infections"], row["person_days"] / DAYS_PER_YEAR)[1] / MONTHS
    count, years = rule.rounded(row["infections"]), float(told["person_days"]) / DAYS_PER_YEAR
    robust = not math.isclose(exact, row["ci_high"])
    more = more_than_chance(row["ci_low"], row["ci_high"], row["patients"], row["infections"]) if robust else None
    low, high = wider(count, years, rule.rounded(row["patients"]), more) if more else exact_interval(count, years)
    return {**told, "rate": count / years / MONTHS, "ci_low": low / MONTHS, "ci_high": high / MONTHS}
