"""Tables of the page of checks in words. Numbers are only written out here, never computed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from ivig_core.figures.rates.tables import patient_years
from ivig_core.figures.trust.words import PAPER, limit_words, paper_text
from ivig_core.figures.words import ABSENT, estimate, interval, is_number, p_value, percent, rate, ratio
from ivig_core.study.trust.checks.few_data import MOST_LISTED

ENDS = {"end": "End of follow-up", "death": "Death"}


def sensitivity_table(rows: pd.DataFrame) -> pd.DataFrame:
    """Every row of the sensitivity plot."""
    shown = pd.DataFrame(
        {
            "Analysis": rows["label"],
            "Rate ratio (95 % interval)": [_estimate(record) for record in rows.to_dict("records")],
            "p": [p_value(value) for value in rows["p_value"]],
            "Patients": rows["patients"],
            "with an infection": rows["patients_with_infection"],
            "Infections": rows["infections"],
            PAPER: [paper_text(record) for record in rows.to_dict("records")],
            "Changed": rows["changes"],
        }
    )
    return shown if (shown[PAPER] != "").any() else shown.drop(columns=PAPER)


def around_table(table: pd.DataFrame) -> pd.DataFrame:
    """Infections by day since the first dose."""
    return pd.DataFrame(
        {
            "Days since the first dose": _days(table),
            "Patients": table["patients"],
            "Infections": table["infections"],
            "Days at risk": table["person_days"],
            "Per patient-month": [rate(value) for value in table["rate"]],
            "95 % interval": _spans(table),
        }
    )


WAYS = {
    "wald": "As set, Wald interval",
    "robust": "As set, robust interval",
    "joined": "Within 14 days joined, Wald",
    "joined_robust": "Within 14 days joined, robust",
}


def after_table(table: pd.DataFrame) -> pd.DataFrame:
    """The ratio where infections that belong together are reckoned with."""
    return pd.DataFrame(
        {
            "Analysis": [WAYS[name] for name in table["what"]],
            "Rate ratio (95 % interval)": [_estimate(record) for record in table.to_dict("records")],
            "Width of the interval": [
                f"{ratio(value)} times" if is_number(value) else ABSENT for value in table["width"]
            ],
            "Infections": table["infections"],
        }
    )


def ends_table(table: pd.DataFrame) -> pd.DataFrame:
    """Ends of follow-up after an infection and at other times."""
    return pd.DataFrame(
        {
            "What ended it": [ENDS[name] for name in table["event"]],
            "Days after an infection": [f"0–{days}" for days in table["days"]],
            "Ended then": table["after"],
            "of days then": table["person_days_after"],
            "Ended at other times": table["other"],
            "of other days": table["person_days_other"],
            "Ratio of rates (95 % interval)": [
                f"{limit_words(row['irr'])} {interval(row['ci_low'], row['ci_high'])}"
                if row["irr"] == row["irr"]
                else ABSENT
                for row in table.to_dict("records")
            ],
        }
    )


def quarters_table(table: pd.DataFrame) -> pd.DataFrame:
    """IVIG and infections per quarter."""
    return pd.DataFrame(
        {
            "Quarter": table["period"],
            "Patients": table["patients"],
            "Days at risk": table["person_days"],
            "of them on IVIG": [percent(value) for value in table["share_on"]],
            "Infections": table["infections"],
            "Per patient-year": [rate(value) for value in table["rate"]],
            "95 % interval": _spans(table),
        }
    )


def gaps_table(table: pd.DataFrame) -> pd.DataFrame:
    """Gaps between doses by length."""
    return pd.DataFrame(
        {"Days to the next dose": _days(table), "Gaps": table["gaps"], "Window closed in between": table["closes"]}
    )


def spread_table(table: pd.DataFrame) -> pd.DataFrame:
    """How many treated patients have how many infections."""
    most = table["infections"].max()
    names = [f"{number}{' or more' if number == most >= MOST_LISTED else ''}" for number in table["infections"]]
    return pd.DataFrame(
        {
            "Infections of a patient": names,
            "Patients": table["patients"],
            "Share of all infections": [percent(value) for value in table["share"]],
        }
    )


def attrition_table(flow: pd.DataFrame) -> pd.DataFrame:
    """What each step of the analysis leaves, and what it leaves out."""
    columns = {
        "Step": [f"{text[:1].upper()}{text[1:]}" for text in flow["step"]],
        "Patients": flow["patients"],
        "left out": flow.get("patients_out"),
        "Infections": flow["infections"],
        "not counted": flow.get("infections_out"),
        "Patient-years": patient_years(flow),
    }
    # Shared steps do not say what they leave out.
    return pd.DataFrame({name: values for name, values in columns.items() if values is not None})


def _estimate(row: Mapping[str, Any] | pd.Series) -> str:
    return estimate(row["status"], row["irr"], row["ci_low"], row["ci_high"]) or ABSENT


def _days(table: pd.DataFrame) -> list[str]:
    return [
        f"{first} to {last:.0f}".replace("-", "−") if is_number(last) else f"{first} and more"
        for first, last in zip(table["first_day"], table["last_day"], strict=True)
    ]


def _spans(table: pd.DataFrame) -> list[str]:
    return [
        f"{rate(low)}–{rate(high)}" if is_number(low) else ABSENT
        for low, high in zip(table["ci_low"], table["ci_high"], strict=True)
    ]
