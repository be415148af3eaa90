"""A mapping while it is guessed: blocks, reasons and open questions of one sheet."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from ivig_core.cohort.column_type import Column
from ivig_core.cohort.columns import BY_NAME
from ivig_core.cohort.guessing.header import Head
from ivig_core.cohort.guessing.names import meaning
from ivig_core.cohort.guessing.reading import read_days, read_numbers
from ivig_core.cohort.guessing.texts import MISSING, is_any_day, is_number, is_whole, quoted
from ivig_core.cohort.guessing.values import translated
from ivig_core.cohort.mapping.apply import TICKED, column_comma, decimal_comma
from ivig_core.cohort.mapping.cells import (
    is_missing,
    number_text,
)
from ivig_core.cohort.mapping.mapping import Block, Field, Guess, Question, SheetMapping, Sure
from ivig_core.cohort.reading.dates import DateOrder

_SAID_UNKNOWN = re.compile(
    r"(?i)(?<![\w.])(-?\d{1,4})\s*[=:]\s*(?:unknown|unbekannt|not known|missing|inconnu|desconocido)"
)


@dataclass
class Draft:
    """What is guessed of one sheet. `used` has the headers that something was made of; `shape` names what the sheet is;
    `hopeless`: no mapping can make facts of it, and a question says so; `told`: some facts are told in words."""

    head: Head
    order: DateOrder | None = None
    blocks: list[Block] = field(default_factory=list)
    guesses: list[Guess] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    shape: str = ""
    hopeless: bool = False
    told: bool = False

    def __post_init__(self) -> None:
        """The order of day and month is that of the head; columns that are left out count as used, so that nothing
        else is made of them."""
        self.order = self.order or self.head.order
        self.used |= (self.head.left | self.head.replaced) & set(self.head.names)

    def guess(self, column: str, means: str, why: str, sure: Sure = "likely") -> None:
        """Note what a column is taken for."""
        self.used.add(column)
        self.guesses.append(Guess(self.head.grid.name, column, means, why, sure))

    def ask(self, column: str, message: str, remedy: str) -> None:
        """Note what only a person can answer."""
        asked = Question(self.head.grid.name, column, message, remedy)
        if asked not in self.questions:
            self.questions.append(asked)

    def field(
        self, column: str, target: str, *, unit: str = "", fill_down: bool = False, record: str = "",
        lines: np.ndarray | None = None,
    ) -> Field:  # fmt: skip
        """How the cells of a column are read as a column of ours; what does not fit becomes a question.

        `unit` is what the header says (weeks, mg), empty where it says nothing; `record` the kind of fact; only the
        cells of `lines` are looked at where they are given.
        """
        self.used.add(column)
        ours = BY_NAME.get(target)
        texts = self.head.texts(column, lines)
        item = Field(column=column, fill_down=fill_down)
        if ours is None or ours.type == "id":
            return item
        if ours.type == "day":
            return replace(item, dates=read_days(self, column, target, texts, record))
        coded, texts = self._codes(column, ours, texts)
        if ours.type == "text":
            return replace(item, values=coded)
        if ours.numeric:
            return read_numbers(self, item, column, ours, texts, unit)
        found, open_ = translated(ours, (text for text in texts if not is_missing(text, MISSING)))
        if open_:
            words = "grade 1 to 5 or unknown" if ours.type == "grade" else ", ".join(ours.allowed)
            self.ask(
                column,
                f"{quoted(open_)}: what does this mean as {target}?",
                f"Say it in the mapping under values of {target} ({words}), or leave it blank there.",
            )
        return replace(item, values=coded | found)

    @cached_property
    def comma(self) -> bool | None:
        """Whether numbers of the sheet have decimal commas, None where no number tells."""
        return decimal_comma(self.head.grid, self.head.data)

    @cached_property
    def said_unknown(self) -> frozenset[str]:
        """Codes that lines above the header explain as “not known”: 99 in “99=unknown”."""
        above = self.head.grid.head(int(np.searchsorted(self.head.grid.rows, self.head.row)))
        return frozenset(code for line in above for cell in line for code in _SAID_UNKNOWN.findall(cell))

    def _codes(self, column: str, ours: Column, texts: list[str]) -> tuple[dict[str, str], list[str]]:
        """What a column has of `said_unknown`, translated, and its other texts. A number could be a number: asked."""
        codes = [text for text in texts if text in self.said_unknown]
        if not codes:
            return {}, texts
        if ours.numeric:
            self.ask(
                column,
                f"{quoted(codes)} is said to mean “not known” above the header: also in this column?",
                f"Say it in the mapping under values of {ours.name}: blank, or the number itself.",
            )
            return {}, texts
        self.guess(column, ours.name, f"{quoted(codes)} is not known, as a line above the header says")
        blank = "unknown" if ours.type == "grade" else ""
        return dict.fromkeys(codes, blank), [text for text in texts if text not in codes]

    def ticked(self, column: str) -> bool:
        """Whether a column holds boxes: ticked or not, and nothing else."""
        texts = {text.casefold() for text in self.head.texts(column)}
        return bool(texts) and texts <= TICKED | {"0", "unchecked", "no", "n", "false", "nein"}

    @cached_property
    def has_pathogens(self) -> bool:
        """Whether a column of the sheet is called after kinds of pathogens."""
        meant = [meaning(name) for name in self.head.names]
        return any(what is not None and what.attribute == "pathogen" for what in meant)

    def is_yes_no(self, column: str) -> bool:
        """Whether a column says yes and no, and nothing else."""
        texts = [text for text in self.head.texts(column) if not is_missing(text, MISSING)]
        return bool(texts) and not translated(BY_NAME["hospitalized"], texts)[1]

    def says_yes(self, column: str, text: str) -> bool:
        """Whether a text of a column of yes and no says yes."""
        found, open_ = translated(BY_NAME["hospitalized"], [text] if text else [])
        return bool(text) and not open_ and found.get(text, text).lower() == "yes"

    def is_dated(self, column: str, *, study_days: bool = False) -> bool:
        """Whether most texts of a column are dates; with `study_days` whole numbers count too."""
        return self._share(column, lambda text: is_any_day(text) and (study_days or not is_whole(text))) >= 0.5

    def is_numeric(self, column: str) -> bool:
        """Whether most texts of a column are numbers."""
        any_bound = Field(limits="bound")
        comma = column_comma(self.head.column(column), None)
        return self._share(column, lambda text: is_number(number_text(text, any_bound, comma))) >= 0.8

    def _share(self, column: str, test: Callable[[str], bool]) -> float:
        texts = [text for text in self.head.texts(column) if not is_missing(text, MISSING)]
        return sum(test(text) for text in texts) / len(texts) if texts else 0.0

    def sheet(self) -> SheetMapping:
        """What the sheet becomes."""
        made_of = {name for block in self.blocks for name in block.sources}
        left = self.head.left | self.head.replaced - made_of
        ignored = tuple(name for name in self.head.names if name not in self.used or name in left)
        return SheetMapping(self.head.grid.name, self.head.row, tuple(self.blocks), ignored)
