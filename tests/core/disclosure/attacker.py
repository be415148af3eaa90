"""What somebody can read out of what was shared, and what can be worked out from it."""

from __future__ import annotations

import dataclasses
import json
import math
import re
from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from ivig_core.disclosure import Rule
from ivig_core.numbers import Withheld, is_number
from tests.core.make import Patient, cohort

COUNTS = re.compile(
    r"(patients\w*|infections\w*|informative_patients|events|deaths|censored|at_risk|count|excluded|other_o\w+|n)"
)
WORDS = re.compile(
    r"(?<![\d.,–])(?<!≤ )(\d[\d,]*) (?:of (?:the )?(?:up to )?[\d,]+ )?"
    r"(patients?|infections?|events?|deaths?|died|censored|at risk|left out|doses?|with an?)\b"
)
HARMLESS = ("7 or fewer patients or infections", "for 43 other patients", "fewer than 5 infections")
"""The rule itself, the printed number of another study, and what all reports say of few infections."""


def everything(value: object, path: str = "") -> Iterator[tuple[str, object]]:
    """Every cell and every text of something, with where it stands."""
    parts = list(_inside(value))
    if not parts:
        yield path, value
    for name, part in parts:
        if part is not _NOTHING:
            yield from everything(part, f"{path}.{name}" if name else path)


_NOTHING = object()


def _inside(value: object) -> Iterator[tuple[str, object]]:
    """What something is made of; nothing for a number or a text, and a mark for what is empty."""
    if isinstance(value, go.Figure):
        yield "", json.loads(value.to_json())
    elif isinstance(value, pd.DataFrame | pd.Series):
        frame = value.to_frame().T if isinstance(value, pd.Series) else value
        yield from ((str(name), cell) for name in frame.columns for cell in frame[name].tolist())
        yield "", _NOTHING
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        yield from ((item.name, getattr(value, item.name)) for item in dataclasses.fields(value))
    elif isinstance(value, dict):
        yield from value.items()
        yield "", _NOTHING
    elif isinstance(value, list | tuple):
        yield from (("", item) for item in value)
        yield "", _NOTHING


def small_counts(value: object, rule: Rule, but: Sequence[str] = ()) -> list[tuple[str, object]]:
    """Cells of columns of counts that hold a number which the rule would not tell, but those of some fields."""
    return [
        (path, cell)
        for path, cell in everything(value)
        if COUNTS.fullmatch(path.rsplit(".", 1)[-1])
        and not any(name in path for name in but)
        and is_number(cell)
        and (cell <= rule.threshold or cell % rule.rounding)
    ]


def small_words(text: str, rule: Rule) -> list[str]:
    """Counts of patients or events in a sentence that the rule would not tell."""
    text = re.sub(r"\\u([0-9a-f]{4})", lambda match: chr(int(match.group(1), 16)), text)
    for harmless in HARMLESS:
        text = text.replace(harmless, "")
    found = [(match.group(0), int(match.group(1).replace(",", ""))) for match in WORDS.finditer(text)]
    return [said for said, count in found if count <= rule.threshold or count % rule.rounding]


def possible(shown: object, rule: Rule) -> tuple[float, float]:
    """Lowest and highest count that a cell can stand for."""
    if isinstance(shown, Withheld) and str(shown) == rule.words:
        return 0, rule.threshold
    return rule.possible(int(shown)) if is_number(shown) else (0, math.inf)


def left_possible(rule: Rule, whole: object, parts: Sequence[object], part: int) -> float:
    """How many values of one part are left when all parts and their sum are known as they are shared.

    A whole or part that is None is not in what was shared.
    """
    low, high = possible(whole, rule)
    others = [possible(shown, rule) for at, shown in enumerate(parts) if at != part]
    own_low, own_high = possible(parts[part], rule)
    least = max(own_low, low - sum(end for _, end in others))
    most = min(own_high, high - sum(end for end, _ in others))
    return most - least + 1


def drawn_cohort(seed: int, patients: int):
    """Patients with few doses, infections and deaths, so that small counts are everywhere."""
    rng = np.random.default_rng(seed)
    return cohort(*(_patient(rng) for _ in range(patients)), name="Kohorte Würzburg")


def _patient(rng: np.random.Generator) -> Patient:
    days = int(rng.integers(60, 900))
    first = int(rng.integers(0, days))
    return Patient(
        days=days,
        doses=list(range(first, days, 28)) if rng.random() < 0.6 else [],
        infections=sorted(
            (int(day), int(rng.choice([1, 2, 3, 4], p=[0.4, 0.3, 0.2, 0.1])))
            for day in rng.integers(0, days, rng.poisson(days / 150))
        ),
        died=float(days - 1) if rng.random() < 0.2 else math.nan,
        igg=[(0, float(rng.choice([150, 300, 500, 900])))],
        baseline={
            "sex": str(rng.choice(["female", "male"])),
            "iss": (None, "I", "II", "III")[rng.choice(4, p=[0.1, 0.6, 0.2, 0.1])],
            "age": float(rng.integers(40, 85)),
        },
    )
