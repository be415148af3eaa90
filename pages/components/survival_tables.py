"""Tables of a survival comparison in words. Numbers are only written out here, never computed."""

from __future__ import annotations

import pandas as pd

from ivig_core.figures.groups import group_name
from ivig_core.figures.words import ABSENT, is_number, months, percent

NOT_REACHED = "not reached"


def medians_table(medians: pd.DataFrame, group: str, landmark_day: int) -> pd.DataFrame:
    """Median times without the event, in months as in the figure."""
    return pd.DataFrame(
        {
            "Group": _groups(medians, group, landmark_day),
            "Patients": medians["patients"],
            "Events": medians["events"],
            "Median (months)": [_reached(value) for value in medians["median"]],
            "95 % interval": [
                f"{_reached(low)}–{_reached(high)}" if is_number(low) or is_number(high) else ABSENT
                for low, high in zip(medians["ci_low"], medians["ci_high"], strict=True)
            ],
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


def _groups(table: pd.DataFrame, group: str, landmark_day: int) -> list[str]:
    return [group_name(group, name, landmark_day) for name in table["group"]]


def _reached(days: float) -> str:
    return months(days) if is_number(days) else NOT_REACHED
