"""Infections and IVIG as one process: what a cohort's infections, first doses, restarts and courses are drawn from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

FAR = 100_000
"""A day later than any follow-up (days)."""
TIME_EDGES = np.array([0, 60, 180, 365, 730, FAR])
"""Bands of time since the start in which the rate of infections is constant (days)."""
START_EDGES = np.array([0, 30, 90, 180, 365, FAR])
"""Bands of time since the start in which the hazard of a first dose, apart from infections, is constant (days)."""
LAG_EDGES = np.array([0, 30, 60])
"""Days after an infection in which it adds to the hazard of a dose: 1–30 and 31–60."""
LONGEST_LAG = 60
STOPPED = 15
"""Days after a window closes without a dose from which on a course counts as stopped."""
RESTART_BANDS = (0, 30, 105, FAR)
"""Bands of time since a course counts as stopped in which the hazard of another is constant (days)."""
TIMES, STARTS, LAGS, RESTARTS = (len(TIME_EDGES) - 1, len(START_EDGES) - 1, len(LAG_EDGES) - 1, len(RESTART_BANDS) - 1)


class Process(NamedTuple):
    """Parameters of the process, each with a leading axis of parameter sets (sets, pieces) or (sets,).

    `rate`: mean infections a day in the first band, off IVIG; `shape` of the gamma frailty of patients; `times`: factor
    on the rate by `TIME_EDGES` (the first is 1); `starts`: hazard a day of a first dose by `START_EDGES`; `lags`: what
    an infection adds to it by `LAG_EDGES`; `restarts`: hazard of another course by `RESTART_BANDS`; `again`: what an
    infection adds to that, as a multiple of `lags`; `log_ratio`: log rate ratio of infections on IVIG.
    """

    rate: Floats
    shape: Floats
    times: Floats
    starts: Floats
    lags: Floats
    restarts: Floats
    again: Floats
    log_ratio: Floats

    def one(self, number: int) -> Process:
        """Parameter set `number`, without the leading axis."""
        return Process(*(np.asarray(part[number]) for part in self))


AT_TIMES, AT_STARTS, AT_LAGS, AT_RESTARTS = (
    slice(2, 1 + TIMES),
    slice(1 + TIMES, 1 + TIMES + STARTS),
    slice(1 + TIMES + STARTS, 1 + TIMES + STARTS + LAGS),
    slice(1 + TIMES + STARTS + LAGS, 1 + TIMES + STARTS + LAGS + RESTARTS),
)
AGAIN = AT_RESTARTS.stop
LOG_RATIO = AGAIN + 1
PARAMETERS = LOG_RATIO + 1


def process(vector: Floats) -> Process:
    """The process of parameter vectors (sets, `PARAMETERS`): logarithms, in the order of the fields."""
    times = np.concatenate([np.zeros((len(vector), 1)), vector[:, AT_TIMES]], axis=1)
    return Process(
        np.exp(vector[:, 0]), np.exp(vector[:, 1]), np.exp(times), np.exp(vector[:, AT_STARTS]),
        np.exp(vector[:, AT_LAGS]), np.exp(vector[:, AT_RESTARTS]), np.exp(vector[:, AGAIN]), vector[:, LOG_RATIO],
    )  # fmt: skip


def piece(edges: npt.ArrayLike, day: npt.ArrayLike) -> Whole:
    """Which band of `edges` each day lies in; days beyond them count to the nearest."""
    bands = np.asarray(edges)
    return np.clip(np.searchsorted(bands, np.asarray(day), side="right") - 1, 0, len(bands) - 2)


def inside(edges: npt.ArrayLike, until: npt.ArrayLike) -> Floats:
    """Days of each band of `edges` before the day `until`: (days, bands)."""
    bands = np.asarray(edges, float)
    return np.clip(np.asarray(until, float)[:, None] - bands[:-1], 0, np.diff(bands))


def accumulated(edges: npt.ArrayLike, hazard: Floats, until: npt.ArrayLike) -> Floats:
    """Integral of a hazard that is constant in bands (n_bands,), from the first edge to each `until`; none beyond."""
    bands = np.asarray(edges, float)
    return np.interp(np.asarray(until, float), bands, np.append(0.0, np.cumsum(np.diff(bands) * hazard)))


def when(edges: npt.ArrayLike, hazard: Floats, amount: npt.ArrayLike) -> Floats:
    """The time at which `accumulated` reaches `amount`; infinity where it never does."""
    bands = np.asarray(edges, float)
    total = np.append(0.0, np.cumsum(np.diff(bands) * np.maximum(hazard, 1e-15)))
    amount = np.asarray(amount, float)
    return np.where(amount >= total[-1], np.inf, np.interp(amount, total, bands))


@dataclass(frozen=True, eq=False)
class Histories:
    """Follow-up, infections and IVIG doses of patients who were on IVIG; patients are 0..n-1.

    `days` (n): days at risk. `infection_patient`, `infection_day`: one entry an infection, sorted by patient and day.
    `dose_patient`, `dose_day`: one entry a dose day, sorted likewise; days before follow-up are negative; every patient
    has one. `window`: days after a dose that count as on IVIG.
    """

    days: Whole
    infection_patient: Whole
    infection_day: Whole
    dose_patient: Whole
    dose_day: Whole
    window: int

    def __len__(self) -> int:
        return len(self.days)

    def cohorts(self, number: int) -> list[Histories]:
        """The patients as `number` cohorts of equal size, one after another."""
        size = len(self) // number
        opens = np.arange(number + 1) * size
        infections, doses = (np.searchsorted(of, opens) for of in (self.infection_patient, self.dose_patient))
        return [
            Histories(
                self.days[low : low + size], self.infection_patient[a:b] - low, self.infection_day[a:b],
                self.dose_patient[c:d] - low, self.dose_day[c:d], self.window,
            )
            for low, a, b, c, d in zip(opens, infections, infections[1:], doses, doses[1:], strict=False)
        ]  # fmt: skip

    @property
    def stop_after(self) -> int:
        """Longest interval between two doses of one course (days)."""
        return self.window + STOPPED
