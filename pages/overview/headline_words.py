"""The headline in words."""

from __future__ import annotations

import pandas as pd

from ivig_core.figures.words import estimate, interval, p_phrase, ratio
from ivig_core.study.overview.headline import HAS_BOUND, OK, Headline, direction
from pages.shell.say import as_sentence

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
    """The ratio with its interval, the same without the days before the first dose, and how far the rules move it."""
    main = answer.main
    if main["status"] != OK:
        return [*_without_ratio(answer), *_range(answer)]
    text = (
        f"Rate ratio {_estimate(main)}, each patient compared with himself; {p_phrase(main['p_value'])}{_chance(main)}."
    )
    return [text, *_without_days(answer), *_range(answer)]


def remark(answer: Headline) -> str:
    """How the interval was made, where that is not the ordinary way."""
    has_bound = answer.main["status"] in HAS_BOUND and answer.main["note"]
    return f"Interval of the ratio: {answer.main['note']}." if has_bound else ""


def _range(answer: Headline) -> list[str]:
    """How far the ratio moves with the rule about the first dose."""
    if answer.main["status"] not in HAS_BOUND:
        return []
    if answer.span is None:
        return ["Infections may be why IVIG was started; there are too few data to show how that moves the ratio."]
    low, high = answer.span
    return [
        f"Four ways to treat the time before the first dose give {ratio(low)} to {ratio(high)}: "
        "infections are often why IVIG is started."
    ]


def _without_ratio(answer: Headline) -> list[str]:
    main = answer.main
    if answer.missing:
        return [MISSING[answer.missing]]
    text = f"{main['infections_on']} infections on and {main['infections_off']} off IVIG in treated patients."
    if main["status"] in HAS_BOUND:
        return [f"{text} 95 % interval of the rate ratio {interval(main['ci_low'], main['ci_high'])}."]
    return [text, as_sentence(main["note"] or "the ratio cannot be estimated from these data")]


def _without_days(answer: Headline) -> list[str]:
    """The ratio under the rules that leave out 30 and 60 days, or none; not the rule that is set."""
    parts: list[str] = []
    for rule, days in (("crude", 0), ("without_30", 30), ("without_60", 60)):
        row = answer.rules[answer.rules["rule"] == rule].iloc[0]
        if row["status"] == OK and not _same(row, answer.main):
            doubt = _chance(row) if direction(answer.main) else ""
            named = any("before the first dose" in part for part in parts)
            which = f"without {days} days" if named else f"without the {days} days before the first dose"
            parts.append(f"{which if days else 'counting all days'} {_estimate(row)}{doubt}")
    return [as_sentence("; ".join(parts))] if parts else []


def _same(row: pd.Series, main: pd.Series) -> bool:
    return all(row[name] == main[name] for name in ("irr", "ci_low", "ci_high"))


def _estimate(row: pd.Series) -> str:
    return estimate(row["status"], row["irr"], row["ci_low"], row["ci_high"])


def _chance(row: pd.Series) -> str:
    return ", chance not excluded" if direction(row) == 0 else ""
