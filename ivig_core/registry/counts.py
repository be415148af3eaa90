"""What is counted of the cells of a registry: small tables that add over patients."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd

from ivig_core.lazy import library
from ivig_core.registry.engine import Engine
from ivig_core.registry.table import Table, flag
from ivig_core.spec import ExposureSpec
from ivig_core.terms import REFERENCE, exposure_states

ibis = library("ibis")

SUMS = ("patients", "infections", "days", "infections_2", "infections_days", "days_2")
"""Of patients: their number, Σ n, Σ t, Σ n², Σ n t, Σ t² for n infections on t days."""
SIZE = ("patients", "patients_with_infection", "patients_exposed", "person_days", "infections")


class Counts(NamedTuple):
    """`by_state`: `SUMS` of each patient's infections and days in a state, by its code. `days`: person-days by the
    codes of the axes. `size`: `SIZE` of everybody."""

    by_state: pd.DataFrame
    days: pd.DataFrame
    size: pd.Series

    def plus(self, other: Counts) -> Counts:
        """Of both groups of patients together."""
        axes = [name for name in self.days.columns if name != "days"]
        states = pd.concat([self.by_state, other.by_state]).groupby("state", as_index=False).sum()
        days = pd.concat([self.days, other.days])
        return Counts(states, days.groupby(axes, as_index=False).sum() if axes else days, self.size + other.size)


def count(engine: Engine, cells: Table, exposure: ExposureSpec, axes: Sequence[str]) -> Counts:
    """The counts of cells (`id`, `state`, axes, `days`, `infections`)."""
    mine = cells.group_by("id", "state").aggregate(days=cells.days.sum(), infections=cells.infections.sum())
    mine = mine.mutate(
        days=mine.days.cast("int32").cast("int64"), infections=mine.infections.cast("int32").cast("int64")
    )
    by_state = mine.group_by("state").aggregate(
        patients=mine.count(), infections=mine.infections.sum(), days=mine.days.sum(),
        infections_2=(mine.infections * mine.infections).sum(), infections_days=(mine.infections * mine.days).sum(),
        days_2=(mine.days * mine.days).sum(),
    )  # fmt: skip
    reference = exposure_states(exposure).index(REFERENCE)
    each = cells.group_by("id").aggregate(
        days=cells.days.sum(), infections=cells.infections.sum(), exposed=flag(cells.state != reference).max()
    )
    size = each.aggregate(
        patients=each.count(), patients_with_infection=flag(each.infections > 0).sum(),
        patients_exposed=each.exposed.sum(), person_days=each.days.sum(), infections=each.infections.sum(),
    )  # fmt: skip
    days = cells.group_by(*axes).aggregate(days=cells.days.sum()) if axes else None
    return Counts(
        _frame(engine, by_state),
        pd.DataFrame({"days": []}) if days is None else _frame(engine, days),
        _frame(engine, size).fillna(0).astype("int64").iloc[0],
    )


def _frame(engine: Engine, table: Table) -> pd.DataFrame:
    return engine.rows(table).to_pandas()
