"""A ZIP, or a folder, of tables → a sheet for each, called after its file."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from ivig_core.cohort.formats.grid import Book, Grid
from ivig_core.cohort.formats.zips import read_member
from ivig_core.cohort.problems import Findings
from ivig_core.cohort.reading.gate import Limits, RefusedError, check_size, read_path

TABLES = (".csv", ".txt", ".tsv", ".parquet", ".xpt", ".sas7bdat", ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
_OF_SYSTEMS = ("__macosx",)

OpenOne = Callable[[bytes, str, Limits, Findings], Book]
"""Reads one table that is no archive itself."""


@dataclass(frozen=True)
class Part:
    """One file of an archive or folder: its path there, and how to get its bytes or where they are."""

    path: PurePosixPath
    read: Callable[[], bytes]
    place: Path | None = None


def parts_of_zip(archive: zipfile.ZipFile) -> Iterator[Part]:
    """The files of a checked archive, without what operating systems put there."""
    for member in archive.infolist():
        path = PurePosixPath(member.filename.replace("\\", "/"))
        if not member.is_dir() and not _is_of_system(path):
            yield Part(path, lambda member=member: read_member(archive, member))  # type: ignore[misc]


def parts_of_folder(folder: Path, limits: Limits) -> list[Part]:
    """The files of a folder by name; folders inside it are not looked into. `RefusedError` where they are too large."""
    try:
        files = sorted(
            path for path in folder.iterdir() if path.is_file() and not _is_of_system(PurePosixPath(path.name))
        )
        size = sum(path.stat().st_size for path in files)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise RefusedError("no_file", f"The folder {folder} cannot be read: {reason}.", "Check that you may.") from None
    if files:
        check_size(size, limits)
    return [
        Part(PurePosixPath(path.name), lambda path=path: read_path(path, limits), path)  # type: ignore[misc]
        for path in files
    ]


def read_parts(parts: Iterable[Part], where: str, limits: Limits, findings: Findings, open_one: OpenOne) -> Book:
    """The sheets of all tables among `parts` of the archive or folder `where`; the others are named in the notes."""
    books: dict[str, Book] = {}
    skipped: list[str] = []
    for part in parts:
        if part.path.suffix.lower() not in TABLES:
            skipped.append(part.path.name)
            continue
        called = str(part.path.with_suffix(""))
        called = called if part.path.stem in books else part.path.stem
        try:
            books[called] = open_one(part.read(), called, limits, findings)
        except RefusedError as refused:
            problem = refused.problem
            raise RefusedError(
                problem.kind,
                f"“{_short(part.path.name)}” in the {where}: {problem.message}",
                problem.remedy,
                problem.row,
            ) from None
    if not books:
        raise RefusedError("empty", f"There is no table in the {where}.", "Put the tables in it as CSV files.")
    return _together(books, skipped, where, limits)


def _together(books: dict[str, Book], skipped: list[str], where: str, limits: Limits) -> Book:
    if len(books) == 1:
        (book,) = books.values()
        return book.with_notes(_skipped(skipped))
    grids: list[Grid] = []
    for called, book in books.items():
        several = len(book.grids) > 1
        grids += [replace(grid, name=f"{called}: {grid.name}" if several else called) for grid in book.grids]
    if len(grids) > limits.max_sheets:
        raise RefusedError(
            "too_many_sheets",
            f"There are {len(grids):,} tables in the {where}; at most {limits.max_sheets:,} are read here.",
            "Keep only the tables of the cohort.",
        )  # fmt: skip
    cells = sum(len(grid) * grid.width for grid in grids)
    if cells > limits.max_cells:
        raise RefusedError(
            "too_many_cells",
            f"The tables in the {where} have {cells:,} cells; at most {limits.max_cells:,} are read here.",
            "Leave out what the analysis does not need.",
        )  # fmt: skip
    notes = [f"{called}: {note}" for called, book in books.items() for note in book.notes]
    return Book(
        "archive",
        tuple(grids),
        (*notes, *_skipped(skipped)),
        all(book.decimal_comma for book in books.values()),
        tuple(cell for book in books.values() for cell in book.uncached),
    )


def _skipped(names: list[str]) -> list[str]:
    if not names:
        return []
    shown = ", ".join(f"“{_short(name)}”" for name in names[:5]) + (
        f" and {len(names) - 5:,} more" if names[5:] else ""
    )
    return [f"Not a table by its name, so not read: {shown}."]


def _short(name: str) -> str:
    return name if len(name) <= 60 else name[:59] + "…"


def _is_of_system(path: PurePosixPath) -> bool:
    return (
        path.name.startswith((".", "~$"))
        or path.name.lower() in ("thumbs.db", "desktop.ini")
        or (path.parts[0].lower() in _OF_SYSTEMS)
    )
