"""A template as a file: which kind, the ending of its name says."""

from __future__ import annotations

from pathlib import Path

from ivig_core.cohort.dictionary import dictionary_markdown
from ivig_core.cohort.templates.redcap import template_redcap
from ivig_core.cohort.templates.rows import template_csv
from ivig_core.cohort.templates.workbook import template_xlsx


def write_template(path: Path, *, redcap: bool = False) -> tuple[Path, ...]:
    """Write the template by the ending of `path` (.csv with its dictionary beside it, .xlsx, or .redcap.csv: a data
    dictionary for REDCap, as is every .csv with `redcap`); the files written."""
    if redcap or path.name.lower().endswith(".redcap.csv"):
        path.write_bytes(template_redcap())
        return (path,)
    if path.suffix.lower() == ".xlsx":
        path.write_bytes(template_xlsx())
        return (path,)
    beside = path.with_suffix(".dictionary.md")
    path.write_bytes(template_csv())
    beside.write_text(dictionary_markdown(), encoding="utf-8")
    return path, beside
