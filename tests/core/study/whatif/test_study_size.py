"""Size of a study: what is from the cohort, what is entered, and that formula and simulation are one where they should
be."""

from __future__ import annotations

import json

import numpy as np
import pytest

from ivig_core.cohort.read import read_cohort
from ivig_core.errors import SpecError, SpecListError
from ivig_core.estimate.whatif.size.lives import LifeModel
from ivig_core.estimate.whatif.size.series_size import per_infection
from ivig_core.spec import AnalysisSpec
from ivig_core.study.rates.models import sccs
from ivig_core.study.study import Study
from ivig_core.study.whatif.size.facts import facts
from ivig_core.study.whatif.size.lives import life_model
from ivig_core.study.whatif.size.plan import LIMITS, StudyPlan
from ivig_core.study.whatif.size.simulated import Simulation, simulated_sizes, simulation
from ivig_core.study.whatif.size.size import GROUPS, POWERS, SERIES, study_size
from tests.core.make import Patient, cohort
from tests.core.study.whatif.sizes import nothing, without_cohort
from tests.paths import REFERENCE

SPEC, PLAN = AnalysisSpec(), StudyPlan()


@pytest.fixture(scope="module")
def study() -> Study:
    return Study(read_cohort(REFERENCE / "sim43.csv").cohort)


def test_the_information_of_an_infection_is_that_of_the_case_series(study):
    """At the cohort's own ratio A × B × infections is the squared Wald statistic, exactly: the formula takes the days
    on IVIG of each patient as the fit does."""
    row = sccs(study, SPEC).iloc[0]
    known = facts(study, SPEC, 30, 28)
    one = per_infection(known.exposed, float(row["irr"]))
    assert one.signal * one.spread * known.infections.sum() == pytest.approx((row["log_irr"] / row["se"]) ** 2)
    size = study_size(study, SPEC, StudyPlan(ratio=float(row["irr"]))).size(SERIES)
    assert size.patients == pytest.approx(size.infections / known.infections.sum() * 43)


def test_sizes_in_words_of_r():
    """As R SCCS::samplesize(0.6, 240, 0, 729, p = 1): 154 infections."""
    size = without_cohort(PLAN)
    assert np.ceil(size.size(SERIES).infections) == 154
    each = 730 * 2 / 365.25 * (1 - 0.4 * 240 / 730)
    assert size.infections_per_patient == pytest.approx(each)
    assert size.size(SERIES).patients == pytest.approx(size.size(SERIES).infections / each)
    assert size.share_infected == pytest.approx(1 - (1 + 0.5 * each) ** -2)
    assert [item.power for item in size.sizes] == [*POWERS, *POWERS]
    curve = size.curve[size.curve["design"] == SERIES]
    needed = size.size(SERIES).patients
    assert np.interp(needed, curve["patients"], curve["power"]) == pytest.approx(0.8, abs=0.005)


def test_what_is_entered_replaces_what_the_cohort_tells(study):
    own = study_size(study, SPEC, PLAN)
    assert {item.name for item in own.inputs if item.source == "cohort"} == {
        "follow_up_days", "on_days", "share_on", "rate", "variance", "start_by_rate", "first_per_year",
        "again_per_year", "trigger", "trigger_days", "doses",
    }  # fmt: skip
    twice = study_size(study, SPEC, StudyPlan(rate=2 * own.value("rate")))
    assert twice.size(SERIES).patients == pytest.approx(own.size(SERIES).patients / 2)
    assert twice.size(SERIES).infections == pytest.approx(own.size(SERIES).infections)
    entered = study_size(study, SPEC, StudyPlan(share_on=0.3))
    assert {item.name: item.source for item in entered.inputs}["on_days"] == "cohort"
    assert entered.value("follow_up_days") == np.median(facts(study, SPEC, 30, 28).follow_up)


