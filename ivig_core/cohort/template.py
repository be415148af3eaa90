"""An empty cohort file to fill in: the header, one made-up patient who shows every kind of record, the dictionary."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.worksheet import Worksheet

from ivig_core.cohort.checks.whole import EXAMPLE_ID
from ivig_core.cohort.columns import COLUMNS
from ivig_core.cohort.dictionary import HEADINGS, dictionary_markdown, dictionary_rows

_EXAMPLE: tuple[dict[str, str], ...] = (
    {
        "record": "patient",
        "start": "2023-01-16",
        "end": "2024-12-31",
        "age": "67",
        "sex": "female",
        "index_therapy": "daratumumab",
        "years_since_diagnosis": "3.5",
        "lines_of_therapy": "2",
        "infections_prior_year": "1",
        "heavy_chain": "IgG",
        "light_chain": "kappa",
        "iss": "II",
        "r_iss": "II",
        "high_risk_cytogenetics": "no",
        "extramedullary_disease": "no",
        "weight_kg": "72",
    },
    {"record": "lab", "start": "2023-01-16", "analyte": "igg", "value": "310", "unit": "mg/dL", "trough": "no"},
    {
        "record": "infection",
        "start": "2023-02-20",
        "end": "2023-03-01",
        "grade": "3",
        "pathogen": "bacterial",
        "organism": "S. pneumoniae",
        "site": "lower_respiratory",
        "hospitalized": "yes",
        "hospital_days": "6",
        "anc": "2.1",
        "alc": "0.7",
    },
    {"record": "ivig", "start": "2023-03-15", "dose_g_per_kg": "0.4", "route": "iv"},
    {
        "record": "ivig",
        "start": "2023-04-12",
        "end": "2023-12-20",
        "interval_days": "28",
        "dose_g": "30",
        "route": "iv",
    },
    {"record": "infection", "start": "2023-09-04", "grade": "unknown", "site": "upper_respiratory"},
    {"record": "phase", "start": "2024-05-06", "end": "2024-08-11", "phase": "progressive"},
    {"record": "therapy", "start": "2023-01-16", "drug": "aciclovir", "category": "antiviral_prophylaxis"},
)


def template_rows() -> list[list[str]]:
    """Header and example rows, every column of the scheme in order."""
    names = [column.name for column in COLUMNS]
    return [names, *([{"patient_id": EXAMPLE_ID, **fact}.get(name, "") for name in names] for fact in _EXAMPLE)]


def template_csv() -> bytes:
    """The template as CSV, readable by `read_cohort` as it is."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(template_rows())
    return out.getvalue().encode("utf-8")


def template_xlsx() -> bytes:
    """The template as a workbook: sheet “cohort” and sheet “dictionary”."""
    book = Workbook()
    cohort = book.active
    cohort.title = "cohort"
    for row in template_rows():
        cohort.append(row)
    _finish(cohort, widths=[16] * len(COLUMNS))
    # As text, so that Excel changes neither dates nor ids with leading zeros.
    for row in cohort.iter_rows(min_row=1, max_row=500, max_col=len(COLUMNS)):
        for cell in row:
            cell.number_format = "@"
    dictionary = book.create_sheet("dictionary")
    dictionary.append(HEADINGS)
    for entry in dictionary_rows():
        dictionary.append(entry)
    _finish(dictionary, widths=[24, 22, 18, 18, 18, 40, 70, 30])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def write_template(path: Path) -> tuple[Path, ...]:
    """Write the template by the ending of `path` (.csv with its dictionary beside it, or .xlsx); the files written."""
    if path.suffix.lower() == ".xlsx":
        path.write_bytes(template_xlsx())
        return (path,)
    beside = path.with_suffix(".dictionary.md")
    path.write_bytes(template_csv())
    beside.write_text(dictionary_markdown(), encoding="utf-8")
    return path, beside


def _finish(sheet: Worksheet, widths: list[int]) -> None:
    sheet.freeze_panes = "A2"
    for cell, width in zip(sheet[1], widths, strict=True):
        cell.font = Font(bold=True)
        sheet.column_dimensions[cell.column_letter].width = width
    for row in sheet.iter_rows(min_row=2):
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
