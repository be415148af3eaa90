"""Where the rows of a curve lie without effect: bars hold every simulated cohort, words count them."""

from __future__ import annotations

import numpy as np
import pytest

from ivig_core.figures.theme import alt_text, finding
from ivig_core.figures.whatif.curve_nothing import curve_nothing as draw
from ivig_core.study.whatif.curve.if_nothing import CurveIfNothing, Lies

RNG = np.random.default_rng(20261128)
BELOW, CLEAR = np.linspace(0.02, 1, 50), np.repeat([0.0, 0.5], [45, 5])


def found(mine: tuple[float, float, float], middle: np.ndarray) -> CurveIfNothing:
    observed = Lies(*(np.array([value]) for value in mine))
    return CurveIfNothing("ok", "", 96, (), 43, observed, Lies(BELOW, CLEAR, middle))


def test_words_and_bars_count_the_simulated_cohorts():
    figure = draw(found((0.9, 0.25, 0.6), np.geomspace(0.5, 2, 50)))
    assert [sum(bars.y) for bars in figure.data] == [50, 50, 50]
    assert finding(figure) == (
        "With no effect, 50 % of definitions are below 1 in cohorts like this one (middle 90 %: 6 % to 96 %); here 90 %"
    )
    detail = figure.layout.meta["detail"]
    assert detail.startswith("As many or more in 12 % of them. Intervals below 1: 0 % (middle 90 %: 0 % to 50 %)")
    assert "here 25 %, as many or more in 10 % of them. Median ratio:" in detail
    assert "here 0.60, as low or lower in 14 % of them. 96 definitions, 50 simulated cohorts" in detail
    assert detail in alt_text(figure)
    assert [shape.x0 for shape in figure.layout.shapes] == [0.9, 0.25, 0.6]


@pytest.mark.parametrize("mine", [(1.0, 1.0, 0.0), (0.0, 0.0, np.inf)])
def test_the_ends_of_the_axes_hold_ratios_of_0_and_infinity_and_cohorts_without_a_row(mine):
    middle = np.append(RNG.lognormal(0, 0.3, 47), [0.0, np.inf, np.nan])
    figure = draw(found(mine, middle))
    assert sum(figure.data[2].y) == 49
    words = figure.layout.meta["detail"]
    assert ("∞" in words) == (mine[2] == np.inf)
    low, high = figure.layout.xaxis3.range
    assert low <= np.log10(figure.layout.shapes[2].x0) <= high


def test_why_there_are_no_numbers():
    figure = draw(CurveIfNothing("not_identified", "fewer than 30 patients on IVIG"))
    assert finding(figure) == ("Not known how definitions lie to 1 without an effect: fewer than 30 patients on IVIG")
