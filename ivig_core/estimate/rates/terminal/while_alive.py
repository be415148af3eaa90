"""The while-alive rate: infections of a patient up to a horizon or death, for each year lived until then."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from ivig_core.estimate.intervals import student
from ivig_core.estimate.rates.rates import FEWEST_CLUSTERS
from ivig_core.estimate.rates.terminal.followed import Followed, Steps
from ivig_core.estimate.rates.terminal.ghosh_lin import VANISHING, parts_of

DAYS_PER_YEAR = 365.25
COLUMNS = (
    "group", "days", "patients", "at_risk", "infections", "deaths", "mean", "years", "rate", "log_se", "ci_low",
    "ci_high", "note",
)  # fmt: skip
RATIO_COLUMNS = ("group", "reference", "days", "ratio", "log_se", "ci_low", "ci_high", "p_value", "note")
NOBODY_SO_LONG = "nobody is followed so long"
FEW = f"fewer than {FEWEST_CLUSTERS}"
FEW_PATIENTS = f"{FEW} patients at risk at the end: no interval"
FEW_INFECTED = f"{FEW} patients with an infection until then: no interval"
NONE = "no infection until then: no interval"
ALIKE = "the patients do not differ at all: no interval"


def while_alive(groups: Mapping[str, Followed], days: float) -> pd.DataFrame:
    """E[N(τ∧D)] / E[τ∧D] of each group: mean infections until day τ or death D over the mean time lived until then.

    Schmidli et al., Stat Biopharm Res 2023;15:238; Mao, Biometrics 2023;79:1749. The numerator is the mean cumulative
    count with death as its end (`ghosh_lin`), the denominator the restricted mean of the time to death. A group in
    which deaths come early has fewer infections for want of time, which the count alone takes for a benefit; this
    rate does not. 95 % limits on the log scale from the influence of each patient on both, times G/(G − 1) and with t
    of G − 1 degrees of freedom for G patients, as of a rate: normal ones hold the truth too seldom in small groups.

    Returns `COLUMNS`: the horizon `days`, `patients`, `at_risk` on that day, `infections` and `deaths` until then,
    `mean` infections and `years` lived until then, `rate` per patient-year, `log_se` of its logarithm. NaN after the
    last day of a group, unless all its patients have died by then. `note` says why something is missing.
    """
    rows = [(name, days, *_row(of, days)) for name, of in groups.items()]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def rate_ratios(rates: pd.DataFrame, reference: str) -> pd.DataFrame:
    """Ratio of the while-alive rate of each group to that of `reference`; `rates` as `while_alive`.

    Groups have no patient in common: the variance of the log ratio is the sum of the two. 95 % limits and two-sided p
    of t with the degrees of freedom of Satterthwaite (Biometrics Bull 1946;2:110). Returns `RATIO_COLUMNS`; no ratio
    against a rate of 0, and no interval where one of the two rates has none, with the reason in `note`. Fewer than two
    groups: an empty table.
    """
    by_name = rates.set_index("group")
    rows = []
    for name in by_name.index if len(by_name) > 1 else ():
        if name == reference:
            continue
        mine, other = by_name.loc[name], by_name.loc[reference]
        ratio = mine["rate"] / other["rate"] if other["rate"] > 0 else np.nan
        se = float(np.hypot(mine["log_se"], other["log_se"]))
        low = high = p = np.nan
        if np.isfinite(se):
            low, high, p = student(float(np.log(ratio)), se, _freedom(mine, other))
        note = "; ".join(dict.fromkeys(filter(None, [mine["note"], other["note"]])))
        rows.append((name, reference, mine["days"], ratio, se, np.exp(low), np.exp(high), p, note))
    return pd.DataFrame(rows, columns=list(RATIO_COLUMNS))


def _freedom(one: pd.Series, two: pd.Series) -> float:
    """Degrees of freedom of a difference of two estimates with errors of their own."""
    variances = [(row["log_se"] ** 2, row["patients"] - 1) for row in (one, two)]
    return float(sum(v for v, _ in variances) ** 2 / sum(v**2 / df for v, df in variances))


def _row(of: Followed, days: float) -> tuple[object, ...]:
    patients = len(of.days)
    at_risk = int((of.days >= days).sum())
    infections = int((of.time <= days).sum())
    deaths = int((of.died & (of.days <= days)).sum())
    steps = of.steps
    extinct = bool(steps.deaths[-1] == steps.at_risk[-1])
    if not at_risk and not extinct:
        return patients, at_risk, infections, deaths, *(np.nan,) * 6, NOBODY_SO_LONG
    mean, lived, log_se = _estimate(of, steps, days)
    rate = DAYS_PER_YEAR * mean / lived
    note = _why_none(of, days, at_risk, extinct and not at_risk)
    if not note and not log_se > VANISHING:
        note = ALIKE
    if note:
        log_se = np.nan
    low, high, _ = student(float(np.log(rate)), log_se, patients - 1) if not note else (np.nan, np.nan, np.nan)
    years = lived / DAYS_PER_YEAR
    return patients, at_risk, infections, deaths, mean, years, rate, log_se, np.exp(low), np.exp(high), note


def _why_none(of: Followed, days: float, at_risk: int, extinct: bool) -> str:
    infected = len(np.unique(of.patient[of.time <= days]))
    if not infected:
        return NONE
    if not extinct and at_risk < FEWEST_CLUSTERS:
        return FEW_PATIENTS
    return FEW_INFECTED if infected < FEWEST_CLUSTERS else ""


def _estimate(of: Followed, steps: Steps, days: float) -> tuple[float, float, float]:
    """Mean infections, mean days lived, and the standard error of the log of their quotient."""
    position = int(np.searchsorted(steps.times, days, side="right")) - 1
    # Before the first day on which anything happens.
    if position < 0:
        return 0.0, float(days), np.nan
    mean = np.cumsum(steps.alive * steps.infections / steps.at_risk)
    area = np.cumsum(np.diff(steps.times, prepend=0) * steps.alive)
    # Alive after the last of these days, until the horizon.
    share = steps.alive[position] * (1 - steps.deaths[position] / steps.at_risk[position])
    lived = area[position] + (days - steps.times[position]) * share
    if not mean[position]:
        return 0.0, float(lived), np.nan
    both, deaths = (part.until(position, steps.last) for part in parts_of(of, steps, mean))
    areas = parts_of(of, steps, area.astype(float), counted=False)[0].until(position, steps.last)
    influence = (both - mean[position] * deaths) / mean[position] - (areas - lived * deaths) / lived
    patients = len(of.days)
    variance = (influence**2).sum() * patients / max(patients - 1, 1)
    return float(mean[position]), float(lived), float(np.sqrt(variance))
