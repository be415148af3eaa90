"""Checks of single rows: can every cell be read, is it there, does a row agree with itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ivig_core.cohort.checks.say import KIND_OF_FAULT, about
from ivig_core.cohort.columns import BY_NAME
from ivig_core.cohort.reading.dates import Written
from ivig_core.registry.engine import Engine
from ivig_core.registry.intake.cells import Cell
from ivig_core.registry.intake.faults import Fault, Look, look
from ivig_core.registry.intake.source import Found
from ivig_core.registry.intake.tables import Records

NEEDED = {
    "patient": ("patient_id", "start", "end"),
    "ivig": ("patient_id", "start"),
    "infection": ("patient_id", "start", "grade"),
    "phase": ("patient_id", "start", "phase"),
    "therapy": ("patient_id", "start", "drug"),
}
"""Columns that every row of a kind has to fill."""


def missing_columns(found: Found, kinds: Iterable[str]) -> list[Fault]:
    """A fault for every column that a table of these kinds needs and does not have."""
    return [
        Fault(
            "error", "missing_column", kind, name, 0, "", "",
            f"The table has no column {name}.", f"Add it: {BY_NAME[name].plain_description}",
        )
        for kind in kinds for name in NEEDED[kind] if kind in found.tables and name not in found.tables[kind].columns
    ]  # fmt: skip


def check_rows(engine: Engine, records: Records, more: Mapping[str, Cell], written: Written) -> list[Fault]:
    """Every fault that shows in one row alone, by one query; `more`: cells of columns that filters ask for."""
    cells = {**records.cells, **more}
    rows = records.raw.mutate(id=cells["patient_id"].value)
    seen = look(engine, records.kind, rows, [*_cells(cells, records.kind), *_rows(cells, records.kind)])
    return [_said(fault, written) for fault in seen.faults]


def _cells(cells: Mapping[str, Cell], kind: str) -> Iterator[Look]:
    for name, cell in cells.items():
        for fault, where in cell.faults:
            yield Look("error", f"{KIND_OF_FAULT[fault]}", name, where, cell.text, "", str(fault))
    for name in NEEDED[kind]:
        cell, column = cells[name], BY_NAME[name]
        remedy = "Write the CTCAE grade 1–5, or unknown." if name == "grade" else (
            f"Fill in {name}: {column.plain_description}"
        )  # fmt: skip
        message = f"Every {kind} row needs {name}, but the cell is blank."
        yield Look("error", "required", name, cell.text.isnull(), cell.text, message, remedy)


def _said(fault: Fault, written: Written) -> Fault:
    """Words for a cell with a fault, which depend on its value; the number of the fault stands in the remedy."""
    if fault.message:
        return fault
    message, remedy = about(int(fault.remedy), BY_NAME[fault.column], fault.value, written)
    return fault._replace(message=message, remedy=remedy)


def _rows(cells: Mapping[str, Cell], kind: str) -> Iterator[Look]:
    start, end = cells["start"], cells["end"]
    between = start.text.fill_null("") + " to " + end.text.fill_null("")
    yield Look(
        "error", "end_before_start", "end", end.value < start.value, between,
        "The last day lies before the first day.", "Correct end or start.",
    )  # fmt: skip
    who = cells["patient_id"]
    yield Look(
        "error", "spaces_around_id", "patient_id", who.text != who.text.strip(), who.text,
        "This study id has spaces around it.", "Take them off in all tables, so that ids are the same text.",
    )  # fmt: skip
    if kind == "ivig":
        yield Look(
            "error", "course_without_interval", "end",
            cells["interval_days"].text.isnull() & (end.value > start.value), between,
            "This dose ends on a later day than it starts, but interval_days is blank: how often was it given?",
            "For a course fill in interval_days (for instance 28); for one infusion clear end.",
        )  # fmt: skip
