"""How each factor splits a cohort: its infections, its days or its patients."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ivig_core.estimate.rates import splits
from ivig_core.persontime.baseline import baseline_levels
from ivig_core.spec import PATHOGENS, SITES, AnalysisSpec
from ivig_core.study.levels import igg_at_start, igg_before_ivig, levels
from ivig_core.study.rates.factors import BASELINE_HGG, GRADE_BANDS, IGG_BEFORE, INFECTION_FACTORS, STATE_FACTORS
from ivig_core.study.study import Study
from ivig_core.terms import label


def split_by(study: Study, spec: AnalysisSpec, factor: str) -> splits.Split:
    """The split of a factor of `factors`. Hypogammaglobulinemia is IgG below the highest cut-off of the spec.

    Raises `SpecError` for a baseline variable that the cohort does not have.
    """
    highest = spec.exposure.igg_cuts[-1]
    if factor in INFECTION_FACTORS:
        infections = study.infections(spec)
        return splits.by_infection(factor, study.time(spec), infections, infection_types(infections, factor))
    if factor == "hgg_days":
        return splits.by_igg_below(factor, highest, study.time(spec, ("igg",)))
    if factor == "nonprogressive_hgg_days":
        return splits.by_nonprogressive_igg_below(highest, study.time(spec, ("phase", "igg")))
    if factor == "time":
        return splits.by_time(study.time(spec, ("time",)))
    if factor in STATE_FACTORS:
        return splits.by_state(factor, study.time(spec, (factor,)))
    if factor == IGG_BEFORE:
        return igg_before(study, spec, spec.exposure.igg_cuts)
    return splits.by_patient(factor, study.time(spec), _patients(study, spec, factor))


def igg_before(study: Study, spec: AnalysisSpec, cuts: tuple[int, ...]) -> splits.Split:
    """The split of patients by IgG before the first dose, at `cuts` (mg/dL)."""
    return splits.by_igg_before(IGG_BEFORE, study.time(spec), igg_before_ivig(study, spec), cuts)


def _patients(study: Study, spec: AnalysisSpec, factor: str) -> pd.Categorical:
    """Level of each patient; numbers in the bands of the format, as the published tables have them."""
    if factor != BASELINE_HGG:
        levels(study, spec, factor)
        return baseline_levels(study.cohort(spec), factor, spec.exposure, banded=True)
    cut = spec.exposure.igg_cuts[-1]
    igg = igg_at_start(study, spec)
    code = np.where(np.isnan(igg), -1, igg >= cut)
    names = [label(f"igg_{side}_{cut}") for side in ("lt", "ge")]
    return pd.Categorical.from_codes(code, names).remove_unused_categories()


def infection_types(infections: pd.DataFrame, factor: str) -> pd.Categorical:
    """Type of each infection by grade band, pathogen or site; types that do not occur are no categories."""
    if factor == "grade":
        grade = infections["grade"].to_numpy(float)
        code = np.full(len(grade), -1)
        for number, (low, high) in enumerate(GRADE_BANDS.values()):
            code[(grade >= low) & (grade <= high)] = number
        types = pd.Categorical.from_codes(code, list(GRADE_BANDS))
    else:
        types = pd.Categorical(infections[factor], categories=PATHOGENS if factor == "pathogen" else SITES)
    return types.remove_unused_categories()
