"""Workbooks that are not .xlsx (.xls, .xlsb, .ods) looked through before they are read: only how far their cells go."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Iterator
from xml.parsers import expat

from ivig_core.cohort.formats.seen import Seen
from ivig_core.cohort.formats.sheet_xml import check_area, check_sheets, parse
from ivig_core.cohort.formats.zips import chunks, damaged, read_member
from ivig_core.cohort.reading.gate import Limits, RefusedError

_CELLS = frozenset({0x0203, 0x027E, 0x00FD, 0x0204, 0x0006, 0x0206, 0x0406, 0x0205, 0x00D6})
_MANY_CELLS = frozenset({0x00BD})
_BEGIN, _PASSWORD, _SHEET = 0x0809, 0x002F, 0x0085
_END_OF_CHAIN = 0xFFFFFFFA
_FIRST_DIFAT = 109


def password() -> RefusedError:
    """A workbook that is locked."""
    return RefusedError(
        "password",
        "The workbook is protected by a password.",
        "Open it, take the password off (File, Info, Protect Workbook), save it and load that.",
    )


def look_through_xls(data: bytes, limits: Limits) -> None:
    """Refuse an old workbook that is locked or means more than allowed."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise password()
    try:
        stream = _workbook_stream(data)
    except (struct.error, IndexError):
        raise damaged() from None
    seen: list[Seen] = []
    sheets = 0
    for kind, body in _records(stream):
        if kind == _BEGIN:
            seen.append(Seen(f"number {len(seen)}", limits))
        elif kind == _PASSWORD:
            raise password()
        elif kind == _SHEET:
            sheets += 1
            check_sheets(sheets, limits)
        elif seen and len(body) >= 6 and (kind in _CELLS or kind in _MANY_CELLS):
            row, column = struct.unpack_from("<2H", body)
            last = struct.unpack_from("<H", body, len(body) - 2)[0] if kind in _MANY_CELLS else column
            seen[-1].fill(row + 1, max(column, last))
    check_sheets(len(seen) - 1, limits)
    check_area(sum(sheet.area for sheet in seen), limits)


def look_through_xlsb(archive: zipfile.ZipFile, limits: Limits) -> None:
    """Refuse a binary workbook that means more than allowed."""
    area = sheets = 0
    for member in archive.infolist():
        if member.filename.lower().startswith("xl/worksheets/") and member.filename.lower().endswith(".bin"):
            sheets += 1
            check_sheets(sheets, limits)
            seen = Seen(f"number {sheets}", limits)
            _binary_sheet(read_member(archive, member), seen)
            area += seen.area
            check_area(area, limits)
        elif not member.is_dir():
            for _ in chunks(archive, member):
                pass


def look_through_ods(archive: zipfile.ZipFile, limits: Limits) -> dict[str, Seen]:
    """What is seen of each table of an OpenDocument workbook: cells and rows can stand for many."""
    member = next((member for member in archive.infolist() if member.filename == "content.xml"), None)
    if member is None:
        raise damaged()
    watch = _Tables(limits)
    parse(archive, member, watch.start, expat.ParserCreate(), limits)
    for other in archive.infolist():
        if other is not member and not other.is_dir():
            for _ in chunks(archive, other):
                pass
    check_area(sum(seen.area for seen in watch.seen.values()), limits)
    return watch.seen


