"""Figures for slides: no title twice, no text under 12 pt where rows allow it, legends and small print in place."""

from __future__ import annotations

import plotly.graph_objects as go
import pytest

from ivig_core.figures.frame import frame, legend_below, note, note_height
from ivig_core.figures.theme import PRESENTATION, stamp
from ivig_core.report.pptx.figure import (
    SMALLEST,
    least_height,
    sized,
    smallest_text,
    without_small_print,
    without_title,
)

ROOM = (880.0, 386.0)
SMALL_PRINT = "Median in months (95 % interval): 11.0 (2.2–not reached); 7.8 (5.6–8.6). " * 3


def figure(plot: float = 400, rows: float = 0) -> go.Figure:
    foot = note_height(SMALL_PRINT, PRESENTATION)
    drawn = frame("lines", "A finding", "43 patients", "Alt.", plot, sizes=PRESENTATION, below=foot + 50)
    for name in ("on IVIG", "off IVIG"):
        drawn.add_scatter(x=[0, 1], y=[0, 1], name=name)
    if rows:
        drawn.update_yaxes(range=[rows - 0.5, -0.5])
    legend_below(drawn, foot)
    note(drawn, SMALL_PRINT, sizes=PRESENTATION)
    return drawn


def test_the_finding_goes_and_the_mark_stays():
    parts = without_title(stamp(figure()))
    title = parts["layout"]["title"]
    assert title["text"] == "<b>SYNTHETIC</b> · 43 patients"
    assert not title["subtitle"]["text"]
    assert parts["layout"]["height"] < figure().layout.height
    assert figure().layout.title.text == "<b>A finding</b>"


@pytest.mark.parametrize("room", [ROOM, (648.0, 330.0), (880.0, 200.0)])
@pytest.mark.parametrize("made", [figure(), figure(700), figure(640, 16), figure(200)])
def test_no_text_under_12_pt_where_there_is_room(made, room):
    parts = without_title(made)
    drawn = sized(parts, room)
    assert drawn.width * drawn.scale == pytest.approx(room[0], abs=1)
    assert drawn.height * drawn.scale <= room[1] + 1
    enough = least_height(parts, room[0]) <= room[1]
    wide_enough = room[0] / 55 >= SMALLEST
    assert (smallest_text(parts) * drawn.scale >= SMALLEST - 0.01) == (enough and wide_enough)


def test_legend_and_small_print_keep_their_places():
    drawn = sized(without_title(figure()), ROOM)
    layout = drawn.figure["layout"]
    (small,) = [one for one in layout["annotations"] if one["name"] == "note"]
    room = (small["text"].count("<br>") + 1) * PRESENTATION.text * 1.35
    assert small["yshift"] == pytest.approx(6 - layout["margin"]["b"])
    top = layout["legend"]["y"] * layout["height"]
    assert room < top - 1.4 * PRESENTATION.text
    assert top < layout["margin"]["b"] - 30
    assert " ".join(small["text"].split("<br>")) == SMALL_PRINT.strip()


def test_a_table_beneath_curves_keeps_its_rows():
    made = figure(600)
    made.update_layout(yaxis={"domain": [0.5, 1]}, yaxis2={"domain": [0, 0.35], "range": [7.5, -0.5]})
    layout = sized(without_title(made), ROOM).figure["layout"]
    plot = layout["height"] - layout["margin"]["t"] - layout["margin"]["b"]
    assert plot < 600
    assert layout["yaxis2"]["domain"][1] * plot >= 8 * 1.19 * PRESENTATION.text
    assert layout["yaxis"]["domain"][0] > layout["yaxis2"]["domain"][1]


def test_a_figure_of_any_kind_is_taken():
    plain = go.Figure(go.Scatter(y=[1, 2])).update_layout(width=300)
    assert sized(without_title(plain), ROOM).width >= 800


def test_small_print_is_taken_out_whole():
    parts, said = without_small_print(without_title(figure()))
    layout = parts["layout"]
    assert said == [SMALL_PRINT.strip()]
    assert layout["annotations"] == []
    assert 0 < layout["legend"]["y"] * layout["height"] < layout["margin"]["b"]
    assert without_small_print(parts) == (parts, [])
