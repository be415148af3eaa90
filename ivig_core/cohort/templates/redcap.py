"""The data dictionary of a REDCap project that collects in our shape: an instrument for each kind of record.

Its raw export and its labelled export are read without a mapping: field names and labels are made here, and
`guessing/redcap` knows them from here. The 18 columns are those of REDCap's own data dictionary (Project Setup → Data
Dictionary).
"""

from __future__ import annotations

import csv
import io
import re

from ivig_core.cohort.column_type import KINDS, Column
from ivig_core.cohort.columns import columns_of

HEADINGS = (
    "Variable / Field Name", "Form Name", "Section Header", "Field Type", "Field Label",
    "Choices, Calculations, OR Slider Labels", "Field Note", "Text Validation Type OR Show Slider Number",
    "Text Validation Min", "Text Validation Max", "Identifier?", "Branching Logic (Show field only if...)",
    "Required Field?", "Custom Alignment", "Question Number (surveys only)", "Matrix Group Name", "Matrix Ranking?",
    "Field Annotation",
)  # fmt: skip
RECORD_ID = "patient_id"
REPEATING = tuple(kind for kind in KINDS if kind != "patient")
"""Instruments that must be enabled as repeating in the project."""
_NAMED_APART = {"start", "end"}
_TITLES = {"ivig": "IVIG", "infection": "Infection", "lab": "Lab", "phase": "Disease phase", "therapy": "Therapy",
           "patient": "Follow-up"}  # fmt: skip
_CHOICES = {"iv": "Intravenous", "sc": "Subcutaneous", "igg": "IgG", "m_spike": "M protein", "anc": "Neutrophils",
            "alc": "Lymphocytes", "car_t": "CAR-T", "anti_myeloma": "Anti-myeloma therapy",
            **{str(grade): f"Grade {grade}" for grade in range(1, 6)}}  # fmt: skip
# Shown only where they can be filled.
_BRANCHING = {
    ("patient", "death_cause"): "[died_on] <> ''",
    ("ivig", "interval_days"): "[ivig_end] <> ''",
    ("infection", "hospital_days"): "[infection_hospitalized] = 'yes'",
    ("lab", "lab_trough"): "[lab_analyte] = 'igg'",
}


def fields_of(kind: str) -> tuple[tuple[str, Column], ...]:
    """The fields of the instrument of a record kind: their names in REDCap and our columns.

    A REDCap project has days as dates, so there is no month of study day 0.
    """
    left = {"patient_id", "record", "index_month"}
    return tuple((field_name(kind, column), column) for column in columns_of(kind) if column.name not in left)


def field_name(kind: str, column: Column) -> str:
    """What a column of ours is called in the project: names are unique over all instruments."""
    if kind == "patient" and column.name not in _NAMED_APART:
        return column.name
    if column.name == kind:
        return f"disease_{kind}"
    return f"{kind}_{column.name.removeprefix(kind + '_')}"


def field_label(kind: str, column: Column) -> str:
    """The question as the form shows it; a labelled export has it as its header."""
    unit = f" ({column.unit})" if column.unit else ""
    if kind == "patient" and column.name not in _NAMED_APART:
        return f"{column.label}{unit}"
    if kind == "patient":
        return {"start": "First day at risk", "end": "Last day at risk"}[column.name]
    if column.name == kind:
        return column.label
    return f"{_TITLES[kind]}: {column.label[:1].lower()}{column.label[1:]}{unit}"


def form_title(kind: str) -> str:
    """The instrument of a record kind as the project shows it: REDCap makes it of the form name."""
    return kind.capitalize()


def known_headers() -> dict[str, tuple[str, str]]:
    """Headers of a raw and of a labelled export: the kind of record and the column of ours that each one is."""
    known = {}
    for kind in KINDS:
        for name, column in fields_of(kind):
            known[name] = known[field_label(kind, column)] = (kind, column.name)
    return known


def known_codes() -> dict[str, dict[str, str]]:
    """For each header of `known_headers` with a list to choose from: what its codes and their labels mean in ours."""
    known: dict[str, dict[str, str]] = {}
    for kind in KINDS:
        for name, column in fields_of(kind):
            means = {text: value for value in column.allowed for text in (value, code(value), choice_label(value))}
            if means:
                known[name] = known[field_label(kind, column)] = means
    return known


def code(value: str) -> str:
    """A category as REDCap stores it: our own word, of letters, digits and underscores only."""
    return re.sub(r"[^A-Za-z0-9]+", "_", value)


def choice_label(value: str) -> str:
    """A category as the form shows it."""
    if value in _CHOICES or value != value.lower() or "/" in value:
        return _CHOICES.get(value, value)
    return value.replace("_", " ").capitalize()


def dictionary_rows() -> list[tuple[str, ...]]:
    """One row per field under `HEADINGS`, the record id first."""
    first = _row(RECORD_ID, "patient", "text", "Study id",
                 note="A study id that means nothing outside your hospital, such as P001.", required=True)  # fmt: skip
    return [first, *(_field(kind, name, column) for kind in KINDS for name, column in fields_of(kind))]


def template_redcap() -> bytes:
    """The data dictionary as CSV, to be uploaded to an empty project. The repeating instruments are enabled in the
    project setup: a data dictionary cannot say it."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows([HEADINGS, *dictionary_rows()])
    return out.getvalue().encode("utf-8")


def _field(kind: str, name: str, column: Column) -> tuple[str, ...]:
    choices = " | ".join(f"{code(value)}, {choice_label(value)}" for value in column.allowed)
    validation = {"day": "date_ymd", "number": "number", "integer": "integer"}.get(column.type, "")
    low, high = (f"{end:g}" if column.numeric and abs(end) < float("inf") else "" for end in (column.low, column.high))
    return _row(
        name, kind, "dropdown" if choices else "text", field_label(kind, column), choices=choices,
        note=column.plain_description, validation=validation, low=low, high=high,
        branching=_BRANCHING.get((kind, name), _BRANCHING.get((kind, column.name), "")),
        required=kind in column.required,
    )  # fmt: skip


def _row(
    name: str, form: str, kind: str, label: str, *, choices: str = "", note: str = "", validation: str = "",
    low: str = "", high: str = "", branching: str = "", required: bool = False,
) -> tuple[str, ...]:  # fmt: skip
    return (
        name, form, "", kind, label, choices, note, validation, low, high, "", branching, "y" if required else "",
        "", "", "", "", "",
    )  # fmt: skip
