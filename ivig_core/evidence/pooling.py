"""Which published ratios are of one quantity, and what they give together; or why there is no summary."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from ivig_core.estimate.evidence.random_effects import FEWEST, RandomEffects, error_of, random_effects
from ivig_core.evidence.statement import Statement

OVERLAPS = {
    (
        "lancman2021",
        "lancman2026",
    ): "Lancman 2021 is of patients of 2010–2017, Lancman 2026 of 2015–2019, with the same "
    "first author: the sources do not say whether some are in both.",
}
"""Studies of which it is not known that nobody is in both."""
NONE_OF_ANY = "None of the ratios shown has a printed interval: there is nothing to summarise."


@dataclass(frozen=True)
class Alike:
    """Ratios of one quantity: same kind of ratio, endpoint and comparison, each of other patients.

    `together` is their summary; None for fewer than three studies.
    """

    endpoint: str
    ratio_kind: str
    compared: str
    studies: tuple[Statement, ...]
    together: RandomEffects | None


def alike(shown: Iterable[Statement]) -> tuple[Alike, ...]:
    """The ratios shown by what they are of, the quantities with the most studies first.

    A study counts once for each quantity, by its first result: other models of it use the same patients. A ratio
    without an interval has no weight and is left out.
    """
    sets: dict[tuple[str, str, str], dict[str, Statement]] = {}
    for item in shown:
        if item.main and item.numbers is not None:
            quantity = (item.endpoint, item.ratio_kind, item.compared)
            sets.setdefault(quantity, {}).setdefault(item.result.study_id, item)
    found = [Alike(*quantity, tuple(of.values()), _together(tuple(of.values()))) for quantity, of in sets.items()]
    return tuple(sorted(found, key=lambda item: -len(item.studies)))


def why_none(sets: Iterable[Alike]) -> str:
    """Why there is no summary, computed from what is shown; empty where there is one."""
    known = list(sets)
    if not known:
        return NONE_OF_ANY
    if any(item.together for item in known):
        return ""
    most = known[0]
    if len({study.result.study_id for item in known for study in item.studies}) == 1:
        return f"No summary is drawn: all ratios shown are of {most.studies[0].source.name}."
    if len(most.studies) == 1:
        return (
            f"No summary is drawn: it would need {FEWEST} studies that compare the same thing in different patients, "
            "and no two of those shown do."
        )
    names = " and ".join(item.source.name for item in most.studies)
    return (
        f"No summary is drawn: it would need {FEWEST} studies that compare the same thing in different patients. At "
        f"most {len(most.studies)} do: {most.endpoint}, {most.compared} ({names})."
    )


def differ(sets: Iterable[Alike]) -> tuple[str, ...]:
    """For every endpoint that several studies print a ratio of: what each compares, where that is not the same."""
    known = list(sets)
    texts = []
    for endpoint in dict.fromkeys(item.endpoint for item in known):
        mine = [item for item in known if item.endpoint == endpoint]
        names = {study.source.name for item in mine for study in item.studies}
        if len(mine) > 1 and len(names) > 1:
            parts = [f"{item.compared} ({', '.join(study.source.name for study in item.studies)})" for item in mine]
            texts.append(f"{endpoint[:1].upper()}{endpoint[1:]} is not one quantity: {'; '.join(parts)}.")
    return tuple(texts)


def overlaps(shown: Iterable[Statement]) -> tuple[str, ...]:
    """What is not known of patients who could be in two of the studies shown."""
    studies = {item.result.study_id for item in shown}
    return tuple(text for pair, text in OVERLAPS.items() if studies.issuperset(pair))


def _together(studies: tuple[Statement, ...]) -> RandomEffects | None:
    if len(studies) < FEWEST:
        return None
    numbers = [item.numbers for item in studies if item.numbers is not None]
    return random_effects(
        [math.log(ratio) for ratio, _, _ in numbers], [error_of(low, high) for _, low, high in numbers]
    )  # fmt: skip
