"""The tables of a registry with every check passed: what an analysis begins with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ivig_core.cohort.reading.dates import Written
from ivig_core.lazy import library
from ivig_core.registry.days.axes import NEEDS
from ivig_core.registry.engine import Engine
from ivig_core.registry.intake.between import Between
from ivig_core.registry.intake.checks import check_rows, missing_columns
from ivig_core.registry.intake.faults import Fault, RegistryError, added
from ivig_core.registry.intake.followup import followed
from ivig_core.registry.intake.source import Found
from ivig_core.registry.intake.tables import Records, records, written_of
from ivig_core.registry.intake.where import variables
from ivig_core.registry.table import Table
from ivig_core.spec import AnalysisSpec

ibis = library("ibis")

Group = tuple[object, object]
"""First id of a group of patients, and the first of the next one; None at either end of the ids."""


class Checked(NamedTuple):
    """`tables` by kind as the settings need them, `axes` besides the exposure, `patients` (`followup.followed` with the
    columns of filters), whether these hold `numbers`, the `groups` they are taken in, and a remark per warning."""

    tables: Mapping[str, Records]
    axes: tuple[str, ...]
    written: Written
    patients: Table
    numbers: Mapping[str, bool]
    groups: tuple[Group, ...]
    remarks: tuple[str, ...]


def check(engine: Engine, found: Found, spec: AnalysisSpec) -> Checked:
    """Read and check the tables that a spec needs.

    Raises
    ------
    RegistryError
        with every kind of fault: in how many rows, an example, and what to do.
    SpecError
        for a filter on a column that the table of patients does not have.
    """
    axes = tuple(sorted({*spec.model.adjust_for, *(item.factor for item in spec.selection.within)}))
    kinds = ("patient", "ivig", "infection", *sorted({NEEDS[axis] for axis in axes if axis in NEEDS}))
    if faults := missing_columns(found, kinds):
        raise RegistryError(faults)
    written = written_of(engine, found.tables["patient"])
    tables = {kind: part for kind in kinds if (part := records(found, kind, written)) is not None}
    named = variables(engine, tables["patient"].raw, spec.selection.where)
    patients = followed(tables["patient"], written, {name: variable.cell.value for name, variable in named.items()})
    patients = engine.keep(patients.order_by("id") if engine.at_once else patients)
    listed = {name: variable.cell for name, variable in named.items() if variable.listed}
    faults = [
        fault
        for kind, part in tables.items()
        for fault in check_rows(engine, part, listed if kind == "patient" else {}, written)
    ]
    groups = _groups(engine, patients)
    if len(groups) > 1:
        # Else every group would read all rows to find its own, and the time would grow with the square of the patients.
        tables |= {kind: part.in_order(engine) for kind, part in tables.items() if kind != "patient"}
    rows = Between(written)
    for low, high in groups:
        mine = {kind: between(_once(part), low, high) for kind, part in tables.items() if kind != "patient"}
        rows.check(engine, between(patients, low, high), mine)
    rows.far_ends(engine, patients)
    every = added([*_nobody(engine, patients), *faults, *rows.faults])
    if any(fault.severity == "error" for fault in every):
        raise RegistryError(every)
    numbers = {name: variable.number for name, variable in named.items()}
    return Checked(tables, axes, written, patients, numbers, groups, tuple(fault.remark for fault in every))


def _once(part: Records) -> Table:
    return part.once if part.kind == "infection" else part.read


def _nobody(engine: Engine, patients: Table) -> list[Fault]:
    if engine.rows(patients.limit(1)).num_rows:
        return []
    remedy = "Add one row per patient with the first and last day at risk in start and end."
    return [Fault("error", "no_patients", "patient", "", 0, "", "", "The table of patients has no rows.", remedy)]


def _groups(engine: Engine, patients: Table) -> tuple[Group, ...]:
    """Ranges of ids that together hold all patients, each small enough to be taken at one time."""
    if engine.at_once is None:
        return ((None, None),)
    numbered = patients.select("id", number=ibis.row_number().over(ibis.window(order_by="id")))
    first = numbered.filter((numbered.number % engine.at_once == 0) & (numbered.number > 0)).select("id")
    ids = sorted({id for id in engine.rows(first)["id"].to_pylist() if id is not None})
    return tuple(zip([None, *ids], [*ids, None], strict=True))


def between(rows: Table, low: object, high: object) -> Table:
    """Rows of the patients of a group."""
    if low is not None:
        rows = rows.filter(rows.id >= low)
    return rows if high is None else rows.filter(rows.id < high)
