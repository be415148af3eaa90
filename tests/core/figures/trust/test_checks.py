"""Figures of the checks: bars and dots are those of the tables, findings are computed, odd cohorts get a sentence."""

from __future__ import annotations

import numpy as np
import pytest

from ivig_core.figures.theme import alt_text, finding
from ivig_core.figures.trust.around_first_dose import around_first_dose
from ivig_core.figures.trust.dose_gaps import dose_gaps
from ivig_core.figures.trust.exposure_over_time import exposure_over_time
from ivig_core.study.trust.checks import around_first_dose as around
from ivig_core.study.trust.checks import dose_gaps as gaps
from ivig_core.study.trust.checks import exposure_over_time as quarters
from tests.core.figures.studies import SPEC, reference_study, study, trace
from tests.core.make import Patient

FIGURES = (
    (around_first_dose, around.around_first_dose),
    (exposure_over_time, quarters.exposure_over_time),
    (dose_gaps, gaps.dose_gaps),
)
SIM43 = "sim43"


def test_dots_around_the_first_dose():
    table = around.around_first_dose(reference_study(SIM43), SPEC)
    figure = around_first_dose(table)
    dots = trace(figure, "rate")
    assert list(dots.x) == [15 + 30 * number - 180 for number in range(12)]
    assert list(dots.y) == table["rate"].tolist()
    assert np.allclose(np.array(dots.y) + np.array(dots.error_y.array), table["ci_high"])
    counts = [note.text for note in figure.layout.annotations if note.name == "infections counts"]
    assert counts == ["Infections", *map(str, table["infections"])]


def test_the_finding_pools_the_shaded_days():
    people = study(Patient(days=300, doses=[150], infections=[95, 120, 40, 180]))
    figure = around_first_dose(around.around_first_dose(people, SPEC))
    month = 365.25 / 12
    rates = [f"{count / days * month:.2f}" for count, days in ((2, 60), (1, 90), (1, 60))]
    assert finding(figure) == (
        f"Infections per patient-month: {rates[0]} in the 60 days before the first dose, {rates[1]} earlier, "
        f"{rates[2]} in the 60 days from it on"
    )


def test_bars_and_dots_of_quarters():
    table = quarters.exposure_over_time(reference_study(SIM43), SPEC)
    figure = exposure_over_time(table)
    known = table[table["person_days"] > 0]
    assert list(trace(figure, "on IVIG").y) == known["share_on"].tolist()
    assert list(trace(figure, "rate").y) == known["rate"].tolist()
    assert "of treated patients' days are on IVIG, from " in finding(figure)


def test_bars_of_gaps_add_up():
    table = gaps.dose_gaps(study(Patient(days=400, doses=[0, 28, 60, 120])), SPEC)
    figure = dose_gaps(table)
    both = [np.array(bar.y) for bar in figure.data]
    assert (both[0] + both[1]).tolist() == table["gaps"].tolist()
    assert both[1].tolist() == table["closes"].tolist()
    assert finding(figure).endswith("in 67 % the window closed before the next dose")


def test_the_title_of_the_gaps_is_of_courses_as_the_text_is():
    """Gaps of 28, 32, 60 and 105 days: the last begins another course."""
    table = gaps.dose_gaps(study(Patient(days=400, doses=[0, 28, 60, 120, 225])), SPEC)
    shown = finding(dose_gaps(table))
    assert shown == "33 % of gaps inside courses are 26–28 days; in 67 % the window closed before the next dose"
    only_long = gaps.dose_gaps(study(Patient(days=400, doses=[0, 105])), SPEC)
    assert finding(dose_gaps(only_long)).startswith("Every gap is longer than 90 days")


@pytest.mark.parametrize(("draw", "make"), FIGURES, ids=lambda item: item.__name__)
def test_larger_type_before_a_room_and_an_alternative_text(draw, make):
    table = make(reference_study(SIM43), SPEC)
    assert draw(table).layout.template.layout.font.size >= 13
    assert draw(table, presentation=True).layout.template.layout.font.size >= 18
    assert "nan" not in alt_text(draw(table))


@pytest.mark.parametrize(
    "people",
    [
        [Patient(days=300, infections=[3])],
        [Patient(days=1, doses=[0], infections=[0])],
        [Patient(days=300, doses=[100])],
        [Patient(days=30, doses=[-10])],
    ],
    ids=["no IVIG", "one day", "no infections", "a dose before follow-up"],
)
@pytest.mark.parametrize(("draw", "make"), FIGURES, ids=lambda item: item.__name__)
def test_odd_cohorts_have_a_true_sentence(draw, make, people):
    figure = draw(make(study(*people), SPEC))
    assert finding(figure)
    assert "nan" not in finding(figure)
    assert "nan" not in alt_text(figure)
