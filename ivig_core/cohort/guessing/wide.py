"""Tables with one row per patient and repeated groups of columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ivig_core.cohort.columns import BY_NAME, RESERVED
from ivig_core.cohort.guessing.courses import course_in_words, route_in_words
from ivig_core.cohort.guessing.draft import Draft
from ivig_core.cohort.guessing.fields import ONLY, need_days, take
from ivig_core.cohort.guessing.labs import lab_blocks
from ivig_core.cohort.guessing.names import Meaning
from ivig_core.cohort.mapping.mapping import Block, Field

_FREE_TEXT = 60
_OF_FACTS = ("grade", "pathogen", "organism", "hospitalized", "dose", "interval", "end")
_LAST_DAYS = ("died_on", "last_contact", "progressed_on")

Group = tuple[str, int]
"""A kind of fact and the number of the group; 0 where the headers have none."""


def wide(draft: Draft, who: Field, named: dict[str, Meaning]) -> None:
    """One row per patient with repeated groups."""
    patient_block(draft, who, named)
    for (kind, _), members in group_columns(draft, named).items():
        fields: dict[str, Field] = {"patient_id": who}
        asked = len(draft.questions)
        for name, what in members.items():
            take(draft, fields, name, replace(what, kind=kind), kind, "by its name and the group it stands in")
        if "start" not in fields:
            # No day, no fact: what was asked of its columns has no meaning.
            del draft.questions[asked:]
            _without_day(draft, kind, members)
            draft.guesses = [guess for guess in draft.guesses if guess.column not in members]
            draft.used -= members.keys()
            continue
        if kind == "ivig":
            course_in_words(draft, fields, draft.head.data)
            route_in_words(draft, fields, members)
        needs = tuple(name for name, item in fields.items() if name != "patient_id" and item.constant is None)
        draft.blocks.append(Block(kind, fields, needs=needs))
        if kind == "infection" and any(draft.head.filled(name) for name in members):
            need_days(draft, kind, fields)
    lab_blocks(draft, who, named, None, {})
    own_variables(draft)


def _without_day(draft: Draft, kind: str, members: dict[str, Meaning]) -> None:
    """Columns that tell of a dose or an infection on no day: named, not dropped in silence."""
    told = [name for name, what in members.items() if what.attribute in _OF_FACTS and draft.head.filled(name)]
    if told and kind in ("ivig", "infection"):
        draft.ask(told[0], f"{', '.join(told[:3])}: no column says on which day this {kind} was.",
                  f"Name the column of its day in the mapping as start of {kind}, or leave the columns out.",
                  kind, "start")  # fmt: skip


def patient_block(draft: Draft, who: Field, named: dict[str, Meaning], *, once: bool = False) -> None:
    """The block of the patients, with the years since the diagnosis where its date is there."""
    fields: dict[str, Field] = {"patient_id": who}
    start = next((name for name, what in named.items() if what == Meaning("patient", "start", 0, what.unit)), None)
    flags: list[str] = []
    for name, what in named.items():
        if what.kind != "patient" and (what.kind or what.number or what.attribute not in ("start", "end")):
            continue
        if what.attribute == "diagnosis" and start:
            fields["years_since_diagnosis"] = replace(draft.field(name, "start"), years_until=start)
            draft.guess(name, "patient: years_since_diagnosis", f"the years from it to {start}")
        elif what.attribute in _LAST_DAYS and draft.is_yes_no(name):
            flags.append(name) if what.attribute == "died_on" else None
        else:
            take(draft, fields, name, replace(what, number=0), "patient")
    for name in flags:
        _deaths_have_days(draft, name, fields.get("died_on"))
    draft.blocks.append(Block("patient", fields, needs=("patient_id",), once=once))
    if not once:
        need_days(draft, "patient", fields)


def _deaths_have_days(draft: Draft, flag: str, day: Field | None) -> None:
    """A column that says whether a patient died tells nothing more than the day of death; where that is blank: ask."""
    column = draft.head.column(flag)
    yes = np.array([draft.says_yes(flag, text) for text in column.stripped], bool)[column.codes[draft.head.data]]
    dated = np.zeros(len(yes), bool)
    if day is not None and day.column:
        dated = draft.head.column(day.column).filled()[draft.head.data]
    draft.used.add(flag)
    if count := int((yes & ~dated).sum()):
        draft.ask(flag, f"{count:,} patients are said to have died, but not on which day.",
                  "Give the day in a column of its own (died_on), or leave this column out.")  # fmt: skip
    else:
        draft.guess(flag, "patient: died_on", "it says no more than the day of death")


def group_columns(draft: Draft, named: dict[str, Meaning]) -> dict[Group, dict[str, Meaning]]:
    """The columns of each repeated group. A column that does not say its kind belongs to the group before it."""
    groups: dict[Group, dict[str, Meaning]] = {}
    before: Group | None = None
    for name in draft.head.names:
        what = named.get(name)
        if what is None or what.kind == "patient" or (what.kind == "lab" and not _is_group_of_labs(what)):
            before = None if what is not None else before
            continue
        found = _group(what, before)
        if found is not None:
            before = found
            groups.setdefault(before, {})[name] = what
    return groups


def _is_group_of_labs(what: Meaning) -> bool:
    return bool(what.number) and not what.analyte


def _group(what: Meaning, before: Group | None) -> Group | None:
    kind = what.kind or ONLY.get(what.attribute, "")
    if not what.kind and before and (not kind or kind == before[0]) and what.number in (0, before[1]):
        return before
    return (kind, what.number) if kind else None


def own_variables(draft: Draft) -> None:
    """Columns of the patients' sheet that mean nothing of ours stay as variables of the user's own."""
    patient = next((at for at, block in enumerate(draft.blocks) if block.record == "patient"), None)
    if patient is None:
        return
    block = draft.blocks[patient]
    fields = dict(block.fields)
    for name in _kept_as_own(draft):
        fields[name] = Field(column=name)
        draft.guess(name, "a variable of your own", "its name means nothing that the file format has")
    draft.blocks[patient] = replace(block, fields=fields)


def _kept_as_own(draft: Draft) -> Sequence[str]:
    kept = []
    for name in draft.head.names:
        texts = draft.head.texts(name)
        plain = not name.startswith("column ") and texts and max(map(len, texts)) <= _FREE_TEXT
        free = name not in draft.used and name not in BY_NAME and name not in RESERVED
        if free and plain and not draft.is_dated(name):
            kept.append(name)
    return kept
