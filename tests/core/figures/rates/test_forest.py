"""Forest plot: places, texts, arrows and words, from tables written by hand and from a reference cohort."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from ivig_core.estimate.rates.interaction import FOREST_COLUMNS
from ivig_core.figures.forest_parts.rows import axis_range, level_name, rows, ticks
from ivig_core.figures.rates.forest import COLUMNS, PLOT, forest
from ivig_core.figures.theme import alt_text, finding
from ivig_core.spec import AnalysisSpec
from ivig_core.study.rates.forest import forest as study_forest
from tests.core.figures.studies import reference_study, trace

NAN = np.nan


def row(factor, level, irr=0.6, low=0.4, high=0.9, p_interaction=NAN, status="ok", **more) -> dict:
    return {
        "factor": factor, "level": level, "status": status, "patients": 37, "infections_on": 40, "infections_off": 112,
        "person_days_on": 11541, "person_days_off": 18853, "irr": irr, "ci_low": low, "ci_high": high, "p_value": 0.01,
        "p_interaction": p_interaction, "note": "", **more,
    }  # fmt: skip


def table(*records: dict) -> pd.DataFrame:
    return pd.DataFrame(list(records), columns=list(FOREST_COLUMNS))


OVERALL = row("overall", "all")


def test_overall_comes_first_and_each_factor_has_a_heading_with_its_p():
    lines = rows(table(row("sex", "female", p_interaction=0.03), row("sex", "male", p_interaction=0.03), OVERALL))
    assert [line.kind for line in lines] == ["overall", "heading", "level", "level"]
    assert (lines[1].label, lines[1].p) == ("Sex", "0.030")
    assert [line.p for line in lines[2:]] == ["", ""]


def test_numbers_beside_a_row():
    line = rows(table(OVERALL))[0]
    assert (line.patients, line.infections, line.rates) == ("37", "40 / 112", "1.27 / 2.17")
    assert line.ratio == "0.60 (0.40–0.90)"


def test_columns_of_one_row_stand_at_its_height_and_in_order():
    figure = forest(table(OVERALL, row("grade", "1-2"), row("grade", "3-5")))
    for name in ("patients", "infections", "rates", "ratio"):
        assert list(trace(figure, name).y[1:]) == [0, 2, 3]
    places = [trace(figure, name).x[0] for name in COLUMNS]
    assert places == sorted(places)
    assert list(trace(figure, "label").text[1:]) == ["<b>All infections</b>", "<b>Grade</b>", "Grade 1–2", "Grade 3–5"]


def test_no_column_of_text_lies_over_the_plot_and_takes_the_mouse_from_it():
    figure = forest(table(OVERALL))
    assert figure.layout.xaxis2.domain[1] <= figure.layout.xaxis.domain[0] == PLOT[0]
    assert figure.layout.xaxis3.domain[0] >= figure.layout.xaxis.domain[1] == PLOT[1]
    assert trace(figure, "rates").xaxis == "x2"
    assert trace(figure, "ratio").xaxis == "x3"


def test_box_area_follows_precision_and_overall_is_a_diamond():
    wide = row("grade", "3-5", 0.6, 0.6 / 2.25, 0.6 * 2.25)
    narrow = row("grade", "1-2", 0.6, 0.6 / 1.5, 0.6 * 1.5)
    figure = forest(table(OVERALL, narrow, wide))
    large, small = trace(figure, "ratios").marker.size
    assert large / small == pytest.approx(math.log(2.25) / math.log(1.5))
    diamond = trace(figure, "overall")
    assert (min(diamond.x), max(diamond.x)) == (0.4, 0.9)


def test_an_interval_that_leaves_the_axis_is_cut_with_an_arrow():
    figure = forest(table(OVERALL, row("grade", "3-5", 1.2, 0.01, 300.0)))
    low, high = (10**value for value in figure.layout.xaxis.range)
    assert trace(figure, "triangle-left").x == pytest.approx((low,))
    assert trace(figure, "triangle-right").x == pytest.approx((high,))
    drawn = [x for x in trace(figure, "intervals").x if x is not None]
    assert low - 1e-9 <= min(drawn)
    assert max(drawn) <= high + 1e-9


def test_ratio_of_zero_is_an_arrow_to_the_left_without_a_box():
    figure = forest(table(row("overall", "all", 0.0, 0.0, 0.7, status="no_events_exposed", infections_on=0)))
    assert len(trace(figure, "triangle-left").x) == 1
    assert not any(item.name in ("overall", "triangle-right") for item in figure.data)
    assert len(trace(figure, "ratios").x) == 0
    assert trace(figure, "ratio").text[1] == "0.00 (0.00–0.70)"
    assert finding(figure).startswith("Fewer infections on IVIG, no infection on IVIG at all")


def test_ratio_without_upper_bound_is_an_arrow_to_the_right_that_begins_inside():
    open_row = row("overall", "all", NAN, 33.0, NAN, status="no_events_reference", infections_off=0)
    figure = forest(table(open_row))
    assert len(trace(figure, "triangle-right").x) == 1
    assert trace(figure, "intervals").x[0] == 33.0
    assert trace(figure, "ratio").text[1] == "∞ (33.00–∞)"


def test_a_level_without_estimate_stays_and_says_why():
    none = row("site", "urinary", NAN, NAN, NAN, status="no_contrast", note="no patient <has> both", p_value=NAN)
    figure = forest(table(OVERALL, none))
    reasons = trace(figure, "reasons")
    assert reasons.text == ("<i>no infected patient has days both on and off IVIG</i>",)
    assert reasons.y == (2,)
    assert "no patient &lt;has&gt; both" in reasons.hovertext[0]
    assert [(shape.y0, shape.y1) for shape in figure.layout.shapes if shape.name == "no difference"] == [(-0.5, 1.5)]
    assert "1 row without an estimate" in alt_text(figure)


def test_without_any_ratio_there_is_no_axis_to_read_one_from():
    none = row("overall", "all", NAN, NAN, NAN, status="no_contrast", p_value=NAN)
    figure = forest(table(none))
    assert figure.layout.xaxis.visible is False
    assert not [item for item in figure.layout.annotations if item.name == "direction"]
    assert forest(table(OVERALL, none)).layout.xaxis.visible


def test_finding_says_whether_subgroups_differ_and_out_of_how_many():
    same = [row("sex", level, p_interaction=0.4) for level in "ab"]
    apart = [row("age", level, p_interaction=0.012) for level in "ab"]
    head = "Fewer infections on IVIG: rate ratio 0.60 (0.40–0.90)"
    assert finding(forest(table(OVERALL))) == head
    one = f"{head}; no clear difference between subgroups of sex (p = 0.400)"
    assert finding(forest(table(OVERALL, *same))) == one
    both = finding(forest(table(OVERALL, *same, *apart)))
    assert both == f"{head}; may differ by age (p = 0.012), 1 of 2 looked at"
    assert finding(forest(table(*same))) == "No clear difference between subgroups of sex (p = 0.400)"
    assert finding(forest(table(row("sex", "a")))) == "Subgroups cannot be compared"


def test_text_of_the_file_is_shown_never_interpreted():
    hostile = row("<u>arm</u>", "<a href='http://x'>y</a> and a longer tail to cut")
    figure = forest(table(hostile))
    texts = trace(figure, "label").text
    assert texts[1] == "<b>&lt;u&gt;arm&lt;/u&gt;</b>"
    assert texts[2] == "&lt;a href='http://x'&gt;y&lt;/a&gt; and a…"
    assert "<a" not in figure.to_json()


@pytest.mark.parametrize("level", ["on_ivig_x", "igg_", "time_band_x", "igg_lt_"])
def test_levels_of_the_user_that_look_like_names_of_ours_are_left_alone(level):
    assert level_name("arm", level) == level


def test_names_of_ours_are_put_in_words():
    assert level_name("igg", "igg_200_399") == "IgG 200–<400 mg/dL"
    assert level_name("site", "upper_respiratory") == "Upper respiratory"
    assert level_name("phase", "nonprogressive") == "No recorded progression"


def test_height_is_fixed_by_the_number_of_rows():
    def height(n: int) -> float:
        return forest(table(OVERALL, *[row("arm", str(number)) for number in range(n)])).layout.height

    assert height(12) - height(2) == 10 * 28


@pytest.mark.parametrize(("low", "high"), [(0.3, 2.2), (0.1, 11), (0.01, 100), (0.45, 2.2), (0.08, 3)])
def test_axis_has_at_most_five_marks_and_one_among_them(low, high):
    marks = ticks(low, high)
    assert 1 in marks
    assert 2 <= len(marks) <= 5
    assert low <= min(marks) < max(marks) <= high


def test_axis_holds_every_estimate_and_both_sides_of_one():
    low, high = axis_range(rows(table(row("a", "b", 0.02, 0.001, 0.4))))
    assert low < 0.02
    assert high > 1


def test_withheld_counts_and_an_empty_table_are_drawn_in_words():
    withheld = {**OVERALL, "patients": "<5", "infections_on": None, "infections_off": None}
    figure = forest(table(withheld))
    assert trace(figure, "patients").text[1] == "&lt;5"
    assert trace(figure, "rates").text[1] == "– / –"
    assert "No subgroup to show" in finding(forest(table()))


def test_reference_cohort_agrees_with_its_table():
    study, spec = reference_study("sim43"), AnalysisSpec()
    data = pd.concat([study_forest(study, spec, factor) for factor in ("overall", "grade", "sex")], ignore_index=True)
    figure = forest(data, presentation=True)
    assert list(trace(figure, "ratios").x) == pytest.approx(data.loc[data["factor"] != "overall", "irr"].tolist())
    assert figure.layout.title.subtitle.text == "37 patients, 152 infections on or off IVIG"
    assert finding(figure).startswith("Fewer infections on IVIG: rate ratio 0.60 (0.42–0.88)")
