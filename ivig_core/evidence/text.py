"""A comparison as Markdown, and its place between markers in a longer text."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from ivig_core.errors import SpecError
from ivig_core.evidence.compare import Omission, Row, omissions
from ivig_core.evidence.measured import (
    DAYS,
    INFECTIONS,
    LOWER,
    MONTHS,
    PATIENTS,
    PERCENT,
    RATE,
    RATIO,
    Measured,
)
from ivig_core.evidence.quantity import Comparison
from ivig_core.evidence.table import Result

ABSENT = "–"
DECIMALS = {RATIO: 2, RATE: 2, "10^3/µL": 2, INFECTIONS: 0, PATIENTS: 0, DAYS: 0, "mg/dL": 0}
LIMIT_DECIMALS = {INFECTIONS: 1, PATIENTS: 1}
HEADERS = ("quantity", "published", "this cohort", "95 % interval", "inside", "note")
ALIGN = ("---", "---", "---:", "---:", "---", "---")
START, END = "<!-- published:", "<!-- /published -->"


def markdown(comparison: Comparison, rows: Sequence[Row]) -> str:
    """The table of a comparison, what it adds up to, and the numbers that are not compared."""
    return "\n".join(
        [
            f"Published: {comparison.source}.",
            "",
            *_table(HEADERS, ALIGN, (_cells(row) for row in rows)),
            "",
            summary(rows),
            *_not_compared(omissions(comparison)),
        ]
    )


def summary(rows: Sequence[Row]) -> str:
    """How many published numbers lie in the cohort's intervals, and what that does not mean."""
    judged = [row for row in rows if row.inside is not None]
    design = [row for row in judged if row.measured is not None and row.measured.design]
    others = [row for row in judged if row not in design]
    blank = sum(row.published is not None for row in rows) - len(judged)
    none = f" {blank} have no estimate or no interval here." if blank else ""
    return (
        f"{_inside(others)} of {len(others)} published numbers lie in the 95 % interval of this cohort, "
        f"{_inside(design)} of {len(design)} fixed by design agree.{none} “Inside” takes a number as printed. "
        "Intervals that take infections as independent are too narrow. A cohort made to resemble a study does not "
        "confirm it."
    )


def replace_block(document: str, study: str, block: str) -> str:
    """`document` with `block` between the lines `<!-- published:STUDY -->` and `<!-- /published -->`.

    Raises
    ------
    SpecError
        where the document lacks these lines, or has the first of them twice.
    """
    begin = start_marker(study)
    before, _, rest = document.partition(begin)
    old, closed, after = rest.partition(END)
    # A start inside the old tables belongs to another study: the end marker found would be that study's.
    if document.count(begin) != 1 or not closed or START in old:
        raise SpecError(
            "--write", study, f"a file with the lines {begin} (once) and {END}, between which the tables go"
        )
    return f"{before}{begin}\n{block}\n{END}{after}"


def start_marker(study: str) -> str:
    """The line before the tables of a study."""
    return f"{START}{study} -->"


def _inside(rows: Sequence[Row]) -> int:
    return sum(row.inside is True for row in rows)


def _cells(row: Row) -> tuple[str, ...]:
    inside = {True: "yes", False: "no", None: ABSENT}[row.inside]
    return row.label, _published(row.published), _estimate(row.measured), _limits(row.measured), inside, row.note


def _published(result: Result | None) -> str:
    if result is None or result.number is None:
        return ABSENT
    interval = f" ({result.ci_low}–{result.ci_high})" if result.interval else ""
    unit = f" {LOWER}" if result.measure == "percent_reduction" else " %" if result.unit.startswith(PERCENT) else ""
    return f"{result.estimate}{unit}{interval}"


def _estimate(measured: Measured | None) -> str:
    if measured is None:
        return ABSENT
    unit = f" {measured.unit}" if measured.unit in (PERCENT, LOWER) else ""
    return _number(measured.estimate, measured.unit, DECIMALS) + unit


def _limits(measured: Measured | None) -> str:
    if measured is None or measured.low is None or measured.high is None:
        return "by design" if measured is not None and measured.design else ABSENT
    low, high = (_number(value, measured.unit, DECIMALS | LIMIT_DECIMALS) for value in (measured.low, measured.high))
    # A dash between negative numbers would read as a minus sign.
    return f"{low} to {high}" if measured.low < 0 or math.isinf(measured.high) else f"{low}–{high}"


def _number(value: float, unit: str, decimals: dict[str, int]) -> str:
    if math.isinf(value):
        return "not reached" if unit == MONTHS else "∞" if value > 0 else "−∞"
    text = f"{value:.{decimals.get(unit, 1)}f}"
    # A limit just above 0 must not read as 0, which may be the published number.
    return (text if value == 0 or float(text) else f"{value:.1g}").replace("-", "−")


def _not_compared(items: Sequence[Omission]) -> list[str]:
    if not items:
        return []
    rows = ((item.label, _printed(item), item.reason) for item in items)
    return ["", "Not compared:", "", *_table(("published number", "printed", "why"), ("---", "---", "---"), rows)]


def _printed(item: Omission) -> str:
    numbers = [result for result in item.results if result.number is not None]
    if not numbers:
        return "in words"
    return _published(numbers[0]) if len(numbers) == 1 else f"{len(numbers)} numbers"


def _table(headers: Sequence[str], align: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    return [_line(headers), _line(align), *(_line(row) for row in rows)]


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
