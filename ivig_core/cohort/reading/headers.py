"""From header cells to the columns of the table: known ones by their name, the rest kept as the user's own."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ivig_core.cohort.columns import BY_NAME, REQUIRED_HEADERS
from ivig_core.cohort.problems import Findings
from ivig_core.cohort.reading.raw import RawColumn

_NOT_WORD = re.compile(r"[\W_]+")


def plain(name: str) -> str:
    """A header without the differences of spelling that do not matter: case, spaces, dots, hyphens."""
    return _NOT_WORD.sub("_", name.strip()).strip("_").lower()


def name_columns(
    header: list[str], columns: list[RawColumn], drop: Iterable[str], header_row: int, findings: Findings
) -> dict[str, RawColumn]:
    """Columns by name, without the dropped ones; doubled, unnamed and missing headers become problems."""
    if not {plain(head) for head in header} & set(REQUIRED_HEADERS):
        # Row 1 may be a patient instead of a header: repeat nothing of it.
        _missing({}, header, header_row, findings)
        return {}
    wanted = {plain(name): name for name in drop}
    dropped: set[str] = set()
    named: dict[str, RawColumn] = {}
    for position, (head, column) in enumerate(zip(header, columns, strict=True), start=1):
        if plain(head) in wanted and head:
            dropped.add(plain(head))
        elif not head:
            _unnamed(position, column, header_row, findings)
        else:
            name = _known(head, header, header_row, findings)
            if alike := next((other for other in named if other != name and plain(other) == plain(name)), None):
                _alike(name, alike, header_row, findings)
            if name in named:
                _doubled(name, header_row, findings)
            else:
                named[name] = column
    _say_dropped(wanted, dropped, findings)
    _missing(named, header, header_row, findings)
    return named


def _known(head: str, header: list[str], header_row: int, findings: Findings) -> str:
    name = plain(head)
    if head in BY_NAME or name not in BY_NAME or name in header:
        return head
    findings.whole(
        "warning",
        "header_spelling",
        f"The header “{head}” was read as {name}.",
        f"Write it as {name}.",
        row=header_row,
        column=name,
        value=head,
    )
    return name


def _unnamed(position: int, column: RawColumn, header_row: int, findings: Findings) -> None:
    filled = column.filled_count()
    if filled:
        findings.whole(
            "warning",
            "ignored_column",
            f"Column {position} has no header; its {filled:,} filled cells are ignored.",
            "Give it a name in the header row, or delete it.",
            row=header_row,
        )


def _doubled(name: str, header_row: int, findings: Findings) -> None:
    findings.whole(
        "error",
        "double_header",
        f"Two columns are called {name}: it is not clear which one is meant.",
        "Rename or delete one of them.",
        row=header_row,
        column=name,
        value=name,
    )


def _alike(name: str, other: str, header_row: int, findings: Findings) -> None:
    known, own = (name, other) if name in BY_NAME else (other, name)
    what = f"{own} is kept as a variable of your own" if known in BY_NAME else "both are kept"
    findings.whole(
        "warning",
        "alike_headers",
        f"The headers “{other}” and “{name}” differ only in their spelling; {what}.",
        "Rename one of them, or delete the column that is not meant.",
        row=header_row,
        column=name,
        value=name,
    )


def _missing(named: dict[str, RawColumn], header: list[str], header_row: int, findings: Findings) -> None:
    hint = " Columns are separated by comma, semicolon or tab." if len(header) == 1 else ""
    for name in REQUIRED_HEADERS:
        if name not in named:
            findings.whole(
                "error",
                "missing_column",
                f"There is no column {name} in the header (row {header_row}).",
                f"Add a column {name}: {BY_NAME[name].plain_description}{hint}",
                row=header_row,
                column=name,
            )


def _say_dropped(wanted: dict[str, str], dropped: set[str], findings: Findings) -> None:
    for key, name in wanted.items():
        if key in dropped:
            findings.notes.append(f"Column {name} was left out as asked.")
        else:
            findings.notes.append(f"Column {name} was to be left out, but the file has no such column.")