class _Tables:
    """Follows the tags of content.xml."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.seen: dict[str, Seen] = {}
        self.row = self.rows = 0
        self.column = 0
        self.now = Seen("", limits)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """One opening tag."""
        if name == "table":
            self.now = Seen(attributes.get("table:name", ""), self.limits)
            self.seen[self.now.name] = self.now
            check_sheets(len(self.seen), self.limits)
            self.row = self.rows = self.column = 0
        elif name == "table-row":
            self.row, self.column = self.row + self.rows, 0
            self.rows = _count(attributes.get("table:number-rows-repeated"))
            self.now.hidden_rows += self.rows * (attributes.get("table:visibility") in ("collapse", "filter"))
        elif name in ("table-cell", "covered-table-cell"):
            self._cell(attributes)

    def _cell(self, attributes: dict[str, str]) -> None:
        many = _count(attributes.get("table:number-columns-repeated"))
        formula = "table:formula" in attributes
        if formula and "office:value-type" not in attributes:
            self.now.note(self.now.uncached, self.row + 1, self.column)
        if formula or "office:value-type" in attributes:
            self.now.fill(self.row + 1, self.column)
            self.now.fill(self.row + self.rows, self.column + many - 1)
        spanned = _count(attributes.get("table:number-columns-spanned"))
        if spanned > 1 and self.row < 30:
            self.now.merges.append((self.row + 1, self.column, self.row + 1, self.column + spanned - 1))
        self.column += many


def _count(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 10 else 1


def _records(stream: bytes) -> Iterator[tuple[int, bytes]]:
    at, end = 0, len(stream) - 4
    while at <= end:
        kind, size = struct.unpack_from("<2H", stream, at)
        if kind == 0 and size == 0:
            return
        yield kind, stream[at + 4 : at + 4 + size]
        at += 4 + size


def _workbook_stream(data: bytes) -> bytes:
    """The stream of the workbook in its container of sectors."""
    size = 1 << min(struct.unpack_from("<H", data, 30)[0], 16)
    (first_directory,) = struct.unpack_from("<L", data, 48)
    (cutoff,) = struct.unpack_from("<L", data, 56)
    table = _sector_table(data, size)
    directory = _chain(data, table, first_directory, size)
    for at in range(0, len(directory) - 127, 128):
        length = struct.unpack_from("<H", directory, at + 64)[0]
        name = directory[at : at + max(0, min(length, 64) - 2)].decode("utf-16-le", errors="replace")
        if name.lower() in ("workbook", "book"):
            start, bytes_ = struct.unpack_from("<2L", directory, at + 116)
            if bytes_ < cutoff:
                raise damaged()
            return _chain(data, table, start, size)[:bytes_]
    raise RefusedError(
        "not_text",
        "This is a document of an old Office program, but no Excel workbook.",
        "Save the table as an Excel workbook or as CSV (UTF-8) and load that.",
    )


def _sector_table(data: bytes, size: int) -> list[int]:
    sectors = list(struct.unpack_from(f"<{_FIRST_DIFAT}L", data, 76))
    (following,) = struct.unpack_from("<L", data, 68)
    each = size // 4
    visited: set[int] = set()
    while following < _END_OF_CHAIN and following not in visited:
        visited.add(following)
        *more, following = struct.unpack_from(f"<{each}L", data, (following + 1) * size)
        sectors += more
    table: list[int] = []
    for sector in sectors:
        if sector < _END_OF_CHAIN:
            table += struct.unpack_from(f"<{each}L", data, (sector + 1) * size)
    return table


def _chain(data: bytes, table: list[int], start: int, size: int) -> bytes:
    parts: list[bytes] = []
    sector = start
    while sector < _END_OF_CHAIN:
        if sector >= len(table) or len(parts) > len(table):
            raise damaged()
        parts.append(data[(sector + 1) * size : (sector + 2) * size])
        sector = table[sector]
    return b"".join(parts)


def _binary_sheet(data: bytes, seen: Seen) -> None:
    """Rows and cells of one sheet of a binary workbook."""
    at, row = 0, 0
    try:
        while at < len(data):
            kind, at = _varying(data, at, 2)
            size, at = _varying(data, at, 4)
            if kind == 0:
                (row,) = struct.unpack_from("<L", data, at)
            elif 2 <= kind <= 11:
                seen.fill(row + 1, struct.unpack_from("<L", data, at)[0])
            at += size
    except (IndexError, struct.error):
        raise damaged() from None


def _varying(data: bytes, at: int, most: int) -> tuple[int, int]:
    """A number of up to `most` bytes of seven bits (the kind of a record keeps its marks as bits too)."""
    value = 0
    for place in range(most):
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << (7 * place)
        if not byte & 0x80:
            break
    return value, at
