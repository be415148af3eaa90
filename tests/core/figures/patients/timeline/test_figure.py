"""Timeline of one patient: the frame of its tracks, that nothing lies over anything else, and the words."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from ivig_core.figures.patients.timeline.base import LEFT
from ivig_core.figures.theme import NARROWEST, PRESENTATION, alt_text, finding
from ivig_core.figures.words import DAYS_PER_MONTH
from tests.core.figures.patients.timeline.one_patient import FULL, axes, beside, days, figure, texts
from tests.core.figures.studies import HOSTILE, SPEC, trace
from tests.core.make import Patient

TRACKS = ("IgG", "Blood counts", "IVIG", "Infections", "Disease phase", "Therapy")


def test_tracks_stand_in_a_fixed_order_on_one_axis_of_time():
    drawn = figure()
    assert [text.split("<br>")[0] for text in beside(drawn, "track")] == [f"<b>{name}</b>" for name in TRACKS]
    assert {item.xaxis or "x" for item in drawn.data} == {"x"}
    assert [item.anchor for item in axes(drawn)] == ["x"] * 6
    assert drawn.layout.xaxis.anchor == "y6"
    assert all(item.fixedrange for item in axes(drawn))


@pytest.mark.parametrize("patient", [FULL, Patient(), Patient(doses=[3]), Patient(infections=[(4, np.nan)])])
@pytest.mark.parametrize("presentation", [False, True])
def test_no_track_reaches_into_another(patient, presentation):
    drawn = figure(patient, presentation=presentation)
    domains = [item.domain for item in axes(drawn)]
    assert all(low < high for low, high in domains)
    assert all(above[0] > below[1] for above, below in pairwise(domains))


@pytest.mark.parametrize("presentation", [False, True])
def test_the_key_beside_a_track_ends_before_the_next_track_and_before_the_axis(presentation):
    drawn = figure(presentation=presentation)
    plot = drawn.layout.height - drawn.layout.margin.t - drawn.layout.margin.b
    size = round(13 * PRESENTATION.scale) if presentation else 13
    tops = [*(item.domain[1] * plot for item in axes(drawn)), 0]
    keys = [text for text in beside(drawn, "track") if not text.startswith("<b>Therapy")]
    for text, top, next_top in zip(keys, tops, tops[1:], strict=False):
        lines = text.split("<br>")
        assert top + 4 - len(lines) * size * 1.3 > next_top
        longest = max(len(line.rsplit(">", 1)[-1]) for line in lines)
        assert longest * size * 0.55 + 24 < LEFT * size / 13 - 8


@pytest.mark.parametrize("presentation", [False, True])
def test_texts_inside_bars_fit_in_them(presentation):
    drawn = figure(presentation=presentation)
    drugs = trace(drawn, "drugs")
    plot = NARROWEST - drawn.layout.margin.l - drawn.layout.margin.r
    low, high = drawn.layout.xaxis.range
    ends = {"daratumumab": 401, "dexamethasone": 301, "teclistamab": 900, "aciclovir": 900}
    for x, text in zip(drugs.x, drugs.text, strict=True):
        width = (ends[text.strip()] / DAYS_PER_MONTH - x) / (high - low) * plot
        assert len(text) * drugs.textfont.size * 0.55 < width
    assert "influenza vaccine" not in "".join(drugs.text)


def test_tracks_without_records_say_so():
    drawn = figure(Patient(days=300, start=None))
    assert beside(drawn, "remark") == ["none recorded", "none recorded", "no dose recorded", *["none recorded"] * 3]
    assert drawn.layout.height < figure().layout.height
    assert days(trace(drawn, "Never had IVIG").x) == [0, 300, None]


def test_time_outside_follow_up_is_shaded_and_what_lies_outside_the_view_is_announced():
    drawn = figure(Patient(days=300, igg=[(-30, 400), (-400, 500)], last_contact=2000))
    shades = [shape for shape in drawn.layout.shapes if shape.name == "Outside follow-up"]
    assert [(days([shape.x0])[0], days([shape.x1])[0]) for shape in shades] == [(-400, 0), (300, 2001)]
    low, high = days(drawn.layout.xaxis.range)
    assert -42 < low < -30
    assert 480 <= high < 500
    assert days([drawn.layout.xaxis.minallowed])[0] <= -400
    assert days([drawn.layout.xaxis.maxallowed])[0] >= 2001
    assert beside(drawn, "hint") == ["◂ earlier records: double-click", "alive on day 2,000: double-click ▸"]
    assert beside(figure(Patient(days=300)), "hint") == []


def test_death_and_still_followed_end_the_lane():
    assert days(trace(figure(Patient(days=300, died=299)), "Death").x) == [299]
    assert days(trace(figure(Patient(days=300)), "Still followed").x) == [300]


def test_short_follow_up_counts_in_days():
    drawn = figure(Patient(days=10, doses=[3]))
    assert drawn.layout.xaxis.title.text.startswith("Days")
    assert list(trace(drawn, "On IVIG").x[:2]) == [3, 10]
    assert drawn.layout.xaxis.dtick == 1
    figure(Patient(days=1, doses=[0], infections=[0]))


def test_parts_of_the_window_and_apart_days_have_their_own_colours():
    drawn = figure(Patient(days=200, doses=[50]), SPEC.change(window_cuts="7", pre_exposure_days=10, washout_days=10))
    parts = ("On IVIG, days 0–6", "On IVIG, days 7–30", "Off IVIG", "Before the first dose", "Just after IVIG")
    assert len({trace(drawn, name).line.color for name in parts}) == 5


@pytest.mark.parametrize(
    ("patient", "said"),
    [
        (Patient(days=365, doses=[9], infections=[1, 2, 10]), "2 infections in 11.0 months off IVIG, 1 in 31 days on"),
        (Patient(days=365, doses=[200], infections=[210]), "No infection in 11.0 months off IVIG, 1 in 31 days on"),
        (Patient(days=365, doses=[200], infections=[10]), "1 infection in 11.0 months off IVIG, none in 31 days on"),
        (Patient(days=365, doses=[200]), "No infection in 12.0 months, 31 days of them on IVIG"),
        (Patient(days=365, infections=[1]), "1 infection in 12.0 months, no day on IVIG"),
        (Patient(days=20, doses=[0], infections=[1, 1]), "2 infections in 20 days, all of them on IVIG"),
        (Patient(days=1), "No infection in 1 day, no day on IVIG"),
    ],
)  # fmt: skip
def test_finding_is_computed_and_in_the_alternative_text(patient, said):
    drawn = figure(patient)
    assert finding(drawn) == said
    assert said in alt_text(drawn)


def test_no_day_left_is_said():
    assert "No day of this patient" in finding(figure(Patient(days=20), SPEC.change(exclude_first_days=50)))


def test_values_of_a_file_are_shown_never_interpreted():
    patient = Patient(
        days=400, infections=[(5, 2, HOSTILE, HOSTILE)],
        therapies=[(0, np.nan, HOSTILE, HOSTILE), (0, 9, "other", HOSTILE)],
    )  # fmt: skip
    shown = texts(figure(patient, ids=[HOSTILE]))
    assert not any("<a" in text or "$" in text.replace("&#36;", "") for text in shown)
    assert any("&lt;a href='http://x.example'&gt;" in text for text in shown)


def test_the_mark_of_synthetic_data_is_part_of_the_figure():
    assert "SYNTHETIC" in figure(synthetic=True).layout.title.subtitle.text
    assert "SYNTHETIC" not in figure().layout.title.subtitle.text


def test_presentation_is_larger_throughout():
    small, large = figure(), figure(presentation=True)
    assert large.layout.height > small.layout.height
    for name in ("track", "IgG level"):
        sizes = [{note.font.size for note in item.layout.annotations if note.name == name} for item in (small, large)]
        assert sizes == [{13}, {round(13 * PRESENTATION.scale)}]
    assert {item.tickfont.size for item in axes(large)} == {round(13 * PRESENTATION.scale)}


def test_every_mark_that_answers_has_a_text():
    for item in figure().data:
        if item.hoverinfo == "text":
            assert len(item.hovertext) == len(item.x), item.name
