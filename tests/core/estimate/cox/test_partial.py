"""The partial likelihood by its own derivatives."""

from __future__ import annotations

import numpy as np
import pytest

from ivig_core.estimate.cox.partial import PartialLikelihood
from ivig_core.estimate.rates.counting import risk_sets
from ivig_core.spec import AnalysisSpec
from ivig_core.study.cox.designs import varying
from ivig_core.study.study import Study
from tests.core.reference import reference_cohort


def test_score_and_information_are_derivatives_of_the_likelihood():
    made = varying(Study(reference_cohort("sim43")), AnalysisSpec(), "on_ivig")
    rng = np.random.default_rng(3)
    X = np.hstack([made.ivig.columns, rng.normal(size=(len(made.rows.patient), 2))])
    likelihood, beta = PartialLikelihood(risk_sets(made.rows), X), np.array([-0.5, 0.3, 0.1])
    here, step = likelihood.at(beta), 1e-5
    for index, unit in enumerate(np.eye(3) * step):
        up, down = likelihood.at(beta + unit), likelihood.at(beta - unit)
        assert (up.value - down.value) / (2 * step) == pytest.approx(here.score[index], abs=1e-6)
        np.testing.assert_allclose((down.score - up.score) / (2 * step), here.information[index], atol=1e-6)