@pytest.mark.parametrize(
    ("plan", "statuses"),
    [
        (StudyPlan(ratio=1.0), {"no_effect"}),
        (StudyPlan(share_on=0.0), {"nobody_on_ivig"}),
        (StudyPlan(on_days=0, follow_up_days=500), {"nobody_on_ivig", "ok"}),
        (StudyPlan(share_on=1.0), {"ok", "everybody_on_ivig"}),
        (StudyPlan(follow_up_days=60, on_days=60, share_on=0.5), {"no_contrast", "ok"}),
        (StudyPlan(ratio=1.0001), {"too_many"}),
        (StudyPlan(follow_up_days=2, on_days=1, rate=0.01), {"too_many"}),
    ],
    ids=str,
)
def test_no_size_is_enough_in_a_sentence(study, plan, statuses):
    size = study_size(study, SPEC, plan)
    assert {item.status for item in size.sizes} == statuses
    assert all(item.note and item.patients is None for item in size.sizes if item.status != "ok")
    sizes, why = simulated_sizes(size)
    assert bool(sizes) == (size.size(SERIES).status in ("ok", "no_effect"))
    assert sizes or why


COHORTS = {
    "one patient": [Patient(days=400, doses=[100, 130], infections=[20, 80, 110, 300])],
    "one day": [Patient(days=1, doses=[0], infections=[0])],
    "nothing": [Patient(days=10)],
    "no IVIG": [Patient(days=300, infections=[20, 90])] * 3,
    "no infections": [Patient(days=300, doses=[20, 48])] * 3,
    "always on": [Patient(days=300, doses=list(range(0, 300, 28)), infections=[20, 90])] * 3,
    "none on IVIG": [Patient(days=300, doses=[200], infections=[20, 90])] * 3,
    "all on IVIG": [Patient(days=300, doses=[100, 200], infections=[110, 210])] * 3,
}


@pytest.mark.parametrize("patients", COHORTS.values(), ids=COHORTS)
def test_odd_cohorts(patients):
    odd = Study(cohort(*patients))
    size = study_size(odd, SPEC, PLAN)
    for item in size.sizes:
        assert (item.status == "ok") == (item.patients is not None)
    assert all(item.value is None or np.isfinite(item.value) for item in size.inputs)
    assert np.isfinite(size.curve["power"]).all()
    run = simulation(odd, SPEC, PLAN, studies=1)
    run.step()
    found = run.result()
    assert found.studies == (1 if run.sizes else 0)
    assert len(found.table) == 3 * len(run.sizes)


def test_what_is_simulated_is_what_is_said_to_be_planned_with(study):
    for plan in (PLAN, StudyPlan(on_days=240, follow_up_days=730), StudyPlan(on_days=100, doses=3.0, again_per_year=1)):
        model, said = life_model(study, SPEC, plan), {item.name: item for item in study_size(study, SPEC, plan).inputs}
        for name, used in (
            ("doses", model.doses), ("first_per_year", model.first * 365.25), ("again_per_year", model.again * 365.25),
        ):  # fmt: skip
            assert said[name].value == pytest.approx(used)
    assert said["doses"].source == said["again_per_year"].source == "entered"
    assert said["first_per_year"].source == "default"


def test_a_cohort_of_one_is_said_to_tell_little():
    one = study_size(Study(cohort(*COHORTS["one patient"])), SPEC, PLAN)
    assert one.notes[0].startswith("This cohort has 1 patient with 4 infections: what it tells")


def test_nobody_is_selected(study):
    size = study_size(study, AnalysisSpec().change(where="age>=200"), PLAN)
    assert size.notes[0].startswith("This cohort has no infection")


def test_what_a_plan_may_be():
    for name, limit in LIMITS.items():
        for value in (limit.low, limit.high):
            StudyPlan(**{name: int(value) if limit.whole else value})
        for value in (limit.low - 0.001, limit.high * 1.01, float("nan"), "0.6", True):
            with pytest.raises(SpecError, match=name):
                StudyPlan(**{name: value})
    with pytest.raises(SpecError, match="no more than the follow-up"):
        StudyPlan(follow_up_days=100, on_days=101)
    with pytest.raises(SpecListError):
        StudyPlan(ratio=3000, power=80)


