"""Methods and results of an analysis as two paragraphs of a paper, with their sources."""

from __future__ import annotations

from ivig_core.figures.words import is_number
from ivig_core.report.content import Paragraphs
from ivig_core.report.words import rate_results, survival_results
from ivig_core.report.words.methods import done, methods
from ivig_core.report.words.references import Said, numbered
from ivig_core.study.results import Results

EMPTY_LINE = "\n\n"
RESULTS = (
    (rate_results.cohort, rate_results.rates),
    (rate_results.ratio, rate_results.first_dose, rate_results.sensitivity, rate_results.subgroups),
    (survival_results.survival, survival_results.competing, survival_results.hazards),
)
"""What is told together: who and how often; the ratio; survival."""


def paragraphs(results: Results) -> Paragraphs:
    """Methods and results, which follow the settings and the numbers of the results; an empty line between parts.

    Every setting that changes an analysis changes the methods; every number of the results stands in a table of
    `report.default.default_exhibits`, rounded as there. References are numbered in the order of mention.
    """
    first = methods(results.analysis.spec, done(results))
    texts, references = numbered(*first, *_results(results))
    return Paragraphs(EMPTY_LINE.join(texts[: len(first)]), EMPTY_LINE.join(texts[len(first) :]), references)


def _results(results: Results) -> list[list[Said]]:
    patients = results.analysis.attrition["patients"].iloc[-4]
    told = RESULTS[:1] if is_number(patients) and not patients else RESULTS
    parts = [[said for make in part for said in make(results)] for part in told]
    return [part for part in parts if part]
