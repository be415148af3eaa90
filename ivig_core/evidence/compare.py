"""A cohort beside the published numbers of a study: one row per quantity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ivig_core.cohort.cohort import Cohort
from ivig_core.errors import EstimationError
from ivig_core.evidence.groups import Groups
from ivig_core.evidence.measured import Measured
from ivig_core.evidence.quantity import Comparison, LeftOut, Quantity
from ivig_core.evidence.table import Result, find, matching
from ivig_core.study.analysis_json import number


@dataclass(frozen=True)
class Row:
    """One quantity: what is published (None where nothing is) and what the cohort gives (None without an estimate).

    `note`: how the number was read, what the estimator says, and why there is no estimate.
    """

    label: str
    published: Result | None
    measured: Measured | None
    note: str

    @property
    def inside(self) -> bool | None:
        """Whether the number as printed lies in the cohort's 95 % interval; of one fixed by design, whether it agrees.

        None where nothing is published or the cohort gives no interval.
        """
        if self.published is None or self.published.number is None or self.measured is None:
            return None
        return self.measured.agrees(self.published.number)


@dataclass(frozen=True)
class Omission:
    """Published numbers that are not compared; `results`: the rows of the file that no earlier entry accounts for."""

    label: str
    results: tuple[Result, ...]
    reason: str


def compare(comparison: Comparison, cohort: Cohort) -> tuple[Row, ...]:
    """Every quantity of a study in a cohort, in order; an estimator that fails gives a row that says why.

    Raises
    ------
    LookupError
        where a quantity does not name exactly one published number: a defect of the program, not of the cohort.
    """
    groups = Groups(cohort)
    return tuple(_row(quantity, groups) for quantity in comparison.quantities)


def omissions(comparison: Comparison) -> tuple[Omission, ...]:
    """The numbers of a study that are not compared; one that several entries match belongs to the first of them."""
    seen = {find(quantity.lookup) for quantity in comparison.quantities if quantity.lookup is not None}
    return tuple(_omission(item, seen) for item in comparison.left_out)


def as_json(comparison: Comparison, cohort: Cohort, rows: tuple[Row, ...]) -> dict[str, Any]:
    """The comparison as strict JSON types; numbers that do not exist or are not reached are None."""
    return {
        "study": comparison.study,
        "study_id": comparison.study_id,
        "source": comparison.source,
        "cohort": cohort.name,
        "rows": [_record(row) for row in rows],
        "not_compared": [
            {
                "published": item.label,
                "estimates": [result.estimate for result in item.results if result.estimate],
                "reason": item.reason,
            }
            for item in omissions(comparison)
        ],
    }


def _row(quantity: Quantity, groups: Groups) -> Row:
    result = find(quantity.lookup) if quantity.lookup is not None else None
    try:
        measured = quantity.measure(groups)
    except EstimationError as error:
        return Row(quantity.label, result, None, _joined(quantity.note, f"no estimate: {error}"))
    return Row(quantity.label, result, measured, _joined(quantity.note, measured.remark))


def _joined(*notes: str) -> str:
    return "; ".join(note for note in notes if note)


def _omission(item: LeftOut, seen: set[Result]) -> Omission:
    """Adds what it finds to `seen`."""
    found = dict.fromkeys(result for lookup in item.lookups for result in matching(lookup) if result not in seen)
    seen.update(found)
    return Omission(item.label, tuple(found), item.reason)


def _record(row: Row) -> dict[str, object]:
    result, measured = row.published, row.measured
    low, high = result.interval or (None, None) if result else (None, None)
    limits = (measured.low, measured.high) if measured else (None, None)
    return {
        "quantity": row.label,
        "published": result.number if result else None,
        "published_low": low,
        "published_high": high,
        "published_unit": result.unit if result else None,
        "published_in": result.source_location if result else None,
        "estimate": number(measured.estimate) if measured else None,
        "ci_low": None if limits[0] is None else number(limits[0]),
        "ci_high": None if limits[1] is None else number(limits[1]),
        "unit": measured.unit if measured else None,
        "by_design": measured.design if measured else None,
        "inside": row.inside,
        "note": row.note,
    }
