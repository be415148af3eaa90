"""What each concept of an OMOP data set means, once per distinct concept and text of the source, as tables to join."""

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


def label_concepts(tables: Tables, sets: ConceptSets) -> None:
    """Make a table `TABLE_STEM` for each pair of columns that names a concept: concept, source, name, and what it means
    in each of its sets (NULL: it is none of it)."""
    for table, stem, wanted in _LOOKED_UP:
        concepts = _concepts(tables, table, stem, sets) if table in tables.files else []
        columns: dict[str, list[object]] = {
            "concept": [concept.id for concept in concepts],
            "source": [concept.source for concept in concepts],
            "name": [concept.name or None for concept in concepts],
        }
        for name in wanted:
            columns[name] = [sets.meaning(name, concept) or None for concept in concepts]
        types = {name: pa.int64() if name == "concept" else pa.string() for name in columns}
        tables.write(f"{table}_{stem}", columns, types)


def joined(tables: Tables, table: str, *stems: str) -> str:
    """The tables of labels joined to the rows `t` of a table, each called after its stem, in SQL."""
    joins = []
    for stem in stems:
        number, source = keys(tables, table, stem)
        joins.append(
            f'LEFT JOIN "{table}_{stem}" "{stem}" ON "{stem}".concept = {number} AND "{stem}".source = {source}'
        )
    return " ".join(joins)


def keys(tables: Tables, table: str, stem: str) -> tuple[str, str]:
    """The concept (0: none) and the text of the source (blank: none) of a row, in SQL."""
    return (
        f"coalesce(try_cast({tables.cell(table, f'{stem}_concept_id')} AS BIGINT), 0)",
        f"coalesce({tables.cell(table, f'{stem}_source_value')}, '')",
    )


def _concepts(tables: Tables, table: str, stem: str, sets: ConceptSets) -> list[Concept]:
    """Every distinct concept and text of the source in one column of a table."""
    number, source = keys(tables, table, stem)
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
