"""One run: cohorts of one model drawn, analysed and summarised."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ivig_core.simulate.generator import simulate
from ivig_core.simulate.model import SimulationModel
from ivig_core.terms import ON
from tests.slow.recovery.cohorts import ENDPOINTS, PATIENTS, SEED, WALD, analyse_cohorts
from tests.slow.summary import Performance, performance


@dataclass(frozen=True)
class Outcome:
    """`truth`: IRR on IVIG by endpoint. `small`: performance in cohorts of 43 by (endpoint, analysis). `by_size`: of
    the full model with Wald intervals by (endpoint, patients in the cohort), from 43 on.
    """

    truth: dict[str, float]
    small: dict[tuple[str, str], Performance]
    by_size: dict[tuple[str, int], Performance]


def run(model: SimulationModel) -> Outcome:
    """Draw, analyse and summarise the cohorts of one model."""
    effects = simulate(model, 1, SEED).truth["true_effects"]
    log_truth = {endpoint: effects[endpoint][ON]["log_irr"] for endpoint in ENDPOINTS}
    table = analyse_cohorts(model)
    small = table[table["size"] == PATIENTS].groupby(["endpoint", "analysis"], sort=False)
    by_size = table[table["analysis"] == WALD].groupby(["endpoint", "size"], sort=False)
    return Outcome(
        truth={endpoint: math.exp(value) for endpoint, value in log_truth.items()},
        small={key: performance(rows, log_truth[key[0]]) for key, rows in small},
        by_size={key: performance(rows, log_truth[key[0]]) for key, rows in by_size},
    )
