"""Which anti-myeloma therapy a day is under, and the first 100 days after a transplant or CAR-T."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from ivig_core.persontime.block import Block
from ivig_core.persontime.days import Steps, merged, steps, windows
from ivig_core.spec import ExposureSpec
from ivig_core.terms import (
    ANTI_CD38,
    ANTI_MYELOMA,
    BISPECIFIC,
    FIRST_100_DAYS,
    NO_THERAPY,
    OTHER_THERAPY,
    THERAPY_UNKNOWN,
)

GIVEN, AFTER_CELLS = "anti_myeloma", ("transplant", "car_t")
AFTER_DAYS = 100
"""Day +100 counts, as haematologists count it and as windows of doses do."""
BY_CLASS = (NO_THERAPY, OTHER_THERAPY, ANTI_CD38, BISPECIFIC, FIRST_100_DAYS, THERAPY_UNKNOWN)
ON_OR_OFF = (NO_THERAPY, ANTI_MYELOMA, FIRST_100_DAYS, THERAPY_UNKNOWN)
_CLASSES = (
    (BISPECIFIC, re.compile(r"\w+tam(ab|ig)\b|\b(tecvayli|elrexfio|talvey|lynozyfic|bite)\b|bispecific")),
    (
        ANTI_CD38,
        re.compile(
            r"\bdara(tumumab|[a-z]{1,3})?\b|\bisa(tuximab|[pk]d|vrd|krd)?\b|darzalex|sarclisa|cd38"
            r"|\bd-?(rd|vd|kd|pd|vrd|vtd|vcd|krd|vmp)\b"
        ),
    ),
)
"""Words of drug names, by class. International names of bispecific antibodies against tumours end in -tamab or
-tamig."""


def class_of(drug: str) -> str:
    """Class of an anti-myeloma drug by words of its name: bispecific antibody, anti-CD38 antibody, or another.

    Names are the file's own text. What is not recognised is "other", which keeps such days apart from days without
    therapy: nothing is guessed beyond that.
    """
    text = drug.lower()
    return next((name for name, words in _CLASSES if words.search(text)), OTHER_THERAPY)


def therapy_levels(exposure: ExposureSpec) -> tuple[str, ...]:
    """Level names, the reference first, in rising precedence; then unknown."""
    return BY_CLASS if exposure.therapy_levels == "class" else ON_OR_OFF


def therapy_steps(block: Block, exposure: ExposureSpec) -> Steps:
    """Level of therapy of every day, as a code into `therapy_levels`.

    A day is under the classes of the `anti_myeloma` rows that cover it; of several classes the one with the highest
    risk of infection counts (bispecific, anti-CD38, other). The day of a transplant or CAR-T and the 100 days after it
    come before all of them, whatever end the row has. Days of a patient that no row covers are without therapy; a
    patient without any such row is unknown throughout, and so is every patient of a file without one.
    """
    rows = block.records("therapy")
    category = rows["category"].to_numpy(object)
    names = therapy_levels(exposure)
    given = rows[category == GIVEN]
    parts = [*_given(block, given, exposure), _after_cells(block, rows[np.isin(category, AFTER_CELLS)])]
    keys = merged([part for _, part in parts])
    level = np.zeros(len(keys), np.int8)
    for name, part in parts:
        level[part.at(keys) == 1] = names.index(name)
    recorded = np.zeros(len(block), bool)
    recorded[rows["patient"].to_numpy(np.int64)[(category == GIVEN) | np.isin(category, AFTER_CELLS)]] = True
    level[~recorded[keys // block.clock.stride]] = names.index(THERAPY_UNKNOWN)
    return Steps(keys, level)


def row_windows(block: Block, rows: pd.DataFrame) -> Steps:
    """1 on every day that some row covers, both ends inside; a row without an end goes on to the end of follow-up."""
    patient = rows["patient"].to_numpy(np.int64)
    end = rows["end"].to_numpy(float)
    last = np.where(np.isnan(end), block.days[patient] - 1, end).astype(np.int64)
    return windows(block.clock, patient, rows["day"].to_numpy(np.int64), last)


def _given(block: Block, rows: pd.DataFrame, exposure: ExposureSpec) -> list[tuple[str, Steps]]:
    if exposure.therapy_levels != "class":
        return [(ANTI_MYELOMA, row_windows(block, rows))]
    drugs, which = np.unique(rows["drug"].fillna("").to_numpy(str), return_inverse=True)
    classes = np.array([class_of(drug) for drug in drugs.tolist()], dtype=object)[which]
    return [(name, row_windows(block, rows[classes == name])) for name in (OTHER_THERAPY, ANTI_CD38, BISPECIFIC)]


def _after_cells(block: Block, rows: pd.DataFrame) -> tuple[str, Steps]:
    patient, day = rows["patient"].to_numpy(np.int64), rows["day"].to_numpy(np.int64)
    inside = windows(block.clock, patient, day, day + AFTER_DAYS) if len(rows) else steps(block.clock, 0, [])
    return FIRST_100_DAYS, inside
