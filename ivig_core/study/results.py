"""Everything that a report shows of one analysis: the tables alone, so that share mode can pass over all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

import pandas as pd

from ivig_core.errors import EstimationError
from ivig_core.estimate.survival.competing_beside import Competing
from ivig_core.spec import AnalysisSpec
from ivig_core.spec.protocol import Protocol
from ivig_core.study.analysis import Analysis, analyse
from ivig_core.study.given.baseline_table import baseline_table
from ivig_core.study.overview.headline import Headline, headline
from ivig_core.study.overview.key_rows import named_rows
from ivig_core.study.protocol.fit import NO_FIT, Fit, fit
from ivig_core.study.rates.intervals_in_force import as_shown
from ivig_core.study.rates.multiplicity import NO_TESTS, families
from ivig_core.study.study import Study
from ivig_core.study.survival.beside_death import BesideDeath, beside_death
from ivig_core.study.survival.numbers import competing_death
from ivig_core.study.trust.checks.around_first_dose import around_first_dose
from ivig_core.study.trust.doubts import doubts
from ivig_core.study.trust.sensitivity import sensitivity
from ivig_core.terms import MODELS

Found = TypeVar("Found")


@dataclass(frozen=True, eq=False)
class Results:
    """Tables of one analysis. No row is about one patient, and no field leads back to the cohort.

    `analysis`: what `ivig analyze` prints, with rate ratios that have the headline's kind of interval. `headline`,
    `named`, `sensitivity`, `baseline`: the tables of the functions of these names. `around`: infections by day since
    the first dose (`checks.around_first_dose`). `competing`: infection with death competing, and `beside_death` the
    tests and ratios of the groups; None for an event that death does not compete with. `doubts`: sentences why the
    ratio could be wrong, the weightiest first. `tests`: every factor with its p, also adjusted (`rates.multiplicity`).
    `protocol`: what the user's study had fixed; `prespecified`: how its subgroups fit the cohort.
    """

    name: str
    synthetic: bool
    analysis: Analysis
    headline: Headline
    named: pd.DataFrame
    tests: pd.DataFrame
    sensitivity: pd.DataFrame
    around: pd.DataFrame
    competing: Competing | None
    beside_death: BesideDeath | None
    baseline: pd.DataFrame
    doubts: tuple[str, ...]
    protocol: Protocol | None = None
    prespecified: Fit = NO_FIT


def results(study: Study, spec: AnalysisSpec, protocol: Protocol | None = None) -> Results:
    """The tables of a report; an estimator that fails leaves rows or notes that say why."""
    head, found, named = headline(study, spec), fit(study, spec, protocol), named_rows(study, spec)
    analysis, now = analyse(study, spec, by=found.known), as_shown(study, spec)
    if now is not spec:
        analysis = replace(analysis, irr=analyse(study, now, MODELS).irr)
    return Results(
        name=study.full.name,
        synthetic=study.full.synthetic,
        analysis=analysis,
        headline=head,
        named=named,
        tests=families(analysis.forest, named, found.known) if analysis.forest is not None else NO_TESTS,
        sensitivity=sensitivity(study, spec),
        around=around_first_dose(study, spec),
        competing=_where_death_competes(competing_death, study, spec),
        beside_death=_where_death_competes(beside_death, study, spec),
        baseline=baseline_table(study, spec),
        doubts=tuple(doubts(study, spec, head)),
        protocol=protocol,
        prespecified=found,
    )


def _where_death_competes(
    make: Callable[[Study, AnalysisSpec], Found], study: Study, spec: AnalysisSpec
) -> Found | None:
    try:
        return make(study, spec)
    except EstimationError:
        return None
