"""What is wrong with a file: one `Problem` per cell or row, counted even where not all are kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Literal, TypedDict, Unpack

import numpy as np
import pandas as pd

from ivig_core.cohort.reading.raw import RawTable

Severity = Literal["error", "warning"]

KEPT_PER_KIND = 1000
HIDDEN = "(hidden)"
SHAPE = "shape_"
"""Kinds of problems that say what a table seems to be begin with this."""
_LONGEST_VALUE = 200


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault: where it is (spreadsheet row, header = row 1), what is wrong and how to mend it.

    `kind` is a short slug to group by. `row`, `patient`, `column` and `value` are None where they have no meaning.
    """

    severity: Severity
    kind: str
    message: str
    remedy: str
    row: int | None = None
    patient: str | None = None
    column: str | None = None
    value: str | None = None

    def __str__(self) -> str:
        """The problem in one line of text."""
        places = (("row", self.row), ("patient", self.patient), ("column", self.column))
        where = [f"{label} {place}" for label, place in places if place not in (None, "")]
        where += [f"value “{self.value}”"] if self.value else []
        place = f" ({', '.join(where)})" if where else ""
        return printable(f"{self.severity}{place}: {self.message} {self.remedy}")


class Where(TypedDict, total=False):
    """The place of a problem, as in `Problem`."""

    row: int | None
    patient: str | None
    column: str | None
    value: str | None


PROBLEM_COLUMNS = ("severity", "row", "patient", "column", "value", "message", "remedy", "kind")

Group = tuple[Severity, str, str | None]
"""Severity, kind and column of problems that are mended in one way."""

Say = Callable[[str, int], tuple[str, str]]


def printable(text: str) -> str:
    """A stranger's text without line ends and control characters, which a terminal would obey."""
    return "".join(c if c.isprintable() else " " for c in text)


class Findings:
    """Collects problems of one table. Keeps the first `KEPT_PER_KIND` of a kind in a column and counts all of them.

    `counts` by severity and kind, `grouped` by severity, kind and column.
    """

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.counts: Counter[tuple[Severity, str]] = Counter()
        self.notes: list[str] = []
        self.hidden: set[str] = set()
        self.grouped: Counter[Group] = Counter()
        self._kept: Counter[Group] = Counter()

    def whole(self, severity: Severity, kind: str, message: str, remedy: str, **where: Unpack[Where]) -> None:
        """A problem of the file, a column or one row: `where` may give row, patient, column, value."""
        self.add(Problem(severity, kind, message, remedy, **where))

    def add(self, problem: Problem) -> None:
        """One problem."""
        self.counts[problem.severity, problem.kind] += 1
        self.grouped[group_of(problem)] += 1
        self._keep(problem)

    def cells(
        self, severity: Severity, kind: str, table: RawTable, column: str | None, at: np.ndarray, say: Say
    ) -> None:
        """One problem per position `at` (int) of `table`; `say(value, position)` gives message and remedy."""
        if not len(at):
            return
        self.counts[severity, kind] += len(at)
        self.grouped[severity, kind, column] += len(at)
        room = KEPT_PER_KIND - self._kept[severity, kind, column]
        for position in np.sort(at)[: max(room, 0)].tolist():
            value = self.shown(column, table.columns[column].text(position)) if column in table.columns else None
            message, remedy = say(value or "", position)
            self._keep(
                Problem(
                    severity,
                    kind,
                    message,
                    remedy,
                    row=int(table.rows[position]),
                    patient=self.patient(table, position),
                    column=column,
                    value=value,
                )
            )

    def patient(self, table: RawTable, position: int) -> str | None:
        """The study id of one row, hidden where the ids look like identifiers."""
        if "patient_id" not in table.columns:
            return None
        return self.shown("patient_id", table.columns["patient_id"].text(position))

    def shown(self, column: str | None, value: str | None) -> str | None:
        """A cell as it may be repeated in a message."""
        if value and column in self.hidden:
            return HIDDEN
        return value if value is None or len(value) <= _LONGEST_VALUE else value[:_LONGEST_VALUE] + "…"

    def total(self, severity: Severity) -> int:
        """How many problems of a severity there are, kept or not."""
        return sum(count for (level, _), count in self.counts.items() if level == severity)

    def retold(self, change: Callable[[Problem], Problem]) -> None:
        """Every problem in other words or at another place. Those beyond the kept ones go where the first of theirs
        has gone."""
        grouped: Counter[Group] = Counter()
        moved: dict[Group, Group] = {}
        for at, problem in enumerate(self.problems):
            told = change(problem)
            self.problems[at] = told
            grouped[group_of(told)] += 1
            moved.setdefault(group_of(problem), group_of(told))
        for group, count in self.grouped.items():
            grouped[moved.get(group, group)] += count - self._kept[group]
        self._kept = Counter(map(group_of, self.problems))
        self.grouped = grouped

    def forget(self, *kinds: str) -> None:
        """Without the problems of some kinds."""
        self.problems = [problem for problem in self.problems if problem.kind not in kinds]
        for counter in (self.counts, self.grouped, self._kept):
            for key in [key for key in counter if key[1] in kinds]:
                del counter[key]

    def finished(self) -> tuple[Problem, ...]:
        """Errors first, of them what the table seems to be, then by row.

        Each kind and column with more than the kept ones ends with a line that says how many.
        """
        more = [
            Problem(
                severity,
                kind,
                f"… and {count - self._kept[severity, kind, column]:,} more of this kind, {count:,} in all.",
                "Mend these in the same way.",
                column=column,
            )
            for (severity, kind, column), count in self.grouped.items()
            if count > self._kept[severity, kind, column]
        ]
        # Where the table has another shape, nothing else can be understood before that.
        ordered = sorted(
            self.problems,
            key=lambda p: (p.severity != "error", not p.kind.startswith(SHAPE), p.row is None, p.row or 0),
        )
        return (*ordered, *more)

    def _keep(self, problem: Problem) -> None:
        key = group_of(problem)
        if self._kept[key] < KEPT_PER_KIND:
            self._kept[key] += 1
            self.problems.append(problem)


def group_of(problem: Problem) -> Group:
    """With which others a problem is mended."""
    return problem.severity, problem.kind, problem.column


def problem_table(problems: tuple[Problem, ...]) -> pd.DataFrame:
    """Problems as a tidy frame, one row each, columns `PROBLEM_COLUMNS`; `row` is a nullable integer."""
    names = [f.name for f in fields(Problem)]
    frame = pd.DataFrame([[getattr(p, name) for name in names] for p in problems], columns=names)
    frame["row"] = frame["row"].astype("Int64")
    return frame[list(PROBLEM_COLUMNS)]
