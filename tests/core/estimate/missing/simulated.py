"""Cohorts with known hazard ratios in which covariates are missing at random."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ivig_core.estimate.cox.data import Covariate, levels, number, rows_from_start
from ivig_core.estimate.rates.counting import CountingRows

TRUTH = {"age": 0.4, "high_risk=yes": 0.7, "stage=II": 0.4, "stage=III": 0.8}
"""Log hazard ratios; of age per standard deviation."""


def drawn(rng: np.random.Generator, patients: int) -> tuple[CountingRows, list[Covariate]]:
    """Rows and covariates of one cohort. Age is known of all; cytogenetics and stage go with it. They are missing more
    often in the old and much more often where there was an event: complete cases are then no sample of the cohort."""
    age = rng.standard_normal(patients)
    high = rng.random(patients) < 1 / (1 + np.exp(1 - 0.6 * age))
    stage = np.clip(np.floor(1.5 + 0.6 * age + 0.5 * high + 0.8 * rng.standard_normal(patients)), 0, 2).astype(int)
    log_hazard = 0.4 * age + 0.7 * high + 0.4 * stage - 6.3
    event_time, end = rng.exponential(np.exp(-log_hazard)), rng.uniform(200, 900, patients)
    event = event_time <= end
    time = np.ceil(np.minimum(event_time, end)).astype(np.int64)
    chance = 1 / (1 + np.exp(2.2 - 0.7 * age - 1.6 * event))
    no_risk, no_stage = (rng.random(patients) < chance for _ in range(2))
    risk = pd.Categorical(np.where(no_risk, None, np.where(high, "yes", "no")), ["no", "yes"])
    of_stage = pd.Categorical.from_codes(np.where(no_stage, -1, stage), ["I", "II", "III"], ordered=True)
    covariates = [number("age", age), levels("high_risk", risk, "no"), levels("stage", of_stage, "I")]
    return rows_from_start(np.arange(patients), time, event), covariates
