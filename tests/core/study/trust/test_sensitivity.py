"""The ratio under other settings: rows against R, what is as set, and a range that holds what the crude row misses."""

from __future__ import annotations

import math
from functools import cache

import pandas as pd
import pytest

from ivig_core.cohort.read import read_cohort
from ivig_core.simulate.generator import simulate
from ivig_core.simulate.model import SimulationModel
from ivig_core.simulate.parts import Starts
from ivig_core.spec import AnalysisSpec
from ivig_core.study.overview.headline import headline
from ivig_core.study.rates import models
from ivig_core.study.rates.models import sccs
from ivig_core.study.study import Study
from ivig_core.study.trust.checks.every import verdicts
from ivig_core.study.trust.checks.verdict import PROBLEM
from ivig_core.study.trust.rows.every import further, variants
from ivig_core.study.trust.rows.variant import MEDIATOR, NOT_APPLICABLE, SCCS
from ivig_core.study.trust.sensitivity import (
    COLUMNS,
    counted_rows,
    further_sensitivity,
    sensitivity,
)
from ivig_core.terms import ON
from tests.core.make import Patient, cohort
from tests.core.reference import expected, reference_cohort

SPEC = AnalysisSpec()
R_ROWS = {
    "crude": ("on", "on"), "without_30": ("on_pre30", "on"), "without_30_pre": ("on_pre30", "pre30"),
    "without_60": ("on_pre60", "on"), "without_60_pre": ("on_pre60", "pre60"), "phase": ("on_prog", "on"),
    "time": ("on_band", "on"), "season": ("on_season", "on"),
}  # fmt: skip


@cache
def study(name: str = "sim43") -> Study:
    return Study(reference_cohort(name))


def rows(of: Study, spec: AnalysisSpec = SPEC, with_models: bool = False):
    return sensitivity(of, spec, with_models).set_index("name")


@pytest.mark.parametrize("name", ["sim43", "sim500"])
def test_rows_are_those_of_gnm(name):
    """`gnm(n ~ terms, eliminate = id, family = poisson, offset = log(days))`, gnm 1.1-2, as the reference has it."""
    table = rows(study(name), SPEC.change(ci_method="wald"))
    for row, (model, term) in R_ROWS.items():
        want = expected(name)["sccs"]["all"][model]
        terms = [want["terms"]] if isinstance(want["terms"], str) else want["terms"]
        log_irr = want["log_irr"] if isinstance(want["log_irr"], float) else want["log_irr"][terms.index(term)]
        assert math.log(table.loc[row, "irr"]) == pytest.approx(log_irr, abs=1e-6), row


def test_other_models_are_those_of_the_study():
    table = rows(study(), with_models=True)
    for name in ("gee", "andersen_gill", "pwp", "event_dependent"):
        want = getattr(models, name)(study(), SPEC).set_index("term").loc[ON]
        assert table.loc[name, "irr"] == want["irr"], name
        assert table.loc[name, "changes"] == "another model"
    assert list(table.index)[-5:] == ["gee", "andersen_gill", "pwp", "event_dependent", "igg"]
    assert table.loc[["gee", "event_dependent", "igg"], "main"].tolist() == [True, False, False]


def test_each_row_is_the_case_series_of_its_own_settings():
    table = pd.concat([rows(study()), further_sensitivity(study(), SPEC).set_index("name")])
    for variant in (*variants(SPEC, models=False), *further(SPEC)):
        if variant.fit or variant.model != SCCS:
            continue
        want = sccs(study(), SPEC.change(**variant.changes)).set_index("term").loc[variant.term]
        if table.loc[variant.name, "status"] != NOT_APPLICABLE:
            assert table.loc[variant.name, "irr"] == want["irr"], variant.name
            assert table.loc[variant.name, "infections"] == want["infections"], variant.name


