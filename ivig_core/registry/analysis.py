"""Rates and the case series of a registry: what `analyze` says of a cohort, from tables that never come into memory."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce

import pandas as pd

from ivig_core.cohort.reading.dates import Written
from ivig_core.estimate.rates.sccs import noted
from ivig_core.estimate.result import ratio_table
from ivig_core.lazy import library
from ivig_core.persontime.doses import LONGER_WINDOW, refuse_doses
from ivig_core.persontime.states import MOST_BANDS
from ivig_core.persontime.therapy import GIVEN, class_of
from ivig_core.registry.counts import Counts, count
from ivig_core.registry.days.axes import Followed
from ivig_core.registry.days.doses import courses, singles
from ivig_core.registry.days.infections import counted
from ivig_core.registry.days.levels import level_names
from ivig_core.registry.days.persontime import cells
from ivig_core.registry.engine import Engine
from ivig_core.registry.fit.fitting import fitted_rows
from ivig_core.registry.fit.series import model_of, of_model
from ivig_core.registry.intake.checked import Checked, between, check
from ivig_core.registry.intake.followup import on_days
from ivig_core.registry.intake.source import Found
from ivig_core.registry.intake.tables import Records
from ivig_core.registry.intake.where import meets
from ivig_core.registry.rates import rates
from ivig_core.registry.refuse import refuse
from ivig_core.registry.table import Table
from ivig_core.spec import AnalysisSpec
from ivig_core.terms import TIME_BANDS

ibis = library("ibis")

RATES, SERIES = "rates", "sccs"
TABLES = (RATES, SERIES)
CELLS_IN_MEMORY = 8_000_000
"""Cells of the case series that are taken into memory and fitted as `analyze` does; for more see `fit.fitting`."""


@dataclass(frozen=True, eq=False)
class RegistryAnalysis:
    """Tables of a registry; one that was not asked for is None. `summary` is that of `study.analysis.Analysis`."""

    spec: AnalysisSpec
    engine: str
    summary: dict[str, int]
    rates: pd.DataFrame | None
    irr: pd.DataFrame | None
    notes: tuple[str, ...]


def analyse_registry(
    engine: Engine, found: Found, spec: AnalysisSpec, tables: Collection[str] = TABLES, budget: int = CELLS_IN_MEMORY
) -> RegistryAnalysis:
    """The tables asked for (`TABLES`) of a registry under a spec.

    `budget`: cells of the case series that are fitted in memory; of more each step of the fit is a query.

    Raises
    ------
    SpecError, SpecListError
        for settings that a registry cannot do or that it has no column for.
    """
    refuse(spec)
    checked = check(engine, found, spec)
    whole = _whole(engine, checked, spec)
    made = [_part(engine, whole, low, high) for low, high in checked.groups]
    total = reduce(lambda one, other: one.plus(other), (counts for counts, _ in made))
    irr = None
    if SERIES in tables:
        adjusters = tuple(spec.model.adjust_for)
        names = level_names(engine, adjusters, whole.patients, spec.exposure, whole.bands, whole.written)
        model = model_of(spec.exposure, adjusters, names, total.days)
        parts = [engine.keep(of_model(infected, model)) for _, infected in made]
        rows = fitted_rows(engine, parts, model, spec.model.ci_method, budget)
        irr = ratio_table(noted(rows, model.factors, model.nowhere))
    by_period = rates(total.by_state, spec.exposure, spec.model.population, spec.model.rate_ci)
    return RegistryAnalysis(
        spec, engine.name, {name: int(number) for name, number in total.size.items()},
        by_period if RATES in tables else None, irr, (*checked.remarks, *_notes(whole.number, total)),
    )  # fmt: skip


@dataclass(frozen=True)
class _Whole:
    """A registry as a spec sees it: `patients` who meet the filters, `number` of them, the tables with their cells read
    and what of `Followed` is of all patients together."""

    spec: AnalysisSpec
    patients: Table
    number: int
    tables: Mapping[str, Records]
    axes: tuple[str, ...]
    bands: int
    records_phase: bool
    drugs: Mapping[str, str]
    written: Written


def _whole(engine: Engine, checked: Checked, spec: AnalysisSpec) -> _Whole:
    tables, axes = checked.tables, checked.axes
    patients = checked.patients
    for condition in spec.selection.where:
        patients = patients.filter(meets(engine, patients, condition, checked.numbers[condition.column]))
    if spec.selection.where:
        patients = engine.keep(patients.select("id", "start", "days", "day0"))
    size = engine.rows(patients.aggregate(number=patients.count(), longest=patients.days.max())).to_pylist()[0]
    drugs = _drugs(engine, tables["therapy"]) if "therapy" in axes and "therapy" in tables else {}
    phases = engine.rows(tables["phase"].raw.limit(1)).num_rows if "phase" in tables else 0
    bands = _bands(spec, size["longest"] or 1)
    return _Whole(spec, patients, size["number"], tables, axes, bands, bool(phases), drugs, checked.written)


def _bands(spec: AnalysisSpec, longest: int) -> int:
    if spec.exposure.time_last_band == "open":
        return TIME_BANDS
    return min(max(-(-longest // spec.exposure.time_band_days), 2), MOST_BANDS)


def _drugs(engine: Engine, therapy: Records) -> dict[str, str]:
    rows = therapy.read
    rows = rows.filter(rows.category == GIVEN)
    drugs = engine.rows(rows.select(drug=ibis.coalesce(rows.drug, "").lower()).distinct())["drug"].to_pylist()
    return {drug: class_of(drug) for drug in drugs}


def _part(engine: Engine, whole: _Whole, low: object, high: object) -> tuple[Counts, Table]:
    """Counts of the patients of a range of ids, and the cells of those of them with an infection."""
    spec, patients = whole.spec, between(whole.patients, low, high)
    rows = {kind: between(part.read, low, high) for kind, part in whole.tables.items() if kind != "patient"}
    if "infection" in rows:
        rows["infection"] = between(whole.tables["infection"].once, low, high)
    followed = {kind: on_days(part, patients) for kind, part in rows.items()}
    of = Followed(patients, followed, spec.exposure, whole.bands, whole.records_phase, whole.drugs, whole.written)
    if "ivig" in followed:
        _refuse_too_many(engine, of)
    infections = counted(followed["infection"], spec.endpoint) if "infection" in followed else None
    made = engine.keep(cells(of, infections, whole.axes, spec.selection.within))
    infected = made.filter(made.infections.sum().over(ibis.window(group_by="id")) > 0)
    return count(engine, made, spec.exposure, whole.axes), engine.keep(infected)


def _refuse_too_many(engine: Engine, of: Followed) -> None:
    given = courses(of.records["ivig"], of.exposure)
    found = engine.rows(singles(given, of.exposure)).to_pylist()[0]
    if found["doses"] > found["most"]:
        refuse_doses(found["doses"], found["most"], LONGER_WINDOW)


def _notes(number: int, total: Counts) -> Iterator[str]:
    if not number:
        yield "No patient of this cohort meets the filters."
    left = number - int(total.size["patients"])
    if left:
        yield f"{left} of the selected patients have no day left to analyse under these settings."
