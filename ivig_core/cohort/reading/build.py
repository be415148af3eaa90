"""Checked cells → `Cohort`: days from each patient's first day at risk, canonical units, sorted frames."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from ivig_core.cohort.baseline_columns import BASELINE
from ivig_core.cohort.checks.followup import Timeline
from ivig_core.cohort.cohort import CalendarKind, Cohort
from ivig_core.cohort.columns import BY_NAME
from ivig_core.cohort.reading.facts import Facts, Sheet
from ivig_core.cohort.reading.own import OwnColumn

_FRAMES = {
    "ivig": ("day", "end", "interval_days", "dose_g_per_kg", "dose_g", "route"),
    "infection": (
        "day",
        "end",
        "grade",
        "pathogen",
        "organism",
        "site",
        "hospitalized",
        "hospital_days",
        "anc",
        "alc",
    ),
    "lab": ("day", "analyte", "value", "trough"),
    "phase": ("day", "end", "phase"),
    "therapy": ("day", "end", "drug", "category"),
}
# The nominal year of study day 0 in files that give only its month; the year itself means nothing.
_NOMINAL_YEAR = 2001
MID_MONTH = np.array([(date(_NOMINAL_YEAR, month, 15) - date(1970, 1, 1)).days for month in range(1, 13)])
"""Day since 1970-01-01 that study day 0 is taken as, by its month."""


def build_cohort(sheet: Sheet, timeline: Timeline, own: list[OwnColumn], name: str) -> Cohort:
    """The cohort of a sheet without errors; the facts of a kind are let go when its frame is there."""
    patients, calendar = _patients(sheet, timeline, own)
    frames = {}
    for kind, columns in _FRAMES.items():
        frames[kind] = _frame(sheet, timeline, kind, columns)
        for of_kinds in (sheet.facts, timeline.day, timeline.order):
            del of_kinds[kind]
    return Cohort(
        patients=patients,
        **frames,
        calendar=calendar,
        records_phase=len(frames["phase"]) > 0,
        own_baseline=tuple(column.name for column in own),
        name=name,
    )


def _patients(sheet: Sheet, timeline: Timeline, own: list[OwnColumn]) -> tuple[pd.DataFrame, CalendarKind]:
    facts = sheet.facts["patient"]

    def number(name: str) -> np.ndarray:
        return timeline.arranged("patient", facts.number(name))

    start = number("start")
    day0, calendar = _day0(sheet, start, number("index_month"))
    data: dict[str, object] = {
        "patient_id": sheet.ids,
        "days": timeline.days[:-1].astype(np.int64),
        "day0": day0,
        "died_day": number("died_on") - start,
        "last_contact_day": number("last_contact") - start,
        "progressed_day": number("progressed_on") - start,
        "death_cause": _text(sheet, timeline, facts, "death_cause"),
    }
    for column in BASELINE:
        data[column.name] = number(column.name) if column.numeric else _text(sheet, timeline, facts, column.name)
    for extra in own:
        data[extra.name] = timeline.arranged("patient", extra.values)
    return pd.DataFrame(data, copy=False), calendar


def _day0(sheet: Sheet, start: np.ndarray, month: np.ndarray) -> tuple[np.ndarray, CalendarKind]:
    if sheet.written == "dates":
        return start.astype(np.int64), "dates"
    known = ~np.isnan(month)
    day0 = np.full(len(start), -1, dtype=np.int64)
    day0[known] = MID_MONTH[month[known].astype(np.int64) - 1] + start[known].astype(np.int64)
    return day0, "index_month" if known.any() else "none"


def _frame(sheet: Sheet, timeline: Timeline, kind: str, columns: tuple[str, ...]) -> pd.DataFrame:
    facts = sheet.facts[kind]
    patient = timeline.arranged(kind, facts.patient).astype(np.int64)
    data: dict[str, object] = {"patient": patient}
    for name in columns:
        if name == "day":
            data[name] = timeline.arranged(kind, timeline.day[kind]).astype(np.int64)
        elif name == "end":
            data[name] = timeline.arranged(kind, facts.number("end")) - timeline.start[patient]
        elif kind == "lab" and name == "value":
            data[name] = timeline.arranged(kind, sheet.lab_values)
        elif BY_NAME[name].numeric or BY_NAME[name].type == "grade":
            data[name] = timeline.arranged(kind, facts.number(name))
        else:
            data[name] = _text(sheet, timeline, facts, name, blank="iv" if name == "route" else None)
    # copy=False: the arrays belong to this cohort alone, stacking them into blocks would only cost time and memory.
    return pd.DataFrame(data, copy=False)


def _text(
    sheet: Sheet, timeline: Timeline, facts: Facts, name: str, blank: str | None = None
) -> pd.api.extensions.ExtensionArray:
    """A category or text column as a str array; blank cells are missing, or `blank`."""
    lut = sheet.luts.get(name)
    levels = () if lut is None or lut.levels is None else lut.levels
    codes = timeline.arranged(facts.kind, facts.level(name))
    # Blank is code −1, so the last of these is what it stands for.
    known = pd.array([*levels, blank], dtype="str")
    codes[codes < 0] = len(known) - 1
    return known.take(codes)
