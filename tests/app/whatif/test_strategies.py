"""The view of ways to give IVIG, alone on a page: every control does something, what cannot be is a sentence."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study
from pages.whatif import strategies as view
from tests.app.rates.test_panels import said, sound, title
from tests.core.make import Patient, cohort
from tests.core.reference import reference_cohort


def _script() -> None:
    import streamlit as st

    from pages.whatif.strategies import show

    show(st.session_state["study"], st.session_state["wanted"])


def run(study: Study, **state) -> AppTest:
    test = AppTest.from_function(_script, default_timeout=120)
    test.session_state["study"], test.session_state["wanted"] = study, AnalysisSpec()
    for name, value in {"draws": 50, **state}.items():
        test.session_state[f"strategies_{name}"] = value
    return sound(test.run())


@pytest.fixture(scope="module")
def study() -> Study:
    return Study(reference_cohort("sim43"))


def test_the_view_says_what_it_assumes_and_what_is_missing(study):
    test = run(study)
    assert title(test).startswith("Under these assumptions")
    shown = test.dataframe[0].value
    assert shown["Way to give IVIG"].tolist()[:2] == ["As it was given", "No IVIG"]
    assert shown["IVIG, months"][1] == "0"
    assert "Cost per infection averted" not in shown
    words = said(test).replace("\\", "")
    assert "The rate ratio on IVIG is the same for every patient" in words
    assert "not advice for a patient" in words


def test_a_price_without_grams_is_said_and_grams_by_weight_ask_for_no_costs(study):
    assert "No costs" not in said(run(study))
    assert "a price per gram needs grams per infusion" in said(run(study, price_per_gram=50.0, grams=None))
    words = said(run(study)).replace("\\", "")
    assert "overstates what IVIG averts" in words
    assert "Not checked: this cohort's own ratio where infections bring IVIG on" in words


def test_controls_change_names_numbers_and_columns(study):
    test = run(study, primary_day=30, infections=3, price_per_gram=50.0, grams=30.0, thrombosis="arterial")
    shown = test.dataframe[0].value
    assert shown["Way to give IVIG"][2] == "Everybody, from day 30 for 12 months"
    assert shown["Way to give IVIG"][4] == "After 3 infections in 12 months"
    assert shown["Cost per infection averted"][1] == "–"
    assert shown["Extra thromboses"][1] == "0"
    test.selectbox(key="strategies_effect").set_value("entered").run()
    none = sound(test).dataframe[0].value
    assert none["Averted per 100 patient-years"].unique().tolist() == ["0", "–"]
    assert set(none["IVIG-years per infection averted"]) <= {"–", "∞ (∞)"}
    assert "beyond it more infections" in said(test)
    test.number_input(key="strategies_ratio").set_value(0.5).run()
    assert "Ratio: 0.5 is not possible" in said(sound(test)).replace("\\", "")
    assert not test.dataframe


@pytest.mark.parametrize(
    ("people", "words"),
    [
        ([Patient(days=300, doses=[50], infections=[20, 60])], "1 patient with 2 counted infections"),
        ([Patient(days=300, infections=[50]) for _ in range(12)], "choose another row, a published estimate"),
        ([Patient(days=300, doses=[50]) for _ in range(12)], "12 patients with 0 counted infections"),
    ],
    ids=["one patient", "no IVIG", "no infection"],
)
def test_what_the_data_do_not_allow_is_said_beside_the_controls(people, words):
    test = run(Study(cohort(*people)))
    assert words in said(test).replace("\\", "")
    assert test.selectbox(key="strategies_effect").value == "as_set"


def test_many_patients_are_simulated_on_demand(study, monkeypatch):
    monkeypatch.setattr(view, "LARGE", 10)
    test = run(study)
    assert not test.dataframe
    test.toggle(key="strategies_on_demand").set_value(True).run()
    assert len(sound(test).dataframe[0].value) == 5
