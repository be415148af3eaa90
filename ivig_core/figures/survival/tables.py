"""Tables of a survival comparison in words. Numbers are only written out here, never computed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from ivig_core.figures.groups import group_name
from ivig_core.figures.words import ABSENT, DAYS_PER_MONTH, is_number, months, p_value, percent, ratio, unreached

NOT_REACHED = "not reached"
REFERENCE = "reference"
TEST_NAMES = {
    "logrank": "Log-rank",
    "early": "Early differences (Peto–Peto, ρ = 1, γ = 0)",
    "late": "Late differences (Fleming–Harrington, ρ = 0, γ = 1)",
}


def medians_table(medians: pd.DataFrame, group: str, landmark_day: int) -> pd.DataFrame:
    """Median times without the event, in months as in the figure."""
    return pd.DataFrame(
        {
            "Group": _groups(medians, group, landmark_day),
            "Patients": medians["patients"],
            "Events": medians["events"],
            "Median (months)": [_reached(value) for value in medians["median"]],
            "95 % interval": _month_limits(medians),
        }
    )


def means_table(means: pd.DataFrame, group: str, landmark_day: int) -> pd.DataFrame:
    """Restricted mean times, in days as the horizon is."""
    return pd.DataFrame(
        {
            "Group": _groups(means, group, landmark_day),
            "Up to day": [f"{value:,.0f}" for value in means["days"]],
            "Mean (days)": [f"{value:.0f}" if is_number(value) else ABSENT for value in means["mean"]],
            "Standard error (days)": [f"{value:.1f}" if is_number(value) else ABSENT for value in means["se"]],
        }
    )


def curves_table(curves: pd.DataFrame, group: str, landmark_day: int) -> pd.DataFrame:
    """Every step of the curves."""
    return pd.DataFrame(
        {
            "Group": _groups(curves, group, landmark_day),
            "Month": [months(value) for value in curves["time"]],
            "Day": curves["time"],
            "At risk": curves["at_risk"],
            "Events": curves["events"],
            "Censored": curves["censored"],
            "Without the event": [percent(value) for value in curves["survival"]],
            "95 % interval": [
                f"{percent(low)} to {percent(high)}" if is_number(low) else ABSENT
                for low, high in zip(curves["ci_low"], curves["ci_high"], strict=True)
            ],
        }
    )


def at_times_table(at: pd.DataFrame, group: str, landmark_day: int) -> pd.DataFrame:
    """Share without the event at chosen times, and the difference from the reference group where there is one."""
    shown = pd.DataFrame(
        {
            "Month": [whole_month(value) for value in at["days"]],
            "Group": _groups(at, group, landmark_day),
            "At risk": at["at_risk"],
            "Without the event": [
                with_limits(row, "survival", "ci_low", "ci_high", percent) for row in at.to_dict("records")
            ],
        }
    )
    return shown.assign(**_differences(at, "Difference (% points)", 100))


def means_differences_table(means: pd.DataFrame, group: str, landmark_day: int) -> pd.DataFrame:
    """Restricted means in days, with difference and ratio to the reference group where there is one."""
    shown = means_table(means, group, landmark_day)
    more = _differences(means, "Difference (days)", 1)
    if not more:
        return shown
    rows = means.to_dict("records")
    return shown.assign(**more, Ratio=[with_limits(row, "ratio", "ratio_low", "ratio_high", ratio) for row in rows])


def _differences(table: pd.DataFrame, name: str, scale: float) -> dict[str, list[str]]:
    """Columns of the difference and its p; none where no group is compared with another."""
    if table["reference"].isna().all():
        return {}
    rows = table.to_dict("records")
    words = [
        with_limits(row, "difference", "difference_low", "difference_high", lambda value: signed(scale * value))
        if isinstance(row["reference"], str)
        else REFERENCE
        for row in rows
    ]
    return {name: words, "p": [p_value(row["p_value"]) for row in rows]}


def tests_table(tests: pd.DataFrame, main: str) -> pd.DataFrame:
    """The tests of equal curves, the main one named so."""
    return pd.DataFrame(
        {
            "Test": [TEST_NAMES[name] for name in tests["test"]],
            "Use": ["main test" if name == main else "chosen beforehand only" for name in tests["test"]],
            "χ²": [f"{value:.2f}" if is_number(value) else ABSENT for value in tests["chi2"]],
            "Degrees of freedom": [f"{value:.0f}" if is_number(value) else ABSENT for value in tests["df"]],
            "p": [p_value(value) for value in tests["p_value"]],
        }
    )


def follow_up_table(overall: pd.DataFrame, by_group: pd.DataFrame, group: str, landmark_day: int) -> pd.DataFrame:
    """Median follow-up in months, of everybody and of each group."""
    table = overall if group == "none" else pd.concat([by_group, overall], ignore_index=True)
    names = _groups(by_group, group, landmark_day) if group != "none" else []
    return pd.DataFrame(
        {
            "Group": [*names, *["All patients"] * len(overall)],
            "Patients": table["patients"],
            "Followed to their end": table["censored"],
            "Median follow-up (months)": [_reached(value) for value in table["median"]],
            "95 % interval": _month_limits(table),
        }
    )


def competing_table(at: pd.DataFrame, group: str, landmark_day: int) -> pd.DataFrame:
    """Infection with death competing, and what Kaplan–Meier would say, at one time."""
    rows = at.to_dict("records")
    return pd.DataFrame(
        {
            "Group": _groups(at, group, landmark_day),
            "At risk": at["at_risk"],
            "Infections": at["infections"],
            "Had an infection": [
                with_limits(row, "infection", "infection_low", "infection_high", percent) for row in rows
            ],
            "Died without one": [percent(row["death"]) for row in rows],
            "Deaths": at["deaths"],
            "Kaplan–Meier, ignoring death": [
                with_limits(row, "one_minus_km", "km_low", "km_high", percent) for row in rows
            ],
            "Too high by (% points)": [
                f"{100 * row['difference']:.1f}" if is_number(row["difference"]) else ABSENT for row in rows
            ],
        }
    )


def whole_month(days: float) -> str:
    """A time chosen in months, as it was chosen."""
    return f"{round(days / DAYS_PER_MONTH):,}"


def signed(value: float) -> str:
    """A whole number with its sign; none before 0."""
    text = f"{value:+.0f}".replace("-", "−")
    return "0" if text[1:] == "0" else text


def with_limits(row: dict[str, Any], value: str, low: str, high: str, words: Callable[[float], str]) -> str:
    """`value (low to high)`; without limits where there are none, or no spread."""
    if not is_number(row[value]):
        return ABSENT
    spread = is_number(row[low]) and is_number(row[high]) and row[low] < row[high]
    return f"{words(row[value])} ({words(row[low])} to {words(row[high])})" if spread else words(row[value])


def _month_limits(table: pd.DataFrame) -> list[str]:
    return [
        f"{_reached(low)}–{_reached(high)}" if is_number(low) or is_number(high) else ABSENT
        for low, high in zip(table["ci_low"], table["ci_high"], strict=True)
    ]


def _groups(table: pd.DataFrame, group: str, landmark_day: int) -> list[str]:
    return [group_name(group, name, landmark_day) for name in table["group"]]


def _reached(days: float) -> str:
    return months(days) if is_number(days) else unreached(days)
