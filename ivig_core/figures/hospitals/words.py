"""What the ratios of several hospitals say: the finding, how much they differ, and the plot in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from ivig_core.export import rows_of
from ivig_core.figures.hospitals.lines import without_estimate
from ivig_core.figures.words import (
    CLEAR,
    NO_EXPOSED,
    NO_REFERENCE,
    OK,
    counted,
    interval,
    is_number,
    listed,
    lower,
    p_phrase,
    percent,
    ratio,
)
from ivig_core.hospitals.pool import FIXED, SITE
from ivig_core.study.describe import ADJUSTER_WORDS
from ivig_core.terms import ON, label

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
NOTHING = "no rate ratio, too few patients to share one"
FEWER, MORE, NOT_CLEAR = "fewer", "more", ", no clear difference"
BOTH = "in patients with days both on and off it"


def finding(irr: pd.DataFrame, term: str) -> str:
    """The ratio of all hospitals in a sentence without full stop; `irr`: the rows of one ratio of `Pooled.irr`.

    It says how many of the hospitals the ratio rests on, and a direction only where the interval excludes 1.
    """
    records = rows_of(irr)
    row = next(record for record in records if record["model"] == FIXED)
    every = [record for record in records if record["model"].startswith(SITE)]
    adding = sum(is_number(record["informative_patients"]) for record in every)
    return f"{_who(adding, len(every))}: {_what(row, adding, term)}"


def _who(adding: int, number: int) -> str:
    if number == 1:
        text = "One hospital"
    elif 0 < adding < number:
        text = f"{_spelled(adding)} of {_spelled(number)} hospitals"
    else:
        text = f"{_spelled(number)} hospitals together"
    return f"{text[:1].upper()}{text[1:]}"


def _spelled(number: int) -> str:
    return NUMBERS[number] if number < len(NUMBERS) else f"{number:,}"


def _what(row: Mapping[str, Any], adding: int, term: str) -> str:
    on = place(term)
    status, irr, low, high = (row[name] for name in ("status", "irr", "ci_low", "ci_high"))
    if not adding:
        return NOTHING
    if status == OK:
        # Which side of 1 is not said twice: the number says it, and its interval whether it means anything.
        doubt = NOT_CLEAR if low <= 1 <= high else ""
        return f"{ratio(irr)} times as many infections {on} {interval(low, high)}{doubt}"
    if status == NO_EXPOSED:
        bound = f", at most {ratio(high)} times as many as off it" if is_number(high) else ""
        return f"no infection {on} {BOTH}{bound}"
    if status == NO_REFERENCE:
        bound = f", at least {ratio(low)} times as many on it" if is_number(low) else ""
        return f"no infection off IVIG {BOTH}{bound}"
    return f"no rate ratio: {row['note'] or 'it cannot be estimated'}"


def place(term: str) -> str:
    """`on IVIG`, or which days since a dose."""
    return "on IVIG" if term == ON else lower(label(term))


def model_name(adjust_for: str) -> str:
    """`crude`, or what is adjusted for."""
    names = [ADJUSTER_WORDS.get(name, name).partition(" (")[0] for name in adjust_for.split(",") if name]
    return f"adjusted for {listed(names)}" if names else "crude"


def detail(adjust_for: str, number: int, single: bool = True) -> str:
    """What is compared, and what the marks are."""
    how = model_name(adjust_for)
    marks = "larger boxes tell more; diamonds: all hospitals" if single else "diamonds: all hospitals"
    if number > 2:
        marks += ", the line through the lower one: a further hospital"
    return f"{how}, days on against days off IVIG of the same patients; {marks}"


def alt(irr: pd.DataFrame, term: str, differ: Mapping[str, Any], single: bool = True) -> str:
    """The plot in words."""
    records = rows_of(irr)
    every = [record for record in records if record["model"].startswith(SITE)]
    without = sum(record["status"] not in (OK, NO_EXPOSED, NO_REFERENCE) for record in every)
    text = f"Forest plot of rate ratios on against off IVIG by hospital. {finding(irr, term)}."
    if single and without:
        text += f" {counted(without, 'hospital')} without a ratio."
    return f"{text} {heterogeneity(differ)}"


def only_in_sum(irr: pd.DataFrame) -> str:
    """Which hospitals are not in the mean of hospitals, and why; empty where there are none."""
    names = without_estimate(irr)
    if not names:
        return ""
    verb = "is" if len(names) == 1 else "are"
    return (
        f"{listed(names)} {verb} in the ratio of all together and in the mean by likelihood, not in the mean of "
        "hospitals nor in how much they differ: a ratio of 0, without upper limit or without a number has no standard "
        "error"
    )


def heterogeneity(differ: Mapping[str, Any]) -> str:
    """How much the hospitals differ, in sentences; `differ`: a row of `Pooled.heterogeneity`."""
    if not is_number(differ["q"]):
        return f"Whether hospitals differ cannot be told: {counted(differ['hospitals'], 'hospital')} with a ratio."
    clear = differ["p_value"] < CLEAR
    said = "The hospitals differ by more than chance" if clear else "The hospitals do not differ clearly"
    spread = f", I² = {percent(differ['i2'])}" if is_number(differ["i2"]) else ""
    degrees = int(differ["df"])
    tested = f"Q = {differ['q']:.1f}, {counted(degrees, 'degree')} of freedom, {p_phrase(differ['p_value'])}{spread}"
    text = f"{said}: {tested}."
    if is_number(differ["predicted_low"]) and is_number(differ["predicted_high"]):
        ends = f"{ratio(differ['predicted_low'])} and {ratio(differ['predicted_high'])}"
        text += f" The ratio of a further hospital would lie between {ends} (95 % prediction interval)."
    elif differ["note"]:
        text += f" No mean over hospitals: {differ['note']}."
    return text
