"""What all figures share: titles, mark of synthetic data, legends, download, alternative text."""

from __future__ import annotations

import plotly.graph_objects as go
import pytest

from ivig_core.figures import theme
from ivig_core.figures.frame import broken, even, frame, legend_below, note, sentence
from ivig_core.figures.theme import alt_text, config, finding, stamp
from ivig_core.terms import OBSERVATION, ON, REFERENCE


def plain() -> go.Figure:
    return frame("forest", "A finding", "43 patients", "In words.", 300)


def test_title_and_counts_show_markup_as_it_stands():
    figure = frame("x", "ward <b>A</b>", "<i>n</i> & more", "alt", 300)
    assert figure.layout.title.text == "<b>ward &lt;b&gt;A&lt;/b&gt;</b>"
    assert figure.layout.title.subtitle.text == "&lt;i&gt;n&lt;/i&gt; &amp; more"
    assert finding(figure) == "ward <b>A</b>"


def test_stamp_marks_once_in_the_drawing_and_in_its_words():
    figure = stamp(stamp(plain()))
    assert figure.layout.title.subtitle.text == "<b>SYNTHETIC</b> · 43 patients"
    assert alt_text(figure) == "Synthetic data. In words."
    assert stamp(sentence("x", "Nothing.")).layout.title.subtitle.text == "<b>SYNTHETIC</b>"


def test_a_longer_title_makes_the_figure_taller_and_leaves_the_plot_as_it_is():
    short, long = plain(), frame("forest", "word " * 40, "43 patients", "In words.", 300)
    assert long.layout.margin.t > short.layout.margin.t
    plots = {figure.layout.height - figure.layout.margin.t - figure.layout.margin.b for figure in (short, long)}
    assert plots == {300}


def test_lines_are_no_longer_than_asked_and_keep_numbers_with_their_words():
    lines = broken("Fewer infections on IVIG: rate ratio 0.60 (0.42–0.88)", 42)
    assert lines == ["Fewer infections on IVIG:", "rate ratio 0.60 (0.42–0.88)"]
    assert broken("", 40) == [""]
    text = "No clear difference in infection-free survival (log-rank p = 0.187)"
    assert all(len(line) <= 40 for line in even(text, 40))
    assert max(map(len, even(text, 60))) < 45
    assert " ".join(even(text, 60)) == text


def test_legends_stand_below_each_other_in_room_of_their_own():
    figure = plain()
    height, below = figure.layout.height, figure.layout.margin.b
    for number in range(12):
        figure.add_scatter(x=[1], y=[1], name=f"entry {number}", legend="legend2" if number > 3 else None)
    figure.add_scatter(x=[1], y=[1], name="hidden", showlegend=False)
    legend_below(figure, foot=20)
    assert figure.layout.height - height == figure.layout.margin.b - below > 3 * 14
    assert figure.layout.legend.y * figure.layout.height < figure.layout.margin.b
    assert 20 < figure.layout.legend2.y * figure.layout.height < figure.layout.legend.y * figure.layout.height - 14


def test_note_stands_inside_the_lower_margin():
    figure = plain()
    note(figure, "Small & plain.")
    assert figure.layout.annotations[0].text == "Small &amp; plain."
    assert figure.layout.annotations[0].yshift == 6 - figure.layout.margin.b


def test_download_is_named_after_the_figure_and_nothing_leaves_the_machine():
    chosen = config(plain(), "svg")
    assert chosen["toImageButtonOptions"]["filename"] == "ivig-forest"
    assert chosen["toImageButtonOptions"]["format"] == "svg"
    assert chosen["showSendToCloud"] is False
    assert chosen["displaylogo"] is False
    assert theme.CONFIG["toImageButtonOptions"]["format"] == "png"


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("colour", [theme.STATE_COLOURS[s] for s in (ON, OBSERVATION, REFERENCE)])
def test_state_colours_can_be_seen_on_white(colour):
    assert 1.05 / (_luminance(colour) + 0.05) >= 3


@pytest.mark.parametrize("colour", [theme.INK, theme.MUTED, *theme.GROUP_COLOURS])
def test_text_colours_can_be_read_on_white(colour):
    assert 1.05 / (_luminance(colour) + 0.05) >= 4.5


def test_chart_text_is_large_enough():
    assert theme.PAGE.text >= 13
    assert theme.PRESENTATION.text >= 18
