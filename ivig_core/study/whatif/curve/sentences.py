"""What has to be said of a specification curve: which choices are no choices here, and how its rows lie to 1."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NamedTuple

import numpy as np

from ivig_core.numbers import count
from ivig_core.spec import AnalysisSpec
from ivig_core.spec.words import WORDS, text_of, value_words
from ivig_core.study.overview.headline import HAS_BOUND, NO_REFERENCE
from ivig_core.study.trust.rows.adjusted import SHORT
from ivig_core.study.whatif.curve.choices import VARIED, Before
from ivig_core.study.whatif.curve.curve import Curve

GROUPS = ("window_days", "before", "dose_day", "episode_gap_days", "min_grade", "adjust_for")
"""The choices, as they are shown: the two settings about the time before the first dose are one of them."""
WITH_IGG = "The settings in force adjust for IgG, a mediator: no row is theirs."


class Shares(NamedTuple):
    """Of `rows` with an estimate: `below` those whose ratio is below 1, `clear` those whose interval is, `above` those
    whose interval is above 1."""

    rows: int
    below: int
    clear: int
    above: int


def known(made: Curve) -> np.ndarray:
    """Which rows have an estimate; 0 and ∞ are estimates where they have their bound (bool)."""
    table = made.table
    bounded = table[["ci_low", "ci_high"]].notna().any(axis=1)
    return (table["status"].isin(HAS_BOUND) & bounded).to_numpy(bool)


def ratios(made: Curve) -> np.ndarray:
    """The ratio of every row: ∞ without an infection off IVIG, NaN without an estimate."""
    irr = np.where(made.table["status"] == NO_REFERENCE, np.inf, made.table["irr"].to_numpy(float))
    return np.where(known(made), irr, np.nan)


def shares(made: Curve, rows: np.ndarray | None = None) -> Shares:
    """How the rows (all, or those of a mask) lie to 1. They share patients: this describes, and tests nothing."""
    mine = known(made) if rows is None else known(made) & rows
    table = made.table[mine]
    below = ratios(made)[mine] < 1
    clear, above = (table["ci_high"] < 1).to_numpy(bool), (table["ci_low"] > 1).to_numpy(bool)
    return Shares(len(table), int(below.sum()), int(clear.sum()), int(above.sum()))


def before_words(value: Before) -> str:
    """What is done about the time before the first dose."""
    days, from_first = value
    if from_first:
        return "from the first dose on"
    return f"{days} days before the first dose apart" if days else "all days count"


def choice_words(name: str, value: object) -> str:
    """One value of a choice of `GROUPS` in a few words."""
    if name == "window_days":
        return f"{value} days"
    if name == "before" and isinstance(value, tuple):
        return before_words(value)
    if name == "episode_gap_days":
        return f"within {value} days" if value else "none joined"
    return SHORT.get(str(value), str(value)) if name == "adjust_for" else value_words(name, value)


def left_out(made: Curve, spec: AnalysisSpec) -> list[str]:
    """Which combinations are not rows, and why."""
    return list(_left_out(made, spec))


def _left_out(made: Curve, spec: AnalysisSpec) -> Iterator[str]:
    if made.unused:
        named = ", ".join(SHORT[name] for name in made.unused)
        yield f"Not adjusted for {named}: no patient with an infection has days at two levels of it in this cohort"
    values = {name: _gone(made, name) for name in VARIED[:-1]}
    gone = [
        f"{WORDS[name].label}: {', '.join(text_of(name, value) for value in of)}" for name, of in values.items() if of
    ]
    if gone:
        yield f"Choices that change nothing in this cohort are left out ({'; '.join(gone)})"
    same = made.candidates - len(made.table)
    if same:
        yield (
            f"Of {count(made.candidates)} combinations {count(same)} have the same days and infections as another one "
            "and are counted once"
        )
    if "igg" in spec.model.adjust_for:
        yield WITH_IGG


def _gone(made: Curve, name: str) -> Collection[object]:
    """Values of a choice that no row has."""
    if not hasattr(made.choices, name):
        return ()
    there = set(made.table[name].tolist())
    return [value for value in getattr(made.choices, name) if value not in there]
