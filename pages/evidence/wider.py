"""An opinion, the wider evidence, and every source with what of it was read."""

from __future__ import annotations

from ivig_core.evidence.sources import SOURCES
from ivig_core.evidence.wider import POSITIONS
from ivig_core.figures.evidence.tables import read_of, sources_table
from pages.shell import exhibit, say

NO_DOI = "A doi is given where the source names one."


def show() -> None:
    """Two positions in a paragraph each, then the studies."""
    for item in POSITIONS:
        say.strong(item.heading)
        for sentence in item.sentences:
            say.line(sentence)
        say.small(f"{item.reference} ({item.kind}).")
    say.strong("The studies")
    say.points(
        [
            (f"{source.name} ({read_of(source)}).", f"{source.reference}. {source.group}: {source.design}.")
            for source in SOURCES
        ]
    )
    exhibit.download("published_sources", sources_table(SOURCES))
    say.small(NO_DOI)
