"""A dozen patients written down by hand for the Cox tests."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ivig_core.estimate.cox.data import rows_from_start
from ivig_core.estimate.cox.regression import CoxFit, cox_model

WORDS = "an infection"
# t, event, level, age: ties, nobody in level c has the event.
HAND = pd.DataFrame(
    {
        "t": [5, 8, 8, 12, 15, 15, 20, 22, 30, 30, 41, 50],
        "e": [1, 1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 0],
        "g": list("abacabcbacba"),
        "age": [60.0, 71, 55, 64, 80, 58, 62, 77, 69, 50, 73, 66],
    }
)


def by_hand(*covariates, data: pd.DataFrame = HAND, **more) -> CoxFit:
    rows = rows_from_start(np.arange(len(data)), data["t"].to_numpy(), data["e"].to_numpy(bool))
    return cox_model("m", rows, covariates, WORDS, **more)


def term(fit: CoxFit, name: str):
    return next(row for row in fit.rows if row.term == name)
