"""Three pairs of curves, each with its ratio, and words that claim no more than the rows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ivig_core.figures.survival.side_by_side import side_by_side as draw
from ivig_core.figures.survival.side_by_side_words import other_question
from ivig_core.figures.theme import alt_text, finding
from ivig_core.figures.words import estimate
from ivig_core.study.rates.forest import forest
from ivig_core.study.survival.side_by_side import LANDMARK, NAIVE, SINCE_DOSE, side_by_side
from tests.core.figures.studies import SPEC, reference_study, study
from tests.core.make import Patient

EVENT = SPEC.survival.survival_event


def test_each_panel_has_its_curves_its_ratio_and_its_numbers_at_risk():
    result = side_by_side(reference_study("sim500"), SPEC)
    figure = draw(result, EVENT)
    heads = [item.text for item in figure.layout.annotations if item.name == "head"]
    assert [text.split("hazard ratio ")[1] for text in heads] == [
        "0.91 (0.72–1.14)", "0.77 (0.59–1.01)", "0.56 (0.45–0.71)",
    ]  # fmt: skip
    at_risk = {(item.xaxis, item.y[0]): item.text for item in figure.data if item.name == "at risk"}
    assert len(at_risk) == 6
    first = {place: texts[0] for place, texts in at_risk.items()}
    medians = result.landmark.km.medians.set_index("group")["patients"]
    assert (first["x3", 0], first["x3", 1]) == (str(medians["ivig"]), str(medians["no_ivig"]))
    assert sum(int(first[axis, place]) for axis in ("x",) for place in (0, 1)) == 500
    assert {figure.layout[name].domain for name in ("xaxis", "xaxis3", "xaxis5")} == {
        figure.layout.xaxis.domain, figure.layout.xaxis3.domain, figure.layout.xaxis5.domain,
    }  # fmt: skip


def test_the_title_says_what_is_left_without_later_doses():
    text = finding(draw(side_by_side(reference_study("sim500"), SPEC), EVENT))
    assert text == (
        "The designs do not agree: hazard ratio 0.56 (0.45–0.71) after the first dose, 0.77 (0.59–1.01) by day 30; "
        "naive 0.91 (0.72–1.14)"
    )
    assert "34 % of its days and 188 events are before the first dose" in alt_text(
        draw(side_by_side(reference_study("sim500"), SPEC), EVENT)
    )


@pytest.mark.parametrize(
    ("limits", "head"),
    [
        ({}, "No clear difference without later doses"),
        ({NAIVE: (0.2, 0.9)}, "The naive difference is not found without later doses"),
        ({LANDMARK: (0.2, 0.9), SINCE_DOSE: (0.2, 0.9)}, "Lower hazard with IVIG, also without later doses"),
        ({LANDMARK: (1.1, 2), SINCE_DOSE: (1.1, 3)}, "Higher hazard with IVIG, also without later doses"),
        ({LANDMARK: (0.2, 0.9)}, "The designs do not agree"),
        ({LANDMARK: (0.2, 0.9), SINCE_DOSE: (1.1, 3)}, "The designs do not agree"),
    ],
)
def test_a_direction_is_claimed_only_where_both_fair_designs_have_it(limits, head):
    result = side_by_side(reference_study("sim500"), SPEC)
    rows = result.rows.assign(ci_low=0.5, ci_high=1.5)
    for name, (low, high) in limits.items():
        rows.loc[rows["model"] == name, ["ci_low", "ci_high"]] = low, high
    assert finding(draw(replace(result, rows=rows), EVENT)).startswith(f"{head}: ")


@pytest.mark.parametrize(
    ("patients", "said"),
    [
        ([Patient(50)], "Nothing to compare: no patient had the event."),
        ([Patient(50, infections=[4]), Patient(50)], "not every comparison can be made"),
    ],
    ids=["no event", "no IVIG"],
)
@pytest.mark.parametrize("presentation", [False, True])
def test_without_ivig_or_events_it_says_so(patients, said, presentation):
    figure = draw(side_by_side(study(*patients), SPEC), EVENT, presentation=presentation)
    assert said in finding(figure)
    assert "nan" not in figure.to_json().lower()


def test_the_ratio_within_patients_is_said_to_ask_something_else():
    row = forest(reference_study("sim500"), SPEC, "overall").iloc[0].to_dict()
    shown = estimate(row["status"], row["irr"], row["ci_low"], row["ci_high"])
    assert f"The rate ratio within patients, {shown} as set, asks something else" in other_question(row)
    assert other_question({**row, "status": "no_contrast", "irr": None}) == ""
