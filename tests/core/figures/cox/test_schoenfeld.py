"""A hazard ratio over time: dots and line are the residuals, the finding says what the test says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ivig_core.figures.cox.schoenfeld import schoenfeld
from ivig_core.figures.theme import alt_text, finding
from ivig_core.study.cox.over_time import ratio_over_time
from ivig_core.study.cox.question import CoxQuestion
from ivig_core.study.study import Study
from tests.core.figures.studies import SPEC, names, reference_study, trace
from tests.core.make import Patient, cohort

CHOSEN = ("age", "sex", "index_therapy")


def over_time(name="sim500", covariate="sex", **question):
    return ratio_over_time(reference_study(name), SPEC, CoxQuestion(**question), covariate)


def test_dots_line_and_constant_are_those_of_the_table():
    found = over_time()
    figure = schoenfeld(found, "sex=female", "Sex: female")
    np.testing.assert_array_equal(trace(figure, "events").y, found.points["log_hr"])
    np.testing.assert_array_equal(trace(figure, "smooth").y, found.curve["log_hr"])
    assert set(trace(figure, "constant").y) == {found.ratios["sex=female"]}


def test_only_the_term_asked_for_is_drawn():
    found = over_time(covariate="index_therapy", covariates=CHOSEN)
    figure = schoenfeld(found, "index_therapy=other", "Index therapy: other")
    assert len(trace(figure, "events").y) == len(found.points) / 2


@pytest.mark.parametrize(
    ("p", "curve", "said"),
    [
        (0.3, (-1.0, -0.1), "No sign that the hazard ratio of IVIG changes over time (p = 0.300)"),
        (0.01, (-1.0, -0.1), "The effect of IVIG fades over time (p = 0.010): about 0.40 early, 0.83 late"),
        (0.01, (-1.0, 0.5), "The hazard ratio of IVIG changes over time (p = 0.010): about 0.43 early, 1.42 late"),
        (None, (0.0, 0.0), "The hazard ratio of IVIG: too few events for this test"),
    ],
)
def test_the_finding(p, curve, said):
    found = over_time(covariate="on_ivig", ivig="on_ivig")
    line = found.curve.assign(log_hr=np.linspace(*curve, len(found.curve)))
    made = replace(found, p_value=p, curve=line, note="" if p else "too few events for this test")
    assert finding(schoenfeld(made, "on_ivig", "IVIG")) == said


def test_without_a_smooth_there_are_dots_alone():
    found = over_time("sim43")
    figure = schoenfeld(replace(found, curve=found.curve.head(0)), "sex=female", "Sex: female")
    assert "smooth" not in names(figure)
    assert "smooth line" not in alt_text(figure)


def test_far_dots_are_counted_not_drawn_out():
    found = over_time()
    far = found.points.assign(log_hr=np.where(np.arange(len(found.points)) < 3, 900.0, found.points["log_hr"]))
    figure = schoenfeld(replace(found, points=far), "sex=female", "Sex: female")
    assert figure.layout.yaxis.range[1] < 20
    outside = ((far["log_hr"] > figure.layout.yaxis.range[1]) | (far["log_hr"] < figure.layout.yaxis.range[0])).sum()
    assert f"{outside} dots beyond the axis" in figure.layout.annotations[0].text.replace("<br>", " ")


def test_a_term_without_an_estimate_says_so():
    made = Study(cohort(*(Patient(days=90, infections=[40], baseline={"sex": "male"}) for _ in range(3))))
    figure = schoenfeld(ratio_over_time(made, SPEC, CoxQuestion(), "sex"), "sex=female", "Sex: female")
    assert finding(figure).startswith("The hazard ratio of sex: female cannot be followed over time")


def test_months_since_the_landmark_are_on_the_axis():
    assert schoenfeld(over_time(), "sex=female", "x").layout.xaxis.title.text == "Months since the landmark (day 30)"
    first = schoenfeld(over_time(covariate="age", first_ivig=True), "age", "Age")
    assert first.layout.xaxis.title.text == "Months since the first day at risk"


def test_two_events_are_enough_to_draw():
    data = [Patient(days=90 + i, infections=[40 + 9 * i] if i < 2 else [], baseline={"age": 50.0 + 7 * i % 5})
            for i in range(5)]  # fmt: skip
    figure = schoenfeld(ratio_over_time(Study(cohort(*data)), SPEC, CoxQuestion(), "age"), "age", "Age")
    assert figure.layout.title.text


def test_larger_type_before_a_room():
    small, large = (schoenfeld(over_time(), "sex=female", "x", presentation=big) for big in (False, True))
    assert large.layout.height > small.layout.height
    assert large.layout.template.layout.font.size > small.layout.template.layout.font.size >= 13
