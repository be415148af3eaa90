"""The template as an Excel workbook: a sheet for each kind of record, with lists to choose from and notes."""

from __future__ import annotations

import io
from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from ivig_core.cohort.checks.whole import EXAMPLE_ID
from ivig_core.cohort.column_type import KINDS, Column
from ivig_core.cohort.columns import columns_of
from ivig_core.cohort.dictionary import HEADINGS, dictionary_rows
from ivig_core.cohort.templates.rows import EXAMPLE

PREPARED = 1000
"""Rows of each sheet whose cells are checked while they are filled in."""
HOW_TO = (
    "How to fill in this workbook",
    "One sheet for each kind of record, one row for each fact. Row 1 names the columns: leave it as it is.",
    "A note on each name says what belongs there. What is not known stays blank; whole sheets may stay empty.",
    "Sheet patient: one row per patient with the first and last day at risk. Every fact on the other sheets needs one.",
    f"{EXAMPLE_ID} is a made-up patient who shows how. Delete these rows before you use the file.",
    "Write days as YYYY-MM-DD. Their cells are text, so that Excel changes neither days nor ids with leading zeros.",
    "No names, dates of birth or hospital numbers: a study id that means nothing outside your hospital.",
    "Columns with a list take its words only. The sheet dictionary explains every column.",
)
_WIDTHS = (24, 22, 18, 18, 18, 40, 70, 30)


def template_xlsx() -> bytes:
    """The workbook: how to fill it in, a sheet for each kind of record, the dictionary."""
    book = Workbook()
    how = book.active
    how.title = "how to"
    for line in HOW_TO:
        how.append([line])
    how["A1"].font = Font(bold=True)
    how.column_dimensions["A"].width = 110
    for kind in KINDS:
        _record_sheet(book.create_sheet(kind), kind)
    dictionary = book.create_sheet("dictionary")
    for row in (HEADINGS, *dictionary_rows()):
        dictionary.append(row)
    _finish(dictionary, _WIDTHS, "A2")
    for cells in dictionary.iter_rows(min_row=2):
        for cell in cells:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def note(column: Column, kind: str) -> str:
    """What the note on a header says: what belongs into the column, its unit, whether it must be filled."""
    unit = f" In {column.unit}." if column.unit else ""
    must = " Required." if kind in column.required else ""
    return f"{column.label}. {column.plain_description}{unit}{must}"


def _record_sheet(sheet: Worksheet, kind: str) -> None:
    columns = [column for column in columns_of(kind) if column.name != "record"]
    sheet.append([column.name for column in columns])
    for fact in (fact for fact in EXAMPLE if fact["record"] == kind):
        given = {"patient_id": EXAMPLE_ID, **fact}
        sheet.append([_typed(column, given.get(column.name, "")) for column in columns])
    _finish(sheet, [max(14, len(column.name) + 2) for column in columns], "B2")
    for place, column in enumerate(columns, start=1):
        letter = get_column_letter(place)
        sheet.cell(1, place).comment = Comment(note(column, kind), "template", 160, 300)
        if column.type in ("id", "day"):
            # As text, so that Excel changes neither dates nor ids with leading zeros.
            sheet.column_dimensions[letter].number_format = "@"
            for cell in sheet[letter]:
                cell.number_format = "@"
        check = _validation(column, f"{letter}2")
        if check is not None:
            check.add(f"{letter}2:{letter}{PREPARED}")
            sheet.add_data_validation(check)


def _typed(column: Column, text: str) -> str | float | None:
    """A cell of the example: numbers as numbers."""
    if not text:
        return None
    return float(text) if column.numeric else text


def _validation(column: Column, first: str) -> DataValidation | None:
    """What Excel checks while a cell is typed; None where anything can stand."""
    if column.allowed:
        check = DataValidation("list", formula1=f'"{",".join(column.allowed)}"', allow_blank=True)
        check.error = f"Choose one of: {', '.join(column.allowed)}."
    elif column.type == "day":
        shape = f'AND(LEN({first})=10,MID({first},5,1)="-",MID({first},8,1)="-")'
        check = DataValidation("custom", formula1=f"OR({shape},LEN({first})<=5)", allow_blank=True)
        check.error, check.errorStyle = "Write the day as YYYY-MM-DD, such as 2023-02-20.", "warning"
    elif column.numeric:
        kind = "whole" if column.type == "integer" else "decimal"
        low, high = (
            end if abs(end) < float("inf") else sign * 1e9 for end, sign in ((column.low, -1), (column.high, 1))
        )
        check = DataValidation(kind, f"{low:g}", f"{high:g}", operator="between", allow_blank=True)
        check.error = f"Give a number{f' in {column.unit}' if column.unit else ''} from {low:g} to {high:g}."
    else:
        return None
    check.errorTitle, check.showErrorMessage = column.name, True
    return check


def _finish(sheet: Worksheet, widths: Sequence[int], freeze: str) -> None:
    sheet.freeze_panes = freeze
    for cell, width in zip(sheet[1], widths, strict=True):
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="DDE6F0")
        sheet.column_dimensions[cell.column_letter].width = width
