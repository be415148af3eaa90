"""An OMOP common data model → sheets of what a cohort is made of. The large tables are filtered in DuckDB first.

Rows that are no fact are counted by reason (`Book.set_aside`), never dropped in silence.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from ivig_core.cohort.formats.archive import Part
from ivig_core.cohort.formats.grid import Book, Grid, SetAside
from ivig_core.cohort.formats.omop_concepts import OWN_FILE, concept_sets
from ivig_core.cohort.formats.omop_labels import joined, label_concepts
from ivig_core.cohort.formats.omop_sql import Tables
from ivig_core.cohort.formats.parquet import grid_of_arrow
from ivig_core.cohort.reading.gate import Limits, RefusedError, check_cells

NEEDED = ("person", "observation_period")
READ = (*NEEDED, "drug_exposure", "condition_occurrence", "measurement", "death", "visit_occurrence", "concept",
        "concept_ancestor")  # fmt: skip
_ENDINGS = (".csv", ".parquet")
_LOOKED_UP = "looked up by other tables"


def is_omop(stems: Iterable[str]) -> bool:
    """Whether files are the tables of an OMOP common data model, by their names."""
    return set(NEEDED) <= {stem.lower() for stem in stems}


def read_omop(parts: list[Part], limits: Limits) -> Book:
    """Patients, periods, doses, infections, laboratory values and deaths as sheets with plain columns."""
    with tempfile.TemporaryDirectory(prefix="ivig-") as private:
        folder = Path(private)
        files = {
            part.path.stem.lower(): _placed(part, folder)
            for part in parts
            if part.path.stem.lower() in READ and part.path.suffix.lower() in _ENDINGS
        }
        missing = [name for name in NEEDED if name not in files]
        if missing:
            raise RefusedError(
                "omop", f"The OMOP table {missing[0]} is neither CSV nor Parquet.", "Export it as one of the two."
            )
        own = next((part for part in parts if part.path.name.lower() == f"{OWN_FILE}.json"), None)
        sets = concept_sets(own.read() if own else None)
        with Tables(folder, files) as tables:
            label_concepts(tables, sets)
            return _book(tables, own is not None, limits)


def _placed(part: Part, folder: Path) -> Path:
    """Where DuckDB finds a file: of an archive it is unpacked to a private folder that is gone afterwards."""
    if part.place is not None:
        return part.place
    path = folder / (part.path.stem.lower() + part.path.suffix.lower())
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(part.read())
    return path


def _book(tables: Tables, own: bool, limits: Limits) -> Book:
    queries = {
        "person": _person(tables),
        "observation_period": _period(tables),
        "drug_exposure": _drug(tables),
        "condition_occurrence": _condition(tables),
        "measurement": _measurement(tables),
        "death": _death(tables),
    }
    grids: list[Grid] = []
    aside: list[SetAside] = []
    for name, query in queries.items():
        if name not in tables.files:
            continue
        counted = tables.rows(
            f"SELECT coalesce(reason, ''), count(*), min(_row) FROM ({query}) GROUP BY ALL ORDER BY ALL"
        )
        kept = sum(int(str(count)) for reason, count, _ in counted if not reason)
        aside += [SetAside(name, str(reason), int(str(count))) for reason, count, _ in counted if reason]
        check_cells(kept, 12, f"The table “{name}”", limits)
        grids.append(
            grid_of_arrow(
                tables.arrow(f"SELECT * EXCLUDE (reason) FROM ({query}) WHERE reason IS NULL ORDER BY _row"), name
            )
        )
    for name in ("visit_occurrence", "concept", "concept_ancestor"):
        if name in tables.files:
            rows = tables.count(f'SELECT count(*) FROM "{name}"')
            aside.append(SetAside(name, _LOOKED_UP, rows))
    return Book("archive", tuple(grids), _notes(tables, own), False, set_aside=tuple(aside))


def _notes(tables: Tables, own: bool) -> tuple[str, ...]:
    notes = [
        "Read as an OMOP common data model, by " + ("your own" if own else "the program's own") + " sets of concepts."
    ]
    if "concept" not in tables.files:
        notes.append(
            "There is no table of concepts, so concepts were told by their ids and the texts of the source only."
        )
    return tuple(notes)


def _day(cell: str) -> str:
    """A date as ISO text; what cannot be read stays as it is, for the checks to name."""
    return f"coalesce(CAST(try_cast({cell} AS DATE) AS VARCHAR), {cell})"


def _date_of(tables: Tables, table: str, stem: str) -> str:
    cell = f"coalesce({tables.cell(table, stem + '_date')}, {tables.cell(table, stem + '_datetime')})"
    return _day(cell)


def _person(tables: Tables) -> str:
    cell = tables.cell
    born = (
        f"coalesce(try_cast({cell('person', 'birth_datetime')} AS DATE), "
        f"try_cast(concat({cell('person', 'year_of_birth')}, "
        f"'-', lpad(coalesce({cell('person', 'month_of_birth')}, '7'), 2, '0'), '-', "
        f"lpad(coalesce({cell('person', 'day_of_birth')}, '1'), 2, '0')) AS DATE))"
    )
    return f"""
        SELECT t._row, {cell("person", "person_id")} AS patient_id,
               CASE WHEN p.first < {born} THEN NULL ELSE CAST(date_sub('year', {born}, p.first) AS VARCHAR) END AS age,
               "gender".sex AS sex,
               CASE WHEN p.patient_id IS NULL THEN 'a person without an observation period' END AS reason
        FROM person t {joined(tables, "person", "gender")}
        LEFT JOIN ({_chosen_periods(tables)}) p ON p.patient_id = {cell("person", "person_id")}"""


def _periods(tables: Tables) -> str:
    cell, name = tables.cell, "observation_period"
    start = _day(cell(name, "observation_period_start_date"))
    end = _day(cell(name, "observation_period_end_date"))
    return f"""
        SELECT t._row, {cell(name, "person_id")} AS patient_id, {start} AS start, {end} AS "end",
               row_number() OVER (PARTITION BY {cell(name, "person_id")} ORDER BY
                   try_cast({end} AS DATE) - try_cast({start} AS DATE) DESC NULLS LAST, {start}, t._row) AS place
        FROM observation_period t"""


def _chosen_periods(tables: Tables) -> str:
    return f"SELECT patient_id, try_cast(start AS DATE) AS first FROM ({_periods(tables)}) WHERE place = 1"


def _period(tables: Tables) -> str:
    return f"""
        SELECT _row, patient_id, start, "end", CASE WHEN place > 1 THEN
               'a shorter observation period of the same person' END AS reason FROM ({_periods(tables)})"""


def _drug(tables: Tables) -> str:
    name, cell = "drug_exposure", tables.cell
    unit = f"lower({cell(name, 'dose_unit_source_value')})"
    quantity = f"try_cast({cell(name, 'quantity')} AS DOUBLE)"
    grams = f"CASE {unit} WHEN 'g' THEN {quantity} WHEN 'gram' THEN {quantity} WHEN 'mg' THEN {quantity} / 1000 END"
    return f"""
        SELECT *, CASE WHEN kind IS NULL THEN 'a drug that is in no set of concepts' END AS reason FROM (
        SELECT t._row, {cell(name, "person_id")} AS patient_id,
               CASE WHEN "drug".ivig IS NOT NULL THEN 'ivig'
                    WHEN "drug".therapy IS NOT NULL THEN 'therapy' END AS kind,
               {_date_of(tables, name, "drug_exposure_start")} AS start,
               {_date_of(tables, name, "drug_exposure_end")} AS "end",
               CAST({grams} AS VARCHAR) AS dose_g,
               "route".route AS route,
               {_name(tables, name, "drug")} AS drug,
               "drug".therapy AS category
        FROM {name} t {joined(tables, name, "drug", "route")})"""


def _name(tables: Tables, table: str, stem: str) -> str:
    """The name of a concept, else the text of the source, else its number."""
    return (
        f'coalesce("{stem}".name, {tables.cell(table, f"{stem}_source_value")}, '
        f"{tables.cell(table, f'{stem}_concept_id')})"
    )


def _condition(tables: Tables) -> str:
    name, cell = "condition_occurrence", tables.cell
    visit, nights, join = "NULL", "NULL", ""
    if "visit_occurrence" in tables.files:
        begin, stop = (_date_of(tables, "visit_occurrence", f"visit_{which}") for which in ("start", "end"))
        join = f"""LEFT JOIN (SELECT {cell("visit_occurrence", "visit_occurrence_id")} AS id,
            max("visit".inpatient) AS inpatient,
            max(try_cast({stop} AS DATE) - try_cast({begin} AS DATE)) AS nights
            FROM visit_occurrence t {joined(tables, "visit_occurrence", "visit")} GROUP BY 1) v
            ON v.id = {cell(name, "visit_occurrence_id")}"""
        visit, nights = "v.inpatient", "CASE WHEN v.inpatient = 'yes' THEN CAST(v.nights AS VARCHAR) END"
    return f"""
        SELECT t._row, {cell(name, "person_id")} AS patient_id,
               {_date_of(tables, name, "condition_start")} AS start, {_date_of(tables, name, "condition_end")} AS "end",
               "condition".pathogen AS pathogen, {_name(tables, name, "condition")} AS organism,
               "condition".site AS site,
               {visit} AS hospitalized, {nights} AS hospital_days,
               CASE WHEN "condition".infection IS NULL THEN 'not an infection' END AS reason
        FROM {name} t {joined(tables, name, "condition")} {join}"""


def _measurement(tables: Tables) -> str:
    name, cell = "measurement", tables.cell
    sign = f"CASE {cell(name, 'operator_concept_id')} WHEN '4171756' THEN '<' WHEN '4172704' THEN '>' ELSE '' END"
    unit = f'coalesce("unit".unit, {cell(name, "unit_source_value")})'
    return f"""
        SELECT *, CASE WHEN analyte IS NULL THEN 'a measurement that is in no set of concepts'
                       WHEN value IS NULL THEN 'a measurement without a number' END AS reason FROM (
        SELECT t._row, {cell(name, "person_id")} AS patient_id, {_date_of(tables, name, "measurement")} AS start,
               "measurement".lab AS analyte,
               {sign} || {cell(name, "value_as_number")} AS value, {unit} AS unit
        FROM {name} t {joined(tables, name, "measurement", "unit")})"""


def _death(tables: Tables) -> str:
    name = "death"
    return f"""
        SELECT t._row, {tables.cell(name, "person_id")} AS patient_id, {_date_of(tables, name, "death")} AS died_on,
               NULL AS reason FROM death t"""
