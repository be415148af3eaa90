"""Methods and results of an analysis as two paragraphs of a paper, with their sources."""

from __future__ import annotations

from collections.abc import Iterator

from ivig_core.figures.words import is_number
from ivig_core.report.content import Paragraphs
from ivig_core.report.words import rate_results, survival_results
from ivig_core.report.words.methods import done, methods
from ivig_core.report.words.references import Said, numbered
from ivig_core.study.results import Results


def paragraphs(results: Results) -> Paragraphs:
    """Both paragraphs, which follow the settings and the numbers of the results.

    Every setting that changes an analysis changes the methods; every number of the results stands in a table of
    `report.default.default_exhibits`, rounded as there. References are numbered in the order of mention.
    """
    (first, second), references = numbered(methods(results.analysis.spec, done(results)), _results(results))
    return Paragraphs(first, second, references)


def _results(results: Results) -> Iterator[Said]:
    yield from rate_results.cohort(results)
    patients = results.analysis.attrition["patients"].iloc[-4]
    if is_number(patients) and not patients:
        return
    for make in (
        rate_results.rates,
        rate_results.ratio,
        rate_results.first_dose,
        rate_results.sensitivity,
        rate_results.subgroups,
        survival_results.survival,
        survival_results.competing,
        survival_results.hazards,
    ):
        yield from make(results)
