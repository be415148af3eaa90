"""Texts to values, by the column's spec: every distinct text once, so that the cells themselves are only looked up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ivig_core.cohort.column_type import Column
from ivig_core.cohort.reading import dates
from ivig_core.cohort.reading.dates import DayTexts, Written
from ivig_core.cohort.reading.raw import RawColumn
from ivig_core.cohort.reading.spellings import grade_of, value_of

# What is wrong with a text (`Lut.fault`); RESPELLED, MONTH_ONLY and THOUSANDS are warnings, the others errors.
(
    FINE,
    NOT_IN_LIST,
    RESPELLED,
    NOT_A_NUMBER,
    NOT_WHOLE,
    OUT_OF_RANGE,
    IMPOSSIBLE_DAY,
    UNREADABLE_DAY,
    WHICH_ORDER,
    MIXED_DAYS,
    MONTH_ONLY,
    THOUSANDS,
    WHICH_MARK,
) = range(13)

Mark = Literal["point", "comma", "unknown"]
"""What separates decimals in a file; unknown: no number with a decimal comma, where there could be some."""

WARNING_FAULTS = (RESPELLED, MONTH_ONLY, THOUSANDS)

_NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,2})?$"
_COMMA_NUMBER = r"^[+-]?\d*,\d+([eE][+-]?\d{1,2})?$"
_THOUSANDS = r"^[+-]?[1-9]\d{0,2}(\.\d{3})+(,\d+)?$"
_OTHER_DECIMALS = r"\.(\d{1,2}|\d{4,})$"


@dataclass(frozen=True)
class Lut:
    """The meaning of every distinct text of a column.

    `value` is float64 (numbers, days, grades; NaN = none) or int32 (index into `levels`, −1 = none); `fault` (int8)
    says what is wrong with a text and `blank` (bool) whether it is empty.
    """

    value: np.ndarray
    fault: np.ndarray
    blank: np.ndarray
    levels: tuple[str, ...] | pd.api.extensions.ExtensionArray | None = None

    @property
    def faulty(self) -> bool:
        """Whether any text has a fault."""
        return bool(self.fault.any())


def convert(column: Column, raw: RawColumn, mark: Mark) -> Lut:
    """Read the texts of any column but a day column (`convert_days`) by its type."""
    if column.numeric:
        return _numbers(column, raw, mark)
    if column.type == "grade":
        return _grades(raw)
    if column.type in ("category", "record", "unit"):
        return _categories(column, raw)
    return texts(raw)


def convert_days(read: DayTexts, written: Written, blank: np.ndarray) -> Lut:
    """Give each text of a day column its fault, now that it is known whether the file holds dates or study days."""
    fault = np.zeros(len(read.form), dtype=np.int8)
    fault[read.form == dates.IMPOSSIBLE] = IMPOSSIBLE_DAY
    fault[read.form == dates.UNREADABLE] = UNREADABLE_DAY
    fault[read.form == dates.ORDER] = WHICH_ORDER
    is_date = np.isin(read.form, (dates.ISO, dates.MONTH))
    fault[(read.form == dates.MONTH) & (written == "dates")] = MONTH_ONLY
    fault[is_date if written == "days" else read.form == dates.NUMBER] = MIXED_DAYS
    value = np.where(fault == MIXED_DAYS, np.nan, read.value)
    return Lut(value, fault, blank)


def texts(raw: RawColumn) -> Lut:
    """Free text: white space around it is taken off, blank is missing."""
    codes, levels = pd.factorize(np.array(raw.stripped, dtype=object))
    value = np.where(raw.blank, -1, codes).astype(np.int32)
    return Lut(value, np.zeros(len(value), dtype=np.int8), raw.blank, pd.array(levels, dtype="str"))


def mark_of(columns: Iterable[RawColumn], *, decimal_comma: bool) -> Mark:
    """How numbers are written in a file, from those of its number columns; commas can be decimal only in some files."""
    if not decimal_comma:
        return "point"
    commas = any(pc.any(pc.match_substring_regex(raw.arrow_stripped, _COMMA_NUMBER)).as_py() for raw in columns)
    return "comma" if commas else "unknown"


def thousands(raw: RawColumn, mark: Mark) -> np.ndarray:
    """Texts such as 1.150 (bool) where the point can be a mark of thousands.

    It is one where the file has decimal commas; where it has neither, only if all decimals of the column are three.
    """
    if mark == "point":
        return np.zeros(len(raw.arrow_stripped), bool)
    like = pc.match_substring_regex(raw.arrow_stripped, _THOUSANDS).to_numpy(zero_copy_only=False)
    if mark == "unknown" and pc.any(pc.match_substring_regex(raw.arrow_stripped, _OTHER_DECIMALS)).as_py():
        return np.zeros(len(like), bool)
    return like


def numbers(raw: RawColumn, mark: Mark) -> tuple[np.ndarray, np.ndarray]:
    """The number of each distinct text (float64, NaN where there is none) and whether it is one (bool)."""
    text: pa.Array = raw.arrow_stripped
    if mark == "comma" and (like := thousands(raw, mark)).any():
        text = pc.if_else(pa.array(like), pc.replace_substring(text, ".", ""), text)
    if mark != "point":
        comma = pc.match_substring_regex(text, _COMMA_NUMBER)
        text = pc.if_else(comma, pc.replace_substring(text, ",", "."), text)
    is_number = pc.match_substring_regex(text, _NUMBER)
    digits = pc.utf8_ltrim(pc.if_else(is_number, text, None), "+")
    return digits.cast(pa.float64()).to_numpy(zero_copy_only=False), is_number.to_numpy(zero_copy_only=False)


def _numbers(column: Column, raw: RawColumn, mark: Mark) -> Lut:
    value, is_number = numbers(raw, mark)
    fault = np.zeros(len(value), dtype=np.int8)
    fault[thousands(raw, mark) & is_number] = THOUSANDS if mark == "comma" else WHICH_MARK
    fault[~is_number & ~raw.blank] = NOT_A_NUMBER
    fault[(value < column.low) | (value > column.high)] = OUT_OF_RANGE
    if column.type == "integer":
        fault[(value != np.floor(value)) & is_number & (fault == FINE)] = NOT_WHOLE
    return Lut(np.where((fault == FINE) | (fault == THOUSANDS), value, np.nan), fault, raw.blank)


def _grades(raw: RawColumn) -> Lut:
    value = np.full(len(raw.stripped), np.nan)
    fault = np.zeros(len(value), dtype=np.int8)
    for i, (text, stripped) in enumerate(zip(raw.texts, raw.stripped, strict=True)):
        grade, proper = grade_of(stripped)
        if grade is not None:
            value[i] = grade
            fault[i] = FINE if proper else RESPELLED
        elif stripped.lower() == "unknown":
            fault[i] = FINE if text == "unknown" else RESPELLED
        elif stripped:
            fault[i] = NOT_IN_LIST
    return Lut(value, fault, raw.blank)


def _categories(column: Column, raw: RawColumn) -> Lut:
    known = {name: code for code, name in enumerate(column.allowed)}
    value = np.full(len(raw.texts), -1, dtype=np.int32)
    fault = np.zeros(len(value), dtype=np.int8)
    for i, (text, blank) in enumerate(zip(raw.texts, raw.blank.tolist(), strict=True)):
        if blank:
            continue
        value[i] = known.get(text, -1)
        if value[i] < 0:
            value[i] = known.get(value_of(column, text) or "", -1)
        if value[i] < 0:
            fault[i] = NOT_IN_LIST
        elif text != column.allowed[value[i]]:
            fault[i] = RESPELLED
    return Lut(value, fault, raw.blank, column.allowed)
