"""What lies where in follow-up: duplicates dropped, facts outside it, things that are allowed but worth a word."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ivig_core.cohort.checks.repeated import repeated
from ivig_core.cohort.problems import Findings, Say
from ivig_core.cohort.reading.facts import Facts, Sheet


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
    day = {kind: facts.number("start") for kind, facts in sheet.facts.items()}
    for kind, facts in sheet.facts.items():
        day[kind] -= start[facts.patient]
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
    doubled = repeated(sheet, facts, order, same)
    if not len(doubled):
        return order
    _warn(
        sheet,
        findings,
        "duplicate_row",
        "record",
        facts.place[doubled],
        lambda *_: ("The same row stands in the file before; it was counted once.", "Delete the repeated row."),
    )
    keep = np.ones(len(key), dtype=bool)
    keep[doubled] = False
    return np.flatnonzero(keep) if order is None else order[keep[order]]


def _key(facts: Facts) -> np.ndarray:
    """Patient and day in one integer that sorts like the pair."""
    key = facts.patient.astype(np.int64)
    key *= 1 << 22
    key += 1 << 21
    if "start" in facts.codes:
        key += np.nan_to_num(facts.luts["start"].value).astype(np.int64)[facts.codes["start"]]
    return key


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
