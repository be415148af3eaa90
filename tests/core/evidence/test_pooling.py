"""Which ratios are of one quantity: studies, not rows, and never what was compared in another way."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from ivig_core.estimate.evidence.random_effects import error_of, random_effects
from ivig_core.evidence.pooling import NONE_OF_ANY, alike, differ, overlaps, why_none
from ivig_core.evidence.statement import AROUND, GIVEN, IVIG, SEVERE
from ivig_core.evidence.statements import WITHIN, statements
from ivig_core.figures.evidence.forest import published_forest
from ivig_core.figures.evidence.words import summary_sentence
from ivig_core.numbers import interval, ratio

MAIN = [item for item in statements(IVIG) if item.main and item.numbers]
SEVERE_ROWS = [item for item in MAIN if item.endpoint == SEVERE]


def of_one_quantity(number: int):
    """Grade 3 and higher of so many studies, as if all had compared the same."""
    return tuple(replace(item, compared=WITHIN) for item in SEVERE_ROWS[:number])


def test_today_no_quantity_has_three_studies():
    sets = alike(statements(IVIG))
    assert [len(item.studies) for item in sets][:2] == [2, 1]
    assert not any(item.together for item in sets)
    assert {item.source.name for item in sets[0].studies} == {"Lancman 2021", "Lancman 2026"}
    assert "At most 2 do: any infection" in why_none(sets)
    assert [text.split(" is not")[0] for text in differ(sets)] == ["Any infection", "Grade ≥ 3"]


def test_patients_who_may_be_in_two_studies_are_named():
    assert "whether some are in both" in overlaps(statements(IVIG))[0]
    assert overlaps(statements(GIVEN)) == ()


def test_each_study_once_and_main_results_only():
    sets = alike(statements(IVIG))
    for item in sets:
        assert len({study.result.study_id for study in item.studies}) == len(item.studies)
        assert all(study.main and study.numbers for study in item.studies)
    twice = of_one_quantity(1) * 3
    assert [len(item.studies) for item in alike(twice)] == [1]


@pytest.mark.parametrize("question", [AROUND, GIVEN])
def test_one_study_is_said_to_be_one(question):
    assert why_none(alike(statements(question))) == "No summary is drawn: all ratios shown are of Lancman 2026."


def test_without_intervals_and_without_anything():
    assert why_none(alike(())) == NONE_OF_ANY
    assert why_none(alike([item for item in statements(IVIG) if not item.numbers])) == NONE_OF_ANY
    apart = [item for item in MAIN if item.result.study_id in ("mrdr2024", "frerichs2024")]
    assert "no two of those shown do" in why_none(alike(apart))


def test_a_third_study_of_one_quantity_gives_a_summary_in_figure_and_words():
    rows = of_one_quantity(4)
    sets = alike(rows)
    (found,) = sets
    wanted = random_effects(
        [math.log(item.numbers[0]) for item in rows], [error_of(*item.numbers[1:]) for item in rows]
    )  # fmt: skip
    assert found.together == wanted
    assert why_none(sets) == ""
    text = f"{ratio(wanted.ratio)} {interval(wanted.ci_low, wanted.ci_high)}"
    assert text in summary_sentence(found)
    figure = published_forest(rows, None, sets)
    (diamond,) = [trace for trace in figure.data if trace.name == "summary"]
    assert diamond.x[1] == pytest.approx(wanted.ratio)
    (line,) = [trace for trace in figure.data if trace.name == "prediction interval"]
    assert line.x[0] == pytest.approx(max(wanted.predicted_low, 10 ** figure.layout.xaxis.range[0]))
    assert text in next(trace.text for trace in figure.data if trace.name == "ratio")[-1]


@pytest.mark.parametrize("change", [{"compared": "other"}, {"endpoint": "death"}, {"ratio_kind": "odds ratio"}])
def test_what_differs_in_anything_is_not_put_together(change):
    first, *rest = of_one_quantity(3)
    assert alike((first, *rest))[0].together
    assert not any(item.together for item in alike((replace(first, **change), *rest)))
