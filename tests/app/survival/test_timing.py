"""The panel of an early or late start of IVIG alone on a page: samples, odd cohorts, the emulation on demand."""

from __future__ import annotations

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from tests.app import files
from tests.app.conftest import ROOT


@pytest.fixture(autouse=True)
def few_resamples(monkeypatch):
    """Intervals are none of the panel's business: enough resamples to have some."""
    for name in ("RESAMPLES", "FEWEST_RESAMPLES"):
        monkeypatch.setattr(f"ivig_core.study.survival.clone_censor.{name}", 40)


def _script(source, settings):
    from ivig_core.cohort.read import read_cohort
    from ivig_core.study.study import Study
    from pages.shell import session
    from pages.survival import timing as timing_panel

    if session.current() is None:
        session.hold("cohort", session.Held("cohort", "test", Study(read_cohort(source).cohort)))
        session.change(**settings)
    timing_panel.show(session.current().study, session.spec())


def shown(source, **settings) -> AppTest:
    st.cache_data.clear()
    return sound(AppTest.from_function(_script, args=(source, settings), default_timeout=60).run())


def sound(test: AppTest) -> AppTest:
    assert not test.exception, test.exception
    assert not test.error, [item.value for item in test.error]
    assert not {"nan", "none", "inf"} & {cell.lower() for cell in cells(test)}
    assert "nan" not in said(test).lower().split()
    return test


def said(test: AppTest) -> str:
    kinds = (test.subheader, test.markdown, test.caption, test.info)
    return "\n".join(item.value for kind in kinds for item in kind).replace("\\", "").replace("\u2060", "")


def cells(test: AppTest) -> list[str]:
    return [str(cell) for item in test.dataframe for cell in item.value.to_numpy().ravel()]


def test_the_sample_of_the_question():
    test = shown(ROOT / "sample_data" / "bispecific.csv")
    table = test.dataframe[0].value
    assert table["First"].unique().tolist() == ["Any infection", "Bacterial infection", "Viral infection"]
    assert table["Hazard ratio (95 % interval)"][2] == "0.74 (0.40–1.38)"
    assert table["Infections"][:2].tolist() == ["14 / 97", "35 / 97"]
    assert "up to day 30 early is compared with not started only" in said(test)
    assert "9 of mixed pathogens count only as any infection" in said(test)
    assert len(test.dataframe) == 1
    assert not [item for item in test.get("plotly_chart")[1:]]
    test.slider(key="timing_grace").set_value(45).run()
    assert sound(test).dataframe[0].value["Compared"][0] == "Started by day 45"


def test_the_trial_is_emulated_on_demand():
    test = shown(ROOT / "sample_data" / "bispecific.csv")
    test.toggle(key="timing_emulate").set_value(True).run()
    table = sound(test).dataframe[1].value
    assert table.columns[2:4].tolist() == ["Start by day 30", "No start by day 30"]
    assert table["First"].unique().tolist() == ["Infection or death", "Bacterial infection", "Viral infection"]
    assert "26 patients seen to follow it" in said(test)
    assert "Adjusted for: functional IgG below 400" in said(test)
    assert "Not adjusted for, too few starts for so many reasons" in said(test)
    assert len(test.get("plotly_chart")) == 2
    test.segmented_control(key="timing_outcome").set_value("viral").run()
    assert "83 with a viral infection" in str(sound(test).get("plotly_chart")[1].proto.spec)
    test.segmented_control(key="timing_against").set_value("later").run()
    assert sound(test).dataframe[1].value.columns[3] == "Start on days 31–90"


@pytest.mark.parametrize("extra", [{"survival_event": "death"}, {"min_grade": 3, "pathogens": "bacterial"}])
def test_other_settings(extra):
    test = shown(ROOT / "sample_data" / "bispecific.csv", where="age>=60", **extra)
    test.toggle(key="timing_emulate").set_value(True).run()
    sound(test)


def starters(days: list[int], pathogen: str = "") -> str:
    """30 patients, a third of whom started IVIG on each of these days; infections in half."""
    rows = files.people(30)
    for number in range(30):
        name = f"P{number:03}"
        if day := days[number % len(days)]:
            rows.append(files.row(name, "ivig", day))
        if number % 2:
            rows.append(files.row(name, "infection", 70 + number, grade=2, pathogen=pathogen))
    return files.text(rows)


MORE = {
    "all early": starters([3, 5, 9]),
    "no pathogen": starters([5, 60, 0]),
    "all before": starters([-9, -20, -4]),
    "viral only": starters([5, 60, 0], "viral"),
}


@pytest.mark.parametrize("text", [*(make() for make in files.ODD.values()), *MORE.values()], ids=[*files.ODD, *MORE])
def test_odd_cohorts_say_why_there_is_no_number(text):
    test = shown(text.encode())
    assert test.dataframe[0].value.shape[0] == 12
    test.toggle(key="timing_emulate").set_value(True).run()
    assert len(sound(test).dataframe) == 2 or test.info


def test_too_few_starts_are_said():
    test = shown(files.one_patient().encode())
    test.toggle(key="timing_emulate").set_value(True).run()
    assert "Any infection: No patient with a first dose on days 0 to 30" in said(sound(test))
    assert "without an infection or death: fewer than 10" in said(test)
