"""A mapping for the next file with the same columns: another name of its only sheet, the header in another row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ivig_core.cohort.mapping.mapping import CohortMapping, SheetMapping


def fitted(mapping: CohortMapping, headers: Mapping[str, tuple[int, tuple[str, ...]]]) -> CohortMapping:
    """The mapping for a file whose sheets have these headers: by name of the sheet, spreadsheet row and cells.

    The only sheet of a mapping is that of a file with one sheet, whatever its name: a text file is called after itself.
    Where the recognised header has every column that is used, it is the header. Else the mapping is as it was.
    """
    sheets = mapping.sheets
    if len(sheets) == len(headers) == 1 and sheets[0].sheet not in headers:
        (name,) = headers
        old = sheets[0].sheet
        sheets = (replace(sheets[0], sheet=name),)
        mapping = replace(
            mapping,
            headers={name if key == old else key: cells for key, cells in mapping.headers.items()},
            guesses=tuple(replace(item, sheet=name if item.sheet == old else item.sheet) for item in mapping.guesses),
            questions=tuple(
                replace(item, sheet=name if item.sheet == old else item.sheet) for item in mapping.questions
            ),
        )
    return replace(mapping, sheets=tuple(_in_its_row(sheet, headers) for sheet in sheets))


def _in_its_row(sheet: SheetMapping, headers: Mapping[str, tuple[int, tuple[str, ...]]]) -> SheetMapping:
    row, names = headers.get(sheet.sheet, (sheet.header_row, ()))
    return replace(sheet, header_row=row) if sheet.sources and set(sheet.sources) <= set(names) else sheet
