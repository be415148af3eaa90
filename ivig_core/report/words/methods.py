"""The methods paragraph: every setting that changes the analysis changes a sentence of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import ivig_core
from ivig_core.report.words import cohort_methods, rate_methods, survival_methods
from ivig_core.report.words.references import Said
from ivig_core.spec import AnalysisSpec
from ivig_core.spec.protocol import Protocol
from ivig_core.study.overview.headline import HAS_BOUND
from ivig_core.study.rates.intervals_in_force import ROBUST
from ivig_core.study.results import Results
from ivig_core.study.trust.rows.variant import EVENT_DEPENDENT
from ivig_core.terms import MODELS


@dataclass(frozen=True)
class Done:
    """Which analyses were made of a cohort: what was not made is not described. `robust`: intervals are robust ones
    because infections were found to bring infections."""

    synthetic: bool = False
    models: tuple[str, ...] = tuple(MODELS)
    event_dependent: bool = True
    survival: bool = True
    competing: bool = True
    beside_death: bool = True
    landmark: bool = True
    hazards: bool = True
    protocol: Protocol | None = None
    prespecified: tuple[str, ...] = ()
    robust: bool = False


def done(results: Results) -> Done:
    """What was made of these results."""
    analysis, rows = results.analysis, results.sensitivity
    cox = analysis.cox
    models = set(cox["model"]) if cox is not None and len(cox) else set()
    mine = rows[(rows["model"] == EVENT_DEPENDENT).to_numpy(bool)] if len(rows) else rows
    survival = analysis.survival is not None and not analysis.survival.km.curves.empty
    return Done(
        synthetic=results.synthetic,
        models=tuple(dict.fromkeys(analysis.irr["model"])) if analysis.irr is not None else (),
        event_dependent=bool(len(mine) and mine["status"].isin(HAS_BOUND).any()),
        survival=survival,
        competing=results.competing is not None and not results.competing.curves.empty,
        beside_death=results.beside_death is not None and not results.beside_death.rows.empty,
        landmark="landmark" in models,
        hazards=survival and "time_varying" in models,
        protocol=results.protocol,
        prespecified=results.prespecified.known,
        robust=results.headline.robust,
    )


def methods(spec: AnalysisSpec, made: Done) -> tuple[list[Said], ...]:
    """The sentences in the order of a paper: patients, exposure and outcome; rates and ratios; survival."""
    parts = _cohort(spec, made), _rates(spec, made), _survival(spec, made)
    return tuple(sentences for part in parts if (sentences := list(part)))


def _cohort(spec: AnalysisSpec, made: Done) -> Iterator[Said]:
    yield from cohort_methods.patients(spec, made.synthetic)
    yield from cohort_methods.exposure(spec)
    yield from cohort_methods.outcome(spec.endpoint)


def _rates(spec: AnalysisSpec, made: Done) -> Iterator[Said]:
    yield from rate_methods.fixed(spec, made.protocol)
    yield from rate_methods.rates(spec)
    if "sccs" in made.models:
        yield from rate_methods.ratio(spec, made.robust)
        yield from rate_methods.subgroups(made.prespecified, made.robust or spec.model.ci_method == ROBUST)
        yield cohort_methods.igg(spec.exposure)
    yield from rate_methods.across(made.models)
    yield from rate_methods.sensitivity(spec, made.event_dependent)
    yield Said(f"Analyses were made with ivig-infections {ivig_core.__version__}.")


def _survival(spec: AnalysisSpec, made: Done) -> Iterator[Said]:
    if made.survival:
        yield from survival_methods.curves(spec.survival)
    if made.competing:
        yield from survival_methods.competing(spec.survival, made.beside_death)
    if made.hazards:
        yield survival_methods.hazards(made.landmark, spec.survival)
