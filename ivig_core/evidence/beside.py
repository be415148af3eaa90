"""The cohort's own estimate beside a published ratio, as its study defined it; or the reason why there is none."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import cache

from ivig_core.cohort.cohort import Cohort
from ivig_core.errors import EstimationError
from ivig_core.evidence.comparisons import COMPARISONS
from ivig_core.evidence.first_ivig import SUPPLEMENT, TABLE_1, factor_of
from ivig_core.evidence.groups import IVIG, Groups
from ivig_core.evidence.measured import Measured
from ivig_core.evidence.measures import first_ivig, ratios
from ivig_core.evidence.quantity import Measure
from ivig_core.evidence.statement import BACTERIAL, GIVEN, VIRAL, Statement
from ivig_core.evidence.statements import statements
from ivig_core.evidence.table import Result, find
from ivig_core.samples import samples
from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study

WITHIN_ONLY = "within patients alone; the paper also compares between them"
CONFIRMED = "confirmed infections, without mixed ones"
NOT_HERE = {
    "frerichs2024": "who was to have IVIG from the start is a policy that a cohort file does not record; groups formed "
    "afterwards would carry immortal time",
    "massgeneral2025": "infections that lead to IVIG lie before its start, so this program does not compare the months "
    "before and after it",
    "mrdr2024": "the abstract does not name the adjusters, and follow-up here begins at a therapy, not at diagnosis",
}
"""Why a ratio of a study is not estimated in any cohort."""
NO_MODEL = "the text does not name the model"


@dataclass(frozen=True)
class Own:
    """What the cohort gives for a published ratio: `measured`, or None with the `reason`. `note`: how it was made."""

    measured: Measured | None
    reason: str = ""
    note: str = ""


def own(study: Study, spec: AnalysisSpec, statement: Statement) -> Own:
    """The ratio of the patients that a spec selects, by the definitions of the paper, whatever else the spec says.

    None for a study that the synthetic cohort was made to resemble. Remembered by the study.
    """
    if statement.result.study_id == resembles(study.full):
        return Own(None, made_to_resemble(statement))
    who = known(spec)
    groups = study.once("evidence_groups", *who, make=lambda: Groups(study.cohort(spec)))
    return study.once("evidence_own", statement.key, *who, make=lambda: _own(groups, statement))


def known(spec: AnalysisSpec) -> tuple[Hashable, ...]:
    """Everything of a spec that these estimates depend on."""
    return spec.selection.where, spec.exposure.igg_blank_heavy_chain


def resembles(cohort: Cohort) -> str:
    """The study that a synthetic cohort was made to resemble (its id), empty for all others.

    Samples and simulated cohorts carry the title of their model as their name.
    """
    if not cohort.synthetic:
        return ""
    models = {item.study: item.study_id for item in COMPARISONS}
    titles = {sample.title: models.get(sample.slug, "") for sample in samples()}
    return titles.get(cohort.name, "")


def made_to_resemble(statement: Statement) -> str:
    """Why nothing of the cohort stands beside a study."""
    return f"these synthetic patients were made to resemble {statement.source.name}: their ratio would confirm nothing"


def _own(groups: Groups, statement: Statement) -> Own:
    measure, note = _measure(statement)
    if measure is None:
        return Own(None, note)
    try:
        found = measure(groups)
    except EstimationError as reason:
        return Own(None, str(reason))
    return Own(found, note="; ".join(text for text in (note, found.remark) if text))


def _measure(statement: Statement) -> tuple[Measure | None, str]:
    """How a ratio is estimated in a cohort, with a note; None with the reason where it is not."""
    row = statement.result
    if row.study_id in NOT_HERE:
        return None, NOT_HERE[row.study_id]
    if statement.question == GIVEN:
        return _of_first_ivig(row)
    if row.study_id == "lancman2023":
        return ratios.ratio(IVIG, min_grade=3), WITHIN_ONLY
    if statement.endpoint in (BACTERIAL, VIRAL):
        return ratios.ratio(IVIG, pathogens=statement.endpoint.split()[0]), CONFIRMED
    return _compared()[row]


@cache
def _compared() -> dict[Result, tuple[Measure, str]]:
    """What is compared with each study, by the published number."""
    return {
        find(item.lookup): (item.measure, item.note)
        for comparison in COMPARISONS
        for item in comparison.quantities
        if item.lookup is not None
    }


def _of_first_ivig(row: Result) -> tuple[Measure | None, str]:
    if row.source_location not in (TABLE_1, SUPPLEMENT):
        return None, NO_MODEL
    factor = factor_of(row.subgroup, row.exposed, row.source_location)
    if not factor.variable:
        return None, factor.note
    if row.source_location == TABLE_1:
        return first_ivig.alone(factor), factor.note
    others = [item.result for item in statements(GIVEN) if item.result.source_location == SUPPLEMENT]
    every = [factor_of(other.subgroup, other.exposed, other.source_location) for other in others]
    return first_ivig.together(factor, every), factor.note


Tick = Callable[[float], None]
"""Told how much is done, 0 to 1."""


def owns(
    study: Study, spec: AnalysisSpec, shown: tuple[Statement, ...], tick: Tick | None = None
) -> dict[str, Own]:  # fmt: skip
    """`own` of each ratio that is shown, by its key; nothing else is computed."""
    found = {}
    for done, statement in enumerate(shown, start=1):
        found[statement.key] = own(study, spec, statement)
        if tick is not None:
            tick(done / len(shown))
    return found
