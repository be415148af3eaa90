"""The words of the emulated trial of when to start IVIG: strategies, finding, small print."""

from __future__ import annotations

from ivig_core.figures.survival.timing_words import PLURAL
from ivig_core.figures.words import ABSENT, count, counted, is_number, percent
from ivig_core.study.survival.clone_censor import DAYS_LOST, EARLY, LATER, CloneCensor
from ivig_core.study.survival.timing import ANY

FEW_EVENTS, FEW_FOLLOWED = 5, 50
"""Below these numbers bootstrap intervals are too narrow: in simulations with 30 patients who follow a strategy those
of the risk by a year held the truth in 88 %."""
MONTHS = {183: 6, 365: 12}


def strategy_name(result: CloneCensor, name: str) -> str:
    """What a strategy is called."""
    if name == EARLY:
        return f"Start by day {result.grace}"
    return f"Start on days {result.grace + 1}–{result.later}" if name == LATER else f"No start by day {result.grace}"


def axis_title(result: CloneCensor) -> str:
    """What the vertical axis measures."""
    if result.composite:
        return "Infection or death"
    words = PLURAL[result.outcome].removesuffix("s")
    return f"Had {'an' if result.outcome == ANY else 'a'} {words}"


def with_interval(value: float, low: float, high: float) -> str:
    """`62 % (50 % to 71 %)`."""
    return f"{percent(value)} ({percent(low)} to {percent(high)})" if is_number(low) else percent(value)


def points(value: float) -> str:
    """A difference of shares in percentage points, signed."""
    if not is_number(value):
        return ABSENT
    text = f"{abs(100 * value):.0f}"
    return text if text == "0" else f"{'−' if value < 0 else '+'}{text}"


def difference_text(low: float, value: float, high: float) -> str:
    """`−23 points (−44 to −2)`."""
    text = f"{points(value)} points"
    return f"{text} ({points(low)} to {points(high)})" if is_number(low) else text


def finding(result: CloneCensor) -> str:
    """Risk by 12 months under both strategies, and whether chance is excluded."""
    names = [strategy_name(result, name) for name in result.strategies]
    day = next((day for day in (365, 183) if is_number(result.difference(day)["difference"])), None)
    if day is None:
        return f"“{names[0]}” and “{names[1]}” are not observed for 6 months"
    row = result.difference(day)
    what = result.event_words
    risks = f"{percent(row['early'])} against {percent(row['other'])} with {what} by month {MONTHS[day]}"
    by = difference_text(row["ci_low"], row["difference"], row["ci_high"])
    if not is_number(row["ci_low"]):
        return f"{names[0]}: {risks}, difference {by}; no interval"
    if row["ci_low"] <= 0 <= row["ci_high"]:
        return f"No clear difference: if IVIG is started by day {result.grace}, {risks}, difference {by}"
    head = "Lower" if row["difference"] < 0 else "Higher"
    doubt = "provided all reasons to start are recorded"
    return f"{head} risk if IVIG is started by day {result.grace}: {risks}, difference {by}; {doubt}"


def detail(result: CloneCensor) -> str:
    """How many patients follow each strategy."""
    followed = "; ".join(
        f"{strategy_name(result, name).lower()}: {count(arm.followed)} followed it"
        for name, arm in zip(result.strategies, result.arms, strict=True)
    )
    return f"{counted(result.patients, 'patient')}, {count(result.events)} with {result.event_words}; {followed}"


def small_print(result: CloneCensor, faded: bool) -> str:
    """How to read the drawing, and what makes it uncertain."""
    parts = [
        f"Every patient counts in both strategies until seen to leave one, by day {result.decided} "
        f"(dotted). Bands: 95 %, bootstrap by patient, {count(result.resamples)} resamples.",
        *too_narrow(result),
    ]
    if faded:
        parts.append("Faded: fewer than 10 at risk.")
    return " ".join(parts)


def too_narrow(result: CloneCensor) -> list[str]:
    """A sentence for each strategy that rests on few patients or very few events."""
    followed = [
        f"Fewer than {FEW_FOLLOWED} follow “{strategy_name(result, name)}”: with so few the 95 % intervals are "
        "somewhat too narrow."
        for name, arm in zip(result.strategies, result.arms, strict=True)
        if arm.followed < FEW_FOLLOWED and arm.after >= FEW_EVENTS
    ]
    return followed + [
        f"“{strategy_name(result, name)}” rests on {counted(arm.after, 'event')} in patients who follow it: its "
        "interval is too narrow."
        for name, arm in zip(result.strategies, result.arms, strict=True)
        if arm.after < FEW_EVENTS
    ]


def alt(result: CloneCensor) -> str:
    """The plot in words."""
    row = result.contrasts[result.contrasts["quantity"] == DAYS_LOST].iloc[0]
    lost = f"Mean days lost by day {row['day']}: {row['early']:.0f} against {row['other']:.0f}."
    return f"Cumulative incidence under two strategies of starting IVIG. {finding(result)}. {detail(result)}. {lost}"
