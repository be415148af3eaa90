"""Checks between rows: one patient row each, facts of patients who exist, ends after starts, phases that agree."""

from __future__ import annotations

import difflib
import re
from functools import partial

import numpy as np

from ivig_core.cohort.columns import BY_NAME
from ivig_core.cohort.problems import Findings, Say
from ivig_core.cohort.reading.facts import Facts, Sheet

# Comparing spellings is slow: suggest only where it stays under a second.
_SUGGESTIONS = 20
_SUGGEST_FROM = 2000
_BETWEEN = re.compile(r"[\s_\-/\u00a0\u2010-\u2015]+")
_POINT_ZERO = re.compile(r"[.,]0+$")
_ZEROS = re.compile(r"(?<!\d)0+(?=\d)")
_LETTERS_LIKE_DIGITS = str.maketrans({"O": "0", "I": "1", "L": "1"})


def check_structure(sheet: Sheet, findings: Findings) -> None:
    """Every fault between cells of a row or between rows that stops the analysis."""
    _one_patient_row(sheet, findings)
    for facts in sheet.facts.values():
        _end_before_start(sheet, facts, findings)
    _patient_days(sheet, findings)
    _courses(sheet, findings)
    _phases(sheet, findings)


def _report(sheet: Sheet, findings: Findings, kind: str, column: str, at: np.ndarray, say: Say) -> None:
    findings.cells("error", kind, sheet.table, column, at, say)


def _one_patient_row(sheet: Sheet, findings: Findings) -> None:
    patients = sheet.facts["patient"]
    known = patients.patient >= 0
    count = np.bincount(patients.patient[known], minlength=len(sheet.ids))
    if not len(patients):
        findings.whole(
            "error",
            "no_patients",
            "The file has no patient rows.",
            "Add one row per patient with record = patient and the first and last day at risk in start and end.",
            row=int(sheet.table.rows[0]),
            column="record",
        )
        return
    _two_patient_rows(sheet, findings, patients, np.flatnonzero(known), count)
    orphan = np.flatnonzero(np.append(count == 0, False)[sheet.patient])
    if len(orphan):
        known_ids = sheet.ids[count > 0].tolist()
        memory: dict[str, tuple[str, str]] = {}
        say = partial(_say_orphan, known_ids, memory, "patient_id" in findings.hidden)
        _report(sheet, findings, "unknown_patient", "patient_id", orphan, say)


def _two_patient_rows(sheet: Sheet, findings: Findings, patients: Facts, known: np.ndarray, count: np.ndarray) -> None:
    if count.max(initial=0) < 2:
        return
    code = patients.patient[known]
    first = np.full(len(sheet.ids), -1, dtype=np.int64)
    first[code[::-1]] = patients.place[known][::-1]
    again = patients.place[known][first[code] != patients.place[known]]

    def say(_: str, at: int) -> tuple[str, str]:
        row = int(sheet.table.rows[first[sheet.patient[at]]])
        return (
            f"This patient already has a patient row (row {row}).",
            "Keep one patient row per study id; two people need two ids.",
        )

    _report(sheet, findings, "two_patient_rows", "record", again, say)


def _say_orphan(
    known: list[str], memory: dict[str, tuple[str, str]], hidden: bool, value: str, _: int
) -> tuple[str, str]:
    if value in memory:
        return memory[value]
    near = None
    if len(memory) < _SUGGESTIONS and len(known) <= _SUGGEST_FROM and not hidden:
        near = _same_id(value, known)
    remedy = "Add a patient row with its first and last day at risk, or correct the study id."
    if near:
        remedy = f"Did you mean {near}? {remedy}"
    memory[value] = "There is no patient row for this study id.", remedy
    return memory[value]


def _same_id(value: str, known: list[str]) -> str | None:
    """The one known id that differs only in how it is written: case, spaces, hyphens, zeros in front, O for 0.

    Where there is none, the one most like it; None where there are two.
    """
    alike = [name for name in known if _bare(name) == _bare(value)]
    if alike:
        return alike[0] if len(alike) == 1 else None
    return next(iter(difflib.get_close_matches(value, known, n=1, cutoff=0.8)), None)


def _bare(name: str) -> str:
    """An id without what people write in several ways."""
    text = _BETWEEN.sub("", name).upper().translate(_LETTERS_LIKE_DIGITS)
    return _ZEROS.sub("", _POINT_ZERO.sub("", text))


