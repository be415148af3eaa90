"""Which characters and which separator a file is written in: found, said, and turned into UTF-8."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ivig_core.cohort.columns import REQUIRED_HEADERS
from ivig_core.cohort.reading.gate import Limits, RefusedError, check_height, check_lines, check_width

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8 with byte-order mark"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
_WESTERN = "Windows-1252 (Western European)"
_SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab"}
_SEPARATOR_HINT = re.compile(r"sep=([,;\t])\s*", re.IGNORECASE)
_SOMETHING = re.compile(rb"\S")
_HEADER_LINES = 100
_BLOCK = 1 << 24
_LINE_END = re.compile(rb"\r\n|\n|\r")


@dataclass(frozen=True)
class TextTable:
    """A table as text: UTF-8 `data`, its header cells, where the records begin and in which spreadsheet row."""

    data: bytes
    header: list[str]
    separator: str
    body: int
    header_row: int
    notes: tuple[str, ...]
    encoding: str = "UTF-8"

    @property
    def decimal_comma(self) -> bool:
        """Whether a comma inside a number can only be a decimal comma."""
        return self.separator != ","

    def opened_at(self, header: Sequence[str], separator: str, body: int, header_row: int) -> TextTable:
        """The same text with its header found in another row, or under another separator."""
        notes = _notes(self.encoding, separator)
        return TextTable(self.data, list(header), separator, body, header_row, notes, self.encoding)


def open_text(data: bytes, limits: Limits) -> TextTable:
    """Decode `data`, find separator and header; `RefusedError` where this is no table of text within the limits."""
    data, encoding = _to_utf8(data)
    check_height(data, limits)
    line, after, row = _record(data, 0)
    check_width(line, limits)
    hint = _SEPARATOR_HINT.fullmatch(line)
    if hint:
        line, after, row = _record(data, after, row + 1)
        check_width(line, limits)
    separator = hint[1] if hint else _separator(line)
    check_lines(data)
    header = _cells(line, separator)
    if not _SOMETHING.search(data, after):
        raise RefusedError(
            "no_rows", "The file has a header but no rows.", "Add one row per dated fact below the header.", row=row
        )
    return TextTable(data, header, separator, after, row, _notes(encoding, separator), encoding)


def decode(data: bytes) -> tuple[bytes, tuple[str, ...]]:
    """The text of a file as UTF-8, and notes on how its characters were read; `RefusedError` where it is no text."""
    data, encoding = _to_utf8(data)
    return data, _notes(encoding, ",")


def _notes(encoding: str, separator: str) -> tuple[str, ...]:
    notes = []
    if encoding == _WESTERN:
        notes.append(f"The file is not UTF-8; it was read as {encoding}. Check texts with accents.")
    elif encoding != "UTF-8":
        notes.append(f"The file was read as {encoding}.")
    if separator != ",":
        notes.append(f"Columns were separated by {_SEPARATORS[separator]}.")
    return tuple(notes)


def _to_utf8(data: bytes) -> tuple[bytes, str]:
    for bom, codec, label in _BOMS:
        if data.startswith(bom):
            return _decoded(data, codec, label), label
    if b"\0" in data:
        return _decoded(data, _utf16_without_mark(data), "UTF-16"), "UTF-16"
    if data.isascii():
        return data, "UTF-8"
    return (data, "UTF-8") if _is_utf8(data) else (_western(data), _WESTERN)


def _is_utf8(data: bytes) -> bool:
    """Whether bytes are UTF-8, looked at in blocks: as one text, a single odd letter would make it up to four times as
    large as the file."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for at in range(0, len(data), _BLOCK):
            decoder.decode(data[at : at + _BLOCK], final=at + _BLOCK >= len(data))
    except UnicodeDecodeError:
        return False
    return True


def _decoded(data: bytes, codec: str, label: str) -> bytes:
    try:
        text = data.decode(codec)
    except UnicodeDecodeError as error:
        raise RefusedError(
            "not_text",
            f"The file begins like {label} but is damaged at byte {error.start:,}.",
            "Save it again as CSV (UTF-8).",
        ) from None
    if "\0" in text:
        raise _binary()
    return text.encode("utf-8")


def _utf16_without_mark(data: bytes) -> str:
    head = data[:2000]
    zeros = head[1::2].count(0), head[0::2].count(0)
    half = len(head) // 2
    if zeros[0] > 0.7 * half and not zeros[1]:
        return "utf-16-le"
    if zeros[1] > 0.7 * half and not zeros[0]:
        return "utf-16-be"
    raise _binary()


def _binary() -> RefusedError:
    return RefusedError(
        "not_text", "The file is not text (it contains NUL bytes).", "Save the table as CSV (UTF-8) and load that."
    )


def _western(data: bytes) -> bytes:
    try:
        return data.decode("cp1252").encode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1").encode("utf-8")


def first_records(
    data: bytes, separator: str, most: int, most_bytes: int
) -> Iterator[tuple[tuple[str, ...], int, int]]:
    """Records with anything in them from the top of a text on: cells, spreadsheet row, and where the next one begins.

    At most `most`, none that begins beyond `most_bytes`, none from a quotation mark on that is not closed.
    """
    at, row = 0, 0
    for _ in range(most):
        try:
            line, at, row = _record(data, at, row + 1)
            cells = _cells(line, separator)
        except RefusedError:
            return
        if row > 1 or not _SEPARATOR_HINT.fullmatch(line):
            yield tuple(cells), row, at
        if at > most_bytes:
            return


def _record(data: bytes, start: int, first_row: int = 1) -> tuple[str, int, int]:
    """The first record with anything in it from `start` on, where the next one begins, and its spreadsheet row.

    `first_row`: the spreadsheet row that begins at `start`.
    """
    something = _SOMETHING.search(data, start)
    if not something:
        raise RefusedError("empty", "The file has no header.", "Row 1 must name the columns.", row=1)
    row = first_row + len(_LINE_END.findall(data, start, something.start()))
    start = max(data.rfind(b"\n", start, something.start()) + 1, data.rfind(b"\r", start, something.start()) + 1, start)
    at, quotes = start, 0
    # A quoted cell may hold line ends: go on to the line where the quotes are even.
    for _ in range(_HEADER_LINES):
        found = _LINE_END.search(data, at)
        stop, after = (found.start(), found.end()) if found else (len(data), len(data))
        quotes += data.count(b'"', at, stop)
        if quotes % 2 == 0:
            return data[start:stop].decode("utf-8"), after, row
        at = after
    raise RefusedError("open_quote", "A quotation mark in the header is never closed.", "Close or delete it.", row=row)


def _separator(header: str) -> str:
    """The separator under which most of the required columns are found, then the one that gives most columns."""

    def fit(separator: str) -> tuple[int, int]:
        names = {name.strip().lower() for name in _cells(header, separator)}
        return sum(name in names for name in REQUIRED_HEADERS), header.count(separator)

    return max(_SEPARATORS, key=fit)


def _cells(line: str, separator: str) -> list[str]:
    try:
        return [cell.strip() for cell in next(csv.reader([line], delimiter=separator), [])]
    except csv.Error:
        raise RefusedError("header", "The header cannot be read.", "Row 1 must name the columns.", row=1) from None
