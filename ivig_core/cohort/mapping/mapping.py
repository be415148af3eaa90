"""A mapping: which column of a hospital's file becomes which column of which fact.

A `Block` makes at most one fact of a row of a sheet. A file with one row per patient has a block for the patient and
one for each repeated group; a file in the long shape one for each kind of fact; a workbook with a sheet per kind one a
sheet.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from ivig_core.cohort.reading.dates import DateOrder

VERSION = 1

Sure = Literal["exact", "likely", "unsure"]
"""How sure a guess is. `exact`: the file uses our own names. `likely`: applied where guesses are allowed (`--guess`).
`unsure`: never applied unseen."""

Bound = Literal["bound", "blank"]
"""What `<40` or `>20` become: the number itself, or nothing."""


@dataclass(frozen=True)
class Field:
    """Where one value of a fact comes from.

    `column` is a header of the file, `constant` the same text for every row, `boxes` headers of boxes with the value
    that each one means where it is ticked. `values` replaces whole cells and what it gives is final; else a date is
    read with `dates`, a number multiplied by `times` (weeks to days: 7). `years_until` makes a date the years from it
    to the date in that other column. `later_by` makes a date as many days later as `later` has for the text of that
    other column (the last day of “q4w x 6”: 140). `fill_down`: a blank cell means the same as the one above.
    `new_ids`: the texts are replaced by new study ids.
    """

    column: str | None = None
    constant: str | None = None
    boxes: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    dates: DateOrder | None = None
    times: float | None = None
    limits: Bound | None = None
    years_until: str | None = None
    later_by: str | None = None
    later: Mapping[str, str] = field(default_factory=dict)
    fill_down: bool = False
    new_ids: bool = False

    @property
    def sources(self) -> tuple[str, ...]:
        """Every header that the value is taken from."""
        named = (self.column, *self.boxes, self.years_until, self.later_by)
        return tuple(dict.fromkeys(name for name in named if name))


@dataclass(frozen=True)
class Block:
    """One kind of fact that a row of a sheet can be.

    `when`: the row is one only where each of these columns has one of these texts (`*`: anything); `needs`: columns of
    ours of which one at least must be filled, else the row is not this fact (blank groups of a wide table).
    `once`: many rows of a patient make one fact: the first value that is filled, and of `start` the earliest.
    `same_day`: several rows of a patient and day are one dose; their grams are added up.
    """

    record: str
    fields: Mapping[str, Field]
    when: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    needs: tuple[str, ...] = ("start",)
    once: bool = False
    same_day: bool = False

    @property
    def sources(self) -> tuple[str, ...]:
        """Every header of the file that the block uses."""
        return tuple(dict.fromkeys((*self.when, *(name for item in self.fields.values() for name in item.sources))))


@dataclass(frozen=True)
class SheetMapping:
    """What one sheet becomes. `header_row` is the spreadsheet row that names the columns; what stands above it is left
    out. `ignored` are the headers that are used for nothing, by choice."""

    sheet: str
    header_row: int
    blocks: tuple[Block, ...] = ()
    ignored: tuple[str, ...] = ()

    @property
    def sources(self) -> tuple[str, ...]:
        """Every header that some block uses."""
        return tuple(dict.fromkeys(name for block in self.blocks for name in block.sources))


@dataclass(frozen=True)
class Guess:
    """What one column of the file (or one thing about it) is taken for, why, and how sure that is."""

    sheet: str
    column: str
    means: str
    why: str
    sure: Sure


@dataclass(frozen=True)
class Question:
    """What only a person can answer: about a column, or the whole file where `column` is empty. `remedy` says how.

    `record` and `target` name the column of ours that it is about, `texts` the cells whose meaning is open. `beside`
    is a second column of the file: the doses whose unit the texts of the first one say.
    """

    sheet: str
    column: str
    message: str
    remedy: str
    record: str = ""
    target: str = ""
    texts: tuple[str, ...] = ()
    beside: str = ""


@dataclass(frozen=True)
class CohortMapping:
    """What a whole file becomes.

    `headers` has the header cells of each sheet that is used: the same again means that the mapping fits. `shape` names
    what the file was recognised as. `missing` are further texts that mean that a value is not known. `guesses` and
    `questions` say how it came about and what is open; a mapping without questions can be applied.
    """

    sheets: tuple[SheetMapping, ...]
    headers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    shape: str = ""
    missing: tuple[str, ...] = ()
    guesses: tuple[Guess, ...] = ()
    questions: tuple[Question, ...] = ()

    @property
    def exact(self) -> bool:
        """Whether nothing had to be guessed."""
        return not self.questions and all(guess.sure == "exact" for guess in self.guesses)

    def fits(self, headers: Mapping[str, tuple[str, ...]]) -> bool:
        """Whether a file with these headers has every column that the mapping uses."""
        return all(set(sheet.sources) <= set(headers.get(sheet.sheet, ())) for sheet in self.sheets)

    def settled(self) -> CohortMapping:
        """The same without what was open: a person has seen it."""
        return replace(self, questions=())
