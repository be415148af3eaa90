"""The door for a cohort file: limits first, then one pass over all checks, then a `Cohort`."""

from __future__ import annotations

from collections.abc import Iterable

from ivig_core.cohort.checks.every import check_table
from ivig_core.cohort.formats.csv_long import read_records
from ivig_core.cohort.formats.open_book import is_ours, open_book
from ivig_core.cohort.importing import import_book
from ivig_core.cohort.intake import Intake
from ivig_core.cohort.mapping.mapping import CohortMapping
from ivig_core.cohort.problems import Findings, Problem
from ivig_core.cohort.reading.blanked import without_missing
from ivig_core.cohort.reading.dates import DateOrder
from ivig_core.cohort.reading.encoding import open_text
from ivig_core.cohort.reading.gate import COMMAND_LIMITS, Limits, RefusedError, Source, fetch, name_of
from ivig_core.cohort.reading.headers import name_columns
from ivig_core.cohort.reading.lines import Lines, account
from ivig_core.cohort.reading.raw import RawTable

__all__ = ["COMMAND_LIMITS", "Intake", "Limits", "Problem", "read_cohort"]

APP_LIMITS = Limits()


def read_cohort(
    source: Source,
    limits: Limits = APP_LIMITS,
    *,
    name: str | None = None,
    drop: Iterable[str] = (),
    date_order: DateOrder | None = None,
    mapping: CohortMapping | None = None,
    guessing: bool = False,
    missing: Iterable[str] = (),
) -> Intake:
    """Read and check one cohort file of any format.

    `source` is a path, the bytes, or a binary file; `drop` names columns to leave out, `date_order` says how dates like
    03/04/2020 are meant, `missing` has further texts that mean “not known”. A file in another shape than ours
    is read with `mapping`, or with what is guessed where `guessing` allows it; with neither, the `Intake` says what the
    file seems to be and what is open. Nothing is raised for a bad file: the `Intake` has every problem and, if there is
    no error, the cohort, called `name` or after the file.
    """
    findings = Findings()
    called = name or name_of(source)
    try:
        data = fetch(source, limits)
        if mapping is not None or guessing or not is_ours(data):
            book = open_book(data, called, limits, findings)
            del data
            made = import_book(
                book, findings, mapping=mapping, guessing=guessing, drop=drop, order=date_order, missing=tuple(missing),
                name=called,
            )  # fmt: skip
            return Intake.of(made.cohort, findings, ledger=made.ledger, mapping=made.mapping)
        held = [data]
        del data
        table, lines, decimal_comma = _load(held, limits, tuple(drop), findings)
    except RefusedError as refused:
        findings.add(refused.problem)
        return Intake.of(None, findings)
    table = without_missing(table, missing, findings)
    cohort = check_table(table, findings, decimal_comma=decimal_comma, order=date_order, name=called)
    return Intake.of(cohort, findings, lines)


def _load(held: list[bytes], limits: Limits, drop: tuple[str, ...], findings: Findings) -> tuple[RawTable, Lines, bool]:
    """The table of the one file in `held`, which is emptied; what its lines are, and whether its numbers may have
    decimal commas.

    The text itself is let go here.
    """
    text = open_text(held.pop(), limits)
    findings.notes.extend(text.notes)
    records = read_records(text)
    if records.short:
        findings.notes.append(
            f"{records.short:,} row(s) have fewer cells than the header; the missing ones were read as blank."
        )
    lines = account(text, records, findings)
    columns = name_columns(text.header, records.columns, drop, text.header_row, findings)
    return RawTable(columns, records.rows, len(text.header), records.too_long), lines, text.decimal_comma
