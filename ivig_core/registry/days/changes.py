"""Changes of what a day is: every window, turn or infection as rows `id`, `day`, and by how much it changes what.

A day is inside some window of a kind where more windows have begun than ended: so that no window has to be merged with
another, and the running sum of the changes is all that is needed to cut follow-up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ivig_core.lazy import library
from ivig_core.registry.table import Table, Value

ibis = library("ibis")

LATE = "late"
"""1 for an infection: it comes after every change of its day, and so finds what the day is."""


@dataclass(frozen=True)
class Changes:
    """Rows with `id`, `days` (length of follow-up), `day`, and by how much each of `by` changes on that day."""

    rows: Table
    by: dict[str, Value]

    def shaped(self, names: Sequence[str]) -> Table:
        """The rows with a column for each of `names`, 0 where it does not change."""
        rows = self.rows
        columns = {name: self.by.get(name, ibis.literal(0)).cast("int32") for name in (*names, LATE)}
        inside = rows.filter(rows.day < rows.days)
        return inside.select("id", days=inside.days.cast("int32"), day=inside.day.cast("int32"), **columns)


def windows(rows: Table, **kinds: tuple[Value, Value]) -> list[Changes]:
    """Windows of rows with `id` and `days`, by kind the first and the last day, both inside and cut to follow-up."""
    return [_window(rows, name, first, last) for name, (first, last) in kinds.items()]


def _window(rows: Table, name: str, first: Value, last: Value) -> Changes:
    cut = rows.select(
        "id",
        "days",
        first=ibis.greatest(first, 0),
        last=ibis.least(last, rows.days - 1),
        side=ibis.range(0, 2).unnest(),
    )
    cut = cut.filter(cut["first"] <= cut["last"])
    ends = cut.mutate(day=ibis.ifelse(cut.side == 0, cut["first"], cut["last"] + 1))
    return Changes(ends, {name: 1 - 2 * ends.side})
