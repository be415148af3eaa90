"""Incidence rates from sums over patients, as `estimate.rates.rates` has them from each patient's own."""

from __future__ import annotations

from fractions import Fraction

import pandas as pd

from ivig_core.estimate.rates.rates import ALL_OFF, RATE_COLUMNS, interval_of_variance, rate_of_sums
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
        found = rate_of_sums(total["patients"], total["infections"], total["days"], _robust(total), rate_ci)
        rows.append({"period": name, "label": ALL_OFF if everybody else label(name), **found})
    return pd.DataFrame(rows, columns=list(RATE_COLUMNS))


def _robust(total: dict[str, int]) -> tuple[float, float] | None:
    count, days, patients = total["infections"], total["days"], total["patients"]
    if not count or patients < 2:
        return None
    # Σ (n − r t)² of whole numbers, r = N / T: exact, where a difference of large floats would not be.
    rate = Fraction(count, days)
    spread = total["infections_2"] - 2 * rate * total["infections_days"] + rate**2 * total["days_2"]
    variance = float(spread / count**2 * Fraction(patients, patients - 1))
    return interval_of_variance(count, patients, count / days, variance)
