"""The door for a cohort file: limits first, then one pass over all checks, then a `Cohort`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

from ivig_core.cohort.checks.every import check_table
from ivig_core.cohort.formats.csv_long import read_records
from ivig_core.cohort.formats.grid import Book
from ivig_core.cohort.formats.open_book import has_units_row, is_ours, open_book, open_folder
from ivig_core.cohort.guessing.omop import SHAPE as OMOP
from ivig_core.cohort.importing import Imported, import_book
from ivig_core.cohort.intake import Intake
from ivig_core.cohort.mapping.mapping import CohortMapping
from ivig_core.cohort.problems import SHAPE, Findings, Problem
from ivig_core.cohort.reading.blanked import without_missing
from ivig_core.cohort.reading.dates import DateOrder
from ivig_core.cohort.reading.encoding import open_text
from ivig_core.cohort.reading.gate import (
    COMMAND_LIMITS,
    Limits,
    RefusedError,
    Source,
    check_columns,
    fetch,
    folder_of,
    name_of,
)
from ivig_core.cohort.reading.headers import name_columns
from ivig_core.cohort.reading.lines import Lines, account
from ivig_core.cohort.reading.raw import RawTable
from ivig_core.cohort.shapes.glimpse import glimpse
from ivig_core.cohort.shapes.look import look
from ivig_core.cohort.shapes.shape import Shape, rows_of, shapes_of

__all__ = ["COMMAND_LIMITS", "Intake", "Limits", "Problem", "read_cohort"]

APP_LIMITS = Limits()
_SHAPE_ROWS = 300
_LEFT_OUT_ANYWAY = ("header_below", "units_row")
_LEFT_OUT = "These rows are left out; nothing is to be done if that is right."
_OF_ITS_SHAPE = {"unresolved", "unseen", "identifier", f"{SHAPE}no_header"}
_HOPELESS = ("counts", "free_text", "no_header", "transposed")
_CAN_BE_READ = (
    "It can be read once it is known what its columns mean: see what is open, on page Data or with `map`. "
    "Or write one row per dated fact, as the template does."
)


def read_cohort(
    source: Source,
    limits: Limits = APP_LIMITS,
    *,
    name: str | None = None,
    drop: Iterable[str] = (),
    date_order: DateOrder | None = None,
    mapping: CohortMapping | None = None,
    guessing: bool = False,
    missing: Iterable[str] = (),
) -> Intake:
    """Read and check one cohort file of any format.

    `source` is a path, the bytes, or a binary file; `drop` names columns to leave out, `date_order` says how dates like
    03/04/2020 are meant, `missing` has further texts that mean “not known”. A file in another shape than ours
    is read with `mapping`, or with what is guessed where `guessing` allows it; with neither, the `Intake` says what the
    file seems to be and what is open. Nothing is raised for a bad file: the `Intake` has every problem and, if there is
    no error, the cohort, called `name` or after the file.
    """
    findings = Findings()
    called = name or name_of(source)
    try:
        folder = folder_of(source)
        data = fetch(source, limits) if folder is None else b""
        if folder or mapping is not None or guessing or not is_ours(data) or has_units_row(data):
            book = open_folder(folder, limits, findings) if folder else open_book(data, called, limits, findings)
            del data
            made = import_book(
                book, findings, mapping=mapping, guessing=guessing, drop=drop, order=date_order, missing=tuple(missing),
                name=called, limits=limits,
            )  # fmt: skip
            shapes = _say_shape(book, made, findings)
            lines = _lines_of(book, made.mapping)
            return Intake.of(made.cohort, findings, lines, shapes, ledger=made.ledger, mapping=made.mapping)
        held = [data]
        del data
        loaded = _load(held, limits, tuple(drop), findings)
    except RefusedError as refused:
        findings.add(refused.problem)
        return Intake.of(None, findings)
    shapes, lines = loaded.shapes, loaded.lines
    decimal_comma, tables = loaded.decimal_comma, [without_missing(loaded.table, missing, findings)]
    del loaded
    cohort = check_table(
        tables, findings, decimal_comma=decimal_comma, order=date_order, name=called,
        said=[shape.row for shape in shapes if shape.kind == "units_row" and shape.row],
    )  # fmt: skip
    return Intake.of(cohort, findings, lines, shapes)


class _Loaded(NamedTuple):
    """A file of ours as a table, what its lines are, and what in its shape is not quite ours."""

    table: RawTable
    lines: Lines
    decimal_comma: bool
    shapes: tuple[Shape, ...]


def _load(held: list[bytes], limits: Limits, drop: tuple[str, ...], findings: Findings) -> _Loaded:
    """The table of the one file in `held`, which is emptied; its text itself is let go here."""
    text, shapes = look(open_text(held.pop(), limits))
    check_columns(len(text.header), text.header_row, limits)
    for shape in shapes:
        findings.whole("error", f"{SHAPE}{shape.kind}", shape.message, shape.remedy, row=shape.row)
    findings.notes.extend(text.notes)
    records = read_records(text)
    if records.short:
        findings.notes.append(
            f"{records.short:,} row(s) have fewer cells than the header; the missing ones were read as blank."
        )
    lines = account(text, records, findings)
    columns = name_columns(text.header, records.columns, drop, text.header_row, findings)
    return _Loaded(
        RawTable(columns, records.rows, len(text.header), records.too_long), lines, text.decimal_comma, shapes
    )


def _lines_of(book: Book, mapping: CohortMapping | None) -> Lines | None:
    """What the lines of a text are, now that it is known which one names the columns; None for other files."""
    grid = book.grids[0] if len(book.grids) == 1 else None
    if grid is None or grid.lines is None:
        return None
    above = next((grid.rows <= sheet.header_row for sheet in mapping.sheets), None) if mapping is not None else None
    if above is None:
        return grid.lines
    header, filled = int(above.sum()), int((grid.filled()[above] > 0).sum())
    lines = grid.lines
    return replace(lines, header=header, records=lines.records - filled, blank=lines.blank - header + filled)


def _say_shape(book: Book, made: Imported, findings: Findings) -> tuple[Shape, ...]:
    """What the tables of a file seem to be, each kind once: an error where nothing was made of them.

    Where a mapping can make facts of it, nobody has to write the table anew, and rows above the header or of units are
    left out: a warning says so.
    """
    told = {kind for severity, kind in findings.counts if severity == "error"}
    if made.ledger is None and told - _OF_ITS_SHAPE:
        return ()  # Its cells cannot be trusted: what they seem to be does not matter yet.
    if made.mapping is not None and made.mapping.shape == OMOP:
        return ()  # These sheets are made here; a note says of what.
    readable = made.mapping is not None and bool(made.mapping.sheets)
    said: dict[str, Shape] = {}
    for grid in book.grids:
        seen = glimpse(rows_of(grid.head(_SHAPE_ROWS)))
        for shape in shapes_of(seen) if seen is not None else ():
            aside, hopeless = shape.kind in _LEFT_OUT_ANYWAY, shape.kind in _HOPELESS
            if made.ledger is not None and not aside:
                continue
            if readable and not hopeless:
                shape = replace(shape, remedy=_LEFT_OUT if aside else _CAN_BE_READ)
            said.setdefault(shape.kind, shape)
    if said.keys() & set(_HOPELESS):
        # What the columns of such a table would mean leads nowhere.
        findings.forget("unresolved", "unseen")
    for shape in said.values():
        findings.forget(f"{SHAPE}{shape.kind}")
        aside = readable and shape.kind in _LEFT_OUT_ANYWAY
        findings.whole(
            "warning" if aside else "error", f"{SHAPE}{shape.kind}", shape.message, shape.remedy, row=shape.row
        )
    return tuple(said.values())
