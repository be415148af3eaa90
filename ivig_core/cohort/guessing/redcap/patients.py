"""The rows of an export that belong to no repeating instrument: patients, visits as events, numbered groups."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ivig_core.cohort.columns import BY_NAME, RESERVED
from ivig_core.cohort.guessing.draft import Draft
from ivig_core.cohort.guessing.fields import need_days, take
from ivig_core.cohort.guessing.names import Meaning, meaning, words_of
from ivig_core.cohort.guessing.redcap.facts import Rows, ask_of_gate, day_of_rows, is_gate, needing, row_facts, row_labs
from ivig_core.cohort.guessing.redcap.layout import Layout, asked
from ivig_core.cohort.guessing.wide import group_columns, patient_block
from ivig_core.cohort.mapping.mapping import Block, Field

_LONGEST = 60
_LATER = {"yn", "ever", "any", "vital", "alive", "dead", "died", "death", "deceased", "outcome", "withdrawal",
          "withdrawn", "discontinued", "discontinuation", "relapse", "relapsed", "response"}  # fmt: skip
# Of these two different texts of a patient cannot both be right, and which counts only a person can say.
_ONE_ONLY = {"start", "end", "died_on", "death_cause", "last_contact", "progressed_on", "sex"}


def patients_and_groups(draft: Draft, layout: Layout, who: Field, named: dict[str, Meaning], rows: Rows) -> None:
    """Blocks of the rows without an instrument."""
    many = _many(draft, layout, rows.lines)
    _patients(draft, layout, who, named, rows, many=many)
    day = day_of_rows(draft, named) if many else None
    others = {name: what for name, what in named.items() if what.kind != "patient" and name != day}
    groups = group_columns(draft, others)
    kinds = {kind for kind, number in groups if number}
    # What has no number comes last: a column of yes and no before numbered groups is held against them.
    for (kind, number), members in sorted(groups.items(), key=lambda item: not item[0][1]):
        if number:
            _group(draft, who, kind, members, rows)
        elif many or any(what.attribute in ("day", "start") or (not what.attribute and draft.is_dated(name))
                         for name, what in members.items()):  # fmt: skip
            row_facts(draft, who, kind, members, rows, day)
        elif kind in kinds:
            _gates_of_groups(draft, kind, members, rows.lines)
    row_labs(draft, who, {name: what for name, what in named.items() if what.kind == "lab" or name == day}, rows, day)


def _many(draft: Draft, layout: Layout, lines: np.ndarray) -> bool:
    """Whether some patient has several of these rows."""
    codes = draft.head.column(layout.record).codes[lines]
    return len(np.unique(codes)) < len(codes)


def _patients(
    draft: Draft, layout: Layout, who: Field, named: dict[str, Meaning], rows: Rows, *, many: bool
) -> None:  # fmt: skip
    """The block of patients: of one row each, or gathered from several events."""
    before = len(draft.questions)
    patient_block(draft, who, named, once=True)
    block = draft.blocks.pop()
    if len(block.fields) == 1:
        # Another sheet may have the patients: that none has is asked of the whole file.
        del draft.questions[before:]
        return
    block = replace(needing(block), when=rows.when, once=many and _in_several_rows(draft, layout, block, rows.lines))
    draft.blocks.append(block)
    need_days(draft, "patient", dict(block.fields))
    if block.once:
        for target, item in block.fields.items():
            _ask_of_many(draft, layout, target, item, rows.lines)


def _in_several_rows(draft: Draft, layout: Layout, block: Block, lines: np.ndarray) -> bool:
    """Whether what is known of one patient stands in more than one row."""
    some = np.zeros(len(lines), bool)
    for name in block.sources:
        if name not in block.when and name != layout.record:
            some |= draft.head.column(name).filled()[lines]
    return _many(draft, layout, lines[some])


def _ask_of_many(draft: Draft, layout: Layout, target: str, item: Field, lines: np.ndarray) -> None:
    """Ask where one patient has two different texts of something that can only be one."""
    if item.column is None or target not in _ONE_ONLY:
        return
    column = draft.head.column(item.column)
    here = lines[column.filled()[lines]]
    pairs = np.unique(np.stack([draft.head.column(layout.record).codes[here], column.codes[here]]), axis=1)
    if len(pairs[0]) > len(np.unique(pairs[0])):
        draft.ask(
            item.column,
            f"Some patients have different texts in several events: which one is {target}?",
            "Leave one in the file, or say in the mapping under when which event counts.",
            "patient", target,
        )  # fmt: skip


def add_own(draft: Draft, layout: Layout, lines: np.ndarray) -> None:
    """Add to the block of patients, once everything else is recognised, the variables of the user's own: columns that
    mean nothing of ours and are filled with the patient's other data only. Free text, days and boxes are none."""
    at = next((at for at, block in enumerate(draft.blocks) if block.record == "patient"), None)
    first = draft.blocks[at].fields.get("start") if at is not None else None
    if at is None or first is None or first.column is None:
        return
    baseline = lines[draft.head.column(first.column).filled()[lines]]
    away = layout.apart | layout.further_boxes | layout.boxes.keys() | draft.used
    found = {}
    for name in draft.head.names:
        filled = draft.head.column(name).filled()
        texts = draft.head.texts(name)
        plain = bool(texts) and max(map(len, texts)) <= _LONGEST and not any("\n" in text for text in texts)
        here = plain and int(filled[baseline].sum()) == int(filled[draft.head.data].sum())
        if name in away or not here or name in BY_NAME or name in RESERVED or name.startswith("column "):
            continue
        if draft.is_dated(name) or _tells_of_later(name):
            continue
        found[name] = Field(column=name, values=draft.labels.get(name, {}))
        draft.guess(name, "a variable of your own", "its name means nothing that the file format has")
    draft.blocks[at] = replace(draft.blocks[at], fields=dict(draft.blocks[at].fields) | found)


