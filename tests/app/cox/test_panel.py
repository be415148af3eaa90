"""The Cox panel: what it shows is what the core says, whatever is chosen and however little the cohort holds."""

from __future__ import annotations

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from ivig_core.cohort.read import read_cohort
from ivig_core.figures.cox.words import ratio_text, without_terms
from ivig_core.spec import AnalysisSpec
from ivig_core.study.cox.ratios import multivariable
from ivig_core.study.study import Study
from tests.app import files
from tests.app.conftest import SAMPLE_FILES

HOSTILE = "<b>=1+1</b> $x$ | [a](http://x.example)"
MINE = (*files.COLUMNS, "centre")


def _script(source, settings):
    from ivig_core.cohort.read import read_cohort
    from ivig_core.study.study import Study
    from pages.cox import panel as cox_panel
    from pages.shell import session
    from pages.shell.panel import guard

    if session.current() is None:
        session.hold("cohort", session.Held("cohort", "test", Study(read_cohort(source).cohort)))
        session.change(**settings)
    with guard("the panel"):
        cox_panel.show(session.current().study, session.spec())


def shown(source, **settings) -> AppTest:
    st.cache_data.clear()
    return sound(AppTest.from_function(_script, args=(source, settings), default_timeout=60).run())


def sound(test: AppTest) -> AppTest:
    assert not test.exception, test.exception
    assert not test.error, [item.value for item in test.error]
    assert not {"nan", "None", "NaN"} & set(cells(test))
    assert "nan" not in said(test).lower().replace("finan", "")
    return test


def said(test: AppTest) -> str:
    kinds = (test.markdown, test.caption, test.info, test.warning, test.subheader)
    return "\n".join(item.value for kind in kinds for item in kind).replace("\\", "").replace("\u2060", "")


def cells(test: AppTest) -> list[str]:
    return [str(cell) for item in test.dataframe for cell in item.value.to_numpy().ravel()]


def choose(test: AppTest, *names: str) -> AppTest:
    return sound(test.multiselect(key="cox_covariates").set_value(list(names)).run())


def opened(test: AppTest) -> AppTest:
    """With the box of references and units open: its widgets are made only there."""
    test.session_state["cox_details"] = True
    return sound(test.run())


def tab(test: AppTest, name: str) -> AppTest:
    test.session_state["tabs_cox"] = name
    return sound(test.run())


@pytest.fixture(scope="module")
def sample():
    return next(str(path) for path in SAMPLE_FILES if path.stem == "daratumumab")


def ratios(sample, names, **more) -> list[str]:
    rows = multivariable(Study(read_cohort(sample).cohort), AnalysisSpec(), names, **more).rows
    return [ratio_text(row) for row in rows.to_dict("records")]


def test_the_adjusted_ratios_are_those_of_the_core(sample):
    test = choose(shown(sample), "age", "sex")
    adjusted = test.dataframe[0].value["Adjusted (95 %)"]
    assert [cell for cell in adjusted if cell and cell != "reference"] == ratios(sample, ["ivig", "age", "sex"])
    assert "All 130 patients have all values" in said(test)


def test_the_way_ivig_enters_can_be_chosen(sample):
    test = choose(shown(sample), "age")
    for term in ("on_ivig", "ever_ivig"):
        sound(test.selectbox(key="cox_ivig").set_value(term).run())
        assert ratios(sample, [term, "age"])[0] in cells(test)
        assert "143 patients" in said(test)
    sound(test.selectbox(key="cox_ivig").set_value("").run())
    assert ratios(sample, ["age"])[0] in cells(test)
    assert "One variable has nothing to be adjusted for" in said(test)
    assert "Adjusted (95 %)" not in test.dataframe[0].value


def test_units_references_bands_and_robust_intervals(sample):
    test = choose(shown(sample), "age", "sex")
    opened(test)
    sound(test.number_input(key="cox_unit_age").set_value(10.0).run())
    assert "per 10 years" in cells(test)
    sound(test.selectbox(key="cox_reference_sex").set_value("female").run())
    more = {"references": {"sex": "female"}, "units": {"age": 10.0}}
    assert set(ratios(sample, ["ivig", "age", "sex"], **more)) <= set(cells(test))
    sound(test.toggle(key="cox_robust").set_value(True).run())
    assert set(ratios(sample, ["ivig", "age", "sex"], **more, robust=True)) <= set(cells(test))
    sound(test.toggle(key="cox_bands_age").set_value(True).run())
    assert {"<65", "65–74", "≥75"} <= set(cells(test))
    sound(test.selectbox(key="cox_reference_age").set_value("≥75").run())
    sound(test.toggle(key="cox_bands_age").set_value(False).run())
    assert "per 10 years" in cells(test)


