"""The course of IgG: medians where they are, who is drawn one by one, and sentences where there is nothing."""

from __future__ import annotations

import numpy as np
import pytest

from ivig_core.figures.igg.course import MOST_LINES, igg_course
from ivig_core.figures.theme import IVIG_BLUE, OBSERVATION_ORANGE, alt_text, finding
from ivig_core.spec import AnalysisSpec
from ivig_core.study.igg.course import ALL, FIRST_DOSE, NEVER, START, TREATED
from ivig_core.study.igg.course import igg_course as course_of
from tests.core.figures.studies import HOSTILE, names, reference_study, study, trace
from tests.core.make import Patient

TOTAL = AnalysisSpec().change(igg_blank_heavy_chain="total")
IGA = {"heavy_chain": "IgA"}


def course(*patients, origin=START, who=ALL, **more):
    return course_of(study(*patients, **more), TOTAL, origin, who)


def test_medians_and_numbers_are_those_of_the_table():
    of = course_of(reference_study("sim43"), TOTAL)
    figure = igg_course(of)
    rows = of.months[of.months["group"] == ALL].set_index("month")
    line = trace(figure, "Median")
    for x, y in zip(line.x, line.y, strict=True):
        if not np.isnan(y):
            assert y == rows.loc[x - 0.5, "median"]
            assert rows.loc[x - 0.5, "known"] >= 10
    below = trace(figure, f"known {ALL}")
    assert list(below.text) == [f"{rows.loc[x - 0.5, 'known']}" for x in below.x]
    points = trace(figure, "One patient")
    assert np.isfinite(np.array(points.y, float)).sum() == len(of.values)
    assert [shape.y1 for shape in figure.layout.shapes if shape.name == "IgG cut-off"] == [200, 400, 700]


def test_on_and_off_apart_have_their_colours_and_no_single_patients():
    figure = igg_course(course_of(reference_study("sim43"), TOTAL), apart=True)
    assert trace(figure, "Median on IVIG").line.color == IVIG_BLUE
    assert trace(figure, "Median off IVIG (treated patients)").line.color == OBSERVATION_ORANGE
    assert not {"One patient", "Middle half of patients"} & set(names(figure))
    assert "on IVIG" in finding(figure)


def test_many_patients_are_not_drawn_one_by_one_and_it_says_so():
    patients = [Patient(igg=[(0, 300 + at)]) for at in range(MOST_LINES + 1)]
    figure = igg_course(course(*patients))
    assert "One patient" not in names(figure)
    assert "more than 60 patients: single courses are not drawn" in figure.layout.meta["detail"]
    assert "One patient" in names(igg_course(course(*patients[:-1])))
    large = igg_course(course_of(reference_study("sim500"), TOTAL))
    assert sum(len(item.x) for item in large.data) < 1500


def test_first_dose_is_marked_and_the_finding_is_about_it():
    patients = [Patient(days=400, doses=[100], igg=[(60, 300), (110, 600), (150, 500)], baseline=IGA)] * 3
    figure = igg_course(course(*patients, origin=FIRST_DOSE, who=TREATED))
    assert finding(figure) == (
        "Median functional IgG 300 mg/dL in the month before the first dose of IVIG, 500 in the third month after it"
    )
    assert any(shape.x0 == shape.x1 == 0 for shape in figure.layout.shapes)
    assert figure.layout.xaxis.title.text == "Months since the first dose of IVIG"


def test_months_without_a_value_break_the_line():
    figure = igg_course(course(Patient(days=700, igg=[(0, 400), (500, 300)])))
    assert np.isnan(np.array(trace(figure, "Value that holds").y, float)).any()
    assert finding(figure) == "Functional IgG 400 mg/dL in month 1, 300 in month 20"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (course(Patient()), "No value of functional IgG holds in the middle of any month."),
        (course(Patient(), origin=FIRST_DOSE, who=TREATED), "There is no patient who had IVIG."),
        (course(Patient(doses=[3]), who=NEVER), "There is no patient who never had IVIG."),
        (course(Patient(days=3, igg=[(0, 500)])), "No value of functional IgG holds in the middle of any month."),
    ],
)
def test_nothing_to_draw_is_said(given, said):
    for apart in (False, True):
        figure = igg_course(given, apart=apart)
        assert finding(figure) == said
        assert alt_text(figure) == said


def test_no_ivig_has_no_share_and_an_id_is_only_text():
    figure = igg_course(course(Patient(igg=[(0, 500)]), ids=[HOSTILE]))
    assert "On IVIG, share" not in names(figure)
    assert "<a" not in "".join(filter(None, trace(figure, "One patient").hovertext))


def test_presentation_is_larger():
    of = course_of(reference_study("sim43"), TOTAL)
    assert igg_course(of, presentation=True).layout.height > igg_course(of).layout.height
