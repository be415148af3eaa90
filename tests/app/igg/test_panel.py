"""The panel of IgG levels: something true for every sample and for cohorts without labs, IVIG or infections."""

from __future__ import annotations

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from tests.app import files
from tests.app.conftest import SAMPLE_FILES


def _script(source, settings):
    from ivig_core.cohort.read import read_cohort
    from ivig_core.spec import AnalysisSpec
    from ivig_core.study.study import Study
    from pages.igg import panel as igg_panel
    from pages.shell import session

    if session.current() is None:
        study = Study(read_cohort(source).cohort)
        session.hold("cohort", session.Held("cohort", "test", study))
        session.change(**settings)
    assert isinstance(session.spec(), AnalysisSpec)
    igg_panel.show(session.current().study, session.spec())


def shown(source, **settings) -> AppTest:
    st.cache_data.clear()
    test = AppTest.from_function(_script, args=(source, settings), default_timeout=60).run()
    return sound(test)


def sound(test: AppTest) -> AppTest:
    assert not test.exception, test.exception
    assert not test.error, [item.value for item in test.error]
    assert "nan" not in said(test).lower().replace("finan", "")
    return test


def said(test: AppTest) -> str:
    kinds = (test.subheader, test.markdown, test.caption, test.info)
    return "\n".join(item.value for kind in kinds for item in kind).replace("\\", "").replace("\u2060", "")


def cells(test: AppTest) -> list[str]:
    return [str(cell) for item in test.dataframe for cell in item.value.to_numpy().ravel()]


@pytest.mark.parametrize("path", SAMPLE_FILES, ids=lambda path: path.stem)
def test_every_sample(path):
    test = shown(path)
    assert [item.value for item in test.subheader] == [
        "Over time", "Share of time", "Infections by IgG level", "How many were low",
    ]  # fmt: skip
    assert "Functional IgG is IgG minus M-spike, in IgG myeloma only" in said(test)
    assert "IgG is on the path from IVIG to infection" in said(test)
    assert not {"nan", "None"} & set(cells(test))


def test_the_sample_of_2026_has_its_numbers_and_the_choices_work():
    path = next(path for path in SAMPLE_FILES if path.stem == "daratumumab")
    test = shown(path)
    assert "42 (98 %)" in cells(test)
    assert "no M-spike within 30 days" in said(test)
    test.segmented_control(key="igg_entered").set_value(True).run()
    assert "1.34 (0.61–2.96)" in cells(sound(test))
    test.segmented_control(key="igg_origin").set_value("first_dose").run()
    assert not [item for item in sound(test).segmented_control if item.key == "igg_who"]
    test.toggle(key="igg_apart").set_value(True).run()
    sound(test)


@pytest.mark.parametrize(("name", "make"), files.ODD.items(), ids=files.ODD.keys())
def test_cohorts_with_little_in_them(name, make):
    test = shown(make().encode())
    if name != "ordinary":
        assert said(test).strip() == "This cohort has no IgG measurement: there are no levels to show."
    else:
        assert "the heavy chain of 12 patients is not recorded" in said(test)


@pytest.mark.parametrize("extra", [{}, {"adjust_for": "season,igg"}, {"population": "all"}, {"window_cuts": "7,14"}])
def test_ordinary_cohort_with_total_igg(extra):
    test = shown(files.ordinary().encode(), igg_blank_heavy_chain="total", **extra)
    assert "total IgG is taken" in said(test)
    assert ("being on IVIG, season" in said(test)) == ("adjust_for" in extra)
    assert not {"nan", "None"} & set(cells(test))


LITTLE = {
    "one patient": [files.person("P0"), files.row("P0", "ivig", 50), files.row("P0", "infection", 30, grade=2)],
    "no infections": [*files.people(3), *files.doses(2, (50, 80))],
    "no IVIG": [*files.people(3), *files.infections(3, (20, 90))],
    "one day": [files.person("P0", 0)],
}


@pytest.mark.parametrize("name", LITTLE)
def test_labs_with_little_else(name):
    rows = LITTLE[name]
    patients = [row["patient_id"] for row in rows if row["record"] == "patient"]
    labs = [
        files.row(patient, "lab", day, analyte="igg", value=value, unit="mg/dL")
        for patient in patients
        for day, value in ((0, 500), (60, 300))
        if name != "one day" or day == 0
    ]
    test = shown(files.text([*rows, *labs]).encode(), igg_blank_heavy_chain="total")
    assert len(test.subheader) == 4
    assert not {"nan", "None"} & set(cells(test))
    if name == "no infections":
        assert "there is nothing to compare" in said(test)


def test_days_of_unknown_igg_on_either_side_when_the_box_is_open():
    path = next(path for path in SAMPLE_FILES if path.stem == "daratumumab")
    test = shown(path)
    assert "further out" not in said(test)
    test.session_state["igg_unknown"] = True
    assert "By IgG of the day, 4 % of the days, with 6 infections, are left out" in said(sound(test.run()))
    assert "further out" in said(test)
    assert "2.03 (0.95–4.33)" in cells(test)
