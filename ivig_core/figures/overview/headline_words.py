"""The headline in words."""

from __future__ import annotations

import math

import pandas as pd

from ivig_core.estimate.bias_reduced_fit import UNREDUCED
from ivig_core.figures.trust.words import intervals_words, limit_words, span_words
from ivig_core.figures.words import count, counted, estimate
from ivig_core.numbers import as_sentence
from ivig_core.study.overview.headline import HAS_BOUND, NO_REFERENCE, OK, Headline, direction
from ivig_core.study.rates.intervals_in_force import BECAUSE, EPISODE_DAYS
from ivig_core.study.trust.checks.infections_after import TOTAL

FEWER, NONE, MORE = "Fewer infections on IVIG", "No clear difference on and off IVIG", "More infections on IVIG"
DIRECTIONS = {-1: FEWER, 0: NONE, 1: MORE}
NOT_EVERY, SOME = ", but not under every rule", " under some rules only"
OPPOSITE = "Fewer or more infections on IVIG, depending on the rule"
NO_RATIO = {
    "infections": "No infection to compare",
    "on": "Nobody is on IVIG in this analysis",
    "off": "No day off IVIG to compare with",
}
ONE_SIDE = {
    "no_events_exposed": ("No infection on IVIG", "infections_on", " in patients with days off it"),
    "no_events_reference": ("No infection off IVIG", "infections_off", " in patients with days on it"),
}
"""Title, the infections that it denies, and in whom alone where others have some."""
NO_RATE_RATIO = "No rate ratio under these settings"
MISSING = {
    "infections": "No infection counts under these settings, so there is no rate ratio.",
    "on": "No patient has a day on IVIG under these settings, so there is nothing to compare.",
    "off": "Every day of the treated patients is on IVIG, so there is no day off IVIG to compare with.",
}
REASON = "Infections are often why IVIG is started."
TOO_FEW = "Infections may be why IVIG was started; there are too few data to show how that moves the ratio."
CHANCE = "chance not excluded"
GATHERED = "Infections lie closer together here than chance puts them, so intervals are robust to that."
NOT_ALLOWED = "Infections lie closer together here than chance puts them, which the interval cannot allow for."
NUMBERS = {2: "two", 3: "three", 4: "four"}
ORDER = (("crude", "without_60"), ("without_30", "from_first_dose"))
"""The rules of the second and of the third line: the ordinary ratio and the one that moves most come first."""


def answer_title(answer: Headline) -> str:
    """The finding; a direction only where an interval excludes 1, and never without the doubt of the other rules."""
    status = answer.main["status"]
    if status in ONE_SIDE and not answer.missing:
        title, side, others = ONE_SIDE[status]
        return f"{title}{others if answer.main[side] else ''}"
    if status != OK:
        return NO_RATIO.get(answer.missing, NO_RATE_RATIO)
    if {-1, 1} <= answer.directions:
        return OPPOSITE
    here = direction(answer.main)
    if answer.agree:
        return DIRECTIONS[here]
    return f"{DIRECTIONS[here]}{NOT_EVERY}" if here else f"{DIRECTIONS[sum(answer.directions)]}{SOME}"


def answer_lines(answer: Headline) -> list[str]:
    """The range of the four ratios with all of their intervals; then each of them; why there is a range at all."""
    if answer.missing:
        return [MISSING[answer.missing]]
    main = answer.main
    if main["status"] not in HAS_BOUND:
        reason = as_sentence(main["note"] or "the ratio cannot be estimated from these data")
        others = [_first_line(answer, "other "), *_each(answer)] if len(answer.known) else []
        return [f"{_counts(main)}.", reason, *others]
    first = _first_line(answer)
    if main["status"] != OK:
        first = f"{_counts(main)}; {first[0].lower()}{first[1:]}"
    return [first, *_each(answer), *filter(None, [gathered(answer)])]


