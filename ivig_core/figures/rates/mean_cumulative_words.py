"""The words of the curves of infections per patient: finding, counts, small print, alternative text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from ivig_core.estimate.rates.rates import FEWEST_CLUSTERS
from ivig_core.figures.groups import group_name
from ivig_core.figures.theme import FEW_AT_RISK
from ivig_core.figures.words import ABSENT, count, counted, is_number, listed, rate, shorten_apart
from ivig_core.study.rates.over_time import ENDS, PERIOD, OverTime
from ivig_core.terms import OBSERVATION, ON, REFERENCE

CLOCK = "Each patient’s days of a period are put end to end."
CONTEXT = "Never had IVIG: context, not a comparison."
LOOKS_AHEAD = "Immortal time: these groups use doses given later, so that the comparison is biased."
WHAT_DEATH_DOES = {
    True: "Death ends the risk: whoever died counts with the infections until then, and no more can follow "
    "(Ghosh–Lin).",
    False: "Death as censoring: the curve goes on as if the dead could still get infections, so that it is too high "
    "wherever patients die.",
}
NAME_CHARS = 30
SPELT_OUT_FOR = 3
"""Up to so many groups stand in the finding one by one."""


def short_name(result: OverTime, period: str) -> str:
    """What a curve is called beside numbers."""
    if result.clock == PERIOD:
        return {ON: "On IVIG", OBSERVATION: "Off IVIG", REFERENCE: "Never had IVIG"}[period]
    names = [group_name(result.group, name, result.landmark_day) for name in result.labels]
    return dict(zip(result.labels, shorten_apart(names, NAME_CHARS), strict=True))[period]


def legend_name(result: OverTime, period: str) -> str:
    """What a curve is called in the legend: all patients are said to be so."""
    everybody = result.clock == PERIOD and period == OBSERVATION and _everybody(result)
    return result.labels[period] if everybody else short_name(result, period)


def row_name(result: OverTime, period: str) -> str:
    """What a row of a table is called."""
    if result.clock == PERIOD:
        return result.labels[period]
    return group_name(result.group, period, result.landmark_day)


def finding(result: OverTime) -> str:
    """Infections per patient after as many months as enough patients have; no verdict."""
    if not result.curves["infections"].sum():
        return "No infection counts under these settings"
    return _of_periods(result) if result.clock == PERIOD else _of_groups(result)


def _of_periods(result: OverTime) -> str:
    both = [_values(result, name) for name in (ON, OBSERVATION) if name in result.labels]
    if not both:
        return "No day on IVIG in any patient"
    if len(both) == 1:
        name = ON if ON in result.labels else OBSERVATION
        return f"No days {'off' if name == ON else 'on'} IVIG to set beside the days {_where(result, name)}"
    at = _months_of(both)
    if not at:
        return "Too little time on or off IVIG for numbers at 6 months"
    on, off = (rate(values.loc[at, "mean"]) for values in both)
    same = "" if _everybody(result) else " (same patients)"
    return f"{on} infections per patient in {at} months on IVIG, {off} in {at} months off it{same}"


def _of_groups(result: OverTime) -> str:
    every = {name: _values(result, name) for name in result.labels}
    at = _months_of(list(every.values()))
    if not at:
        return "Follow-up is too short for numbers at 6 months"
    means = {name: rate(values.loc[at, "mean"]) for name, values in every.items()}
    since = f" after day {result.landmark_day}" if result.landmark_day else ""
    biased = " (groups biased by immortal time)" if result.looks_ahead else ""
    head = f"In {at} months{since}"
    if len(means) == 1:
        return f"{head}, {next(iter(means.values()))} infections per patient"
    if len(means) > SPELT_OUT_FOR:
        low, high = (rate(pick(values.loc[at, "mean"] for values in every.values())) for pick in (min, max))
        return f"{head}, {low} to {high} infections per patient in {len(means)} groups{biased}"
    (first, *others) = [(value, short_name(result, name)) for name, value in means.items()]
    parts = [f"{first[0]} infections per patient in “{first[1]}”", *(f"{v} in “{name}”" for v, name in others)]
    return f"{head}, {listed(parts)}{biased}"


def _months_of(every: list[pd.DataFrame]) -> int:
    """The latest time at which every curve has enough patients at risk, else any; 0 for none."""
    reached = [
        set.intersection(*(set(values.index[values["at_risk"] >= enough]) for values in every))
        for enough in (FEW_AT_RISK, 1)
    ]
    return max(reached[0] or reached[1] or {0})


def _everybody(result: OverTime) -> bool:
    return "all patients" in result.labels.get(OBSERVATION, "")


def _values(result: OverTime, period: str) -> pd.DataFrame:
    return result.at_months[result.at_months["period"] == period].set_index("months")


def _where(result: OverTime, period: str) -> str:
    if result.clock == PERIOD:
        return {ON: "on IVIG", OBSERVATION: "off IVIG", REFERENCE: "never on IVIG"}[period]
    return "" if result.group == "none" else f"in “{short_name(result, period)}”"


def detail(result: OverTime) -> str:
    """Patients, infections and deaths behind the curves."""
    groups = result.curves.groupby("period", sort=False)[["infections", "left", "deaths"]].sum()
    parts = [
        " ".join(
            filter(
                None,
                [f"{counted(row['infections'], 'infection')} in {counted(row['left'], 'patient')}",
                 _where(result, str(name)), f"({count(row['deaths'])} died)" if row["deaths"] else ""],
            )
        )
        for name, row in groups.iterrows()
    ]  # fmt: skip
    return f"{', '.join(parts)}; 95 % intervals"


def small_print(result: OverTime, faded: bool) -> str:
    """How to read the curves."""
    parts = [CLOCK] if result.clock == PERIOD else []
    if any(result.deaths.values()):
        parts.append("Death ends the risk." if result.death == ENDS else "Death counts as censoring.")
    if faded:
        parts.append(f"Faded: fewer than {FEW_AT_RISK} patients at risk; no interval below {FEWEST_CLUSTERS}.")
    if result.clock == PERIOD and REFERENCE in result.labels:
        parts.append(CONTEXT)
    if result.looks_ahead:
        parts.append(LOOKS_AHEAD)
    return " ".join(parts)


def with_interval(row: Mapping[str, Any] | pd.Series) -> str:
    """`1.26 (0.82–1.92)`, or that nobody is followed so long."""
    return _limits(row["mean"], row["ci_low"], row["ci_high"])


def alive_text(row: Mapping[str, Any]) -> str:
    """The while-alive rate of a row of `at_months` in the same way."""
    return _limits(row["rate"], row["rate_low"], row["rate_high"])


def ratio_text(row: Mapping[str, Any]) -> str:
    """The ratio of two while-alive rates."""
    return _limits(row["ratio"], row["ci_low"], row["ci_high"])


def _limits(value: float, low: float, high: float) -> str:
    if not is_number(value):
        return ABSENT
    return f"{rate(value)} ({rate(low)}–{rate(high)})" if is_number(high) else rate(value)


def what_death_does(result: OverTime) -> str:
    """What the chosen way to count means, and whether it matters here."""
    deaths = result.deaths
    if not any(deaths.values()):
        return "Nobody died in these days: with death as the end of the risk or as censoring the curves are the same."
    told = [f"{count(number)} {_where(result, name)}".strip() for name, number in deaths.items()]
    return f"{WHAT_DEATH_DOES[result.death == ENDS]} Deaths: {listed(told)}."


def clock_words(result: OverTime) -> str:
    """From when time is counted, and what ends it."""
    if result.clock == PERIOD:
        return (
            "Clock: days that a patient has spent in the period, from entering it. A death counts where it happened; "
            "going over to the other period ends a patient’s days there as if followed no longer, although infections "
            "are a reason to start IVIG."
        )
    if result.landmark_day:
        out = f"; {counted(result.excluded, 'patient')} not followed so long left out" if result.excluded else ""
        return (
            f"Clock: days since day {result.landmark_day}, on and off IVIG alike{out}. Earlier infections do not count."
        )
    return "Clock: days since the first day at risk, on and off IVIG alike."


def alt(result: OverTime) -> str:
    """The curves in words."""
    parts = [
        f"{_where(result, row['period'])} {with_interval(row)} at {row['months']} months".strip()
        for row in result.at_months.to_dict("records")
        if is_number(row["mean"])
    ]
    values = f" {'; '.join(parts)}." if parts else ""
    return f"Mean cumulative number of infections per patient. {finding(result)}.{values} {detail(result)}."
