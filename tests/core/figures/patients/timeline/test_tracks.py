"""Tracks of a timeline: what stands where on each of them."""

from __future__ import annotations

import numpy as np
import pytest

from ivig_core.figures.glyphs import GRADES
from ivig_core.figures.patients.timeline.course import in_rows
from ivig_core.figures.patients.timeline.labs import spread
from ivig_core.study.patients.timeline import timeline
from tests.core.figures.patients.timeline.one_patient import FULL, axes, beside, days, figure
from tests.core.figures.studies import SPEC, names, study, trace
from tests.core.make import Patient


def test_doses_are_stems_as_high_as_their_grams():
    drawn = figure()
    assert days(trace(drawn, "Dose, intravenous").x) == [100, 128, 156]
    assert list(trace(drawn, "Dose, intravenous").y) == [30] * 3
    assert days(trace(drawn, "Dose, subcutaneous").x) == list(range(400, 601, 7))
    assert trace(drawn, "Dose, intravenous").marker.symbol != trace(drawn, "Dose, subcutaneous").marker.symbol
    unknown = figure(Patient(doses=[5]))
    assert "amount not recorded" in trace(unknown, "Dose, intravenous").hovertext[0]
    assert "grams not recorded" in beside(unknown, "track")[2]


def test_doses_of_one_day_stack_with_their_number():
    drawn = figure(Patient(doses=[5, 5, 40], grams=20))
    assert list(trace(drawn, "Dose, intravenous").y) == [40, 20]
    assert trace(drawn, "Dose, intravenous").hovertext[0].startswith("<b>2 doses, 40 g")
    assert [text.strip() for text in trace(drawn, "count").text] == ["×2"]


def test_days_on_ivig_are_shaded_behind_all_tracks_and_drawn_as_the_lane():
    drawn = figure(Patient(days=200, doses=[20, 100]))
    shades = [shape for shape in drawn.layout.shapes if shape.name == "on IVIG"]
    assert [(days([shape.x0])[0], days([shape.x1])[0]) for shape in shades] == [(20, 51), (100, 131)]
    assert {(shape.yref, shape.y0, shape.y1) for shape in shades} == {("paper", 0, 1)}
    assert days(trace(drawn, "On IVIG").x) == [20, 51, None, 100, 131, None]
    assert days(trace(drawn, "Off IVIG").x) == [0, 20, None, 51, 100, None, 131, 200, None]


def test_infections_stand_on_the_row_of_their_grade_with_the_glyph_of_the_swimmer_plot():
    drawn = figure()
    for grade in (1, 2, 3, 4):
        marks = trace(drawn, f"Grade {grade}")
        assert set(marks.y) == {grade}
        assert (marks.marker.symbol, marks.marker.color) == (GRADES[grade].symbol, GRADES[grade].colour)
    assert list(trace(drawn, "Grade unknown").y) == [0]
    assert days(trace(drawn, "admitted").x) == [90]
    assert "before follow-up" in trace(drawn, "Grade 2, not counted").hovertext[0]
    (text,) = trace(drawn, "Grade 3").hovertext
    assert text == (
        "<b>Grade 3, viral, bloodstream, admitted</b><br>Off IVIG (treated patients), no dose before<br>"
        "day 90 (month 3.0)"
    )
    assert "2 days since the last dose" in trace(drawn, "Grade 4").hovertext[0]


def test_infections_of_one_day_are_apart_by_grade_and_counted_within_one():
    drawn = figure(Patient(infections=[(10, 2, "viral"), (10, 2, "fungal"), (10, 4)]))
    assert (list(trace(drawn, "Grade 2").y), list(trace(drawn, "Grade 4").y)) == ([2], [4])
    assert [text.strip() for text in trace(drawn, "count").text] == ["×2"]
    assert "viral" in trace(drawn, "Grade 2").hovertext[0]
    assert "fungal" in trace(drawn, "Grade 2").hovertext[0]


