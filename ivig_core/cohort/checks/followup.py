"""What lies where in follow-up: duplicates dropped, facts outside it, things that are allowed but worth a word."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ivig_core.cohort.problems import Findings, Say
from ivig_core.cohort.reading.facts import Facts, Sheet
from ivig_core.runs import run_starts


@dataclass(frozen=True)
class Timeline:
    """Follow-up and order of the facts.

    `start` and `days` per patient code (float64, NaN where the patient row is wrong), with one further entry, all NaN,
    for rows without a study id (code −1); `day` per record kind: first day of each fact relative to its patient's
    first day at risk; `order` per record kind: places in `Facts` by patient, day and place in the file, identical rows
    once, or None where the file has that order already.
    """

    start: np.ndarray
    days: np.ndarray
    day: dict[str, np.ndarray]
    order: dict[str, np.ndarray | None]

    def arranged(self, kind: str, values: np.ndarray) -> np.ndarray:
        """Values of the facts of a kind, one per fact of the file, in `order`."""
        order = self.order[kind]
        return values if order is None else values[order]


def arrange(sheet: Sheet, findings: Findings) -> Timeline:
    """Find follow-up and the order of the facts; identical rows are counted once, with a warning."""
    patients = sheet.facts["patient"]
    start, days = np.full((2, len(sheet.ids) + 1), np.nan)
    start[patients.patient] = patients.number("start")
    days[patients.patient] = patients.number("end") - patients.number("start") + 1
    start[-1] = days[-1] = np.nan
    day = {kind: facts.number("start") - start[facts.patient] for kind, facts in sheet.facts.items()}
    order = {kind: _order(sheet, facts, findings) for kind, facts in sheet.facts.items()}
    return Timeline(start, days, day, order)


def check_followup(sheet: Sheet, timeline: Timeline, findings: Findings) -> None:
    """Every warning about facts in time."""
    _infections(sheet, timeline, findings)
    _doses(sheet, timeline, findings)
    _deaths(sheet, findings)


def _warn(sheet: Sheet, findings: Findings, kind: str, column: str, at: np.ndarray, say: Say) -> None:
    findings.cells("warning", kind, sheet.table, column, at, say)


def _order(sheet: Sheet, facts: Facts, findings: Findings) -> np.ndarray | None:
    key = _key(facts)
    order = None
    if (key[1:] < key[:-1]).any():
        order = np.argsort(key, kind="stable")
        key = key[order]
    same = key[1:] == key[:-1]
    if facts.kind == "patient" or not same.any():
        return order
    candidate = np.zeros(len(key), dtype=bool)
    candidate[1:] |= same
    candidate[:-1] |= same
    order = np.arange(len(key)) if order is None else order
    same_day = np.cumsum(np.concatenate([[True], ~same]))[candidate]
    doubled = order[candidate][_identical(sheet, facts, order[candidate], same_day)]
    _warn(
        sheet,
        findings,
        "duplicate_row",
        "record",
        facts.place[doubled],
        lambda *_: ("The same row stands in the file before; it was counted once.", "Delete the repeated row."),
    )
    drop = np.zeros(len(key), dtype=bool)
    drop[doubled] = True
    return order[~drop[order]]


def _key(facts: Facts) -> np.ndarray:
    """Patient and day in one integer that sorts like the pair."""
    day = np.nan_to_num(facts.number("start")).astype(np.int64)
    return facts.patient.astype(np.int64) * (1 << 22) + day + (1 << 21)


def _identical(sheet: Sheet, facts: Facts, at: np.ndarray, group: np.ndarray) -> np.ndarray:
    """Which of some facts repeat an earlier one in every cell that the analysis or the user could tell apart (bool).

    `group`: number of the patient and day of each, ascending. One column after the other, those of the kind first and
    of them those of few values: after a few of them hardly any fact has an equal left.
    """
    left = np.arange(len(at))
    for name in sorted(sheet.table.columns, key=lambda name: (name not in facts.values, not _is_level(sheet, name))):
        if name in ("patient_id", "record"):
            continue
        value = _whole(_cells(sheet, facts, name, at[left]))
        key = group * (int(value.max(initial=0)) + 1) + value
        # Groups ascend, so that this is all but sorted already: quicker than looking each up.
        order = np.argsort(key, kind="stable")
        opens = run_starts(key[order])
        runs = np.cumsum(opens) - 1
        again = (np.bincount(runs, minlength=1) > 1)[runs]
        left, group = left[order[again]], runs[again]
        if not len(left):
            break
    repeated = np.zeros(len(at), dtype=bool)
    repeated[left[~run_starts(group)]] = True
    return repeated


def _is_level(sheet: Sheet, name: str) -> bool:
    return name in sheet.luts and sheet.luts[name].levels is not None


def _whole(values: np.ndarray) -> np.ndarray:
    """Equal whole numbers, none negative, for equal values."""
    if values.dtype.kind == "f":
        return pd.factorize(values, use_na_sentinel=False)[0].astype(np.int64)
    return values.astype(np.int64) + 1


def _cells(sheet: Sheet, facts: Facts, name: str, at: np.ndarray) -> np.ndarray:
    """Cells of one column of some facts: what they mean where all of them could be read, else the codes of texts."""
    if name in facts.values and not sheet.luts[name].faulty:
        return facts.values[name][at]
    raw = sheet.table.columns[name]
    codes = raw.codes[facts.place[at]]
    return np.where(raw.blank[codes], -1, codes)


def _infections(sheet: Sheet, timeline: Timeline, findings: Findings) -> None:
    facts = sheet.facts["infection"]
    place, patient, key, day = (
        timeline.arranged("infection", values)
        for values in (facts.place, facts.patient, _key(facts), timeline.day["infection"])
    )
    after = place[day >= timeline.days[patient]]
    before = place[day < 0]
    _warn(
        sheet,
        findings,
        "infection_after_followup",
        "start",
        after,
        lambda *_: (
            "This infection lies after the end of follow-up; it is not counted.",
            "If the patient was still observed, move end on the patient row.",
        ),
    )
    _warn(
        sheet,
        findings,
        "infection_before_followup",
        "start",
        before,
        lambda *_: (
            "This infection lies before the first day at risk; it is history and is not counted.",
            "If the patient was already observed, move start on the patient row.",
        ),
    )
    again = place[1:][(key[1:] == key[:-1]) & ~np.isnan(day[1:])]
    _warn(
        sheet,
        findings,
        "same_day_infections",
        "start",
        again,
        lambda *_: (
            "This patient has another, different infection on the same day; both are counted.",
            "If it is one infection coded twice, delete one row or set a gap between episodes in the settings.",
        ),
    )


def _doses(sheet: Sheet, timeline: Timeline, findings: Findings) -> None:
    facts = sheet.facts["ivig"]
    place, patient, day = (
        timeline.arranged("ivig", values) for values in (facts.place, facts.patient, timeline.day["ivig"])
    )
    days = timeline.days[patient]
    _warn(
        sheet,
        findings,
        "dose_after_followup",
        "start",
        place[day >= days],
        lambda *_: (
            "This dose lies after the end of follow-up; it is not counted.",
            "If the patient was still observed, move end on the patient row.",
        ),
    )
    infections = len(timeline.arranged("infection", sheet.facts["infection"].place))
    # Where dates cannot be read it would be said of doses that are there.
    if infections and not findings.total("error") and not _any_dose_at_risk(facts, timeline):
        findings.whole(
            "warning",
            "no_dose",
            f"There are infections ({infections:,}), but no IVIG dose lies in follow-up: nothing to compare.",
            "Check that the doses are in the file (record = ivig) and that start and end of follow-up are right.",
            column="record",
        )


def _any_dose_at_risk(facts: Facts, timeline: Timeline) -> bool:
    day, days = timeline.day["ivig"], timeline.days[facts.patient]
    if ((day >= 0) & (day < days)).any():
        return True
    interval = facts.number("interval_days")
    last = np.fmin(facts.number("end") - facts.number("start") + day, days - 1)
    # The first dose of a course that falls on day 0 or later.
    first = day + np.ceil(-day / interval) * interval
    return bool(((day < 0) & (first <= last)).any())


def _deaths(sheet: Sheet, findings: Findings) -> None:
    patients = sheet.facts["patient"]
    late = patients.place[patients.number("last_contact") > patients.number("died_on")]
    _warn(
        sheet,
        findings,
        "contact_after_death",
        "last_contact",
        late,
        lambda *_: ("The last contact lies after death; death counts.", "Correct last_contact or died_on."),
    )
