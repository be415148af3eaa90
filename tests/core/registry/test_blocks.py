"""Cells in memory, a group of patients after another, have the sums of the queries and the ratios of `analyze`."""

from __future__ import annotations

import numpy as np
import pytest

from ivig_core.cohort.read import read_cohort
from ivig_core.registry.fit import blocks, fitting
from ivig_core.samples import sample_file
from ivig_core.study.study import Study
from tests.core.reference import reference_cohort
from tests.core.registry.same import BY_QUERY, apart, of_registry, written

SETTINGS = {"pre_exposure_days": 30, "adjust_for": "phase,season,time"}


@pytest.fixture
def used(monkeypatch):
    """The likelihoods made in blocks; there is room for any number of cells, but not for a fit of `analyze`."""
    made = []

    def kept(query):
        made.append(blocks.in_blocks(query))
        return made[-1]

    monkeypatch.setattr(fitting, "MORE", 10**9)
    monkeypatch.setattr(fitting, "in_blocks", kept)
    return made


@pytest.mark.parametrize("ci_method", ["robust", "profile"])
def test_ratios_are_those_of_analyze(engine, used, monkeypatch, tmp_path, ci_method):
    monkeypatch.setattr(engine, "at_once", 200)
    people = reference_cohort("sim500")
    assert apart(engine, written(people, tmp_path), Study(people), 1, ci_method=ci_method, **SETTINGS) == []
    assert [len(one.blocks) for one in used] == [3]


def test_sums_are_those_of_the_queries(engine, used, tmp_path):
    people = reference_cohort("sim43")
    assert apart(engine, written(people, tmp_path), Study(people), 1, **SETTINGS) == []
    (mine,) = used
    beta = np.linspace(-0.5, 0.4, len(mine.query.places))
    # The query leaves no constant out, the cells in memory neither: values agree, not only their differences.
    for one, two in ((mine, mine.query), (mine.fix(1, 0.3), mine.query.fix(1, 0.3))):
        at = beta[: len(two.places)]
        for left, right in zip(one.at(at), two.at(at), strict=True):
            np.testing.assert_allclose(left, right, rtol=1e-11, atol=1e-11)
        np.testing.assert_allclose(one.meat(at), two.meat(at), rtol=1e-11, atol=1e-11)
        assert one.reach(at) == two.reach(at)


def test_terms_that_separate_leave_no_number_and_say_why(engine, tmp_path):
    """`analyze` leaves out the days after transplant or CAR-T here, and has a ratio of the others."""
    folder = written(read_cohort(sample_file("bispecific")).checked(), tmp_path)
    settings = {"window_days": 60, "from_first_dose": True, "min_grade": 2, "episode_gap_days": 14}
    got = of_registry(engine, folder, BY_QUERY, adjust_for="therapy", **settings)
    rows = [row for row in got["irr"] if row["status"] == "no_convergence"]
    assert "on_ivig" in [row["term"] for row in rows]
    assert [row["irr"] for row in rows if row["irr"] is not None] == []
    assert all("separate days with infections from days without is not looked for" in row["note"] for row in rows)
