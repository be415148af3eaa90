"""A REDCap export → blocks: one for each repeating instrument, and of the other rows patients, visits and groups."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from ivig_core.cohort.columns import BY_NAME
from ivig_core.cohort.formats.grid import Book
from ivig_core.cohort.guessing.draft import Draft, quoted
from ivig_core.cohort.guessing.fields import ONLY, need_days
from ivig_core.cohort.guessing.header import Head
from ivig_core.cohort.guessing.names import Meaning, words_of
from ivig_core.cohort.guessing.redcap.columns import identity, meanings, say_labels
from ivig_core.cohort.guessing.redcap.dictionary import Entry, dictionary_of
from ivig_core.cohort.guessing.redcap.facts import Rows, day_of_rows, row_facts, row_labs, told_by_texts
from ivig_core.cohort.guessing.redcap.layout import Layout, filled, layout_of
from ivig_core.cohort.guessing.redcap.patients import add_own, patients_and_groups
from ivig_core.cohort.guessing.tables import guess_table
from ivig_core.cohort.guessing.values import translated
from ivig_core.cohort.guessing.wide import group_columns
from ivig_core.cohort.mapping.mapping import Block, Field

_FACTS = ("ivig", "infection", "phase", "therapy", "lab")
# Forms about something else than what their other words say: “IVIG reactions” has no doses.
_OTHER_FORMS = {"adverse", "reaction", "reactions", "ae", "aes", "sae", "side", "toxicity", "screening", "history",
                "consent", "withdrawal", "eligibility", "query", "deviation"}  # fmt: skip


@dataclass(frozen=True)
class _Export:
    """One exported sheet while blocks are made of it."""

    draft: Draft
    layout: Layout
    who: Field
    named: dict[str, Meaning]

    def named_in(self, lines: np.ndarray) -> dict[str, Meaning]:
        """What is known of the columns that have something in some lines."""
        return {name: what for name, what in self.named.items() if filled(self.draft, self.layout, name, lines).any()}


def recognise_redcap(book: Book, heads: list[Head]) -> list[Draft] | None:
    """Drafts of every sheet of a file of which REDCap exported one at least; a data dictionary beside them settles
    codes."""
    layouts = [layout_of(head) for head in heads]
    if not any(layouts):
        return None
    dictionary = dictionary_of(book)
    drafts = []
    for head, layout in zip(heads, layouts, strict=True):
        draft = Draft(head)
        if layout is None:
            guess_table(draft)
        else:
            _export(draft, layout, dictionary)
        drafts.append(draft)
    _ask_of_infections(drafts, layouts)
    return drafts


def _ask_of_infections(drafts: list[Draft], layouts: list[Layout | None]) -> None:
    """Ask where a file with repeating instruments has none of infections: every patient would have none."""
    for draft, layout in zip(drafts, layouts, strict=True):
        if layout is None or not layout.instrument:
            continue
        if not any(block.record == "infection" for one in drafts for block in one.blocks):
            draft.ask(layout.instrument, "No instrument and no column was recognised as infections.",
                      "Say in the mapping which rows are infections; without any, every patient has none.",
                      "infection")  # fmt: skip
        return


def _export(draft: Draft, layout: Layout, dictionary: dict[str, Entry]) -> None:
    draft.shape = "REDCap export"
    draft.boxes = layout.boxes
    by_dictionary = say_labels(draft, dictionary)
    who = identity(draft, layout, dictionary)
    if who is None:
        draft.ask(layout.record, "The first column of the export is left out: it is the patient's study id.",
                  "Keep it, or name another column in the mapping as patient_id.")  # fmt: skip
        return
    export = _Export(draft, layout, who, meanings(draft, layout, dictionary))
    data = draft.head.data
    when: dict[str, tuple[str, ...]] = {}
    instruments: list[str] = []
    if layout.instrument:
        when = {layout.instrument: ("",)}
        data = data[~draft.head.column(layout.instrument).filled()[data]]
        instruments = draft.head.texts(layout.instrument)
    named = export.named_in(data)
    empty = {name: what for name, what in export.named.items()
               if what.kind == "patient" and len(data) and not draft.head.filled(name)}  # fmt: skip
    patients_and_groups(draft, layout, who, named | empty, Rows(data, when))
    for instrument in instruments:
        _instrument(export, instrument)
    for instrument in instruments:
        _ask_what(export, instrument)
    add_own(draft, layout, data)
    for name, said in by_dictionary.items():
        if name in draft.used:
            draft.guess(name, "by the data dictionary", said)


def instrument_as(book: Book, head: Head, blocks: Iterable[Block], instrument: str, kind: str) -> Draft:
    """A draft of nothing but the facts of one repeating instrument, because a person said of which kind its rows are.

    `blocks` are those that the sheet has already. `LookupError` where the sheet is no export with instruments.
    """
    layout = layout_of(head)
    if layout is None or layout.instrument is None:
        raise LookupError(head.grid.name)
    draft = Draft(head, boxes=layout.boxes, blocks=list(blocks))
    dictionary = dictionary_of(book)
    say_labels(draft, dictionary)
    who = identity(draft, layout, dictionary) or Field()
    draft.guesses.clear()
    before = len(draft.blocks)
    _instrument(_Export(draft, layout, who, meanings(draft, layout, dictionary)), instrument, kind)
    draft.blocks = draft.blocks[before:]
    if not any(block.record == kind for block in draft.blocks):
        # Nothing of it was recognised: what the kind cannot be without is asked, and chosen by hand.
        fields = {"patient_id": who}
        draft.blocks.append(Block(kind, fields, {layout.instrument: (instrument,)}))
        need_days(draft, kind, fields)
    return draft


def _instrument(export: _Export, instrument: str, said: str = "") -> None:
    """The facts of one repeating instrument; of the kind `said`, else of that which its name says."""
    draft, column = export.draft, export.layout.instrument or ""
    lines = draft.head.lines_with(column, (instrument,))
    rows = Rows(lines, {column: (instrument,)})
    found = export.named_in(lines)
    named = {name: what for name, what in found.items() if what.kind != "patient" or what.attribute in ("start", "end")}
    kind = said or _kind_of(instrument)
    data = (name for name in draft.head.names if name not in export.layout.apart and name not in draft.head.left)
    filled_here = [name for name in data if draft.head.column(name).filled()[lines].any()]
    named = told_by_texts(draft, kind, named, filled_here)
    before = len(draft.blocks)
    if kind == "lab" and any(what.attribute == "analyte" for what in named.values()):
        row_facts(draft, export.who, kind, named, rows)
    elif kind and kind != "lab":
        row_facts(draft, export.who, kind, named, rows)
        day = draft.blocks[-1].fields.get("start") if len(draft.blocks) > before else None
        labs = {name: what for name, what in named.items() if what.kind == "lab"}
        row_labs(draft, export.who, labs, rows, day.column if day else None)
    elif not _OTHER_FORMS & set(words_of(instrument)):
        _visits(export, named, rows)
    made = {block.record: None for block in draft.blocks[before:]}
    if made:
        certain = instrument.casefold() == kind and all(name in draft.certain for name in named)
        draft.guess(column, f"{', '.join(made)}: rows where it says {quoted((instrument,))}",
                    "the repeating instrument", "exact" if certain else "likely")  # fmt: skip


def _visits(export: _Export, named: dict[str, Meaning], rows: Rows) -> None:
    """An instrument whose name says no kind of fact: each kind that its columns speak of, on the day of the row."""
    draft = export.draft
    day = day_of_rows(draft, named)
    others = {name: what for name, what in named.items() if name != day and what.kind != "patient"}
    for (kind, _), members in group_columns(draft, others).items():
        if any(what.kind == kind for what in members.values()):
            row_facts(draft, export.who, kind, members, rows, day)
    row_labs(draft, export.who, {name: what for name, what in named.items() if what.kind == "lab" or name == day},
             rows, day)  # fmt: skip


def _kind_of(instrument: str) -> str:
    """The kind of fact that the name of an instrument says; empty where it says none, or two."""
    words = words_of(instrument)
    if _OTHER_FORMS & set(words):
        return ""
    means, _ = translated(BY_NAME["record"], ["".join(words), " ".join(words), *words])
    said = {ours for ours in means.values() if ours in _FACTS} | {word for word in words if word in _FACTS}
    return said.pop() if len(said) == 1 else ""


def _ask_what(export: _Export, instrument: str) -> None:
    """Ask about an instrument whose columns could be those of a fact of which no other instrument was recognised."""
    draft, column = export.draft, export.layout.instrument or ""
    named = export.named_in(draft.head.lines_with(column, (instrument,)))
    if any(instrument in block.when.get(column, ()) for block in draft.blocks):
        return
    like = {ONLY[what.attribute] for what in named.values() if not what.kind and what.attribute in ONLY}
    like -= {block.record for block in draft.blocks}
    dated = any(what.attribute in ("day", "start") for what in named.values())
    if like and dated:
        draft.ask(
            column,
            f"{quoted((instrument,))}: are these rows {' or '.join(sorted(like))} facts, or something else?",
            f"Say it in the mapping as a block with when {column}; or leave them out with a mapping that has none.",
            "", "record", (instrument,), export.layout.record,
        )  # fmt: skip
