"""Early and late start of IVIG by kind of infection: what counts, for whom, and what is said."""

from __future__ import annotations

import pytest

from ivig_core.errors import SpecError
from ivig_core.estimate.survival.timing import CONTRASTS, STATES
from ivig_core.spec import AnalysisSpec
from ivig_core.study.cox.ratios import cox_rows
from ivig_core.study.study import Study
from ivig_core.study.survival.timing import OUTCOMES, outcome_spec, timing
from tests.core.make import Patient, cohort

SPEC = AnalysisSpec()


def people() -> list[Patient]:
    kinds = ("bacterial", "viral", "mixed", None)
    return [
        Patient(
            days=200,
            doses=[[-10], [4], [60], []][number % 4],
            infections=[(90 + number, 2, kinds[number // 2 % 4]), (150, 3, "viral")] if number % 3 else [],
        )
        for number in range(24)
    ]


def test_every_outcome_has_every_contrast_and_state():
    result = timing(Study(cohort(*people())), SPEC)
    assert result.rows["outcome"].tolist() == [name for name in OUTCOMES for _ in CONTRASTS]
    assert result.rows["model"].tolist() == list(CONTRASTS) * 3
    assert result.states["state"].tolist() == list(STATES) * 3
    assert result.starters == (12, 6)
    assert result.before == 6


def test_states_add_up_to_the_patients_and_infections_of_the_outcome():
    result = timing(Study(cohort(*people())), SPEC)
    events = result.states.groupby("outcome", sort=False)["events"].sum()
    assert events["any"] == 16
    assert events["viral"] == 16
    models = result.rows.drop_duplicates("outcome").set_index("outcome")
    assert models["events"].to_dict() == events.to_dict()


def test_pathogens_are_replaced_and_all_other_filters_kept():
    spec = SPEC.change(pathogens="fungal", min_grade=3, hospitalized="yes", survival_event="death")
    assert outcome_spec(spec, "any").endpoint == SPEC.change(min_grade=3, hospitalized="yes").endpoint
    viral = outcome_spec(spec, "viral")
    assert (viral.endpoint.pathogens, viral.endpoint.min_grade) == (("viral",), 3)
    assert viral.survival.survival_event == "infection"
    study = Study(cohort(*people()))
    graded = timing(study, SPEC.change(min_grade=3))
    # The infections of grade 3 are all viral and on day 150.
    assert graded.states.loc[graded.states["outcome"] == "bacterial", "events"].sum() == 0
    assert (graded.rows.loc[graded.rows["outcome"] == "bacterial", "status"] != "ok").all()


def test_with_nobody_late_it_is_the_model_of_ever_having_started():
    study = Study(cohort(*people()))
    rows = timing(study, SPEC, 199).rows.set_index(["outcome", "model"])
    ever = cox_rows(study, SPEC.change(survival_event="infection")).set_index("term").loc["ever_ivig"]
    assert rows.loc[("any", "early_ivig"), "log_hr"] == pytest.approx(ever["log_hr"])
    assert rows.loc[("any", "early_ivig"), "se"] == pytest.approx(ever["se"])
    assert (rows.loc[(slice(None), "late_ivig"), "status"] == "no_contrast").all()


def test_what_is_said():
    notes = " ".join(timing(Study(cohort(*people())), SPEC, 14).notes)
    assert "up to day 14 early is compared with not started only" in notes
    assert "6 patients with a dose before the first day at risk count as early" in notes
    assert "4 without a recorded pathogen and 4 of mixed pathogens" in notes
    alone = " ".join(timing(Study(cohort(Patient(doses=[-3]), Patient())), SPEC).notes)
    assert "1 patient with a dose before the first day at risk counts as early" in alone
    assert "pathogen" not in alone


def test_infections_on_dose_days_left_out_are_said():
    study = Study(cohort(Patient(doses=[20], infections=[20]), Patient(infections=[50])))
    notes = timing(study, SPEC.change(dose_day="excluded")).notes
    assert "infection: 1 event on a dose day not counted" in notes


@pytest.mark.parametrize("grace", [-1, 366, 30.5])
def test_days_that_are_not_allowed(grace):
    with pytest.raises(SpecError, match="grace"):
        timing(Study(cohort(Patient())), SPEC, grace)
    with pytest.raises(SpecError, match="outcome"):
        outcome_spec(SPEC, "fungal infection")