@pytest.mark.parametrize(
    ("settings", "as_set"),
    [
        ({}, ["crude"]),
        ({"adjust_for": "phase"}, ["crude", "phase"]),
        ({"pre_exposure_days": 60}, ["without_60"]),
        ({"pre_exposure_days": 45}, ["set"]),
        ({"dose_day": "off"}, ["crude"]),
        ({"ci_method": "robust", "window_cuts": "7,14"}, ["crude"]),
        ({"adjust_for": "igg", "from_first_dose": True}, ["from_first_dose"]),
    ],
)
def test_rows_equal_to_the_settings_in_force_say_so(settings, as_set):
    spec = SPEC.change(**settings)
    table = rows(study(), spec)
    assert table.index[table["as_set"]].tolist() == as_set
    head = headline(study(), spec)
    assert (table.loc[as_set, "irr"] == head.main["irr"]).all()
    assert (table.loc[table["as_set"], "changes"] == "as set").all()
    four = table.loc[["crude", "without_30", "without_60", "from_first_dose"], "irr"]
    assert (four.min(), four.max()) == head.span


def test_a_mediator_and_the_days_before_are_shown_and_never_counted():
    table = sensitivity(study(), SPEC, False)
    apart = table[~table["main"].to_numpy(bool)]
    assert apart["name"].tolist() == ["without_30_pre", "without_60_pre", "igg"]
    assert table["group"].iloc[-1] == MEDIATOR
    assert not set(apart["name"]) & set(counted_rows(table)["name"])


def test_what_the_cohort_does_not_record_changes_nothing_and_says_why():
    people = [Patient(days=400, doses=[150], infections=[20, 160, 300], start=None) for _ in range(5)]
    table = rows(Study(cohort(*people, calendar="none")))
    for name in ("phase", "season", "prophylaxis", "igg"):
        assert table.loc[name, "status"] == NOT_APPLICABLE, name
        assert table.loc[name, "note"].startswith("changes nothing ("), name
    assert "calendar dates" in table.loc["season", "note"]
    assert table.loc["time", "status"] == "ok"
    assert table.loc["all_four", "status"] == "ok"
    assert table.loc["all_four", "note"].startswith("not adjusted for disease phase")


@pytest.mark.parametrize(
    "people",
    [
        [Patient(days=1, doses=[0], infections=[0])],
        [Patient(days=300, infections=[3])],
        [Patient(days=300, doses=[30])],
        [Patient(days=300, doses=[100], infections=[20, 30])],
    ],
    ids=["one day", "no IVIG", "no infections", "none on IVIG"],
)
def test_odd_cohorts_have_a_reason_in_every_row_without_a_ratio(people):
    table = sensitivity(Study(cohort(*people)), SPEC)
    assert list(table.columns) == list(COLUMNS)
    without = table[table["irr"].isna()]
    assert len(without)
    assert (without["note"] != "").all()


def triggered() -> Study:
    """1 500 patients in whom a third of the infections bring a first course on within 60 days; the truth is 0.60.

    With fewer, sampling error alone can move all four ratios past the truth.
    """
    model = SimulationModel(irr_before_first_dose=1.0, starts=Starts(after_infection=0.35, delay_days=(1, 60)))
    made = simulate(model, 1500, seed=20261121)
    assert made.truth["true_effects"]["all_grades"][ON]["irr"] == pytest.approx(0.60)
    return Study(read_cohort(made.rows.to_csv(index=False, lineterminator="\n").encode()).cohort)


def test_the_range_holds_a_truth_that_the_crude_row_excludes():
    """Infections start IVIG: the crude interval lies below 0.60, the four rules about the first dose span it."""
    of = triggered()
    crude = rows(of).loc["crude"]
    assert crude["ci_high"] < 0.60
    low, high = headline(of, SPEC).span
    assert low < 0.60 < high
    words = {verdict.name: verdict.word for verdict in verdicts(of, SPEC)}
    assert words["around_first_dose"] == PROBLEM