def test_who_is_left_out_and_too_many_variables_are_said(sample):
    test = choose(shown(sample), "iss", "r_iss", "heavy_chain", "age", "light_chain", "high_risk_cytogenetics")
    assert "have all values: only they are in the adjusted model" in said(test)
    assert "fewer than 10 for each" in test.warning[0].value


def test_the_ratio_over_time_is_drawn_when_asked_for(sample):
    test = tab(choose(shown(sample), "age", "iss"), "Same ratio over time?")
    assert test.dataframe[0].value["Variable"].tolist() == ["IVIG by day 30", "Age", "ISS stage", "All together"]
    assert len(test.get("plotly_chart")) == 1
    sound(test.selectbox(key="cox_over_time").set_value("iss=II").run())
    assert len(test.get("plotly_chart")) == 2
    choose(test, "age")
    assert len(test.get("plotly_chart")) == 1


def test_death_competes_where_it_is_asked_for(sample):
    test = tab(choose(shown(sample), "age", "iss"), "Death competing")
    (at,) = [item.value for item in test.dataframe]
    assert at["Variable"].tolist() == ["IVIG by day 30", "Age", "ISS stage", "ISS stage"]
    assert at["Share with an infection (Fine–Gray)"].str.match(r"\d").all()
    sound(test.selectbox(key="cox_ivig").set_value("on_ivig").run())
    assert "IVIG day by day has no value after a death" in said(test)


@pytest.mark.parametrize(
    "settings",
    [
        {"landmark_day": 0},
        {"survival_group": "sex", "survival_event": "death"},
        {"survival_group": "none", "survival_event": "infection", "dose_day": "excluded"},
        {"survival_event": "progression_or_death"},
        {"window_cuts": "7,14", "adjust_for": "season", "population": "all", "where": "age>=65"},
        {"landmark_day": 3000},
    ],
)
def test_settings(sample, settings):
    test = shown(sample, **settings)
    if test.multiselect:
        tab(choose(test, "age", "sex"), "Same ratio over time?")


def odd(name: str) -> str:
    rows = {
        "all missing": [files.person(f"P{at}", sex="male") for at in range(6)],
        "one level": [files.person(f"P{at}", age=60, sex="male", iss="II") for at in range(6)],
        "separated": [
            files.person(f"P{at}", age=(80, 50)[at % 2], sex=("male", "female")[at % 2], centre=("a", "b")[at % 2])
            for at in range(8)
        ],
        "hostile": [files.person(f"P{at}", age=50 + 3 * at % 7, centre=(HOSTILE, "other")[at % 2]) for at in range(12)],
    }[name]
    ill = {"separated": range(0, 8, 2)}.get(name, range(len(rows)))
    rows += [files.row(f"P{at}", "infection", 40 + at, grade=2) for at in ill]
    rows += [files.row(f"P{at}", "ivig", 20 + at) for at in range(3)]
    return files.text(rows, MINE)


LITTLE = {**{name: make() for name, make in files.ODD.items()}, **{
    name: odd(name) for name in ("all missing", "one level", "separated", "hostile")
}}  # fmt: skip


@pytest.mark.parametrize("name", LITTLE)
def test_cohorts_with_little_in_them(name):
    test = shown(LITTLE[name].encode())
    options = test.multiselect(key="cox_covariates").options
    if options:
        before = test.multiselect(key="cox_covariates")
        test.toggle(key="cox_robust").set_value(True)
        choose(test, *(item for item in ("age", "sex", "centre") if item in _values(before)))
    tab(test, "Same ratio over time?")
    sound(test.selectbox(key="cox_ivig").set_value("on_ivig").run())


def _values(widget) -> set[str]:
    """What can be chosen, by name: the labels of the format's columns are their names in words."""
    return {label.lower() for label in widget.options}


