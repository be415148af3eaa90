"""Values of two columns of a row: the years from one day to another, a day some days later."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from ivig_core.cohort.mapping.cells import day_text
from ivig_core.cohort.mapping.mapping import Field
from ivig_core.cohort.reading.raw import RawColumn


def years(columns: Mapping[str, RawColumn], item: Field, lines: np.ndarray, missing: frozenset[str]) -> np.ndarray:
    """Years from the day in `column` to that in `years_until` with two decimals (object array of text); blank where one
    of them is no day."""
    first, last = (_days(columns[name or ""], item, lines, missing) for name in (item.column, item.years_until))
    between = (last - first) / np.timedelta64(1, "D") / 365.25
    return np.array(["" if np.isnan(number) else f"{number:.2f}" for number in between], dtype=object)


def later(columns: Mapping[str, RawColumn], item: Field, lines: np.ndarray, missing: frozenset[str]) -> np.ndarray:
    """The day in `column` and as many days later as `later` has for the text in `later_by` (object array of text).

    Blank where there is no day or no text; a text that `later` does not have is handed on, so that the checks name it.
    """
    said = columns[item.later_by or ""]
    words = np.array(said.stripped or [""], dtype=object)[said.codes[lines]]
    days = np.array([int(item.later.get(word, "0")) for word in words], "timedelta64[D]")
    day = _days(columns[item.column or ""], item, lines, missing) + days
    texts = np.where(np.isnat(day), "", np.datetime_as_string(day).astype(object))
    unknown = np.array([bool(word) and word not in item.later for word in words], bool)
    return np.where(words == "", "", np.where(unknown, words, texts))


def _days(column: RawColumn, item: Field, lines: np.ndarray, missing: frozenset[str]) -> np.ndarray:
    """The days of some lines (datetime64[D], NaT where there is none); of a month its middle."""
    texts = [day_text(text, item.dates, missing) for text in column.stripped]
    full = [f"{text}-15" if len(text) == 7 else text for text in texts]
    read = pd.to_datetime(pd.Series(full, dtype="str"), format="%Y-%m-%d", errors="coerce")
    return read.to_numpy("datetime64[D]")[column.codes[lines]]
