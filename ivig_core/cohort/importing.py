"""A file that is not in our own shape: recognised, mapped, turned into facts, checked like any other, accounted for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from ivig_core.cohort.checks.every import check_table
from ivig_core.cohort.checks.identify import check_identifiers
from ivig_core.cohort.cohort import RECORDS, Cohort
from ivig_core.cohort.formats.grid import Book
from ivig_core.cohort.guessing.guess import guess
from ivig_core.cohort.guessing.header import Head, head_of
from ivig_core.cohort.mapping.apply import Made, apply
from ivig_core.cohort.mapping.ledger import Ledger
from ivig_core.cohort.mapping.lines import header_cells
from ivig_core.cohort.mapping.located import locate
from ivig_core.cohort.mapping.mapping import CohortMapping
from ivig_core.cohort.problems import Findings
from ivig_core.cohort.reading.dates import DateOrder
from ivig_core.cohort.reading.raw import RawTable


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
) -> Imported:
    """Facts of a file by `mapping`, or by what is guessed where `guessing` allows it; every problem in `findings`.

    Without either, only a file that uses our own names throughout is read: nothing is applied unseen.
    """
    findings.notes.extend(book.notes)
    left = tuple(drop)
    kept = _without_identifiers(book, mapping, left, findings)
    chosen = mapping or guess(book, drop=left, order=order)
    chosen = replace(chosen, missing=(*chosen.missing, *missing))
    if findings.total("error"):
        # Nothing of a file that may name people is shown, not even what its columns are taken for.
        return Imported(None, None if kept else chosen, None)
    if not _settled(chosen, book, given=mapping is not None, guessing=guessing, findings=findings):
        return Imported(None, chosen, None)
    made = apply(book, chosen)
    cohort = None
    if len(made.table):
        cohort = check_table(made.table, findings, decimal_comma=False, order=None, name=name)
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


def _heads(book: Book) -> list[Head]:
    return [head for grid in book.grids if (head := head_of(grid)) is not None]


def _without_identifiers(
    book: Book, mapping: CohortMapping | None, drop: tuple[str, ...], findings: Findings
) -> frozenset[str]:
    """Look for identifiers of people before a mapping is made or shown; the columns that have some.

    A column that a mapping replaces by new study ids is let through: nothing of it is kept.
    """
    used = None if mapping is None else _used(mapping)
    replaced = frozenset() if mapping is None else _replaced(mapping)
    for head in _heads(book):
        names = [name for name in head.names if name not in drop and name not in replaced]
        if used is not None:
            names = [name for name in names if name in used]
        columns = {name: head.grid.columns[head.names.index(name)] for name in names}
        rows = head.grid.rows[head.data]
        data = {name: replace(raw, codes=raw.codes[head.data], empty=0) for name, raw in columns.items()}
        if len(rows):
            check_identifiers(RawTable(data, rows, len(data)), findings)
    return frozenset(findings.hidden)


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
    allowed = ("exact", "likely") if guessing else ("exact",)
    for guessed in chosen.guesses:
        if guessed.sure not in allowed:
            findings.whole(
                "error", "unresolved",
                _in_sheet(guessed.sheet, f"This column is probably {guessed.means} ({guessed.why}).", chosen),
                "Confirm it: write the mapping with `map FILE -o M.json`, read it, and give it with --mapping M.json"
                + ("." if guessed.sure == "unsure" else "; or allow such guesses with --guess."),
                column=guessed.column,
            )  # fmt: skip
    return not findings.total("error")


def _in_sheet(sheet: str, message: str, chosen: CohortMapping) -> str:
    return f"Sheet “{sheet}”: {message}" if sheet and len(chosen.headers) > 1 else message


def _columns_exist(chosen: CohortMapping, book: Book, findings: Findings) -> bool:
    """Whether the file has every sheet and column that the mapping names."""
    found: Mapping[str, frozenset[str]] = {}
    for sheet in chosen.sheets:
        grid = book.grid(sheet.sheet)
        if grid is None:
            names = ", ".join(f"“{item.name}”" for item in book.grids)
            findings.whole("error", "mapping_sheet", f"The mapping uses a sheet “{sheet.sheet}”; the file has {names}.",
                           "Use the mapping with the file it was made for, or make a new one.")  # fmt: skip
            continue
        found = {sheet.sheet: frozenset(header_cells(grid, sheet.header_row))}
        for name in sheet.sources:
            if name not in found[sheet.sheet]:
                findings.whole(
                    "error", "mapping_column",
                    f"The mapping uses a column “{name}”, which row {sheet.header_row} of “{sheet.sheet}” does not have.",
                    "Use the mapping with the file it was made for, or make a new one.", column=name,
                )  # fmt: skip
    return not findings.total("error")
