"""Checks of a file as a whole: what was assumed about all of it, and what was left in it by mistake."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ivig_core.cohort.columns import BY_NAME
from ivig_core.cohort.problems import Findings
from ivig_core.cohort.reading.dates import DateOrder, only_midnight, without_midnight
from ivig_core.cohort.reading.facts import Sheet

_EXPONENT = r"\d(?:[.,]\d+)?[eE]\+\d{2,3}"
EXAMPLE_ID = "EXAMPLE-1"

# 1 January 1990 as Excel counts days.
_FIRST_SERIAL = 32_874


def check_whole_file(sheet: Sheet, order: DateOrder | None, findings: Findings) -> None:
    """Warnings and notes that belong to the file, not to one cell: decimal commas, calendar, leftovers."""
    if sheet.mark == "comma" and (at := _first_decimal_comma(sheet)) is not None:
        name, position = at
        findings.whole(
            "warning",
            "decimal_comma",
            f"The file uses decimal commas: {(text := sheet.table.columns[name].text(position))} was read as "
            f"{text.replace(',', '.')}.",
            "Nothing to mend if that is right.",
            row=int(sheet.table.rows[position]),
            patient=findings.patient(sheet.table, position),
            column=name,
            value=findings.shown(name, sheet.table.columns[name].text(position)),
        )
    _midnight(sheet, findings)
    _example_left(sheet, findings)
    _serial_dates(sheet, findings)
    _shortened_ids(sheet, findings)
    month = sheet.facts["patient"].number("index_month")
    if sheet.written == "dates" and not np.isnan(month).all():
        findings.whole(
            "warning",
            "index_month_with_dates",
            "index_month is filled in a file with dates; it is ignored, the dates give the season.",
            "Clear index_month.",
            column="index_month",
        )
    if order:
        words = "day/month/year" if order == "dmy" else "month/day/year"
        findings.notes.append(f"Dates such as 03/04/2020 were read as {words}, as you said.")
    months = findings.counts["warning", "month_only"]
    if months:
        findings.notes.append(f"{months:,} dates had no day and were taken as the 15th of their month.")


def _midnight(sheet: Sheet, findings: Findings) -> None:
    """Columns of days with a time of day that is always midnight: said once per column."""
    for name in (name for name in sheet.luts if BY_NAME[name].type == "day"):
        raw = sheet.table.columns[name]
        if not only_midnight(raw.stripped):
            continue
        timed = np.array([without_midnight(text) != text for text in raw.stripped])
        first = int(np.flatnonzero(timed[raw.codes])[0])
        findings.whole(
            "warning",
            "midnight",
            f"The times of day in {name} are all midnight; they were left out, and the days read.",
            "Write the days alone, as YYYY-MM-DD.",
            row=int(sheet.table.rows[first]),
            patient=findings.patient(sheet.table, first),
            column=name,
            value=raw.text(first),
        )


def _example_left(sheet: Sheet, findings: Findings) -> None:
    example = np.flatnonzero(sheet.ids == EXAMPLE_ID)
    if len(sheet.ids) < 2 or not len(example):
        return
    first = int(np.flatnonzero(sheet.patient == example[0])[0])
    findings.whole(
        "warning",
        "example_patient",
        "The made-up patient of the template is still in the file and is counted.",
        f"Delete the rows of {EXAMPLE_ID}.",
        row=int(sheet.table.rows[first]),
        patient=EXAMPLE_ID,
        column="patient_id",
        value=EXAMPLE_ID,
    )


def _serial_dates(sheet: Sheet, findings: Findings) -> None:
    """Excel's numbers for dates (45000 is in 2023) look like study days."""
    patients = sheet.facts["patient"]
    start = patients.number("start")
    odd = start > _FIRST_SERIAL
    if sheet.written == "days" and len(start) and odd.mean() > 0.5:
        first = int(patients.place[np.flatnonzero(odd)[0]])
        findings.whole(
            "warning",
            "serial_dates",
            "The days look like Excel's numbers for dates; they were read as study days, so there is no calendar.",
            "Format the date columns as YYYY-MM-DD before saving the CSV.",
            row=int(sheet.table.rows[first]),
            patient=findings.patient(sheet.table, first),
            column="start",
            value=sheet.table.columns["start"].text(first),
        )


def _shortened_ids(sheet: Sheet, findings: Findings) -> None:
    """Ids that a spreadsheet has turned into numbers with an exponent: several patients may have become one."""
    like = pd.Series(sheet.ids).str.fullmatch(_EXPONENT).to_numpy(bool)
    if like.any():
        first_row = np.full(len(sheet.ids) + 1, len(sheet.patient))
        np.minimum.at(first_row, sheet.patient, np.arange(len(sheet.patient)))
        # Of a row that was set aside, a row of totals for instance, only the id is left.
        shown = first_row[:-1][like & (first_row[:-1] < len(sheet.patient))]
        findings.cells(
            "error", "shortened_id", sheet.table, "patient_id", shown,
            lambda name, _: (
                f"The study id {name} was shortened by a spreadsheet: several patients may have become one.",
                "Take the ids from the original file, with their column formatted as text.",
            ),
        )  # fmt: skip


def _first_decimal_comma(sheet: Sheet) -> tuple[str, int] | None:
    for name, lut in sheet.luts.items():
        if not BY_NAME[name].numeric:
            continue
        commas = np.array(["," in text for text in sheet.table.columns[name].stripped]) & ~np.isnan(lut.value)
        if commas.any():
            found = np.flatnonzero(commas[sheet.table.columns[name].codes])
            return name, int(found[0])
    return None
