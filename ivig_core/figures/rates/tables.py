"""Rates, rate ratios and subgroups as tables in words. Numbers are only written out here, never computed."""

from __future__ import annotations

import pandas as pd

from ivig_core.figures.forest_parts.families import ADJUSTED
from ivig_core.figures.forest_parts.rows import OVERALL, level_name
from ivig_core.figures.groups import fixed_name, variable_name
from ivig_core.figures.words import ABSENT, count, estimate, is_number, p_value, rate
from ivig_core.spec.words import value_words
from ivig_core.study.rates.multiplicity import EXPLORATORY, PROTOCOL
from ivig_core.terms import label

DAYS_PER_YEAR = 365.25
NAMED_ROW = "as an earlier study named it"
FAMILIES = {PROTOCOL: "Prespecified in the protocol", EXPLORATORY: "Exploratory"}


def rates_table(rates: pd.DataFrame) -> pd.DataFrame:
    """Rates by period."""
    return pd.DataFrame(
        {
            "Period": rates["label"],
            "Patients": rates["patients"],
            "Infections": rates["infections"],
            "Patient-years": patient_years(rates),
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
    """Rate ratios by level of a factor, in the columns and words of the forest plot."""
    table = pd.DataFrame(
        {
            "Subgroup": [variable_name(factor) for factor in rows["factor"]],
            "Level": level_names(rows),
            "Patients": rows["patients"],
            "Infections on / off": [
                f"{count(on)} / {count(off)}"
                for on, off in zip(rows["infections_on"], rows["infections_off"], strict=True)
            ],
            "Rate on / off": [f"{on} / {off}" for on, off in zip(_rates(rows, "on"), _rates(rows, "off"), strict=True)],
            "Rate ratio (interval)": _estimates(rows),
            "Differ? p": [p_value(value) for value in rows["p_interaction"]],
        }
    )
    if ADJUSTED in rows and rows[ADJUSTED].notna().any():
        table["Adjusted p"] = [p_value(value) for value in rows[ADJUSTED]]
    return table


def tests_table(tests: pd.DataFrame) -> pd.DataFrame:
    """Every test of `study.rates.multiplicity`: what is compared, in how many levels, p and adjusted p, its family."""
    names = [
        f"{level_name(factor, level)}, {NAMED_ROW}"
        if level
        else (fixed_name if family == PROTOCOL else variable_name)(factor)
        for factor, level, family in zip(tests["factor"], tests["level"], tests["family"], strict=True)
    ]
    return pd.DataFrame(
        {
            "Subgroups by": names,
            "Levels compared": [count(levels) if levels > 1 else ABSENT for levels in tests["levels"]],
            "Differ? p": [p_value(value) for value in tests["p_interaction"]],
            "Adjusted p": [p_value(value) for value in tests["p_adjusted"]],
            "Kind": [FAMILIES[family] for family in tests["family"]],
        }
    )


def level_names(rows: pd.DataFrame) -> list[str]:
    """What the level of each row of a forest is called."""
    return [
        level_name(factor, level) if factor != OVERALL else "everybody"
        for factor, level in zip(rows["factor"], rows["level"], strict=True)
    ]


def rules_table(rules: pd.DataFrame) -> pd.DataFrame:
    """The ratios that the reason for starting IVIG moves most."""
    return pd.DataFrame(
        {
            "Days that count": rules["label"].str.capitalize(),
            "Rate ratio (95 % interval)": _estimates(rules),
            "p": [p_value(value) for value in rules["p_value"]],
            "Infections on / off IVIG": [
                f"{count(on)} / {count(off)}"
                for on, off in zip(rules["infections_on"], rules["infections_off"], strict=True)
            ],
        }
    )


def patient_years(rows: pd.DataFrame) -> pd.Series:
    """Time at risk with one decimal; NaN where the days were withheld."""
    return (pd.to_numeric(rows["person_days"], errors="coerce") / DAYS_PER_YEAR).round(1)


def _estimates(rows: pd.DataFrame) -> list[str]:
    columns = (rows[name] for name in ("status", "irr", "ci_low", "ci_high"))
    return [estimate(*values) or ABSENT for values in zip(*columns, strict=True)]


def _rates(rows: pd.DataFrame, side: str) -> list[str]:
    infections, days = (
        pd.to_numeric(rows[f"{name}_{side}"], errors="coerce") for name in ("infections", "person_days")
    )
    return [rate(value) for value in infections / (days / DAYS_PER_YEAR)]


def _spans(rows: pd.DataFrame, low: str, high: str) -> list[str]:
    return [
        f"{rate(one)}–{rate(two)}" if is_number(one) or is_number(two) else ABSENT
        for one, two in zip(rows[low], rows[high], strict=True)
    ]
