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
    place, patient, value, analyte, day = (
        timeline.arranged("lab", of)
        for of in (facts.place, facts.patient, sheet.lab_values, facts.level("analyte"), timeline.day["lab"])
    )
    for name, used in USED.items():
        mine = np.flatnonzero((analyte == BY_NAME["analyte"].allowed.index(name)) & ~np.isnan(day) & ~np.isnan(value))
        opens = run_starts(patient[mine], day[mine])
        first = np.flatnonzero(opens)[np.cumsum(opens) - 1] if len(mine) else mine
        differs = mine[value[mine] != value[mine][first]]

        def say(text: str, _: int, name: str = name, used: str = used) -> tuple[str, str]:
            return (
                f"{name} {text} is not the only value of this patient and day, and they differ; {used}.",
                "Leave one value a day where the other is a mistake.",
            )

        findings.cells("warning", "same_day_values", sheet.table, "value", place[differs], say)
