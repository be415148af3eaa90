"""Share of time by IgG level: bars that add up, a true finding, a sentence where nothing is known."""

from __future__ import annotations

import numpy as np
import pytest

from ivig_core.figures.igg.share import igg_share, level_colours
from ivig_core.figures.legible import luminance
from ivig_core.figures.theme import alt_text, finding
from ivig_core.spec import AnalysisSpec
from ivig_core.study.igg.levels import igg_share as shares
from tests.core.figures.studies import names, reference_study, study
from tests.core.make import Patient

TOTAL = AnalysisSpec().change(igg_blank_heavy_chain="total")
IGA = {"heavy_chain": "IgA"}


@pytest.mark.parametrize("cuts", ["200,400,700", "500", "100,200,300,400,500,600"])
def test_every_bar_adds_up_to_the_whole(cuts):
    table = shares(reference_study("sim43"), TOTAL.change(igg_cuts=cuts))
    figure = igg_share(table)
    assert np.sum([bar.x for bar in figure.data], axis=0) == pytest.approx([1.0] * table["period"].nunique())
    assert names(figure)[-1] == "IgG not known"
    assert f"IgG < {cuts.rsplit(',', 1)[-1]} mg/dL" in finding(figure)


def test_finding_is_of_the_known_days():
    """Known are 60 days at 300 and 31 at 800 mg/dL, of 231."""
    people = Patient(days=131, doses=[100], igg=[(-61, 300), (99, 800)], baseline=IGA), Patient()
    figure = igg_share(shares(study(*people), TOTAL))
    assert finding(figure) == "Share of known days with IgG < 700 mg/dL: 0 % on IVIG and 100 % off IVIG"
    assert "known on 39 % of days" in figure.layout.meta["detail"]
    assert "Off IVIG (treated patients): 0 % IgG < 200 mg/dL, 60 % IgG 200–<400 mg/dL" in alt_text(figure)


def test_lower_levels_are_darker():
    light = [luminance(colour) for colour in level_colours(5)]
    assert light == sorted(light)
    assert len(level_colours(1)) == 2


def test_nothing_known_is_said():
    assert finding(igg_share(shares(study(Patient()), TOTAL))) == (
        "Functional IgG is not known on any day of follow-up."
    )
    empty = shares(study(Patient(days=10)), TOTAL.change(exclude_first_days=50))
    assert "not known on any day" in finding(igg_share(empty))


def test_all_of_the_days_is_100_percent():
    """Seven levels whose shares add up to a little less than 1 in floating point."""
    igg = [(day, 150 + 100 * (day // 30 % 6)) for day in range(-1, 270, 30)]
    spec = TOTAL.change(igg_cuts="100,200,300,400,500,600,700")
    assert finding(igg_share(shares(study(Patient(days=284, igg=igg)), spec))) == (
        "Share of known days with IgG < 700 mg/dL: 100 % in those who never had it"
    )
