"""The headline ratio calibrated by negative controls, or why that cannot be done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ivig_core.estimate.trust.empirical_null import FEWEST, LARGEST, Calibrated, Error, calibrate, systematic_error
from ivig_core.numbers import OK
from ivig_core.spec import PATHOGENS, SITES, AnalysisSpec
from ivig_core.study.rates.models import sccs
from ivig_core.study.study import Study
from ivig_core.study.trust.checks.negative_control import UNFIT, Control, control_rows, infections_of
from ivig_core.terms import ON

SHARED = 0.1
"""Share of infections that may belong to two controls: the calibration takes controls to be independent."""
LEFT = [name.replace("_", " ") for name in (*PATHOGENS, *SITES) if name not in UNFIT]
FEW = (
    "The file tells five pathogens and seven sites apart, and IVIG is given against bacterial, respiratory and "
    f"bloodstream infections; that leaves {', '.join(LEFT[:-1])} and {LEFT[-1]}, of which few cohorts have enough on "
    "both sides. With fewer than five, the spread of the error cannot be told from chance."
)


@dataclass(frozen=True)
class Calibration:
    """`reason`: why there is none, a sentence; else `error` of the `controls` (their names), the headline `irr` with
    its limits and p as it is, and `calibrated`. `counted`: infections of the headline that are also infections of a
    control, of `infections`."""

    reason: str = ""
    controls: tuple[str, ...] = ()
    irr: float = np.nan
    ci_low: float = np.nan
    ci_high: float = np.nan
    p_value: float = np.nan
    counted: int = 0
    infections: int = 0
    error: Error | None = None
    calibrated: Calibrated | None = None


def calibration(study: Study, spec: AnalysisSpec, controls: Sequence[Control]) -> Calibration:
    """The ratio on IVIG as set, calibrated by the controls that fit and have a ratio (`estimate.trust.empirical_null`).

    Needs five of them that hardly share infections, and a headline ratio.
    """
    rows = control_rows(study, spec, controls)
    size = rows["log_irr"].astype(float).abs()
    usable = (rows["fits"] & (rows["status"] == OK) & (size <= LARGEST)).to_numpy(bool)
    if usable.sum() < FEWEST:
        return Calibration(f"It cannot be calibrated: {FEWEST} controls with a ratio are needed, {usable.sum()} "
                           f"{'has' if usable.sum() == 1 else 'have'} one. {FEW}")  # fmt: skip
    chosen = [control for control, use in zip(controls, usable, strict=True) if use]
    members = np.concatenate([infections_of(study, spec, control) for control in chosen])
    different = np.unique(members)
    twice = len(members) - len(different)
    if twice > SHARED * len(different):
        return Calibration(
            f"It cannot be calibrated: {twice:,} of {len(different):,} infections belong to more "
            "than one control, as a pathogen and as a site. Choose controls that hardly share any."
        )
    head = sccs(study, spec.change(window_cuts=())).set_index("term").loc[ON]
    if head["status"] != OK:
        return Calibration(f"It cannot be calibrated: there is no ratio to calibrate ({head['note']}).")
    error = systematic_error(*(rows.loc[usable, name].to_numpy(float) for name in ("log_irr", "se")))
    own = study.infections(spec).index.to_numpy()
    return Calibration(
        controls=tuple(rows.loc[usable, "control"]),
        irr=float(head["irr"]),
        ci_low=float(head["ci_low"]),
        ci_high=float(head["ci_high"]),
        p_value=float(head["p_value"]),
        counted=int(np.isin(own, different).sum()),
        infections=len(own),
        error=error,
        calibrated=calibrate(error, float(head["log_irr"]), float(head["se"])),
    )
