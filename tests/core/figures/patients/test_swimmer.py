"""Swimmer plot: where lanes, glyphs and marks are drawn, and what the words say in odd cohorts."""

from __future__ import annotations

import numpy as np
import pytest

from ivig_core.figures.patients.swimmer import GRADE_UNKNOWN, GRADES, swimmer
from ivig_core.figures.theme import alt_text, finding
from ivig_core.figures.words import DAYS_PER_MONTH
from tests.core.figures.studies import HOSTILE, SPEC, names, page, reference_study, study, trace
from tests.core.make import Patient


def days(values) -> list[float]:
    return [None if value is None or np.isnan(value) else round(value * DAYS_PER_MONTH, 6) for value in values]


def test_a_lane_is_cut_into_its_states_end_to_end():
    figure = swimmer(page(study(Patient(days=100, doses=[20]))))
    assert days(trace(figure, "Off IVIG").x) == [0, 20, None, 51, 100, None]
    assert days(trace(figure, "On IVIG").x) == [20, 51, None]
    assert trace(figure, "On IVIG").line.width == 3


def test_glyph_and_shade_differ_between_all_grades():
    glyphs = [*GRADES.values(), GRADE_UNKNOWN]
    assert len({glyph.symbol for glyph in glyphs}) == len({glyph.colour for glyph in glyphs}) == 6


def test_infections_stand_on_their_day_with_the_glyph_of_their_grade():
    patient = Patient(days=100, infections=[(10, 1), (40, 4), (60, np.nan)])
    figure = swimmer(page(study(patient)))
    for name, day, glyph in (
        ("Grade 1", 10, GRADES[1]), ("Grade 4", 40, GRADES[4]), ("Grade unknown", 60, GRADE_UNKNOWN)
    ):  # fmt: skip
        mark = trace(figure, name)
        assert days(mark.x) == [day]
        assert mark.marker.symbol == glyph.symbol
    assert "Grade 2" not in names(figure)


def test_infections_of_one_day_share_a_glyph_of_the_worst_and_are_both_told():
    figure = swimmer(page(study(Patient(infections=[(10, 2, "viral"), (10, 3, "fungal")]))))
    (text,) = trace(figure, "Grade 3").hovertext
    assert "grade 2, viral<br>grade 3, fungal" in text
    assert "Grade 2" not in names(figure)


def test_death_and_still_followed_are_marked_where_they_belong():
    figure = swimmer(page(study(Patient(days=50, died=49), Patient(days=80), Patient(days=60, last_contact=90))))
    assert days(trace(figure, "Death").x) == [49]
    assert sorted(days(trace(figure, "Still followed").x)) == [80, 91]
    assert trace(figure, "Death").marker.symbol == "x"
    assert all(trace(figure, name).showlegend is not False for name in ("Death", "Still followed"))


def test_progression_comes_from_dates_and_from_phases_once_a_day():
    figure = swimmer(page(study(Patient(progressed=30, progressive=[(30, 40), (60, 70)]))))
    assert days(trace(figure, "Progression").x) == [30, 60]


def test_days_left_out_are_a_hair_line_and_named_in_the_legend():
    shown = swimmer(page(study(Patient(days=100)), SPEC.change(exclude_first_days=10)))
    assert trace(shown, "Not analysed").showlegend is True
    assert days(trace(shown, "Never had IVIG").x) == [10, 100, None]
    assert trace(swimmer(page(study(Patient(days=100)))), "Not analysed").showlegend is False


def test_every_point_that_answers_carries_code_and_id():
    figure = swimmer(page(study(Patient(days=400, infections=[10]), Patient(days=300, doses=[5]))))
    for item in figure.data:
        if item.hoverinfo == "text":
            assert len(item.customdata) == len(item.x) == len(item.hovertext)
    touch = trace(figure, "lanes")
    assert {tuple(point) for point in touch.customdata} == {(0, "P0000"), (1, "P0001")}
    gaps = np.diff(sorted(x * DAYS_PER_MONTH for x, y in zip(touch.x, touch.y, strict=True) if y == 0))
    assert gaps.max() <= 31


def test_few_traces_however_many_patients():
    figure = swimmer(page(reference_study("sim500"), per_page=500))
    assert len(figure.data) <= 16


