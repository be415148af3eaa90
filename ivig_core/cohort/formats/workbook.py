"""Excel and OpenDocument workbooks → a sheet of cells each. Nothing is read before it is known how much it means."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from ivig_core.cohort.formats.grid import Book, Grid, coded
from ivig_core.cohort.formats.other_sheets import look_through_ods, look_through_xls, look_through_xlsb, password
from ivig_core.cohort.formats.seen import KEPT, Seen
from ivig_core.cohort.formats.sheet_xml import look_through
from ivig_core.cohort.formats.two_rows import joined_rows
from ivig_core.cohort.formats.typed import cell_text
from ivig_core.cohort.formats.zips import damaged, open_zip
from ivig_core.cohort.problems import Findings
from ivig_core.cohort.reading.gate import Limits
from ivig_core.cohort.reading.raw import RawColumn

OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_NAMED = 5


def is_workbook(archive: zipfile.ZipFile) -> bool:
    """Whether an archive is a workbook; what its file is called does not matter."""
    return bool({"xl/workbook.xml", "xl/workbook.bin", "content.xml"} & set(archive.namelist()))


def read_workbook(data: bytes, limits: Limits, findings: Findings) -> Book:
    """The sheets of a workbook that have something in them; the others are named in the notes.

    Formulas without a stored value are an error in `findings`; `RefusedError` where the workbook is locked, damaged or
    larger than `limits` in what it means.
    """
    seen = _look_through(data, limits)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        reading = _Reading(limits, seen)
        for about in workbook.sheets_metadata:
            reading.take(workbook, about.name, about.typ, about.visible)
    except PasswordError:
        raise password() from None
    except (CalamineError, OSError, ValueError):
        raise damaged() from None
    distinct = list({id(sheet): sheet for sheet in seen.values()}.values())
    uncached = tuple(cell for sheet in distinct for cell in sheet.uncached)
    _say_cells(uncached, [cell for sheet in distinct for cell in sheet.broken], findings)
    return Book("workbook", tuple(reading.grids), tuple(reading.notes), decimal_comma=True, uncached=uncached)


def _look_through(data: bytes, limits: Limits) -> dict[str, Seen]:
    if data.startswith(OLD_EXCEL):
        look_through_xls(data, limits)
        return {}
    with open_zip(data, limits) as archive:
        names = set(archive.namelist())
        if "xl/workbook.xml" in names:
            return look_through(archive, limits)
        if "content.xml" in names:
            return look_through_ods(archive, limits)
        look_through_xlsb(archive, limits)
        return {}


@dataclass
class _Reading:
    """Sheets as they are read, and what is said of them."""

    limits: Limits
    seen: dict[str, Seen]
    grids: list[Grid] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def take(self, workbook: CalamineWorkbook, name: str, kind: SheetTypeEnum, visible: SheetVisibleEnum) -> None:
        """Read one sheet, or say why not."""
        if kind != SheetTypeEnum.WorkSheet:
            self.notes.append(f"“{name}” is no sheet of cells (a chart or a macro) and was skipped.")
            return
        sheet = workbook.get_sheet_by_name(name)
        if sheet.start is None:
            self.notes.append(f"The sheet “{name}” is empty and was skipped.")
            return
        about = self.seen.get(name) or Seen(name, self.limits)
        grid, said = joined_rows(_grid(sheet, name), about.merges)
        self.grids.append(grid)
        self.notes += said
        if visible != SheetVisibleEnum.Visible:
            self.notes.append(f"The sheet “{name}” is hidden in the workbook; it was read like any other.")
        for count, what in ((about.hidden_rows, "row(s)"), (about.hidden_columns, "group(s) of columns")):
            if count:
                self.notes.append(f"The sheet “{name}” has {count:,} hidden {what}; they were read like any other.")


def _grid(sheet: CalamineSheet, name: str) -> Grid:
    """The cells of a sheet between its corners; columns count from A, rows as the spreadsheet shows them."""
    top, left = sheet.start or (0, 0)
    lines = sheet.to_python(skip_empty_area=True)
    columns: list[RawColumn] = [_column([""] * len(lines)) for _ in range(left)]
    columns += [_column(cells) for cells in zip(*lines, strict=True)]
    return Grid(name, tuple(columns), np.arange(top + 1, top + 1 + len(lines)))


def _column(cells: Sequence[object]) -> RawColumn:
    values = np.empty(len(cells), dtype=object)
    values[:] = cells
    # True is 1 to a dictionary, which is how it is written below as well.
    codes, distinct = pd.factorize(values)
    return coded(codes, [cell_text(value) for value in distinct])


def _say_cells(uncached: Sequence[str], broken: Sequence[str], findings: Findings) -> None:
    if uncached:
        findings.whole(
            "error", "formula",
            f"{_named(uncached)}: a formula without a stored value, so nobody knows what it gives.",
            "Open the workbook in Excel or LibreOffice, save it there, and load it again; or put values in place of "
            "formulas.",
        )  # fmt: skip
    if broken:
        findings.whole(
            "warning", "error_cell",
            f"{_named(broken)}: an error such as #N/A or #REF! stands there; read as blank.",
            "Correct the formula, or write the value.",
        )  # fmt: skip


def _named(cells: Sequence[str]) -> str:
    shown = ", ".join(cells[:_NAMED])
    if len(cells) <= _NAMED:
        return shown
    return f"{shown} and {'at least ' if len(cells) == KEPT else ''}{len(cells) - _NAMED:,} more"
