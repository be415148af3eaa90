"""Methods and results of an analysis as two paragraphs of a paper, with their sources."""

from __future__ import annotations

from ivig_core.figures.overview.headline_words import answer_lines
from ivig_core.report.content import Paragraphs
from ivig_core.study.describe import sentence
from ivig_core.study.results import Results


def paragraphs(results: Results) -> Paragraphs:
    """Both paragraphs; they follow the settings and the numbers of the results."""
    return Paragraphs(sentence(results.analysis.spec), " ".join(answer_lines(results.headline)))
