"""A file's cells with their meaning: the facts of each record kind as arrays, still at their place in the file."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from ivig_core.cohort.column_type import KINDS
from ivig_core.cohort.columns import ANALYTES, BY_NAME, columns_of
from ivig_core.cohort.reading import dates
from ivig_core.cohort.reading.convert import Lut, Mark, convert, convert_days, mark_of
from ivig_core.cohort.reading.dates import DateOrder, DayTexts, Written
from ivig_core.cohort.reading.raw import RawColumn, RawTable, filled_rows

BLOCK = 1 << 20
"""Rows that are worked on at once where every row takes several numbers in between."""


@dataclass(frozen=True)
class Facts:
    """The rows of one record kind in file order.

    `place` is their position in the table (int64), `patient` the patient's code (int32, −1 = no id), `codes` the text
    code of every cell by column, for the columns that the kind uses, and `luts` what the texts mean. Values are looked
    up where they are asked for: all of them at once are several times the size of the codes.
    """

    kind: str
    place: np.ndarray
    patient: np.ndarray
    codes: dict[str, np.ndarray]
    luts: dict[str, Lut]

    def __len__(self) -> int:
        return len(self.place)

    def number(self, name: str) -> np.ndarray:
        """A number or day column as float64, all NaN where the file does not have it."""
        return self._values(name) if name in self.codes else np.full(len(self.place), np.nan)

    def level(self, name: str) -> np.ndarray:
        """A category or text column as int32 codes, all −1 where the file does not have it."""
        return self._values(name) if name in self.codes else np.full(len(self.place), -1, dtype=np.int32)

    def _values(self, name: str) -> np.ndarray:
        return self.luts[name].value[self.codes[name]]


@dataclass
class Sheet:
    """A file read cell by cell: the raw table, what its texts mean, the facts of each kind and the sorted study ids."""

    table: RawTable
    luts: dict[str, Lut]
    facts: dict[str, Facts]
    ids: pd.api.extensions.ExtensionArray
    patient: np.ndarray
    record: np.ndarray
    written: Written
    mark: Mark

    def let_cells_go(self) -> None:
        """Keep what the cells mean alone, where nothing of them has to be shown any more."""
        self.table = RawTable({}, np.empty(0, np.int64))
        self.patient = self.record = np.empty(0, np.int32)

    @cached_property
    def lab_values(self) -> np.ndarray:
        """Laboratory values in the canonical unit of their analyte (float64, NaN where a cell is wrong)."""
        facts = self.facts["lab"]
        times, over = np.full((2, len(ANALYTES) + 1, len(BY_NAME["unit"].allowed) + 1), np.nan)
        for spec in ANALYTES:
            for name, by, divisor in spec.units:
                at = BY_NAME["analyte"].allowed.index(spec.name), BY_NAME["unit"].allowed.index(name)
                times[at], over[at] = by, divisor
        analyte, unit, values = facts.level("analyte"), facts.level("unit"), facts.number("value")
        for begin in range(0, len(values), BLOCK):
            block = slice(begin, begin + BLOCK)
            cell = analyte[block], unit[block]
            # Rounded, so that 4.36 g/L is 436 mg/dL and not 436.00000000000006, on whichever side of a limit.
            values[block] = np.round(values[block] * times[cell] / over[cell], 9)
        return values


def without_empty_rows(table: RawTable) -> RawTable:
    """Drop records in which every cell is blank; the others keep their spreadsheet row."""
    return table.of_rows(filled_rows(table.columns.values(), len(table)))


def read_facts(table: RawTable, *, decimal_comma: bool, order: DateOrder | None) -> Sheet:
    """Give every cell its meaning; what cannot be read has no value and a fault in its `Lut`."""
    numeric = (raw for name, raw in table.columns.items() if name not in BY_NAME or BY_NAME[name].numeric)
    mark = mark_of(numeric, decimal_comma=decimal_comma)
    luts = {
        name: convert(BY_NAME[name], raw, mark)
        for name, raw in table.columns.items()
        if name in BY_NAME and BY_NAME[name].type not in ("day", "id")
    }
    record = luts["record"].value.astype(np.int8)[table.columns["record"].codes]
    places = {kind: np.flatnonzero(record == code) for code, kind in enumerate(KINDS)}
    codes = {kind: _codes(table, kind, at) for kind, at in places.items()}
    days, written = _days(table, codes, order)
    luts |= days
    ids, patient = _patients(table.columns["patient_id"])
    facts = {kind: Facts(kind, at, patient[at], codes[kind], luts) for kind, at in places.items()}
    return Sheet(table, luts, facts, ids, patient, record, written, mark)


def _codes(table: RawTable, kind: str, at: np.ndarray) -> dict[str, np.ndarray]:
    used = [c.name for c in columns_of(kind) if c.type not in ("id", "record") and c.name in table.columns]
    return {name: table.columns[name].codes[at] for name in used}


def _days(
    table: RawTable, codes: dict[str, dict[str, np.ndarray]], order: DateOrder | None
) -> tuple[dict[str, Lut], Written]:
    read = {
        name: dates.read_days(raw, order)
        for name, raw in table.columns.items()
        if name in BY_NAME and BY_NAME[name].type == "day"
    }
    written = _written(read, codes)
    return {name: convert_days(days, written, table.columns[name].blank) for name, days in read.items()}, written


def _written(read: dict[str, DayTexts], codes: dict[str, dict[str, np.ndarray]]) -> Written:
    """Whether the file is in dates or study days: what more of its day cells are."""
    present = np.zeros(7, dtype=bool)
    for days in read.values():
        present[np.unique(days.form)] = True
    as_date = [dates.ISO, dates.MONTH, dates.ORDER]
    if not present[dates.NUMBER] or not present[as_date].any():
        return "days" if present[dates.NUMBER] else "dates"
    counts = np.zeros(7, dtype=np.int64)
    for cells in codes.values():
        for name in read.keys() & cells.keys():
            counts += np.bincount(read[name].form[cells[name]], minlength=7)
    return "days" if counts[dates.NUMBER] > counts[as_date].sum() else "dates"


def _patients(raw: RawColumn) -> tuple[pd.api.extensions.ExtensionArray, np.ndarray]:
    """The distinct study ids sorted (str array), and the code of each row's patient (int32, −1 where blank)."""
    stripped = raw.arrow_stripped.dictionary_encode()
    ids = stripped.dictionary
    order = pc.sort_indices(ids).to_numpy()
    order = order[~pc.equal(ids, "").to_numpy(zero_copy_only=False)[order]]
    rank = np.full(len(ids), -1, dtype=np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    per_text = rank[stripped.indices.to_numpy(zero_copy_only=False)]
    return pd.array(ids.take(order), dtype="str"), per_text[raw.codes]
