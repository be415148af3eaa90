"""The rate while alive: against R, by hand, and against its own definition; and when it has no interval."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import stdtrit

from ivig_core.estimate.rates.terminal.followed import Followed
from ivig_core.estimate.rates.terminal.while_alive import COLUMNS, RATIO_COLUMNS, rate_ratios, while_alive
from tests.core.estimate.rates.terminal.cases import PATIENTS, followed, influences, mean_and_lived, regular

# R 4.2.2, survival 3.5-3, as in test_ghosh_lin.py: mean infections, days lived (survmean(g, rmean = t)), and the error
# of the log of their quotient, from difference quotients by the weight of each patient.
R = {
    60: (1.94318181818, 58.7746212121, 0.04847733903), 120: (2.98892615758, 109.0871212121, 0.04388060555),
    200: (4.68846430883, 165.5179063361, 0.03887787638),
}  # fmt: skip


@pytest.mark.parametrize("days", R)
def test_rate_and_interval_equal_those_from_survfit_with_weights(days):
    (row,) = while_alive({"a": regular()}, days).to_dict("records")
    mean, lived, se = R[days]
    se *= np.sqrt(24 / 23)
    reach = stdtrit(23, 0.975) * se
    np.testing.assert_allclose([row["mean"], row["years"] * 365.25, row["log_se"]], [mean, lived, se], rtol=1e-8)
    rate = 365.25 * mean / lived
    np.testing.assert_allclose(
        [row["rate"], row["ci_low"], row["ci_high"]], rate * np.exp([0, -reach, reach]), rtol=1e-7
    )


def test_by_hand():
    """Six patients, ten days: one dies on day 4 after an infection on it, five live on with one infection each.

    E[N] = 1/6 + 5/6 · (5/5) = 1, E[time] = 4 + 6 · 5/6 = 9 days. By day 4.5: 1/6, and 4 + 0.5 · 5/6 days.
    """
    of = Followed(np.array([4, 10, 10, 10, 10, 10]), np.arange(6) == 0, np.arange(6), np.array([4, 5, 6, 7, 8, 9]))
    (row,) = while_alive({"a": of}, 10).to_dict("records")
    assert (row["at_risk"], row["infections"], row["deaths"]) == (5, 6, 1)
    assert row["rate"] == pytest.approx(365.25 / 9)
    (early,) = while_alive({"a": of}, 4.5).to_dict("records")
    assert early["rate"] == pytest.approx(365.25 / 6 / (4 + 5 / 12))
    assert early["note"] == "fewer than 5 patients with an infection until then: no interval"


@settings(derandomize=True, max_examples=25, deadline=None)
@given(PATIENTS, st.integers(1, 12))
def test_estimate_and_error_are_the_definition(people, days):
    of = followed(people)
    table = while_alive({"a": of}, days)
    assert tuple(table) == COLUMNS
    (row,) = table.to_dict("records")
    if np.isnan(row["rate"]):
        assert row["note"] == "nobody is followed so long"
        assert max(of.days) < days
        return
    mean, lived = (value.real for value in mean_and_lived(of, np.ones(len(people), complex), days))
    np.testing.assert_allclose([row["mean"], row["years"] * 365.25], [mean, lived], rtol=1e-12)
    if not row["note"]:
        parts = influences(of, days)
        want = np.sqrt(((parts[:, 0] / mean - parts[:, 1] / lived) ** 2).sum())
        assert row["log_se"] == pytest.approx(want * np.sqrt(len(people) / (len(people) - 1)), rel=1e-9)


def test_what_has_no_interval_says_why_and_a_ratio_too():
    days = np.full(8, 50)
    none = np.zeros(8, bool)
    nobody, some = np.zeros(0, np.int64), np.arange(8)
    groups = {
        "ivig": Followed(days, none, nobody, nobody),
        "no_ivig": Followed(days, none, np.array([0, 0, 1, 2, 3, 4]), np.full(6, 9)),
        "alike": Followed(days, none, some, np.full(8, 9)),
        "short": Followed(np.full(8, 20), none, some, np.full(8, 9)),
    }
    rates = while_alive(groups, 40)
    assert rates["note"].tolist() == [
        "no infection until then: no interval", "", "the patients do not differ at all: no interval",
        "nobody is followed so long",
    ]  # fmt: skip
    ratios = rate_ratios(rates, "no_ivig").set_index("group")
    assert tuple(ratios.reset_index()) == RATIO_COLUMNS
    assert ratios["ratio"].tolist()[:2] == [0, pytest.approx(8 / 6)]
    assert ratios[["ci_low", "ci_high", "p_value"]].isna().all(axis=None)
    assert ratios["note"].tolist() == rates.set_index("group")["note"].drop("no_ivig").tolist()
    assert np.isnan(rate_ratios(rates, "ivig").set_index("group").loc["no_ivig", "ratio"])
    assert rate_ratios(rates.iloc[:1], "ivig").empty


def test_all_dead_is_known_for_ever_and_a_ratio_has_both_variances():
    of = regular()
    dead = Followed(of.days, np.ones(24, bool), of.patient, of.time)
    (row,) = while_alive({"a": dead}, 5000).to_dict("records")
    assert row["at_risk"] == 0
    assert row["rate"] == pytest.approx(365.25 * len(of.time) / of.days.sum())
    assert row["ci_low"] < row["rate"] < row["ci_high"]
    (ratio,) = rate_ratios(while_alive({"a": of, "b": dead}, 100), "b").to_dict("records")
    one, two = while_alive({"a": of, "b": dead}, 100).to_dict("records")
    assert ratio["log_se"] == pytest.approx(np.hypot(one["log_se"], two["log_se"]))
    # Satterthwaite, 23 degrees of freedom in each group.
    a, b = one["log_se"] ** 2, two["log_se"] ** 2
    t = stdtrit((a + b) ** 2 / ((a**2 + b**2) / 23), 0.975)
    assert np.log(ratio["ci_high"] / ratio["ratio"]) == pytest.approx(t * ratio["log_se"])
