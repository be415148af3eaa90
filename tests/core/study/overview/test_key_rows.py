"""The few subgroups of the first screen, against the factor they are taken from and in cohorts that lack them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ivig_core.spec import AnalysisSpec
from ivig_core.study.overview.key_rows import KEY_COLUMNS, enough, key_rows, named_rows
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
    assert list(rows.columns) == list(KEY_COLUMNS)
    assert rows["level"].tolist() == ["all", "igg_lt_700", "nonprogressive", "igg_lt_400"]


def test_a_cut_off_of_the_spec_gives_the_row_of_its_factor():
    """With 400 as the only cut-off, the factor of IgG before the first dose has the same two levels; with 700 the days
    of the 2021 study are those of its factor."""
    people = (person((0, 300), (90, 900)), person((0, 900), (90, 350), (180, 900)), person((0, 350)))
    study = Study(cohort(*people, records_phase=True))
    own = SPEC.change(igg_cuts=(400,))
    cases = (
        (key_rows, SPEC, own, "igg_before", "igg_lt_400"),
        (named_rows, SPEC, own, "igg_before", "igg_lt_400"),
        (named_rows, own, SPEC, "nonprogressive_hgg_days", "nonprogressive_igg_lt_700"),
    )
    for rows, asked, spec, factor, level in cases:
        mine = rows(study, asked).set_index("level").loc[level]
        same = forest(study, spec, factor).set_index("level").loc[level]
        for name in ("irr", "ci_low", "ci_high", "p_interaction", "infections_on", "infections_off", "person_days_on"):
            assert mine[name] == pytest.approx(same[name], rel=1e-9, nan_ok=True), (factor, name)


def test_no_igg_measured_from_the_first_dose_on_changes_the_first_screen():
    """Whatever is measured from then on: only what was known before any dose counts."""
    people = [((0, 300),), ((0, 900),), ((-20, 650),), ((8, 350),), ((60, 500),)]
    rows = [
        key_rows(Study(cohort(*(person(*known, *later) for known in people))), SPEC)
        for later in ((), ((100, 1500),), ((101, 1500), (150, 200)), ((250, 50),))
    ]
    for other in rows[1:]:
        pd.testing.assert_frame_equal(rows[0], other)
    assert np.isfinite(rows[0]["irr"].astype(float)[[1, 3]]).all()


def test_a_level_stands_beside_what_it_is_compared_with_and_few_infections_are_no_comparison():
    rows = key_rows(Study(cohort(person((0, 300)), person((0, 900)), person((0, 350)))), SPEC).set_index("level")
    low = rows.loc["igg_lt_700"]
    assert (low["other"], low["other_on"], low["other_off"]) == ("igg_ge_700", 1, 4)
    assert low["infections_on"] + low["other_on"] == rows.loc["all", "infections_on"]
    counts = {"infections_on": 5, "infections_off": 5, "other_on": 5, "other_off": 5}
    assert enough(counts)
    assert enough({**counts, "other_on": np.nan})
    assert not any(enough({**counts, name: 4}) for name in counts)


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
    assert rows.loc["igg_lt_700", "status"] == "no_patients"
    assert rows.loc["igg_lt_700", "patients"] == 0


def test_a_level_without_both_kinds_of_days_has_no_ratio():
    rows = key_rows(Study(cohort(person((0, 900), (99, 300), (131, 900)))), SPEC).set_index("level")
    assert rows.loc["igg_lt_400", "status"] != "ok"


def test_patients_of_unknown_igg_are_counted_and_are_no_other_patients():
    rows = key_rows(Study(cohort(person((0, 300)), person((0, 900)), person(), person())), SPEC).set_index("level")
    low = rows.loc["igg_lt_700"]
    assert (low["other"], low["other_on"], low["other_off"]) == ("igg_ge_700", 1, 4)
    assert low["note"].endswith("IgG before the first dose is not known of 2 patients")
    assert "not known" not in rows.loc["nonprogressive", "note"]
