"""Aalen–Johansen against R: `f <- survfit(Surv(time, factor(cause)) ~ 1)`, R 4.2.2, survival 3.5-3 (log scale)."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.duration.survfunc import CumIncidenceRight

from ivig_core.estimate.survival.competing import COLUMNS, aalen_johansen

NAN = float("nan")
TIME = np.array([1, 2, 2, 3, 4, 5, 5, 6, 6])
CAUSE = np.array([0, 1, 2, 0, 1, 2, 1, 1, 2])
# f$time, f$pstate, f$lower, f$upper; nobody is left after time 6
INFECTION = [
    (1, 0.000, NAN, NAN),
    (2, 0.125, 0.0199840670220076, 0.781872878168034),
    (3, 0.125, 0.0199840670220076, 0.781872878168034),
    (4, 0.275, 0.0835827466239582, 0.904791994216696),
    (5, 0.425, 0.1792435143838927, 1.0),
    (6, 0.575, 0.3037625495755015, 1.0),
]
DEATH = [
    (1, 0.000, NAN, NAN),
    (2, 0.125, 0.0199840670220076, 0.781872878168034),
    (3, 0.125, 0.0199840670220076, 0.781872878168034),
    (4, 0.125, 0.0199840670220076, 0.781872878168034),
    (5, 0.275, 0.0835827466239582, 0.904791994216696),
    (6, 0.425, 0.1792435143838927, 1.0),
]


def rows(table, cause):
    return table.loc[table["cause"] == cause, ["time", "cif", "ci_low", "ci_high"]].to_numpy(float)


def test_both_causes_equal_r():
    table = aalen_johansen(TIME, CAUSE, ["all"] * 9).curves
    assert tuple(table.columns) == COLUMNS
    np.testing.assert_allclose(rows(table, "infection"), INFECTION, atol=1e-12)
    np.testing.assert_allclose(rows(table, "death"), DEATH, atol=1e-12)


def test_confidence_level_moves_the_limits_as_in_r():
    table = aalen_johansen(TIME, CAUSE, ["all"] * 9, conf_level=0.8).curves  # R: conf.int = 0.8
    expected = [[0.1262243936243498, 0.599131418488441], [0.2416714003504561, 0.747399153305147]]
    np.testing.assert_allclose(rows(table, "infection")[3:5, 2:], expected, atol=1e-12)


def test_a_cause_that_never_occurs_has_its_rows():
    table = aalen_johansen(np.array([1, 2]), np.array([1, 0]), ["all"] * 2).curves
    np.testing.assert_array_equal(rows(table, "death"), [(1, 0, NAN, NAN), (2, 0, NAN, NAN)])


def test_certainty_has_limits_of_one_and_not_the_root_of_a_rounded_zero():
    # the variance comes out as −1.4e-16 here
    table = aalen_johansen(np.array([1, 2, 3]), np.ones(3, dtype=int), ["all"] * 3).curves
    assert rows(table, "infection")[-1].tolist() == pytest.approx([3, 1, 1, 1])


def test_value_at_a_time_is_unknown_after_the_last_one_unless_nothing_more_can_happen():
    group = ["done"] * 9 + ["open"] * 9
    fit = aalen_johansen(np.tile(TIME, 2), np.r_[CAUSE, CAUSE[:-1], 0], group)
    assert fit.at(0)["cif"].tolist() == [0, 0, 0, 0]
    assert fit.at(4.5)["cif"].tolist() == pytest.approx([0.275, 0.125, 0.275, 0.125])
    assert fit.at(6)["cif"].tolist() == pytest.approx([0.575, 0.425, 0.575, 0.275])
    assert fit.at(99)["cif"].tolist() == pytest.approx([0.575, 0.425, NAN, NAN], nan_ok=True)


def test_no_patients_give_an_empty_table():
    fit = aalen_johansen(np.array([], dtype=int), np.array([], dtype=int), [])
    assert tuple(fit.curves.columns) == COLUMNS
    assert fit.curves.empty
    assert fit.at(10).empty


@settings(derandomize=True, max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 12), st.integers(0, 2)), min_size=1, max_size=40))
def test_incidences_and_event_free_add_up_and_agree_with_statsmodels(patients):
    time, cause = (np.array(column) for column in zip(*patients, strict=True))
    # the longest followed is censored: where all at risk have an event statsmodels divides by zero
    time, cause = np.append(time, 13), np.append(cause, 0)
    table = aalen_johansen(time, cause, ["all"] * len(time)).curves
    infection, death = rows(table, "infection"), rows(table, "death")
    at_risk = np.array([(time >= t).sum() for t in infection[:, 0]])
    any_event = np.array([((time == t) & (cause > 0)).sum() for t in infection[:, 0]])
    np.testing.assert_allclose(infection[:, 1] + death[:, 1], 1 - np.cumprod(1 - any_event / at_risk), atol=1e-12)
    if cause.max() == 2:
        other = CumIncidenceRight(time, cause)
        for mine, cif, se in zip((infection, death), other.cinc, other.cinc_se, strict=True):
            np.testing.assert_allclose(mine[:, 1], cif, atol=1e-12)
            some = cif > 0
            np.testing.assert_allclose(
                mine[some, 2], (cif * np.exp(-1.959963984540054 * se / np.where(some, cif, 1)))[some]
            )
