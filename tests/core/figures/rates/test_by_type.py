"""Rates by type: groups of dots, numbers beside them, and findings without a comparison."""

from __future__ import annotations

import pytest

from ivig_core.figures.rates.by_type import rates_by
from ivig_core.figures.theme import IVIG_BLUE, OBSERVATION_ORANGE, PAPER, alt_text, finding
from ivig_core.study.rates.by_type import rates_by as table_of
from tests.core.figures.studies import SPEC, names, reference_study, study, trace
from tests.core.make import Patient


def drawn(of, factor="grade", spec=SPEC, **options):
    return rates_by(table_of(of, spec, factor), **options)


def test_dots_intervals_and_texts_are_those_of_the_table():
    table = table_of(reference_study("sim43"), SPEC, "grade")
    figure = rates_by(table)
    for row in table.to_dict("records"):
        dot = trace(figure, f"{row['level']} {row['period']}")
        assert dot.x[0] == row["rate"]
        assert trace(figure, f"{dot.name} interval").x[0] == row["ci_low"]
        assert f"{row['infections']} infection" in dot.hovertext[0]
    assert trace(figure, "infections").text[1:4] == ("40", "112", "5")
    assert trace(figure, "rate").text[1] == "1.27 (0.85–1.88)"
    assert trace(figure, "label").text == ("<b>Grade</b>", "<b>All infections</b>", "Grade 1–2", "Grade 3–5")
    assert trace(figure, "ratio").text[1] == "0.60 (0.42–0.88)"


def test_the_ratio_stands_in_the_middle_of_its_group():
    figure = drawn(reference_study("sim43"))
    dots = [trace(figure, f"3-5 {period}").y[0] for period in ("on_ivig", "observation", "reference")]
    assert trace(figure, "ratio").y[-1] == dots[1] == trace(figure, "label").y[-1]


def test_colours_mean_the_same_and_reference_is_hollow():
    figure = drawn(reference_study("sim43"))
    assert trace(figure, "all on_ivig").marker.color == IVIG_BLUE
    assert trace(figure, "all observation").marker.color == OBSERVATION_ORANGE
    assert trace(figure, "all reference").marker.color == PAPER
    assert trace(figure, "Never had IVIG").marker.color == PAPER
    assert "context, not a comparison" in trace(figure, "all reference").hovertext[0]
    assert "rate ratio" not in trace(figure, "all reference").hovertext[0]


def test_findings_give_rates_and_no_verdict():
    of = reference_study("sim43")
    assert finding(drawn(of)) == "Grade 3–5 infections: 0.38 a year on IVIG, 0.81 off (same patients)"
    found = finding(drawn(of, "pathogen"))
    assert found == "Bacterial infections, the most frequent: 0.44 a year on IVIG, 0.95 off (same patients)"
    assert "same patients" not in finding(drawn(of, spec=SPEC.change(population="all")))
    assert "Never had IVIG" not in names(drawn(of, spec=SPEC.change(population="all")))


@pytest.mark.parametrize(
    ("patients", "said"),
    [
        ([Patient(days=40, infections=[7])], "No day on IVIG in any patient"),
        ([Patient(days=100, doses=[3])], "No infection on or off IVIG counts under these settings"),
        ([Patient(days=100, doses=[3], infections=[5])], "Site is not recorded: 11.78 a year on IVIG, 0.00 off"),
        (
            [Patient(days=20, doses=[0], infections=[(3, 2, None, "skin")])],
            "Skin infections, the most frequent: 18.26 a year on IVIG, no days off it",
        ),
    ],
)
def test_finding_is_true_in_odd_cohorts(patients, said):
    figure = drawn(study(*patients), "site")
    assert finding(figure).startswith(said)
    assert alt_text(figure)
    shown = [text for item in figure.data for text in (*(item.text or ()), *(item.hovertext or ()))]
    assert not [text for text in shown if "nan" in text]


def test_a_level_without_ratio_says_why_and_others_have_their_bound():
    """Grade 3 in a patient who is always on IVIG; grade 1 off it only."""
    of = study(
        Patient(days=31, doses=[0], infections=[(5, 3)]), Patient(days=60, doses=[0], infections=[(40, 1)])
    )  # fmt: skip
    _, _, mild, severe = trace(drawn(of), "ratio").text
    assert mild.startswith("0.00 (0.00–")
    assert "none with days on<br>and off IVIG" in severe


def test_reference_without_a_day_is_not_drawn():
    figure = drawn(study(Patient(days=100, doses=[3], infections=[5])))
    assert not [name for name in names(figure) if name.endswith("reference") or name == "Never had IVIG"]


def test_before_a_room_type_is_larger_and_columns_fewer():
    figure = drawn(reference_study("sim43"), presentation=True)
    assert "infections" not in names(figure)
    assert trace(figure, "rate").textfont.size >= 18


def test_no_day_at_all_is_said_in_words():
    figure = drawn(study(Patient(days=10)), spec=SPEC.change(exclude_first_days=50))
    assert finding(figure) == "No day is left to count infections on."
