"""Profiles on a grid: their sum is the likelihood of all data, and numbers that are none are found out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ivig_core.estimate.cells import Cells, Factor, cells
from ivig_core.estimate.fit import ratio_rows
from ivig_core.estimate.hospitals.check import fault
from ivig_core.estimate.hospitals.fixed import NOTHING, Part, fixed
from ivig_core.estimate.hospitals.profile import FLAT, GRID, Profile, added
from ivig_core.estimate.hospitals.profiled import profiled

NUMBERS = ("log_irr", "se", "irr", "ci_low", "ci_high", "p_value")


def series(patients: int, ratio: float, seed: int, more: bool = False) -> Cells:
    """Patients with days on IVIG and off it, shares of days between 1 % and 99 %, and infections at this ratio."""
    rng = np.random.default_rng(seed)
    on = rng.integers(1, 400, patients)
    off = np.maximum((on * np.exp(rng.normal(0.5, 1.2, patients))).astype(int), 1)
    total = 1 + rng.poisson(2, patients)
    share = ratio * on / (ratio * on + off)
    first = rng.binomial(total, share)
    both = np.repeat(np.arange(patients), 2)
    days, infections = np.stack([on, off], 1).ravel(), np.stack([first, total - first], 1).ravel()
    factors = [Factor("exposure", ("on_ivig",), np.tile([1, 0], patients))]
    if not more:
        return cells(both, days, infections, factors)
    # A second state of every day that goes its own way, so that the ratio has another term beside it.
    winter = rng.integers(0, 2, (2 * patients, 1)) * [[1, 0]] + [[0, 1]] * rng.integers(0, 2, (2 * patients, 1))
    part = np.stack([days - days // 3, days // 3 + 1], 1).ravel()
    split = rng.binomial(infections, 0.4)
    counts = np.stack([infections - split, split], 1).ravel()
    doubled = [replace(factors[0], codes=np.repeat(factors[0].codes, 2)), Factor("season", ("winter",), winter.ravel())]
    return cells(np.repeat(both, 2), part, counts, doubled)


def of(data: Cells, patients: np.ndarray) -> Cells:
    """The cells of some patients."""
    rows = np.isin(data.stratum, patients)
    parts = (getattr(data, name)[rows] for name in ("cluster", "days", "infections", "codes"))
    stratum = np.unique(data.stratum[rows], return_inverse=True)[1]
    return Cells(stratum, *parts, data.factors)


def parts_of(data: Cells, seed: int) -> list[Part]:
    """The patients cut into three hospitals of unequal size, shared and added in random order."""
    rng = np.random.default_rng(seed)
    places = rng.choice(3, data.strata, p=[0.6, 0.3, 0.1])
    hospitals = [of(data, np.flatnonzero(places == number)) for number in rng.permutation(3)]
    return [Part(profiled(one, "on_ivig"), 5, 5) for one in hospitals if one.strata]


@pytest.mark.parametrize(("patients", "ratio"), [(43, 0.5), (43, 20.0), (500, 0.05), (2_000, 300.0), (20_000, 0.003)])
def test_the_sum_of_profiles_is_the_fit_of_all_data(patients, ratio):
    data = series(patients, ratio, seed=patients)
    parts = parts_of(data, 1)
    for ci_method in ("wald", "profile"):
        got = fixed(parts, "pooled", "on_ivig", ci_method)
        (whole,) = ratio_rows(data, "sccs", ci_method)
        assert got.ci_method == whole.ci_method == ci_method
        for name in ("log_irr", "se"):
            assert getattr(got, name) == pytest.approx(getattr(whole, name), abs=1e-6)
        for name in ("ci_low", "ci_high"):
            assert np.log(getattr(got, name)) == pytest.approx(np.log(getattr(whole, name)), abs=1e-6)


@pytest.mark.parametrize("seed", range(4))
def test_a_hospital_alone_is_its_own_analysis_with_other_terms_too(seed):
    data = series(60, 0.4, seed, more=True)
    whole = ratio_rows(data, "sccs", "profile", ["on_ivig"])[0]
    got = fixed([Part(profiled(data, "on_ivig"), 5, 5), NOTHING], "pooled", "on_ivig", "profile")
    for name in NUMBERS:
        assert getattr(got, name) == pytest.approx(getattr(whole, name), rel=1e-6, abs=1e-9), name


@pytest.mark.parametrize(("own", "reference", "status"), [(0, 5, "no_events_exposed"), (5, 0, "no_events_reference")])
def test_infections_on_one_side_have_the_exact_bound_of_all_data(own, reference, status):
    data = series(30, 1.0, 5)
    side = data.codes[:, 0] == (1 if reference else 0)
    total = np.repeat(data.totals(data.infections), 2)
    data = replace(data, infections=np.where(side, 0, total))
    parts = [
        Part(profiled(of(data, patients), "on_ivig"), own, reference) for patients in (np.arange(9), np.arange(9, 30))
    ]
    got, whole = fixed(parts, "pooled", "on_ivig", "auto"), ratio_rows(data, "sccs", "auto")[0]
    assert got.status == whole.status == status
    assert (got.log_irr, got.se, got.ci_method) == (None, None, "exact")
    for name in ("irr", "ci_low", "ci_high", "p_value"):
        wanted = getattr(whole, name)
        assert getattr(got, name) == (wanted if wanted is None else pytest.approx(wanted, rel=1e-6))


def test_nothing_to_compare_and_ratios_beyond_the_grid_have_no_number():
    assert fixed([NOTHING, NOTHING], "pooled", "on_ivig", "auto").status == "no_contrast"
    data = series(5, 1.0, 2)
    steep = replace(data, days=np.where(data.codes[:, 0] == 1, 1.0, 1e9))
    got = fixed([Part(profiled(steep, "on_ivig"), 5, 5)], "pooled", "on_ivig", "auto")
    assert (got.status, got.log_irr, got.irr) == ("no_convergence", None, None)
    assert "outside the grid" in got.note


def test_the_order_of_hospitals_is_no_matter():
    profiles = [part.profile for part in parts_of(series(80, 0.5, 3), 2)]
    one, other = added(profiles), added(profiles[::-1])
    for beta in (-9.99, -0.3, 0.0, 2.71, 10.0):
        for first, second in zip(one.at(np.array([beta])), other.at(np.array([beta])), strict=True):
            assert np.allclose(first, second, rtol=1e-9, atol=1e-9)
    assert added([]).at(np.array([0.3])).value == 0


def test_between_nodes_slope_and_curvature_are_those_of_the_value():
    profile = profiled(series(20, 0.7, 4), "on_ivig")
    for beta in np.array([-3.31, 0.4, 1.93]):
        low, here, high = (profile.at(np.array([beta + by])) for by in (-1e-5, 0.0, 1e-5))
        assert here.score[0] == pytest.approx((high.value - low.value) / 2e-5, rel=1e-5)
        assert here.information[0, 0] == pytest.approx((low.score[0] - high.score[0]) / 2e-5, rel=1e-5)


@pytest.mark.parametrize("more", [False, True])
def test_profiles_pass_and_what_was_changed_in_them_does_not(more):
    for patients, ratio in ((8, 0.1), (43, 1.0), (400, 30.0)):
        profile = profiled(series(patients, ratio, 7, more), "on_ivig")
        assert fault(profile) == ""
        for changed in (
            replace(profile, value=-profile.value),
            replace(profile, value=profile.value * 1.01),
            replace(profile, score=profile.score + 1),
            replace(profile, score=-profile.score),
            replace(profile, information=profile.information * 1.05),
            replace(profile, information=-profile.information),
            replace(profile, information=np.zeros(len(GRID))),
            replace(profile, value=np.zeros(len(GRID))),
            replace(profile, score=np.where(GRID == 1, 0, profile.score)),
        ):
            assert fault(changed), (patients, ratio)
    assert fault(FLAT) == ""
    assert fault(Profile(*(np.full(len(GRID), np.float64(1e12)) for _ in range(3))))
