"""The panel "Size of a study" alone on a page: a sample, odd cohorts, what is entered, the simulation step by step."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from tests.app import files
from tests.app.conftest import ROOT

SAMPLE = ROOT / "sample_data" / "bispecific.csv"


def _script(source):
    from ivig_core.cohort.read import read_cohort
    from ivig_core.study.study import Study
    from pages.shell import session
    from pages.shell.panel import guard
    from pages.whatif import study_size

    if session.current() is None:
        session.hold("cohort", session.Held("cohort", "test", Study(read_cohort(source).cohort)))
    with guard("this view"):
        study_size.show(session.current().study, session.spec())


def shown(source) -> AppTest:
    return sound(AppTest.from_function(_script, args=(source,), default_timeout=60).run())


def sound(test: AppTest) -> AppTest:
    assert not test.exception, test.exception
    assert not test.error, [item.value for item in test.error]
    cells = [str(cell).lower() for item in test.dataframe for cell in item.value.to_numpy().ravel()]
    assert not {"nan", "none", "inf"} & set(cells)
    assert "nan" not in said(test).lower().split()
    return test


def said(test: AppTest) -> str:
    kinds = (test.subheader, test.markdown, test.caption, test.info)
    return "\n".join(item.value for kind in kinds for item in kind).replace("\\", "").replace("\u2060", "")


def figure(test: AppTest, at: int = 0) -> str:
    return str(test.get("plotly_chart")[at].proto.spec)


def test_a_sample_by_formula_then_by_simulation(monkeypatch):
    monkeypatch.setattr("pages.whatif.study_size.STUDIES", 6)
    monkeypatch.setattr("ivig_core.study.whatif.size.simulated.LIVES_AT_ONCE", 1500)
    test = shown(SAMPLE)
    assert "About 125 patients with an infection (207 in" in figure(test).replace("<br>", " ")
    assert test.dataframe[0].value["Patients"].tolist() == ["207", "276", "131", "176"]
    test.button(key="study_size_run").click().run()
    assert "Stop" in [button.label for button in test.button]
    steps = 0
    while "Stop" in [button.label for button in test.button]:
        steps += 1
        assert steps < 9
        test.run()
    assert "Simulated: about" in said(sound(test))
    assert len(test.get("plotly_chart")) == 2
    assert len(test.dataframe[0].value) == 7
    assert not test.get("progress")


def test_what_is_entered_counts_and_what_is_empty_is_the_cohort():
    test = shown(SAMPLE)
    test.segmented_control(key="study_plan_exposure").set_value("entered").run()
    assert [test.number_input(key=f"study_plan_{name}").value for name in ("follow_up_days", "share_on")] == [235, 57.0]
    test.number_input(key="study_plan_follow_up_days").set_value(365).run()
    test.number_input(key="study_plan_on_days").set_value(180).run()
    test.number_input(key="study_plan_share_on").set_value(100.0).run()
    # R: SCCS::samplesize(0.6, 180, 0, 364, p = 1) is 124.
    assert sound(test).dataframe[0].value["Infections"][0] == "124"
    assert "Two groups of patients, by formula: no size is enough, because everybody is given IVIG" in said(test)
    test.number_input(key="study_plan_ratio").set_value(1.0).run()
    assert "No size is enough, because with a ratio of 1" in figure(sound(test))
    test.number_input(key="study_plan_on_days").set_value(500).run()
    assert "Days on IVIG (if treated): 500 is not allowed" in said(sound(test))


@pytest.mark.parametrize("text", [make() for make in files.ODD.values()], ids=list(files.ODD))
def test_odd_cohorts_give_a_sentence(text):
    assert figure(shown(text.encode()))


def test_without_ivig_the_study_is_planned_with_entered_numbers_only():
    test = shown(files.no_ivig().encode())
    assert "This cohort has no day on IVIG" in said(test)
    assert "Assumed, not from this cohort: " in said(test)
    assert test.number_input(key="study_plan_on_days").value == 240
