"""The models of the rate ratio on against off IVIG: the self-controlled case series, and those beside it."""

from __future__ import annotations

from collections.abc import Hashable

import pandas as pd

from ivig_core.estimate.bias_reduced_fit import FIRTH
from ivig_core.estimate.rates.event_dependent import event_dependent as fit_event_dependent
from ivig_core.estimate.rates.gee import gee as fit_gee
from ivig_core.estimate.rates.harmonic import season_harmonic as fit_season_harmonic
from ivig_core.estimate.rates.recurrent import andersen_gill as fit_andersen_gill
from ivig_core.estimate.rates.recurrent import pwp as fit_pwp
from ivig_core.estimate.rates.sccs import sccs as fit_sccs
from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study

NOT_REDUCED = "not bias-reduced: only the case series is"


def sccs(study: Study, spec: AnalysisSpec) -> pd.DataFrame:
    """Incidence rate ratios within patients, the main comparison; see `estimate.rates.sccs.sccs`."""
    return study.once(
        "sccs", spec.selection, spec.exposure, spec.endpoint, spec.model,
        make=lambda: fit_sccs(study.time(spec), spec.model),
    )  # fmt: skip


def sccs_on_ivig(study: Study, spec: AnalysisSpec, axes: tuple[str, ...] = ()) -> pd.DataFrame:
    """As `sccs`, but of adjusters `status` and `note` alone, where only the ratio on IVIG is wanted.

    `axes`: what person-time is cut by besides the adjusters, which changes no result: rows with other adjusters of one
    spec then share one split.
    """
    if not spec.model.adjust_for:
        return sccs(study, spec)
    return study.once(
        "sccs_on_ivig", spec.selection, spec.exposure, spec.endpoint, spec.model,
        make=lambda: fit_sccs(study.time(spec, axes), spec.model, exposure_only=True),
    )  # fmt: skip


def season_harmonic(study: Study, spec: AnalysisSpec) -> pd.DataFrame:
    """The case series with season as a wave over the year; see `estimate.rates.harmonic.season_harmonic`."""
    return study.once(
        "season_harmonic", spec.selection, spec.exposure, spec.endpoint, spec.model,
        make=lambda: fit_season_harmonic(study.time(spec, ("half_month",)), spec.model),
    )  # fmt: skip


def gee(study: Study, spec: AnalysisSpec) -> pd.DataFrame:
    """Rate ratios by Poisson regression with patients as clusters; see `estimate.rates.gee.gee`."""
    return _noted(spec, study.once("gee", *_parts(spec), make=lambda: fit_gee(study.time(spec), spec.model)))


def andersen_gill(study: Study, spec: AnalysisSpec) -> pd.DataFrame:
    """Hazard ratios of recurrent infections; see `estimate.rates.recurrent.andersen_gill`."""
    table = study.once(
        "andersen_gill", *_parts(spec),
        make=lambda: fit_andersen_gill(study.time(spec), study.infections(spec), spec.model),
    )  # fmt: skip
    return _noted(spec, table)


def pwp(study: Study, spec: AnalysisSpec) -> pd.DataFrame:
    """Hazard ratios of recurrent infections, clock since the last one; see `estimate.rates.recurrent.pwp`."""
    table = study.once(
        "pwp", *_parts(spec),
        make=lambda: fit_pwp(study.time(spec), study.infections(spec), spec.model),
    )  # fmt: skip
    return _noted(spec, table)


def event_dependent(study: Study, spec: AnalysisSpec) -> pd.DataFrame:
    """The rate ratio on IVIG where infections bring IVIG on; see `estimate.rates.event_dependent.event_dependent`."""
    return study.once(
        "event_dependent", *_parts(spec),
        make=lambda: fit_event_dependent(study.time(spec, ("time",)), study.infections(spec), spec.model),
    )  # fmt: skip


def _noted(spec: AnalysisSpec, table: pd.DataFrame) -> pd.DataFrame:
    """These models have a robust interval of their own whatever is set; that they are not bias-reduced is said."""
    if spec.model.ci_method != FIRTH:
        return table
    notes = [f"{note}; {NOT_REDUCED}" if note else NOT_REDUCED for note in table["note"]]
    return table.assign(note=notes)


def _parts(spec: AnalysisSpec) -> tuple[Hashable, ...]:
    """What these models depend on: intervals of ratios and rates are no matter to them."""
    return spec.selection, spec.exposure, spec.endpoint, spec.model.population, spec.model.adjust_for
