"""The page of one patient: opening, going on to the next, the numbers, patients like this one."""

from __future__ import annotations

import json

import pytest

from ivig_core.cohort.read import read_cohort
from ivig_core.spec import AnalysisSpec
from ivig_core.study.patients.lane_order import order
from ivig_core.study.study import Study
from tests.app import files
from tests.app.conftest import App

LANES, PATIENT = "pages/2_patients.py", "pages/2_patient.py"


def button(app: App, label: str):
    return next(item for item in app.test.button if item.label == label)


def _choice(app: App):
    """The list of patients; its key names the open one."""
    return next(item for item in app.test.selectbox if item.label == "Patient")


def shown(app: App) -> str:
    """Id of the patient whose page it is."""
    return app.test.title[0].value.replace("\\", "").removeprefix("Patient ")


def records(app: App) -> None:
    """Open the tab with all records: what is in a closed tab is not made."""
    app.test.session_state["patient_below"] = "Everything recorded"
    app.test.run()


def figure(app: App) -> dict:
    (drawn,) = [json.loads(item.proto.spec) for item in app.test.get("plotly_chart")]
    return drawn["layout"]["meta"]


def ids(text: str, **options) -> list[str]:
    study = Study(read_cohort(text.encode()).cohort)
    return study.full.patients["patient_id"].iloc[order(study, AnalysisSpec(), **options)].tolist()


def test_the_page_opens_with_the_first_lane_and_goes_on_in_the_order_of_the_lanes(start):
    text = files.ordinary()
    app = start().upload(text, "mine.csv").page(LANES)
    app.test.selectbox(key="lanes_sort").select("first_infection").run()
    app.test.selectbox(key="lanes_group").select("sex").run()
    expected = ids(text, sort="first_infection", group="sex")
    app.page(PATIENT)
    assert shown(app) == expected[0]
    assert f"1 of {len(expected)} · earliest infection first, grouped" in app.said
    assert button(app, "Previous").disabled
    for name in expected[1:]:
        button(app, "Next").click().run()
        assert shown(app.sound()) == name
        assert figure(app)["detail"].startswith(f"{name};")
    assert button(app, "Next").disabled
    button(app, "Previous").click().run()
    assert shown(app.sound()) == expected[-2]


def test_a_search_narrows_the_order_and_another_patient_can_still_be_chosen(start):
    text = files.ordinary()
    app = start().upload(text, "mine.csv").page(LANES)
    app.test.text_input(key="lanes_search").input("P01").run()
    app.page(PATIENT)
    assert "1 of 2 with “P01” in the id" in app.said
    _choice(app).select("P003").run()
    assert shown(app.sound()) == "P003"
    assert "not among the 2 lanes with “P01” in the id" in app.said
    button(app, "Next").click().run()
    assert shown(app.sound()) == ids(text, search="P01")[0]


def test_numbers_before_on_and_off(start):
    app = start().upload(files.text([
        files.person("P000"), *files.doses(1, (100, 130)), *files.infections(1, (20, 80, 110, 300)),
    ]), "mine.csv").page(PATIENT)  # fmt: skip
    assert app.metrics == {
        "Before the first dose": "2", "On IVIG": "1", "Off IVIG since then": "1", "Since the last dose": "270 days",
    }  # fmt: skip
    below = [item.delta for item in app.test.metric]
    assert below[1].replace("\u2060", "") == "infection in 2.0 mo · 5.99/yr"
    assert figure(app)["finding"] == "3 infections in 11.2 months off IVIG, 1 in 2.0 months on"


def test_settings_change_the_patient_too(start):
    app = start({"min_grade": "3"}).upload(files.one_patient(), "mine.csv").page(PATIENT)
    assert app.metrics["On IVIG"] == "0"
    assert figure(app)["finding"].startswith("No infection in")


