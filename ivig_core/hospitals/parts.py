"""One cohort cut into hospitals, to try with what is made for several."""

from __future__ import annotations

import numpy as np

from ivig_core.cohort.cohort import Cohort


def parts(cohort: Cohort, number: int) -> list[Cohort]:
    """The cohort in `number` parts, its patients dealt out in turn: each is in one of them."""
    places = np.arange(len(cohort)) % number
    return [cohort.subset(places == part) for part in range(number)]
