"""A mapping while it is guessed: blocks, reasons and open questions of one sheet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from ivig_core.cohort.column_type import Column
from ivig_core.cohort.columns import BY_NAME
from ivig_core.cohort.guessing.amounts import bare_interval_unit, grouped_thousands, interval_of, numbers_said
from ivig_core.cohort.guessing.days import MISSING, is_any_day, is_day, is_whole
from ivig_core.cohort.guessing.header import Head
from ivig_core.cohort.guessing.names import meaning
from ivig_core.cohort.guessing.values import translated, translated_labels
from ivig_core.cohort.mapping.apply import TICKED
from ivig_core.cohort.mapping.cells import has_short_year, is_endless, is_missing, is_ordered, number_text, order_of
from ivig_core.cohort.mapping.commas import column_comma, decimal_comma
from ivig_core.cohort.mapping.mapping import Block, Field, Guess, Question, SheetMapping, Sure
from ivig_core.cohort.reading.dates import DateOrder

_SHOWN = 4
_LONGEST = 60
# Nobody is given less than a gram.
_LEAST = {"dose_g": 1.0}


@dataclass
class Draft:
    """What is guessed of one sheet. `used` has the headers that something was made of; `shape` names what the sheet is;
    `hopeless`: no mapping can make facts of it, and a question says so; `told`: some facts are told in words.

    Of an export of a data system: `boxes` has, by the first box of each group of boxes, what each of its boxes says;
    `labels` what the codes of a column say; `certain` are headers whose meaning is known, as it is for our own names.
    """

    head: Head
    order: DateOrder | None = None
    blocks: list[Block] = field(default_factory=list)
    guesses: list[Guess] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    shape: str = ""
    hopeless: bool = False
    told: bool = False
    boxes: dict[str, dict[str, str]] = field(default_factory=dict)
    labels: dict[str, dict[str, str]] = field(default_factory=dict)
    certain: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        """The order of day and month is that of the head; columns that are left out count as used, so that nothing
        else is made of them."""
        self.order = self.order or self.head.order
        self.labels = self.head.codes_in_headers() | self.labels
        self.used |= (self.head.left | self.head.replaced) & set(self.head.names)

    def guess(self, column: str, means: str, why: str, sure: Sure = "likely") -> None:
        """Note what a column is taken for."""
        self.used.add(column)
        self.guesses.append(Guess(self.head.grid.name, column, means, why, sure))

    def ask(
        self, column: str, message: str, remedy: str, record: str = "", target: str = "", texts: Iterable[str] = (),
        beside: str = "",
    ) -> None:  # fmt: skip
        """Note what only a person can answer: about a column `target` of ours on rows of a kind `record`, where the
        meaning of `texts` is open; `beside` is the other column of the file that the answer is about."""
        asked = Question(self.head.grid.name, column, message, remedy, record, target, tuple(texts), beside)
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
            return replace(item, dates=self._dates(column, target, texts, record))
        coded, texts = self._codes(column, ours, texts)
        if ours.type == "text":
            return replace(item, values=self.labels.get(column, {}) | coded)
        if ours.numeric:
            return self._number(item, column, ours, texts, unit)
        found, open_ = translated_labels(ours, {text: self.said(column, text) for text in texts}, MISSING)
        if open_:
            words = "grade 1 to 5 or unknown" if ours.type == "grade" else ", ".join(ours.allowed)
            self.ask(
                column,
                f"{quoted(open_)}: what does this mean as {target}?",
                f"Say it in the mapping under values of {target} ({words}), or leave it blank there.",
                record, target, open_,
            )  # fmt: skip
        return replace(item, values=coded | found)

    def said(self, column: str, text: str) -> str:
        """What a cell says: the label of its code where that is known, else the text itself."""
        return self.labels.get(column, {}).get(text, text)

    @cached_property
    def comma(self) -> bool | None:
        """Whether numbers of the sheet have decimal commas, None where no number tells."""
        return decimal_comma(self.head.grid, self.head.data)

    def _codes(self, column: str, ours: Column, texts: list[str]) -> tuple[dict[str, str], list[str]]:
        """What a column has of `said_unknown`, translated, and its other texts. A number could be a number: asked."""
        codes = [text for text in texts if text in self.head.said_unknown]
        if not codes:
            return {}, texts
        if ours.numeric:
            self.ask(
                column,
                f"{quoted(codes)} is said to mean “not known” above the header: also in this column?",
                f"Say it in the mapping under values of {ours.name}: blank, or the number itself.",
                ours.records[0] if len(ours.records) == 1 else "", ours.name, codes,
            )  # fmt: skip
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
        texts = [self.said(column, text) for text in self.head.texts(column)]
        texts = [text for text in texts if not is_missing(text, MISSING)]
        return bool(texts) and not translated(BY_NAME["hospitalized"], texts)[1]

    def says_yes(self, column: str, text: str) -> bool:
        """Whether a text of a column of yes and no says yes."""
        text = self.said(column, text)
        found, open_ = translated(BY_NAME["hospitalized"], [text] if text else [])
        return bool(text) and not open_ and found.get(text, text).lower() == "yes"

    def is_dated(self, column: str, *, study_days: bool = False) -> bool:
        """Whether most texts of a column are dates; with `study_days` whole numbers count too."""
        return self._share(column, lambda text: is_any_day(text) and (study_days or not is_whole(text))) >= 0.5

    def is_numeric(self, column: str) -> bool:
        """Whether most texts of a column are numbers."""
        any_bound = Field(limits="bound")
        comma = column_comma(self.head.column(column), None)
        return self._share(column, lambda text: _is_number(number_text(text, any_bound, comma))) >= 0.8

    def _share(self, column: str, test: Callable[[str], bool]) -> float:
        texts = [text for text in self.head.texts(column) if not is_missing(text, MISSING)]
        return sum(test(text) for text in texts) / len(texts) if texts else 0.0

    def _dates(self, column: str, target: str, texts: list[str], record: str) -> DateOrder | None:
        if record == "patient" and target == "end" and (endless := [t for t in texts if is_endless(t)]):
            self.ask(
                column,
                f"{quoted(endless)}: until which day was this patient observed?",
                "Give the last day of observation (the data cut-off) in the mapping under values of end.",
                record, target, endless,
            )  # fmt: skip
        if short := [text for text in texts if has_short_year(text)]:
            self.guess(column, target, f"the year of {quoted(short)} is read as 20xx (69 to 99: 19xx)")
        bad = [text for text in texts if not is_day(text, self.order or order_of(text))]
        unordered = [text for text in bad if is_ordered(text)] if self.order is None else []
        other = [text for text in bad if text not in unordered]
        if unordered:
            self.ask(
                column, f"{quoted(unordered)}: is the day or the month first?", "Say it with --date-order dmy or mdy.",
                record, target, unordered,
            )  # fmt: skip
        if other:
            self.ask(
                column, f"{quoted(other)} is no day that can be read as {target}.",
                "Correct it in the file, or give the day in the mapping under values.",
                record, target, other,
            )  # fmt: skip
        return self.order

    def _number(self, item: Field, column: str, ours: Column, texts: list[str], unit: str) -> Field:
        target = ours.name
        texts = [text for text in texts if not is_missing(text, MISSING)]
        if column in self.labels:
            return self._coded_number(item, column, ours, texts)
        values = self._intervals(column, texts) if target == "interval_days" else {}
        if target == "interval_days" and unit not in ("weeks", "days"):
            unit = self._unit_of_intervals(column, [text for text in texts if text not in values], unit)
        bound = [text for text in texts if text[:1] in "<>≤≥" and text not in values]
        read = replace(item, times=TIMES.get((target, unit)), limits="bound" if bound else None)
        if bound:
            self.guess(column, target, f"{quoted(bound)} is read as the limit itself: the true value lies beyond it")
        comma = column_comma(self.head.column(column), self.comma)
        if comma is None and (grouped := grouped_thousands(texts, read, ours.low, ours.high, _LEAST.get(target, 0.0))):
            self.guess(
                column, target, f"{quoted(grouped)} is read in thousands: with a decimal comma it would be too small"
            )
            values |= grouped
        open_ = [
            text for text in texts
            if text not in values and not _is_number(number_text(text, read, comma))
        ]  # fmt: skip
        if open_:
            self.ask(
                column,
                f"{quoted(open_)} is not one number: what is it as {target}?",
                f"Say it in the mapping under values of {target}, or leave it blank there.",
                ours.records[0] if len(ours.records) == 1 else "", target, open_,
            )  # fmt: skip
        return replace(read, values=values)

    def _coded_number(self, item: Field, column: str, ours: Column, texts: list[str]) -> Field:
        """A number that is chosen from a list: what the labels say, never the codes."""
        said = {text: self.said(column, text) for text in texts}
        values = numbers_said(said, item, MISSING, intervals=ours.name == "interval_days")
        if open_ := [text for text in texts if text not in values]:
            self.ask(
                column,
                f"{quoted(said[text] for text in open_)} is not one number: what is it as {ours.name}?",
                f"Say it in the mapping under values of {ours.name}, or leave it blank there.",
                ours.records[0] if len(ours.records) == 1 else "", ours.name, open_,
            )  # fmt: skip
        return replace(item, values=values)

    def _intervals(self, column: str, texts: list[str]) -> dict[str, str]:
        """Texts that say the days between doses with their unit."""
        values = {text: str(days) for text in texts if (days := interval_of(text)) is not None}
        if values:
            first = next(iter(values))
            self.guess(column, "interval_days", f"{quoted(values)} is read as days: “{first[:40]}” is {values[first]}")
        return values

    def _unit_of_intervals(self, column: str, texts: list[str], said: str) -> str:
        numbers = [float(text) for text in texts if _is_number(text)]
        if said == "months":
            self.ask(
                column, f"{quoted(texts)} is in months: how many days lie between two doses?",
                'Say it in the mapping: "times": 28 or 30.4 as an entry of interval_days.',
                "ivig", "interval_days",
            )  # fmt: skip
            return ""
        unit = bare_interval_unit(numbers)
        if unit == "weeks":
            self.guess(column, "interval_days", f"{quoted(texts)} is read as weeks: as days it would be too often")
        elif not unit and numbers:
            self.ask(
                column, f"{quoted(texts)}: is the interval in days or in weeks?",
                'Say it in the mapping: "times": 7 for weeks, "times": 1 for days, as an entry of interval_days.',
                "ivig", "interval_days",
            )  # fmt: skip
        return unit

    def sheet(self) -> SheetMapping:
        """What the sheet becomes."""
        made_of = {name for block in self.blocks for name in block.sources}
        left = self.head.left | self.head.replaced - made_of
        ignored = tuple(name for name in self.head.names if name not in self.used or name in left)
        return SheetMapping(self.head.grid.name, self.head.row, tuple(self.blocks), ignored)


TIMES: Mapping[tuple[str, str], float] = {
    ("interval_days", "weeks"): 7.0,
    ("dose_g", "mg"): 0.001,
    ("dose_g_per_kg", "mg/kg"): 0.001,
}


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def quoted(texts: Iterable[str]) -> str:
    """The first few of some texts as a message repeats them."""
    given = list(dict.fromkeys(text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…" for text in texts))
    more = f" and {len(given) - _SHOWN:,} more" if len(given) > _SHOWN else ""
    return ", ".join(f"“{text}”" for text in given[:_SHOWN]) + more
