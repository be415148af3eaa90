"""Where IVIG does the same in everybody, adjusted p calls no more cohorts different than it says.

With no true difference every finding is a false one: the false-discovery rate is the share of cohorts with a finding.
"""

from __future__ import annotations

import math

import numpy as np

from ivig_core.estimate.multiplicity import false_discovery
from ivig_core.simulate.cohort import simulate_cohort
from ivig_core.spec import AnalysisSpec
from ivig_core.study.rates.factors import NOT_OF_PATIENTS, listed_factors
from ivig_core.study.rates.forest import forest
from ivig_core.study.study import Study

COHORTS, PATIENTS, FIRST_SEED = 400, 150, 5_000
LEVEL = 0.05
SPEC = AnalysisSpec()


def p_values(seed: int) -> np.ndarray:
    """p for interaction of every baseline factor of one cohort in which the ratio is the same for all of them."""
    study = Study(simulate_cohort("known_truth", PATIENTS, seed))
    factors = [name for name in listed_factors(study, SPEC) if name not in NOT_OF_PATIENTS]
    tables = [forest(study, SPEC, name) for name in factors]
    return np.array([table["p_interaction"].iloc[0] for table in tables if len(table)], float)


def test_cohorts_with_a_finding():
    drawn = [p_values(FIRST_SEED + number) for number in range(COHORTS)]
    raw = np.mean([(found < LEVEL).any() for found in drawn])
    adjusted = np.mean([(false_discovery(found) < LEVEL).any() for found in drawn])
    print(f"{COHORTS} cohorts: a p below {LEVEL} in {raw:.1%}, an adjusted one in {adjusted:.1%}")
    error = math.sqrt(LEVEL * (1 - LEVEL) / COHORTS)
    # The likelihood-ratio test itself is a little too eager where levels are small.
    assert adjusted <= LEVEL + 3 * error
    assert raw > 5 * LEVEL
