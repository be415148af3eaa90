"""Tables as people keep them: one row per patient, one row per fact, a sheet per kind of fact, one row per visit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ivig_core.cohort.checks.identify import is_number_of_patient
from ivig_core.cohort.column_type import KINDS
from ivig_core.cohort.columns import BY_NAME, RESERVED
from ivig_core.cohort.formats.grid import Book
from ivig_core.cohort.guessing.courses import routes_of_texts
from ivig_core.cohort.guessing.draft import Draft, quoted
from ivig_core.cohort.guessing.fields import ONLY, fields_of_kind, need_days, shared_day
from ivig_core.cohort.guessing.header import Head
from ivig_core.cohort.guessing.hopeless import counts_only, facts_as_text
from ivig_core.cohort.guessing.labs import lab_blocks
from ivig_core.cohort.guessing.medication import medication
from ivig_core.cohort.guessing.names import Meaning, meaning, words_of
from ivig_core.cohort.guessing.values import translated
from ivig_core.cohort.guessing.visits import visits
from ivig_core.cohort.guessing.wide import wide
from ivig_core.cohort.mapping.mapping import Block, Field, Sure

_DEATHS = frozenset({
    "tod", "tot", "death", "died", "dead", "deceased", "exitus", "verstorben", "gestorben", "deces", "decede",
    "muerte", "fallecido", "fallecimiento", "morte", "deceduto", "overleden", "overlijden",
})  # fmt: skip
_MOST_KINDS = 12
_FEWEST_KNOWN = 3
_FIRST_AND_LAST = (("patient", "start"), ("patient", "end"))


def recognise_tables(book: Book, heads: list[Head]) -> list[Draft]:
    """Drafts of every sheet that has a header."""
    drafts = [Draft(head) for head in heads]
    for draft in drafts:
        guess_table(draft)
    _patients_are_there(drafts)
    _without_legends(drafts)
    return drafts


def _patients_are_there(drafts: list[Draft]) -> None:
    """Where one sheet has the first and last day of each patient, nothing of it is asked of the others, and what they
    tell of a patient belongs to the same patient."""
    days = {"start", "end"}
    blocks = [(draft, block) for draft in drafts for block in draft.blocks if block.record == "patient"]
    whole = [draft for draft, block in blocks if days <= block.fields.keys() and not _is_unsure(draft)]
    if len(whole) != 1 or len(blocks) < 2:
        return
    for draft in drafts:
        others = draft is not whole[0] and any(block.record == "patient" for block in draft.blocks)
        if others:
            draft.questions = [item for item in draft.questions if (item.record, item.target) not in _FIRST_AND_LAST]
            draft.guesses = [item for item in draft.guesses if item.means != "patient: start" or item.sure != "unsure"]
        draft.blocks = [_piece(block, others) if block.record == "patient" else block for block in draft.blocks]


def _is_unsure(draft: Draft) -> bool:
    """Whether the first day at risk was guessed in a way that a person has to confirm."""
    return any(item.means == "patient: start" and item.sure == "unsure" for item in draft.guesses)


def _piece(block: Block, other: bool) -> Block:
    """A block of patients as one of several that tell of them; the days at risk are told by one alone."""
    fields = {name: item for name, item in block.fields.items() if not other or name not in ("start", "end")}
    return replace(block, fields=fields, once=True)


def _without_legends(drafts: list[Draft]) -> None:
    """A sheet without ids, of which hardly a column is known, is a legend or a note: nothing is asked of it where
    another sheet has patients. The account says that it is not used."""
    if not any(draft.blocks for draft in drafts):
        return
    for draft in drafts:
        if not draft.blocks and not draft.hopeless and len(_named(draft)) < _FEWEST_KNOWN:
            draft.questions.clear()


def guess_table(draft: Draft) -> None:
    """Blocks of one sheet, by its headers and what stands below them."""
    named = _named(draft)
    identity = _identity(draft, named)
    named = {name: found for name, found in named.items() if found.attribute != "patient_id"}
    if counts_only(draft, named):
        return
    if identity is None:
        draft.ask("", "No column was recognised as the patient's study id.", "Name it in the mapping as patient_id.",
                  "patient", "patient_id")  # fmt: skip
        return
    who = _who(draft, identity)
    if medication(draft, who, named):
        return
    for name in facts_as_text(draft, named):
        del named[name]
        draft.told = True
    event = _event(draft, named)
    kinds = _event_kinds(draft, event)
    if event and kinds:
        _long(draft, who, named, event, kinds)
        return
    kind = _sheet_kind(draft, named)
    if kind and kind != "patient":
        _one_kind(draft, who, named, kind)
    elif kind or (not who.fill_down and _unique(draft, identity)):
        draft.shape = "one row per patient"
        wide(draft, who, named)
    else:
        visits(draft, who, named)


def _named(draft: Draft) -> dict[str, Meaning]:
    """What the header of each column means, where it means anything. Of columns that name people only the id is."""
    ours = _own_names(draft)
    named = {}
    for name in draft.head.names:
        found = ours.get(name) or meaning(name)
        if name in draft.head.replaced:
            if is_number_of_patient(name):
                named[name] = Meaning("patient", "patient_id")
        elif found is not None and name not in draft.head.left:
            named[name] = found
    return named


def _who(draft: Draft, identity: str) -> Field:
    """The patient of each row: by a study id, or by new ids that are put in place of an identifier."""
    if identity in draft.head.replaced:
        draft.guess(identity, "patient_id", "it names people: replaced by new study ids P0001, P0002, … in file order")
        return replace(draft.field(identity, "patient_id", fill_down=_fills_down(draft, identity)), new_ids=True)
    fill_down = _fills_down(draft, identity)
    if fill_down:
        draft.guess(identity, "patient_id", "by its name; a blank cell is the patient above", "unsure")
    else:
        draft.guess(identity, "patient_id", "by its name", "exact" if identity in BY_NAME else "likely")
    return draft.field(identity, "patient_id", fill_down=fill_down)


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

    def rank(name: str) -> tuple[bool, bool, bool, int]:
        """Of several a study id, one that differs between rows, then the one that comes in most rows."""
        several = len(draft.head.texts(name)) > 1
        return name not in draft.head.replaced, name == "patient_id", several, draft.head.filled(name)

    return max(found, key=rank, default=None)


def _fills_down(draft: Draft, identity: str) -> bool:
    """Whether the id stands only in the first row of each patient."""
    column = draft.head.column(identity)
    filled = column.filled()[draft.head.data]
    return bool(len(filled) and filled[0] and not filled.all() and filled.mean() < 0.9)


def _unique(draft: Draft, identity: str) -> bool:
    """Whether no patient has two rows."""
    column = draft.head.column(identity)
    codes = column.codes[draft.head.data][column.filled()[draft.head.data]]
    return len(codes) == len(np.unique(codes))


def _event(draft: Draft, named: dict[str, Meaning]) -> str | None:
    """The column that says what kind of fact each row is: by its name, else one that says several kinds and no more."""
    by_name = next((name for name, found in named.items() if found.attribute == "event"), None)
    if by_name is not None:
        return by_name
    for name in draft.head.names:
        texts = draft.head.texts(name)
        if name in draft.used or not 2 <= len(texts) <= _MOST_KINDS:
            continue
        found, open_ = translated(BY_NAME["record"], texts)
        if not open_ and len({found.get(text, text) for text in texts}) >= 2:
            return name
    return None


def _event_kinds(draft: Draft, event: str | None) -> dict[str, tuple[str, ...]]:
    """The texts of the column of kinds by what they mean; empty where none of them is a kind of fact."""
    if event is None:
        return {}
    found, open_ = translated(BY_NAME["record"], draft.head.texts(event))
    texts = {text: found.get(text, text) for text in draft.head.texts(event) if text not in open_}
    if not texts:
        return {}
    for text in open_:
        if "".join(words_of(text)) in _DEATHS:
            continue
        draft.ask(
            event, f"“{text[:40]}”: what kind of fact is it?", "Say it in the mapping under when, or leave it out.",
            "", "record", (text,),
        )  # fmt: skip
    return {
        kind: tuple(text for text, means in texts.items() if means == kind) for kind in KINDS if kind in texts.values()
    }


def _sheet_kind(draft: Draft, named: dict[str, Meaning]) -> str:
    """The one kind of fact of a sheet: its name says it, or all its columns."""
    words = words_of(draft.head.grid.name)
    found, _ = translated(BY_NAME["record"], ["".join(words), *words])
    by_name = set(found.values()) | {word for word in words if word in KINDS}
    kinds = {what.kind or ONLY.get(what.attribute, "") for what in named.values()} - {""}
    numbers = {what.number for what in named.values()} - {0}
    if len(by_name) == 1 and len(draft.head.names) > 1 and not kinds - by_name - {"patient", "lab"}:
        (kind,) = by_name
        return kind if len(numbers) < 2 else ""
    return kinds.pop() if len(kinds) == 1 and "patient" not in kinds and not numbers else ""


def _long(draft: Draft, who: Field, named: dict[str, Meaning], event: str, kinds: dict[str, tuple[str, ...]]) -> None:
    """One row per fact: a block for each kind, of the columns that its rows fill."""
    draft.shape = "one row per fact"
    certain = event == "record" and all(texts == (kind,) for kind, texts in kinds.items())
    draft.guess(event, "record", "the kind of fact of each row", "exact" if certain else "likely")
    lines = {kind: draft.head.lines_with(event, texts) for kind, texts in kinds.items()}
    for kind, texts in kinds.items():
        fields = {"patient_id": who} | fields_of_kind(draft, named, kind, lines=lines[kind])
        if kind == "ivig":
            routes_of_texts(draft, fields, event, texts)
        if kind == "patient":
            # Without rows of laboratory values a column of them is one, whatever row it stands on.
            labs = frozenset() if "lab" in kinds else frozenset(name for name, what in named.items() if what.analyte)
            fields |= _own_of_long(draft, lines[kind], labs, "exact" if certain else "likely")
        if kind == "lab" and "value" not in fields:
            continue
        draft.blocks.append(
            Block(
                kind,
                fields,
                {event: texts},
                needs=tuple(name for name, item in fields.items() if name != "patient_id" and item.column != event),
            )
        )
        need_days(draft, kind, fields)
    _deaths(draft, who, named, event)
    if not any(block.record == "lab" for block in draft.blocks):
        lab_blocks(draft, who, named, shared_day(draft, named), {})


def _deaths(draft: Draft, who: Field, named: dict[str, Meaning], event: str) -> None:
    """Rows that tell a death: their day is the patient's day of death."""
    texts = tuple(text for text in draft.head.texts(event) if "".join(words_of(text)) in _DEATHS)
    day = shared_day(draft, named)
    if not texts or day is None or any("died_on" in block.fields for block in draft.blocks):
        return
    item = draft.field(day, "died_on", record="patient", lines=draft.head.lines_with(event, texts))
    draft.blocks = [replace(block, once=True) if block.record == "patient" else block for block in draft.blocks]
    draft.blocks.append(Block("patient", {"patient_id": who, "died_on": item}, {event: texts}, ("died_on",), once=True))
    draft.guess(event, "patient: died_on", f"the day of rows where it says {quoted(texts)}")


