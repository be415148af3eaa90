"""Tables with one row per patient and repeated groups of columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ivig_core.cohort.guessing.draft import Draft
from ivig_core.cohort.guessing.fields import ONLY, lab_blocks, need_days, target_of
from ivig_core.cohort.guessing.names import Meaning
from ivig_core.cohort.mapping.mapping import Block, Field

_FREE_TEXT = 60


def wide(draft: Draft, who: Field, named: dict[str, Meaning]) -> None:
    """One row per patient with repeated groups."""
    patient_block(draft, who, named)
    groups = group_columns(draft, named)
    for (kind, number), members in groups.items():
        fields: dict[str, Field] = {"patient_id": who}
        for name, what in members.items():
            target = target_of(draft, name, replace(what, kind=kind), kind)
            if target and target not in fields:
                fields[target] = draft.field(name, target, unit=what.unit)
                draft.guess(
                    name, f"{kind} {number or ''}".strip() + f": {target}", "by its name and the group it stands in"
                )
        if "start" not in fields:
            for name in members:
                draft.used.discard(name)
            continue
        draft.blocks.append(Block(kind, fields, needs=tuple(name for name in fields if name != "patient_id")))
        if kind == "infection" and "grade" not in fields:
            need_days(draft, kind, fields)
    labs = {name: what for name, what in named.items() if what.kind == "lab" and what.attribute != "day"}
    lab_blocks(draft, who, labs, None, {})
    own_variables(draft)


def patient_block(draft: Draft, who: Field, named: dict[str, Meaning], *, once: bool = False) -> None:
    fields: dict[str, Field] = {"patient_id": who}
    start = next((name for name, what in named.items() if what == Meaning("patient", "start", 0, what.unit)), None)
    for name, what in named.items():
        if what.kind == "patient" and what.attribute == "diagnosis" and start:
            fields["years_since_diagnosis"] = replace(draft.field(name, "start"), years_until=start)
            draft.guess(name, "patient: years_since_diagnosis", f"the years from it to {start}")
            continue
        target = (
            target_of(draft, name, what, "patient")
            if what.kind == "patient" or what.attribute in ("start", "end")
            else None
        )
        if target and target not in fields and not what.number:
            fields[target] = draft.field(name, target, unit=what.unit)
            exact = name == target
            draft.guess(name, f"patient: {target}", "our own name" if exact else "by its name and what it holds",
                        "exact" if exact else "likely")  # fmt: skip
    draft.blocks.append(Block("patient", fields, needs=("patient_id",), once=once))
    if not once:
        need_days(draft, "patient", fields)


def group_columns(draft: Draft, named: dict[str, Meaning]) -> dict[tuple[str, int], dict[str, Meaning]]:
    """The columns of each repeated group. A column that does not say its kind belongs to the group before it."""
    groups: dict[tuple[str, int], dict[str, Meaning]] = {}
    before: tuple[str, int] | None = None
    for name in draft.head.names:
        what = named.get(name)
        if what is None or what.kind in ("patient", "lab"):
            before = None if what is not None else before
            continue
        kind = what.kind or ONLY.get(what.attribute, "")
        if not what.kind and before and (not kind or kind == before[0]) and what.number in (0, before[1]):
            kind, number = before
        else:
            number = what.number
        if not kind:
            continue
        before = (kind, number)
        groups.setdefault(before, {})[name] = what
    return groups


def own_variables(draft: Draft) -> None:
    """Columns of the patients' sheet that mean nothing of ours stay as variables of the user's own."""
    patient = next((at for at, block in enumerate(draft.blocks) if block.record == "patient"), None)
    if patient is None:
        return
    block = draft.blocks[patient]
    fields = dict(block.fields)
    for name in kept_as_own(draft):
        fields[name] = Field(column=name)
        draft.guess(name, "a variable of your own", "its name means nothing that the file format has")
    draft.blocks[patient] = replace(block, fields=fields)


def kept_as_own(draft: Draft) -> Sequence[str]:
    kept = []
    for name in draft.head.names:
        texts = draft.head.texts(name)
        plain = not name.startswith("column ") and texts and max(map(len, texts)) <= _FREE_TEXT
        if name not in draft.used and plain and not draft.is_dated(name):
            kept.append(name)
    return kept
