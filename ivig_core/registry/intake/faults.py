"""What is wrong with the tables of a registry, in the words that a file of a cohort gets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from ivig_core.cohort.problems import printable
from ivig_core.errors import CohortError
from ivig_core.lazy import library
from ivig_core.registry.engine import Engine
from ivig_core.registry.table import Table, Value, flag

ibis = library("ibis")

BETWEEN = "\x1f"
"""Between the id and the value of an example."""


class Fault(NamedTuple):
    """One kind of fault of a table: in how many rows, an example of them, and what to do. `message` and `remedy` can be
    made from the example's value."""

    severity: Literal["error", "warning"]
    kind: str
    table: str
    column: str
    rows: int
    patient: str
    value: str
    message: str
    remedy: str

    def __str__(self) -> str:
        rows = {0: "", 1: ", 1 row"}.get(self.rows, f", {self.rows:,} rows")
        place = f"table {self.table}, column {self.column}" if self.column else f"table {self.table}"
        seen = f", such as patient {self.patient}" if self.patient else ""
        value = f", value “{self.value}”" if self.value else ""
        return printable(f"{self.severity} ({place}{rows}{seen}{value}): {self.message} {self.remedy}".rstrip())

    @property
    def remark(self) -> str:
        """The sentence of a warning among the notes of an analysis."""
        return f"{self.rows:,} × {self.message} {self.remedy}" if self.rows > 1 else f"{self.message} {self.remedy}"


class RegistryError(CohortError):
    """Tables that cannot be analysed: `faults` has every kind of fault, the message one line each."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, faults)).removeprefix("error "))


class Look(NamedTuple):
    """Rows of a table to be looked for: `where` they are; of an example the `value` is shown."""

    severity: Literal["error", "warning"]
    kind: str
    column: str
    where: Value
    value: Value
    message: str
    remedy: str


def look(engine: Engine, kind: str, rows: Table, looks: Iterable[Look], latest: Value | None = None) -> Seen:
    """One query that counts the rows of every kind of fault; where there are any, one more for an example of each, that
    of the first id in order.

    `rows` has `id`; `latest`: a column of days of which the last one is wanted too.
    """
    wanted = list(looks)
    columns = {f"rows_{at}": flag(item.where) for at, item in enumerate(wanted)}
    marked = rows.select(latest=ibis.literal(None, "int64") if latest is None else latest, **columns)
    found = engine.rows(marked.aggregate(latest=marked.latest.max(), **{name: marked[name].sum() for name in columns}))
    number = {name: values[0] or 0 for name, values in found.to_pydict().items()}
    with_rows = [item for at, item in enumerate(wanted) if number[f"rows_{at}"]]
    counted = [int(number[f"rows_{at}"]) for at in range(len(wanted)) if number[f"rows_{at}"]]
    faults = [
        Fault(item.severity, item.kind, kind, item.column, many, *example, item.message, item.remedy)
        for item, many, example in zip(with_rows, counted, _examples(engine, rows, with_rows), strict=True)
    ]
    return Seen(faults, found["latest"][0].as_py())


def _examples(engine: Engine, rows: Table, looks: Sequence[Look]) -> list[tuple[str, str]]:
    """Id and value of a row of each kind of fault."""
    if not looks:
        return []
    columns = {f"where_{at}": item.where.fill_null(False) for at, item in enumerate(looks)}
    columns |= {f"value_{at}": item.value.cast("string").fill_null("") for at, item in enumerate(looks)}
    marked = rows.select("id", **columns)
    who = marked.id.cast("string").fill_null("") + BETWEEN
    first = {
        str(at): (who + marked[f"value_{at}"]).min(where=marked[f"where_{at}"]) for at in range(len(looks))
    }  # fmt: skip
    found = engine.rows(marked.aggregate(**first)).to_pylist()[0]
    parts = [str(found[str(at)] or "").partition(BETWEEN) for at in range(len(looks))]
    return [(patient, value) for patient, _, value in parts]


class Seen(NamedTuple):
    """Faults found by one query, and the last day that was asked for."""

    faults: list[Fault]
    latest: int | None


def added(faults: Iterable[Fault]) -> list[Fault]:
    """Faults of the same kind in several groups of patients as one: the rows of all, the example of the first."""
    together: dict[tuple[str, str, str], Fault] = {}
    for fault in faults:
        key = fault.table, fault.kind, fault.column
        before = together.get(key)
        together[key] = fault if before is None else before._replace(rows=before.rows + fault.rows)
    return sorted(together.values(), key=lambda fault: fault.severity)
