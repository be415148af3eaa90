"""A file that is not in our own shape: recognised, mapped, turned into facts, checked like any other, accounted for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from ivig_core.cohort.checks.every import check_table
from ivig_core.cohort.checks.identify import check_identifiers, is_number_of_person
from ivig_core.cohort.cohort import RECORDS, Cohort
from ivig_core.cohort.formats.grid import Book
from ivig_core.cohort.guessing.guess import explains, guess
from ivig_core.cohort.guessing.header import Head, head_at, head_of
from ivig_core.cohort.guessing.names import meaning
from ivig_core.cohort.mapping.apply import Made, apply
from ivig_core.cohort.mapping.fitting import fitted
from ivig_core.cohort.mapping.ledger import Ledger
from ivig_core.cohort.mapping.lines import header_cells
from ivig_core.cohort.mapping.located import locate
from ivig_core.cohort.mapping.mapping import CohortMapping
from ivig_core.cohort.problems import HIDDEN, SHAPE, Findings
from ivig_core.cohort.reading.dates import DateOrder
from ivig_core.cohort.reading.gate import Limits, RefusedError
from ivig_core.cohort.reading.raw import RawColumn, RawTable

_BY_MAPPING = "write the mapping with `map FILE -o M.json`, read it, and give it with --mapping M.json"


@dataclass(frozen=True)
class Imported:
    """What an import gives: the cohort or None, the mapping that was used or is proposed, the account of all rows
    (None where nothing was applied)."""

    cohort: Cohort | None
    mapping: CohortMapping | None
    ledger: Ledger | None
    made: Made | None = None


def import_book(
    book: Book,
    findings: Findings,
    *,
    mapping: CohortMapping | None = None,
    guessing: bool = False,
    drop: Iterable[str] = (),
    order: DateOrder | None = None,
    missing: tuple[str, ...] = (),
    name: str = "cohort",
    limits: Limits | None = None,
) -> Imported:
    """Facts of a file by `mapping`, or by what is guessed where `guessing` allows it; every problem in `findings`.

    Without either, only a file that uses our own names throughout is read: nothing is applied unseen.
    """
    findings.notes.extend(book.notes)
    left = tuple(drop)
    if mapping is not None:
        mapping = fitted(mapping, {head.grid.name: (head.row, head.names) for head in _heads(book)})
    heads = _heads(book, mapping)
    if not heads and findings.total("error"):
        return Imported(None, None, None)
    if not heads:
        findings.whole("error", f"{SHAPE}no_header", "No row was recognised that names the columns.",
                       "Put a row with the names of the columns above the data, as the template does.")  # fmt: skip
        return Imported(None, None, None)
    numbers = frozenset[str]() if mapping is not None else _numbers_of_people(heads, left)
    people = _name_people(heads, mapping, frozenset(left) | numbers, findings)
    if people or findings.total("error"):
        # Nothing of a file that may name people is shown, not even what its columns are taken for.
        return Imported(None, None, None)
    chosen = mapping or guess(book, drop=left, order=order, numbers=numbers, missing=missing)
    chosen = replace(chosen, missing=(*chosen.missing, *missing))
    _say_numbers(numbers, chosen, guessing, findings)
    if not _settled(chosen, book, given=mapping is not None, guessing=guessing, findings=findings):
        return Imported(None, chosen, None)
    _say_unused(chosen, numbers, findings)
    hidden = numbers | frozenset(left) | _replaced(chosen) | _not_looked_at(heads, mapping)
    try:
        made = apply(book, chosen, hidden, limits)
    except RefusedError as error:
        findings.add(error.problem)
        return Imported(None, chosen, None)
    cohort = None
    if len(made.table):
        cohort = check_table([made.table], findings, decimal_comma=False, order=None, name=name)
        locate(findings, made, book, chosen)
    else:
        findings.whole("error", "no_rows", "No row of the file became a fact.", "Check the mapping and the file.")
    return Imported(cohort, chosen, ledger_of(made, cohort, book), made)


def headers_of(book: Book) -> dict[str, tuple[str, ...]]:
    """The header cells of each sheet of a file, as they are recognised."""
    return {head.grid.name: head.names for head in _heads(book)}


def ledger_of(made: Made, cohort: Cohort | None, book: Book) -> Ledger:
    """The account of an import."""
    record = made.table.columns.get("record")
    kinds: dict[str, int] = {}
    if record is not None:
        counts = np.bincount(record.codes, minlength=len(record.stripped))
        kinds = {kind: int(count) for kind, count in zip(record.stripped, counts, strict=True) if count}
    facts = {}
    if cohort is not None:
        facts = {"patient": len(cohort), **{kind: len(getattr(cohort, kind)) for kind in RECORDS}}
    repeated = sum(kinds.values()) - sum(facts.values()) if facts else 0
    aside: dict[str, int] = {}
    for item in book.set_aside:
        reason = f"{item.table}: {item.reason}"
        aside[reason] = aside.get(reason, 0) + item.rows
    return Ledger(made.rows + sum(aside.values()), made.used, kinds, facts, repeated, made.left_out, aside)


def _heads(book: Book, mapping: CohortMapping | None = None) -> list[Head]:
    """The sheets with their headers: those that a mapping names, else those that are recognised."""
    if mapping is None:
        return [head for grid in book.grids if (head := head_of(grid)) is not None]
    rows = {sheet.sheet: sheet.header_row for sheet in mapping.sheets}
    return [head_at(grid, rows[grid.name]) for grid in book.grids if grid.name in rows] or _heads(book)


def _numbers_of_people(heads: list[Head], drop: tuple[str, ...]) -> frozenset[str]:
    """Columns called after the number of a person or of a stay in hospital: never shown; one of them may be replaced by
    new study ids, the others are left out."""
    return frozenset(name for head in heads for name in head.names if name not in drop and is_number_of_person(name))


def _say_numbers(numbers: frozenset[str], chosen: CohortMapping, guessing: bool, findings: Findings) -> None:
    """What becomes of `numbers`: a note where guesses are allowed, else an error each."""
    replaced = _replaced(chosen)
    for name in sorted(numbers):
        what = "is replaced by new study ids" if name in replaced else "is left out"
        if guessing:
            findings.notes.append(f"The column {name} names people by its name: it {what}; nothing of it is kept.")
            continue
        findings.hidden.add(name)
        findings.whole(
            "error", "identifier", f"The column {name} looks like an identifier of a person, by its name. Nothing of "
            "it is shown or kept.",
            f'Delete the column, or load the file without it (command line: --drop "{name}"). With --guess, or in the '
            f"mapping that `map` writes, it {what}.",
            column=name, value=HIDDEN,
        )  # fmt: skip


def _say_unused(chosen: CohortMapping, numbers: frozenset[str], findings: Findings) -> None:
    """Name the columns of which nothing is made."""
    unused = [name for sheet in chosen.sheets for name in sheet.ignored if name not in numbers]
    if unused:
        findings.notes.append(f"Columns that are not used: {', '.join(dict.fromkeys(unused))}.")


def _name_people(
    heads: list[Head], mapping: CohortMapping | None, left: frozenset[str], findings: Findings
) -> frozenset[str]:
    """Look for identifiers of people before a mapping is made or shown; the columns that have some.

    A column that a mapping replaces by new study ids is let through: nothing of it is kept.
    """
    used = None if mapping is None else _used(mapping)
    through = left if mapping is None else left | _replaced(mapping)
    for head in heads:
        if explains(head.grid):
            # It has no patients, and its labels can look like names of people.
            continue
        names = [name for name in head.names if name not in through and (used is None or name in used)]
        rows = head.grid.rows[head.data]
        if len(rows):
            check_identifiers(
                RawTable({name: _of(head, name, head.data) for name in names}, rows, len(names)), findings
            )
            first = _first_of_each(head)
            open_ = [name for name in names if name not in findings.hidden]
            if len(first) < len(rows):
                # Names that come back in every row of a person are names all the same.
                once = {name: _of(head, name, first) for name in open_}
                check_identifiers(RawTable(once, head.grid.rows[first], len(once)), findings)
    return frozenset(findings.hidden)


def _first_of_each(head: Head) -> np.ndarray:
    """The first line of data of each patient, by the column that is called a study id; all lines where none is."""
    ids = (name for name in head.names if (what := meaning(name)) is not None and what.attribute == "patient_id")
    identity = next(ids, None)
    if identity is None:
        return head.data
    column = head.column(identity)
    filled = head.data[column.filled()[head.data]]
    return filled[np.sort(np.unique(column.codes[filled], return_index=True)[1])]


def _of(head: Head, name: str, lines: np.ndarray) -> RawColumn:
    """A column in some lines of data only: the texts of titles and of the header are not looked at."""
    column = head.column(name)
    used, codes = np.unique(column.codes[lines], return_inverse=True)
    return RawColumn(codes, column.arrow_texts.take(pa.array(used)))


def _not_looked_at(heads: list[Head], mapping: CohortMapping | None) -> frozenset[str]:
    """Columns that `mapping` does not use: nobody has looked for names of people in them."""
    if mapping is None:
        return frozenset()
    return frozenset(name for head in heads for name in head.names) - _used(mapping)


def _used(mapping: CohortMapping) -> frozenset[str]:
    return frozenset(name for sheet in mapping.sheets for name in sheet.sources)


def _replaced(mapping: CohortMapping) -> frozenset[str]:
    return frozenset(
        item.column
        for sheet in mapping.sheets
        for block in sheet.blocks
        for item in block.fields.values()
        if item.new_ids and item.column
    )


def _settled(chosen: CohortMapping, book: Book, *, given: bool, guessing: bool, findings: Findings) -> bool:
    """Whether a mapping may be applied; what stands against it becomes an error each."""
    if given:
        return _columns_exist(chosen, book, findings)
    for question in chosen.questions:
        findings.whole("error", "unresolved", _in_sheet(question.sheet, question.message, chosen), question.remedy,
                       column=question.column or None)  # fmt: skip
    for guessed in chosen.guesses:
        if guessed.sure == "unsure":
            findings.whole(
                "error", "unresolved",
                _in_sheet(guessed.sheet, f"This column is probably {guessed.means} ({guessed.why}).", chosen),
                f"Confirm it: {_BY_MAPPING}.", column=guessed.column,
            )  # fmt: skip
    likely = [guessed for guessed in chosen.guesses if guessed.sure == "likely"]
    if likely and not guessing:
        taken = "; ".join(f"{_in_sheet(guessed.sheet, guessed.column, chosen)} → {guessed.means}" for guessed in likely)
        findings.whole(
            "error", "unseen", f"Nothing is applied before you have seen what the columns are taken for: {taken}.",
            f"If that is right, allow it with --guess; to change it, {_BY_MAPPING}.",
        )  # fmt: skip
    return not findings.total("error")


def _in_sheet(sheet: str, message: str, chosen: CohortMapping) -> str:
    return f"Sheet “{sheet}”: {message}" if sheet and len(chosen.headers) > 1 else message


def _columns_exist(chosen: CohortMapping, book: Book, findings: Findings) -> bool:
    """Whether the file has every sheet and column that the mapping names."""
    for sheet in chosen.sheets:
        grid = book.grid(sheet.sheet)
        if grid is None:
            names = ", ".join(f"“{item.name}”" for item in book.grids)
            findings.whole("error", "mapping_sheet", f"The mapping uses a sheet “{sheet.sheet}”; the file has {names}.",
                           "Use the mapping with the file it was made for, or make a new one.")  # fmt: skip
            continue
        found = frozenset(header_cells(grid, sheet.header_row))
        for name in sheet.sources:
            if name not in found:
                findings.whole(
                    "error", "mapping_column",
                    f"The mapping uses a column “{name}”; row {sheet.header_row} of “{sheet.sheet}” has none such.",
                    "Use the mapping with the file it was made for, or make a new one.", column=name,
                )  # fmt: skip
    return not findings.total("error")
