"""Which rows of a specification curve a check speaks against, and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ivig_core.numbers import percent, ratio
from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study
from ivig_core.study.trust.checks import around_first_dose, dose_gaps, exposure_over_time
from ivig_core.study.trust.checks.poisson_ratio import RateRatio, rate_ratio
from ivig_core.study.trust.checks.verdict import PROBLEM
from ivig_core.study.whatif.curve.choices import base_of
from ivig_core.study.whatif.curve.curve import Curve
from ivig_core.terms import ON

WEEK = 7
"""Days after the dose day that it is compared with."""


@dataclass(frozen=True, eq=False)
class Against:
    """`name` of what speaks against some rows, the `reason` in a sentence and in few words (`short`), and which `rows`
    these are (bool)."""

    name: str
    short: str
    reason: str
    rows: np.ndarray


def against(study: Study, spec: AnalysisSpec, curve: Curve) -> tuple[Against, ...]:
    """What the checks of *Can we trust it?* say of the choices of a curve, under the settings in force.

    Rows that count days before the first dose in which infections gather; rows whose window closes before the next
    dose of a course in most gaps; rows not adjusted for time where IVIG and infections both drift; rows in which the
    dose day is off IVIG where infections are dated on it. None is wrong for sure, and the others may be wrong too.
    """
    parts = (spec.selection, spec.exposure, spec.endpoint, spec.model, curve.choices)
    return study.once("against", *parts, make=lambda: tuple(_found(study, base_of(spec), spec, curve)))


def _found(study: Study, base: AnalysisSpec, spec: AnalysisSpec, curve: Curve) -> Iterator[Against]:
    checks = (_before_first(study, spec, curve), _short_windows(study, base, curve), _drift(study, spec, curve))
    for found in (*checks, _dose_day(study, spec, curve)):
        if found is not None and found.rows.any():
            yield found


def _before_first(study: Study, spec: AnalysisSpec, curve: Curve) -> Against | None:
    excess = around_first_dose.excess(study, spec)
    if excess is None:
        return None
    days, row = excess
    table = curve.table
    counted = ((table["pre_exposure_days"] < days) & ~table["from_first_dose"]).to_numpy(bool)
    reason = (
        f"Infections were {ratio(row['irr'])} times as frequent in the {days} days before the first dose: rows that "
        "count these days as off IVIG"
    )
    return Against("before_first_dose", "infections gather before the first dose", reason, counted)


def _short_windows(study: Study, base: AnalysisSpec, curve: Curve) -> Against | None:
    shares = {}
    for window in curve.choices.window_days:
        gaps = dose_gaps.of_courses(dose_gaps.dose_gaps(study, base.change(window_days=window)))
        if gaps.gaps >= dose_gaps.FEW_GAPS and gaps.share_closes > dose_gaps.MANY_CLOSE:
            shares[window] = gaps.share_closes
    if not shares:
        return None
    named = ", ".join(f"{window} days ({percent(share)})" for window, share in shares.items())
    reason = f"The window closes before the next dose in more than half of the gaps of a course: rows with {named}"
    return Against(
        "dose_gaps",
        "the window closes between doses",
        reason,
        curve.table["window_days"].isin(list(shares)).to_numpy(bool),
    )


def _drift(study: Study, spec: AnalysisSpec, curve: Curve) -> Against | None:
    if exposure_over_time.verdict(study, spec).word != PROBLEM or "time" in curve.unused:
        return None
    reason = "IVIG and infections both changed over the years: rows not adjusted for time since start"
    rows = [("time" not in names) for names in curve.table["adjust_for"]]
    return Against("exposure_over_time", "not adjusted for time", reason, np.array(rows, bool))


def _dose_day(study: Study, spec: AnalysisSpec, curve: Curve) -> Against | None:
    found = dated_on_doses(study, spec)
    if found is None:
        return None
    reason = (
        f"Infections are dated on the day of a dose {ratio(found.irr)} times as often as on the {WEEK} days after it: "
        "rows that count this day as off IVIG"
    )
    return Against(
        "dose_day", "infections are dated on dose days", reason, (curve.table["dose_day"] == "off").to_numpy(bool)
    )


def dated_on_doses(study: Study, spec: AnalysisSpec) -> RateRatio | None:
    """By how much infections are dated on days of a dose more often than on the days after it, where beyond chance."""
    if spec.exposure.window_days <= WEEK:
        return None
    split = spec.change(window_cuts=(1, WEEK + 1), dose_day="on", adjust_for=())
    table = study.time(split).table
    counts = []
    for first, last in ((0, 0), (1, WEEK)):
        rows = table[(table["state"] == f"{ON}_{first}_{last}").to_numpy(bool)]
        counts.append((int(rows["infections"].sum()), float(rows["days"].sum())))
    if not all(infections and days for infections, days in counts):
        return None
    found = rate_ratio(*counts[0], *counts[1])
    return found if found.ci_low > 1 else None
