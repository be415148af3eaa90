"""What each concept of an OMOP data set means, once per distinct concept and text of the source, as a table to join."""

from __future__ import annotations

import pyarrow as pa

from ivig_core.cohort.formats.omop_concepts import Concept, ConceptSets
from ivig_core.cohort.formats.omop_sql import Tables

# Table, stem of the two columns that name a concept there, and the sets that it is looked up in.
_LOOKED_UP = (
    ("person", "gender", ("sex",)),
    ("drug_exposure", "drug", ("ivig", "therapy")),
    ("drug_exposure", "route", ("route",)),
    ("condition_occurrence", "condition", ("infection", "site", "pathogen")),
    ("measurement", "measurement", ("lab",)),
    ("measurement", "unit", ("unit",)),
    ("visit_occurrence", "visit", ("inpatient",)),
)
_TYPES = {
    "wanted": pa.string(),
    "concept": pa.int64(),
    "source": pa.string(),
    "means": pa.string(),
    "name": pa.string(),
}


def label_concepts(tables: Tables, sets: ConceptSets) -> None:
    """Make the table `labels`: wanted (a set, or “name”), concept, source, means, name."""
    columns: dict[str, list[object]] = {name: [] for name in _TYPES}
    done: set[tuple[str, int, str]] = set()
    for table, stem, wanted in _LOOKED_UP:
        if table not in tables.files:
            continue
        for concept in _concepts(tables, table, stem, sets):
            found = {name: sets.meaning(name, concept) for name in wanted}
            found["name"] = concept.name
            for name, means in found.items():
                key = (name, concept.id, concept.source)
                if means and key not in done:
                    done.add(key)
                    for column, value in zip(_TYPES, (*key, means, concept.name), strict=True):
                        columns[column].append(value)
    tables.write("labels", columns, _TYPES)


def _concepts(tables: Tables, table: str, stem: str, sets: ConceptSets) -> list[Concept]:
    """Every distinct concept and text of the source in one column of a table."""
    number = f"coalesce(try_cast({tables.cell(table, f'{stem}_concept_id')} AS BIGINT), 0)"
    source = f"coalesce({tables.cell(table, f'{stem}_source_value')}, '')"
    pairs = tables.rows(f'SELECT DISTINCT {number}, {source} FROM "{table}" t ORDER BY ALL')
    used = f'SELECT DISTINCT {number} FROM "{table}" t'
    named: dict[object, tuple[str, str, str]] = {}
    if "concept" in tables.files:
        cells = [
            f"coalesce({tables.cell('concept', name, 'c')}, '')"
            for name in ("concept_name", "vocabulary_id", "concept_code")
        ]
        found = tables.rows(
            f"SELECT try_cast(c.concept_id AS BIGINT) AS id, {', '.join(cells)} FROM concept c WHERE id IN ({used})"
        )
        named = {row[0]: (str(row[1]), str(row[2]), str(row[3])) for row in found}
    above = _ancestors(tables, used, sets)
    return [
        Concept(int(str(at)), *named.get(at, ("", "", "")), str(text), frozenset(above.get(at, ())))
        for at, text in pairs
    ]


def _ancestors(tables: Tables, used: str, sets: ConceptSets) -> dict[object, list[int]]:
    asked = sorted(sets.ancestors())
    if "concept_ancestor" not in tables.files or not asked:
        return {}
    found = tables.rows(
        "SELECT try_cast(a.descendant_concept_id AS BIGINT) AS d, try_cast(a.ancestor_concept_id AS BIGINT) AS up "
        f"FROM concept_ancestor a WHERE up IN ({', '.join(map(str, asked))}) AND d IN ({used})"
    )
    above: dict[object, list[int]] = {}
    for below, up in found:
        above.setdefault(below, []).append(int(str(up)))
    return above
