"""Changes of a mapping, one answer each: every function gives a new mapping and leaves the old one as it was."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from ivig_core.cohort.column_type import KINDS
from ivig_core.cohort.columns import BY_NAME, columns_of
from ivig_core.cohort.mapping.mapping import Block, CohortMapping, Field, Question, SheetMapping
from ivig_core.cohort.reading.dates import DateOrder

ID = "patient_id"


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


def unused(mapping: CohortMapping, sheet: str, column: str) -> CohortMapping:
    """The column is used for nothing."""

    def change(old: SheetMapping) -> SheetMapping:
        blocks = tuple(_without(block, column) for block in old.blocks)
        return replace(old, blocks=blocks, ignored=tuple(dict.fromkeys((*old.ignored, column))))

    return _answered(_on(mapping, sheet, change), sheet, column)


def means(mapping: CohortMapping, sheet: str, column: str, block: int, target: str) -> CohortMapping:
    """The column is `target` of the facts of one block, and nothing else there; what it was for other blocks stays."""

    def change(old: SheetMapping) -> SheetMapping:
        chosen = _without(old.blocks[block], column)
        item = Field(column=column, dates=_dates(old))
        needs = chosen.needs if chosen.record == "patient" else tuple(dict.fromkeys((*chosen.needs, target)))
        changed = replace(chosen, fields={**chosen.fields, target: item}, needs=needs)
        return _used(replace(old, blocks=(*old.blocks[:block], changed, *old.blocks[block + 1 :])), column)

    return _answered(_on(mapping, sheet, change), sheet, column)


def own(mapping: CohortMapping, sheet: str, column: str) -> CohortMapping:
    """The column is a variable of the user's own, on the patients of its sheet."""

    def change(old: SheetMapping) -> SheetMapping:
        at = next((number for number, block in enumerate(old.blocks) if block.record == "patient"), None)
        if at is None:
            return old
        cleared = replace(old, blocks=tuple(_without(block, column) for block in old.blocks))
        patient = cleared.blocks[at]
        changed = replace(patient, fields={**patient.fields, column: Field(column=column)})
        return _used(replace(cleared, blocks=(*cleared.blocks[:at], changed, *cleared.blocks[at + 1 :])), column)

    return _answered(_on(mapping, sheet, change), sheet, column)


def new_block(mapping: CohortMapping, sheet: str, record: str) -> CohortMapping:
    """One more kind of fact that rows of a sheet can be, for now with the patient's id alone."""
    if record not in KINDS:
        raise ValueError(f"{record!r} is no kind of fact")

    def change(old: SheetMapping) -> SheetMapping:
        who = next((block.fields[ID] for block in old.blocks if ID in block.fields), Field())
        return replace(old, blocks=(*old.blocks, Block(record, {ID: who}, needs=())))

    return _on(mapping, sheet, change)


def with_values(
    mapping: CohortMapping, sheet: str, column: str, target: str, values: Mapping[str, str]
) -> CohortMapping:
    """What texts of a column mean as `target`, wherever the sheet uses it as that; "" leaves a cell blank."""

    def change(item: Field) -> Field:
        return replace(item, values={**item.values, **values})

    return _answered(_fields(mapping, sheet, column, target, change), sheet, column, target)


def times(mapping: CohortMapping, sheet: str, column: str, target: str, factor: float | None) -> CohortMapping:
    """Numbers of a column are multiplied by this to be ours: weeks to days 7, mg to g 0.001."""
    return _fields(mapping, sheet, column, target, lambda item: replace(item, times=factor))


def constant(mapping: CohortMapping, sheet: str, record: str, target: str, text: str) -> CohortMapping:
    """Every fact of a kind has the same text in a column of ours: one end of follow-up for all, one unit."""
    if target not in BY_NAME:
        raise ValueError(f"{target!r} is no column of the file format")

    def change(old: SheetMapping) -> SheetMapping:
        blocks = tuple(
            replace(block, fields={**block.fields, target: Field(constant=text)}) if block.record == record else block
            for block in old.blocks
        )
        return replace(old, blocks=blocks)

    return _answered(_on(mapping, sheet, change), sheet, "", target)


def confirmed(mapping: CohortMapping, sheet: str, column: str) -> CohortMapping:
    """A person has seen what the column is taken for, and it is right."""
    guesses = tuple(
        replace(guess, sure="likely") if (guess.sheet, guess.column) == (sheet, column) and guess.sure == "unsure"
        else guess
        for guess in mapping.guesses
    )  # fmt: skip
    return replace(mapping, guesses=guesses)


def _on(mapping: CohortMapping, sheet: str, change: Callable[[SheetMapping], SheetMapping]) -> CohortMapping:
    return replace(mapping, sheets=tuple(change(item) if item.sheet == sheet else item for item in mapping.sheets))


def _fields(
    mapping: CohortMapping, sheet: str, column: str, target: str, change: Callable[[Field], Field]
) -> CohortMapping:
    def on_block(block: Block) -> Block:
        item = block.fields.get(target)
        if item is None or column not in item.sources:
            return block
        return replace(block, fields={**block.fields, target: change(item)})

    return _on(mapping, sheet, lambda old: replace(old, blocks=tuple(map(on_block, old.blocks))))


def _without(block: Block, column: str) -> Block:
    kept = {target: item for target, item in block.fields.items() if column not in item.sources}
    return replace(block, fields=kept, needs=tuple(name for name in block.needs if name in kept or name == "start"))


def _used(sheet: SheetMapping, column: str) -> SheetMapping:
    return replace(sheet, ignored=tuple(name for name in sheet.ignored if name != column))


def _dates(sheet: SheetMapping) -> DateOrder | None:
    """The order of day and month that other columns of the sheet are read with."""
    return next((item.dates for block in sheet.blocks for item in block.fields.values() if item.dates), None)


def _answered(mapping: CohortMapping, sheet: str, column: str, target: str = "") -> CohortMapping:
    """Without the questions about a column (of one target, where it is given)."""

    def open_(question: Question) -> bool:
        same = (question.sheet in (sheet, ""), question.column == column)
        return not all(same) or bool(target and question.target and question.target != target)

    return replace(mapping, questions=tuple(filter(open_, mapping.questions)))