def landing(trigger: float) -> dict[int, dict[str, float]]:
    """The largest of 100 simulated studies each, by analysis."""
    model = LifeModel(
        np.array([730]), 2 / 365.25, 0.6, variance=0.5, first=0.6 / 365.25, again=0.6 / 365.25, trigger=trigger
    )
    run = Simulation(model, without_cohort(PLAN), studies=100)
    while not run.finished:
        run.step()
    rows = run.result().table.to_dict("records")
    return {row["before_days"]: row for row in rows}


def test_the_simulation_shows_power_and_bias():
    plain, triggered = landing(1.0), landing(8.0)
    assert plain[0]["ratio_median"] == pytest.approx(0.6, abs=0.03)
    assert plain[0]["power"] == pytest.approx(plain[0]["power_by_formula"], abs=0.1)
    assert triggered[0]["ratio_median"] < 0.56 < 0.6 < triggered[30]["ratio_median"]
    assert triggered[0]["coverage"] < plain[0]["coverage"]


def test_patients_needed_by_simulation_are_read_off_and_a_run_can_be_stopped_and_gone_on_with(monkeypatch):
    model = life_model(nothing(), SPEC, StudyPlan(follow_up_days=730, on_days=240, share_on=1.0))
    size = without_cohort(PLAN)
    monkeypatch.setattr("ivig_core.study.whatif.size.simulated.LIVES_AT_ONCE", 6000)
    run, again = (Simulation(model, size, studies=120, seed=3) for _ in range(2))
    run.step()
    again.step()
    part = run.result()
    assert part.table.equals(again.result().table)
    while not run.finished:
        run.step()
    whole = run.result()
    assert 0 < part.studies < whole.studies == 120
    rows = whole.table[whole.table["before_days"] == 0]
    needed = whole.needed[0]
    assert needed.low < needed.patients < needed.high
    assert np.interp(needed.patients, rows["patients"], rows["power"]) == pytest.approx(0.8, abs=0.09)


def test_smaller_sizes_are_added_until_one_is_clearly_too_small_and_the_number_has_the_power():
    """Infections that bring IVIG on: the formula's sizes nearly all have the power. New studies of the size that is
    read off have the power asked for."""
    model = LifeModel(
        np.array([730]), 2 / 365.25, 0.75, variance=0.5, doses=8.0, first=0.3 / 365.25, again=0.3 / 365.25, trigger=30.0
    )
    size = without_cohort(StudyPlan(ratio=0.75))
    run, other = Simulation(model, size, studies=200), Simulation(model, size, studies=400, seed=2)
    planned = run.sizes
    while not run.finished:
        run.step()
    found = run.result()
    assert run.sizes[-len(planned) :] == planned
    assert len(run.sizes) > len(planned)
    assert (found.table["studies"] == 200).all()
    first = found.needed[0]
    assert found.table["power"].iloc[0] < 0.7
    assert first.low < first.patients < first.high
    assert first.patients < planned[0]
    other.sizes = [round(first.patients)]
    while not other.finished:
        other.step()
    checked = other.result().table
    power = checked.loc[(checked["before_days"] == 0) & (checked["patients"] == round(first.patients)), "power"]
    assert power.item() == pytest.approx(0.8, abs=0.05)


def test_a_plan_that_would_take_too_much_memory_is_not_simulated(study):
    run = simulation(study, SPEC, StudyPlan(rate=50.0, trigger=50.0, first_per_year=24.0))
    assert (run.sizes, run.finished) == ([], True)
    assert run.note.startswith("too many infections or starts a patient")
    assert run.result().studies == 0


def test_groups_take_the_share_of_patients_given_ivig(study):
    size = study_size(study, SPEC, PLAN)
    assert size.value("share_on") == pytest.approx(37 / 43)
    assert size.size(GROUPS).patients > study_size(study, SPEC, StudyPlan(variance=0.0)).size(GROUPS).patients
    assert json.dumps([item.__dict__ for item in size.sizes], allow_nan=False)
