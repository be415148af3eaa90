"""Any file that is read → its sheets of cells. What a file is, its bytes say, never its name alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ivig_core.cohort.columns import REQUIRED_HEADERS
from ivig_core.cohort.formats.archive import Part, parts_of_folder, parts_of_zip, read_parts
from ivig_core.cohort.formats.grid import Book
from ivig_core.cohort.formats.omop_tables import is_omop, read_omop
from ivig_core.cohort.formats.parquet import ENCRYPTED, MAGIC, read_parquet
from ivig_core.cohort.formats.sas import is_sas, read_sas
from ivig_core.cohort.formats.text import read_text
from ivig_core.cohort.formats.two_rows import joined_rows
from ivig_core.cohort.formats.workbook import OLD_EXCEL, is_workbook, read_workbook
from ivig_core.cohort.formats.zips import is_zip, open_zip
from ivig_core.cohort.mapping.lines import is_units
from ivig_core.cohort.problems import Findings
from ivig_core.cohort.reading.gate import Limits, RefusedError, check_kind
from ivig_core.cohort.reading.headers import plain

_FEWEST_HEADERS = 2
_BEGINNING = 100_000
_FIRST_LINES = 6


def is_ours(data: bytes) -> bool:
    """Whether a file is meant as a long CSV of ours: its first line has some of the headers that such a file must have.

    What is no text is not ours.
    """
    if is_zip(data) or is_sas(data) or data.startswith((OLD_EXCEL, MAGIC, ENCRYPTED)):
        return False  # What is packed without being squeezed can be read in it.
    beginning = data[:_BEGINNING].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe\r\n\t ,;")
    first = next(iter(beginning.splitlines()), b"").decode("utf-8", errors="ignore")
    if first.lower().startswith("sep="):
        first = next(iter(beginning.splitlines()[1:]), b"").decode("utf-8", errors="ignore")
    names = {plain(cell.strip('" ')) for separator in ",;\t" for cell in first.split(separator)}
    return len(names & set(REQUIRED_HEADERS)) >= _FEWEST_HEADERS and "patient_id" in names


def has_units_row(data: bytes) -> bool:
    """Whether the first row below the header of a long CSV of ours says in what its columns are written."""
    lines = [line for line in data[:_BEGINNING].decode("utf-8", errors="ignore").splitlines()[:_FIRST_LINES] if line]
    lines = lines[1:] if lines and lines[0].lower().startswith("sep=") else lines
    if len(lines) < 2:
        return False
    separator = max(",;\t", key=lines[0].count)
    return is_units([cell.strip().strip('"') for cell in lines[1].split(separator)])


def open_book(data: bytes, name: str, limits: Limits, findings: Findings) -> Book:
    """The sheets of a file; `RefusedError` where it is none that is read, or larger than `limits` in what it means."""
    if not is_zip(data):
        return _open_one(data, name, limits, findings)
    with open_zip(data, limits) as archive:
        if not is_workbook(archive):
            return _of_parts(list(parts_of_zip(archive)), "archive", limits, findings)
    return read_workbook(data, limits, findings)


def open_folder(folder: Path, limits: Limits, findings: Findings) -> Book:
    """The tables in a folder as one file; `RefusedError` as for a file."""
    return _of_parts(parts_of_folder(folder, limits), "folder", limits, findings)


def _of_parts(parts: list[Part], where: str, limits: Limits, findings: Findings) -> Book:
    if is_omop(part.path.stem for part in parts):
        return read_omop(parts, limits)
    return read_parts(parts, where, limits, findings, _open_one)


def _open_one(data: bytes, name: str, limits: Limits, findings: Findings) -> Book:
    """A file that is no archive; an archive inside another one is refused, unless it is a workbook."""
    if data.startswith(OLD_EXCEL):
        return read_workbook(data, limits, findings)
    if is_zip(data):
        with open_zip(data, limits) as archive:
            if not is_workbook(archive):
                raise RefusedError(
                    "nested", "There is an archive inside the archive.", "Unpack it and load its tables."
                )
        return read_workbook(data, limits, findings)
    if is_sas(data):
        return Book("sas", (read_sas(data, name, limits),))
    if data.startswith((MAGIC, ENCRYPTED)):
        return Book("parquet", (read_parquet(data, name, limits),))
    check_kind(data)
    book = read_text(data, name, limits, findings)
    grids = [joined_rows(grid) for grid in book.grids]
    return replace(book, grids=tuple(grid for grid, _ in grids)).with_notes(note for _, said in grids for note in said)
