"""Columns that are not in the scheme: the user's own baseline variables, or something to ignore and say so."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ivig_core.cohort.columns import BY_NAME, RESERVED
from ivig_core.cohort.problems import Findings
from ivig_core.cohort.reading.convert import Lut, numbers, texts
from ivig_core.cohort.reading.facts import Sheet
from ivig_core.cohort.reading.missing import NOT_KNOWN, SENTINELS
from ivig_core.cohort.reading.raw import RawColumn
from ivig_core.cohort.reading.spellings import plain_category

OFFERED_LEVELS = 20
GAP = r"[\s\x{0b}\x{1c}-\x{1f}\x{85}\p{Z}\-]+"
"""What `plain_category` takes as a gap between words, for Arrow, whose white space is that of ASCII alone."""


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
    value, is_number = numbers(raw, sheet.mark)
    missing = _missing(raw, value, codes)
    _say(sheet, name, raw, missing[codes], findings)
    if (is_number | raw.blank | missing)[codes].all():
        return OwnColumn(name, np.where(missing, np.nan, value)[codes])
    lut = _one_spelling(sheet, name, raw, codes, missing, findings)
    levels = len(np.unique(lut.value[codes][lut.value[codes] >= 0]))
    if levels > OFFERED_LEVELS:
        findings.notes.append(
            f"Your column {name} has {levels:,} different texts: it is kept, but not offered as a subgroup."
        )
    return OwnColumn(name, pd.array(lut.levels, dtype="str", copy=False).take(lut.value[codes], allow_fill=True))


def _missing(raw: RawColumn, value: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """Distinct texts that stand for "not known" (bool): NA and the like, and −99 where no other number is below 0."""
    named = pc.is_in(pc.utf8_lower(raw.arrow_stripped), pa.array(sorted(NOT_KNOWN))).to_numpy(zero_copy_only=False)
    sentinel = np.isin(value, SENTINELS)
    used = np.zeros(len(value), bool)
    used[codes] = True
    if (used & ~sentinel & (value < 0)).any():
        return named
    return named | sentinel


def _say(sheet: Sheet, name: str, raw: RawColumn, missing: np.ndarray, findings: Findings) -> None:
    places = sheet.facts["patient"].place[missing]
    for code in np.unique(raw.codes[places]).tolist():
        at = places[raw.codes[places] == code]
        text = findings.shown(name, raw.stripped[code])
        times = "once" if len(at) == 1 else f"{len(at):,} times"
        findings.whole(
            "warning", "own_missing",
            f"“{text}” in your column {name}, {times}, was read as not known.",
            "Leave such cells blank; if it is a value, write it in another way.",
            row=int(sheet.table.rows[at[0]]), patient=findings.patient(sheet.table, int(at[0])),
            column=name, value=text,
        )  # fmt: skip


def _one_spelling(
    sheet: Sheet, name: str, raw: RawColumn, codes: np.ndarray, missing: np.ndarray, findings: Findings
) -> Lut:
    """The texts of a column with the spellings of one word as one level: the one that most patients have."""
    lut = texts(raw)
    value = np.where(missing, -1, lut.value)
    times = np.bincount(codes, minlength=len(value))
    for spelled in _alike(raw, np.flatnonzero((value >= 0) & (times > 0))):
        best = max(spelled, key=lambda code: int(times[code]))
        others = [code for code in spelled if value[code] != value[best]]
        if not others:
            continue
        first = int(sheet.facts["patient"].place[np.flatnonzero(np.isin(codes, others))[0]])
        named = ", ".join(f"“{raw.stripped[code]}”" for code in others)
        findings.whole(
            "warning", "own_spelling",
            f"{findings.shown(name, named)} and “{findings.shown(name, raw.stripped[best])}” of your column {name} "
            "were read as one level.",
            "Write it in one way; if they mean different things, write them as different words.",
            row=int(sheet.table.rows[first]), patient=findings.patient(sheet.table, first), column=name,
            value=findings.shown(name, raw.text(first)),
        )  # fmt: skip
        value[spelled] = value[best]
    return replace(lut, value=value)


def _alike(raw: RawColumn, codes: np.ndarray) -> list[list[int]]:
    """Those of some distinct texts that are spellings of one word, in the order of the file.

    A column of free text has as many texts as patients and mostly none: only what is alike is looked at one by one.
    """
    words = pc.replace_substring_regex(pc.utf8_lower(raw.arrow_stripped.take(pa.array(codes))), GAP, "_")
    word = words.dictionary_encode().indices.to_numpy(zero_copy_only=False)
    by_word: dict[str, list[int]] = {}
    for code in codes[np.bincount(word, minlength=1)[word] > 1].tolist():
        by_word.setdefault(plain_category(raw.stripped[code]), []).append(code)
    return list(by_word.values())


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
