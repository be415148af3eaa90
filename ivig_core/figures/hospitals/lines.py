"""Lines of the forest of hospitals: one a hospital, then all of them together and their mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from unicodedata import east_asian_width

import pandas as pd

from ivig_core.export import rows_of
from ivig_core.figures.forest_parts.rows import Row
from ivig_core.figures.words import (
    NO_ESTIMATE,
    OK,
    count,
    counted,
    escape,
    estimate,
    is_number,
    lower,
    p_phrase,
    percent,
    ratio,
    shorten_apart,
)
from ivig_core.hospitals.pool import FIXED, LIKELIHOOD, RANDOM, SITE

LABEL_CHARS, NARROW_CHARS = 25, 13
"""Characters of a label, and of one whose letters are wide."""
TOGETHER, MEAN, BY_LIKELIHOOD = "All together", "Mean of hospitals", "Mean by likelihood"
TOO_FEW, NO_ALONE = "too few to share, perhaps none", "no ratio of its own"
REASONS = {**NO_ESTIMATE, "no_contrast": TOO_FEW, "too_few_hospitals": "needs 3 hospitals with a ratio"}


@dataclass(frozen=True)
class Line(Row):
    """A row of a forest plot with the hospital's part of the information (`weight`, in words) and, for the mean, the
    prediction interval (`predicted`)."""

    weight: str = ""
    predicted: tuple[float, float] | None = None


def of_ratio(table: pd.DataFrame, adjust_for: str, term: str) -> pd.DataFrame:
    """The rows of a table of `hospitals.pool.Pooled` that are about one ratio of one model."""
    return table[(table["adjust_for"] == adjust_for) & (table["term"] == term)]


def without_estimate(irr: pd.DataFrame) -> list[str]:
    """Hospitals that add to one ratio and have no estimate with a standard error, as without infection on one side."""
    return [
        str(record["model"]).removeprefix(SITE)
        for record in rows_of(irr)
        if record["model"].startswith(SITE) and is_number(record["informative_patients"]) and record["status"] != OK
    ]


def lines(irr: pd.DataFrame, differ: Mapping[str, Any], single: bool = True) -> list[Line]:
    """The hospitals in the order of their files, then all together and their mean; that by likelihood too where a
    hospital is in it alone.

    `irr`: the rows of one ratio of `Pooled.irr`; `differ`: its row of `Pooled.heterogeneity`; `single`: whether single
    hospitals are shown.
    """
    records = rows_of(irr)
    hospitals = [record for record in records if record["model"].startswith(SITE)] if single else []
    names = [record["model"].removeprefix(SITE) for record in hospitals]
    labels = _labels(names)
    found = [_hospital(*of) for of in zip(hospitals, names, labels, strict=True)]
    overall = [(TOGETHER, FIXED), (MEAN, RANDOM)]
    if without_estimate(irr):
        overall.append((BY_LIKELIHOOD, LIKELIHOOD))
    for name, model in overall:
        found.append(_overall(next(record for record in records if record["model"] == model), name, differ))
    return found


def _labels(names: list[str]) -> list[str]:
    """Names that fit their column: of wide letters, as in Japanese or in capitals, there is room for half as many."""
    short, shorter = shorten_apart(names, LABEL_CHARS), shorten_apart(names, NARROW_CHARS)
    return [label if _width(label) <= LABEL_CHARS else other for label, other in zip(short, shorter, strict=True)]


def _width(text: str) -> float:
    """About how many small letters wide a text is."""
    return sum(2.0 if east_asian_width(letter) in "WF" else 1.4 if letter.isupper() else 1.0 for letter in text) - 2


def _hospital(record: Mapping[str, Any], name: str, shown: str) -> Line:
    text = _text(record)
    told = is_number(record["informative_patients"])
    reason = "" if text else REASONS.get(record["status"], NO_ALONE)
    return Line(
        kind="level",
        label=escape(shown),
        patients=escape(count(record["patients"])),
        infections=escape(count(record["infections"])),
        ratio=escape(text),
        irr=_number(record["irr"]),
        low=_number(record["ci_low"]),
        high=_number(record["ci_high"]),
        drawn=bool(text),
        reason=escape(reason),
        hover=_hover(record, name, text),
        weight=percent(record["weight"]) if told and is_number(record["weight"]) else "",
    )


def _overall(record: Mapping[str, Any], name: str, differ: Mapping[str, Any]) -> Line:
    text = _text(record)
    ends = (differ["predicted_low"], differ["predicted_high"])
    mean = record["model"] == RANDOM
    known = mean and bool(text) and all(map(is_number, ends))
    hover = _hover(record, name, text)
    if known:
        hover += f"<br>a further hospital: {ratio(ends[0])} to {ratio(ends[1])} (95 % prediction interval)"
    return Line(
        kind="overall",
        label=escape(name),
        ratio=escape(text),
        irr=_number(record["irr"]),
        low=_number(record["ci_low"]),
        high=_number(record["ci_high"]),
        drawn=bool(text),
        reason="" if text else escape(REASONS.get(record["status"], NO_ALONE)),
        hover=hover,
        predicted=(float(ends[0]), float(ends[1])) if known else None,
    )


def _text(record: Mapping[str, Any]) -> str:
    return estimate(record["status"], record["irr"], record["ci_low"], record["ci_high"])


def _number(value: object) -> float | None:
    return float(value) if is_number(value) else None


def note_of(record: Mapping[str, Any]) -> str:
    """The note of a row with what a row is called here."""
    return str(record["note"]).replace(LIKELIHOOD, lower(BY_LIKELIHOOD))


def _hover(record: Mapping[str, Any], name: str, text: str) -> str:
    parts = [f"<b>{escape(name)}</b>"]
    if is_number(record["patients"]) or record["model"].startswith(SITE):
        parts.append(f"{escape(count(record['patients']))} patients, {escape(count(record['infections']))} infections")
    if is_number(record["informative_patients"]):
        both = counted(record["informative_patients"], "patient")
        parts.append(f"{escape(both)} with an infection and days both on and off IVIG")
    if text:
        tested = f", {p_phrase(record['p_value'])}" if is_number(record["p_value"]) else ""
        parts.append(f"rate ratio {escape(text)}{escape(tested)}")
    if record["note"]:
        parts.append(escape(note_of(record)))
    return "<br>".join(parts)
