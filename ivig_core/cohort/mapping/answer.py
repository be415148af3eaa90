"""Answers to what is asked about a mapping: each gives a new mapping without the question, and leaves the old one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ivig_core.cohort.columns import BY_NAME
from ivig_core.cohort.mapping.cells import is_ordered
from ivig_core.cohort.mapping.changing import ID, answered, on_fields, on_sheet, order_of_sheet, told, used, without
from ivig_core.cohort.mapping.edit import unused, which
from ivig_core.cohort.mapping.mapping import Block, CohortMapping, Field, Guess, Question, SheetMapping
from ivig_core.cohort.reading.dates import DateOrder


def with_values(
    mapping: CohortMapping, sheet: str, column: str, target: str, values: Mapping[str, str]
) -> CohortMapping:
    """What texts of a column mean as `target`, wherever the sheet uses it as that; "" leaves a cell blank.

    A question that has more texts than these stays, with the rest of them. Of boxes, `values` says what each means.
    """

    def change(item: Field) -> Field:
        return replace(item, values={**item.values, **values})

    return told(on_fields(mapping, sheet, column, target, change), sheet, column, target, values)


def kinds_of(mapping: CohortMapping, sheet: str, column: str, kinds: Mapping[str, str]) -> CohortMapping:
    """Which kind of fact a row is where the column has a text; "" makes it none."""

    def on_block(block: Block) -> Block:
        more = tuple(text for text, kind in kinds.items() if kind == block.record)
        if column not in block.when or not more:
            return block
        return replace(block, when={**block.when, column: tuple(dict.fromkeys((*block.when[column], *more)))})

    changed = on_sheet(mapping, sheet, lambda old: replace(old, blocks=tuple(map(on_block, old.blocks))))
    return told(changed, sheet, column, "record", kinds)


def times(mapping: CohortMapping, sheet: str, column: str, target: str, factor: float | None) -> CohortMapping:
    """Numbers of a column are multiplied by this to be ours: weeks to days 7, mg to g 0.001."""
    changed = on_fields(mapping, sheet, column, target, lambda item: replace(item, times=factor))
    return answered(changed, sheet, column, target)


def unit(mapping: CohortMapping, sheet: str, column: str, name: str) -> CohortMapping:
    """The laboratory values of a column are in this unit."""

    def on_block(block: Block) -> Block:
        item = block.fields.get("value")
        if item is None or column not in item.sources:
            return block
        return replace(block, fields={**block.fields, "unit": Field(constant=name)})

    changed = on_sheet(mapping, sheet, lambda old: replace(old, blocks=tuple(map(on_block, old.blocks))))
    return answered(changed, sheet, column, "unit")


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

    return answered(on_sheet(mapping, sheet, change), sheet, "", target)


def fill(
    mapping: CohortMapping, sheet: str, column: str, record: str, target: str, item: Field | None = None,
    *, instead: bool = False,
) -> CohortMapping:  # fmt: skip
    """The column is `target` in every block of a kind that has none, with `instead` in all of them; what else the
    column is for stays."""

    def on_block(old: SheetMapping, block: Block) -> Block:
        found = block.fields.get(target)
        if block.record != record or (found is not None and not instead and (found.sources or found.constant)):
            return block
        return replace(block, fields={**block.fields, target: item or Field(column=column, dates=order_of_sheet(old))})

    def change(old: SheetMapping) -> SheetMapping:
        return used(replace(old, blocks=tuple(on_block(old, block) for block in old.blocks)), column)

    return answered(on_sheet(mapping, sheet, change), sheet, "", target)


def identity(mapping: CohortMapping, sheet: str, column: str) -> CohortMapping:
    """The column is the patient's study id on every row of the sheet."""

    def change(old: SheetMapping) -> SheetMapping:
        blocks = (replace(without(block, column), fields={**without(block, column).fields, ID: Field(column=column)})
                  for block in old.blocks)  # fmt: skip
        return used(replace(old, blocks=tuple(blocks)), column)

    return answered(on_sheet(mapping, sheet, change), sheet, "", ID)


def refused(mapping: CohortMapping, guess: Guess) -> CohortMapping:
    """A column is not what it was taken for; where a fact needs one, it is asked which other column is."""
    record, _, target = guess.means.rpartition(": ")
    if target not in BY_NAME:
        return unused(mapping, guess.sheet, guess.column)

    record = record.rstrip("0123456789").strip()

    def on_block(block: Block) -> Block:
        item = block.fields.get(target)
        if record not in ("", block.record) or item is None or guess.column not in item.sources:
            return block
        kept = {name: other for name, other in block.fields.items() if name != target}
        return replace(block, fields={**kept, ID: Field()} if target == ID else kept)

    changed = on_sheet(mapping, guess.sheet, lambda old: replace(old, blocks=tuple(map(on_block, old.blocks))))
    changed = replace(changed, guesses=tuple(item for item in mapping.guesses if item != guess))
    kind = record or ("patient" if target == ID else "")
    if target != ID and kind not in BY_NAME[target].required:
        return changed
    return replace(changed, questions=(*changed.questions, which(guess.sheet, kind, target)))


def confirmed(mapping: CohortMapping, guess: Guess) -> CohortMapping:
    """A person has seen what a column is taken for, and it is right."""
    return replace(
        mapping, guesses=tuple(replace(item, sure="likely") if item == guess else item for item in mapping.guesses)
    )


def ordered(mapping: CohortMapping, order: DateOrder) -> CohortMapping:
    """Dates such as 03/04/2020 have the day or the month first, in the whole file."""

    def read(target: str, item: Field) -> Field:
        day = (target in BY_NAME and BY_NAME[target].type == "day") or item.years_until
        return replace(item, dates=order) if day else item

    def on_block(block: Block) -> Block:
        return replace(block, fields={target: read(target, item) for target, item in block.fields.items()})

    sheets = tuple(replace(sheet, blocks=tuple(map(on_block, sheet.blocks))) for sheet in mapping.sheets)
    return replace(mapping, sheets=sheets, questions=tuple(item for item in mapping.questions if not asks_order(item)))


def asks_order(question: Question) -> bool:
    """Whether a question is about the order of day and month."""
    return bool(question.texts) and all(map(is_ordered, question.texts))


def ungated(mapping: CohortMapping, sheet: str, column: str, record: str) -> CohortMapping:
    """The column does not say any more which rows are facts of a kind: each row with what they need is one."""

    def on_block(block: Block) -> Block:
        if block.record != record:
            return block
        return replace(block, when={name: texts for name, texts in block.when.items() if name != column})

    return answered(
        on_sheet(mapping, sheet, lambda old: replace(old, blocks=tuple(map(on_block, old.blocks)))), sheet, column
    )


def dismissed(mapping: CohortMapping, question: Question) -> CohortMapping:
    """A person has read the question and goes on without an answer: what the mapping says stays."""
    return replace(mapping, questions=tuple(item for item in mapping.questions if item != question))


def asked(mapping: CohortMapping, questions: tuple[Question, ...]) -> CohortMapping:
    """With more that is open."""
    return replace(mapping, questions=tuple(dict.fromkeys((*mapping.questions, *questions))))
