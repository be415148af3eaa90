"""Rules for tables that a system has written, or that have our rows under other names: told by words of their own."""

from __future__ import annotations

from ivig_core.cohort.shapes.advice import DEEP, ROWS, TEMPLATE, Found, few
from ivig_core.cohort.shapes.glimpse import Glimpse
from ivig_core.cohort.shapes.words import (
    BOX,
    CDISC,
    CHOICE,
    MEDICATION_ACTIONS,
    MEDICATION_NAMES,
    OMOP,
    REDCAP_LABELS,
    REDCAP_NAMES,
    our_name,
    record_of,
)


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
        f"it has columns such as {few([*own[:2], *boxes[:1], *complete[:1]])}",
        f"{ROWS} Codes such as 1 and 2 must become words. {TEMPLATE}",
    )


def redcap_labels(seen: Glimpse) -> Found | None:
    """The same export with labels in its header."""
    own = [cell for cell, name in zip(seen.header.cells, seen.names, strict=True) if name in REDCAP_LABELS]
    choices = any(CHOICE in cell.lower() for cell in seen.header.cells)
    if not choices and len(own) < 2:
        return None
    how = "with repeating instruments" if "repeat_instrument" in seen.names else _each(seen)
    reasons = [f"columns such as {few(own)}"] if own else []
    reasons += ["boxes to tick, “(choice=…)”"] if choices else []
    return f"This seems to be a REDCap export with labels, {how}", f"it has {' and '.join(reasons)}", DEEP


def _each(seen: Glimpse) -> str:
    return "one row per patient" if seen.one_row_each else "several rows per patient"


def adam(seen: Glimpse) -> Found | None:
    """A data set of a trial after CDISC."""
    found = [cell for cell, name in zip(seen.header.cells, seen.names, strict=True) if name in CDISC]
    if len(found) < 2:
        return None
    return "This seems to be a CDISC data set (SDTM or ADaM)", f"it has the columns {few(found)}", DEEP


def omop(seen: Glimpse) -> Found | None:
    """A table of the OMOP common data model."""
    found = [cell for cell in seen.header.cells if OMOP.fullmatch(cell.lower())]
    if len(found) < 2:
        return None
    return "This seems to be a table of the OMOP common data model", f"it has the columns {few(found)}", DEEP


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
    reason = f"it has columns such as {few(named)}" if named else "its rows say what was done with a drug"
    return (
        "This seems to be one row per drug administration (a medication record)",
        reason,
        "Keep what was given, one row per infusion with record = ivig, its day in start, its dose in dose_g (grams); "
        f"add the patients and the infections. {ROWS} {TEMPLATE}",
    )
