"""Answers about amounts that another column says: the unit of a dose or of a value, how often a dose was given."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from ivig_core.cohort.mapping.answer import dismissed
from ivig_core.cohort.mapping.changing import ID, on_sheet, used
from ivig_core.cohort.mapping.mapping import Block, CohortMapping, Field, Question, SheetMapping


def units_of(
    mapping: CohortMapping, question: Question, units: Mapping[str, tuple[str, float | None] | None]
) -> CohortMapping:
    """What the dose beside a column of units is where that has a text: a column of ours, and by what it is multiplied;
    None: doses of unknown grams.

    Rows of a text that no block has yet are doses like those of the other units.
    """

    def of_text(text: str, block: Block) -> Block:
        meant = units[text]
        when = {**block.when, question.column: (text,)}
        plain = {name: item for name, item in block.fields.items() if name not in ("dose_g", "dose_g_per_kg")}
        if meant is None:
            return replace(block, when=when, fields=plain)
        target, factor = meant
        dose = Field(column=question.beside, times=factor)
        needs = block.needs if block.needs == (ID,) else tuple(dict.fromkeys((*block.needs, target)))
        return replace(block, when=when, fields={**plain, target: dose}, needs=needs)

    def change(old: SheetMapping) -> SheetMapping:
        doses = [block for block in old.blocks if block.record == "ivig" and question.column in block.when]
        there = {text for block in doses for text in block.when[question.column]}
        blank = [block for block in doses if "" in block.when[question.column]]
        blocks = [
            of_text(block.when[question.column][0], block) if block in doses and block.when[question.column][0] in units
            else block for block in old.blocks
        ]  # fmt: skip
        more = [of_text(text, block) for text in units if text not in there for block in blank or doses[:1]]
        return used(replace(old, blocks=(*blocks, *more)), question.beside)

    return _told_of(on_sheet(mapping, question.sheet, change), question, units)


def every(mapping: CohortMapping, question: Question, days: Mapping[str, int | None]) -> CohortMapping:
    """How many days lie between two doses where a column of frequencies has a text; None: one dose, on the first day.

    The last day of a course is in the column beside.
    """

    def on_block(block: Block) -> Block:
        number = next((days.get(text) for text in block.when.get(question.column, ())), None)
        if block.record != "ivig" or number is None:
            return block
        course = {"interval_days": Field(constant=str(number))}
        if question.beside:
            course["end"] = Field(column=question.beside, dates=block.fields.get("start", Field()).dates)
        return replace(block, fields={**block.fields, **course})

    changed = on_sheet(mapping, question.sheet, lambda old: replace(old, blocks=tuple(map(on_block, old.blocks))))
    return _told_of(changed, question, days)


def unit_of_rows(mapping: CohortMapping, question: Question, name: str) -> CohortMapping:
    """Laboratory values are in this unit where a column has one of the texts that are asked about."""

    def on_block(block: Block) -> Block:
        if block.record != "lab" or not set(question.texts) & set(block.when.get(question.column, ())):
            return block
        return replace(block, fields={**block.fields, "unit": Field(constant=name)})

    changed = on_sheet(mapping, question.sheet, lambda old: replace(old, blocks=tuple(map(on_block, old.blocks))))
    return dismissed(changed, question)


def _told_of(mapping: CohortMapping, question: Question, texts: Iterable[str]) -> CohortMapping:
    """Without the texts in one question, and without it where none is left."""
    said = set(texts)
    rest = tuple(text for text in question.texts if text not in said)
    left = (replace(question, texts=rest, message=f"{len(rest):,} more texts: {question.message}"),) if rest else ()
    kept = (left if item == question else (item,) for item in mapping.questions)
    return replace(mapping, questions=tuple(item for items in kept for item in items))
