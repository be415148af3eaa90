"""Checks of single cells: can it be read, is it allowed, is it there, does this kind of record use it."""

from __future__ import annotations

from functools import partial

import numpy as np

from ivig_core.cohort.checks.say import KIND_OF_FAULT, about
from ivig_core.cohort.column_type import KINDS, Column
from ivig_core.cohort.columns import ANALYTES, BY_NAME, REQUIRED_HEADERS, columns_of
from ivig_core.cohort.problems import Findings, Severity
from ivig_core.cohort.reading import convert
from ivig_core.cohort.reading.convert import Lut
from ivig_core.cohort.reading.facts import Facts, Sheet


def check_cells(sheet: Sheet, findings: Findings) -> None:
    """Every fault that shows in one row alone."""
    _faults(sheet, BY_NAME["record"], sheet.table.columns["record"].codes, None, findings)
    _missing_everywhere(sheet, findings)
    for facts in sheet.facts.values():
        for name, codes in facts.codes.items():
            _faults(sheet, BY_NAME[name], codes, facts.place, findings)
        _required(sheet, facts, findings)
    _units(sheet, findings)
    _unused(sheet, findings)


def _faults(sheet: Sheet, column: Column, codes: np.ndarray, at: np.ndarray | None, findings: Findings) -> None:
    """Faults of cells of one column; `at`: their rows, None for all."""
    lut = sheet.luts[column.name]
    if not lut.faulty:
        return
    fault = lut.fault[codes]
    for which in np.unique(fault[fault != convert.FINE]).tolist():
        severity: Severity = "warning" if which in convert.WARNING_FAULTS else "error"
        kind = "record_kind" if column.type == "record" and severity == "error" else KIND_OF_FAULT[which]

        def say(value: str, _: int, which: int = which) -> tuple[str, str]:
            return about(which, column, value, sheet.written)

        faulty = np.flatnonzero(fault == which)
        findings.cells(severity, kind, sheet.table, column.name, faulty if at is None else at[faulty], say)


def _missing_everywhere(sheet: Sheet, findings: Findings) -> None:
    """Blank `patient_id` and `record`, which every row needs."""
    for name in ("patient_id", "record"):
        raw = sheet.table.columns[name]
        if raw.blank.any():
            _say_missing(sheet, name, BY_NAME[name], np.flatnonzero(~raw.filled()), findings)


def _required(sheet: Sheet, facts: Facts, findings: Findings) -> None:
    for column in columns_of(facts.kind):
        if facts.kind not in column.required or column.type in ("id", "record"):
            continue
        if column.name in REQUIRED_HEADERS and column.name not in facts.codes:
            continue  # A missing column is one problem of the header.
        if column.name not in facts.codes:
            _say_missing(sheet, facts.kind, column, facts.place, findings)
        elif (blank := _blank(sheet.luts[column.name], facts.codes[column.name])) is not None:
            _say_missing(sheet, facts.kind, column, facts.place[blank], findings)


def _blank(lut: Lut, codes: np.ndarray) -> np.ndarray | None:
    """Which cells are blank, or None if none can be."""
    return lut.blank[codes] if lut.blank.any() else None


def _say_missing(sheet: Sheet, kind: str, column: Column, at: np.ndarray, findings: Findings) -> None:
    remedy = f"Fill in {column.name}: {column.plain_description}"
    if column.name == "grade":
        remedy = "Write the CTCAE grade 1–5, or unknown."
    elif column.allowed:
        remedy = f"Fill in {column.name}: one of {', '.join(column.allowed)}."
    every = "row" if column.name in ("patient_id", "record") else f"{kind} row"
    message = f"Every {every} needs {column.name}, but the cell is blank."
    findings.cells("error", "required", sheet.table, column.name, at, lambda *_: (message, remedy))


def _units(sheet: Sheet, findings: Findings) -> None:
    """A unit that exists but does not fit what was measured."""
    lab = sheet.facts["lab"]
    analyte, unit = lab.level("analyte"), lab.level("unit")
    analytes, units = BY_NAME["analyte"].allowed, BY_NAME["unit"].allowed
    # Code −1, no or an unknown value, is the last row and column: said elsewhere.
    misfit = np.zeros((len(analytes) + 1, len(units) + 1), dtype=bool)
    for spec in ANALYTES:
        misfit[analytes.index(spec.name), :-1] = [unit not in {u for u, *_ in spec.units} for unit in units]
    wrong = misfit[analyte, unit]
    for spec in ANALYTES if wrong.any() else ():
        remedy = f"Write the value in {' or '.join(u for u, *_ in spec.units)}."
        at = lab.place[wrong & (analyte == analytes.index(spec.name))]
        findings.cells("error", "unit_of_analyte", sheet.table, "unit", at, partial(_say_unit, spec.name, remedy))


def _say_unit(analyte: str, remedy: str, value: str, _: int) -> tuple[str, str]:
    return f"{value} is not a unit for {analyte}.", remedy


def _unused(sheet: Sheet, findings: Findings) -> None:
    """Columns filled on a kind of record that does not use them: said once per column and kind, and ignored."""
    for name, raw in sheet.table.columns.items():
        column = BY_NAME.get(name)
        if column is None or column.type in ("id", "record"):
            continue
        used = sum(_filled(raw.blank, f.codes[name]) for f in sheet.facts.values() if name in f.codes)
        if used == raw.filled_count():
            continue
        stray = raw.filled()
        for code, kind in enumerate(KINDS):
            at = np.flatnonzero(stray & (sheet.record == code)) if kind not in column.records else np.empty(0)
            if len(at):
                first = int(at[0])
                findings.whole(
                    "warning",
                    "unused_cell",
                    f"{name} is filled on {len(at):,} {kind} row{'s' if len(at) > 1 else ''}, which do not use it; "
                    f"it is ignored there. The first is row {int(sheet.table.rows[first])}.",
                    f"{name} belongs on {' and '.join(column.records)} rows. Clear these cells, or move them.",
                    row=int(sheet.table.rows[first]),
                    patient=findings.patient(sheet.table, first),
                    column=name,
                    value=findings.shown(name, raw.text(first)),
                )


def _filled(blank: np.ndarray, codes: np.ndarray) -> int:
    """How many of the cells are not blank."""
    blanks = np.flatnonzero(blank)
    if len(blanks) == 0:
        return len(codes)
    if len(blanks) == 1:
        return int(np.count_nonzero(codes != blanks[0]))
    return int(np.count_nonzero(~blank[codes]))
