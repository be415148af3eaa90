"""What thousands of analysed cohorts say about an estimator: coverage, bias, and how exactly each is known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ivig_core.estimate.contrast import NO_REFERENCE


@dataclass(frozen=True)
class Number:
    """A simulated quantity and its Monte-Carlo standard error."""

    value: float
    error: float


@dataclass(frozen=True)
class Performance:
    """How one analysis did on one endpoint, over all cohorts.

    Bias is of the log rate ratio, estimate minus truth. `mean_bias` is over finite estimates. `median_bias` is over all
    cohorts with an estimate: one without infections on IVIG (IRR 0) counts as −∞, one without any off it as +∞, so
    that the median is defined. `coverage`, and the shares of intervals that lie wholly `below` and `above` the truth,
    are over all cohorts with an interval, the one-sided exact bounds among them; `zero_covered` counts those of IRR 0
    that reach up to the truth. `spread` is the standard deviation of the finite estimates, `stated_error` the mean of
    their standard errors: about equal where the standard error is right. `treated` (patients with a day on IVIG),
    `infections` and `informative_patients` are means.
    """

    cohorts: int
    finite: int
    irr_zero: int
    zero_covered: int
    irr_infinite: int
    not_estimable: int
    coverage: Number
    below: Number
    above: Number
    mean_bias: Number
    median_bias: Number
    spread: Number
    stated_error: Number
    treated: float
    infections: float
    informative_patients: float


def performance(rows: pd.DataFrame, truth: float) -> Performance:
    """Summary of the rows of one endpoint and analysis; `truth` is the true log rate ratio."""
    estimate = log_estimates(rows)
    known = estimate[~np.isnan(estimate)]
    finite = known[np.isfinite(known)]
    has_interval = rows["ci_low"].notna().to_numpy()
    # An IRR without upper limit has one of infinity.
    below = has_interval & (rows["ci_high"].fillna(np.inf) < np.exp(truth)).to_numpy()
    above = has_interval & (rows["ci_low"] > np.exp(truth)).to_numpy()
    intervals, zero = int(has_interval.sum()), estimate == -np.inf
    return Performance(
        cohorts=len(rows),
        finite=len(finite),
        irr_zero=int(zero.sum()),
        zero_covered=int((zero & has_interval & ~below).sum()),
        irr_infinite=int((known == np.inf).sum()),
        not_estimable=len(rows) - len(known),
        coverage=share(intervals - int((below | above).sum()), intervals),
        below=share(int(below.sum()), intervals),
        above=share(int(above.sum()), intervals),
        mean_bias=mean(finite - truth),
        median_bias=median(known - truth),
        spread=spread(finite),
        stated_error=mean(rows.loc[np.isfinite(estimate), "se"].to_numpy()),
        treated=float(rows["treated"].mean()),
        infections=float(rows["infections"].mean()),
        informative_patients=float(rows["informative_patients"].mean()),
    )


def log_estimates(rows: pd.DataFrame) -> np.ndarray:
    """Log rate ratio of each row: −∞ for IRR 0, +∞ for IRR ∞, NaN where there is no estimate."""
    estimate = rows["log_irr"].to_numpy(float).copy()
    estimate[(rows["irr"] == 0).to_numpy()] = -np.inf
    estimate[(rows["status"] == NO_REFERENCE).to_numpy()] = np.inf
    return estimate


def share(number: int, of: int) -> Number:
    """A proportion with its binomial standard error."""
    value = number / of
    return Number(value, float(np.sqrt(value * (1 - value) / of)))


def mean(values: np.ndarray) -> Number:
    """A mean with its standard error."""
    return Number(float(values.mean()), float(values.std(ddof=1) / np.sqrt(len(values))))


def spread(values: np.ndarray) -> Number:
    """A standard deviation with its standard error for values that are about normal, σ / √(2 (n − 1))."""
    value = float(values.std(ddof=1))
    return Number(value, value / float(np.sqrt(2 * (len(values) - 1))))


def median(values: np.ndarray) -> Number:
    """Median of numbers some of which may be infinite.

    The error is half the distance of the order statistics one standard error of the rank (√n / 2) on either side: it
    needs no density and no resampling.
    """
    ordered, n = np.sort(values), len(values)
    reach = np.sqrt(n) / 2
    low, high = ordered[int(np.floor(n / 2 - reach))], ordered[min(int(np.ceil(n / 2 + reach)), n - 1)]
    return Number(float(np.median(ordered)), float((high - low) / 2))
