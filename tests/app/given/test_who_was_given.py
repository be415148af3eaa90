"""Who was given IVIG: the table is that of the core, the downloads are safe, little data gives sentences."""

from __future__ import annotations

import io

import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from ivig_core.cohort.read import read_cohort
from ivig_core.figures.cox.words import ratio_text
from ivig_core.figures.given.baseline import RATIO
from ivig_core.spec import AnalysisSpec
from ivig_core.study.cox.ratios import first_ivig
from ivig_core.study.given.baseline_table import baseline_table
from ivig_core.study.given.who_was_given import ALSO_IN_BANDS, usual_variables
from ivig_core.study.study import Study
from tests.app import files
from tests.app.conftest import SAMPLE_FILES
from tests.app.cox.test_panel import HOSTILE, LITTLE, MINE, cells, many_columns, said, sound

ADJUSTED = "Adjusted (95 %)"


def _script(source, settings, synthetic=False):
    from dataclasses import replace

    from ivig_core.cohort.read import read_cohort
    from ivig_core.study.study import Study
    from pages.given import who_was_given
    from pages.shell import session
    from pages.shell.panel import guard

    if session.current() is None:
        made = replace(read_cohort(source).cohort, synthetic=synthetic)
        session.hold("cohort", session.Held("north <b>ward</b>", "test", Study(made)))
        session.change(**settings)
    with guard("the panel"):
        who_was_given.show(session.current().study, session.spec())


def shown(source, synthetic=False, **settings) -> AppTest:
    st.cache_data.clear()
    return sound(AppTest.from_function(_script, args=(source, settings, synthetic), default_timeout=60).run())


def downloads(source, **more) -> dict[str, bytes]:
    """What the buttons would send, by file name; they are made when they are pressed, so they are caught here."""
    from unittest.mock import patch

    caught: dict[str, bytes] = {}

    def button(label, data, file_name, *_, **__):
        caught[file_name] = data() if callable(data) else data

    with patch("streamlit.download_button", button):
        shown(source, **more)
    return caught


@pytest.fixture(scope="module")
def sample():
    return next(str(path) for path in SAMPLE_FILES if path.stem == "daratumumab")


@pytest.fixture(scope="module")
def study(sample):
    return Study(read_cohort(sample).cohort)


def test_the_table_is_the_baseline_table_with_the_ratios_of_the_core(sample, study):
    test = shown(sample)
    table = test.dataframe[0].value
    spec = AnalysisSpec()
    assert len(table) == len(baseline_table(study, spec, ALSO_IN_BANDS)) / 2
    alone = first_ivig(study, spec).rows
    bands = first_ivig(study, spec, ["infections_prior_year"], bands=["infections_prior_year"]).rows
    for row in (*alone.to_dict("records"), *bands.to_dict("records")):
        if text := ratio_text(row):
            assert any(cell.startswith(text) for cell in table[RATIO]), row["term"]
    assert (table[RATIO] == "reference").sum() == 9
    assert "all have the same value" in table[RATIO].tolist()
    assert table.columns[2] == "Had IVIG (n = 43)"


def test_the_adjusted_model_is_that_of_the_core_and_says_how_it_was_chosen(sample, study):
    test = shown(sample)
    names = usual_variables(study, AnalysisSpec())
    assert test.multiselect(key="given_covariates").value == list(names)
    rows = first_ivig(study, AnalysisSpec(), names).rows
    shown_ratios = test.dataframe[1].value[ADJUSTED]
    assert {ratio_text(row) for row in rows.to_dict("records")} - {""} <= set(shown_ratios)
    assert "Chosen by this dashboard, not by a study or a protocol" in said(test)
    assert "100 of 143 patients have all values" in said(test)
    assert "fewer than 10 for each" in test.warning[0].value
    sound(test.multiselect(key="given_covariates").set_value(["age"]).run())
    assert "Chosen by this dashboard" not in said(test)
    sound(test.multiselect(key="given_covariates").set_value([]).run())
    assert "there is no adjusted model" in said(test)
    assert len(test.dataframe) == 1


def test_what_it_is_and_who_is_left_out_is_said():
    source = next(str(path) for path in SAMPLE_FILES if path.stem == "bispecific")
    before = (
        len(Study(read_cohort(source).cohort).full)
        - first_ivig(Study(read_cohort(source).cohort), AnalysisSpec()).rows["patients"].max()
    )
    text = said(shown(source))
    assert "does not say what made doctors give it" in text
    assert ("before the start of follow-up" in text) == (before > 0)


def test_figure_and_test_over_time(sample):
    test = shown(sample)
    for tab, figures in (("Figure", 1), ("Same ratio over time?", 0)):
        test.session_state["tabs_given"] = tab
        sound(test.run())
        assert len(test.get("plotly_chart")) == figures
    sound(test.selectbox(key="given_over_time").set_value("age").run())
    assert len(test.get("plotly_chart")) == 1


