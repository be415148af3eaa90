"""What OMOP concepts mean here: sets of ids, codes and names in a file that a site can edit."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ivig_core.cohort.reading.gate import RefusedError

OWN_FILE = "concept_sets"
SETS = ("ivig", "therapy", "infection", "site", "pathogen", "lab", "unit", "sex", "route", "inpatient")
_SHIPPED = Path(__file__).with_name("omop_concepts.json")
_LARGEST = 1_000_000


@dataclass(frozen=True)
class Concept:
    """One concept of a row: id, name, vocabulary and code (blank where there is no table of concepts), the text of the
    source, and ids of what it descends from."""

    id: int = 0
    name: str = ""
    vocabulary: str = ""
    code: str = ""
    source: str = ""
    ancestors: frozenset[int] = frozenset()


@dataclass(frozen=True)
class _Entry:
    means: str
    ids: frozenset[int]
    codes: frozenset[tuple[str, str]]
    ancestors: frozenset[int]
    names: re.Pattern[str] | None
    not_names: re.Pattern[str] | None

    def fits(self, concept: Concept) -> bool:
        texts = [text for text in (concept.name, concept.source) if text]
        if self.not_names and any(map(self.not_names.search, texts)):
            return False
        if concept.id in self.ids or (concept.vocabulary, concept.code) in self.codes:
            return True
        if any(code == concept.source for _, code in self.codes):
            return True
        if self.ancestors & concept.ancestors:
            return True
        return bool(self.names and any(map(self.names.search, texts)))


@dataclass(frozen=True)
class ConceptSets:
    """All sets of a file."""

    entries: Mapping[str, tuple[_Entry, ...]]

    def meaning(self, name: str, concept: Concept) -> str:
        """What a concept means in one set, empty where it is none of it. Of the entries the first that fits."""
        return next((entry.means for entry in self.entries.get(name, ()) if entry.fits(concept)), "")

    def ancestors(self) -> frozenset[int]:
        """Every ancestor that some entry asks for."""
        return frozenset(at for listed in self.entries.values() for entry in listed for at in entry.ancestors)


def concept_sets(own: bytes | None = None) -> ConceptSets:
    """The sets of the file beside the tables (`own`), else those that come with the program.

    `RefusedError` where the file is no such file.
    """
    data = _SHIPPED.read_bytes() if own is None else own
    try:
        if len(data) > _LARGEST:
            raise ValueError
        given = json.loads(data)
        return ConceptSets({name: tuple(_entry(item) for item in given.get(name, ())) for name in SETS})
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError, re.error):
        raise RefusedError(
            "concept_sets",
            "The file concept_sets.json cannot be read as sets of concepts.",
            "Start from a copy of omop_concepts.json of this program, and check the commas and quotation marks.",
        ) from None


def _entry(item: Mapping[str, object]) -> _Entry:
    codes = item.get("codes", {})
    if not isinstance(codes, dict):
        raise TypeError
    return _Entry(
        str(item["means"]),
        frozenset(_ids(item.get("ids", []))),
        frozenset((vocabulary, str(code)) for vocabulary, listed in codes.items() for code in listed),
        frozenset(_ids(item.get("ancestors", []))),
        _any_of(item.get("names", [])),
        _any_of(item.get("not_names", [])),
    )


def _ids(given: object) -> list[int]:
    if not isinstance(given, list):
        raise TypeError
    return [int(number) for number in given]


def _any_of(given: object) -> re.Pattern[str] | None:
    if not isinstance(given, list):
        raise TypeError
    return re.compile("|".join(f"(?:{name})" for name in given), re.IGNORECASE) if given else None
