"""What columns of a file mean instead: every function gives a new mapping and leaves the old one as it was."""

from __future__ import annotations

from dataclasses import replace

from ivig_core.cohort.column_type import KINDS
from ivig_core.cohort.columns import RESERVED, columns_of
from ivig_core.cohort.mapping.changing import ID, answered, on_sheet, order_of_sheet, used, without
from ivig_core.cohort.mapping.mapping import Block, CohortMapping, Field, Question, SheetMapping

OF_A_PATIENT = {ID: "patient's study id", "start": "first day at risk", "end": "last day at risk"}
_MAKES_A_FACT = frozenset({"start", "value", ID})


def labels(sheet: SheetMapping) -> tuple[str, ...]:
    """What each block of a sheet is called: its kind, and a number where the sheet has several of that kind."""
    kinds = [block.record for block in sheet.blocks]
    seen: dict[str, int] = {}
    names = []
    for kind in kinds:
        seen[kind] = seen.get(kind, 0) + 1
        names.append(f"{kind} {seen[kind]}" if kinds.count(kind) > 1 else kind)
    return tuple(names)


def uses(sheet: SheetMapping, column: str) -> tuple[tuple[int, str], ...]:
    """Where a column of the file is used: number of the block, column of ours."""
    return tuple(
        (number, target)
        for number, block in enumerate(sheet.blocks)
        for target, item in block.fields.items()
        if column in item.sources
    )


def targets(record: str) -> tuple[str, ...]:
    """The columns of ours that a kind of fact can have, without id and kind."""
    return tuple(column.name for column in columns_of(record) if column.name not in (ID, "record"))


def tells_of_patients(sheet: SheetMapping) -> bool:
    """Whether rows of a sheet are patients, so that a column of it can be a variable of theirs."""
    return any(block.record == "patient" for block in sheet.blocks)


def unused(mapping: CohortMapping, sheet: str, column: str) -> CohortMapping:
    """The column is used for nothing. Where it told which rows are facts of some kind, there are none of these."""

    def change(old: SheetMapping) -> SheetMapping:
        blocks = tuple(without(block, column) for block in old.blocks if column not in block.when)
        return replace(old, blocks=blocks, ignored=tuple(dict.fromkeys((*old.ignored, column))))

    changed = answered(on_sheet(mapping, sheet, change), sheet, column)
    blocks = (block for old in mapping.sheets if old.sheet == sheet for block in old.blocks)
    if not any(column in block.fields[ID].sources for block in blocks if ID in block.fields):
        return changed
    return replace(changed, questions=(*changed.questions, which(sheet, "patient", ID)))


def which(sheet: str, record: str, target: str) -> Question:
    """The question which column of a sheet is `target` of a kind of fact."""
    words = OF_A_PATIENT.get(target, target) if record == "patient" else f"{target} of {record} rows"
    return Question(sheet, "", f"Which column is the {words}?", "Choose it here.", record, target)


def means(
    mapping: CohortMapping, sheet: str, column: str, block: int, target: str, item: Field | None = None
) -> CohortMapping:
    """The column is `target` of the facts of one block, and nothing else there; what it was for other blocks stays.

    `item` says how its cells are read, where that is known. What was asked about it, or about `target`, is answered.
    """

    def change(old: SheetMapping) -> SheetMapping:
        chosen = without(old.blocks[block], column)
        read = item or Field(column=column, dates=order_of_sheet(old))
        known = chosen.record == "patient" or set(chosen.needs) & _MAKES_A_FACT
        needs = chosen.needs if known else tuple(dict.fromkeys((*chosen.needs, target)))
        changed = replace(chosen, fields={**chosen.fields, target: read}, needs=needs)
        return used(replace(old, blocks=(*old.blocks[:block], changed, *old.blocks[block + 1 :])), column)

    return answered(answered(on_sheet(mapping, sheet, change), sheet, column), sheet, "", target)


def own(mapping: CohortMapping, sheet: str, column: str) -> CohortMapping:
    """The column is a variable of the user's own, on the patients of its sheet; nothing changes where it has none."""

    if not any(tells_of_patients(item) for item in mapping.sheets if item.sheet == sheet):
        return mapping

    def change(old: SheetMapping) -> SheetMapping:
        at = next(number for number, block in enumerate(old.blocks) if block.record == "patient")
        cleared = replace(old, blocks=tuple(without(block, column) for block in old.blocks))
        patient = cleared.blocks[at]
        name = " ".join(column.split())
        name = f"{name} (own)" if name in RESERVED else name
        changed = replace(patient, fields={**patient.fields, name: Field(column=column)})
        return used(replace(cleared, blocks=(*cleared.blocks[:at], changed, *cleared.blocks[at + 1 :])), column)

    return answered(on_sheet(mapping, sheet, change), sheet, column)


def new_block(mapping: CohortMapping, sheet: str, record: str) -> CohortMapping:
    """One more kind of fact that rows of a sheet can be, for now with the patient's id alone."""
    if record not in KINDS:
        raise ValueError(f"{record!r} is no kind of fact")

    def change(old: SheetMapping) -> SheetMapping:
        who = next((block.fields[ID] for block in old.blocks if ID in block.fields), Field())
        return replace(old, blocks=(*old.blocks, Block(record, {ID: who}, needs=())))

    return on_sheet(mapping, sheet, change)


def observed(mapping: CohortMapping, sheet: str, row: int, column: str, target: str) -> CohortMapping:
    """Patients from the rows of a sheet that has none so far: `column` is their study id or their first day at risk.

    `row` is the spreadsheet row of the header. What a patient needs besides is asked.
    """
    known = next((item for item in mapping.sheets if item.sheet == sheet), None)
    who = {} if known is None else {ID: next((b.fields[ID] for b in known.blocks if ID in b.fields), Field())}
    block = Block(
        "patient", {**who, target: Field(column=column, dates=order_of_sheet(known) if known else None)}, once=True
    )
    added = SheetMapping(sheet, row, (block,)) if known is None else replace(known, blocks=(block, *known.blocks))
    others = tuple(item for item in mapping.sheets if item.sheet != sheet)
    asked = tuple(which(sheet, "patient", name) for name in OF_A_PATIENT if name not in block.fields)
    open_ = tuple(question for question in mapping.questions if question.column or question.target or question.record)
    return replace(mapping, sheets=(used(added, column), *others), questions=(*open_, *asked))
