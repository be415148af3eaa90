"""Patients as recurrent infections and death see them: days at risk, infections on that clock, who died at its end."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ivig_core.runs import run_starts


@dataclass(frozen=True, eq=False)
class Followed:
    """Patients of one group on one clock, whose day 1 is the first at risk.

    `days` (patients,) days at risk; `died` (patients,) bool, whether the last of them is the day of death; `patient`
    (infections,) index into `days`; `time` (infections,) day of each, 1..days of its patient. An infection on the day
    of death comes before the death.
    """

    days: np.ndarray
    died: np.ndarray
    patient: np.ndarray
    time: np.ndarray

    @cached_property
    def steps(self) -> Steps:
        """Counts at every day with an infection and every last day."""
        return Steps(self)


class Steps:
    """What happens on the days of `Followed` on which something does.

    `times` (days) in order; `at` of each infection, `last` of each patient: positions in it. By position: `at_risk`,
    `infections`, `deaths`, `left` (patients whose last day it is), and `alive`, the Kaplan–Meier share of patients who
    live to see the day.
    """

    def __init__(self, of: Followed) -> None:
        self.times = np.unique(np.concatenate([of.time, of.days]))
        size = len(self.times)
        self.at, self.last = np.searchsorted(self.times, of.time), np.searchsorted(self.times, of.days)
        self.infections = np.bincount(self.at, minlength=size)
        self.left = np.bincount(self.last, minlength=size)
        self.deaths = np.bincount(self.last[of.died], minlength=size)
        self.at_risk = len(of.days) - (np.cumsum(self.left) - self.left)
        self.alive = np.concatenate([[1.0], np.cumprod(1 - self.deaths / self.at_risk)])[:size]

    @cached_property
    def pull(self) -> np.ndarray:
        """1/(Y − d): by what a death at each time moves the log share of survivors; 0 where nobody is left to be
        moved."""
        left = self.at_risk - self.deaths
        return np.divide(1.0, left, out=np.zeros(len(left)), where=left > 0)


@dataclass(frozen=True, eq=False)
class Scores:
    """A process of every patient: own jumps up to a time, less what everybody at risk is expected to have by then.

    P_i(t) = Σ own jumps of i up to t − spent(min(t, last day of i)). `at`, `patient`, `jump` (jumps,): position in the
    times, patient and size; `spent` (times,).
    """

    at: np.ndarray
    patient: np.ndarray
    jump: np.ndarray
    spent: np.ndarray

    def until(self, position: int, last: np.ndarray) -> np.ndarray:
        """P_i at one position of the times, for each patient; `last`: position of the last day."""
        inside = self.at <= position
        own = np.bincount(self.patient[inside], self.jump[inside], len(last))
        return own - self.spent[np.minimum(last, position)]


def summed_products(one: Scores, two: Scores, last: np.ndarray) -> np.ndarray:
    """Σ_i P_i(t) Q_i(t) at every time, without a table of patients × times.

    The product is multiplied out; what patients who have left contribute is added up at their last day. The jumps of
    both have the same places (`at`, `patient`).
    """
    size = len(one.spent)
    order = np.lexsort((one.at, one.patient))
    opens = run_starts(one.patient[order])
    after, before = zip(*(_running(part.jump[order], opens) for part in (one, two)), strict=True)
    squares = np.cumsum(np.bincount(one.at[order], after[0] * after[1] - before[0] * before[1], size))

    def gone(values: np.ndarray) -> np.ndarray:
        leaving = np.bincount(last, values, size)
        return np.cumsum(leaving) - leaving

    def mixed(own: Scores, spent: np.ndarray) -> np.ndarray:
        total = np.bincount(own.patient, own.jump, len(last))
        running = np.cumsum(np.bincount(own.at, own.jump, size))
        return spent * (running - gone(total)) + gone(total * spent[last])

    at_risk = len(last) - gone(np.ones(len(last)))
    both = one.spent * two.spent
    return squares - mixed(one, two.spent) - mixed(two, one.spent) + at_risk * both + gone(both[last])


def _running(jumps: np.ndarray, opens: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Sums within runs, with each jump and before it."""
    after = np.cumsum(jumps)
    after = after - (after - jumps)[opens][np.cumsum(opens) - 1]
    return after, after - jumps
