"""Columns that are not in the scheme: the user's own baseline variables, or something to ignore and say so."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ivig_core.cohort.columns import BY_NAME, RESERVED
from ivig_core.cohort.problems import Findings
from ivig_core.cohort.reading.convert import numbers, texts
from ivig_core.cohort.reading.facts import Sheet
from ivig_core.cohort.reading.raw import RawColumn

OFFERED_LEVELS = 20


@dataclass(frozen=True)
class OwnColumn:
    """One variable of the user on the patient rows: float64 numbers or a str array."""

    name: str
    values: np.ndarray | pd.api.extensions.ExtensionArray


def own_columns(sheet: Sheet, findings: Findings) -> list[OwnColumn]:
    """Further columns filled on patient rows, in file order; what is filled elsewhere is ignored with a warning."""
    kept = []
    patients = sheet.facts["patient"]
    for name, raw in sheet.table.columns.items():
        if name in BY_NAME or not raw.filled_count():
            continue
        codes = raw.codes[patients.place]
        on_patients = int((~raw.blank[codes]).sum())
        if name in RESERVED:
            _ignored(sheet, name, raw, findings, f"The name {name} is used by the program; the column is ignored.")
            continue
        if on_patients < raw.filled_count():
            _elsewhere(sheet, name, raw, on_patients, findings)
        if on_patients:
            kept.append(_read(sheet, name, raw, codes, findings))
    return kept


def _read(sheet: Sheet, name: str, raw: RawColumn, codes: np.ndarray, findings: Findings) -> OwnColumn:
    value, is_number = numbers(raw, decimal_comma=sheet.decimal_comma)
    if (is_number | raw.blank)[codes].all():
        return OwnColumn(name, value[codes])
    lut = texts(raw)
    levels = len(np.unique(lut.value[codes[~raw.blank[codes]]]))
    if levels > OFFERED_LEVELS:
        findings.notes.append(
            f"Your column {name} has {levels:,} different texts: it is kept, but not offered as a subgroup."
        )
    return OwnColumn(name, pd.array(lut.levels, dtype="str", copy=False).take(lut.value[codes], allow_fill=True))


def _elsewhere(sheet: Sheet, name: str, raw: RawColumn, on_patients: int, findings: Findings) -> None:
    where = "outside patient rows" if on_patients else "but only outside patient rows"
    count = raw.filled_count() - on_patients
    message = (
        f"The column {name} is not part of the scheme and is filled on {count:,} rows {where}; it is ignored there."
    )
    _ignored(sheet, name, raw, findings, message)


def _ignored(sheet: Sheet, name: str, raw: RawColumn, findings: Findings, message: str) -> None:
    outside = np.flatnonzero(raw.filled())
    own = np.isin(outside, sheet.facts["patient"].place)
    first = int((outside[~own] if (~own).any() else outside)[0])
    findings.whole(
        "warning",
        "ignored_column",
        message,
        "Rename it to a column of the scheme if it is one; a variable of your own belongs on the patient rows.",
        row=int(sheet.table.rows[first]),
        patient=findings.patient(sheet.table, first),
        column=name,
        value=findings.shown(name, raw.text(first)),
    )
