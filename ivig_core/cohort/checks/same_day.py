"""Laboratory values of one patient and day that differ: which of them is used never depends on the order of rows."""

from __future__ import annotations

import numpy as np

from ivig_core.cohort.checks.followup import Timeline
from ivig_core.cohort.columns import BY_NAME
from ivig_core.cohort.problems import Findings
from ivig_core.cohort.reading.facts import Sheet
from ivig_core.runs import run_starts

USED = {"igg": "the lowest of the day is used", "m_spike": "the highest of the day is used"}
"""Both leave the lower functional IgG; other analytes are drawn, all of them, and enter no number."""


def check_same_day(sheet: Sheet, timeline: Timeline, findings: Findings) -> None:
    """A warning on every IgG or M-spike beyond the first of its patient and day that has another value."""
    facts = sheet.facts["lab"]
    analyte, values, days = facts.level("analyte"), sheet.lab_values, timeline.day["lab"]
    order = timeline.order["lab"]
    known = ~np.isnan(days) & ~np.isnan(values)
    for name, used in USED.items():
        wanted = known & (analyte == BY_NAME["analyte"].allowed.index(name))
        mine = np.flatnonzero(wanted) if order is None else order[wanted[order]]
        opens = run_starts(facts.patient[mine], days[mine])
        first = np.flatnonzero(opens)[np.cumsum(opens) - 1] if len(mine) else mine
        value = values[mine]
        differs = mine[value != value[first]]

        def say(text: str, _: int, name: str = name, used: str = used) -> tuple[str, str]:
            return (
                f"{name} {text} is not the only value of this patient and day, and they differ; {used}.",
                "Leave one value a day where the other is a mistake.",
            )

        findings.cells("warning", "same_day_values", sheet.table, "value", facts.place[differs], say)
