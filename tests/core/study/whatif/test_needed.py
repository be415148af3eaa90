"""Patients read off simulated studies: a number only where the simulated sizes tell one, with an interval around it."""

from __future__ import annotations

import numpy as np
import pytest

from ivig_core.study.whatif.size.needed import BEYOND, Needed, needed

SIZES = np.array([218, 327, 436, 654, 982])


def read_off(*percent: float, wanted: float = 0.8, studies: int = 400) -> Needed:
    """What is read off where so many of the studies are clear at each size."""
    share = np.array(percent) / 100
    clear = np.arange(studies)[:, None] < np.round(share * studies)
    return needed(0, SIZES[: len(percent)], clear, wanted)


@pytest.mark.parametrize(
    ("percent", "status", "note"),
    [
        ((100, 100, 100, 100, 100), "fewer", "fewer than 218 patients, the smallest size simulated, which has 100 %"),
        ((99, 100, 100, 100, 100), "fewer", "which has 99 % power"),
        ((97, 99.5, 100, 100, 100), "fewer", "which has 97 % power"),
        ((94.5, 99, 100, 100, 100), "fewer", "which has 94.5 % power"),
        ((80, 70, 60), "fewer", "which has 80 % power"),
        ((0, 0, 100, 100, 100), "between", "between 327 patients (power 0 %) and 436 (100 %)"),
        ((40, 100, 100, 100, 100), "between", "between 218 patients (power 40 %) and 327 (100 %)"),
        ((0, 0, 0, 0, 0), "not_reached", "80 % power is not reached at any size simulated: at most 0 %"),
        ((5, 6, 7, 8, 9), "not_reached", "at most 9 %"),
        ((30, 25, 20, 15, 10), "not_reached", "at most 30 %"),
        ((79, 50, 85, 40, 30), "unclear", "the simulated studies (400 of each size) do not tell where 80 % power is"),
    ],
)
def test_no_number_is_read_off_where_the_simulated_sizes_tell_none(percent, status, note):
    found = read_off(*percent)
    assert (found.status, found.patients, found.low, found.high) == (status, None, None, None)
    assert note in found.note


def test_a_number_lies_where_sizes_were_simulated_and_inside_its_interval():
    """Whatever the studies found; every study clear at the largest sizes does not move it."""
    plain = read_off(60, 90, 97)
    assert 218 < plain.low < plain.patients < plain.high < 327
    assert read_off(60, 90, 97, 100, 100) == plain
    rng = np.random.default_rng(1)
    kinds = set()
    for studies in (2, 6, 40, 400):
        for _ in range(150):
            top = np.sort(rng.random(5)) if rng.random() < 0.7 else rng.random(5)
            found = needed(
                0, SIZES, rng.random((studies, 1)) < np.clip(2 * top - 0.5, 0, 1), rng.choice([0.5, 0.8, 0.9])
            )
            kinds.add((found.status, found.low is None))
            assert bool(found.note) == (found.low is None) == (found.high is None)
            if found.patients is not None:
                assert SIZES[0] <= found.patients <= BEYOND * SIZES[-1]
                assert found.low is None or SIZES[0] <= found.low <= found.patients <= found.high <= BEYOND * SIZES[-1]
    assert kinds == {
        ("ok", True),
        ("ok", False),
        ("fewer", True),
        ("between", True),
        ("unclear", True),
        ("not_reached", True),
    }


def test_the_interval_holds_the_size_that_has_the_power():
    """Studies whose probit power is a line in √patients, the larger ones with the smaller ones' patients."""
    rng = np.random.default_rng(2)
    root, held = np.sqrt(SIZES), 0
    for _ in range(400):
        grown = np.cumsum(rng.normal(size=(300, 5)) * np.sqrt(np.diff(SIZES, prepend=0)), axis=1) / root
        found = needed(0, SIZES, grown + (root - 20) / 5 > 0, 0.8)
        held += bool(found.low <= (20 + 5 * 0.841621) ** 2 <= found.high)
    assert 0.92 <= held / 400 <= 0.98
