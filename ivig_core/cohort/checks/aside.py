"""Rows that are no facts: a repeated header, totals. Each is said once and then left out of every other check."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from ivig_core.cohort.column_type import KINDS
from ivig_core.cohort.problems import Findings
from ivig_core.cohort.reading.headers import plain
from ivig_core.cohort.reading.raw import RawTable
from ivig_core.cohort.shapes.words import is_total

_LOOKED_AT = 10_000


def without_rows_aside(table: RawTable, said: Collection[int], findings: Findings) -> RawTable:
    """The table without rows that are no facts; `said`: spreadsheet rows of which that was said already."""
    record = table.columns["record"]
    words = [plain(text) for text in record.stripped]
    odd = np.array([word not in KINDS for word in words])
    if not odd.any() and not said:
        return table
    rows = np.flatnonzero(odd[record.codes])[:_LOOKED_AT]
    headers = np.array([at for at in rows if words[record.codes[at]] == "record"], np.int64)
    totals = np.array([at for at in rows if _is_total(table, int(at))], np.int64)
    findings.cells(
        "error", "repeated_header", table, "record", headers,
        lambda *_: ("This row repeats the header.", "Delete the row."),
    )  # fmt: skip
    findings.cells(
        "error", "totals_row", table, None, totals,
        lambda *_: ("This looks like a row of totals, not a fact.", "Delete the row."),
    )  # fmt: skip
    keep = ~np.isin(table.rows, list(said))
    keep[headers] = False
    keep[totals] = False
    return table.of_rows(keep)


def _is_total(table: RawTable, at: int) -> bool:
    """Whether a row begins with a word of totals, or has one and neither id nor kind of record."""
    cells = [column.text(at) for column in table.columns.values()]
    filled = [cell for cell in cells if cell]
    if not filled:
        return False
    named = table.columns["patient_id"].text(at) or table.columns["record"].text(at)
    begins = is_total(filled[0]) or is_total(table.columns["record"].text(at))
    return begins or (not named and any(map(is_total, filled)))
