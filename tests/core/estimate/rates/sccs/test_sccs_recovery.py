"""A known rate ratio is found again: simulated cohorts under the generating model."""

from __future__ import annotations

import numpy as np

from ivig_core.cohort.read import read_cohort
from ivig_core.simulate.generator import simulate
from ivig_core.simulate.presets import get_preset
from ivig_core.spec import AnalysisSpec
from ivig_core.study.rates.models import sccs
from ivig_core.study.study import Study

FULL = {"pre_exposure_days": 30, "adjust_for": "phase,season,time", "ci_method": "wald"}


def ratios(study: Study, **settings):
    return sccs(study, AnalysisSpec().change(**settings)).set_index("term")


def test_the_full_model_recovers_every_true_effect():
    """6 000 simulated patients, generating model fitted: each estimate within 3.5 standard errors of its truth, the
    ratio on IVIG within 10 %. The crude ratio is further off than that: the days before the first dose are in it.
    """
    preset = get_preset("known_truth")
    made = simulate(preset.model, 6000, seed=5)
    # One study: the days of all patients are split once for the three models.
    study = Study(read_cohort(made.rows.to_csv(index=False, lineterminator="\n").encode()).cohort)
    tables = {"all_grades": ratios(study, **FULL), "grade_3_plus": ratios(study, **FULL, min_grade=3)}
    for endpoint, table in tables.items():
        truth = made.truth["true_effects"][endpoint]
        for term in table.index:
            row = table.loc[term]
            assert abs(row["log_irr"] - truth[term]["log_irr"]) < 3.5 * row["se"], (endpoint, term)
    assert abs(np.log(tables["all_grades"].loc["on_ivig", "irr"] / 0.60)) < 0.1
    crude = ratios(study).loc["on_ivig"]
    assert crude["ci_high"] < 0.60
