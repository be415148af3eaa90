"""IgG off IVIG: a course for every patient, from samples that no dose reaches, for many bootstrap samples at once."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from ivig_core.errors import EstimationError

KNOTS = (0, 90, 365)
"""Days between which log IgG changes in straight lines; before the first and after the last it is level."""
FEWEST_PATIENTS = 10
RIDGE = 0.05
"""Weight of a prior of no change, about that of one sample: slopes stay finite where few patients have two samples."""
LEAST_VARIANCE = 1e-4


class Samples(NamedTuple):
    """Functional IgG (mg/dL, above 0) that no dose reaches: patient code and day of each sample."""

    patient: np.ndarray
    day: np.ndarray
    value: np.ndarray


class IggPath(NamedTuple):
    """log IgG on day d = `level` + `slope`·x(d) + u + e. `slope`: 2 × draws; `level`, `residual` (SD of e): per draw.

    `own`, `own_sd`: mean and standard deviation of u given the patient's samples, patients × draws.
    """

    level: np.ndarray
    slope: np.ndarray
    residual: np.ndarray
    own: np.ndarray
    own_sd: np.ndarray


def course(day: np.ndarray) -> np.ndarray:
    """x(d): how far the day is through each stretch between `KNOTS`, days × 2."""
    stretches = [np.clip((day - low) / (high - low), 0, 1) for low, high in pairwise(KNOTS)]
    return np.stack(stretches, axis=-1)


def check_samples(samples: Samples) -> None:
    """`EstimationError` where there are too few samples to tell patients from days."""
    patients = len(np.unique(samples.patient))
    if patients < FEWEST_PATIENTS or len(samples.day) - patients < FEWEST_PATIENTS:
        raise EstimationError(
            f"IgG that no dose reaches is known on {len(samples.day):,} days of {patients:,} patients: too few for a "
            f"course of IgG without IVIG (at least {FEWEST_PATIENTS} patients and {2 * FEWEST_PATIENTS} samples)"
        )


def igg_path(samples: Samples, patients: int, counts: np.ndarray) -> IggPath:
    """Random-intercept model of log IgG.

    Slopes from differences within patients, so that who is sampled late does not bend the course; variance within
    (what a value differs from the patient's course) and between patients by moments; each patient's intercept shrunken
    to the cohort's. `counts`: patients × draws, how often a patient is in a bootstrap sample. Raises `EstimationError`
    as `check_samples`. Searle, Casella & McCulloch, Variance Components, 1992, ch. 3.
    """
    check_samples(samples)
    counts = counts.astype(float)
    x, y = course(samples.day), np.log(samples.value)
    number = np.bincount(samples.patient, minlength=patients)

    def mean(values: np.ndarray) -> np.ndarray:
        return np.bincount(samples.patient, values, patients) / np.maximum(number, 1)

    x_mean, y_mean = np.stack([mean(x[:, k]) for k in (0, 1)], axis=1), mean(y)
    dx, dy = x - x_mean[samples.patient], y - y_mean[samples.patient]
    xx = np.einsum("sk,sm,sb->bkm", dx, dx, counts[samples.patient])
    xy = np.einsum("sk,sb->bk", dx * dy[:, None], counts[samples.patient])
    slope = np.linalg.solve(xx + RIDGE * np.eye(2), xy[:, :, None])[:, :, 0]
    rest = np.einsum("sb,sb->b", counts[samples.patient], (dy[:, None] - dx @ slope.T) ** 2)
    free = (counts * np.maximum(number - 1, 0)[:, None]).sum(axis=0) - 2
    within = np.maximum(rest / np.maximum(free, 1), LEAST_VARIANCE)

    means = y_mean[:, None] - x_mean @ slope.T
    level, between = _between(means, within, number, counts)
    noise = within / np.maximum(number, 1)[:, None]
    trust = np.where(number[:, None] > 0, between / (between + noise), 0.0)
    return IggPath(
        level=level,
        slope=slope.T,
        residual=np.sqrt(within),
        own=trust * (means - level),
        own_sd=np.sqrt(between * (1 - trust)),
    )


def _between(
    means: np.ndarray, within: np.ndarray, number: np.ndarray, counts: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Level of the cohort and variance between patients, one per draw; of means without the course."""
    weight = counts * number[:, None]
    total = np.maximum(weight.sum(axis=0), 1)
    centre = (weight * means).sum(axis=0) / total
    spread = (weight * (means - centre) ** 2).sum(axis=0)
    sampled = (counts * (number > 0)[:, None]).sum(axis=0)
    divisor = total - (weight * number[:, None]).sum(axis=0) / total
    between = np.maximum((spread - (sampled - 1) * within) / np.maximum(divisor, 1), LEAST_VARIANCE)
    precision = counts * (number > 0)[:, None] / (between + within / np.maximum(number, 1)[:, None])
    level = (precision * means).sum(axis=0) / np.maximum(precision.sum(axis=0), 1e-12)
    return level, between
