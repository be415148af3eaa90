"""What a cohort can be looked at by: kinds of infections, states of days, baseline variables."""

from __future__ import annotations

from collections.abc import Collection

from ivig_core.errors import SpecError
from ivig_core.persontime.baseline import BASELINE_IGG, subgroup_columns
from ivig_core.spec import AnalysisSpec
from ivig_core.study.levels import own_left_out
from ivig_core.study.study import Study

INFECTION_FACTORS = ("grade", "pathogen", "site")
"""Kinds of infections: each row counts its own, in the same person-time."""
STATE_FACTORS = ("hgg_days", "phase", "nonprogressive_hgg_days", "igg", "season", "time", "prophylaxis")
"""States of days, which change within patients."""
BASELINE_HGG, IGG_BEFORE = "baseline_igg_below", "igg_before"
NOT_OF_PATIENTS = (*INFECTION_FACTORS, *STATE_FACTORS)
"""Factors that do not put a patient into one group for good."""
GRADE_BANDS = {"1-2": (1, 2), "3-5": (3, 5)}


def factors(study: Study, spec: AnalysisSpec) -> tuple[str, ...]:
    """Factors that this cohort can be looked at by, in the order of a forest plot."""
    baseline = study.once(
        "factors", spec.selection.where, spec.exposure,
        make=lambda: subgroup_columns(study.cohort(spec), spec.exposure),
    )  # fmt: skip
    hgg = (BASELINE_HGG,) if BASELINE_IGG in baseline else ()
    return (*NOT_OF_PATIENTS, IGG_BEFORE, *hgg, *baseline)


def listed_factors(study: Study, spec: AnalysisSpec, asked: Collection[str] = ()) -> tuple[str, ...]:
    """Factors of a table of all subgroups: every one but the own columns that `levels.own_left_out` names.

    Raises `SpecError` for one of `asked` that the cohort cannot be looked at by.
    """
    known = factors(study, spec)
    if unknown := [name for name in asked if name not in known]:
        raise SpecError("by", unknown[0], f"a subgroup of this cohort: {', '.join(known)}")
    left_out = own_left_out(study, spec, asked)
    return tuple(name for name in known if name not in left_out)
