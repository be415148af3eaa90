"""Tables as people keep them: one row per patient, one row per fact, a sheet per kind of fact, one row per visit."""

from __future__ import annotations

import numpy as np

from ivig_core.cohort.column_type import KINDS
from ivig_core.cohort.columns import BY_NAME
from ivig_core.cohort.formats.grid import Book
from ivig_core.cohort.guessing.draft import Draft
from ivig_core.cohort.guessing.fields import ONLY, fields_of_kind, lab_blocks, need_days, shared_day
from ivig_core.cohort.guessing.header import Head
from ivig_core.cohort.guessing.names import Meaning, meaning, words_of
from ivig_core.cohort.guessing.values import translated
from ivig_core.cohort.guessing.visits import visits
from ivig_core.cohort.guessing.wide import own_variables, wide
from ivig_core.cohort.mapping.mapping import Block, Field


def recognise_tables(book: Book, heads: list[Head]) -> list[Draft]:
    """Drafts of every sheet that has a header."""
    drafts = [Draft(head) for head in heads]
    for draft in drafts:
        guess_table(draft)
    return drafts


def guess_table(draft: Draft) -> None:
    """Blocks of one sheet, by its headers and what stands below them."""
    ours = _own_names(draft)
    named: dict[str, Meaning] = {
        name: found
        for name in draft.head.names
        if name not in draft.head.left and (found := ours.get(name) or meaning(name))
    }
    identity = _identity(draft, named)
    if identity is None:
        draft.ask("", "No column was recognised as the patient's study id.", "Name it in the mapping as patient_id.")
        return
    named = {name: found for name, found in named.items() if found.attribute != "patient_id"}
    fill_down = _fills_down(draft, identity)
    draft.guess(
        identity, "patient_id", _id_reason(fill_down), "likely" if fill_down or identity not in BY_NAME else "exact"
    )
    who = draft.field(identity, "patient_id", fill_down=fill_down)
    event = next((name for name, found in named.items() if found.attribute == "event"), None)
    kinds = _event_kinds(draft, event)
    if event and kinds:
        _long(draft, who, named, event, kinds)
        return
    kind = _sheet_kind(draft, named)
    if kind:
        _one_kind(draft, who, named, kind)
    elif _unique(draft, identity):
        wide(draft, who, named)
    else:
        visits(draft, who, named)


def _own_names(draft: Draft) -> dict[str, Meaning]:
    """Our own column names where the sheet uses them: they mean what they say."""
    found = {}
    for name in draft.head.names:
        column = BY_NAME.get(name.strip().lower())
        if column is None or name in ("patient_id", "record"):
            continue
        if column.records == ("patient",):
            found[name] = Meaning("patient", column.name)
        elif len(column.records) == 1:
            found[name] = Meaning(column.records[0], column.name)
    return found


def _identity(draft: Draft, named: dict[str, Meaning]) -> str | None:
    found = [name for name, what in named.items() if what.attribute == "patient_id"]
    # Of several the one that comes in most rows; the first of equals.
    return max(found, key=lambda name: (name == "patient_id", draft.head.filled(name)), default=None)


def _fills_down(draft: Draft, identity: str) -> bool:
    """Whether the id stands only in the first row of each patient."""
    column = draft.head.column(identity)
    filled = column.filled()[draft.head.data]
    return bool(len(filled) and filled[0] and not filled.all() and filled.mean() < 0.9)


def _id_reason(fill_down: bool) -> str:
    return "by its name; a blank cell is the patient above" if fill_down else "by its name"


def _unique(draft: Draft, identity: str) -> bool:
    """Whether no patient has two rows."""
    column = draft.head.column(identity)
    codes = column.codes[draft.head.data][column.filled()[draft.head.data]]
    return len(codes) == len(np.unique(codes))


def _event_kinds(draft: Draft, event: str | None) -> dict[str, tuple[str, ...]]:
    """The texts of the column of kinds by what they mean; empty where none of them is a kind of fact."""
    if event is None:
        return {}
    found, open_ = translated(BY_NAME["record"], draft.head.texts(event))
    texts = {text: found.get(text, text) for text in draft.head.texts(event) if text not in open_}
    if not texts:
        return {}
    for text in open_:
        draft.ask(
            event, f"“{text[:40]}”: what kind of fact is it?", "Say it in the mapping under when, or leave it out."
        )
    return {
        kind: tuple(text for text, means in texts.items() if means == kind) for kind in KINDS if kind in texts.values()
    }


def _sheet_kind(draft: Draft, named: dict[str, Meaning]) -> str:
    """The one kind of fact of a sheet: its name says it, or all its columns."""
    words = words_of(draft.head.grid.name)
    found, _ = translated(BY_NAME["record"], ["".join(words), *words])
    by_name = set(found.values()) | {word for word in words if word in KINDS}
    if len(by_name) == 1 and len(draft.head.names) > 1:
        (kind,) = by_name
        groups = {what.number for what in named.values()} - {0}
        if len(groups) < 2:
            return kind
    kinds = {what.kind or ONLY.get(what.attribute, "") for what in named.values()} - {""}
    numbers = {what.number for what in named.values()}
    return kinds.pop() if len(kinds) == 1 and "patient" not in kinds and numbers == {0} else ""


def _long(draft: Draft, who: Field, named: dict[str, Meaning], event: str, kinds: dict[str, tuple[str, ...]]) -> None:
    """One row per fact: a block for each kind, of the columns that its rows fill."""
    certain = event == "record" and all(texts == (kind,) for kind, texts in kinds.items())
    draft.guess(event, "record", "the kind of fact of each row", "exact" if certain else "likely")
    for kind, texts in kinds.items():
        fields = {"patient_id": who} | fields_of_kind(draft, named, kind)
        draft.blocks.append(
            Block(kind, fields, {event: texts}, needs=tuple(name for name in fields if name != "patient_id"))
        )
        need_days(draft, kind, fields)
    labs = {
        name: what for name, what in named.items() if what.kind == "lab" and what.attribute == "value" and what.analyte
    }
    if "lab" not in kinds:
        lab_blocks(draft, who, labs, shared_day(draft, named), {event: ("*",)})


def _one_kind(draft: Draft, who: Field, named: dict[str, Meaning], kind: str) -> None:
    """A sheet of one kind of fact."""
    fields = {"patient_id": who} | fields_of_kind(draft, named, kind, alone=True)
    draft.blocks.append(Block(kind, fields, needs=tuple(name for name in fields if name != "patient_id")))
    need_days(draft, kind, fields)
    if kind == "patient":
        own_variables(draft)
