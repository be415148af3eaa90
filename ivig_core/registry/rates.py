"""Incidence rates from sums over patients, as `estimate.rates.rates` has them from each patient's own."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pandas as pd

from ivig_core.estimate.rates.rates import ALL_OFF, DAYS_PER_YEAR, RATE_COLUMNS, exact_interval, interval_of_variance
from ivig_core.registry.counts import SUMS
from ivig_core.spec import ExposureSpec
from ivig_core.terms import OBSERVATION, REFERENCE, exposure_states, exposure_terms, label


def rates(by_state: pd.DataFrame, exposure: ExposureSpec, population: str, rate_ci: str) -> pd.DataFrame:
    """Infections per patient-year in each period, in the columns of `estimate.rates.rates.RATE_COLUMNS`.

    `by_state`: the sums of `counts.Counts`. A patient is reference or none of it, so that sums of reference and
    observation add where everybody's days off IVIG are one period.
    """
    states = exposure_states(exposure)
    sums = {states[code]: row for code, row in by_state.set_index("state").iterrows()}
    rows = []
    for name in (*exposure_terms(exposure), OBSERVATION, *((REFERENCE,) if population == "exposed" else ())):
        everybody = name == OBSERVATION and population == "all"
        parts = [sums[state] for state in (name, *((REFERENCE,) if everybody else ())) if state in sums]
        total = {item: sum(int(part[item]) for part in parts) for item in SUMS}
        rows.append({"period": name, "label": ALL_OFF if everybody else label(name), **_rate(total, rate_ci)})
    return pd.DataFrame(rows, columns=list(RATE_COLUMNS))


def _rate(total: dict[str, int], rate_ci: str) -> dict[str, float]:
    count, years = total["infections"], total["days"] / DAYS_PER_YEAR
    exact = exact_interval(count, years)
    robust = _robust(total) or exact
    low, high = exact if rate_ci == "exact" else robust
    return {
        "patients": total["patients"],
        "infections": count,
        "person_days": total["days"],
        "rate": count / years if years else np.nan,
        "exact_low": exact[0],
        "exact_high": exact[1],
        "robust_low": robust[0],
        "robust_high": robust[1],
        "ci_low": low,
        "ci_high": high,
    }


def _robust(total: dict[str, int]) -> tuple[float, float] | None:
    count, days, patients = total["infections"], total["days"], total["patients"]
    if not count or patients < 2:
        return None
    # Σ (n − r t)² of whole numbers, r = N / T: exact, where a difference of large floats would not be.
    rate = Fraction(count, days)
    spread = total["infections_2"] - 2 * rate * total["infections_days"] + rate**2 * total["days_2"]
    variance = float(spread / count**2 * Fraction(patients, patients - 1))
    return interval_of_variance(count, patients, count / days, variance)
