"""Problems of facts told in the words of the file: its sheet, its row, its own column names."""

from __future__ import annotations

import re
from dataclasses import replace

from ivig_core.cohort.formats.grid import Book
from ivig_core.cohort.mapping.apply import FACTS, Made
from ivig_core.cohort.mapping.mapping import CohortMapping
from ivig_core.cohort.problems import Findings, Problem

_ROW_IN_TEXT = re.compile(rf"\brow (\d{{{len(str(FACTS))}}})\b")


def locate(findings: Findings, made: Made, book: Book, mapping: CohortMapping) -> None:
    """Turn row and column of every problem into those of the file."""
    place = _Places(made, book, mapping)
    findings.problems = [place.located(problem) for problem in findings.problems]


class _Places:
    """Where in the file each fact comes from."""

    def __init__(self, made: Made, book: Book, mapping: CohortMapping) -> None:
        names = [grid.name for grid in book.grids]
        self.made, self.names, self.several = made, names, len(names) > 1
        mapped = {sheet.sheet: sheet for sheet in mapping.sheets}
        self.sources = {
            (number, at): {target: item.sources[0] for target, item in block.fields.items() if item.sources}
            for number, name in enumerate(names)
            if name in mapped
            for at, block in enumerate(mapped[name].blocks)
        }

    def located(self, problem: Problem) -> Problem:
        """A problem with the sheet, the row and the header of the file."""
        message = _ROW_IN_TEXT.sub(lambda found: self._row(int(found[1]) - FACTS), problem.message)
        at = -1 if problem.row is None else problem.row - FACTS
        if not 0 <= at < len(self.made.row):
            # Of the whole file: our own header row is no row of it.
            return replace(problem, row=None, message=message)
        sheet, block = int(self.made.sheet[at]), int(self.made.block[at])
        column = problem.column
        header = self.sources[sheet, block].get(column or "")
        value = problem.value
        if header and header != column:
            message = f"{message} (It is read as {column}.)"
        elif not header and column == "record":
            # The file has no such column: the mapping says what its rows are.
            column = value = None
        if self.several:
            message = f"Sheet “{self.names[sheet]}”: {message}"
        return replace(problem, row=int(self.made.row[at]), column=header or column, value=value, message=message)

    def _row(self, at: int) -> str:
        if not 0 <= at < len(self.made.row):
            return "another row"
        where = f" of sheet “{self.names[int(self.made.sheet[at])]}”" if self.several else ""
        return f"row {int(self.made.row[at])}{where}"
