"""The few subgroups of the first screen, against the factor they are taken from and in cohorts that lack them."""

from __future__ import annotations

import numpy as np
import pytest

from ivig_core.estimate.rates.interaction import FOREST_COLUMNS
from ivig_core.spec import AnalysisSpec
from ivig_core.study.overview.key_rows import key_rows
from ivig_core.study.rates.forest import forest
from ivig_core.study.study import Study
from tests.core.make import Patient, cohort

SPEC = AnalysisSpec()
KNOWN = {"heavy_chain": "none"}


def person(*igg: tuple[int, float], doses: tuple[int, ...] = (100,), **more) -> Patient:
    return Patient(
        days=300, doses=list(doses), infections=[10, 50, 110, 200, 250], igg=list(igg), baseline=KNOWN, **more
    )


def test_everybody_then_the_three_levels_in_order():
    rows = key_rows(Study(cohort(person((0, 300), (90, 900)), person((0, 650)))), SPEC)
    assert list(rows.columns) == list(FOREST_COLUMNS)
    assert rows["level"].tolist() == ["all", "igg_lt_700", "nonprogressive", "igg_lt_400"]


def test_a_cut_off_of_the_spec_gives_the_row_of_its_factor():
    """With 400 as the only cut-off, the factor IgG has the same two levels."""
    study = Study(cohort(person((0, 300), (90, 900)), person((0, 900), (90, 350), (180, 900)), person((0, 350))))
    mine = key_rows(study, SPEC).set_index("level").loc["igg_lt_400"]
    same = forest(study, SPEC.change(igg_cuts=(400,)), "igg").set_index("level").loc["igg_lt_400"]
    for name in ("irr", "ci_low", "ci_high", "p_interaction", "infections_on", "infections_off", "person_days_on"):
        assert mine[name] == pytest.approx(same[name], rel=1e-9, nan_ok=True), name


def test_own_cut_offs_do_not_move_the_levels():
    study = Study(cohort(person((0, 300), (90, 900)), person((0, 650), (90, 500))))
    usual, own = key_rows(study, SPEC), key_rows(study, SPEC.change(igg_cuts="150,300,600"))
    np.testing.assert_allclose(usual["irr"].astype(float), own["irr"].astype(float))


def test_a_filter_on_days_holds_for_the_rows():
    spec = SPEC.change(within="igg:<400")
    rows = key_rows(Study(cohort(person((0, 300), (90, 900)), person((0, 350)))), spec).set_index("level")
    assert rows.loc["igg_lt_700", "infections_on"] == rows.loc["igg_lt_400", "infections_on"]


def test_what_is_not_recorded_says_so():
    rows = key_rows(Study(cohort(Patient(days=200, doses=[50], infections=[10, 60, 150]))), SPEC).set_index("level")
    assert rows.loc["igg_lt_700", "status"] == rows.loc["nonprogressive", "status"] == "not_recorded"
    assert np.isnan(rows.loc["igg_lt_400", "irr"])


def test_a_level_that_nobody_reaches_says_so():
    rows = key_rows(Study(cohort(person((0, 900), (100, 800)))), SPEC).set_index("level")
    assert rows.loc["igg_lt_700", "status"] == "no_days"
    assert rows.loc["igg_lt_700", "patients"] == 0


def test_a_level_without_both_kinds_of_days_has_no_ratio():
    rows = key_rows(Study(cohort(person((0, 900), (99, 300), (131, 900)))), SPEC).set_index("level")
    assert rows.loc["igg_lt_400", "status"] != "ok"
