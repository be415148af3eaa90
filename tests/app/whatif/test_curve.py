"""All reasonable definitions: made in steps, stopped and gone on with, a row put in force and taken back."""

from __future__ import annotations

import json

import plotly.graph_objects as go
import pytest
from streamlit.testing.v1 import AppTest

from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study
from ivig_core.study.whatif.curve.choices import Choices
from ivig_core.study.whatif.curve.curve import Curving
from ivig_core.study.whatif.curve.if_nothing import CurvingNothing
from pages.whatif.curve import BEFORE, job_of
from tests.core.make import Patient, cohort
from tests.core.reference import reference_cohort

FEW = Choices(window_days=(14, 30), dose_day=("on",), episode_gap_days=(0,), min_grade=(1,), adjusters=())
ODD = {
    "one patient": [Patient(days=300, doses=[50], infections=[20, 60])],
    "no infection": [Patient(days=300, doses=[50]), Patient(days=90)],
    "no IVIG": [Patient(days=300, infections=[50])],
}


def _script() -> None:
    import streamlit as st

    import pages.whatif.curve as panel
    from pages.shell import session
    from pages.shell.session import Held

    if session.current() is None:
        session.hold("own", Held("own", "a file", st.session_state["study"]))
    if "row" in st.session_state:
        made = next(job for job in st.session_state["jobs"] if job.result is not None).result
        st.button("apply", on_click=panel.apply, args=(made, st.session_state["row"]), key="apply")
    panel.show(session.current().study, session.spec())


def run(study: Study) -> AppTest:
    test = AppTest.from_function(_script, default_timeout=60)
    test.session_state["study"] = study
    for name in ("window_days", "dose_day", "episode_gap_days", "min_grade", "adjusters"):
        test.session_state[f"curve_{name}"] = list(getattr(FEW, name))
    return sound(test.run())


def sound(test: AppTest) -> AppTest:
    assert not test.exception, test.exception
    assert not [item.value for item in test.error]
    return test


def said(test: AppTest) -> str:
    return " ".join(item.value for kind in (test.caption, test.markdown, test.info) for item in kind)


def finished(test: AppTest) -> AppTest:
    while not test.get("plotly_chart"):
        sound(test.run())
    return test


def title(test: AppTest) -> str:
    (chart,) = test.get("plotly_chart")
    return go.Figure(json.loads(chart.proto.spec)).layout.meta["finding"]


def test_the_curve_is_shown_with_what_is_to_be_said_of_it():
    test = finished(run(Study(reference_cohort("sim43"))))
    assert title(test).startswith("Rate ratio 0.")
    assert "as frequent in the 30 days before the first dose" in said(test)
    assert "prints neither window nor model" in said(test)
    faint = next(item for item in test.toggle if item.label.startswith("Rows that a check"))
    drawn = title(test)
    sound(faint.set_value(False).run())
    assert title(test) == drawn
    test.session_state["tabs_curve"] = "Table"
    shown = sound(test.run()).dataframe[0].value
    assert "◆ in force" in " ".join(shown["Mark"])
    assert len(shown) == 8


def test_a_slow_curve_can_be_stopped_and_gone_on_with(monkeypatch):
    """One definition of exposure a step, and no second step in a slice."""
    monkeypatch.setattr("ivig_core.study.whatif.curve.curve.AT_ONCE", 1)
    monkeypatch.setattr("pages.whatif.job.SLICE", -1.0)
    test = run(Study(reference_cohort("sim43")))
    assert not test.get("plotly_chart")
    sound(next(item for item in test.button if item.label == "Stop").click().run())
    sound(test.run())
    assert "Stopped" in said(test)
    assert not test.get("plotly_chart")
    sound(next(item for item in test.button if item.label == "Go on").click().run())
    assert title(finished(test)).startswith("Rate ratio 0.")


def test_how_definitions_lie_without_effect_is_simulated_when_asked_for(monkeypatch):
    """Stopped and gone on with; pressed once, it is there again for the same choices."""
    monkeypatch.setattr(CurvingNothing.__init__, "__defaults__", (20,))
    test = finished(run(Study(reference_cohort("sim43"))))
    monkeypatch.setattr("pages.whatif.job.SLICE", -1.0)
    sound(test.button(key="curve_nothing_run").click().run())
    sound(next(item for item in test.button if item.label == "Stop").click().run())
    sound(test.run())
    assert "Stopped" in said(test)
    sound(next(item for item in test.button if item.label == "Go on").click().run())
    while len(test.get("plotly_chart")) < 2:
        sound(test.run())
    figures = [go.Figure(json.loads(chart.proto.spec)).layout.meta for chart in test.get("plotly_chart")]
    assert figures[1]["finding"].startswith("With no effect, ")
    assert "8 definitions, 20 simulated cohorts" in figures[1]["detail"]
    assert "Compared are 8 definitions in 37 patients on IVIG" in said(test)
    assert len(sound(test.run()).get("plotly_chart")) == 2


@pytest.mark.parametrize("people", ODD.values(), ids=ODD)
def test_why_nothing_is_simulated_is_said(people):
    test = finished(run(Study(cohort(*people))))
    test.button(key="curve_nothing_run").click().run()
    while not any("Not known" in item.value for item in sound(test).info):
        test.run()


@pytest.mark.parametrize("people", ODD.values(), ids=ODD)
def test_odd_cohorts_are_shown_in_words(people):
    assert title(finished(run(Study(cohort(*people)))))


def test_a_row_is_put_in_force_and_taken_back():
    test = finished(run(Study(reference_cohort("sim43"))))
    job = job_of(Curving(Study(reference_cohort("sim43")), AnalysisSpec(), FEW))
    job.work(60)
    row = job.result.row_of(AnalysisSpec().change(window_days=14, from_first_dose=True))
    test.session_state["jobs"], test.session_state["row"] = [job], row
    sound(test.run())
    sound(next(item for item in test.button if item.label == "apply").click().run())
    spec = test.session_state["spec"]
    assert (spec.exposure.window_days, spec.exposure.from_first_dose) == (14, True)
    sound(next(item for item in test.button if item.label.startswith("Back to")).click().run())
    assert test.session_state["spec"] == AnalysisSpec()
    assert BEFORE not in test.session_state
