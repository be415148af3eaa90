"""Are infections why IVIG was started? Their rate by day before and after the first dose."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ivig_core.estimate.rates.rates import rate
from ivig_core.numbers import interval, ratio
from ivig_core.persontime.doses import first_dose_day
from ivig_core.spec import AnalysisSpec
from ivig_core.study.rates.intervals_in_force import as_shown
from ivig_core.study.rates.models import sccs
from ivig_core.study.study import Study
from ivig_core.study.trust.checks.verdict import CANNOT, CLOSER, FINE, PROBLEM, Verdict
from ivig_core.terms import PRE

NAME, TITLE = "around_first_dose", "Were infections why IVIG was started?"
WIDTH, REACH = 30, 180
"""Days in a bin, and how far the bins reach before and after the first dose."""
BINS = 2 * REACH // WIDTH
WINDOWS = (30, 60)
OK, NONE_THERE = "ok", "no_events_exposed"
RAISED, NOT_EXCLUDED = 1.25, 3.0
"""An excess that is looked at although chance is not excluded; an upper limit that leaves the question open."""
MONTHS = 12
COLUMNS = ("first_day", "last_day", "patients", "infections", "person_days", "rate", "ci_low", "ci_high")


def around_first_dose(study: Study, spec: AnalysisSpec) -> pd.DataFrame:
    """Infections per patient-month in bins of 30 days from −180 to 179 since the first dose (day 0).

    One row per bin in the columns `COLUMNS`; of patients whose first dose is on or before the end of follow-up, their
    days at risk under the spec, also those before the first dose where the spec leaves them out. Intervals as
    `rate_ci` says (robust to repeated infections, or exact Poisson); a bin without days has a rate of NaN.
    """
    return study.once(
        NAME, spec.selection, spec.exposure, spec.endpoint, spec.model.rate_ci, make=lambda: _table(study, spec)
    )


def _table(study: Study, spec: AnalysisSpec) -> pd.DataFrame:

    every = spec.change(pre_exposure_days=0, washout_days=0, window_cuts=(), from_first_dose=False)
    days, infections = _by_bin(study, every)
    rows = []
    for number in range(BINS):
        here = days[:, number] > 0
        found = rate(infections[here, number], days[here, number], spec.model.rate_ci)
        monthly = {name: found[name] / MONTHS for name in ("rate", "ci_low", "ci_high")}
        first = number * WIDTH - REACH
        rows.append({"first_day": first, "last_day": first + WIDTH - 1, **found, **monthly})
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _by_bin(study: Study, spec: AnalysisSpec) -> tuple[np.ndarray, np.ndarray]:
    """Days and infections of each patient in each bin (patients × bins)."""
    time, first = study.time(spec), first_dose_day(study.cohort(spec))
    rows = time.table[~np.isnan(first[time.table["patient"].to_numpy()])]
    patient = rows["patient"].to_numpy(np.int64)
    start, end = (rows[name].to_numpy() - first[patient] for name in ("start_day", "end_day"))
    opens = np.arange(BINS) * WIDTH - REACH
    inside = np.minimum(end[:, None], opens + WIDTH - 1) - np.maximum(start[:, None], opens) + 1
    shape, place = (len(first), BINS), patient[:, None] * BINS + np.arange(BINS)
    days = np.bincount(place.ravel(), np.maximum(inside, 0).ravel(), len(first) * BINS).reshape(shape)
    infections = study.infections(spec)
    at_risk = infections[time.row_of(infections) >= 0]
    who = at_risk["patient"].to_numpy(np.int64)
    bins = np.floor((at_risk["day"].to_numpy() - first[who] + REACH) / WIDTH)
    known = (bins >= 0) & (bins < BINS)
    counts = np.bincount(who[known] * BINS + bins[known].astype(np.int64), minlength=len(first) * BINS)
    return days, counts.reshape(shape)


def before(study: Study, spec: AnalysisSpec, days: int) -> pd.Series:
    """Rate ratio of the `days` before the first dose against other days off IVIG, within patients.

    The row of `terms.PRE` of the self-controlled case series with these days as a level of their own, and with the
    headline's kind of interval.
    """
    now = as_shown(study, spec)
    table = sccs(study, now.change(window_cuts=(), pre_exposure_days=days, from_first_dose=False))
    return table[table["term"] == PRE].iloc[0]


def excess(study: Study, spec: AnalysisSpec) -> tuple[int, pd.Series] | None:
    """The first of `WINDOWS` in which infections are more frequent beyond chance, with its ratio."""
    for days in WINDOWS:
        row = before(study, spec, days)
        if row["status"] == OK and row["ci_low"] > 1:
            return days, row
    return None


def verdict(study: Study, spec: AnalysisSpec) -> Verdict:
    """Whether infections gather before the first dose."""
    rows = {days: row for days in WINDOWS if (row := before(study, spec, days))["status"] in (OK, NONE_THERE)}
    if not rows:
        note = before(study, spec, WINDOWS[-1])["note"] or "the days before the first dose cannot be compared"
        evidence = f"The days before the first dose cannot be compared ({note})."
        return Verdict(NAME, TITLE, CANNOT, evidence, "Look at other settings, or at a larger cohort.")
    first, *rest = (f"{_times(row)} in the {days} days before" for days, row in rows.items())
    evidence = f"Against other days off IVIG, infections were {' and '.join([f'{first} the first dose', *rest])}."
    if excess(study, spec):
        advice = "Read the ratios without these days and from the first dose on, not the one that counts all days."
        return Verdict(NAME, TITLE, PROBLEM, evidence, advice)
    if max(row["irr"] for row in rows.values()) >= RAISED:
        advice = "Chance is not excluded, nor is an excess: show the range of ratios beside the headline."
        return Verdict(NAME, TITLE, CLOSER, evidence, advice)
    if max(row["ci_high"] for row in rows.values()) > NOT_EXCLUDED:
        advice = "Too few infections to exclude an excess: show the range of ratios beside the headline."
        return Verdict(NAME, TITLE, CLOSER, evidence, advice)
    return Verdict(NAME, TITLE, FINE, evidence, "Nothing to do; the range of ratios above shows what is left.")


def _times(row: pd.Series) -> str:
    if row["status"] == NONE_THERE:
        return f"absent (at most {ratio(row['ci_high'])} times as frequent)"
    return f"{ratio(row['irr'])} times {interval(row['ci_low'], row['ci_high'])} as frequent"