def test_a_patient_who_never_had_ivig(start):
    app = start().upload(files.no_ivig(), "mine.csv").page(PATIENT)
    assert app.metrics == {"Never had IVIG": "3", "Last dose": "none", "Followed": "13.2 months"}


def test_too_few_patients_like_this_one_and_enough_of_them(start):
    app = start().upload(files.ordinary(12), "few.csv").page(PATIENT)
    assert "Too few to compare" in app.said
    assert "Rate ratio" not in app.metrics
    app = start().upload(files.ordinary(60), "many.csv").page(PATIENT)
    assert "Too few to compare" in app.said or "Rate ratio" in app.metrics
    for box in app.test.checkbox:
        box.uncheck()
    app.run()
    assert "60 patients, this one included; 60 had IVIG. 240 infections, 240 of them in those who had IVIG." in app.said
    assert "Rate ratio" in app.metrics
    assert "Association, not proof" in app.said


def test_a_tick_that_was_taken_away_stays_away_with_the_next_patient(start):
    app = start().upload(files.ordinary(12), "few.csv").page(PATIENT)
    app.test.checkbox(key="alike_in_age").uncheck().run()
    button(app, "Next").click().run()
    assert app.sound().test.checkbox(key="alike_in_age").value is False


def test_everything_recorded_is_listed_with_days_since_the_last_dose(start):
    app = start().upload(files.ordinary(), "mine.csv").page(PATIENT)
    _choice(app).select("P003").run()
    records(app)
    assert "Followed for 401 days." in app.sound().said
    tables = [table.value for table in app.test.dataframe]
    assert any("north wing" in table.astype(str).to_numpy() for table in tables)
    (infections,) = [table for table in tables if "Days since the last dose" in table]
    assert infections["Days since the last dose"].tolist()[2:] == [13, 93]
    assert "Not counted" not in infections


def test_infections_that_do_not_count_say_why(start):
    app = start({"min_grade": "2"}).upload(files.ordinary(), "mine.csv").page(PATIENT)
    _choice(app).select("P000").run()
    records(app)
    (infections,) = [table.value for table in app.sound().test.dataframe if "Not counted" in table.value]
    assert set(infections["Not counted"]) == {"not of the kind that counts"}


@pytest.mark.parametrize("log", [True, False])
def test_the_scale_of_igg_can_be_changed(start, log):
    app = start().upload(files.ordinary(), "mine.csv").page(PATIENT)
    if not log:
        app.test.toggle(key="igg_log_scale").set_value(False).run()
    (drawn,) = [json.loads(item.proto.spec) for item in app.sound().test.get("plotly_chart")]
    beside = next(note["text"] for note in drawn["layout"]["annotations"] if note["text"].startswith("<b>IgG"))
    assert ("log scale" in beside) is log


def test_a_part_that_fails_leaves_the_timeline(start, monkeypatch):
    def broken(*_):
        raise ValueError("P003")

    monkeypatch.setattr("pages.patients.alike.likenesses", broken)
    app = start().upload(files.ordinary(), "mine.csv")
    app.test.switch_page(PATIENT).run()
    assert [item.value for item in app.test.error if "patients like this one could not be shown" in item.value]
    assert "P003" not in app.test.error[0].value
    assert figure(app)["name"] == "timeline"


def test_another_cohort_has_its_own_patients(start):
    app = start().upload(files.ordinary(), "mine.csv").page(PATIENT)
    _choice(app).select("P003").run()
    app.upload(files.no_ivig().replace("P00", "Q00"), "other.csv").page(PATIENT)
    assert shown(app) == "Q000"


def test_a_filter_that_leaves_the_open_patient_out_opens_another(start):
    app = start({"where": "age>=75"}).upload(files.ordinary(), "mine.csv").page(PATIENT)
    study = Study(read_cohort(files.ordinary().encode()).cohort)
    chosen = study.cohort(AnalysisSpec().change(where="age>=75")).patients["patient_id"].tolist()
    assert shown(app) in chosen
    assert _choice(app).options == chosen
