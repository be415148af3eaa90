"""What reading a file gives: a cohort or none, every problem, and notes on what was done."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import pandas as pd

from ivig_core.cohort.cohort import RECORDS, Cohort
from ivig_core.cohort.mapping.ledger import Ledger
from ivig_core.cohort.mapping.mapping import CohortMapping
from ivig_core.cohort.problems import (
    KEPT_PER_KIND,
    Findings,
    Group,
    Problem,
    Severity,
    group_of,
    problem_table,
)
from ivig_core.cohort.reading.lines import Lines, counted
from ivig_core.cohort.shapes.shape import Shape
from ivig_core.errors import CohortError

_SENTENCES = re.compile(r"(?<=[.?]) (?=[A-Z])")
FEW_VALUES, FEW_MESSAGES, FEW_ROWS = 5, 2, 5


@dataclass(frozen=True)
class Intake:
    """The outcome of reading one file.

    `cohort` is None if there is any error. `counts` has the true number of problems by (severity, kind), also where
    not all of them are kept in `problems` (errors first, then by row), `grouped` by (severity, kind, column). `lines`
    says what the lines of the file are, None where it was refused before they could be told apart; `facts`, how many
    rows became facts of the cohort, by record kind: identical rows are one, and there are none where the file has
    errors. `shapes`: what the table seems to be where it is not, or not quite, a cohort file. Of a file in another
    shape, `ledger` accounts for its rows (None where nothing was applied) and `mapping` says what its columns are taken
    for.
    """

    cohort: Cohort | None
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()
    counts: Mapping[tuple[Severity, str], int] = field(default_factory=dict)
    lines: Lines | None = None
    facts: Mapping[str, int] = field(default_factory=dict)
    grouped: Mapping[Group, int] = field(default_factory=dict)
    shapes: tuple[Shape, ...] = ()
    ledger: Ledger | None = None
    mapping: CohortMapping | None = None

    @classmethod
    def of(
        cls,
        cohort: Cohort | None,
        findings: Findings,
        lines: Lines | None = None,
        shapes: tuple[Shape, ...] = (),
        *,
        ledger: Ledger | None = None,
        mapping: CohortMapping | None = None,
    ) -> Intake:
        """The outcome with everything that was found."""
        facts: dict[str, int] = {}
        if cohort is not None:
            facts = {"patient": len(cohort), **{kind: len(getattr(cohort, kind)) for kind in RECORDS}}
        return cls(
            cohort, findings.finished(), tuple(findings.notes), dict(findings.counts), lines, facts,
            dict(findings.grouped), shapes, ledger, mapping,
        )  # fmt: skip

    def without_cohort(self) -> Intake:
        """What was found, to be kept where the cohort itself is held elsewhere and can be let go."""
        return replace(self, cohort=None)

    def checked(self) -> Cohort:
        """The cohort; `CohortError` with every error, one a line, where the file has any."""
        if self.cohort is None:
            raise CohortError("\n".join(str(problem) for problem in self.problems if problem.severity == "error"))
        return self.cohort

    @property
    def accounted(self) -> str:
        """What every line of the file is, and how many rows became facts; empty where the file was refused unread."""
        if self.ledger is not None:
            return " ".join(self.ledger.sentences())
        if self.lines is None:
            return ""
        lines = self.lines
        parts = [f"{lines.header:,} of the header", f"{lines.records:,} with content", f"{lines.blank:,} blank"]
        if lines.inside:
            parts.append(f"{lines.inside:,} inside cells in quotation marks")
        told = f"{counted(lines.total)}: {', '.join(parts)}."
        if not self.facts:
            return f"{told} No row became a fact, because the file has errors."
        kinds = ", ".join(f"{count:,} {kind}" for kind, count in self.facts.items() if count)
        facts = sum(self.facts.values())
        repeated = lines.records - facts
        same = f"; {repeated:,} identical to another row and counted once" if repeated else ""
        return f"{told} {facts:,} rows became facts ({kinds}){same}."

    @property
    def errors(self) -> int:
        """Number of errors."""
        return self._total("error")

    @property
    def warnings(self) -> int:
        """Number of warnings."""
        return self._total("warning")

    @property
    def asks_date_order(self) -> bool:
        """Whether the file has dates like 03/04/2020: read it again with `date_order` "dmy" or "mdy"."""
        return ("error", "date_order") in self.counts

    @property
    def identifying_columns(self) -> tuple[str, ...]:
        """Columns that look like identifiers of people: read again with `drop` to go on without them."""
        return tuple(p.column for p in self.problems if p.kind == "identifier" and p.column)

    def problem_table(self) -> pd.DataFrame:
        """All kept problems, one row each: severity, row, patient, column, value, message, remedy, kind."""
        return problem_table(self.problems)

    def groups(self) -> pd.DataFrame:
        """One row per kind of problem and column, in the order of `problems`.

        severity, kind, column, count (true number), first_row, rows (the first ones, and how many more), values (a few
        of those that it is about), message and remedy. Where values have different remedies, message has for each of a
        few values also what is only its own, and remedy what they share.
        """
        rows = []
        for group, found in self.by_group().items():
            severity, kind, column = group
            values = _few([problem.value for problem in found if problem.value], ", ", FEW_VALUES)
            message, remedy = _said(found)
            count = self.grouped[group]
            where = _rows([problem.row for problem in found if problem.row], count)
            rows.append((severity, kind, column, count, found[0].row, where, values, message, remedy))
        names = ["severity", "kind", "column", "count", "first_row", "rows", "values", "message", "remedy"]
        return pd.DataFrame(rows, columns=names).astype({"first_row": "Int64"})

    def by_group(self) -> dict[Group, list[Problem]]:
        """The kept problems by severity, kind and column, without the lines that say how many more there are."""
        found: dict[Group, list[Problem]] = {}
        for problem in self.problems:
            found.setdefault(group_of(problem), []).append(problem)
        return {group: each[: min(len(each), KEPT_PER_KIND)] for group, each in found.items()}

    def _total(self, severity: Severity) -> int:
        return sum(count for (level, _), count in self.counts.items() if level == severity)


def _said(found: list[Problem]) -> tuple[str, str]:
    """Message and remedy of problems of one kind and column: each remedy beside the value that it is for."""
    if len({problem.remedy for problem in found}) == 1:
        return _few([problem.message for problem in found], " ", FEW_MESSAGES), found[0].remedy
    remedies = {problem.remedy: _SENTENCES.split(problem.remedy) for problem in found}
    shared = _shared_end(list(remedies.values()))
    own = {text: " ".join(sentences[: len(sentences) - len(shared)]) for text, sentences in remedies.items()}
    pairs = [f"{problem.message} {own[problem.remedy]}".rstrip() for problem in found]
    return _few(pairs, " ", FEW_VALUES), " ".join(shared)


def _shared_end(texts: list[list[str]]) -> list[str]:
    """The sentences with which all of some texts end."""
    alike = 0
    while all(len(text) > alike and text[-1 - alike] == texts[0][-1 - alike] for text in texts):
        alike += 1
    return texts[0][len(texts[0]) - alike :]


def _rows(rows: list[int], count: int) -> str:
    """`row 3`, `rows 3, 4`, `rows 3, 4, 5, 6, 7 and 12 more`; empty where no row is meant."""
    if not rows:
        return ""
    shown = ", ".join(map(str, rows[:FEW_ROWS]))
    more = f" and {count - FEW_ROWS:,} more" if count > FEW_ROWS else ""
    return f"row{'' if count == 1 else 's'} {shown}{more}"


def _few(texts: list[str], between: str, most: int) -> str:
    """The first different texts, and a sign where there are more."""
    different = list(dict.fromkeys(texts))
    return between.join(different[:most]) + (f"{between.rstrip()} …" if len(different) > most else "")
