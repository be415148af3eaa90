"""Missing values drawn from what is known of the same patients."""

from __future__ import annotations

import numpy as np
import pytest

from ivig_core.errors import EstimationError
from ivig_core.estimate.cox.data import rows_from_start
from ivig_core.estimate.missing.chained import impute, tables_needed
from ivig_core.estimate.missing.draws import level_codes
from ivig_core.estimate.missing.hazard import outcome_columns
from ivig_core.estimate.missing.strongest import strongest
from ivig_core.estimate.missing.variables import Incomplete
from ivig_core.estimate.rates.counting import CountingRows

RNG = np.random.default_rng(7)
N, TABLES = 240, 20
KNOWN = RNG.standard_normal((N, 1))
NUMBER = np.where(RNG.random(N) < 0.3, np.nan, np.round(100 + 20 * KNOWN[:, 0] + 2 * RNG.standard_normal(N)))
# Perfectly told apart by what is known: the maximum of a likelihood would be at infinity.
LEVEL = np.where(RNG.random(N) < 0.3, np.nan, np.digitize(KNOWN[:, 0], [-0.6, 0.6]).astype(float))
VARIABLES = [Incomplete("number", NUMBER), Incomplete("level", LEVEL, 3)]


def test_what_is_drawn_follows_what_is_known():
    found = impute(VARIABLES, KNOWN, TABLES)
    donors, codes = found.source["number"], found.source["level"]
    assert donors.shape == (TABLES, np.isnan(NUMBER).sum())
    assert not np.isnan(NUMBER[donors]).any()
    expected = 100 + 20 * KNOWN[np.isnan(NUMBER), 0]
    assert np.abs(NUMBER[donors] - expected)[:, np.abs(expected - 100) < 30].mean() < 5
    assert set(np.unique(codes)) == {0, 1, 2}
    assert (codes == np.digitize(KNOWN[np.isnan(LEVEL), 0], [-0.6, 0.6])).mean() > 0.8
    # Tables differ: how unsure a value is has to show in what is made of it.
    assert (NUMBER[donors].std(axis=0) > 0).mean() > 0.9


def test_the_same_question_has_the_same_answer():
    one = impute(VARIABLES, KNOWN, TABLES)
    np.random.default_rng().random(3)
    two, other = impute(VARIABLES, KNOWN, TABLES), impute(VARIABLES, KNOWN, TABLES, seed=2)
    for name in ("number", "level"):
        np.testing.assert_array_equal(one.source[name], two.source[name])
        assert (one.source[name] != other.source[name]).any()


def test_levels_told_apart_have_one_largest_density_wherever_the_search_begins():
    X = np.stack([np.column_stack([np.ones(N), KNOWN[:, 0], KNOWN[:, 0] ** 2])] * 2)
    starts = np.zeros((2, 2, 3)), np.random.default_rng(1).normal(0, 4, (2, 2, 3))
    known, rng = ~np.isnan(LEVEL), np.random.default_rng(1)
    one, two = (level_codes(X, LEVEL, 3, known, start, rng)[1] for start in starts)
    np.testing.assert_allclose(one, two, atol=1e-3)
    assert np.abs(one).max() < 20


def test_a_few_strongest_variables_where_patients_are_few():
    noise = [Incomplete(f"noise {k}", RNG.standard_normal(N)) for k in range(14)]
    known = Incomplete("known", KNOWN[:, 0])
    assert strongest(VARIABLES[0], [*noise, known, VARIABLES[1]])[:2] == ("known", "level")
    assert len(strongest(VARIABLES[0], [*noise, known])) == 11
    few = Incomplete("few", np.where(np.arange(N) < 16, NUMBER, np.nan))
    columns = int((~few.missing).sum()) // 5 - 1
    assert len(strongest(few, [*noise, known])) == columns


def test_share_done_rises_to_one_and_nothing_is_drawn_without_gaps():
    shares: list[float] = []
    impute(VARIABLES, KNOWN, TABLES, progress=shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1)
    assert impute([Incomplete("number", KNOWN[:, 0])], KNOWN, TABLES).source == {}


def test_too_few_known_values_are_refused():
    few = np.where(np.arange(N) < 12, NUMBER, np.nan)
    known = int((~np.isnan(few)).sum())
    with pytest.raises(EstimationError, match=rf"few is known of {known} patients, too few for the 4 coefficients"):
        impute([Incomplete("few", few), VARIABLES[1]], KNOWN, TABLES)


def test_tables_are_as_many_as_per_cent_of_patients_are_incomplete():
    assert [tables_needed(share) for share in (0.01, 0.2, 0.314, 1.0)] == [20, 20, 32, 100]


def test_outcome_by_hand():
    # Events at 2 (of 4 at risk) and 5 (of 2): H is 1/4 and 3/4.
    rows = rows_from_start(np.array([0, 1, 2, 3]), np.array([2, 5, 3, 7]), np.array([True, True, False, False]))
    np.testing.assert_allclose(outcome_columns(rows), [[1, 0.25], [1, 0.75], [0, 0.25], [0, 0.75]])
    one = np.zeros(5, np.int64)
    cut = CountingRows(
        np.array([0, 1, 1, 2, 3]), np.array([0, 0, 4, 0, 0]), np.array([2, 4, 5, 3, 7]),
        np.array([True, False, True, False, False]), one, one, (), 0,
    )  # fmt: skip
    inside = np.array([False, False, True, False, True])
    np.testing.assert_allclose(
        outcome_columns(cut, inside), [[1, 0.25, 0, 0], [1, 0.75, 1, 0.5], [0, 0.25, 0, 0], [0, 0.75, 0, 0.75]]
    )