def test_forty_three_lanes_fit_one_screen():
    figure = swimmer(page(reference_study("sim43"), group="ivig_ever"))
    plot = figure.layout.height - figure.layout.margin.t - figure.layout.margin.b
    assert plot == 14 * (43 + 2) <= 640
    assert figure.layout.height < 860


def test_groups_have_headings_on_rows_of_their_own():
    arms = [Patient(days=days, baseline={"arm": arm}) for days, arm in ((50, "b"), (90, "a"), (70, None))]
    figure = swimmer(page(study(*arms), group="arm"))
    headings = {item.text: item.y for item in figure.layout.annotations if item.name == "group"}
    assert headings == {"<b>a</b>": 0, "<b>b</b>": 2, "<b>Not recorded</b>": 4}
    assert list(figure.layout.yaxis.tickvals) == [1, 3, 5]


def test_landmark_is_drawn_only_where_it_made_the_groups():
    one = study(Patient(doses=[5]), Patient())
    dashed = trace(swimmer(page(one, group="ivig_by_landmark")), "Day 30, groups fixed")
    assert days(dashed.x) == [31, 31]
    assert dashed.line.dash == "dash"
    assert not any("groups fixed" in name for name in names(swimmer(page(one, group="ivig_ever"))))


def test_parts_of_the_window_have_shades_of_their_own():
    figure = swimmer(page(study(Patient(doses=[20])), SPEC.change(window_cuts="7,14")))
    parts = [trace(figure, name) for name in ("On IVIG, days 0–6", "On IVIG, days 7–13", "On IVIG, days 14–30")]
    assert len({part.line.color for part in parts}) == 3


def test_ids_of_the_file_are_shown_never_interpreted():
    made = study(Patient(infections=[10], baseline={"arm": HOSTILE}), ids=[HOSTILE])
    figure = swimmer(page(made, group="arm"))
    shown = [
        *figure.layout.yaxis.ticktext,
        *(item.text for item in figure.layout.annotations),
        *(text for item in figure.data for text in ([] if item.hovertext is None else item.hovertext)),
    ]
    assert not any("<a" in text or "$" in text for text in shown)
    assert any("&lt;a href='http://x.example'&gt;" in text for text in shown)
    assert trace(figure, "lanes").customdata[0][1] == HOSTILE


def test_mark_of_synthetic_data_is_part_of_the_figure():
    assert "SYNTHETIC" in swimmer(page(study(Patient(), synthetic=True))).layout.title.subtitle.text
    assert "SYNTHETIC" not in swimmer(page(study(Patient()))).layout.title.subtitle.text


@pytest.mark.parametrize(
    ("patients", "said"),
    [
        ([Patient(days=100, doses=[20], infections=[5])], "1 infection in one patient, 1.0 of 3.3 months on IVIG"),
        ([Patient(days=100)], "No infection in one patient, no day on IVIG"),
        ([Patient(), Patient(doses=[3])], "No infection counted in 2 patients; 1 had IVIG"),
        ([Patient(infections=[3]), Patient()], "1 of 2 patients had an infection; no day on IVIG"),
        ([Patient(doses=[0], infections=[3]), Patient(doses=[1])], "1 of 2 patients had an infection; all had IVIG"),
    ],
)  # fmt: skip
def test_finding_is_true_in_odd_cohorts(patients, said):
    figure = swimmer(page(study(*patients)))
    assert finding(figure) == said
    assert said in alt_text(figure)


def test_nothing_to_draw_is_said_in_words():
    one = study(Patient(days=20))
    assert "No patient id contains" in finding(swimmer(page(one, search="zz")))
    assert "No patient has a day left" in finding(swimmer(page(one, SPEC.change(exclude_first_days=50))))
    nobody = study(Patient()).full.subset(np.array([False]))
    from ivig_core.study.study import Study

    assert "No patient has a day left" in finding(swimmer(page(Study(nobody))))


def test_counts_of_a_page_say_of_how_many():
    figure = swimmer(page(reference_study("sim43"), per_page=10))
    assert "10 patients" in figure.layout.title.subtitle.text
    assert "of 43 and 157 in the analysis; page 1 of 5" in figure.layout.meta["detail"]
