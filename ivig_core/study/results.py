"""Everything that a report shows of one analysis: the tables alone, so that share mode can pass over all of them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from ivig_core.errors import EstimationError
from ivig_core.estimate.survival.competing_beside import Competing
from ivig_core.spec import AnalysisSpec
from ivig_core.study.analysis import Analysis, analyse
from ivig_core.study.given.baseline_table import baseline_table
from ivig_core.study.overview.headline import Headline, headline
from ivig_core.study.overview.key_rows import prespecified_rows
from ivig_core.study.rates.intervals_in_force import as_shown
from ivig_core.study.study import Study
from ivig_core.study.survival.numbers import competing_death
from ivig_core.study.trust.checks.around_first_dose import around_first_dose
from ivig_core.study.trust.doubts import doubts
from ivig_core.study.trust.sensitivity import sensitivity
from ivig_core.terms import MODELS


@dataclass(frozen=True, eq=False)
class Results:
    """Tables of one analysis. No row is about one patient, and no field leads back to the cohort.

    `analysis`: what `ivig analyze` prints, with rate ratios that have the headline's kind of interval. `headline`,
    `prespecified`, `sensitivity`, `baseline`: the tables of the functions of these names. `around`: infections by day
    since the first dose (`checks.around_first_dose`). `competing`: infection with death competing, None for an event
    that death does not compete with. `doubts`: sentences why the ratio could be wrong, the weightiest first.
    """

    name: str
    synthetic: bool
    analysis: Analysis
    headline: Headline
    prespecified: pd.DataFrame
    sensitivity: pd.DataFrame
    around: pd.DataFrame
    competing: Competing | None
    baseline: pd.DataFrame
    doubts: tuple[str, ...]


def results(study: Study, spec: AnalysisSpec) -> Results:
    """The tables of a report; an estimator that fails leaves rows or notes that say why."""
    head, now = headline(study, spec), as_shown(study, spec)
    analysis = analyse(study, spec)
    return Results(
        name=study.full.name,
        synthetic=study.full.synthetic,
        analysis=analysis if now is spec else replace(analysis, irr=analyse(study, now, MODELS).irr),
        headline=head,
        prespecified=prespecified_rows(study, spec),
        sensitivity=sensitivity(study, spec),
        around=around_first_dose(study, spec),
        competing=_competing(study, spec),
        baseline=baseline_table(study, spec),
        doubts=tuple(doubts(study, spec, head)),
    )


def _competing(study: Study, spec: AnalysisSpec) -> Competing | None:
    try:
        return competing_death(study, spec)
    except EstimationError:
        return None
