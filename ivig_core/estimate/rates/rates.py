"""Incidence rates by period, with an exact interval and one robust to repeated infections in a patient."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import gammaincinv, stdtrit

from ivig_core.persontime.split import PersonTime
from ivig_core.terms import OBSERVATION, REFERENCE, exposure_terms, label

DAYS_PER_YEAR = 365.25
ALPHA = 0.05
FEWEST_CLUSTERS = 5
FEWEST_INFECTIONS = 5
ALL_OFF = "Off IVIG (all patients)"
RATE_COLUMNS = (
    "period", "label", "patients", "infections", "person_days", "rate",
    "exact_low", "exact_high", "robust_low", "robust_high", "ci_low", "ci_high",
)  # fmt: skip


def periods(time: PersonTime, population: str) -> tuple[str, ...]:
    """Periods of a table of rates, in order. With `population` "all" reference days are observation."""
    return (*exposure_terms(time.exposure), OBSERVATION, *((REFERENCE,) if population == "exposed" else ()))


def period_of(time: PersonTime, population: str) -> np.ndarray:
    """Index into `periods` of each row of person-time, −1 for a row of no period."""
    names = periods(time, population)
    merged = {REFERENCE: OBSERVATION} if population == "all" else {}
    states = time.table["state"].cat
    position = [names.index(name) if (name := merged.get(state, state)) in names else -1 for state in states.categories]
    return np.array(position)[states.codes.to_numpy()]


def rates(time: PersonTime, population: str, rate_ci: str) -> pd.DataFrame:
    """Infections per patient-year (365.25 days) in each period, one row per period in the columns `RATE_COLUMNS`.

    `label` is what is shown for the period. `ci_low`, `ci_high` are the interval that `rate_ci` ("robust" or "exact")
    names; a period without any day has a rate of NaN. Reference is descriptive: it is never compared.
    """
    period = period_of(time, population)
    rows = []
    for number, name in enumerate(periods(time, population)):
        part = time.table[period == number].groupby("patient", sort=False)[["days", "infections"]].sum()
        said = ALL_OFF if name == OBSERVATION and population == "all" else label(name)
        rows.append(
            {"period": name, "label": said, **rate(part["infections"].to_numpy(), part["days"].to_numpy(), rate_ci)}
        )
    return pd.DataFrame(rows, columns=list(RATE_COLUMNS))


def rate(infections: np.ndarray, days: np.ndarray, rate_ci: str = "robust") -> dict[str, float]:
    """Rate per patient-year from each patient's infections and days, with both intervals."""
    return rate_of_sums(len(days), int(infections.sum()), int(days.sum()), robust_interval(infections, days), rate_ci)


def rate_of_sums(
    patients: int, count: int, days: int, robust: tuple[float, float] | None, rate_ci: str = "robust"
) -> dict[str, float]:
    """The same from sums over patients; `robust` is their interval, None where it is the exact one."""
    years = days / DAYS_PER_YEAR
    exact = exact_interval(count, years)
    robust = robust or exact
    low, high = exact if rate_ci == "exact" else robust
    return {
        "patients": patients,
        "infections": count,
        "person_days": days,
        "rate": count / years if years else np.nan,
        "exact_low": exact[0],
        "exact_high": exact[1],
        "robust_low": robust[0],
        "robust_high": robust[1],
        "ci_low": low,
        "ci_high": high,
    }


def exact_interval(count: int, years: float) -> tuple[float, float]:
    """Exact 95 % limits of a Poisson rate (Garwood, Biometrika 1936;28:437), from gamma quantiles."""
    if not years:
        return np.nan, np.nan
    low = gammaincinv(count, ALPHA / 2) / years if count else 0.0
    return float(low), float(gammaincinv(count + 1, 1 - ALPHA / 2) / years)


def robust_interval(infections: np.ndarray, days: np.ndarray) -> tuple[float, float] | None:
    """95 % limits of the rate with patients as clusters; None where these are no better than exact ones.

    That is with fewer than 5 patients, with fewer than 5 infections, whose log rate is far from normal, and where the
    counts vary less than Poisson.

    Variance of `log_rate_variance`, t quantiles of G − 1 degrees of freedom for G patients: infections of one patient
    are not independent, and a Poisson interval is too narrow.
    """
    count, patients = infections.sum(), len(days)
    if count < FEWEST_INFECTIONS or patients < FEWEST_CLUSTERS:
        return None
    return interval_of_variance(count, patients, count / days.sum(), log_rate_variance(infections, days))


def interval_of_variance(count: int, patients: int, per_day: float, variance: float) -> tuple[float, float] | None:
    """`robust_interval` of `count` infections of some patients from their rate per day and `log_rate_variance`."""
    if count < FEWEST_INFECTIONS or patients < FEWEST_CLUSTERS or variance <= 1 / count:
        return None
    reach = stdtrit(patients - 1, 1 - ALPHA / 2) * np.sqrt(variance)
    per_year = per_day * DAYS_PER_YEAR
    return float(per_year * np.exp(-reach)), float(per_year * np.exp(reach))


def log_rate_variance(infections: np.ndarray, days: np.ndarray) -> float:
    """Sandwich variance of the log rate of two or more patients: Σ (n_i − r t_i)² / N² with the factor G/(G − 1)."""
    count, patients = infections.sum(), len(days)
    overall = count / days.sum()
    return ((infections - overall * days) ** 2).sum() / count**2 * patients / (patients - 1)
