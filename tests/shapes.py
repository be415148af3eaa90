"""A cohort in the shapes in which hospitals keep one: a row per patient with groups of columns, a sheet per kind."""

from __future__ import annotations

from collections.abc import Callable

from ivig_core.cohort.cohort import Cohort
from ivig_core.cohort.writing import long_frame

GROUPS = {"ivig": "ivig", "infection": "inf", "lab": "lab", "phase": "phase", "therapy": "therapy"}


def underscored(kind: str, number: int, column: str) -> str:
    """`ivig1_dose_g`."""
    return f"{GROUPS[kind]}{number}_{column}"


def numbered_last(kind: str, number: int, column: str) -> str:
    """`ivig_dose_g_1`."""
    return f"{GROUPS[kind]}_{column}_{number}"


def spaced(kind: str, number: int, column: str) -> str:
    """`IVIG 1 dose g`."""
    return f"{GROUPS[kind].upper() if kind == 'ivig' else kind.capitalize()} {number} {column.replace('_', ' ')}"


def camel(kind: str, number: int, column: str) -> str:
    """`IVIG1DoseG`."""
    words = "".join(word.capitalize() for word in column.split("_"))
    return f"{'IVIG' if kind == 'ivig' else kind.capitalize()}{number}{words}"


def sheet_rows(cohort: Cohort) -> dict[str, list[list[str]]]:
    """A sheet for each kind of fact that the cohort has: its header and its rows."""
    facts = long_frame(cohort)
    sheets = {}
    for kind in dict.fromkeys(facts["record"]):
        rows = facts[facts["record"] == kind].drop(columns="record")
        filled = [name for name in rows if (rows[name] != "").any()]
        sheets[kind] = [filled, *rows[filled].to_numpy().tolist()]
    return sheets


def wide_rows(cohort: Cohort, header: Callable[[str, int, str], str] = underscored) -> list[list[str]]:
    """One row per patient: what is known of the patient, then a group of columns for each of its facts."""
    sheets = sheet_rows(cohort)
    names, *patients = sheets.pop("patient")
    rows = {row[0]: list(row) for row in patients}
    line = list(names)
    for kind, (columns, *facts) in sheets.items():
        of_patient: dict[str, list[list[str]]] = {}
        for fact in facts:
            of_patient.setdefault(fact[0], []).append(fact[1:])
        most = max(map(len, of_patient.values()))
        line += [header(kind, number, name) for number in range(1, most + 1) for name in columns[1:]]
        blank = [""] * len(columns[1:])
        for patient, row in rows.items():
            own = of_patient.get(patient, [])
            row += [cell for fact in own + [blank] * (most - len(own)) for cell in fact]
    return [line, *rows.values()]
