"""The door for a cohort file: limits first, then one pass over all checks, then a `Cohort`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from ivig_core.cohort.checks.every import check_table
from ivig_core.cohort.checks.identify import check_named_identifiers
from ivig_core.cohort.formats.csv_long import read_records
from ivig_core.cohort.formats.look import look
from ivig_core.cohort.formats.shape import Shape, is_ours
from ivig_core.cohort.intake import Intake
from ivig_core.cohort.problems import SHAPE, Findings, Problem
from ivig_core.cohort.reading.dates import DateOrder
from ivig_core.cohort.reading.encoding import TextTable, open_text
from ivig_core.cohort.reading.gate import (
    COMMAND_LIMITS,
    Limits,
    RefusedError,
    Source,
    check_columns,
    fetch,
    name_of,
)
from ivig_core.cohort.reading.headers import name_columns, plain
from ivig_core.cohort.reading.lines import Lines, account
from ivig_core.cohort.reading.raw import RawTable

__all__ = ["COMMAND_LIMITS", "Intake", "Limits", "Problem", "read_cohort"]

APP_LIMITS = Limits()


def read_cohort(
    source: Source,
    limits: Limits = APP_LIMITS,
    *,
    name: str | None = None,
    drop: Iterable[str] = (),
    date_order: DateOrder | None = None,
) -> Intake:
    """Read and check one cohort file.

    `source` is a path, the bytes, or a binary file; `drop` names columns to leave out, `date_order` says how dates like
    03/04/2020 are meant. Nothing is raised for a bad file: the `Intake` has every problem and, if there is no error,
    the cohort, called `name` or after the file.
    """
    findings = Findings()
    try:
        loaded = _load(source, limits, tuple(drop), findings)
    except RefusedError as refused:
        findings.add(refused.problem)
        return Intake.of(None, findings)
    if loaded.foreign:
        return Intake.of(None, findings, loaded.lines, loaded.shapes)
    cohort = check_table(
        loaded.table, findings, decimal_comma=loaded.decimal_comma, order=date_order, name=name or name_of(source),
        said=[shape.row for shape in loaded.shapes if shape.kind == "units_row" and shape.row],
    )  # fmt: skip
    return Intake.of(cohort, findings, loaded.lines, loaded.shapes)


class _Loaded(NamedTuple):
    """A file as a table, what its lines are (None where they cannot be told apart), and which shape it has.

    `foreign`: it is another table than ours, of which nothing but its shape is said.
    """

    table: RawTable
    lines: Lines | None
    decimal_comma: bool
    shapes: tuple[Shape, ...]
    foreign: bool


def _load(source: Source, limits: Limits, drop: tuple[str, ...], findings: Findings) -> _Loaded:
    """The table of a source; its text itself is let go here."""
    text, shapes = look(open_text(fetch(source, limits), limits))
    check_columns(len(text.header), text.header_row, limits)
    for shape in shapes:
        findings.whole("error", f"{SHAPE}{shape.kind}", shape.message, shape.remedy, row=shape.row)
    if not is_ours([plain(head) for head in text.header]) and shapes:
        return _foreign(text, shapes, findings)
    findings.notes.extend(text.notes)
    records = read_records(text)
    if records.short:
        findings.notes.append(
            f"{records.short:,} row(s) have fewer cells than the header; the missing ones were read as blank."
        )
    lines = account(text, records, findings)
    columns = name_columns(text.header, records.columns, drop, text.header_row, findings)
    table = RawTable(columns, records.rows, len(text.header), records.too_long)
    return _Loaded(table, lines, text.decimal_comma, shapes, foreign=False)


def _foreign(text: TextTable, shapes: tuple[Shape, ...], findings: Findings) -> _Loaded:
    """A table that is not ours: how many lines it has, and which of its columns name people; no cell is looked at."""
    if shapes[0].kind not in ("no_header", "other"):
        check_named_identifiers(text.header, text.header_row, findings)
    try:
        lines = account(text, read_records(text), Findings())
    except RefusedError:
        lines = None
    return _Loaded(RawTable({}, np.empty(0, np.int64)), lines, text.decimal_comma, shapes, foreign=True)