def test_a_variable_that_a_filter_makes_the_same_in_all_stays_and_says_so(sample):
    test = choose(shown(sample), "age", "sex")
    test.session_state["spec"] = test.session_state["spec"].change(where="sex=male")
    sound(test.run())
    assert test.multiselect(key="cox_covariates").value == ["age", "sex"]
    assert "all have the same value: male" in cells(test)


def test_before_a_room_the_figure_comes_first(sample):
    test = choose(shown(sample), "age")
    for presenting in (False, True):
        test.session_state["present"] = presenting
        sound(test.run())
        kinds = [item.type for item in test.main]
        assert (kinds.index("plotly_chart") < kinds.index("multiselect")) is presenting


def many_columns() -> bytes:
    """24 patients; own columns a0..a6 of 12 levels each: two more than the budget has room for."""
    own = [f"a{k}" for k in range(7)]
    rows = []
    for i in range(24):
        levels = {name: f"level {(i + k) % 12}" for k, name in enumerate(own)}
        rows += [files.person(f"P{i}", **levels), files.row(f"P{i}", "ivig", 100 + i)]
        rows.append(files.row(f"P{i}", "infection", 60 + 9 * i, grade=3))
    return files.text(rows, (*files.COLUMNS, *own)).encode()


def test_own_columns_beyond_the_budget_are_named_and_can_be_chosen():
    test = shown(many_columns(), survival_group="none", landmark_day=0)
    assert "Left out: a5 and a6." in said(test)
    assert {"a0", "a4"} <= set(cells(test))
    assert not {"a5", "a6"} & set(cells(test))
    assert {"a5", "a6"} <= set(test.multiselect(key="cox_covariates").options)
    choose(test, "a6")
    assert "Left out: a5." in said(test)
    assert "a6" in cells(test)
    opened(test).selectbox(key="cox_reference_a6").set_value("level 3").run()
    assert "level 3" in cells(sound(test))


def with_gaps() -> bytes:
    """40 patients, of whom every fifth lacks a stage; all have an age and an infection."""
    rows = []
    for i in range(40):
        stage = {"iss": ["I", "II", "III"][i // 3 % 3]} if i % 5 else {}
        rows += [files.person(f"P{i:02}", age=50 + (7 * i) % 31, **stage), files.row(f"P{i:02}", "ivig", 40 + 2 * i)]
        rows.append(files.row(f"P{i:02}", "infection", 35 + (11 * i) % 60, grade=2))
    return files.text(rows).encode()


def test_missing_values_are_imputed_when_their_tab_is_open():
    test = shown(with_gaps(), survival_group="none", landmark_day=0)
    assert "Rubin" not in said(test)
    choose(test, "age", "iss")
    test.selectbox(key="cox_ivig").set_value("")
    tab(test, "Missing values")
    assert "Complete cases: 32 of 40 patients. Imputed: all of them, in 20 completed tables" in said(test)
    assert "missing at random" in said(test)
    heads = test.dataframe[0].value
    assert heads["Missing"].tolist() == ["0", "8", "", ""]
    assert heads["Adjusted, imputed"].str.contains("–").sum() == 3
    assert heads["Lost"].str.endswith("%").sum() == 3
    choose(test, "age")
    assert "one variable alone has nothing" in said(test)


def test_what_ivig_is_called_is_the_same_with_values_imputed():
    test = shown(with_gaps(), landmark_day=20)
    choose(test, "age", "iss")
    tab(test, "Missing values")
    assert "IVIG by day 20" in cells(sound(test))
    assert "ivig" not in cells(test)


def test_nothing_is_imputed_where_nobody_lacks_a_value(sample):
    test = choose(shown(sample), "age", "sex")
    assert "nobody lacks a value" in said(tab(test, "Missing values"))


def test_terms_that_tell_apart_together_are_called_by_name():
    note = "together with ivig, iss=III, age it tells apart who of those at risk had an infection"
    named = {"ivig": "IVIG by day 30", "iss=III": "ISS stage (III)"}
    assert without_terms(note, named).startswith("together with IVIG by day 30, ISS stage (III), age it tells apart")
    alone = "it alone tells apart who of those at risk had an infection"
    assert without_terms(alone, named) == alone