def _tells_of_later(name: str) -> bool:
    """Whether a column says that something happened at some time (`ivig_yn`, `vital_status`), or speaks of facts: known
    only later, so no baseline."""
    what = meaning(asked(name))
    return bool(_LATER & set(words_of(name))) or (what is not None and what.kind in ("ivig", "infection", "phase"))


def _group(draft: Draft, who: Field, kind: str, members: dict[str, Meaning], rows: Rows) -> None:
    """A numbered group of columns: one fact of each row that fills it."""
    gates = [name for name, what in members.items() if is_gate(draft, name, what, kind)]
    fields: dict[str, Field] = {"patient_id": who}
    questions, guessed, used = len(draft.questions), len(draft.guesses), set(draft.used)
    for name, what in members.items():
        if name not in gates:
            take(draft, fields, name, replace(what, kind=kind), kind, "by its name and the group it stands in",
                 rows.lines)  # fmt: skip
    if "start" not in fields:
        # No day, no fact: what was asked of its columns has no meaning.
        del draft.questions[questions:]
        del draft.guesses[guessed:]
        draft.used = used
        return
    draft.blocks.append(
        Block(kind, fields, dict(rows.when), needs=tuple(name for name in fields if name != "patient_id"))
    )
    if kind == "infection":
        need_days(draft, kind, fields)
    for name in gates:
        draft.guess(name, kind, "it says no more than the day beside it")
        ask_of_gate(draft, name, kind, fields, rows.lines)


def _gates_of_groups(draft: Draft, kind: str, members: dict[str, Meaning], lines: np.ndarray) -> None:
    """`ivig_yn` before ivig1_start, ivig2_start, …: it tells no more than the groups, or something is missing."""
    days = [block.fields["start"].column for block in draft.blocks if block.record == kind and "start" in block.fields]
    dated = np.zeros(len(lines), bool)
    for day in days:
        if day is not None:
            dated |= draft.head.column(day).filled()[lines]
    for name, what in members.items():
        if not is_gate(draft, name, what, kind):
            continue
        column = draft.head.column(name)
        yes = np.array([draft.says_yes(name, text) for text in column.stripped], bool)[column.codes[lines]]
        no = column.filled()[lines] & ~yes
        draft.guess(name, kind, f"it says no more than the days of {kind} in its columns")
        for wrong, said in ((yes & ~dated, "yes, but there is no day"), (no & dated, "no, but there is a day")):
            if wrong.any():
                patients = [draft.head.grid.rows[at] for at in lines[wrong][:4]]
                draft.ask(name, f"{int(wrong.sum()):,} patients: it says {said} of {kind} (row "
                          f"{', '.join(map(str, patients))}).",
                          "Correct it in the file, or leave this column out.", kind, "start")  # fmt: skip
