"""Cohorts in which IVIG does nothing and is started at random times."""

from __future__ import annotations

import numpy as np

from ivig_core.cohort.cohort import Cohort
from tests.core.make import Patient, cohort

LONGEST, MEAN_TO_EVENT, MEAN_TO_START, INTERVAL = 365, 240, 150, 28


def no_effect(patients: int, seed: int, event: str = "infection") -> Cohort:
    """Event after exponential times of mean 240 days, IVIG every 28 days from an exponential time of mean 150 days on.

    The two are independent. `event`: "infection" (the record ends with the first one, as in a chart review of time to
    first infection) or "death"; else the record ends after a year.
    """
    random = np.random.default_rng(seed)
    happens = np.floor(random.exponential(MEAN_TO_EVENT, patients)).astype(int)
    start = np.floor(random.exponential(MEAN_TO_START, patients)).astype(int)
    days = np.minimum(happens + 1, LONGEST)
    return cohort(
        *(
            Patient(
                int(last),
                doses=list(range(first, last, INTERVAL)),
                infections=[int(day)] if event == "infection" and day < LONGEST else [],
                died=float(day) if event == "death" and day < LONGEST else np.nan,
            )
            for last, first, day in zip(days, start, happens, strict=True)
        )
    )
