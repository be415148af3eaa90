"""Shared curves: every step is several patients, rounding does not make them drift, and they end where it must."""

from __future__ import annotations

import numpy as np
import pytest

from ivig_core.disclosure import Rule
from ivig_core.disclosure.incidence import shared_incidence
from ivig_core.disclosure.steps import GRID, course, steps_of
from ivig_core.disclosure.survival import shared_curves, shared_groups
from ivig_core.estimate.survival.competing import aalen_johansen
from ivig_core.estimate.survival.kaplan_meier import kaplan_meier
from ivig_core.numbers import is_number

RULE = Rule()


def drawn(seed: int, patients: int, censored: float = 0.3):
    """Times, whether they end in an event, and two groups, one of them small."""
    rng = np.random.default_rng(seed)
    time = rng.exponential(300, patients).astype(int) + 1
    group = np.where(rng.random(patients) < 0.2, "few", "many")
    return time, rng.random(patients) > censored, group


@pytest.mark.parametrize("seed", range(12))
def test_every_step_stands_for_more_events_than_the_threshold(seed):
    rng = np.random.default_rng(seed)
    time, event, _ = drawn(seed, int(rng.integers(5, 300)), rng.random())
    order = np.sort(time)
    times, first = np.unique(order, return_index=True)
    events = np.array([(event & (time == at)).sum() for at in times])
    leaving = np.diff(np.append(first, len(time)))
    known = course(times, events, leaving)
    found = steps_of(known, RULE)
    for step in found:
        stretch = (time > step.first * GRID) & (time <= step.last * GRID)
        assert (event & stretch).sum() > RULE.threshold
        assert step.events > RULE.threshold
        assert step.events % RULE.rounding == 0
        assert step.first < step.middle <= step.last
        assert (time > step.last * GRID).sum() > RULE.threshold
    # Rounded as they add up: never further away than rounding is.
    told = sum(step.events for step in found)
    true = (event & (time <= (found[-1].last * GRID if found else 0))).sum()
    assert abs(told - true) <= RULE.rounding / 2


@pytest.mark.parametrize("seed", range(6))
def test_curves_are_near_the_exact_ones_and_tell_rounded_counts_only(seed):
    time, event, group = drawn(seed, 240)
    exact = kaplan_meier(time, event, group)
    told = shared_curves(exact, shared_groups(exact, RULE), RULE)
    assert is_number(told.medians["patients"].iloc[1])
    for name, curve in told.curves.groupby("group"):
        assert ((curve["at_risk"] > RULE.threshold) & (curve["at_risk"] % RULE.rounding == 0)).all()
        events = curve["events"].dropna()
        assert ((events > RULE.threshold) & (events % RULE.rounding == 0)).all()
        assert curve["survival"].is_monotonic_decreasing
        assert set(curve["time"] % GRID) <= {0, 1}
        ends = curve["time"].max()
        beside = exact.at(curve["time"])
        beside = beside[beside["group"] == name]["survival"].to_numpy()
        assert np.abs(curve["survival"].to_numpy() - beside).max() < (0.12 if name == "many" else 0.35)
        after = told.at([ends + 200])
        assert after[after["group"] == name][["at_risk", "survival"]].isna().all(axis=None)


def test_a_group_of_few_patients_or_events_has_no_curve():
    time, event, _ = drawn(1, 60)
    group = np.where(np.arange(60) < 7, "few", "many")
    told = shared_curves(exact := kaplan_meier(time, event, group), shared_groups(exact, RULE), RULE)
    assert set(told.curves["group"]) == {"many"}
    assert [str(value) for value in told.medians.iloc[0][["patients", "events", "median"]]][:2] == ["≤ 7", "–"]


def test_incidence_has_steps_of_several_events_of_its_cause():
    rng = np.random.default_rng(4)
    time, cause = rng.exponential(300, 200).astype(int) + 1, rng.choice([0, 1, 2], 200, p=[0.3, 0.65, 0.05])
    group = np.full(200, "all", object)
    exact, curves = aalen_johansen(time, cause, group), kaplan_meier(time, cause == 1, group).curves
    told = shared_incidence(exact, curves, RULE).curves
    infection = told[told["cause"] == "infection"]
    beside = [exact.at(day).set_index("cause").loc["infection", "cif"] for day in infection["time"]]
    assert np.abs(infection["cif"].to_numpy() - beside).max() < 0.08
    deaths = told[told["cause"] == "death"]["cif"].diff().fillna(0)
    assert ((deaths == 0) | (deaths > 8 / 200)).all()
