"""Where the numbers of the 2026 study are printed, and its two groups."""

from __future__ import annotations

from ivig_core.evidence.groups import IVIG, REFERENCE
from ivig_core.evidence.table import Lookup

STUDY_ID = "lancman2026"
PATIENTS_TEXT = "Results, Part one, Patient characteristics"
INFECTIONS_TEXT = "Results, Part one, Infections"
IGG_TEXT = "Results, Part one, Hypogammaglobulinemia"
IVIG_TEXT = "Results, Intravenous Immunoglobulin"
PART_TWO = "Results, Part two*"
TABLE_1, TABLE_2 = "Table 1", "Table 2"

GROUPS = ((IVIG, "ivig_group", "IVIG"), (REFERENCE, "reference_group", "reference"))
"""Group of the cohort, its name in the published numbers, and what it is called in a label."""


def at(endpoint: str, exposed: str, measure: str, source_location: str, **more: str) -> Lookup:
    """A number of this study."""
    return Lookup(STUDY_ID, endpoint, exposed=exposed, measure=measure, source_location=source_location, **more)
