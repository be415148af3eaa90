"""The data dictionary of a REDCap project beside its export: what fields are called, what their codes say."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ivig_core.cohort.formats.grid import Book, Grid

# As downloaded from the project, and as its API gives it.
_COLUMNS = {
    "variable / field name": "name", "field_name": "name",
    "choices, calculations, or slider labels": "choices", "select_choices_or_calculations": "choices",
    "field type": "type", "field_type": "type", "field label": "label", "field_label": "label",
    "field note": "note", "field_note": "note", "identifier?": "identifier", "identifier": "identifier",
}  # fmt: skip
_NEEDED = {"name", "choices", "type"}
LOOKED_AT = 5
"""The header of a data dictionary stands in one of so many first lines."""
_TAG = re.compile(r"<[^>]*>")
_YES_NO = {"yesno": {"1": "Yes", "0": "No"}, "truefalse": {"1": "True", "0": "False"}}


@dataclass(frozen=True)
class Entry:
    """One field of a project: its label and note, the labels of its codes, whether it names people."""

    label: str
    note: str
    choices: dict[str, str]
    identifier: bool


def is_dictionary(names: Sequence[str]) -> bool:
    """Whether cells are the header of a data dictionary of REDCap."""
    return {_COLUMNS.get(name.casefold()) for name in names} >= _NEEDED


def dictionary_of(book: Book) -> dict[str, Entry]:
    """The fields of every data dictionary in a file, by their name; empty where it has none."""
    return {name: entry for grid in book.grids for name, entry in _entries(grid).items()}


def _entries(grid: Grid) -> dict[str, Entry]:
    header = next((at for at, cells in enumerate(grid.head(LOOKED_AT)) if is_dictionary(cells)), None)
    if header is None:
        return {}
    place = {part: at for at, name in enumerate(grid.line(header)) if (part := _COLUMNS.get(name.casefold()))}
    found = {}
    for at in range(header + 1, len(grid)):
        cells = grid.line(at)
        given = {part: cells[column].strip() for part, column in place.items()}
        kind = given["type"].casefold()
        listed = kind in ("radio", "dropdown", "checkbox", "select")
        choices = choices_of(given["choices"]) if listed else _YES_NO.get(kind, {})
        if given["name"]:
            found[given["name"].casefold()] = Entry(
                _plain(given.get("label", "")), _plain(given.get("note", "")), choices,
                given.get("identifier", "").casefold() == "y",
            )  # fmt: skip
    return found


def choices_of(text: str) -> dict[str, str]:
    """“1, Bacterial | 2, Viral” as the label of each code."""
    pairs = (part.partition(",") for part in text.split("|"))
    return {code.strip(): _plain(label) for code, comma, label in pairs if comma}


def box_code(code: str) -> str:
    """A code as the name of its box has it: lower case, a minus as an underscore."""
    return code.casefold().replace("-", "_")


def _plain(text: str) -> str:
    return " ".join(_TAG.sub(" ", text).split())
