"""Infections per patient with death as the end of the risk: against R, by hand, and against its own definition."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from ivig_core.estimate.rates.mean_cumulative import curve
from ivig_core.estimate.rates.terminal.followed import Followed
from ivig_core.estimate.rates.terminal.ghosh_lin import COLUMNS, mean_with_death
from tests.core.estimate.rates.terminal.cases import PATIENTS, followed, influences, mean_and_lived, regular

# R 4.2.2, survival 3.5-3, with p (days, died) and e (id, time) of `regular`, w weights of patients:
# g <- survfit(Surv(days, died) ~ 1, p, weights = w); S(t-) from it, Y(t) = sum(w[days >= t]), m = sum(S * dN / Y);
# the error is the root of the sum over patients of the square of dm/dw (difference quotient, step 1e-5).
R = {60: (1.94318181818, 0.07431367632), 120: (2.98892615758, 0.12740644491), 200: (4.68846430883, 0.33079985000)}

METS = {
    300: (0.4333333333333, 0.1218681740729), 900: (2.066666666667, 0.2156815210409),
    1200: (2.681937602627, 0.2264664856104), 1500: (2.919742766214, 0.2477631434238),
}  # fmt: skip


def at(table, day):
    return table[table["time"] <= day].iloc[-1]


@pytest.mark.parametrize("day", R)
def test_estimate_and_error_equal_those_from_survfit_with_weights(day):
    row = at(mean_with_death(regular()), day)
    np.testing.assert_allclose([row["mean"], row["se"]], R[day], rtol=1e-8)


def test_estimate_equals_mets_and_its_error_all_but_a_few_in_a_thousand():
    """R 4.2.2, mets 1.3.2: times without ties, `recurrentMarginal(phreg(Surv(start, stop, type == 1) ~ cluster(id)),
    phreg(Surv(start, stop, type == 2) ~ cluster(id)))`: mu and se.mu at the last infection up to the day. Its error has
    Y where ours has Y - d (see `mean_with_death`)."""
    k = np.arange(30)
    days, died = 1009 + (389 * k) % 1201, k % 2 == 1
    events = [(i, 19 + 31 * i + 173 * j) for i in k for j in range(i % 5 + 1) if 19 + 31 * i + 173 * j < days[i]]
    patient, time = (np.array([event[n] for event in events]) for n in (0, 1))
    assert len(np.unique(np.concatenate([days, time]))) == len(days) + len(time)
    table = mean_with_death(Followed(days, died, patient, time))
    for day, (mean, se) in METS.items():
        row = at(table, day)
        assert row["mean"] == pytest.approx(mean, rel=1e-10)
        assert row["se"] == pytest.approx(se, rel=5e-3)
        assert row["se"] >= se * (1 - 1e-9)


def test_by_hand():
    """Days 2 (died), 4 and 4; infections on day 2 of the first, day 3 of the second, days 3 and 4 of the third.

    Day 2: 1 of 3 at risk, all alive to see it: 1/3. Day 3: 2/3 live to see it, 2 infections of 2 at risk: 2/3. Day 4:
    one more of 2: 1/3. So 4/3, where the curve that takes the death as censoring has 1/3 + 1 + 1/2.
    """
    of = Followed(np.array([2, 4, 4]), np.array([True, False, False]), np.array([0, 1, 2, 2]), np.array([2, 3, 3, 4]))
    table = mean_with_death(of)
    assert tuple(table) == COLUMNS
    np.testing.assert_allclose(table["mean"], [1 / 3, 1, 4 / 3])
    np.testing.assert_allclose(table["alive"], [1, 2 / 3, 2 / 3])
    assert table["deaths"].tolist() == [1, 0, 0]
    assert curve(of.days, of.patient, of.time)["mean"].iloc[-1] == pytest.approx(11 / 6)


@settings(derandomize=True, max_examples=25, deadline=None)
@given(PATIENTS)
def test_estimate_and_variance_are_the_definition(people):
    of = followed(people)
    table = mean_with_death(of)
    for day, mean, se in zip(table["time"], table["mean"], table["se"], strict=True):
        assert mean == pytest.approx(mean_and_lived(of, np.ones(len(people)), day)[0], abs=1e-12)
        assert se**2 == pytest.approx((influences(of, day)[:, 0] ** 2).sum(), abs=1e-12)


@settings(derandomize=True, max_examples=30, deadline=None)
@given(PATIENTS)
def test_never_above_the_curve_with_death_as_censoring_and_that_curve_where_nobody_dies(people):
    of = followed(people)
    naive = curve(of.days, of.patient, of.time)
    assert (mean_with_death(of)["mean"] <= naive["mean"] + 1e-12).all()
    alive = mean_with_death(Followed(of.days, np.zeros(len(people), bool), of.patient, of.time))
    np.testing.assert_allclose(alive[["mean", "se"]], naive[["mean", "se"]], atol=1e-9)
    np.testing.assert_allclose(alive[["ci_low", "ci_high"]], naive[["ci_low", "ci_high"]], atol=1e-6)
