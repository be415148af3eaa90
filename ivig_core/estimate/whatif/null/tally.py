"""The case series of many cohorts at once: days and infections by patient and period, and the ratio that they give."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ivig_core.estimate.whatif.null.process import Floats, Histories, Whole

NEWTON_STEPS, LARGEST_STEP, RUNAWAY = 40, 1.5, 8.0


class Tally(NamedTuple):
    """Days and infections of cohorts (cohorts, patients): off and on IVIG, and before the first dose.

    `first`: day of the first dose; `before`: infections before it; `before_near`: those of them in the days that the
    settings keep apart.
    """

    days: Whole
    first: Whole
    days_on: Floats
    infections: Floats
    infections_on: Floats
    before: Floats
    before_near: Floats


class Rule(NamedTuple):
    """What the settings say of the time before the first dose: days kept apart, or follow-up from that dose on."""

    before_days: int
    from_first_dose: bool


def latest_dose(histories: Histories) -> Whole:
    """Which dose is the latest on or before the day of each infection, −1 where there was none."""
    far = np.int64(1) << 32
    keys = histories.dose_patient * far + histories.dose_day
    at = np.searchsorted(keys, histories.infection_patient * far + histories.infection_day, side="right") - 1
    return np.where((at >= 0) & (histories.dose_patient[at] == histories.infection_patient), at, -1)


def on_ivig(histories: Histories) -> tuple[np.ndarray, Whole, Whole]:
    """Whether each infection (bool) is on IVIG; of each dose the first day that is on through it, and the day after."""
    days, doses = histories.days, histories.dose_patient
    latest = latest_dose(histories)
    since = histories.infection_day - histories.dose_day[np.maximum(latest, 0)]
    same = np.append(doses[1:] == doses[:-1], False)
    following = np.where(same, np.append(histories.dose_day[1:], 0), days[doses])
    ends = np.minimum(following, histories.dose_day + histories.window + 1)
    begins, ends = (np.clip(part, 0, days[doses]) for part in (histories.dose_day, ends))
    return (latest >= 0) & (since <= histories.window), begins, ends


def tally(histories: Histories, rule: Rule) -> Tally:
    """The one cohort of `histories` as a tally with a leading axis of 1."""
    n = len(histories)
    on, begins, ends = on_ivig(histories)
    first = first_doses(histories)
    patient, day = histories.infection_patient, histories.infection_day
    lag = first[patient] - day
    counts = (
        np.bincount(histories.dose_patient, ends - begins, n),
        np.bincount(patient, minlength=n),
        np.bincount(patient[on], minlength=n),
        np.bincount(patient[lag > 0], minlength=n),
        np.bincount(patient[(lag > 0) & (lag <= rule.before_days)], minlength=n),
    )
    return Tally(histories.days[None], first[None], *(part[None].astype(float) for part in counts))


def first_doses(histories: Histories) -> Whole:
    """Day of each patient's first dose."""
    opens = np.append(True, histories.dose_patient[1:] != histories.dose_patient[:-1])
    return histories.dose_day[opens]


def ratios(counted: Tally, rule: Rule) -> tuple[Floats, Floats]:
    """Log rate ratio on IVIG of each cohort by the self-controlled case series, and its Wald standard error.

    Newton's method over all cohorts; the days before the first dose that `rule` keeps apart are a second term. A
    ratio of 0 or ∞ is −∞ or ∞. The same as `estimate.rates.sccs.sccs` without adjusters.
    """
    days, infections = periods(counted, rule)
    terms = [term for term in range(1, days.shape[2]) if days[:, :, term].any()]
    exposed, observed = days[:, :, terms], infections.sum(axis=1)[:, terms]
    totals = infections.sum(axis=2)
    beta = np.zeros((len(days), len(terms)))
    diagonal = np.arange(len(terms))
    for _ in range(NEWTON_STEPS):
        weight = exposed * np.exp(beta)[:, None, :]
        share = weight / np.maximum(weight.sum(axis=2) + days[:, :, 0], 1e-300)[:, :, None]
        expected = (totals[:, :, None] * share).sum(axis=1)
        information = -np.matmul((totals[:, :, None] * share).transpose(0, 2, 1), share)
        information[:, diagonal, diagonal] += expected + 1e-9
        step = np.linalg.solve(information, (observed - expected)[:, :, None])[:, :, 0]
        beta = beta + np.clip(step, -LARGEST_STEP, LARGEST_STEP)
        if np.abs(np.where(np.abs(beta) < RUNAWAY, step, 0)).max() < 1e-9:
            break
        beta = np.clip(beta, -RUNAWAY - 2, RUNAWAY + 2)
    log_ratio = beta[:, 0]
    runaway = np.abs(log_ratio) > RUNAWAY
    error = np.sqrt(np.linalg.inv(information)[:, 0, 0])
    return np.where(runaway, np.copysign(np.inf, log_ratio), log_ratio), error


def periods(counted: Tally, rule: Rule) -> tuple[Floats, Floats]:
    """Days and infections (cohorts, patients, periods): off, on, and days before the first dose where kept apart.

    From the first dose on, days and infections before it are in none of them.
    """
    off = counted.days - counted.days_on
    off_infections = counted.infections - counted.infections_on
    if rule.from_first_dose:
        off, off_infections = off - np.maximum(counted.first, 0), off_infections - counted.before
    elif rule.before_days:
        near = np.clip(counted.first, 0, rule.before_days)
        off, off_infections = off - near, off_infections - counted.before_near
        return (
            np.stack([off, counted.days_on, near], axis=2),
            np.stack([off_infections, counted.infections_on, counted.before_near], axis=2),
        )
    return np.stack([off, counted.days_on], axis=2), np.stack([off_infections, counted.infections_on], axis=2)
