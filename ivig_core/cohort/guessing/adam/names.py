"""A data set of ADaM while its mapping is guessed: variables by name without regard to case, and the sponsor's own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from ivig_core.cohort.columns import columns_of
from ivig_core.cohort.guessing.draft import Draft
from ivig_core.cohort.mapping.mapping import Field


@dataclass
class Adam:
    """One data set."""

    draft: Draft

    def __post_init__(self) -> None:
        """Look up variables by their names in capitals, as the standard writes them."""
        self._names = {name.upper(): name for name in reversed(self.draft.head.names)}

    def has(self, name: str) -> bool:
        """Whether a variable is there and has something in it."""
        return name in self._names and bool(self.draft.head.filled(self._names[name]))

    def first(self, names: Iterable[str]) -> str | None:
        """The first of some variables that has something in it, None where none has."""
        return next((self._names[name] for name in names if self.has(name)), None)

    def name(self, name: str) -> str:
        """The variable as the file writes it."""
        return self._names[name.upper()]

    def texts(self, name: str) -> list[str]:
        """The distinct texts of a variable."""
        return self.draft.head.texts(self.name(name))

    def field(self, name: str, target: str, why: str, *, unit: str = "") -> Field:
        """A variable as a column of ours, with the reason noted."""
        found = self.draft.field(self.name(name), target, unit=unit)
        self.draft.guess(self.name(name), target, why)
        return found

    def subject(self) -> dict[str, Field]:
        """The patient of a row."""
        return {"patient_id": self.field("USUBJID", "patient_id", "the subject")}

    def days(self, record: str, start: Iterable[str], end: Iterable[str] = ()) -> dict[str, Field]:
        """First and last day of a row by the first variables that are there; a question where there is no first."""
        fields = {}
        for target, names in (("start", start), ("end", end)):
            name = self.first(names)
            if name:
                fields[target] = self.field(name, target, "by the name that ADaM gives it")
        if "start" not in fields:
            self.draft.ask("", "No variable was recognised as the day of each row.", "Name it in the mapping as start.",
                           record, "start")  # fmt: skip
        return fields


def sponsor_fields(adam: Adam, record: str, taken: Iterable[str]) -> dict[str, Field]:
    """Variables whose name or label is a column of ours for a kind of record, where that is not filled already."""
    ours = {column.name for column in columns_of(record)} - set(taken) - {"patient_id", "record"}
    labels = adam.draft.head.grid.labels
    fields: dict[str, Field] = {}
    for name in adam.draft.head.names:
        said = (name.lower(), labels.get(name, "").strip().lower())
        target = next((text for text in said if text in ours and text not in fields), None)
        if target and name not in adam.draft.used and adam.draft.head.filled(name):
            fields[target] = adam.field(name, target, "its name or label is ours")
    return fields


def constant(text: str) -> Field:
    """The same text on every row."""
    return replace(Field(), constant=text)