@pytest.mark.parametrize("log", [False, True])
def test_cut_offs_of_igg_are_numbered_and_their_labels_apart(log):
    drawn = figure(log=log)
    labels = [note for note in drawn.layout.annotations if note.name == "IgG level"]
    assert [note.text for note in labels] == ["&lt;200", "200–&lt;400", "400–&lt;700", "≥700"]
    axis = drawn.layout.yaxis
    low, high = axis.range
    height = (axis.domain[1] - axis.domain[0]) * (drawn.layout.height - drawn.layout.margin.t - drawn.layout.margin.b)
    places = [(note.y - low) / (high - low) * height for note in labels]
    assert min(np.diff(places)) >= 14
    assert "700" in axis.ticktext
    lines = [shape.y0 for shape in drawn.layout.shapes if shape.name == "IgG cut-off"]
    assert lines == pytest.approx(np.log10([200, 400, 700]) if log else [200, 400, 700])


def test_total_and_functional_igg_and_a_value_of_zero():
    drawn = figure()
    assert days(trace(drawn, "IgG, total").x) == [-20, 90, 200, 800]
    assert 10 ** np.asarray(trace(drawn, "IgG, functional").y) == pytest.approx([200, 600, 800])
    zero = figure(Patient(igg=[(5, 3000), (9, 900)], m_spike=[(5, 3.2), (9, 0.1)], baseline={"heavy_chain": "IgG"}))
    low, high = zero.layout.yaxis.range
    marks = trace(zero, "IgG, functional")
    assert low < marks.y[0] < high
    assert marks.marker.symbol[0] == "triangle-down"
    assert "functional 0 mg/dL: IgG &lt; 200 mg/dL" in marks.hovertext[0]


def test_one_line_where_total_is_functional_and_a_reason_where_it_is_not_known():
    other = figure(Patient(igg=[(5, 300)], baseline={"heavy_chain": "IgA"}))
    assert "IgG, total" not in names(other)
    unknown = figure(Patient(igg=[(5, 300)]))
    assert "IgG, functional" not in names(unknown)
    assert "heavy chain not known" in beside(unknown, "track")[0]
    unmatched = figure(Patient(igg=[(5, 300)], baseline={"heavy_chain": "IgG"}))
    assert "no M-spike with it" in beside(unmatched, "track")[0]


def test_phases_and_therapies_that_go_on_end_in_an_arrow_that_the_legend_names():
    drawn = figure()
    arrows = [item for item in drawn.data if item.name == "Still going on"]
    assert [days(item.x) for item in arrows] == [[900], [900, 900]]
    assert [item.showlegend for item in arrows] == [True, False]
    assert "still going on at the end of follow-up" in arrows[1].hovertext[0]
    assert days(trace(drawn, "Progressive disease").x) == [250, 301, None, 850, 900, None]
    assert days(trace(drawn, "Progression").x) == [250, 850]
    assert "Still going on" not in names(figure(Patient(therapies=[(0, 5, "other", "x")])))


def test_therapies_of_one_row_never_overlap():
    line = timeline(study(FULL), SPEC, 0)
    rows = in_rows(line.therapies)
    assert rows[["drug", "row"]].to_numpy().tolist() == [
        ["daratumumab", 0], ["dexamethasone", 1], ["teclistamab", 0], ["aciclovir", 2], ["influenza vaccine", 3],
    ]  # fmt: skip
    for _, part in rows.groupby("row"):
        assert (part["day"].to_numpy()[1:] > part["end_day"].to_numpy()[:-1]).all()
    assert list(axes(figure())[5].ticktext) == ["Anti-myeloma", "Antiviral", "Vaccine"]


def test_random_therapies_never_overlap_in_a_row():
    random = np.random.default_rng(5)
    starts = random.integers(-200, 800, 60)
    categories = random.choice(["anti_myeloma", "other", "vaccine"], 60)
    items = [(int(a), int(a + random.integers(0, 200)), c, "x") for a, c in zip(starts, categories, strict=True)]
    rows = in_rows(timeline(study(Patient(days=900, therapies=items)), SPEC, 0).therapies)
    for _, part in rows.groupby("row"):
        assert part["category"].nunique() == 1
        assert (part["day"].to_numpy()[1:] > part["end_day"].to_numpy()[:-1]).all()


def test_labels_are_moved_up_only_as_far_as_needed():
    assert spread([0, 1, 10, 40], 5) == [0, 5, 10, 40]
