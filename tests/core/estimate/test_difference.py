"""Standardised differences by hand, and against R 4.2.2 with MASS 7.3-58.2 (MASS::ginv), as package tableone has them.

smd <- function(a, b) { p <- (a/sum(a))[-1]; q <- (b/sum(b))[-1]
  S <- function(p) diag(p, nrow = length(p)) - outer(p, p)
  sqrt(drop(t(p - q) %*% MASS::ginv((S(p) + S(q))/2) %*% (p - q))) }
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from ivig_core.estimate.difference import difference_of_numbers, difference_of_shares

NAN = math.nan


def test_numbers_by_hand():
    # Means 2 and 4, variances 1 and 4: 2 / √2.5.
    assert difference_of_numbers(np.array([1, 2, 3.0]), np.array([2, 4, 6.0])) == pytest.approx(2 / math.sqrt(2.5))


def test_numbers_as_r_has_them():
    # abs(mean(a) - mean(b)) / sqrt((var(a) + var(b)) / 2)
    one, two = np.array([61, 70, 55, 48.0]), np.array([72, 80, 66.0])
    assert difference_of_numbers(one, two) == pytest.approx(1.71585919560321, abs=1e-13)
    assert difference_of_numbers(two, np.append(one, NAN)) == pytest.approx(1.71585919560321, abs=1e-13)


@pytest.mark.parametrize(
    ("one", "two", "expected"),
    [
        ([1.0], [1, 2, 3.0], NAN),
        ([NAN, 1.0], [1, 2, 3.0], NAN),
        ([], [], NAN),
        ([2, 2.0], [2, 2.0], 0.0),
        ([2, 2.0], [3, 3.0], math.inf),
        ([0.1, 0.1], [0.3, 0.3], math.inf),
    ],
)
def test_numbers_without_spread_or_patients(one, two, expected):
    assert difference_of_numbers(np.array(one), np.array(two)) == pytest.approx(expected, nan_ok=True)


def test_two_levels_by_hand():
    # 0.3 and 0.6: 0.3 / √((0.21 + 0.24) / 2).
    assert difference_of_shares((3, 7), (6, 4)) == pytest.approx(0.3 / math.sqrt(0.225))
    assert difference_of_shares((7, 3), (4, 6)) == pytest.approx(difference_of_shares((3, 7), (6, 4)))


def test_three_levels_by_hand():
    # Shares 0.5, 0.3, 0.2 and 0.2, 0.3, 0.5; without the first level T = (0, −0.3) and
    # S = ½ [[0.21, −0.06], [−0.06, 0.16]] + ½ [[0.21, −0.15], [−0.15, 0.25]] = [[0.21, −0.105], [−0.105, 0.205]].
    inverse = 0.21 / (0.21 * 0.205 - 0.105**2)
    assert difference_of_shares((5, 3, 2), (2, 3, 5)) == pytest.approx(math.sqrt(0.09 * inverse))


@pytest.mark.parametrize(
    ("one", "two", "expected"),
    [
        ((5, 3, 2), (2, 3, 5), 0.768221279597376),
        ((10, 5, 4, 1), (7, 9, 0, 4), 0.958582191637969),
        ((3, 7), (6, 4), 0.632455532033676),
    ],
)
def test_levels_as_r_has_them(one, two, expected):
    assert difference_of_shares(one, two) == pytest.approx(expected, abs=1e-13)
    # Whatever level is left out, and with one that nobody has.
    assert difference_of_shares((*one[::-1], 0), (*two[::-1], 0)) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    ("one", "two", "expected"),
    [
        ((3, 0), (3, 0), 0.0),
        ((3, 3), (5, 5), 0.0),
        ((3, 0), (0, 4), math.inf),
        ((0, 0), (3, 1), NAN),
        ((2, 2, 0, 0), (0, 0, 3, 3), math.inf),
    ],
)
def test_levels_that_say_nothing_or_everything(one, two, expected):
    assert difference_of_shares(one, two) == pytest.approx(expected, nan_ok=True)
