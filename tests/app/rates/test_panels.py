"""The panels of rates by type, of waning and of infections over time, each alone on a page."""

from __future__ import annotations

import json

import plotly.graph_objects as go
import pytest
from streamlit.testing.v1 import AppTest

from ivig_core.figures.words import rate
from ivig_core.spec import AnalysisSpec
from ivig_core.study.rates.over_time import over_time
from ivig_core.study.rates.waning import waning
from ivig_core.study.study import Study
from tests.core.make import Patient, cohort
from tests.core.reference import reference_cohort

PANELS = ("rates.by_type", "rates.waning", "rates.dose_levels", "rates.over_time")
ODD = {
    "one patient": [Patient(days=300, doses=[50], infections=[20, 60])],
    "no infection": [Patient(days=300, doses=[50]), Patient(days=90)],
    "no IVIG": [Patient(days=300, infections=[50])],
    "no dates": [Patient(days=300, doses=[50], infections=[20, 60], start=None)],
}


def _script() -> None:
    from importlib import import_module

    import streamlit as st

    import_module(f"pages.{st.session_state['panel']}").show(st.session_state["study"], st.session_state["wanted"])


def run(panel: str, study: Study, **changed) -> AppTest:
    test = AppTest.from_function(_script, default_timeout=60)
    test.session_state["panel"], test.session_state["study"] = panel, study
    test.session_state["wanted"] = AnalysisSpec().change(**changed)
    return sound(test.run())


def sound(test: AppTest) -> AppTest:
    assert not test.exception, test.exception
    cells = [str(cell) for item in test.dataframe for cell in item.value.to_numpy().ravel()]
    assert not [cell for cell in cells if cell.lower() in ("nan", "none", "inf")], cells
    assert "nan" not in said(test).split()
    return test


def said(test: AppTest) -> str:
    return " ".join(item.value for kind in (test.caption, test.markdown, test.info) for item in kind)


def title(test: AppTest) -> str:
    (chart,) = test.get("plotly_chart")
    return go.Figure(json.loads(chart.proto.spec)).layout.meta["finding"]


@pytest.fixture(scope="module")
def study() -> Study:
    return Study(reference_cohort("sim43"))


def test_rates_by_type_follow_the_choice(study):
    test = run("rates.by_type", study)
    shown = test.dataframe[0].value
    assert shown["Infections"].tolist()[::3] == ["All", "Grade 1–2", "Grade 3–5"]
    assert shown["Rate ratio on / off"][0] == "0.60 (0.42–0.88)"
    test.get("button_group")[0].set_value("pathogen").run()
    assert sound(test).dataframe[0].value["Infections"].tolist()[::3] == ["All", "Bacterial", "Viral", "Fungal"]
    assert "testing may differ on IVIG" in said(test)
    assert "37 infections without a recorded pathogen" in said(test)


def test_waning_says_that_infections_move_doses(study):
    test = run("rates.waning", study)
    bands = waning(study, AnalysisSpec()).bands
    assert test.dataframe[0].value["Per patient-year"].tolist() == [rate(value) for value in bands["rate"]]
    assert "may change when the next dose is given" in said(test)


def test_dose_levels_say_where_doses_are_alike(study):
    test = run("rates.dose_levels", study)
    assert test.dataframe[0].value["Level"].tolist() == ["everybody", "Any known dose"]
    assert "doses cannot be compared in this cohort" in said(test)
    apart = Study(cohort(*[Patient(days=200, doses=[50, 150], infections=[20, 60, 160], grams=grams, baseline=
                                   {"weight_kg": 80.0}) for grams in (20.0, 30.0, 40.0, float("nan"))]))  # fmt: skip
    test = run("rates.dose_levels", apart)
    assert "The dose follows need and weight" in said(test)
    assert "2 doses of 8 have no g/kg" in said(test)


def test_values_over_time_with_at_risk(study):
    test = run("rates.over_time", study)
    shown = test.dataframe[0].value
    assert shown["At risk"].tolist() == over_time(study, AnalysisSpec()).at_months["at_risk"].tolist()
    assert shown["Per patient (95 % interval)"][1] == "1.22 (0.79–1.88)"
    assert "whoever died counts with the infections until then" in said(test)
    test.get("button_group")[1].set_value("censors").run()
    assert sound(test).dataframe[0].value["Per patient (95 % interval)"][1] == "1.26 (0.82–1.92)"
    assert "as if the dead could still get infections" in said(test)


@pytest.mark.parametrize("changed", [{}, {"survival_group": "ivig_strategy", "landmark_day": 0}, {"landmark_day": 900}])
def test_groups_since_the_start_have_a_ratio_while_alive(study, changed):
    test = run("rates.over_time", study, **changed)
    test.get("button_group")[0].set_value("since").run()
    result = over_time(study, AnalysisSpec().change(**changed), "since", "ends")
    shown = [item.value for item in sound(test).dataframe]
    assert shown[0]["At risk"].tolist() == result.at_months["at_risk"].tolist()
    assert [len(more) for more in shown[1:]] == ([len(result.ratios)] if len(result.labels) > 1 else [])
    assert len(result.ratios) == 3 * (len(result.labels) - 1)
    assert "by group" not in title(test)
    assert ("immortal time" in title(test)) == result.looks_ahead


@pytest.mark.parametrize("people", ODD.values(), ids=ODD)
def test_odd_cohorts_have_groups_in_words(people):
    test = run("rates.over_time", Study(cohort(*people, calendar="none" if people[0].start is None else "dates")))
    test.get("button_group")[0].set_value("since").run()
    assert title(sound(test))


@pytest.mark.parametrize("panel", PANELS)
@pytest.mark.parametrize("people", ODD.values(), ids=ODD)
def test_odd_cohorts_are_shown_in_words(panel, people):
    calendar = "none" if people[0].start is None else "dates"
    assert title(run(panel, Study(cohort(*people, calendar=calendar))))


@pytest.mark.parametrize("panel", PANELS)
@pytest.mark.parametrize(
    "changed",
    [
        {"population": "all", "window_cuts": "5,20", "adjust_for": "phase,season,time,prophylaxis,igg"},
        {"dose_day": "off", "washout_days": 20, "pre_exposure_days": 30, "rate_ci": "exact"},
        {"dose_day": "excluded", "within": "igg:<400", "ci_method": "robust", "min_grade": 5},
        {"exclude_first_days": 20_000},
    ],
    ids=["all", "apart", "few", "nothing left"],
)
def test_settings_leave_no_gap(panel, study, changed):
    assert title(run(panel, study, **changed))
