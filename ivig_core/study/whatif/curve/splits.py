"""What a specification curve shares between its models: infections of every endpoint, and person-time as arrays."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence

import numpy as np
import pandas as pd

from ivig_core.cohort.cohort import Cohort
from ivig_core.estimate.cells import Factor
from ivig_core.estimate.rates.sccs import adjuster, exposure_factor
from ivig_core.estimate.whatif.curve.stack import Split
from ivig_core.persontime.endpoint import episodes, passing
from ivig_core.persontime.split import PersonTime
from ivig_core.spec import EndpointSpec


class Events:
    """Infections of every endpoint, counted once.

    `cohort`: the patients with an infection of any of them; the others say nothing of a ratio within patients.
    `number`: of each endpoint which distinct one it is, `kept`: the first of each; `infections`: those of all distinct
    endpoints (`patient`, `day`), one below the other, with `endpoint`, the number of theirs.
    """

    def __init__(self, cohort: Cohort, endpoints: Sequence[EndpointSpec]) -> None:
        self.number: dict[EndpointSpec, int] = {}
        self.kept: list[EndpointSpec] = []
        seen: dict[bytes, int] = {}
        found: list[pd.DataFrame] = []
        merged = {gap: episodes(cohort, gap) for gap in dict.fromkeys(item.episode_gap_days for item in endpoints)}
        for endpoint in endpoints:
            rows = passing(merged[endpoint.episode_gap_days], endpoint)[["patient", "day"]]
            mark = rows.to_numpy(np.int64).tobytes()
            if mark not in seen:
                seen[mark] = len(seen)
                found.append(rows.assign(endpoint=seen[mark]))
                self.kept.append(endpoint)
            self.number[endpoint] = seen[mark]
        every = pd.concat(found, ignore_index=True)
        infected = np.zeros(len(cohort), bool)
        infected[every["patient"].to_numpy()] = True
        self.cohort = cohort.subset(infected)
        code = np.cumsum(infected) - 1
        self.infections = every.assign(patient=code[every["patient"].to_numpy()])


class Days:
    """Person-time under one definition of exposure, with the factors of all models made once."""

    def __init__(self, time: PersonTime, events: Events, adjusters: Collection[str]) -> None:
        self._patient = time.table["patient"].to_numpy(np.int64)
        self._days = time.table["days"].to_numpy(np.int64)
        self._exposure = exposure_factor(time)
        self._adjusters = {name: adjuster(time, name) for name in adjusters}
        at = time.row_of(events.infections)
        self._at, self._endpoint = at[at >= 0], events.infections["endpoint"].to_numpy()[at >= 0]

    def split(self, names: Sequence[str]) -> Split:
        """What a model adjusted for these factors needs."""
        factors = (self._exposure, *(factor for name in names for factor in self._adjusters[name]))
        return Split(self._patient, self._days, factors, self._at, self._endpoint)


def mark(time: PersonTime) -> bytes:
    """Equal for person-time with equal days in equal states."""
    digest = hashlib.blake2b(digest_size=16)
    for name in ("patient", "start_day", "end_day"):
        digest.update(time.table[name].to_numpy(np.int64).tobytes())
    digest.update(time.table["state"].cat.codes.to_numpy(np.int8).tobytes())
    return digest.digest()


def varies(patient: np.ndarray, factors: Sequence[Factor]) -> bool:
    """Whether some patient has days in two levels of one of the factors."""
    return any(_varies(patient, factor) for factor in factors)


def _varies(patient: np.ndarray, factor: Factor) -> bool:
    level = np.zeros((int(patient.max(initial=-1)) + 1, len(factor.terms) + 1), bool)
    level[patient, factor.codes] = True
    return bool((level.sum(axis=1) > 1).any())
