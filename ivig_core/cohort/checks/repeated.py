"""Identical rows, which are counted once: found among the facts of a day, a block of patients after the other."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from ivig_core.cohort.reading.facts import BLOCK, Facts, Sheet
from ivig_core.runs import run_starts


def repeated(sheet: Sheet, facts: Facts, order: np.ndarray | None, same: np.ndarray) -> np.ndarray:
    """Which facts (places in `facts`) repeat an earlier one of their patient and day.

    `same`: whether a fact, in `order`, has patient and day of the one before; not for the first. The facts of a day are
    in one block.
    """
    days: np.ndarray = np.append(np.flatnonzero(~same) + 1, len(same) + 1)
    columns = _told_by(sheet, facts)
    found, at = [], 0
    while at <= len(same):
        stop = int(days[min(int(np.searchsorted(days, at + BLOCK)), len(days) - 1)])
        inside = same[at : stop - 1]
        candidate = np.zeros(stop - at, dtype=bool)
        candidate[1:] |= inside
        candidate[:-1] |= inside
        those = at + np.flatnonzero(candidate) if order is None else order[at:stop][candidate]
        day = np.cumsum(np.concatenate([[True], ~inside]))[candidate]
        found.append(those[_identical(columns, facts.place[those], day)])
        at = stop
    return np.concatenate(found)


class _Told(NamedTuple):
    """A column by which facts are told apart: code of every cell of the table, and a whole number for each distinct
    text, equal where texts mean the same."""

    codes: np.ndarray
    meaning: np.ndarray


def _told_by(sheet: Sheet, facts: Facts) -> list[_Told]:
    """The columns in which the analysis or the user could tell facts apart.

    Those of the kind first and of them those of few values: after a few of them hardly any fact has an equal left.
    """
    found = []
    for name in sorted(sheet.table.columns, key=lambda name: (name not in facts.codes, not _is_level(sheet, name))):
        if name in ("patient_id", "record"):
            continue
        raw = sheet.table.columns[name]
        if name in facts.codes and not sheet.luts[name].faulty:
            meaning = pd.factorize(sheet.luts[name].value, use_na_sentinel=False)[0].astype(np.int64)
        else:
            meaning = np.where(raw.blank, 0, np.arange(1, len(raw.blank) + 1))
        found.append(_Told(raw.codes, meaning))
    return found


def _identical(columns: list[_Told], place: np.ndarray, group: np.ndarray) -> np.ndarray:
    """Which of some facts, by their place in the table, repeat an earlier one in every column (bool).

    `group`: number of the patient and day of each, ascending. One column after the other.
    """
    left = np.arange(len(place))
    for column in columns:
        if not len(left):
            break
        key = group * len(column.meaning) + column.meaning[column.codes[place[left]]]
        # Groups ascend, so that this is all but sorted already: quicker than looking each up.
        order = np.argsort(key, kind="stable")
        opens = run_starts(key[order])
        runs = np.cumsum(opens) - 1
        again = (np.bincount(runs, minlength=1) > 1)[runs]
        left, group = left[order[again]], runs[again]
    doubled = np.zeros(len(place), dtype=bool)
    doubled[left[~run_starts(group)]] = True
    return doubled


def _is_level(sheet: Sheet, name: str) -> bool:
    return name in sheet.luts and sheet.luts[name].levels is not None
