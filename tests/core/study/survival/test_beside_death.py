"""Groups where death competes: Gray's test and three hazards are those of the estimators."""

from __future__ import annotations

import numpy as np
import pytest

from ivig_core.errors import EstimationError
from ivig_core.figures.survival.beside_death_words import gray_sentence, hazards_table, lines_on_paper, why_none
from ivig_core.spec import AnalysisSpec
from ivig_core.study.cox.competing import cox_beside_death
from ivig_core.study.cox.question import CoxQuestion
from ivig_core.study.cox.ratios import cox_rows
from ivig_core.study.study import Study
from ivig_core.study.survival.beside_death import HAZARDS, beside_death
from tests.core.make import Patient, cohort
from tests.core.reference import reference_cohort

SPEC = AnalysisSpec()


@pytest.fixture(scope="module")
def study() -> Study:
    return Study(reference_cohort("sim500"))


def test_the_cause_specific_hazard_is_that_of_the_cox_model(study):
    """And Gray's test and Fine-Gray those of R: see tests/core/estimate/survival/subdistribution."""
    found = beside_death(study, SPEC)
    rows = found.rows.set_index("hazard")
    assert tuple(rows.index) == HAZARDS
    cox = (
        cox_rows(study, SPEC.change(survival_event="infection")).set_index(["model", "term"]).loc[("landmark", "ivig")]
    )
    np.testing.assert_allclose(
        rows.loc["infection", ["log_hr", "se"]].astype(float), cox[["log_hr", "se"]].astype(float), rtol=1e-9
    )
    assert found.tests["chi2"].round(6).tolist() == [1.530379, 0.58705]
    alone = cox_beside_death(study, SPEC, CoxQuestion(ivig="ivig"))
    mine = alone[(alone["variable"] == "ivig").to_numpy()].set_index("hazard")
    np.testing.assert_allclose(mine["log_hr"], rows["log_hr"], rtol=1e-9)
    assert set(alone["hazard"]) == set(HAZARDS)
    together = cox_beside_death(study, SPEC, CoxQuestion(ivig="ivig", covariates=("age",)))
    assert together.groupby("hazard").size().to_dict() == dict.fromkeys(HAZARDS, 2)


def test_nothing_competes_with_death_and_no_groups_are_not_compared(study):
    with pytest.raises(EstimationError, match="nothing competes with it"):
        beside_death(study, SPEC.change(survival_event="death"))
    found = beside_death(study, SPEC.change(survival_group="none", landmark_day=0))
    assert found.rows.empty
    assert gray_sentence(found) == ""
    with pytest.raises(EstimationError, match="IVIG day by day has no value after a death"):
        cox_beside_death(study, SPEC, CoxQuestion(ivig="on_ivig"))


@pytest.mark.parametrize(
    "people",
    [
        [Patient(days=300, doses=[5], infections=[60]), Patient(days=300)],
        [Patient(days=90 + k, doses=[5] if k % 2 else [], died=89 + k) for k in range(6)],
        [Patient(days=90 + k, doses=[5] if k % 2 else [], infections=[40 + k]) for k in range(6)],
        [Patient(days=90, doses=[5] if k % 2 else []) for k in range(4)],
    ],
    ids=["two patients", "everybody died", "no deaths", "nothing"],
)
def test_a_number_or_a_sentence(people):
    found = beside_death(Study(cohort(*people)), SPEC)
    assert len(found.rows) == 3
    shown = hazards_table(found)
    assert not shown.isin(["nan", "None"]).any(axis=None)
    assert len(lines_on_paper(found)) >= 3
    assert gray_sentence(found)
    assert all(text.endswith(".") for text in why_none(found.rows))
    without = (shown == "no estimate").any(axis=None)
    assert bool(why_none(found.rows)) == without
