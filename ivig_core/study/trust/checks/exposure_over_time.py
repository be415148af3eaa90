"""Do IVIG and infections drift together over calendar time? Then time, not IVIG, may explain the ratio."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ivig_core.estimate.rates.rates import rate
from ivig_core.numbers import interval, percent, ratio
from ivig_core.persontime.split import PersonTime
from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study
from ivig_core.study.trust.checks.poisson_ratio import RateRatio, rate_ratio
from ivig_core.study.trust.checks.verdict import CANNOT, CLOSER, FINE, PROBLEM, Verdict
from ivig_core.terms import ON, REFERENCE

NAME, TITLE = "exposure_over_time", "Did IVIG use and infections drift over the years?"
QUARTER = 365.25 / 4
"""Days of a quarter since the start, where there are no dates."""
DRIFT = 0.2
"""A change of the share of days on IVIG between halves that is a strong trend."""
COLUMNS = (
    "period", "first_day", "patients", "person_days", "days_on", "share_on", "infections", "rate", "ci_low", "ci_high",
)  # fmt: skip


def exposure_over_time(study: Study, spec: AnalysisSpec) -> pd.DataFrame:
    """Share of treated patients' days on IVIG, and infections per patient-year, per quarter.

    Quarters of the calendar where every treated patient has dates, else since the first day at risk. One row per
    quarter from the first to the last with a day, in the columns `COLUMNS`; `period` is "2019 Q2" or "months 0–2",
    `first_day` days since 1970-01-01 or since the start. Intervals as `rate_ci` says. `attrs["calendar"]` says which.
    """
    return study.once(
        NAME, spec.selection, spec.exposure, spec.endpoint, spec.model.rate_ci, make=lambda: _table(study, spec)
    )


def _table(study: Study, spec: AnalysisSpec) -> pd.DataFrame:

    time = study.time(spec.change(window_cuts=()))
    table = time.table
    treated = table[(table["state"] != REFERENCE).to_numpy()]
    if treated.empty:
        return pd.DataFrame(columns=list(COLUMNS))
    day0 = study.cohort(spec).day0[treated["patient"].to_numpy()]
    calendar = study.cohort(spec).calendar != "none" and not (day0 == -1).any()
    begins = np.where(calendar, day0, 0)
    start, end = treated["start_day"].to_numpy() + begins, treated["end_day"].to_numpy() + begins
    opens = _quarters(int(start.min()), int(end.max()), calendar)
    row, quarter = _spread(start, end, opens)
    days = np.minimum(end[row] + 1, opens[quarter + 1]) - np.maximum(start[row], opens[quarter])
    patient = treated["patient"].to_numpy()[row]
    on = (treated["state"] == ON).to_numpy()[row]
    where, counts = _infections(study, spec, time, opens, calendar)
    rows = []
    for number in range(len(opens) - 1):
        here = quarter == number
        size = len(study.cohort(spec))
        of_patient = np.bincount(patient[here], days[here], size)
        infected = np.bincount(counts[where == number], minlength=size)
        at_risk = of_patient > 0
        found = rate(infected[at_risk], of_patient[at_risk], spec.model.rate_ci)
        days_on = int(days[here & on].sum())
        share = days_on / found["person_days"] if found["person_days"] else np.nan
        named = {"period": _name(int(opens[number]), number, calendar), "first_day": int(opens[number])}
        rows.append({**found, **named, "days_on": days_on, "share_on": share})
    result = pd.DataFrame(rows, columns=list(COLUMNS))
    result.attrs["calendar"] = calendar
    return result


def _quarters(first: int, last: int, calendar: bool) -> np.ndarray:
    """First day of every quarter from that of `first` to that of `last`, and of the one after."""
    if not calendar:
        return np.ceil(np.arange(int(last / QUARTER) + 2) * QUARTER).astype(np.int64)
    month = np.array([first, last], "M8[D]").astype("M8[M]").astype(np.int64) // 3
    return (np.arange(month[0], month[1] + 2) * 3).astype("M8[M]").astype("M8[D]").astype(np.int64)


def _spread(start: np.ndarray, end: np.ndarray, opens: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Which row and which quarter every piece of an interval is in."""
    first, last = (np.searchsorted(opens, days, side="right") - 1 for days in (start, end))
    number = last - first + 1
    row = np.repeat(np.arange(len(start)), number)
    return row, first[row] + np.arange(len(row)) - np.repeat(np.cumsum(number) - number, number)


