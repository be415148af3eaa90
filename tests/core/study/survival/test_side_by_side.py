"""Immortal time: what the naive comparison makes of IVIG that does nothing, and what the others do."""

from __future__ import annotations

import numpy as np
import pytest

from ivig_core.spec import AnalysisSpec
from ivig_core.study.cox.ratios import cox
from ivig_core.study.study import Study
from ivig_core.study.survival.side_by_side import IN_WINDOW, LANDMARK, NAIVE, SINCE_DOSE, side_by_side
from tests.core.estimate.survival.survival_cohort import reference_cohort
from tests.core.make import Patient, cohort
from tests.core.study.survival.immortal import no_effect

COHORTS, PATIENTS = 40, 200


@pytest.mark.parametrize(("event", "asked"), [("infection", "infection_or_death"), ("death", "death")])
def test_only_the_naive_comparison_finds_an_effect_that_is_not_there(event, asked):
    spec = AnalysisSpec().change(survival_event=asked, landmark_day=60)
    found = {name: [] for name in (NAIVE, LANDMARK, SINCE_DOSE, IN_WINDOW)}
    for seed in range(COHORTS):
        rows = side_by_side(Study(no_effect(PATIENTS, seed, event)), spec).rows.set_index("model")
        for name, items in found.items():
            items.append(rows.loc[name, ["log_hr", "ci_low", "ci_high"]].to_numpy(float))
    mean = {name: np.mean([item[0] for item in items]) for name, items in found.items()}
    error = {name: np.std([item[0] for item in items]) / COHORTS**0.5 for name, items in found.items()}
    covers = {name: np.mean([item[1] <= 1 <= item[2] for item in items]) for name, items in found.items()}
    assert mean[NAIVE] < -0.5
    assert covers[NAIVE] < 0.1
    for name in (LANDMARK, SINCE_DOSE, IN_WINDOW):
        assert abs(mean[name]) < 3 * error[name] + 0.01, (name, mean[name])
        assert covers[name] >= 0.85


def test_curves_of_the_naive_comparison_part_and_the_others_do_not():
    result = side_by_side(Study(no_effect(4000, 1)), AnalysisSpec())

    def apart(curves) -> float:
        at = curves.at([120]).set_index("group")["survival"]
        return at["ivig"] - at["no_ivig"]

    assert apart(result.naive.km) > 0.15
    # About three standard errors with 646 patients in the smaller group.
    assert abs(apart(result.landmark.km)) < 0.065
    assert abs(apart(result.switching)) < 0.065


def test_rows_are_those_of_the_models_alone():
    study, spec = Study(reference_cohort("sim500")), AnalysisSpec()
    rows = side_by_side(study, spec).rows.set_index("model")
    alone = cox(study, spec).rows
    assert rows.loc[LANDMARK, "hr"] == alone.query("model == 'landmark'")["hr"].item()
    assert rows.loc[SINCE_DOSE, "hr"] == alone.query("term == 'ever_ivig'")["hr"].item()
    assert rows.loc[IN_WINDOW, "hr"] == alone.query("term == 'on_ivig'")["hr"].item()


def test_time_before_the_first_dose_is_counted_by_hand():
    """Dose on day 4: 4 of 10 days before it. Dose on day 8, infected on day 5: all 6 days, and the infection."""
    made = cohort(Patient(10, doses=[4]), Patient(10, doses=[8], infections=[5]), Patient(10))
    result = side_by_side(Study(made), AnalysisSpec())
    assert (result.immortal_days, result.ivig_days, result.events_before_dose) == (10, 16, 1)
    assert result.immortal_share == 10 / 16
    assert result.landmark_day == 30


@pytest.mark.parametrize(
    "patients",
    [
        [Patient(10)],
        [Patient(10, doses=[0])],
        [Patient(1, infections=[0], doses=[0]), Patient(1, infections=[0])],
        [Patient(50, doses=[3]), Patient(50, doses=[4])],
    ],
    ids=["no IVIG", "one patient on IVIG", "all on the first day", "no event"],
)
@pytest.mark.parametrize("landmark", [0, 30])
def test_without_a_ratio_a_row_says_why(patients, landmark):
    rows = side_by_side(Study(cohort(*patients)), AnalysisSpec().change(landmark_day=landmark)).rows
    assert rows["model"].tolist() == [NAIVE, LANDMARK, SINCE_DOSE, IN_WINDOW]
    assert all(row.note for row in rows.itertuples() if row.status != "ok")
