"""Rates since the latest dose: a row per band, and findings that claim no more than the trend."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ivig_core.estimate.rates.waning import Trend
from ivig_core.figures.rates.waning import waning
from ivig_core.figures.theme import IVIG_BLUE, OBSERVATION_ORANGE, PAPER, PRE_TINT, alt_text, finding
from ivig_core.study.rates.waning import waning as result_of
from tests.core.figures.studies import SPEC, names, reference_study, study, trace
from tests.core.make import Patient


def test_rows_are_those_of_the_table():
    result = result_of(reference_study("sim43"), SPEC)
    figure = waning(result)
    for at, row in enumerate(result.bands.to_dict("records")):
        assert (trace(figure, row["band"]).x[0], trace(figure, row["band"]).y[0]) == (row["rate"], at)
    assert trace(figure, "label").text[1:5] == ("Days 0–6", "Days 7–13", "Days 14–20", "Days 21–30")
    assert trace(figure, "ratio").text[1] == "0.73 (0.40–1.33)"
    assert [text.split(">")[1].split("<")[0] for text in trace(figure, "ratio").text[5:]] == [
        "reference", "reference", "reference", "reference", "context",
    ]  # fmt: skip


def test_colours_tell_on_off_before_and_never():
    figure = waning(result_of(reference_study("sim43"), SPEC.change(pre_exposure_days=30)))
    assert trace(figure, "on_ivig_7_13").marker.color == IVIG_BLUE
    assert trace(figure, "off_1_30").marker.color == OBSERVATION_ORANGE
    assert trace(figure, "pre_ivig").marker.color == PRE_TINT
    assert trace(figure, "reference").marker.color == PAPER


def test_finding_has_a_direction_only_where_the_trend_is_clear():
    result = result_of(reference_study("sim43"), SPEC)
    ends = "1.52 a year on days 0–6, 1.22 on days 21–30"
    assert finding(waning(result)) == f"No clear change of the rate between doses: {ends}"
    rising = replace(result, trend=Trend(1.3, 1.1, 1.5, 0.001))
    assert finding(waning(rising)) == f"The rate rises between doses: {ends}"
    falling = replace(result, trend=Trend(0.7, 0.5, 0.9, 0.001))
    assert finding(waning(falling)) == f"The rate falls between doses: {ends}"


def test_the_trend_and_the_caveat_stand_on_the_figure():
    figure = waning(result_of(reference_study("sim43"), SPEC))
    assert "per week since the dose rate ratio 0.94 (0.72–1.21), p = 0.613" in figure.layout.meta["detail"]
    assert "may change when the next dose is given" in figure.layout.annotations[-1].text.replace("<br>", " ")


@pytest.mark.parametrize(
    ("patients", "settings", "said"),
    [
        ([Patient(doses=[3])], {}, "0.00 a year on days 0–6, 0.00 on days 21–30: no trend can be told"),
        ([Patient(doses=[3], infections=[5])], {"window_days": 5}, "60.88 infections a year on days 0–5 since a dose"),
        ([Patient(infections=[5])], {}, "No patient has a day on IVIG, so there is no time since a dose."),
        ([Patient(doses=[3])], {"exclude_first_days": 300}, "No patient has a day on IVIG"),
    ],
)
def test_finding_is_true_in_odd_cohorts(patients, settings, said):
    figure = waning(result_of(study(*patients), SPEC.change(**settings)))
    assert finding(figure).startswith(said)
    assert alt_text(figure)


def test_before_a_room_columns_are_fewer():
    figure = waning(result_of(reference_study("sim43"), SPEC), presentation=True)
    assert "infections" not in names(figure)
