"""Tables as people keep them, invented, and what importing makes of them."""

from __future__ import annotations

from ivig_core.cohort.formats.grid import Book, Grid
from ivig_core.cohort.formats.open_book import open_book
from ivig_core.cohort.importing import Imported, import_book
from ivig_core.cohort.problems import Findings, Problem
from ivig_core.cohort.reading.gate import Limits
from ivig_core.cohort.writing import long_frame


def text_book(text: str) -> Book:
    """A text table as the door opens it."""
    return open_book(text.encode(), "table.csv", Limits(), Findings())


def book_of(**sheets: list[list[str]]) -> Book:
    """A workbook of sheets of rows."""
    return Book("workbook", tuple(Grid.of_rows(name, rows) for name, rows in sheets.items()))


def imported(book: Book | str, *, guessing: bool = True, **how) -> tuple[Imported, tuple[Problem, ...]]:
    """What importing a file gives, and what it finds."""
    findings = Findings()
    made = import_book(text_book(book) if isinstance(book, str) else book, findings, guessing=guessing, **how)
    return made, findings.finished()


def facts(made: Imported, *columns: str) -> list[str]:
    """The facts of a cohort as lines of record, patient, start and some more columns."""
    frame = long_frame(made.cohort)
    names = ["patient_id", "record", "start", *columns]
    return [
        ",".join(row).rstrip(",") for row in frame.reindex(columns=names).astype(object).fillna("").to_numpy().tolist()
    ]


def asked(problems: tuple[Problem, ...]) -> list[str]:
    """What stands against using a file: the column (empty for the file) and the first words of each message."""
    return [f"{problem.column or ''}: {problem.message}" for problem in problems if problem.severity == "error"]
