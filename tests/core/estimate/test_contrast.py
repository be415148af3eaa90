"""What can be estimated is judged on all days first; levels without infections leave all at once."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivig_core.estimate.contrast import NO_EXPOSED, OK, some_of
from ivig_core.estimate.fit import fit, ratio_rows
from ivig_core.estimate.rates.sccs import sccs_cells
from ivig_core.spec import ADJUSTERS, AnalysisSpec
from ivig_core.study.rates.forest import forest
from ivig_core.study.study import Study
from tests.core.make import Patient, cohort
from tests.core.persontime.strategies import TREATED, specs
from tests.core.reference import sccs


@pytest.mark.parametrize(
    ("patient", "changes"),
    [
        (Patient(days=19, doses=[0], infections=[18]), {"window_cuts": "15"}),
        (Patient(days=40, doses=[20], infections=[30]), {"pre_exposure_days": 30}),
    ],
    ids=["only days on IVIG, in two levels", "only days before the first dose and on IVIG"],
)
def test_levels_are_not_compared_with_each_other_where_nobody_has_a_day_in_the_reference(patient, changes):
    table = sccs(cohort(patient), **changes)
    assert table["status"].tolist() == ["not_identified"] * 2
    assert table[["irr", "ci_low", "ci_high", "p_value"]].isna().all().all()
    assert "cannot be told apart" in table["note"].iloc[0]


def test_bounds_of_several_empty_levels_do_not_depend_on_their_order():
    """One infection in 69 days off; t days in a level give 0.025 = 69 / (t·θ + 69), the other empty levels left out."""
    table = sccs(cohort(Patient(days=100, doses=[0], infections=[50])), window_cuts="1,3,7")
    assert table["status"].tolist() == ["no_events_exposed"] * 4
    assert table["ci_high"].tolist() == pytest.approx([39 * 69 / t for t in (1, 2, 4, 24)], rel=1e-9)


def test_a_level_and_its_reference_both_without_infections_cannot_be_compared():
    """All infections before the first dose: on against off IVIG is 0 against 0."""
    table = sccs(cohort(Patient(days=100, doses=[40], infections=[20, 30])), pre_exposure_days=30)
    assert table.loc["on_ivig", "status"] == "not_identified"
    assert "in this level or in the reference" in table.loc["on_ivig", "note"]
    assert table.loc["pre_ivig", "status"] == "no_events_reference"


def test_days_in_two_empty_levels_tell_neither_from_the_other():
    """The infection is on day 0, in March and in the first band. Day 40 alone is in band 4, and it is in April, which
    has no infection either: nothing says which of the two keeps infections away.
    """
    patient = Patient(days=41, infections=[0], start=dt.date(2019, 3, 1))
    table = sccs(cohort(patient), adjust_for="season,time", time_band_days=10)
    assert table.loc["time_band_4", "status"] == "not_identified"
    assert "cannot be told apart" in table.loc["time_band_4", "note"]
    assert table.loc["time_band_1", ["status", "irr"]].tolist() == ["no_events_exposed", 0]


@pytest.mark.parametrize("seed", range(6))
def test_names_of_levels_are_only_shown(seed):
    """Braces and percent signs of a user's own levels do nothing in a sentence that names those left out."""
    random = np.random.default_rng(seed)
    lengths = random.integers(60, 500, 12)
    people = [
        Patient(
            days=int(days),
            doses=list(range(int(random.integers(0, 150)), int(days), 30)) if at % 3 else [],
            infections=sorted(set(random.integers(0, days, random.integers(0, 5)).tolist())),
            baseline={"centre": f"L{at % 4} {{1}} {{others.x}} {{ %s"},
        )
        for at, days in enumerate(lengths)
    ]
    table = forest(Study(cohort(*people)), AnalysisSpec(), "centre")
    assert table["level"].str.endswith("{1} {others.x} { %s").all()


def test_of_many_names_some_are_given():
    assert some_of(["a", "b", "c", "d"]) == "a, b, c, d"
    assert some_of(["a", "b", "c", "d", "e"]) == "a, b, c and 2 more"


@settings(derandomize=True, max_examples=80, deadline=None)
@given(people=TREATED, spec=specs(), adjust=st.lists(st.sampled_from(ADJUSTERS), unique=True), method=st.sampled_from(
    ["auto", "wald", "profile", "robust"]
))  # fmt: skip
def test_any_cohort_under_any_model_has_an_honest_row_per_term(people, spec, adjust, method):
    spec = spec.change(adjust_for=adjust, ci_method=method)
    data = sccs_cells(Study(cohort(*people)).time(spec), spec.model)
    rows = ratio_rows(data, "sccs", method)
    assert [row.term for row in rows] == list(data.terms)
    screened = fit(data).screen
    for row in rows:
        if row.status == OK:
            assert np.isfinite([row.log_irr, row.se, row.p_value]).all()
            assert row.ci_low < row.irr < row.ci_high
            assert row.se < 100
        else:
            assert row.note
            assert row.log_irr is None
            assert row.se is None
        if row.status == NO_EXPOSED:
            assert screened.own[row.term] == 0
            assert row.irr == 0
