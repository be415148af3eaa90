"""Problems of facts told in the words of the file: its sheet, its row, its own column names."""

from __future__ import annotations

import re
from dataclasses import replace

from ivig_core.cohort.columns import BY_NAME
from ivig_core.cohort.formats.grid import Book
from ivig_core.cohort.mapping.apply import SHEET_STEP, Made
from ivig_core.cohort.mapping.mapping import CohortMapping
from ivig_core.cohort.problems import Findings, Problem

_ROW_IN_TEXT = re.compile(rf"\brow (\d{{{len(str(SHEET_STEP))},}})")


def locate(findings: Findings, made: Made, book: Book, mapping: CohortMapping) -> None:
    """Turn row and column of every problem into those of the file."""
    names = [grid.name for grid in book.grids]
    several = len(names) > 1
    sources = _sources(made, book, mapping)
    findings.problems = [_located(problem, names if several else [], sources) for problem in findings.problems]


def _sources(made: Made, book: Book, mapping: CohortMapping) -> dict[int, list[tuple[str, dict[str, str]]]]:
    """For each row of the table: record kind and, by our column, the header it came from, one entry a fact."""
    mapped = {sheet.sheet: sheet for sheet in mapping.sheets}
    fields = {
        (number, at): (block.record, {target: item.sources[0] for target, item in block.fields.items() if item.sources})
        for number, grid in enumerate(book.grids)
        if grid.name in mapped
        for at, block in enumerate(mapped[grid.name].blocks)
    }
    found: dict[int, list[tuple[str, dict[str, str]]]] = {}
    for row, sheet, block in zip(made.table.rows.tolist(), made.sheet.tolist(), made.block.tolist(), strict=True):
        found.setdefault(row, []).append(fields[sheet, block])
    return found


def _located(problem: Problem, names: list[str], sources: dict[int, list[tuple[str, dict[str, str]]]]) -> Problem:
    message = problem.message
    row, column = problem.row, problem.column
    if row is not None and column in BY_NAME:
        headers = {fields[column] for _, fields in sources.get(row, ()) if column in fields}
        if len(headers) == 1:
            (header,) = headers
            if header != column:
                column, message = header, f"{message} (It is read as {problem.column}.)"
    if names:
        message = _ROW_IN_TEXT.sub(lambda found: _place(int(found[1]), names), message)
    if row is not None and names and row >= 0:
        message = f"Sheet “{names[row // SHEET_STEP]}”: {message}"
    return replace(problem, row=None if row is None else int(row % SHEET_STEP), column=column, message=message)


def _place(row: int, names: list[str]) -> str:
    return f"row {row % SHEET_STEP} of sheet “{names[row // SHEET_STEP]}”"