CENTRES = ("=cmd|x", HOSTILE, "+1")


def hostile() -> str:
    people = [
        files.person(f"P{at}", age=50 + 3 * at % 7, sex=("male", "female")[at % 5 > 2], centre=CENTRES[at % 3])
        for at in range(12)
    ]
    return files.text([*people, *(files.row(f"P{at}", "ivig", 20 + at) for at in range(6))], MINE)


def test_downloads_run_nothing():
    caught = downloads(hostile().encode())
    table = pd.read_csv(io.BytesIO(caught["baseline.csv"]), keep_default_na=False)
    levels = set(table.loc[table["variable"] == "centre", "level"])
    assert levels == {"'=cmd|x", HOSTILE, "'+1"}
    page = caught["who-was-given-ivig.html"].decode()
    assert page.count("<table") == 3
    assert "SYNTHETIC" not in page
    assert "<b>=1+1" not in page
    assert "&lt;b&gt;=1+1&lt;/b&gt;" in page
    assert "nan" not in page.lower().replace("finan", "")


def test_the_printed_page_holds_both_tables_and_their_sentences(sample):
    page = downloads(sample, synthetic=True, where="age>=65")["who-was-given-ivig.html"].decode()
    assert "SYNTHETIC: simulated patients." in page
    assert "Do the adjusted ratios stay the same over time?" in page
    assert "north &lt;b&gt;ward&lt;/b&gt;, patients with Age ≥ 65." in page
    for text in ("Std. difference", "It does not say what made doctors", "Chosen by this dashboard"):
        assert text in page


@pytest.mark.parametrize("settings", [{"window_cuts": "7,14", "landmark_day": 0}])
def test_settings(sample, settings):
    shown(sample, **settings)


def test_variables_that_nobody_changed_go_with_the_filters(sample):
    test = shown(sample)
    assert "sex" in test.multiselect(key="given_covariates").value
    test.session_state["spec"] = test.session_state["spec"].change(where="sex=male")
    sound(test.run())
    assert "sex" not in test.multiselect(key="given_covariates").value
    assert "not recorded enough, or the same in all: sex" in said(test)
    sound(test.multiselect(key="given_covariates").set_value(["age"]).run())
    test.session_state["spec"] = test.session_state["spec"].change(where="")
    sound(test.run())
    assert test.multiselect(key="given_covariates").value == ["age"]


def test_a_reference_that_nobody_chose_goes_with_the_cohort(start):
    app = start().page("pages/5_who_was_given_ivig.py")
    app.test.session_state["given_details"] = True
    first = app.run().test.selectbox(key="given_reference_sex").value
    other = {"male": "female", "female": "male"}[first]
    people = [files.person(f"P{at:02}", age=50 + at, sex=other if at % 3 else first) for at in range(30)]
    doses = [files.row(f"P{at:02}", "ivig", 20 + at) for at in range(0, 30, 2)]
    app.upload(files.text([*people, *doses])).page("pages/5_who_was_given_ivig.py")
    app.test.session_state["given_details"] = True
    assert app.run().test.selectbox(key="given_reference_sex").value == other
    sound(app.test.selectbox(key="given_reference_sex").set_value(first).run())
    assert app.run().test.selectbox(key="given_reference_sex").value == first


BEFORE = files.text(
    [
        *(files.person(f"P{at}", age=50 + 5 * at % 9, sex="male") for at in range(6)),
        *(files.row(f"P{at}", "ivig", day) for at in range(6) for day in (-20, 10)),
    ]
)


@pytest.mark.parametrize(
    "name", ["one patient", "one day", "no IVIG", "all before", "all missing", "one level", "separated", "hostile"]
)
def test_cohorts_with_little_in_them(name):
    test = shown((LITTLE | {"all before": BEFORE})[name].encode())
    text = said(test)
    if name in ("no IVIG", "all before"):
        assert "Nobody at risk was given a first dose" in text
        assert not test.multiselect
    assert not {"nan", "None"} & set(cells(test))


def test_own_columns_without_a_hazard_ratio_are_named():
    test = shown(many_columns())
    assert "No hazard ratio here: a5 and a6." in said(test)
    assert {"a0", "a6"} <= {str(cell) for cell in test.dataframe[0].value["At the start"]}


def test_what_is_missing_at_the_start_is_imputed_when_its_box_is_open():
    from tests.app.cox.test_panel import with_gaps

    test = shown(with_gaps())
    assert "nobody was counted" not in said(test)
    test.session_state["given_imputed"] = True
    assert "32 of 40 patients have all of the variables used; 20 completed tables" in said(sound(test.run()))
    assert "nobody was counted" in said(test)
    assert "Difference: imputed" in list(test.dataframe[1].value.columns)
