"""Days of unknown IgG: how many there are, and what the ratios would be if all of them were low, or none."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from ivig_core.estimate.igg.exposure import igg_below
from ivig_core.estimate.igg.unknown import HIGH as HIGH
from ivig_core.estimate.igg.unknown import LOW as LOW
from ivig_core.estimate.igg.unknown import unknown_as, unknown_days
from ivig_core.persontime.split import PersonTime
from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study
from ivig_core.terms import REFERENCE

LEFT_OUT = "left_out"
"""Unknown days left out, as everywhere else."""


@dataclass(frozen=True)
class UnknownIgg:
    """Person-days on which functional IgG is not known, of all, and the infections on them, of all."""

    days: int
    all_days: int
    infections: int
    all_infections: int


def igg_unknown(study: Study, spec: AnalysisSpec) -> UnknownIgg:
    """How much of the person-time of a spec no row by the IgG of the day has."""
    time = study.time(spec, ("igg",))
    blank = unknown_days(time)
    sums = (int(time.table.loc[rows, name].sum()) for name in ("days", "infections") for rows in (blank, slice(None)))
    return UnknownIgg(*sums)


def bounds_by_igg(study: Study, spec: AnalysisSpec, *, treated: bool = False) -> pd.DataFrame:
    """Rate ratios of days below each cut-off, as `levels.ratios_by_igg` has them, for three views of unknown days.

    `unknown`: "left_out" as there, "low" as days below every cut-off, "high" as days from the highest on. Columns of
    `estimate.igg.exposure.IGG_RATIO_COLUMNS` after `unknown`; cut-offs highest first, unadjusted before adjusted. Not
    the extremes of what could be: unknown days that are low just where there are infections would move a ratio further.
    """
    return study.once(
        "igg_bounds", spec.selection, spec.exposure, spec.endpoint, spec.model, treated,
        make=lambda: _bounds(study, spec.change(window_cuts=()), treated),
    )  # fmt: skip


def _bounds(study: Study, spec: AnalysisSpec, treated: bool) -> pd.DataFrame:
    time = study.time(spec, ("igg",))
    if treated:
        time = replace(time, table=time.table[(time.table["state"] != REFERENCE).to_numpy(bool)])
    views: dict[str, PersonTime] = {
        LEFT_OUT: time,
        **{side: unknown_as(time, side) for side in (LOW, HIGH)},
    }
    parts = [
        igg_below(as_if, cut, spec.model, adjusted=adjusted).assign(unknown=name)
        for adjusted in (False, True)
        for cut in reversed(spec.exposure.igg_cuts)
        for name, as_if in views.items()
    ]
    return pd.concat(parts, ignore_index=True)
