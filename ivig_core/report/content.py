"""What a report says, before it is a presentation, a page or a document: the same content for all of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd
import plotly.graph_objects as go

from ivig_core.figures.theme import SYNTHETIC, alt_text
from ivig_core.spec import AnalysisSpec
from ivig_core.spec.protocol import Protocol

NOT_ADVICE = "Retrospective cohort; not treatment advice"


@dataclass(frozen=True, eq=False)
class Exhibit:
    """A figure, a table, or a figure with its table.

    `key`: what it is called in names of files. `section`: the page that it is from. `title`: the finding, one sentence.
    `table`: as it is read, every cell text; `full`: the same with its numbers, for other programs. `remarks`: sentences
    that belong beneath it. Figures are not stamped here: whoever draws them does, where the report is `synthetic`.
    """

    key: str
    section: str
    title: str
    figure: go.Figure | None = None
    table: pd.DataFrame | None = None
    full: pd.DataFrame | None = None
    remarks: tuple[str, ...] = ()

    @property
    def alt(self) -> str:
        """The figure in a sentence, for whoever does not see it; the title where there is no figure."""
        return (alt_text(self.figure) if self.figure is not None else "") or self.title


@dataclass(frozen=True)
class Paragraphs:
    """Methods and results as a paper has them, their parts apart by an empty line; `references` in the order in which
    these name them, not yet numbered."""

    methods: str
    results: str
    references: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Report:
    """Everything that leaves the room, in order.

    `settings`: the analysis in one sentence. `notes`: what the writer added, for whoever speaks. `shared`: the sentence
    that says how small numbers were hidden; empty where counts are exact. `checklist`: what a paper on this cohort has
    to report (`words.checklist`), for documents that have room for it. `protocol`: what the user's study had fixed.
    """

    title: str
    cohort: str
    spec: AnalysisSpec
    settings: str
    exhibits: tuple[Exhibit, ...]
    words: Paragraphs
    day: date
    hospital: str = ""
    notes: str = ""
    synthetic: bool = False
    shared: str = ""
    checklist: pd.DataFrame | None = None
    protocol: Protocol | None = None

    @property
    def foot(self) -> str:
        """What stands on every slide and page."""
        stamp = f"{SYNTHETIC} data" if self.synthetic else ""
        return " · ".join(text for text in (stamp, NOT_ADVICE, self.hospital, f"{self.day:%Y-%m-%d}") if text)
