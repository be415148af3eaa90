"""The words of the curves of infections per patient: finding, counts, small print, alternative text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from ivig_core.estimate.rates.rates import FEWEST_CLUSTERS
from ivig_core.figures.theme import FEW_AT_RISK
from ivig_core.figures.words import ABSENT, counted, is_number, rate
from ivig_core.study.rates.over_time import OverTime
from ivig_core.terms import OBSERVATION, ON, REFERENCE

CLOCK = "Each patient’s days of a period are put end to end."
CONTEXT = "Never had IVIG: context, not a comparison."


def short_name(period: str) -> str:
    """What a curve is called beside numbers."""
    return {ON: "On IVIG", OBSERVATION: "Off IVIG", REFERENCE: "Never had IVIG"}[period]


def legend_name(result: OverTime, period: str) -> str:
    """What a curve is called in the legend: all patients are said to be so."""
    return result.labels[period] if period == OBSERVATION and _everybody(result) else short_name(period)


def finding(result: OverTime) -> str:
    """Infections per patient after as many months as enough patients have on and off IVIG; no verdict."""
    curves = result.curves
    if not curves["infections"].sum():
        return "No infection counts under these settings"
    both = [_values(result, name) for name in (ON, OBSERVATION) if name in result.labels]
    if not both:
        return "No day on IVIG in any patient"
    if len(both) == 1:
        name = ON if ON in result.labels else OBSERVATION
        return f"No days {'off' if name == ON else 'on'} IVIG to set beside the days {_where(name)}"
    months = [set(values.index[values["at_risk"] >= enough]) for enough in (FEW_AT_RISK, 1) for values in both]
    shared = (months[0] & months[1]) or (months[2] & months[3])
    if not shared:
        return "Too little time on or off IVIG for numbers at 6 months"
    at = max(shared)
    on, off = (rate(values.loc[at, "mean"]) for values in both)
    same = "" if _everybody(result) else " (same patients)"
    return f"{on} infections per patient in {at} months on IVIG, {off} in {at} months off it{same}"


def _everybody(result: OverTime) -> bool:
    return "all patients" in result.labels.get(OBSERVATION, "")


def _values(result: OverTime, period: str) -> pd.DataFrame:
    return result.at_months[result.at_months["period"] == period].set_index("months")


def _where(period: str) -> str:
    return {ON: "on IVIG", OBSERVATION: "off IVIG", REFERENCE: "never on IVIG"}[period]


def detail(result: OverTime) -> str:
    """Patients and infections behind the curves."""
    groups = result.curves.groupby("period", sort=False)[["infections", "left"]].sum()
    parts = [
        f"{counted(row['infections'], 'infection')} in {counted(row['left'], 'patient')} {_where(str(name))}"
        for name, row in groups.iterrows()
    ]
    return f"{', '.join(parts)}; 95 % intervals"


def small_print(result: OverTime, faded: bool) -> str:
    """How to read the curves."""
    parts = [CLOCK]
    if faded:
        parts.append(f"Faded: fewer than {FEW_AT_RISK} patients at risk; no interval below {FEWEST_CLUSTERS}.")
    if REFERENCE in result.labels:
        parts.append(CONTEXT)
    return " ".join(parts)


def with_interval(row: Mapping[str, Any] | pd.Series) -> str:
    """`1.26 (0.82–1.92)`, or that nobody is followed so long."""
    if not is_number(row["mean"]):
        return ABSENT
    if not is_number(row["ci_high"]):
        return rate(row["mean"])
    return f"{rate(row['mean'])} ({rate(row['ci_low'])}–{rate(row['ci_high'])})"


def alt(result: OverTime) -> str:
    """The curves in words."""
    parts = [
        f"{_where(row['period'])} {with_interval(row)} at {row['months']} months"
        for row in result.at_months.to_dict("records")
        if is_number(row["mean"])
    ]
    values = f" {'; '.join(parts)}." if parts else ""
    return f"Mean cumulative number of infections per patient. {finding(result)}.{values} {detail(result)}."
