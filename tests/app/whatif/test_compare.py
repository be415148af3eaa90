"""The view Compare shows what the core computes, changes B alone, swaps, keeps scenarios; its address tells it."""

from __future__ import annotations

import json

import pytest

from ivig_core.cohort.read import read_cohort
from ivig_core.figures.words import ratio
from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study
from ivig_core.study.whatif.compare.comparison import RATIO, compare
from pages.shell import session
from pages.whatif.second import against
from tests.app import files
from tests.app.conftest import SAMPLE_FILES

PAGE = "pages/7_what_if.py"
A = AnalysisSpec()


def button(app, label: str):
    next(item for item in app.test.button if item.label == label).click().run()
    return app.sound()


def second(app) -> AnalysisSpec | None:
    state = app.test.session_state
    return state[session.SECOND] if session.SECOND in state else None  # noqa: SIM401 - it has no `get`


def test_what_is_shown_is_what_the_core_gives(start):
    path = SAMPLE_FILES[-1]
    app = start({"sample": path.stem, "b.min_grade": "3"}).page(PAGE)
    found = compare(Study(read_cohort(path).cohort), A, A.change(min_grade=3))
    row = found.rows.set_index("measure").loc[RATIO]
    figure = app.figures[0].layout.meta
    assert figure["name"] == "compare"
    assert f"{ratio(row['a'])} in A, {ratio(row['b'])} in B" in figure["finding"]
    assert "As A, but: Grade 3 or higher" in app.said
    assert [item.layout.meta["name"] for item in app.figures] == ["compare", "survival"]


def test_b_is_changed_alone_swapped_and_made_equal(start):
    app = start().page(PAGE)
    assert "As A, but: 60 days before the first dose apart" in app.said
    assert second(app) is None
    assert not any(name.startswith("b.") for name in app.test.query_params)
    app.test.session_state["second_change"] = True
    app.run()
    next(item for item in app.test.number_input if item.key == "second_window_days").set_value(42).run()
    assert second(app) == A.change(window_days=42, pre_exposure_days=60)
    assert app.test.session_state[session.SPEC] == A
    assert app.test.query_params["b.window_days"] == "42"
    button(app, "Swap A and B")
    assert (app.test.session_state[session.SPEC], second(app)) == (A.change(window_days=42, pre_exposure_days=60), A)
    button(app, "Make B equal to A")
    assert second(app) == app.test.session_state[session.SPEC]
    assert "The same as A: change something" in app.said


def test_scenarios_are_kept_used_and_read_from_a_file(start):
    app = start({"b.min_grade": "3"}).page(PAGE)
    app.test.session_state["second_scenarios"] = True
    app.run()
    next(item for item in app.test.text_input if item.key == "scenario_name").set_value("severe").run()
    button(app, "Keep B")
    button(app, "Make B equal to A")
    button(app, "Use as B")
    assert second(app) == A.change(min_grade=3)
    listed = {"ivig_scenarios": 1, "scenarios": [{"name": "severe", "spec": {"window_days": -1}}]}
    next(item for item in app.test.file_uploader if item.key == "scenarios_file").upload(
        "s.json", json.dumps(listed).encode(), "application/json"
    ).run()
    app.sound()
    assert list(app.test.session_state["scenarios"]) == ["severe", "severe (2)"]
    assert "window_days = -1 is not allowed" in app.said


def test_a_filter_that_another_cohort_lacks_is_dropped_from_both(start):
    app = start({"sample": "daratumumab", "b.where": "iss=III"}).page(PAGE)
    assert second(app) == A.change(where="iss=III")
    app.upload(files.ordinary()).page(PAGE)
    assert second(app) == A
    assert "does not fit this cohort" in app.said


@pytest.mark.parametrize("name", ["one_patient", "no_infections", "no_ivig"])
def test_too_little_gives_a_sentence(start, name):
    app = start().upload(getattr(files, name)()).page(PAGE)
    finding = app.figures[0].layout.meta["finding"]
    assert "cannot be compared" in finding or "no interval" in finding


def test_words_of_what_differs():
    assert against(A.change(where="age<65"), A) == "As A, but: all patients"
    assert against(A, A) == "The same as A: change something"
