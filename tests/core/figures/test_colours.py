"""Colours: text can be read, and what a colour tells apart stays apart without green cones."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from ivig_core.figures import theme
from ivig_core.figures.glyphs import GRADES
from ivig_core.figures.legible import ENOUGH, channels, contrast, legible, luminance
from tests.colour_blind import difference, seen

COMPARED = (theme.IVIG_BLUE, theme.OBSERVATION_ORANGE, theme.REFERENCE_GREY)
APART = 25
"""ΔE of colours that nobody takes for each other, far above the 2.3 that can just be noticed."""


def as_seen(colour: str) -> np.ndarray:
    return seen(np.array(channels(colour)))


def test_the_measure_of_contrast():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#767676", "#FFFFFF") == pytest.approx(4.54, abs=0.01)
    assert luminance("#FFFFFF") == pytest.approx(1)


@pytest.mark.parametrize("colour", [theme.INK, theme.MUTED])
def test_text_of_figures_can_be_read(colour):
    assert contrast(colour, theme.PAPER) >= ENOUGH


@pytest.mark.parametrize("colour", [*theme.STATE_COLOURS.values(), *theme.GROUP_COLOURS, *theme.WINDOW_BLUES])
def test_a_colour_used_for_text_is_darkened_until_it_can_be_read(colour):
    assert contrast(legible(colour), theme.PAPER) >= ENOUGH
    if contrast(colour, theme.PAPER) >= ENOUGH:
        assert legible(colour) == colour


def test_what_is_seen_keeps_greys_and_loses_red_against_green():
    assert seen(np.array([128, 128, 128])).tolist() == pytest.approx([128, 128, 128], abs=1)
    red, green = np.array([200, 60, 60]), np.array([90, 130, 40])
    assert difference(seen(red), seen(green)) < difference(red, green) / 2


@pytest.mark.parametrize(("one", "other"), list(combinations(COMPARED, 2)))
def test_states_stay_apart(one, other):
    assert difference(as_seen(one), as_seen(other)) > APART


@pytest.mark.parametrize("colour", [glyph.colour for glyph in GRADES.values()][1:])
def test_infections_stay_apart_from_the_lanes_they_stand_on(colour):
    assert all(difference(as_seen(colour), as_seen(lane)) > APART for lane in COMPARED[:2])


def test_grades_are_darker_the_graver_they_are():
    shades = [luminance(glyph.colour) for glyph in GRADES.values()]
    assert shades == sorted(shades, reverse=True)
