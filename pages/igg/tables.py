"""Tables about IgG in a clinician's words. Numbers are only written out here, never computed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from ivig_core.figures.igg.course_words import month_name
from ivig_core.figures.words import ABSENT, count, estimate, is_number, lower, p_value, percent, rate
from ivig_core.study.igg.course import ALL
from ivig_core.study.igg.levels import BELOW
from ivig_core.study.igg.table import AT_START, BEFORE_DOSE, LOWEST, NEVER, TREATED
from ivig_core.study.igg.unknown import HIGH, LEFT_OUT, LOW
from ivig_core.terms import OBSERVATION, ON, REFERENCE, label

DAYS_PER_YEAR = 365.25
WHEN = {LOWEST: "Lowest in follow-up", AT_START: "Before therapy", BEFORE_DOSE: "Before the first IVIG"}
GROUP = {TREATED: "Had IVIG", NEVER: "Never had IVIG"}
COURSE = {ALL: "All", ON: "On IVIG", OBSERVATION: "Off IVIG", REFERENCE: "Never had IVIG"}


def course_table(months: pd.DataFrame) -> pd.DataFrame:
    """Medians by month."""
    rows = months.to_dict("records")
    return pd.DataFrame(
        {
            "Month": [month_name(row["month"]).removeprefix("month ") for row in rows],
            "Patients": [COURSE[row["group"]] for row in rows],
            "Followed": [row["followed"] for row in rows],
            "with a value": [row["known"] for row in rows],
            "Median (quartiles), mg/dL": [_spread(row, "q1", "q3") for row in rows],
        }
    )


def share_table(shares: pd.DataFrame) -> pd.DataFrame:
    """Patient-years and share of days by level, one line per period."""
    lines = []
    for name, part in shares.groupby("label", sort=False):
        cells = {label(row["level"]): _years(row["person_days"], row["share"]) for row in part.to_dict("records")}
        lines.append({"Days": name, "Patient-years": f"{part['person_days'].sum() / DAYS_PER_YEAR:,.1f}", **cells})
    return pd.DataFrame(lines)


def igg_rates_table(rates: pd.DataFrame) -> pd.DataFrame:
    """Infections and rates by level, the periods side by side."""
    lines = []
    for level, part in rates.groupby("level", sort=False):
        lines.append({"Functional IgG": label(level), **{row["label"]: _rate(row) for row in part.to_dict("records")}})
    return pd.DataFrame(lines)


def igg_ratios_table(ratios: pd.DataFrame) -> pd.DataFrame:
    """Rate ratios of low IgG, unadjusted and adjusted side by side."""
    plain, adjusted = (ratios[ratios["adjusted"] == flag].to_dict("records") for flag in (False, True))
    highest = ratios["cut"].max()
    return pd.DataFrame(
        {
            "Days compared": [_contrast(row, highest) for row in plain],
            "Rate ratio (95 % interval)": [_estimate(row) for row in plain],
            "p": [p_value(row["p_value"]) for row in plain],
            "Adjusted": [_estimate(row) for row in adjusted],
            "p, adjusted": [p_value(row["p_value"]) for row in adjusted],
            "Infections low / high": [f"{row['infections_low']:,} / {row['infections_high']:,}" for row in plain],
            "Rate low / high": [f"{_per_year(row, 'low')} / {_per_year(row, 'high')}" for row in plain],
            "Patients (informative)": [f"{row['patients']:,} ({row['informative_patients']:,})" for row in plain],
        }
    )


def igg_bounds_table(bounds: pd.DataFrame) -> pd.DataFrame:
    """Rate ratios below each cut-off with days of unknown IgG left out, low, and not low, side by side."""
    heads = {LEFT_OUT: "Unknown left out", LOW: "Unknown as low", HIGH: "Unknown as not low"}
    lines = []
    for (adjusted, _), part in bounds.groupby(["adjusted", "cut"], sort=False):
        rows = {row["unknown"]: row for row in part.to_dict("records")}
        about = _contrast({**rows[LEFT_OUT], "contrast": BELOW}, 0)
        ratios = {f"{head}: rate ratio": _estimate(rows[name]) for name, head in heads.items()}
        lines.append({"Days compared": f"{about}, adjusted" if adjusted else about, **ratios})
    return pd.DataFrame(lines)


def contrasts(ratios: pd.DataFrame) -> list[str]:
    """What each row of a table of ratios compares."""
    highest = ratios["cut"].max()
    return [f"{_contrast(row, highest)}{', adjusted' if row['adjusted'] else ''}" for row in ratios.to_dict("records")]


def hgg_words(hgg: pd.DataFrame, before: pd.DataFrame) -> pd.DataFrame:
    """How low IgG was: medians, and numbers below each cut-off, and at or below it."""
    lines = []
    for (when, group), part in hgg.groupby(["when", "group"], sort=False):
        spread = before[(before["when"] == when) & (before["group"] == group)].iloc[0].to_dict()
        cells = {
            head: _part(row[name], row[f"percent_{name}"])
            for row in part.to_dict("records")
            for head, name in ((f"< {row['cut']}", "below"), (f"≤ {row['cut']}", "up_to"))
        }
        lines.append(
            {
                "Functional IgG": WHEN[when],
                "Patients": GROUP[group],
                "with a value": f"{count(spread['known'])} of {count(spread['patients'])}",
                "Median (range), mg/dL": _spread(spread, "low", "high"),
                **cells,
            }
        )
    return pd.DataFrame(lines)


def at_the_cut(hgg: pd.DataFrame) -> str:
    """Where “below” and “at or below” a cut-off differ."""
    rows = hgg[hgg["below"] != hgg["up_to"]].to_dict("records")
    if not rows:
        return "Below a cut-off and at or below it are the same patients here: nobody's value is a cut-off itself."
    said = [
        f"{lower(WHEN[row['when']])}, {lower(GROUP[row['group']])}: {row['up_to'] - row['below']} at {row['cut']}"
        for row in rows
    ]
    return (
        f"Below a cut-off and at or below it differ for patients whose value is the cut-off itself ({'; '.join(said)})."
    )


def _contrast(row: Mapping[str, Any], highest: int) -> str:
    return (
        f"{label(row['term']).removesuffix(' mg/dL')} against ≥ {row['cut'] if row['contrast'] == BELOW else highest}"
    )


def _estimate(row: Mapping[str, Any]) -> str:
    return estimate(row["status"], row["irr"], row["ci_low"], row["ci_high"]) or ABSENT


def _per_year(row: Mapping[str, Any], side: str) -> str:
    days = row[f"person_days_{side}"]
    return rate(row[f"infections_{side}"] / days * DAYS_PER_YEAR) if days else ABSENT


def _rate(row: Mapping[str, Any]) -> str:
    if not row["person_days"]:
        return "no days"
    return f"{row['infections']:,} · {rate(row['rate'])} ({rate(row['ci_low'])}–{rate(row['ci_high'])})"


def _years(days: int, share: float) -> str:
    return f"{days / DAYS_PER_YEAR:,.1f} ({percent(share)})"


def _part(some: int, share: float) -> str:
    return f"{count(some)} ({share:.0f} %)" if is_number(share) else ABSENT


def _spread(row: dict[str, float], low: str, high: str) -> str:
    return f"{count(row['median'])} ({count(row[low])}–{count(row[high])})" if row["known"] else ABSENT
