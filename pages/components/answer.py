"""The headline in words."""

from __future__ import annotations

from ivig_core.figures.words import estimate, interval, p_phrase, ratio
from ivig_core.study.headline import HAS_BOUND, OK, Headline, direction
from pages.components.say import as_sentence

DIRECTIONS = {-1: "Fewer infections on IVIG", 0: "No clear difference on and off IVIG", 1: "More infections on IVIG"}
NO_RATIO = {
    "infections": "No infection to compare",
    "on": "Nobody is on IVIG in this analysis",
    "off": "No day off IVIG to compare with",
    "no_events_exposed": "No infection on IVIG",
    "no_events_reference": "No infection off IVIG",
}
MISSING = {
    "infections": "No infection counts under these settings, so there is no rate ratio.",
    "on": "No patient has a day on IVIG under these settings, so there is nothing to compare.",
    "off": "Every day of the treated patients is on IVIG, so there is no day off IVIG to compare with.",
}


def answer_title(answer: Headline) -> str:
    """The finding; a direction only where the interval excludes 1, and never without the doubt of the other rules."""
    if answer.main["status"] != OK:
        return NO_RATIO.get(answer.missing or answer.main["status"], "No rate ratio for this cohort")
    text = DIRECTIONS[direction(answer.main)]
    return text if answer.agree else f"{text}, but not under every rule"


def answer_lines(answer: Headline) -> list[str]:
    """The ratio with its interval, then the same without the days before the first dose."""
    main = answer.main
    if main["status"] != OK:
        return _without_ratio(answer)
    text = f"Rate ratio {_estimate(main)}, each patient compared with himself; {p_phrase(main['p_value'])}"
    return [f"{text}{_chance(main)}.", *_without_days(answer)]


def remark(answer: Headline) -> str:
    """How the interval was made, where that is not the ordinary way."""
    return as_sentence(answer.main["note"]) if answer.main["status"] == OK and answer.main["note"] else ""


def range_line(answer: Headline) -> str:
    """How far the ratio moves with the rule about the first dose."""
    if answer.main["status"] not in HAS_BOUND:
        return ""
    if answer.span is None:
        return "Infections may be why IVIG was started; there are too few data to show how that moves the ratio."
    low, high = answer.span
    return (
        f"IVIG is started because of infections, so no single ratio is free of bias: all days, without 30 and 60 days "
        f"before the first dose, and from the first dose on give {ratio(low)} to {ratio(high)}."
    )


def _without_ratio(answer: Headline) -> list[str]:
    main = answer.main
    if answer.missing:
        return [MISSING[answer.missing]]
    text = f"{main['infections_on']} infections on and {main['infections_off']} off IVIG in treated patients."
    if main["status"] in HAS_BOUND:
        text += f" 95 % interval of the rate ratio {interval(main['ci_low'], main['ci_high'])}."
    return [text, as_sentence(main["note"] or "the ratio cannot be estimated from these data")]


def _without_days(answer: Headline) -> list[str]:
    parts = []
    for rule, days in (("without_30", 30), ("without_60", 60)):
        row = answer.rules[answer.rules["rule"] == rule].iloc[0]
        if row["status"] == OK:
            doubt = _chance(row) if direction(answer.main) else ""
            which = f"without the {days} days before the first dose" if not parts else f"without the {days} days"
            parts.append(f"{_estimate(row)} {which}{doubt}")
    return [f"The same ratio is {', and '.join(parts)}."] if parts else []


def _estimate(row: object) -> str:
    return estimate(row["status"], row["irr"], row["ci_low"], row["ci_high"])


def _chance(row: object) -> str:
    return ": chance not excluded" if direction(row) == 0 else ""
