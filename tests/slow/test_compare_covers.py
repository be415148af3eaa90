"""Intervals of a difference between two analyses of the same patients hold a known truth as often as they say.

Run on 2026-11-28 with 200 cohorts of 60 patients: see the assertion; the figures are in the message of a failure.
"""

from __future__ import annotations

import numpy as np

from ivig_core.cohort.read import read_cohort
from ivig_core.simulate.generator import simulate
from ivig_core.simulate.model import SimulationModel
from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study
from ivig_core.study.whatif.compare.comparison import RATE_OFF, RATE_ON, RATIO, compare

COHORTS, PATIENTS = 200, 60
ALL = AnalysisSpec()


def test_a_difference_of_none_is_covered():
    """IVIG works alike in everybody, and frailty has nothing to do with age: a part of the patients has the ratio and
    the rates of all."""
    model = SimulationModel(irr_before_first_dose=1.0, share_never_ivig=0.2)
    made = simulate(model, COHORTS * PATIENTS, seed=3).rows
    whole = read_cohort(made.to_csv(index=False, lineterminator="\n").encode()).cohort
    assert whole is not None
    covered = dict.fromkeys((RATIO, RATE_ON, RATE_OFF), 0)
    for part in range(COHORTS):
        some = whole.subset(np.arange(len(whole)) // PATIENTS == part)
        rows = compare(Study(some), ALL, ALL.change(where="age>=65")).rows.set_index("measure")
        for name in covered:
            covered[name] += bool(rows.loc[name, "ci_low"] <= 1 <= rows.loc[name, "ci_high"])
    shares = {name: count / COHORTS for name, count in covered.items()}
    assert all(0.90 <= share <= 0.985 for share in shares.values()), shares
