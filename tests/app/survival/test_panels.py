"""The panels of survival in numbers and of competing death, each alone on a page."""

from __future__ import annotations

import json

import plotly.graph_objects as go
import pytest
from streamlit.testing.v1 import AppTest

from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study
from tests.core.make import Patient, cohort
from tests.core.reference import reference_cohort

PANELS = ("survival.numbers", "survival.competing")
ODD = {
    "one patient": [Patient(days=300, doses=[50], infections=[20, 60])],
    "no infection": [Patient(days=300, doses=[5]), Patient(days=90)],
    "no IVIG": [Patient(days=300, infections=[50]), Patient(days=90)],
    "no dates": [Patient(days=300, doses=[5], infections=[60], start=None), Patient(days=90, start=None)],
    "all on one day": [Patient(days=300, doses=[5], infections=[60]), Patient(days=300, infections=[60])],
    "only deaths": [Patient(days=300, doses=[5], died=299), Patient(days=200, died=199)],
    "nobody": [Patient(days=20)],
}
FREE = {"survival_group": "none", "landmark_day": 0}


def _script() -> None:
    from importlib import import_module

    import streamlit as st

    from ivig_core.study.survival.tables import survival
    from pages.shell import session

    study, spec = st.session_state["study"], st.session_state["spec"]
    if session.current() is None:
        session.hold("cohort", session.Held("cohort", "test", study))
    panel = import_module(f"pages.{st.session_state['panel']}")
    if st.session_state["panel"] == "survival.numbers":
        panel.medians_and_times(study, spec, survival(study, spec))
        panel.means_and_tests(study, spec, survival(study, spec))
    else:
        panel.show(study, spec)


def run(panel: str, study: Study, **changed) -> AppTest:
    test = AppTest.from_function(_script, default_timeout=60)
    test.session_state["panel"], test.session_state["study"] = panel, study
    test.session_state["spec"] = AnalysisSpec().change(**changed)
    return sound(test.run())


def sound(test: AppTest) -> AppTest:
    assert not test.exception, test.exception
    assert not test.error, [item.value for item in test.error]
    cells = [str(cell) for item in test.dataframe for cell in item.value.to_numpy().ravel()]
    assert not [cell for cell in cells if {"nan", "none", "inf"} & set(cell.lower().replace("(", " ").split())], cells
    assert not {"nan", "None"} & set(said(test).split())
    return test


def said(test: AppTest) -> str:
    kinds = (test.subheader, test.markdown, test.caption, test.info)
    return "\n".join(item.value for kind in kinds for item in kind).replace("\\", "").replace("\u2060", "")


def table(test: AppTest, column: str):
    return next(item.value for item in test.dataframe if column in item.value)


def title(test: AppTest) -> str:
    (chart,) = test.get("plotly_chart")
    return go.Figure(json.loads(chart.proto.spec)).layout.meta["finding"]


@pytest.fixture(scope="module")
def study() -> Study:
    return Study(reference_cohort("sim500"))


def test_numbers_of_two_groups(study):
    test = run("survival.numbers", study)
    headings = ["Medians", "At chosen times", "Mean time without the event", "Tests", "Follow-up"]
    assert [item.value for item in test.subheader] == headings
    at = table(test, "Difference (% points)")
    assert at["Month"].tolist() == ["6", "6", "12", "12"]
    assert at["Without the event"].tolist() == [
        "61 % (49 % to 71 %)", "43 % (38 % to 48 %)", "31 % (20 % to 42 %)", "24 % (20 % to 29 %)"
    ]  # fmt: skip
    assert at["Difference (% points)"].tolist() == ["+18 (+6 to +30)", "reference", "+7 (−5 to +19)", "reference"]
    assert at["p"].tolist() == ["0.009", "–", "0.265", "–"]
    means = table(test, "Difference (days)")
    assert means["Difference (days)"].tolist() == ["+49 (+16 to +81)", "reference"]
    assert means["Ratio"].tolist() == ["1.27 (1.09 to 1.48)", "–"]
    tests = table(test, "Use")
    assert tests["Use"].tolist() == ["main test", "chosen beforehand only", "chosen beforehand only"]
    assert tests["p"].tolist() == ["0.063", "0.009", "0.584"]
    follow_up = table(test, "Median follow-up (months)")
    assert follow_up["Group"].tolist() == ["IVIG by day 30", "No IVIG by day 30", "All patients"]
    assert follow_up["Median follow-up (months)"].tolist() == ["40.4", "31.7", "33.3"]
    assert "each group minus “No IVIG by day 30”" in said(test)


