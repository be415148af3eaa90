"""Tables of results in a clinician's words. Numbers are only written out here, never computed."""

from __future__ import annotations

import pandas as pd

from ivig_core.figures.groups import group_name, variable_name
from ivig_core.figures.words import ABSENT, estimate, p_value, rate
from ivig_core.spec.words import value_words
from ivig_core.terms import label

DAYS_PER_YEAR = 365.25


def rates_table(rates: pd.DataFrame) -> pd.DataFrame:
    """Rates by period."""
    return pd.DataFrame(
        {
            "Period": rates["label"],
            "Patients": rates["patients"],
            "Infections": rates["infections"],
            "Patient-years": (rates["person_days"] / DAYS_PER_YEAR).round(1),
            "Per patient-year": [rate(value) for value in rates["rate"]],
            "95 % interval": _spans(rates, "ci_low", "ci_high"),
            "Exact Poisson interval": _spans(rates, "exact_low", "exact_high"),
        }
    )


def ratios_table(ratios: pd.DataFrame) -> pd.DataFrame:
    """Rate ratios of the within-patient comparison."""
    return pd.DataFrame(
        {
            "Term": [label(name) for name in ratios["term"]],
            "Rate ratio (95 % interval)": _estimates(ratios),
            "p": [p_value(value) for value in ratios["p_value"]],
            "Interval": [
                value_words("ci_method", name) if isinstance(name, str) else ABSENT for name in ratios["ci_method"]
            ],
            "Patients with an infection": ratios["patients"],
            "of them informative": ratios["informative_patients"],
            "Infections": ratios["infections"],
        }
    )


def forest_table(rows: pd.DataFrame) -> pd.DataFrame:
    """Rate ratios by level of a factor."""
    return pd.DataFrame(
        {
            "Subgroup": [variable_name(factor) for factor in rows["factor"]],
            "Level": [level_label(level) for level in rows["level"]],
            "Patients": rows["patients"],
            "Infections on / off IVIG": [
                f"{on} / {off}" for on, off in zip(rows["infections_on"], rows["infections_off"], strict=True)
            ],
            "Rate ratio (95 % interval)": _estimates(rows),
            "p": [p_value(value) for value in rows["p_value"]],
            "Do subgroups differ? (p)": [p_value(value) for value in rows["p_interaction"]],
            "Remark": rows["note"],
        }
    )


def rules_table(rules: pd.DataFrame) -> pd.DataFrame:
    """The ratios that the reason for starting IVIG moves most."""
    return pd.DataFrame(
        {
            "Days that count": rules["label"].str.capitalize(),
            "Rate ratio (95 % interval)": _estimates(rules),
            "p": [p_value(value) for value in rules["p_value"]],
            "Infections on / off IVIG": [
                f"{on} / {off}" for on, off in zip(rules["infections_on"], rules["infections_off"], strict=True)
            ],
        }
    )


def medians_table(medians: pd.DataFrame, group: str, landmark_day: int) -> pd.DataFrame:
    """Median times without the event."""
    return pd.DataFrame(
        {
            "Group": [group_name(group, name, landmark_day) for name in medians["group"]],
            "Patients": medians["patients"],
            "Events": medians["events"],
            "Median (days)": [_days(value) for value in medians["median"]],
            "95 % interval": [
                f"{_days(low)}–{_days(high)}" for low, high in zip(medians["ci_low"], medians["ci_high"], strict=True)
            ],
        }
    )


def means_table(means: pd.DataFrame, group: str, landmark_day: int) -> pd.DataFrame:
    """Restricted mean times."""
    return pd.DataFrame(
        {
            "Group": [group_name(group, name, landmark_day) for name in means["group"]],
            "Up to day": [_days(value) for value in means["days"]],
            "Mean (days)": [f"{value:.0f}" if value == value else ABSENT for value in means["mean"]],
            "Standard error (days)": [f"{value:.1f}" if value == value else ABSENT for value in means["se"]],
        }
    )


def attrition_table(steps: pd.DataFrame) -> pd.DataFrame:
    """What each step of the analysis leaves."""
    return pd.DataFrame(
        {
            "Step": [f"{text[:1].upper()}{text[1:]}" for text in steps["step"]],
            "Patients": steps["patients"],
            "Infections": steps["infections"],
            "Patient-years": (steps["person_days"] / DAYS_PER_YEAR).round(1),
        }
    )


def lanes_table(patients: pd.DataFrame) -> pd.DataFrame:
    """One row per patient of a page of lanes."""
    shown = {
        "Patient": patients["patient_id"],
        "Group": patients["group"],
        "Days": patients["days"],
        "On IVIG": patients["days_on"],
        "Infections": patients["infections"],
        "Died": ["yes" if died else "" for died in patients["died"]],
    }
    if patients["group"].isna().all():
        del shown["Group"]
    return pd.DataFrame(shown)


def level_label(name: str) -> str:
    """A level of a factor in words."""
    return "everybody" if name == "all" else label(name)


def _estimates(rows: pd.DataFrame) -> list[str]:
    columns = (rows[name] for name in ("status", "irr", "ci_low", "ci_high"))
    return [estimate(*values) or ABSENT for values in zip(*columns, strict=True)]


def _spans(rows: pd.DataFrame, low: str, high: str) -> list[str]:
    return [f"{rate(one)}–{rate(two)}" for one, two in zip(rows[low], rows[high], strict=True)]


def _method(name: object) -> str:
    return value_words("ci_method", name) if isinstance(name, str) else ABSENT


def _days(value: float) -> str:
    return f"{value:,.0f}" if value == value else "not reached"
