"""The other models as a study gives them: computed once for the parts of the spec they depend on, never a NaN alone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from ivig_core.estimate.result import RATIO_COLUMNS
from ivig_core.spec import AnalysisSpec
from ivig_core.study.rates.models import andersen_gill, gee, pwp
from ivig_core.study.study import Study
from ivig_core.terms import exposure_terms
from tests.core.make import cohort
from tests.core.persontime.strategies import COHORTS, specs
from tests.core.reference import reference_cohort

MODELS = (gee, andersen_gill, pwp)
STATUSES = {
    "ok", "no_events_exposed", "no_events_reference", "no_contrast", "not_identified", "no_convergence",
}  # fmt: skip


@pytest.mark.parametrize("model", MODELS)
def test_a_model_is_fitted_once_for_what_it_depends_on(model):
    study, spec = Study(reference_cohort("sim43")), AnalysisSpec()
    first = model(study, spec)
    assert list(first.columns) == list(RATIO_COLUMNS)
    assert set(first["model"]) == {model.__name__}
    assert model(study, spec.change(ci_method="wald", rate_ci="exact", landmark_day=60)) is first
    for changes in ({"population": "all"}, {"adjust_for": "phase"}, {"window_cuts": "7"}, {"min_grade": 3}):
        assert not model(study, spec.change(**changes)).equals(first)


@given(people=COHORTS, spec=specs())
@settings(max_examples=15, deadline=None)
@pytest.mark.parametrize("population", ["exposed", "all"])
def test_every_term_has_a_number_or_a_sentence(people, spec, population):
    spec = spec.change(population=population, adjust_for="phase,season,time,prophylaxis,igg")
    study = Study(cohort(*people))
    for model in MODELS:
        table = model(study, spec)
        terms = exposure_terms(spec.exposure)
        assert table["term"].tolist()[: len(terms)] == list(terms)
        assert set(table["status"]) <= STATUSES
        ok = (table["status"] == "ok").to_numpy()
        values = table[["log_irr", "se", "irr", "ci_low", "ci_high", "p_value"]].to_numpy()
        assert not np.isnan(values[ok]).any()
        assert (np.abs(table.loc[ok, "log_irr"]) < 15).all()
        assert np.isnan(table.loc[~ok, "ci_high"]).all()
        assert (table["note"] != "").all()