def test_months_are_chosen_and_may_be_none(study):
    test = run("survival.numbers", study, **FREE)
    test.multiselect[0].set_value([24, 3]).run()
    at = table(sound(test), "Without the event")
    assert at["Month"].tolist() == ["3", "24"]
    assert list(at) == ["Month", "Group", "At risk", "Without the event"]
    assert "Tests" not in [item.value for item in test.subheader]
    test.multiselect[0].set_value([]).run()
    assert "No month is chosen." in said(sound(test))


def test_a_time_beyond_follow_up_has_a_sentence_and_no_number():
    people = [Patient(days=100, doses=[5], infections=[60]), Patient(days=120), Patient(days=110, infections=[90])]
    test = run("survival.numbers", Study(cohort(*people)))
    assert "–" in table(test, "Without the event")["Without the event"].tolist()
    assert "No IVIG by day 30, month 6; No IVIG by day 30, month 12: observed to day 89." in said(test)


def test_incidence_at_the_chosen_month(study):
    test = run("survival.competing", study)
    assert title(test).startswith("By 12 months after day 30, 65 % had an infection in “IVIG by day 30” and 71 %")
    shown = table(test, "Died without one")
    assert shown["Had an infection"].tolist() == ["65 % (54 % to 77 %)", "71 % (67 % to 77 %)"]
    assert shown["Kaplan–Meier, ignoring death"].tolist() == ["67 % (55 % to 78 %)", "74 % (69 % to 79 %)"]
    assert shown["Too high by (% points)"].tolist() == ["2.0", "2.5"]
    assert "Kaplan–Meier takes a death as if the patient had only left follow-up" in said(test)
    (hazards,) = table(test, "Share with an infection (Fine–Gray)").to_dict("records")
    assert hazards["Share with an infection (Fine–Gray)"] == "0.84 (0.66–1.06), p = 0.137"
    assert hazards["Hazard of infection (cause-specific)"] == "0.79 (0.60–1.05), p = 0.101"
    assert "share with an infection χ² 1.53, 1 df, p = 0.216" in said(test)
    test.get("button_group")[0].set_value(6).run()
    assert title(sound(test)).startswith("By 6 months after day 30")


@pytest.mark.parametrize("event", ["death", "progression_or_death"])
def test_nothing_competes_with_death(event):
    people = [Patient(days=300, progressed=90), Patient(days=200, died=199)]
    test = run("survival.competing", Study(cohort(*people)), survival_event=event, **FREE)
    assert "nothing competes with it" in said(test)
    assert not test.get("plotly_chart")


@pytest.mark.parametrize("settings", [{}, FREE], ids=["landmark", "all"])
@pytest.mark.parametrize("panel", PANELS)
@pytest.mark.parametrize("people", ODD.values(), ids=ODD)
def test_odd_cohorts_are_shown_in_words(panel, people, settings):
    calendar = "none" if people[0].start is None else "dates"
    assert said(run(panel, Study(cohort(*people, calendar=calendar)), **settings))


@pytest.mark.parametrize("panel", PANELS)
@pytest.mark.parametrize(
    "changed",
    [
        {"population": "all", "window_cuts": "5,20", "adjust_for": "phase,season,time,prophylaxis,igg"},
        {"survival_event": "infection", "min_grade": 5},
        {"survival_group": "index_therapy", "landmark_day": 0, "rmst_days": 3000},
        {"landmark_day": 1500},
    ],
    ids=["other settings", "few", "other groups", "late landmark"],
)
def test_settings_leave_no_gap(panel, study, changed):
    assert said(run(panel, study, **changed))