def _own_of_long(draft: Draft, lines: np.ndarray, labs: frozenset[str], sure: Sure) -> dict[str, Field]:
    """Columns that mean nothing of ours and are filled on rows of patients alone: variables of the user's own."""
    own = {}
    for name in draft.head.names:
        filled = draft.head.column(name).filled()
        here = int(filled[lines].sum())
        plain = not name.startswith("column ") and name not in BY_NAME and name not in RESERVED
        if name not in draft.used | labs and plain and here and here == int(filled[draft.head.data].sum()):
            own[name] = Field(column=name)
            draft.guess(name, "a variable of your own", "its name means nothing that the file format has", sure)
    return own


def _one_kind(draft: Draft, who: Field, named: dict[str, Meaning], kind: str) -> None:
    """A sheet of one kind of fact."""
    if kind == "lab" and any(what.analyte for what in named.values()):
        lab_blocks(draft, who, named, shared_day(draft, named), {})
        return
    when: dict[str, tuple[str, ...]] = {}
    lines = None
    analyte = next((name for name, what in named.items() if what.attribute == "analyte"), None)
    if kind == "lab" and analyte:
        # Other tests than ours stand in the same column: they are left out by name.
        _, open_ = translated(BY_NAME["analyte"], draft.head.texts(analyte))
        when[analyte] = tuple(text for text in draft.head.texts(analyte) if text not in open_)
        lines = draft.head.lines_with(analyte, when[analyte])
    fields = {"patient_id": who} | fields_of_kind(draft, named, kind, alone=True, lines=lines)
    draft.blocks.append(Block(kind, fields, when, needs=tuple(name for name in fields if name != "patient_id")))
    need_days(draft, kind, fields)
