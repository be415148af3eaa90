"""Checks between tables and between rows, of a group of patients at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ivig_core.cohort.checks.plausible import FAR_DAYS
from ivig_core.cohort.reading.dates import Written
from ivig_core.lazy import library
from ivig_core.registry.engine import Engine
from ivig_core.registry.intake.faults import Fault, Look, look
from ivig_core.registry.table import Table
from ivig_core.terms import NONPROGRESSIVE, PROGRESSIVE

ibis = library("ibis")

MOVE_END = "If the patient was still observed, move end on the patient row."
FAR_MESSAGE = "This follow-up ends more than ten years after everything else in the registry"
FAR_REMEDY = "Write the last day on which the patient was observed; a placeholder such as 2099-12-31 is not one."


@dataclass
class Between:
    """Faults found so far, and the last day of any record: a study day since the start of follow-up, else a date."""

    written: Written
    faults: list[Fault] = field(default_factory=list)
    latest: int | None = None

    def check(self, engine: Engine, patients: Table, rows: Mapping[str, Table]) -> None:
        """Check a group of patients (`id`, `start`, `days`) and their records (`id`, `start`, `end`, …) by kind;
        of infections `times`, how often an identical row is there."""
        twice = patients.group_by("id").aggregate(times=patients.count())
        self._look(engine, "patient", twice, [_two_rows(twice)])
        one = patients.group_by("id").aggregate(first=patients.start.min(), days=patients.days.min())
        for kind, records in rows.items():
            both = records.left_join(one.select(patient="id", first="first", days="days"), records.id == one.id)
            both = both.mutate(day=both.start - both["first"])
            self._look(engine, kind, both, list(_of_kind(kind, both)))
            if kind == "phase":
                overlaps = _overlaps(records)
                self._look(engine, kind, overlaps, [_overlap(overlaps)])

    def _look(self, engine: Engine, kind: str, rows: Table, looks: list[Look]) -> None:
        day = None
        if "start" in rows.columns and "day" in rows.columns:
            day = rows.start if self.written == "dates" else rows.day
        seen = look(engine, kind, rows, looks, day)
        self.faults += seen.faults
        self.latest = max((day for day in (seen.latest, self.latest) if day is not None), default=None)

    def far_ends(self, engine: Engine, patients: Table) -> None:
        """Ends of follow-up far beyond everything else, of all patients, after every group was checked."""
        end = patients.start + patients.days - 1 if self.written == "dates" else patients.days - 1
        known = engine.rows(patients.aggregate(end=end.max(), first=patients.start.max())).to_pylist()[0]
        first = known["first"] if self.written == "dates" else 0
        last = max((day for day in (first, self.latest) if day is not None), default=None)
        if last is None or known["end"] is None or known["end"] <= last + FAR_DAYS:
            return
        middle = engine.rows(patients.aggregate(middle=end.median()))["middle"][0].as_py()
        far = end > last + FAR_DAYS
        alone = far & (end > middle + FAR_DAYS)
        message = f"{FAR_MESSAGE} and after the ends of the other patients."
        looks = [
            Look("error", "placeholder_end", "end", alone, end, message, FAR_REMEDY),
            Look("warning", "far_end", "end", far & ~alone, end, f"{FAR_MESSAGE}; all of its days are counted.",
                 FAR_REMEDY),
        ]  # fmt: skip
        self.faults += look(engine, "patient", patients, looks).faults


def _two_rows(twice: Table) -> Look:
    return Look(
        "error", "two_patient_rows", "patient_id", twice.times > 1, ibis.literal(""),
        "This patient has more than one patient row.", "Keep one patient row per study id; two people need two ids.",
    )  # fmt: skip


def _of_kind(kind: str, both: Table) -> Iterator[Look]:
    yield Look(
        "error", "unknown_patient", "patient_id", both.id.notnull() & both.patient.isnull(), ibis.literal(""),
        "There is no patient row for this study id.",
        "Add a patient row with its first and last day at risk, or correct the study id.",
    )  # fmt: skip
    day = both.day.cast("string") + " days after the first day at risk"
    if kind == "infection":
        yield Look(
            "warning", "infection_after_followup", "start", both.day >= both.days, day,
            "This infection lies after the end of follow-up; it is not counted.", MOVE_END,
        )  # fmt: skip
        yield Look(
            "warning", "infection_before_followup", "start", both.day < 0, day,
            "This infection lies before the first day at risk; it is history and is not counted.",
            "If the patient was already observed, move start on the patient row.",
        )  # fmt: skip
        yield Look(
            "warning", "duplicate_row", "", both.times > 1, day,
            "The same row stands in the table before; it was counted once.", "Delete the repeated row.",
        )  # fmt: skip
    if kind == "ivig":
        yield Look(
            "warning", "dose_after_followup", "start", both.day >= both.days, day,
            "This dose lies after the end of follow-up; it is not counted.", MOVE_END,
        )  # fmt: skip


def _overlaps(phase: Table) -> Table:
    """Phases with `reached`: the last day of those of the other kind that began before or on the same day."""
    before = ibis.window(group_by="id", order_by=["start", "phase"], preceding=(None, 1))
    usable = phase.filter(phase.start.notnull() & phase.phase.notnull())
    last = ibis.coalesce(usable.end, 10**6)
    ends = {name: ibis.ifelse(usable.phase == name, last, ibis.null()) for name in (PROGRESSIVE, NONPROGRESSIVE)}
    reached = {name: end.max().over(before) for name, end in ends.items()}
    other = ibis.ifelse(usable.phase == PROGRESSIVE, reached[NONPROGRESSIVE], reached[PROGRESSIVE])
    return usable.mutate(reached=other)


def _overlap(rows: Table) -> Look:
    return Look(
        "error", "phases_overlap", "phase", rows.reached >= rows.start, rows.phase,
        "This phase overlaps with the other phase of the patient.",
        "Change start or end so that each day has one phase (both ends are included).",
    )  # fmt: skip
