"""The XML of a workbook (.xlsx, .xlsm) looked through before it is read: a stream of tags, no entities, no tree."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Callable
from xml.parsers import expat

from ivig_core.cohort.formats.seen import Seen, place
from ivig_core.cohort.formats.zips import chunks, damaged
from ivig_core.cohort.reading.gate import Limits, RefusedError

Start = Callable[[str, dict[str, str]], None]
_SHEET = re.compile(rb"<(?:[^\s<>:]+:)?worksheet[\s/>]")
_TAIL = 200
_TAGS_OF_A_CELL = 10
"""Tags that a filled cell may take: its row, formula, value, and a text in several styles."""
# Cells and rows without anything in them that say where they are, followed by another one: spreadsheet programs write
# millions of them where whole columns are formatted. A hidden row is told; the last one of a run is left, because what
# comes after it may not say where it is.
_CELL = rb'<c r="[A-Z]{1,3}\d{1,7}"[^<>]*(?:/>|></c>)'
_EMPTY = re.compile(
    rb'(?:%(cell)s(?=<c r="[A-Z]{1,3}\d)|<row r="\d+"(?![^<>]*hidden)[^<>]*(?:/>|>(?:%(cell)s)?</row>)(?=<row r="\d))'
    % {b"cell": _CELL}
)


def look_through(archive: zipfile.ZipFile, limits: Limits) -> dict[str, Seen]:
    """What is seen of each sheet, by name; every other part of the workbook is held to its size as well."""
    members = {member.filename.lower(): member for member in archive.infolist() if not member.is_dir()}
    by_part: dict[str, Seen] = {}
    area = 0
    seen = {}
    for name, part in _sheet_parts(archive, members, limits).items():
        member = members.get(part.lower())
        if member is None:
            continue
        if part not in by_part:
            by_part[part] = _sheet(archive, member, name, limits)
        seen[name] = by_part[part]
        area += seen[name].area
        check_area(area, limits)
    parts = {part.lower() for part in by_part}
    for path, member in members.items():
        if path not in parts and _holds_a_sheet(archive, member):
            # No sheet by the list of sheets; whoever reads the list in another way must not be surprised either.
            area += _sheet(archive, member, path, limits).area
            check_area(area, limits)
    return seen


def check_area(area: int, limits: Limits) -> None:
    """Refuse a workbook whose sheets together mean more cells than allowed."""
    if area > limits.max_cells:
        raise RefusedError(
            "too_many_cells",
            f"The sheets of the workbook have {area:,} cells; at most {limits.max_cells:,} are read here.",
            "Leave out what the analysis does not need, and look for stray entries far below or to the right.",
        )


def parse(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, start: Start, parser: expat.XMLParserType, limits: Limits,
    *, clean: Callable[[bytes], bytes] = bytes,
) -> None:  # fmt: skip
    """Send every opening tag (without its prefix) of a part to `start`; `RefusedError` for entities, damage, and more
    tags than allowed. `clean` takes out of a piece what need not be looked at."""
    left = limits.max_tags

    def on_start(name: str, attributes: dict[str, str]) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise RefusedError(
                "too_many_cells",
                f"A sheet of the workbook has more than {limits.max_tags:,} rows, cells and values, with empty ones.",
                "Delete empty formatted rows and columns, or save the sheet as CSV.",
            )
        start(name.rpartition(":")[2] if ":" in name else name, attributes)

    parser.StartElementHandler = on_start
    parser.StartDoctypeDeclHandler = _refuse_entities
    parser.buffer_text = True
    try:
        for piece in chunks(archive, member):
            parser.Parse(clean(piece), False)
        parser.Parse(b"", True)
    except (expat.ExpatError, LookupError, ValueError):
        raise damaged() from None


def _refuse_entities(*_: object) -> None:
    raise RefusedError(
        "entities",
        "The workbook defines entities of its own, which no spreadsheet program writes, so nothing of it is read.",
        "Save the table again as an Excel workbook or as CSV.",
    )


def _holds_a_sheet(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bool:
    """Unpack a part once without keeping it: its size is what the archive says, and it defines no entities. Whether it
    has the tag of a sheet."""
    tail, found = b"", False
    for piece in chunks(archive, member):
        text = tail + piece
        if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
            _refuse_entities()
        found = found or _SHEET.search(text) is not None
        tail = piece[-_TAIL:]
    return found


def _sheet_parts(archive: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo], limits: Limits) -> dict[str, str]:
    """The part of the archive that holds each sheet, by the name of the sheet."""
    main = _relations(archive, members, "_rels/.rels", "", limits, only="/officeDocument")
    if len(main) != 1:
        raise damaged()
    (book,) = main.values()
    folder, file = posixpath.split(book)
    targets = _relations(archive, members, f"{folder}/_rels/{file}.rels", folder, limits)
    sheets: dict[str, str] = {}

    def on_sheet(name: str, attributes: dict[str, str]) -> None:
        if name != "sheet":
            return
        relations = [value for key, value in attributes.items() if key.endswith(":id")]
        called = attributes.get("name", "")
        if len(relations) != 1 or called in sheets:
            raise damaged()
        sheets[called] = targets.get(relations[0], "")
        check_sheets(len(sheets), limits)

    _parse_part(archive, members, book, on_sheet, limits)
    return sheets


def _relations(
    archive: zipfile.ZipFile,
    members: dict[str, zipfile.ZipInfo],
    part: str,
    folder: str,
    limits: Limits,
    *,
    only: str = "",
) -> dict[str, str]:
    """What a part of relations points to, by id; `only` those whose type ends so."""
    targets: dict[str, str] = {}

    def on_relation(name: str, attributes: dict[str, str]) -> None:
        if name != "Relationship" or not attributes.get("Type", "").endswith(only):
            return
        target, called = attributes.get("Target", ""), attributes.get("Id", "")
        if called in targets:
            raise damaged()
        inside = target.startswith("/") or (folder and target.startswith(f"{folder}/"))
        targets[called] = target.lstrip("/") if inside else posixpath.normpath(posixpath.join(folder, target))

    _parse_part(archive, members, part, on_relation, limits)
    return targets


def _parse_part(
    archive: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo], part: str, start: Start, limits: Limits
) -> None:
    member = members.get(part.lower())
    if member is None:
        raise damaged()
    parse(archive, member, start, expat.ParserCreate(), limits)


def check_sheets(count: int, limits: Limits) -> None:
    """Refuse a workbook with more sheets than allowed."""
    if count > limits.max_sheets:
        raise RefusedError(
            "too_many_sheets",
            f"The workbook has more than {limits.max_sheets:,} sheets, the most that are read here.",
            "Keep the sheets of the cohort and delete the others.",
        )


def _sheet(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str, limits: Limits) -> Seen:
    seen = Seen(name, limits)
    parser = expat.ParserCreate()
    watch = _Watch(seen, parser)
    parse(archive, member, watch.start, parser, limits, clean=_without_empty)
    watch.end_cell()
    return seen


def _without_empty(piece: bytes) -> bytes:
    """A piece of a sheet without most of its empty cells, then without rows that are empty."""
    return _EMPTY.sub(b"", _EMPTY.sub(b"", piece))


class _Watch:
    """Follows the tags of one sheet: rows, cells, formulas, values, merged cells."""

    def __init__(self, seen: Seen, parser: expat.XMLParserType) -> None:
        self.seen, self.parser = seen, parser
        self.row, self.column = 0, -1
        self.kind = ""
        self.formula = self.value = False
        self.spare, self.counted = seen.limits.max_empty, 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """One opening tag; `RefusedError` where there are far more than a sheet with so much in it needs."""
        self.spare -= 1
        if self.spare < 0:
            self._spent()
        if name == "c":
            self._cell(attributes)
        elif name == "v" or name == "is":
            self.seen.fill(self.row, self.column)
            if self.formula:
                self.parser.CharacterDataHandler = self._text
            elif self.kind == "e":
                self.seen.note(self.seen.broken, self.row, self.column)
        elif name == "f":
            self.formula = True
        elif name == "row":
            self._row(attributes)
        elif name == "mergeCell":
            self.seen.merge(attributes.get("ref", ""))
        elif name == "col" and attributes.get("hidden") in ("1", "true"):
            self.seen.hidden_columns += 1

    def _spent(self) -> None:
        allowed = self.seen.cells * _TAGS_OF_A_CELL
        self.spare, self.counted = self.spare + allowed - self.counted, allowed
        if self.spare < 0:
            raise RefusedError(
                "too_many_cells",
                f"The sheet “{self.seen.name[:60]}” has more than {self.seen.limits.max_empty:,} empty rows and cells.",
                "Delete empty formatted rows and columns, or save the sheet as CSV.",
            )

    def end_cell(self) -> None:
        """Judge the cell before: a formula without a value is named. `t="str"` with nothing is a stored blank."""
        if self.formula:
            self.parser.CharacterDataHandler = None
            if not self.value and self.kind != "str":
                self.seen.note(self.seen.uncached, self.row, self.column)
            if self.value and self.kind == "e":
                self.seen.note(self.seen.broken, self.row, self.column)
        self.formula = self.value = False

    def _text(self, text: str) -> None:
        self.value = self.value or bool(text.strip())

    def _row(self, attributes: dict[str, str]) -> None:
        self.end_cell()
        given = attributes.get("r", "")
        self.row, self.column = (int(given) if given.isdecimal() else self.row + 1), -1
        self.seen.hidden_rows += attributes.get("hidden") in ("1", "true")

    def _cell(self, attributes: dict[str, str]) -> None:
        self.end_cell()
        self.kind = attributes.get("t", "")
        found = place(attributes.get("r", ""))
        if found is None:
            self.column += 1
        else:
            self.row, self.column = found