def _infections(
    study: Study, spec: AnalysisSpec, time: PersonTime, opens: np.ndarray, calendar: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Quarter and patient of every infection of treated patients' person-time."""
    infections = study.infections(spec)
    at = time.row_of(infections)
    treated = (time.table["state"] != REFERENCE).to_numpy()
    kept = infections[(at >= 0) & treated[at]]
    patient = kept["patient"].to_numpy(np.int64)
    day = kept["day"].to_numpy(np.int64) + (study.cohort(spec).day0[patient] if calendar else 0)
    return np.searchsorted(opens, day, side="right") - 1, patient


def _name(day: int, number: int, calendar: bool) -> str:
    if not calendar:
        return f"months {3 * number}–{3 * number + 2}"
    month = int(np.datetime64(day, "D").astype("M8[M]").astype(np.int64))
    return f"{1970 + month // 12} Q{month % 12 // 3 + 1}"


def verdict(study: Study, spec: AnalysisSpec) -> Verdict:
    """Whether the earlier and the later half of treated patients' days differ in both IVIG and infections."""
    table = exposure_over_time(study, spec)
    halves = _halves(table)
    if halves is None:
        evidence = "There are not two quarters with treated patients to compare."
        return Verdict(NAME, TITLE, CANNOT, evidence, "Treated patients have to be followed for longer.")
    (early, late), later = halves
    cut = str(table["period"].iloc[len(early)])
    cut = cut if table.attrs["calendar"] else cut.replace("months", "month").split("–")[0]
    shares = [float(half["days_on"].sum() / half["person_days"].sum()) for half in (early, late)]
    evidence = (
        f"Treated patients were on IVIG on {percent(shares[0])} of days before {cut} and on {percent(shares[1])} "
        f"from then on; {_rates(later)}."
    )
    if np.isnan(later.irr):
        return Verdict(NAME, TITLE, CANNOT, evidence, "There is no infection to look at.")
    drift, changed = abs(shares[1] - shares[0]) >= DRIFT, later.ci_low > 1 or later.ci_high < 1
    if drift and changed:
        return Verdict(NAME, TITLE, PROBLEM, evidence, "Both changed: read the ratio adjusted for time since start.")
    if drift or changed:
        advice = "One of the two changed: compare with the ratio adjusted for time since start."
        return Verdict(NAME, TITLE, CLOSER, evidence, advice)
    return Verdict(NAME, TITLE, FINE, evidence, "Nothing to do.")


def _halves(table: pd.DataFrame) -> tuple[tuple[pd.DataFrame, pd.DataFrame], RateRatio] | None:
    """The quarters before and after the middle of all person-days, and the ratio of infections of the later ones."""
    days = table["person_days"].to_numpy(float)
    if (days > 0).sum() < 2:
        return None
    # The quarter boundary at which the two halves differ least in days.
    cut = int(np.argmin(np.abs(np.cumsum(days)[:-1] - days.sum() / 2))) + 1
    early, late = table.iloc[:cut], table.iloc[cut:]
    counts = [(int(half["infections"].sum()), float(half["person_days"].sum())) for half in (late, early)]
    return (early, late), rate_ratio(*counts[0], *counts[1])


def _rates(later: RateRatio) -> str:
    if np.isnan(later.irr):
        return "no infection of theirs counts"
    if later.irr == 0:
        return f"no infection was seen from then on (at most {ratio(later.ci_high)} times as frequent)"
    if np.isinf(later.irr):
        return "infections were seen only from then on"
    return f"infections were {ratio(later.irr)} times {interval(later.ci_low, later.ci_high)} as frequent from then on"