def _end_before_start(sheet: Sheet, facts: Facts, findings: Findings) -> None:
    if "end" not in facts.codes:
        return
    early = facts.place[facts.number("end") < facts.number("start")]
    _compare(sheet, findings, "end_before_start", "end", early, "start", "The last day lies before the first day")


def _patient_days(sheet: Sheet, findings: Findings) -> None:
    patients = sheet.facts["patient"]
    start, end = patients.number("start"), patients.number("end")
    died, contact = patients.number("died_on"), patients.number("last_contact")
    progressed = patients.number("progressed_on")
    for kind, column, wrong, against, what in (
        ("death_before_end", "died_on", died < end, "end", "Death lies before the end of follow-up"),
        (
            "contact_before_end",
            "last_contact",
            contact < end,
            "end",
            "The last contact lies before the end of follow-up",
        ),
        (
            "progressed_before_start",
            "progressed_on",
            progressed < start,
            "start",
            "Progression lies before the first day",
        ),
    ):
        _compare(sheet, findings, kind, column, patients.place[wrong], against, what)


def _compare(sheet: Sheet, findings: Findings, kind: str, column: str, at: np.ndarray, against: str, what: str) -> None:
    if not len(at):
        return
    other = sheet.table.columns[against]

    def say(value: str, position: int) -> tuple[str, str]:
        return (
            f"{what}: {column} is {value}, {against} is {other.text(position)}.",
            f"Correct {column} or {against}.",
        )

    _report(sheet, findings, kind, column, at, say)


def _courses(sheet: Sheet, findings: Findings) -> None:
    ivig = sheet.facts["ivig"]
    # A cell that is filled but cannot be read is said elsewhere; here only a blank one counts.
    blank = np.ones(len(ivig), dtype=bool)
    if "interval_days" in ivig.codes:
        blank = sheet.luts["interval_days"].blank[ivig.codes["interval_days"]]
    wrong = ivig.place[blank & (ivig.number("end") > ivig.number("start"))]
    message = "This dose ends on a later day than it starts, but interval_days is blank: how often was it given?"
    remedy = "For a course fill in interval_days (for instance 28); for one infusion clear end."
    _report(sheet, findings, "course_without_interval", "end", wrong, lambda *_: (message, remedy))


def _phases(sheet: Sheet, findings: Findings) -> None:
    """Overlapping phases that contradict each other, found by the furthest end so far of the other phase."""
    facts = sheet.facts["phase"]
    phase, start = facts.level("phase"), facts.number("start")
    end = np.where(sheet_blank(sheet, facts, "end"), np.inf, facts.number("end"))
    usable = np.flatnonzero((phase >= 0) & (facts.patient >= 0) & ~np.isnan(start) & (end >= start))
    order = usable[np.lexsort((usable, start[usable], facts.patient[usable]))]
    phase, start, end = phase[order], start[order], np.minimum(end[order], 1e6)
    # One number line for all patients: each patient's days lie beyond everyone before.
    base = facts.patient[order].astype(np.float64) * 4e6
    conflict, partner = np.zeros(len(order), dtype=bool), np.zeros(len(order), dtype=np.int64)
    for code in range(len(BY_NAME["phase"].allowed)):
        reach = np.where(phase == code, base + end, -np.inf)
        furthest = np.maximum.accumulate(reach)
        hit = (phase != code) & (furthest >= base + start)
        conflict |= hit
        partner[hit] = _holder(reach, furthest)[hit]
    if not conflict.any():
        return
    place = facts.place[order]
    rows = sheet.table.rows[place[partner]]
    with_row = dict(zip(place[conflict].tolist(), rows[conflict].tolist(), strict=True))

    def say(value: str, position: int) -> tuple[str, str]:
        return (
            f"This {value} phase overlaps with the other phase in row {with_row[position]}.",
            "Change start or end so that each day has one phase (both ends are included).",
        )

    _report(sheet, findings, "phases_overlap", "phase", place[conflict], say)


def _holder(reach: np.ndarray, furthest: np.ndarray) -> np.ndarray:
    """For each position, where its furthest end so far was set."""
    return np.maximum.accumulate(np.where(reach == furthest, np.arange(len(reach)), 0))


def sheet_blank(sheet: Sheet, facts: Facts, name: str) -> np.ndarray:
    """Which cells of a column are blank (bool), all where the file does not have it."""
    if name not in facts.codes:
        return np.ones(len(facts), dtype=bool)
    return sheet.luts[name].blank[facts.codes[name]]
