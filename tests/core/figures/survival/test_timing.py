"""Early or late start of IVIG: lines of the table, curves of the emulation, titles that claim no more."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ivig_core.figures.survival.start_strategies import start_strategies
from ivig_core.figures.survival.timing import timing
from ivig_core.figures.survival.timing_words import DRAWN, ratio_text
from ivig_core.figures.theme import alt_text, finding
from ivig_core.study.survival import clone_censor as module
from ivig_core.study.survival.clone_censor import CloneCensor, emulate
from ivig_core.study.survival.timing import Timing
from ivig_core.study.survival.timing import timing as compute
from tests.core.figures.studies import SPEC, names, reference_study, study, trace
from tests.core.make import Patient


@pytest.fixture(scope="module")
def result() -> Timing:
    return compute(reference_study("sim43"), SPEC)


@pytest.fixture
def emulated(monkeypatch) -> CloneCensor:
    for name in ("RESAMPLES", "FEWEST_RESAMPLES"):
        monkeypatch.setattr(module, name, 30)
    return emulate(reference_study("sim500"), SPEC)


def test_every_line_shows_its_ratio(result):
    figure = timing(result)
    rows = result.rows[result.rows["model"].isin(DRAWN)]
    assert list(trace(figure, "ratio").text)[1:] == [ratio_text(row) for row in rows.to_dict("records")]
    assert list(trace(figure, "infections").text)[1:4] == ["4 / 21", "9 / 21", "4 / 9"]
    assert len(trace(figure, "label").text) == 1 + 3 * 4
    assert "43 patients, 34 with an infection; 5 started by day 30, 32 later" in figure.layout.title.subtitle.text
    assert "Forest plot" in alt_text(figure)


def test_a_direction_only_where_the_interval_excludes_1(result):
    assert finding(timing(result)).startswith("No clear difference between a start by day 30 and a later one: hazard")
    rows = result.rows.copy()
    at = (rows["outcome"] == "bacterial") & (rows["model"] == "early_against_late")
    rows.loc[at, ["hr", "ci_low", "ci_high"]] = 0.5, 0.3, 0.8
    clear = finding(timing(replace(result, rows=rows)))
    assert clear.startswith("Fewer bacterial infections (hazard ratio 0.50 (0.30–0.80)) after a start by day 30")
    assert clear.endswith("who starts when is not by chance")


def test_a_ratio_that_does_not_exist_says_why():
    people = [
        *[Patient(days=100, doses=[3], infections=[40 + i]) for i in range(4)],
        *[Patient(days=100, doses=[50]) for _ in range(4)],
        *[Patient(days=100, infections=[45 + i]) for i in range(4)],
    ]
    figure = timing(compute(study(*people), SPEC))
    reasons = [text.removeprefix("<i>").removesuffix("</i>") for text in trace(figure, "reasons").text]
    assert reasons[:2] == ["cannot be told apart", "no infection to compare with"]
    assert reasons[2:] == ["no such infection"] * 6
    assert all(trace(figure, "reasons").hovertext)


@pytest.mark.parametrize(
    ("people", "why"),
    [
        ([Patient()], "nobody had IVIG"),
        ([Patient(doses=[3], infections=[40])], "nobody started later"),
        ([Patient(doses=[40], infections=[50])], "nobody started by then"),
        ([Patient(doses=[4]), Patient(doses=[40])], "nobody had an infection"),
        (
            [Patient(doses=[5], infections=[40]), Patient(doses=[33], infections=[45]), Patient()],
            "the infections are too few",
        ),
    ],
)
def test_nothing_to_compare_is_a_sentence(people, why):
    figure = timing(compute(study(*people), SPEC), presentation=True)
    assert finding(figure) == f"A start by day 30 cannot be compared with a later one: {why}"
    assert not figure.data


def test_curves_are_those_of_the_emulation(emulated):
    figure = start_strategies(emulated)
    curves = [item for item in figure.data if item.meta in ("curve", "tail")]
    for name, label in zip(emulated.strategies, ("Start by day 30", "No start by day 30"), strict=True):
        mine = emulated.curves[emulated.curves["strategy"] == name]
        drawn = [item for item in curves if item.name == label]
        assert max(item.y[-1] for item in drawn) == pytest.approx(mine["risk"].max())
        assert label in names(figure)
    assert len([item for item in figure.data if item.name == "interval"]) == 2
    assert figure.layout.title.subtitle.text.startswith("470 patients, 417 with an infection or death")
    shape = next(item for item in figure.layout.shapes if item.name == "decided")
    assert shape.x0 * 365.25 / 12 == pytest.approx(31)


def test_the_finding_of_a_trial(emulated):
    row = emulated.difference()
    assert (row["ci_low"] < 0) == (row["difference"] < 0) or row["ci_low"] <= 0 <= row["ci_high"]
    assert finding(start_strategies(emulated)).startswith("No clear difference: if IVIG is started by day 30, ")
    table = emulated.contrasts.copy()
    table.loc[1, ["difference", "ci_low", "ci_high"]] = -0.2, -0.3, -0.1
    clear = finding(start_strategies(replace(emulated, contrasts=table)))
    assert clear.startswith("Lower risk if IVIG is started by day 30")
    assert clear.endswith("difference −20 points (−30 to −10); provided all reasons to start are recorded")
    table.loc[1, ["difference", "ci_low", "ci_high"]] = np.nan
    assert "by month 6" in finding(start_strategies(replace(emulated, contrasts=table)))
    table.loc[0, "difference"] = np.nan
    assert "not observed for 6 months" in finding(start_strategies(replace(emulated, contrasts=table)))


def test_few_events_are_said(emulated):
    arms = (emulated.arms[0]._replace(after=3), emulated.arms[1])
    figure = start_strategies(replace(emulated, arms=arms), presentation=True)
    note = next(item.text for item in figure.layout.annotations if item.name == "note")
    assert "“Start by day 30” rests on 3 events" in note.replace("<br>", " ")
    assert "“No start by day 30” rests" not in note
