"""What is published, for a report: the forest with the cohort's own beside it, and the 2024 study counted twice."""

from __future__ import annotations

from ivig_core.evidence.beside import owns, resembles
from ivig_core.evidence.immortal import finding as immortal_finding
from ivig_core.evidence.pooling import alike, why_none
from ivig_core.evidence.sources import BY_ID
from ivig_core.evidence.statement import IVIG
from ivig_core.evidence.statements import statements
from ivig_core.figures.evidence.forest import published_forest
from ivig_core.figures.evidence.tables import for_slides, immortal_table, in_full
from ivig_core.figures.evidence.words import NOT_A_REVIEW, finding, summary_sentence
from ivig_core.report.content import Exhibit
from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study

EVIDENCE = "Published evidence"
ABSTRACT = "Cheruvalath 2024, meeting abstract, as printed; not randomised."
AS_PAPERS = "This cohort: its chosen patients, analysed as each paper did as far as it says."


def evidence_exhibits(study: Study | None, spec: AnalysisSpec, *, presentation: bool = True) -> tuple[Exhibit, ...]:
    """The main ratios on against off IVIG as a forest with its table, and what immortal time did to one study.

    `study`: the cohort whose own ratios stand beside the published ones, for the patients that `spec` selects. None,
    or nobody selected: what is published alone. So in share mode, where a ratio of few patients is not to be shown.
    """
    shown = tuple(item for item in statements(IVIG) if item.main and item.numbers)
    beside = study if study is not None and len(study.cohort(spec)) else None
    found = owns(beside, spec, shown) if beside is not None else {}
    sets = alike(shown)
    remarks = [text for item in sets if (text := summary_sentence(item))] or [why_none(sets)]
    remarks += [f"{item.source.name}: {item.remark}." for item in shown if item.remark]
    remarks.append(NOT_A_REVIEW)
    if beside is not None:
        remarks.append(AS_PAPERS)
        if name := resembles(beside.full):
            remarks.append(
                f"The cohort was made to resemble {BY_ID[name].name}: nothing of it stands beside that study."
            )
    return (
        Exhibit(
            key="published_evidence", section=EVIDENCE, title=finding(shown),
            figure=published_forest(shown, found, sets, presentation=presentation, compact=True),
            table=for_slides(shown, found), full=in_full(shown, found), remarks=tuple(remarks),
        ),
        Exhibit(
            key="published_immortal", section=EVIDENCE, title=immortal_finding(), table=immortal_table(),
            full=immortal_table(), remarks=(ABSTRACT,),
        ),
    )  # fmt: skip
