"""The tables of a registry with their cells read: what every later step starts from."""

from __future__ import annotations

from dataclasses import dataclass

from ivig_core.cohort.columns import BY_NAME
from ivig_core.cohort.reading.dates import Written
from ivig_core.lazy import library
from ivig_core.registry.engine import Engine
from ivig_core.registry.intake.cells import ISO, Cell, as_text, is_dates, read
from ivig_core.registry.intake.source import Found
from ivig_core.registry.table import Table, flag

ibis = library("ibis")

USED = {
    "patient": ("patient_id", "start", "end", "index_month"),
    "ivig": ("patient_id", "start", "end", "interval_days", "route"),
    "infection": ("patient_id", "start", "end", "grade", "pathogen", "site", "hospitalized"),
    "phase": ("patient_id", "start", "end", "phase"),
    "therapy": ("patient_id", "start", "end", "category", "drug"),
}
"""Columns that a registry can need, by kind; a column that a table does not have is blank."""


@dataclass(frozen=True)
class Records:
    """The table of one kind: `raw` as it is, `cells` its columns read (those of `USED`), their days as `written`."""

    kind: str
    raw: Table
    cells: dict[str, Cell]
    written: Written

    @property
    def read(self) -> Table:
        """`id` and the columns of `USED` with their values."""
        values = {name: cell.value for name, cell in self.cells.items() if name != "patient_id"}
        return self.raw.select(id=self.cells["patient_id"].value, **values)

    @property
    def once(self) -> Table:
        """`read` with rows that are the same in every column of the table once; `times`: how often they are there."""
        others = {f"raw_{at}": self.raw[name] for at, name in enumerate(self.raw.columns) if name not in self.cells}
        values = {name: cell.value for name, cell in self.cells.items() if name != "patient_id"}
        rows = self.raw.select(id=self.cells["patient_id"].value, **values, **others)
        return rows.group_by(*rows.columns).aggregate(times=rows.count()).select("id", *values, "times")

    def in_order(self, engine: Engine) -> Records:
        """The same rows kept in the order of their ids: the engine then finds those of a range of ids without reading
        the others. Of infections every column is kept, because `once` compares them all, else those of `USED`."""
        names = [name for name in self.raw.columns if self.kind == "infection" or name in self.cells]
        rows = self.raw.select(names).mutate(patient_id=self.cells["patient_id"].value)
        raw = engine.keep(rows.order_by("patient_id"))
        known = Cell(raw.patient_id, raw.patient_id)
        return Records(self.kind, raw, _cells(self.kind, raw, self.written, patient_id=known), self.written)


def written_of(engine: Engine, patient: Table) -> Written:
    """Whether the first days of patients are dates or study days; text says it by most of its cells."""
    if "start" not in patient.columns:
        return "dates"
    known = is_dates(patient.start)
    if known is None:
        text = as_text(patient.start)
        count = engine.rows(patient.aggregate(dates=flag(text.re_search(ISO)).sum(), all=text.count()))
        known = 2 * (count["dates"][0].as_py() or 0) >= count["all"][0].as_py()
    return "dates" if known else "days"


def records(found: Found, kind: str, written: Written) -> Records | None:
    """The table of a kind with its cells read, None where the registry has none."""
    raw = found.tables.get(kind)
    if raw is None:
        return None
    return Records(kind, raw, _cells(kind, raw, written), written)


def _cells(kind: str, raw: Table, written: Written, **known: Cell) -> dict[str, Cell]:
    """The columns of `USED` read, but for those that are `known`."""
    blank = ibis.literal(None, "string")
    return {
        name: known.get(name) or read(BY_NAME[name], raw[name] if name in raw.columns else blank, written)
        for name in USED[kind]
    }
