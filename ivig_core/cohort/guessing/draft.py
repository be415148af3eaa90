"""A mapping while it is guessed: blocks, reasons and open questions of one sheet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from ivig_core.cohort.columns import BY_NAME
from ivig_core.cohort.guessing.header import Head
from ivig_core.cohort.guessing.values import translated
from ivig_core.cohort.mapping.apply import TICKED, column_comma
from ivig_core.cohort.mapping.cells import day_text, is_missing, is_ordered, missing_words, number_text, order_of
from ivig_core.cohort.mapping.mapping import Block, Field, Guess, Question, SheetMapping, Sure
from ivig_core.cohort.reading.dates import DateOrder

MISSING = missing_words(())
_SHOWN = 4


@dataclass
class Draft:
    """What is guessed of one sheet. `used` has the headers that something was made of; `shape` names what the sheet is;
    `hopeless`: no mapping can make facts of it, and a question says so."""

    head: Head
    order: DateOrder | None = None
    blocks: list[Block] = field(default_factory=list)
    guesses: list[Guess] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    shape: str = ""
    hopeless: bool = False

    def __post_init__(self) -> None:
        """The order of day and month is that of the head; columns that are left out count as used, so that nothing
        else is made of them."""
        self.order = self.order or self.head.order
        self.used |= self.head.left & set(self.head.names)

    def guess(self, column: str, means: str, why: str, sure: Sure = "likely") -> None:
        """Note what a column is taken for."""
        self.used.add(column)
        self.guesses.append(Guess(self.head.grid.name, column, means, why, sure))

    def ask(self, column: str, message: str, remedy: str) -> None:
        """Note what only a person can answer."""
        asked = Question(self.head.grid.name, column, message, remedy)
        if asked not in self.questions:
            self.questions.append(asked)

    def field(self, column: str, target: str, *, unit: str = "", fill_down: bool = False) -> Field:
        """How the cells of a column are read as a column of ours; what does not fit becomes a question.

        `unit` is what the header says (weeks, mg), empty where it says nothing.
        """
        self.used.add(column)
        ours = BY_NAME.get(target)
        texts = self.head.texts(column)
        item = Field(column=column, fill_down=fill_down)
        if ours is None or ours.type in ("text", "id"):
            return item
        if ours.type == "day":
            return replace(item, dates=self._dates(column, target, texts))
        if ours.numeric:
            return self._number(item, column, target, texts, unit)
        found, open_ = translated(ours, (text for text in texts if not is_missing(text, MISSING)))
        if open_:
            words = "grade 1 to 5 or unknown" if ours.type == "grade" else ", ".join(ours.allowed)
            self.ask(
                column,
                f"{_quoted(open_)}: what does this mean as {target}?",
                f"Say it in the mapping under values of {target} ({words}), or leave it blank there.",
            )
        return replace(item, values=found)

    def ticked(self, column: str) -> bool:
        """Whether a column holds boxes: ticked or not, and nothing else."""
        texts = {text.casefold() for text in self.head.texts(column)}
        return bool(texts) and texts <= TICKED | {"0", "unchecked", "no", "n", "false", "nein"}

    def is_dated(self, column: str) -> bool:
        """Whether most texts of a column are days."""
        return self._share(column, lambda text: day_text(text, "dmy", MISSING) != text or is_iso(text)) >= 0.5

    def is_numeric(self, column: str) -> bool:
        """Whether most texts of a column are numbers."""
        any_bound = Field(limits="bound")
        comma = column_comma(self.head.column(column), None)
        return self._share(column, lambda text: _is_number(number_text(text, any_bound, comma))) >= 0.8

    def _share(self, column: str, test: object) -> float:
        texts = [text for text in self.head.texts(column) if not is_missing(text, MISSING)]
        return sum(bool(test(text)) for text in texts) / len(texts) if texts and callable(test) else 0.0

    def _dates(self, column: str, target: str, texts: list[str]) -> DateOrder | None:
        bad = [text for text in texts if not _is_day(text, self.order or order_of(text))]
        unordered = [text for text in bad if is_ordered(text)] if self.order is None else []
        other = [text for text in bad if text not in unordered]
        if unordered:
            self.ask(
                column,
                f"{_quoted(unordered)}: is the day or the month first?",
                "Say it with --date-order dmy or mdy.",
            )
        if other:
            self.ask(
                column,
                f"{_quoted(other)} is no day that can be read as {target}.",
                "Correct it in the file, or give the day in the mapping under values.",
            )
        return self.order

    def _number(self, item: Field, column: str, target: str, texts: list[str], unit: str) -> Field:
        times = TIMES.get((target, unit))
        bound = [text for text in texts if text[:1] in "<>≤≥"]
        read = replace(item, times=times, limits="bound" if bound else None)
        if bound:
            self.guess(column, target, f"{_quoted(bound)} is read as the limit itself: the true value lies beyond it")
        comma = column_comma(self.head.column(column), None)
        open_ = [
            text for text in texts
            if not is_missing(text, MISSING) and not _is_number(number_text(text, read, comma))
        ]  # fmt: skip
        if open_:
            self.ask(
                column,
                f"{_quoted(open_)} is not one number: what is it as {target}?",
                f"Say it in the mapping under values of {target}, or leave it blank there.",
            )
        return read

    def sheet(self) -> SheetMapping:
        """What the sheet becomes."""
        ignored = tuple(name for name in self.head.names if name not in self.used or name in self.head.left)
        return SheetMapping(self.head.grid.name, self.head.row, tuple(self.blocks), ignored)


TIMES: Mapping[tuple[str, str], float] = {
    ("interval_days", "weeks"): 7.0,
    ("dose_g", "mg"): 0.001,
    ("dose_g_per_kg", "mg/kg"): 0.001,
}


def is_iso(text: str) -> bool:
    """Whether a text is a day as we write it, or a study day."""
    return (
        day_text(text, None, MISSING) == text
        and (text[:1].isdigit() or text[:1] in "+-")
        and ((len(text) in (7, 10) and text[4] == "-") or text.lstrip("+-").isdigit())
    )


def _is_day(text: str, order: DateOrder | None) -> bool:
    read = day_text(text, order, MISSING)
    return read == "" or is_iso(read)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _quoted(texts: Iterable[str]) -> str:
    given = list(dict.fromkeys(text[:40] for text in texts))
    more = f" and {len(given) - _SHOWN:,} more" if len(given) > _SHOWN else ""
    return ", ".join(f"“{text}”" for text in given[:_SHOWN]) + more
