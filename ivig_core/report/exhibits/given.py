"""Who was given IVIG: patients at the start with and without it."""

from __future__ import annotations

from collections.abc import Iterator

from ivig_core.figures.given.baseline import QUARTILES, baseline_words
from ivig_core.figures.given.words import finding
from ivig_core.figures.words import is_number
from ivig_core.report.content import Exhibit
from ivig_core.report.exhibits.texts import as_texts
from ivig_core.study.given.apart import FEWEST, most_apart
from ivig_core.study.given.baseline_table import GROUPS
from ivig_core.study.results import Results

GIVEN = "Who was given IVIG"
NOTHING = "Nothing is recorded of the patients at the start."
STANDARDISED = (
    "Std. difference: difference of the groups in standard deviations; above 0.10 they differ noticeably. Groups are "
    "formed by what happened later, and are described, not tested."
)


def baseline(results: Results, presentation: bool) -> Iterator[Exhibit]:
    """The baseline table of a paper, median with quartiles."""
    table = results.baseline
    if table.empty:
        yield Exhibit("baseline", GIVEN, "Who was given IVIG is not described", remarks=(NOTHING,))
        return
    sizes = table.drop_duplicates("group").set_index("group")["patients"]
    had, none = (sizes.get(name) for name in GROUPS)
    title = GIVEN
    if is_number(had) and is_number(none):
        variable = most_apart(table) if min(had, none) >= FEWEST else ""
        title = finding(had, had + none, variable)
    shown = as_texts(baseline_words(table, QUARTILES))
    yield Exhibit("baseline", GIVEN, title, table=shown, full=table, remarks=(STANDARDISED,))
