"""Columns of laboratory values: each with its day and its unit, in the header, beside it or in its cells."""

from __future__ import annotations

from ivig_core.cohort.columns import BY_NAME
from ivig_core.cohort.guessing.amounts import values_with_units
from ivig_core.cohort.guessing.days import MISSING
from ivig_core.cohort.guessing.draft import Draft, quoted
from ivig_core.cohort.guessing.names import Meaning
from ivig_core.cohort.mapping.cells import is_missing
from ivig_core.cohort.mapping.mapping import Block, Field


def lab_blocks(
    draft: Draft, who: Field, named: dict[str, Meaning], day: str | None, when: dict[str, tuple[str, ...]]
) -> None:
    """A block for each column of laboratory values: on the day that stands beside it, else of its row, else of the
    start of follow-up."""
    labs = {name: what for name, what in named.items() if what.kind == "lab" and what.analyte}
    days = {(what.analyte, what.number): name for name, what in labs.items() if what.attribute in ("day", "start")}
    units = {(what.analyte, what.number): name for name, what in labs.items() if what.attribute == "unit"}
    patient = next((block for block in draft.blocks if block.record == "patient"), None)
    for name, what in labs.items():
        in_cells = values_with_units(draft.head.texts(name)) if what.attribute == "value" else {}
        if what.attribute != "value" or not (in_cells or draft.is_numeric(name)):
            continue
        beside = days.get((what.analyte, what.number)) or day
        start = draft.field(beside, "start") if beside else patient.fields.get("start") if patient else None
        if start is None:
            continue
        fields = {"patient_id": who, "start": start, "analyte": Field(constant=what.analyte)}
        fields |= _value(draft, name, what, in_cells, units.get((what.analyte, what.number)))
        draft.blocks.append(Block("lab", fields, when, needs=("value",)))
        where = f"on the day in {beside}" if beside else f"on the day in {start.column}: no date of its own"
        draft.guess(name, f"lab: {what.analyte}", f"by its name; {where}")


def _value(
    draft: Draft, name: str, what: Meaning, in_cells: dict[str, tuple[str, str]], beside: str | None
) -> dict[str, Field]:
    """Value and unit of one column: each cell says its unit, or a column beside it, or the header, or a person."""
    unit = what.unit if what.unit in BY_NAME["unit"].allowed else ""
    if in_cells:
        bare = [text for text in draft.head.texts(name) if text not in in_cells and not is_missing(text, MISSING)]
        if bare and not unit:
            draft.ask(name, f"{quoted(bare)} has no unit, other cells of the column have one.",
                      "Write the unit into the cell, or leave it blank in the mapping under values of value.",
                      "lab", "value", bare)  # fmt: skip
        draft.used.add(name)
        draft.guess(name, f"lab: {what.analyte}", f"its cells say the unit: {quoted(in_cells)}")
        return {
            "value": Field(column=name, values={text: number for text, (number, _) in in_cells.items()}),
            "unit": Field(
                column=name,
                values={text: said for text, (_, said) in in_cells.items()} | dict.fromkeys(bare, unit),
            ),
        }
    if beside is not None:
        draft.guess(beside, "lab: unit", f"the unit of {name}")
        return {"value": draft.field(name, "value"), "unit": draft.field(beside, "unit", record="lab")}
    if not unit:
        draft.ask(name, f"The unit of {what.analyte} is not in the header.",
                  "Say it in the mapping as constant of unit (igg: mg/dL or g/L).", "lab", "unit")  # fmt: skip
    return {"value": draft.field(name, "value"), "unit": Field(constant=unit or None)}
