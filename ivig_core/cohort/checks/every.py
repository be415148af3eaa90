"""All checks in one pass: a table of raw cells in, findings and (without errors) a cohort out."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from ivig_core.cohort.checks.aside import without_rows_aside
from ivig_core.cohort.checks.cells import check_cells
from ivig_core.cohort.checks.followup import arrange, check_followup
from ivig_core.cohort.checks.identify import check_identifiers
from ivig_core.cohort.checks.plausible import check_plausible
from ivig_core.cohort.checks.same_day import check_same_day
from ivig_core.cohort.checks.structure import check_structure
from ivig_core.cohort.checks.whole import check_whole_file
from ivig_core.cohort.cohort import Cohort
from ivig_core.cohort.problems import Findings
from ivig_core.cohort.reading.build import build_cohort
from ivig_core.cohort.reading.dates import DateOrder
from ivig_core.cohort.reading.facts import read_facts, without_empty_rows
from ivig_core.cohort.reading.own import own_columns
from ivig_core.cohort.reading.raw import RawTable


def check_table(
    held: list[RawTable],
    findings: Findings,
    *,
    decimal_comma: bool,
    order: DateOrder | None,
    name: str,
    said: Collection[int] = (),
) -> Cohort | None:
    """Check a table whose columns have their names; the cohort, or None if there is any error in `findings`.

    `held` has the one table and is emptied: cohort and cells are not in memory together where nobody else needs the
    cells. `said`: spreadsheet rows that are no facts, as was said already.
    """
    table = held.pop()
    check_identifiers(table, findings)
    _too_wide(table, findings)
    table = without_empty_rows(table)
    if not {"patient_id", "record", "start"} <= table.columns.keys():
        return None
    if not len(table):
        findings.whole("error", "no_rows", "Every row below the header is blank.", "Add one row per dated fact.", row=2)
        return None
    table = without_rows_aside(table, said, findings)
    if not len(table):
        return None
    sheet = read_facts(table, decimal_comma=decimal_comma, order=order)
    del table
    check_cells(sheet, findings)
    check_structure(sheet, findings)
    timeline = arrange(sheet, findings)
    check_plausible(sheet, findings)
    check_followup(sheet, timeline, findings)
    check_same_day(sheet, timeline, findings)
    check_whole_file(sheet, order, findings)
    own = own_columns(sheet, findings)
    if findings.total("error"):
        return None
    sheet.let_cells_go()
    return build_cohort(sheet, timeline, own, name)


def _too_wide(table: RawTable, findings: Findings) -> None:
    def say(_: str, position: int) -> tuple[str, str]:
        return (
            f"This row has {table.too_long[position]} cells, but the header names {table.width} columns.",
            "Put a cell that contains the separator in double quotes, or delete the extra cells.",
        )

    findings.cells("error", "too_many_cells", table, None, np.array(list(table.too_long), dtype=np.int64), say)
