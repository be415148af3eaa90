"""Other spellings of the values of categories that can mean nothing else: M for male, 1 for yes, Stage 2 for II."""

from __future__ import annotations

import re

from ivig_core.cohort.column_type import Column

_GAP = re.compile(r"[\s\-]+")
_UNIT_SIGNS = str.maketrans({"µ": "u", "μ": "u", "³": "^3", "⁹": "^9", " ": None, "\u00a0": None})
_POINT_ZERO = re.compile(r"(\d+)[.,]0+")

_YES = ("y", "ja", "j", "oui", "si", "sí", "sim", "true", "1", "t")
_NO = ("n", "nein", "non", "não", "nao", "false", "0", "f")
_YES_NO = {**dict.fromkeys(_YES, "yes"), **dict.fromkeys(_NO, "no")}
_MALE = ("m", "male", "man", "mann", "männlich", "maennlich", "masculin", "homme", "hombre", "maschio", "masculino")
_FEMALE = ("f", "female", "w", "woman", "weiblich", "frau", "féminin", "feminin", "femme", "mujer", "femmina",
           "femenino", "feminino")  # fmt: skip
_STAGES = {"1": "I", "I": "I", "2": "II", "II": "II", "3": "III", "III": "III"}
_STAGE_WORD = re.compile(r"(?:(?:r[ _-]?)?iss|stage|stadium|stade|estadio)[ _:.-]*", re.IGNORECASE)
_BY_COLUMN: dict[str, dict[str, str]] = {
    "sex": {**dict.fromkeys(_MALE, "male"), **dict.fromkeys(_FEMALE, "female")},
    "route": {
        **dict.fromkeys(("i.v.", "intravenous", "intravenös", "ivig", "intraveneous"), "iv"),
        **dict.fromkeys(("s.c.", "subcutaneous", "subkutan", "scig", "subcut", "subq", "sq"), "sc"),
    },
    "light_chain": {"κ": "kappa", "λ": "lambda"},
    "analyte": {"immunoglobulin_g": "igg", "ig_g": "igg", "m_protein": "m_spike"},
}

_GRADE = re.compile(
    r"(?:(?:ctcae[ _]*)?(?:grade|grad|grado|gr\.?|g|°)[ _:.-]*|ctcae[ _:.-]*)?"
    r"(?P<grade>[1-5]|iii|ii|iv|i|v)(?:[.,]0+)?(?:\s*\([^()\d]*\))?",
    re.IGNORECASE,
)
_ROMAN_GRADES = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5}
_OWN_GRADE = re.compile(r"[1-5](?:[.,]0+)?")


def plain_category(text: str) -> str:
    """A category without the differences that are mended by themselves: case, spaces and hyphens."""
    return _GAP.sub("_", text.strip()).lower()


def plain_unit(text: str) -> str:
    """A unit without the differences that are mended by themselves: case, spaces, µ and superscripts."""
    return text.strip().translate(_UNIT_SIGNS).lower()


def value_of(column: Column, text: str) -> str | None:
    """The allowed value of a category or unit that a text spells; None where it could mean several, or none."""
    spell = plain_unit if column.type == "unit" else plain_category
    word = spell(text)
    found = next((name for name in column.allowed if spell(name) == word), None)
    if found is not None or column.type != "category":
        return found
    if whole := _POINT_ZERO.fullmatch(word):
        word = whole[1]
    if column.allowed == ("yes", "no"):
        return _YES_NO.get(word)
    if column.name in ("iss", "r_iss"):
        return _STAGES.get(_STAGE_WORD.sub("", word).upper())
    return _BY_COLUMN.get(column.name, {}).get(word)


def grade_of(text: str) -> tuple[int | None, bool]:
    """The CTCAE grade that a text spells, None where it is none, and whether it is written as it should be."""
    stripped = text.strip()
    if _OWN_GRADE.fullmatch(stripped):
        return int(stripped[0]), True
    found = _GRADE.fullmatch(stripped)
    if found is None:
        return None, False
    word = found["grade"].lower()
    return _ROMAN_GRADES.get(word) or int(word), False
