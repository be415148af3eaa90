"""What the forest of published ratios says: its finding, computed from the ratios shown, and what stands beneath it."""

from __future__ import annotations

from collections.abc import Sequence

from ivig_core.evidence.pooling import Alike
from ivig_core.evidence.statement import GIVEN, IVIG, MODELS, Statement
from ivig_core.figures.words import counted, interval, listed, lower, percent, ratio

NOTHING = "No published ratio fits this choice"
NO_INTERVAL = "No ratio with an interval is printed for this choice"
NAMED = 3
NOT_A_REVIEW = "The studies supplied with this program and further ones found: no systematic review."
"""What every list of these studies has to say of itself."""


def finding(shown: Sequence[Statement]) -> str:
    """On which side of 1 the ratios and their intervals lie. Rows of one study are never counted as evidence each."""
    known = [item for item in shown if item.numbers is not None]
    if not known:
        return NO_INTERVAL if shown else NOTHING
    known = [item for item in known if item.main] or known
    if known[0].question == GIVEN:
        return _given(known)
    side, span = _side(known), _span(known)
    names = _studies(known)
    on = " on IVIG" if known[0].question == IVIG else ""
    if not side:
        return f"Published ratios{on} lie on both sides of 1, {span}; {_including(known)}"
    if len(names) == 1:
        verb = "prints a ratio" if len(known) == 1 else "prints ratios"
        return f"{names[0]} {verb} {side} 1{on}, {span}; {_including(known)}"
    every = "both studies" if len(names) == 2 else f"all {len(names)} studies"
    return f"In {every} that print one, the ratio{on} is {side} 1 ({span}); {_including(known)}"


def detail(shown: Sequence[Statement], beside: int) -> str:
    """How many ratios of how many studies; `beside`: how many have the cohort's own beside them."""
    number = len(_studies(shown))
    studies = f"{number} studies, none randomised" if number > 1 else "1 study, not randomised"
    cohort = "this cohort (green) beside " if beside else ""
    return f"{cohort}{counted(len(shown), 'published ratio')} of {studies}; a study's rows are of the same patients"


def alt(shown: Sequence[Statement], beside: int) -> str:
    """The plot in words; `beside`: ratios that have the cohort's own beside them."""
    text = f"Forest plot of {counted(len(shown), 'published ratio')} with 95 % intervals. {finding(shown)}."
    return f"{text} Beside {beside} of them the loaded cohort's own." if beside else text


def _side(known: Sequence[Statement]) -> str:
    ratios = [item.numbers[0] for item in known if item.numbers]
    return "below" if max(ratios) < 1 else "above" if min(ratios) > 1 else ""


def _span(known: Sequence[Statement]) -> str:
    """The smallest and the largest ratio as printed."""
    order = sorted(known, key=lambda item: item.numbers[0] if item.numbers else 1.0)
    low, high = order[0].texts[0], order[-1].texts[0]
    return low if low == high else f"{low} to {high}"


def _including(known: Sequence[Statement]) -> str:
    """Which studies, or of one study which rows, have an interval that includes 1."""
    within = [item for item in known if not excludes(item)]
    if not within:
        return "its interval excludes 1" if len(known) == 1 else "every interval excludes 1"
    one = len(_studies(known)) == 1
    if one and len(known) == 1:
        return "its interval includes 1"
    names = [lower(item.label) for item in within] if one else _studies(within)
    if len(names) > NAMED:
        return f"{len(within)} of {len(known)} intervals include 1"
    return f"an interval includes 1 {'for' if one else 'in'} {listed(names)}"


def excludes(item: Statement) -> bool:
    """Whether the printed interval leaves out 1; one that ends there does not."""
    return item.numbers is not None and (item.numbers[2] < 1 or item.numbers[1] > 1)


def _given(known: Sequence[Statement]) -> str:
    """What went with sooner and with later IVIG: the ratios furthest from 1 whose interval excludes it.

    Of one model alone, each variable by itself where that is shown: the largest of several models would be chosen.
    """
    model = min((item.model for item in known), key=lambda name: name != MODELS["cox_univariable"])
    known = [item for item in known if item.model == model]
    apart = [item for item in known if excludes(item) and item.numbers]
    above = sorted((item for item in apart if item.numbers and item.numbers[0] > 1), key=_distance)
    below = sorted((item for item in apart if item.numbers and item.numbers[0] < 1), key=_distance)
    parts = [
        f"{word} with {listed(_named(items))}"
        for word, items in (("sooner", above), ("later", below)) if items
    ]  # fmt: skip
    return f"IVIG came {'; '.join(parts)}" if parts else "No interval excludes 1: nothing went clearly with sooner IVIG"


def _distance(item: Statement) -> float:
    ratio = item.numbers[0] if item.numbers else 1.0
    return -max(ratio, 1 / ratio)


def _named(items: Sequence[Statement]) -> list[str]:
    """Label and ratio of the first two variables, and how many more there are."""
    first: dict[str, Statement] = {}
    for item in items:
        first.setdefault(item.label, item)
    shown = [f"{lower(label)} ({item.texts[0]})" for label, item in list(first.items())[:2]]
    return [*shown, f"{len(first) - 2} more"] if len(first) > 2 else shown


def _studies(items: Sequence[Statement]) -> list[str]:
    return list(dict.fromkeys(item.source.name for item in items))


def summary_sentence(item: Alike) -> str:
    """What several studies of one quantity give together, with where a further study would lie."""
    found = item.together
    if found is None:
        return ""
    names = listed([study.source.name for study in item.studies])
    ends = f"{ratio(found.predicted_low)} to {ratio(found.predicted_high)}"
    return (
        f"Summary of {found.studies} studies, {item.endpoint}: {item.ratio_kind} {ratio(found.ratio)} "
        f"{interval(found.ci_low, found.ci_high)}; a further study would lie at {ends} (95 % prediction interval). "
        f"{item.compared[:1].upper()}{item.compared[1:]}, in {names}; random effects, spread between studies τ² = "
        f"{found.tau2:.2f}, I² = {percent(found.i2)}."
    )