def gathered(answer: Headline) -> str:
    """That infections bring infections, what that does to the interval and to what the ratio is of; else empty."""
    if not answer.robust or answer.main["status"] not in HAS_BOUND:
        return ""
    # Shared rows have no notes.
    allowed = answer.main["note"] in (BECAUSE, "")
    joined = _estimate(answer.joined) if answer.joined is not None else ""
    beside = f"; with infections within {EPISODE_DAYS} days joined it is {joined}" if joined else ""
    return f"{GATHERED if allowed else NOT_ALLOWED} {TOTAL}{beside}."


def remark(answer: Headline) -> str:
    """How the interval was made, where that is not the ordinary way and not said beside the answer; what the ratio is
    without bias reduction, where that is 0 or ∞."""
    note = answer.main["note"]
    if answer.main["status"] not in HAS_BOUND or note in ("", BECAUSE):
        return ""
    return as_sentence(note) if note.startswith(UNREDUCED) else f"Interval of the ratio: {note}."


def range_words(answer: Headline) -> str:
    """`0.57 to 0.68 (intervals 0.40–1.00)`: the rules with an estimate, their lowest and highest limit; or empty."""
    if answer.span is None or answer.envelope is None:
        return ""
    return f"{span_words(answer.span)} {intervals_words(*answer.envelope)}"


def _first_line(answer: Headline, other: str = "") -> str:
    """The range where there are two ratios; one ratio with what it is of; no p, which would be of one rule alone."""
    bounded = len(answer.known) > 0 or bool(answer.main[["ci_low", "ci_high"]].notna().any())
    chance = f"; {CHANCE}" if bounded and answer.directions == {0} else ""
    if spread := range_words(answer):
        rules = f"{NUMBERS[len(answer.known)]} {other}rules about the first dose"
        return f"Rate ratio {spread}, within patients, under {rules}{chance}."
    if len(answer.known):
        row = answer.known.iloc[0]
        return f"Rate ratio {_estimate(row)}, within patients, under one rule only ({row['label']}){chance}."
    return f"Rate ratio {_estimate(answer.main)}, within patients{chance}."


def _each(answer: Headline) -> list[str]:
    """The ratio of every rule with an estimate, before them that of the settings where these are none of the rules."""
    if answer.span is None:
        return [TOO_FEW]
    known = {str(row["rule"]): row for _, row in answer.known.iterrows()}
    apart = answer.main["status"] in HAS_BOUND and not any(_same(row, answer.main) for row in known.values())
    first = [f"as set {_marked(answer.main, answer)}"] if apart else []
    lines = [[f"{_label(row, known)} {_marked(row, answer)}" for row in _rows(known, rules)] for rules in ORDER]
    said = [as_sentence("; ".join(line)) for line in ([*first, *lines[0]], lines[1]) if line]
    return [*said[:-1], f"{said[-1]} {REASON}"]


def _rows(known: dict[str, pd.Series], rules: tuple[str, ...]) -> list[pd.Series]:
    return [known[rule] for rule in rules if rule in known]


def _label(row: pd.Series, known: dict[str, pd.Series]) -> str:
    """What a rule is called; the shorter of the two numbers of days is said after the longer one."""
    return "without 30 days" if row["rule"] == "without_30" and "without_60" in known else str(row["label"])


def _counts(main: pd.Series) -> str:
    on, off = counted(main["infections_on"], "infection"), count(main["infections_off"])
    return f"{on} on and {off} off IVIG in treated patients"


def _marked(row: pd.Series, answer: Headline) -> str:
    """A ratio with its interval, and that chance is not excluded where the settings in force say otherwise."""
    doubt = f", {CHANCE}" if direction(answer.main) and not direction(row) else ""
    return f"{_estimate(row)}{doubt}"


def _same(row: pd.Series, main: pd.Series) -> bool:
    return all(_equal(row[name], main[name]) for name in ("irr", "ci_low", "ci_high"))


def _equal(one: float | None, other: float | None) -> bool:
    return bool(one == other or (pd.isna(one) and pd.isna(other)))


def _estimate(row: pd.Series) -> str:
    text = estimate(row["status"], row["irr"], row["ci_low"], row["ci_high"])
    return text or (limit_words(math.inf) if row["status"] == NO_REFERENCE else "")
