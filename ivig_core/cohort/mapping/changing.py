"""What every change of a mapping is made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from ivig_core.cohort.mapping.mapping import Block, CohortMapping, Field, Question, SheetMapping
from ivig_core.cohort.reading.dates import DateOrder

ID = "patient_id"


def on_sheet(mapping: CohortMapping, sheet: str, change: Callable[[SheetMapping], SheetMapping]) -> CohortMapping:
    """The mapping with one sheet changed."""
    return replace(mapping, sheets=tuple(change(item) if item.sheet == sheet else item for item in mapping.sheets))


def on_fields(
    mapping: CohortMapping, sheet: str, column: str, target: str, change: Callable[[Field], Field]
) -> CohortMapping:
    """The mapping with `target` changed wherever a sheet takes it from a column."""

    def on_block(block: Block) -> Block:
        item = block.fields.get(target)
        if item is None or column not in item.sources:
            return block
        return replace(block, fields={**block.fields, target: change(item)})

    return on_sheet(mapping, sheet, lambda old: replace(old, blocks=tuple(map(on_block, old.blocks))))


def without(block: Block, column: str) -> Block:
    """The block with nothing taken from a column. A fact is always somebody's: without its id the id is blank."""
    kept = {target: item for target, item in block.fields.items() if column not in item.sources}
    if ID in block.fields:
        kept.setdefault(ID, Field())
    return replace(block, fields=kept, needs=tuple(name for name in block.needs if name in kept or name == "start"))


def used(sheet: SheetMapping, column: str) -> SheetMapping:
    """The sheet, with a column not left out by choice any more."""
    return replace(sheet, ignored=tuple(name for name in sheet.ignored if name != column))


def order_of_sheet(sheet: SheetMapping) -> DateOrder | None:
    """The order of day and month that other columns of the sheet are read with."""
    return next((item.dates for block in sheet.blocks for item in block.fields.values() if item.dates), None)


def told(mapping: CohortMapping, sheet: str, column: str, target: str, values: Mapping[str, str]) -> CohortMapping:
    """Without the texts in `values` in what is asked about a column."""
    asked = []
    for question in mapping.questions:
        if (question.sheet, question.column, question.target) == (sheet, column, target) and question.texts:
            rest = tuple(text for text in question.texts if text not in values)
            if rest:
                words = f"{len(rest):,} more texts: what do they mean as {target}?"
                asked.append(replace(question, texts=rest, message=words))
        else:
            asked.append(question)
    return replace(mapping, questions=tuple(asked))


def answered(mapping: CohortMapping, sheet: str, column: str, target: str = "") -> CohortMapping:
    """Without the questions about a column (of one target, where it is given)."""

    def open_(question: Question) -> bool:
        same = (question.sheet in (sheet, ""), question.column == column)
        return not all(same) or bool(target and question.target and question.target != target)

    return replace(mapping, questions=tuple(filter(open_, mapping.questions)))
