"""One rule per shape: a glimpse of a table in; what it seems to be, why, and the remedy out, or nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal

from ivig_core.cohort.formats.glimpse import Glimpse
from ivig_core.cohort.formats.groups import repeated_groups
from ivig_core.cohort.formats.shape_words import (
    BOX,
    CDISC,
    CHOICE,
    COUNT_WORDS,
    DOSE_WORDS,
    INFECTION_WORDS,
    LAB_WORDS,
    MEDICATION_ACTIONS,
    MEDICATION_NAMES,
    OMOP,
    REDCAP_LABELS,
    REDCAP_NAMES,
    VISIT_WORDS,
    has_dated_text,
    is_number,
    our_name,
    record_of,
)

TEMPLATE = "The template shows the shape (page Data; command line: template -o cohort.csv)."
ROWS = (
    "Write one row per dated fact: one with record = patient for each patient (first and last day at risk in start and "
    "end), one with record = ivig for each dose or course, one with record = infection for each infection."
)
DEEP = f"{ROWS} {TEMPLATE}"

Found = tuple[str, str, str]
"""What it seems to be, why, and the remedy."""
_NAMED = 4
_PATIENT_COLUMN = re.compile(r"(?:patients?|pat|pt|subject|case|id|p|proband|fall)[\W_]*\d+", re.IGNORECASE)


def _list(names: list[str]) -> str:
    shown = ", ".join(names[:_NAMED])
    return f"{shown} …" if len(names) > _NAMED else shown


def redcap_raw(seen: Glimpse) -> Found | None:
    """REDCap's own columns, boxes to tick and `_complete`."""
    boxes = [name for name in seen.header.cells if BOX.fullmatch(name)]
    complete = [name for name in seen.header.cells if name.lower().endswith("_complete")]
    own = [name for name in seen.header.cells if name.lower() in REDCAP_NAMES]
    if not own and not (boxes and (complete or "record_id" in seen.names)) and not (
        complete and "record_id" in seen.names
    ):  # fmt: skip
        return None
    how = "with repeating instruments" if "redcap_repeat_instrument" in seen.names else _each(seen)
    return (
        f"This seems to be a REDCap export with raw codes, {how}",
        f"it has columns such as {_list([*own[:2], *boxes[:1], *complete[:1]])}",
        f"{ROWS} Codes such as 1 and 2 must become words. {TEMPLATE}",
    )


def redcap_labels(seen: Glimpse) -> Found | None:
    """The same export with labels in its header."""
    own = [cell for cell, name in zip(seen.header.cells, seen.names, strict=True) if name in REDCAP_LABELS]
    choices = any(CHOICE in cell.lower() for cell in seen.header.cells)
    if not choices and len(own) < 2:
        return None
    how = "with repeating instruments" if "repeat_instrument" in seen.names else _each(seen)
    reasons = [f"columns such as {_list(own)}"] if own else []
    reasons += ["boxes to tick, “(choice=…)”"] if choices else []
    return f"This seems to be a REDCap export with labels, {how}", f"it has {' and '.join(reasons)}", DEEP


def _each(seen: Glimpse) -> str:
    return "one row per patient" if seen.one_row_each else "several rows per patient"


def adam(seen: Glimpse) -> Found | None:
    """A data set of a trial after CDISC."""
    found = [cell for cell, name in zip(seen.header.cells, seen.names, strict=True) if name in CDISC]
    if len(found) < 2:
        return None
    return "This seems to be a CDISC data set (SDTM or ADaM)", f"it has the columns {_list(found)}", DEEP


def omop(seen: Glimpse) -> Found | None:
    """A table of the OMOP common data model."""
    found = [cell for cell in seen.header.cells if OMOP.fullmatch(cell.lower())]
    if len(found) < 2:
        return None
    return "This seems to be a table of the OMOP common data model", f"it has the columns {_list(found)}", DEEP


def own_names(seen: Glimpse) -> Found | None:
    """Our shape under other names: one row per event, and a column that says which."""
    for at in range(len(seen.names)):
        cells = seen.column(at)
        if at in seen.date_columns or at == seen.id_column or not cells:
            continue
        words = dict.fromkeys(cells)
        kinds = {word: kind for word in words if (kind := record_of(word))}
        known = sum(cell in kinds for cell in cells)
        if len(words) > len(kinds) + 3 or len(set(kinds.values())) < 2 or known < 0.6 * max(len(cells), 1):
            continue
        if len(cells) < 0.6 * len(seen.facts):
            continue
        return (
            "This seems to be one row per event, under other names than those of the template",
            f"the column {seen.header.cells[at]} says which kind of event a row is",
            f"{_renamed(seen, at)} In record write {_list_all(kinds)}. {TEMPLATE}",
        )
    return None


def _renamed(seen: Glimpse, record: int) -> str:
    """Which header is to be called what; each name of ours once."""
    to: dict[str, str] = {"patient_id": seen.header.cells[seen.id_column], "record": seen.header.cells[record]}
    for at, cell in enumerate(seen.header.cells):
        ours = our_name(cell)
        if ours and at not in (record, seen.id_column) and seen.names.count(ours) == 0:
            to.setdefault(ours, cell)
    names = [f"{theirs} to {ours}" for ours, theirs in to.items() if theirs and theirs != ours]
    return f"Rename the columns: {', '.join(names)}."


def _list_all(kinds: dict[str, str]) -> str:
    return (
        ", ".join(f"{kind} for {word}" for word, kind in kinds.items() if word != kind) or "the words of the template"
    )


def medication(seen: Glimpse) -> Found | None:
    """A record of drugs given: one row per act of a nurse."""
    named = [cell for cell, name in zip(seen.header.cells, seen.names, strict=True) if name in MEDICATION_NAMES]
    acts = any(
        cells and sum(cell.lower() in MEDICATION_ACTIONS for cell in cells) >= 0.6 * len(cells)
        for cells in map(seen.column, range(len(seen.names)))
    )
    if len(named) + 2 * acts < 3:
        return None
    reason = f"it has columns such as {_list(named)}" if named else "its rows say what was done with a drug"
    return (
        "This seems to be one row per drug administration (a medication record)",
        reason,
        "Keep what was given, one row per infusion with record = ivig, its day in start, its dose in dose_g (grams); "
        f"add the patients and the infections. {ROWS} {TEMPLATE}",
    )


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
