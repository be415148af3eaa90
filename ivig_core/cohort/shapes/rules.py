"""One rule per shape: a glimpse of a table in; what it seems to be, why, and the remedy out, or nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal

from ivig_core.cohort.shapes.advice import DEEP, Found
from ivig_core.cohort.shapes.glimpse import Glimpse
from ivig_core.cohort.shapes.groups import repeated_groups
from ivig_core.cohort.shapes.systems import adam, medication, omop, own_names, redcap_labels, redcap_raw
from ivig_core.cohort.shapes.words import (
    COUNT_WORDS,
    DOSE_WORDS,
    INFECTION_WORDS,
    LAB_WORDS,
    VISIT_WORDS,
    has_dated_text,
    is_number,
)

_PATIENT_COLUMN = re.compile(r"(?:patients?|pat|pt|subject|case|id|p|proband|fall)[\W_]*\d+", re.IGNORECASE)


def counts(seen: Glimpse) -> Found | None:
    """No day anywhere: numbers per patient."""
    if seen.dated or not seen.one_row_each or any(map(has_dated_text, _cells(seen))):
        return None
    filled = _cells(seen)
    if sum(map(is_number, filled)) < 0.5 * len(filled) or not _has(seen, COUNT_WORDS):
        return None
    return (
        "This table has no dates, only counts per patient, and cannot be used",
        "it says how many infections and how much time, but not on which days",
        "What is compared are the days on and off IVIG, so that each infection and each dose needs its day (a date or "
        f"a study day). {DEEP}",
    )


def wide(seen: Glimpse) -> Found | None:
    """One row per patient, with columns for a first, second, third … fact."""
    if not seen.one_row_each:
        return None
    groups = [group for group in repeated_groups(seen) if group.days or len(group.columns) > 2]
    if not groups or all(_PATIENT_COLUMN.fullmatch(seen.header.cells[at]) for at in groups[0].columns):
        return None
    ends = [seen.header.cells[group.columns[0]] for group in groups], seen.header.cells[groups[0].columns[-1]]
    names = f"{ends[0][0]} … {ends[1]}" if ends[0][0] != ends[1] else f"{ends[1]}, several times"
    return (
        "This seems to be a table with one row per patient (wide)",
        f"it has repeated groups of columns such as {names}",
        f"Bring each dose and each infection into a row of its own. {DEEP}",
    )


def free_text(seen: Glimpse) -> Found | None:
    """Events written as text into one cell."""
    if not seen.one_row_each:
        return None
    for at, name in enumerate(seen.header.cells):
        cells = seen.column(at)
        if cells and sum(map(has_dated_text, cells)) >= 0.5 * len(cells):
            return (
                "Free text holds the events, so that they cannot be read as they are",
                f"cells of the column {name} hold dates among words",
                "Split the text: each dose or course and each infection needs a row of its own with its date in start, "
                f"for instance P01,infection,2022-04-02 with grade 3. {DEEP}",
            )
    return None


def transposed(seen: Glimpse) -> Found | None:
    """One column per patient."""
    rest = [cell for at, cell in enumerate(seen.header.cells) if at and cell]
    if len(rest) < 2 or not all(_PATIENT_COLUMN.fullmatch(cell) for cell in rest):
        return None
    return (
        "This seems to be a table with one column per patient",
        "all headers but the first are numbered patients",
        f"Turn rows and columns round first. {DEEP}",
    )


def visits(seen: Glimpse) -> Found | None:
    """One row per visit, with whatever was seen or done on it."""
    if seen.one_row_each or not seen.dated:
        return None
    if not any(set(name.split("_")) & VISIT_WORDS for name in seen.names):
        return None
    once = (
        " Fill the id down into every row of its patient; it stands only in the first." if seen.ids_stand_once else ""
    )
    return (
        "This seems to be a table with one row per visit",
        "patients have several rows, each with the day of a visit",
        f"Write what happened on a visit as rows of their own: a dose, an infection, a laboratory value.{once} {DEEP}",
    )


def one_kind(seen: Glimpse) -> Found | None:
    """A list of one kind of fact alone: infections, infusions, laboratory values; or rows of several kinds mixed."""
    if seen.one_row_each or not seen.dated:
        return None
    kinds = {
        "infection": _has(seen, INFECTION_WORDS),
        "dose": _has(seen, DOSE_WORDS),
        "laboratory value": _has(seen, LAB_WORDS),
    }
    found = [kind for kind, there in kinds.items() if there]
    if len(found) == 1:
        return (
            f"This seems to be a list with one row per {found[0]}",
            "patients have several rows, and no column says which kind of fact a row is",
            f"Put all lists into one table, with a column record that says which kind of fact a row is. {DEEP}",
        )
    return (
        "This table has several rows per patient, but none of its columns says which kind of fact a row is",
        "there is no column with words such as ivig and infection",
        f"Add a column record, and write each dose and each infection into a row of its own. {DEEP}",
    )


def one_row_each(seen: Glimpse) -> Found | None:
    """One row per patient without repeated groups: a list of patients, or a table with few facts."""
    if not seen.one_row_each or not seen.dated or len(seen.facts) < 2:
        return None
    return (
        "This seems to be a table with one row per patient (wide)",
        "no id comes twice, and no column says which kind of fact a row is",
        f"Bring each dose and each infection into a row of its own. {DEEP}",
    )


def _cells(seen: Glimpse) -> list[str]:
    return [cell for row in seen.facts for at, cell in enumerate(row.cells) if cell and at != seen.id_column]


def _has(seen: Glimpse, words: tuple[str, ...]) -> bool:
    return any(word in name for name in seen.names for word in words)


RuleKind = Literal[
    "redcap_raw", "redcap_labels", "adam", "omop", "own_names", "medication", "counts", "transposed", "wide",
    "free_text", "visits", "one_kind", "one_row_each",
]  # fmt: skip
# In order: what has signs of its own first, what is told by the rows alone last.
RULES: tuple[tuple[RuleKind, Callable[[Glimpse], Found | None]], ...] = (
    ("redcap_raw", redcap_raw),
    ("redcap_labels", redcap_labels),
    ("adam", adam),
    ("omop", omop),
    ("own_names", own_names),
    ("medication", medication),
    ("counts", counts),
    ("transposed", transposed),
    ("wide", wide),
    ("free_text", free_text),
    ("visits", visits),
    ("one_kind", one_kind),
    ("one_row_each", one_row_each),
)
