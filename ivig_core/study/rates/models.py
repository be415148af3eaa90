"""The other models of the rate ratio beside the self-controlled case series, each computed once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ivig_core.spec import AnalysisSpec

if TYPE_CHECKING:
    from ivig_core.study.study import Study


def gee(study: Study, spec: AnalysisSpec) -> pd.DataFrame:
    """Rate ratios by Poisson regression with patients as clusters; see `estimate.gee.gee`."""
    from ivig_core.estimate.rates.gee import gee

    return study.once("gee", *_parts(spec), make=lambda: gee(study.time(spec), spec.model))


def andersen_gill(study: Study, spec: AnalysisSpec) -> pd.DataFrame:
    """Hazard ratios of recurrent infections; see `estimate.recurrent.andersen_gill`."""
    from ivig_core.estimate.rates.recurrent import andersen_gill

    return study.once(
        "andersen_gill", *_parts(spec),
        make=lambda: andersen_gill(study.time(spec), study.infections(spec), spec.model),
    )  # fmt: skip


def pwp(study: Study, spec: AnalysisSpec) -> pd.DataFrame:
    """Hazard ratios of recurrent infections, clock since the last one; see `estimate.recurrent.pwp`."""
    from ivig_core.estimate.rates.recurrent import pwp

    return study.once(
        "pwp", *_parts(spec),
        make=lambda: pwp(study.time(spec), study.infections(spec), spec.model),
    )  # fmt: skip


def event_dependent(study: Study, spec: AnalysisSpec) -> pd.DataFrame:
    """The rate ratio on IVIG where infections bring IVIG on; see `estimate.event_dependent.event_dependent`."""
    from ivig_core.estimate.rates.event_dependent import event_dependent

    return study.once(
        "event_dependent", *_parts(spec),
        make=lambda: event_dependent(study.time(spec, ("time",)), study.infections(spec), spec.model),
    )  # fmt: skip


def _parts(spec: AnalysisSpec) -> tuple[object, ...]:
    """What the models depend on: intervals of ratios and rates are no matter to them."""
    return spec.selection, spec.exposure, spec.endpoint, spec.model.population, spec.model.adjust_for
