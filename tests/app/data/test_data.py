"""The door for a user's file: what it is told, and that nothing is lost."""

from __future__ import annotations

import pandas as pd

from ivig_core.study.attrition import attrition
from ivig_core.study.given.baseline_table import baseline_table
from tests.app import files
from tests.app.conftest import SAMPLE_FILES


def _button(app, words):
    return next(item for item in app.test.button if words in item.label)


def test_upload_is_shown_on_every_page_and_the_raw_file_is_dropped(start):
    app = start().upload(files.ordinary(), "north.csv")
    assert "north.csv was loaded" in app.said
    state = app.test.session_state
    assert state["upload_attempt"].data is None
    # Taken from the shelf, the cohort is nowhere else in the session.
    assert state["upload_attempt"].intake.cohort is None
    assert "lines: 1 of the header" in app.said
    assert "rows became facts (12 patient" in app.said
    assert not app.test.file_uploader[0].value
    app.page("pages/1_overview.py")
    assert app.metrics["Patients"] == "12"
    assert app.metrics["Infections"] == "48"
    app.page("pages/2_patients.py")
    assert "12 patients · your file" in app.said


def test_a_failed_upload_leaves_cohort_and_settings(start):
    app = start({"window_days": "45"}).upload(files.ordinary(), "good.csv")
    before = app.test.session_state["current_cohort"]
    app.upload(files.ordinary().replace("infection", "infectoin"), "bad.csv")
    assert app.test.session_state["current_cohort"] == before
    assert app.spec.exposure.window_days == 45
    assert "bad.csv could not be loaded" in app.said
    assert "good is still shown" in app.said
    assert "48 errors" in app.said
    assert app.test.error[0].value.startswith(
        "- Rows 50, 51, 52, 53, 54 and 43 more, record: “infectoin” is not a kind of record"
    )
    assert "48 errors, first in row 50, column record (infectoin)" in app.said
    assert len(_listed(app)) == 48


def test_problems_are_listed_by_severity_kind_and_patient(start):
    wrong = files.ordinary(4).replace("P001,infection,", "P001,infection,day ").replace("P002,infection", "P002,xx")
    app = start().upload(wrong, "bad.csv")
    assert len(_listed(app)) == 8
    app.test.text_input(key="filter_patient_latest").input("p002").run()
    assert _listed(app.sound())["Patient"].tolist() == ["P002"] * 4
    app.test.text_input(key="filter_patient_latest").input("").run()
    kinds = app.test.multiselect(key="filter_kind_latest")
    assert sorted(kinds.options) == ["record kind", "unreadable date"]
    kinds.select("unreadable_date").run()
    assert _listed(app.sound())["Patient"].tolist() == ["P001"] * 4
    assert app.test.multiselect(key="filter_severity_latest").options == ["error"]


def _listed(app):
    """The problems, one row each."""
    return next(item.value for item in app.test.dataframe if "Severity" in item.value)


def test_one_click_opens_a_sample(start):
    app = start().page("pages/9_data.py")
    names = [path.stem for path in SAMPLE_FILES]
    assert {item.key for item in app.test.button if item.key.startswith("open_")} == {f"open_{name}" for name in names}
    for name in names:
        app.test.button(key=f"open_{name}").click().run()
        app.sound()
        assert app.test.session_state["current_cohort"] == f"sample:{name}.csv"
        assert app.test.button(key=f"open_{name}").disabled
        assert app.test.button(key=f"open_{name}").label == "Shown now"


def test_baseline_table_is_that_of_the_core(start):
    app = start({"sample": "daratumumab", "where": "age>=65"}).page("pages/5_who_was_given_ivig.py")
    held = app.test.session_state["shelf"][app.test.session_state["current_cohort"]]
    table = baseline_table(held.study, app.spec)
    age = table[table["variable"] == "age"].set_index("group").loc["ivig"]
    for spread, low, high in (("quartiles", "q1", "q3"), ("range", "low", "high")):
        app.test.segmented_control(key="spread").set_value(f"Median ({spread})").run()
        shown = next(item.value for item in app.sound().test.dataframe if "At the start" in item.value)
        assert shown.columns[2] == f"Had IVIG (n = {age['patients']})"
        cell = f"{age['median']:.3g} ({age[low]:.3g}–{age[high]:.3g})"
        assert shown.iloc[0, :3].tolist() == ["Age (years)", f"median ({spread})", cell]
        assert shown.iloc[0, 4] == f"{age['difference']:.2f}"
        # Every variable is named once, at its first line.
        named = shown["At the start"][shown["At the start"] != ""]
        assert named.is_unique
        assert len(named) == table["variable"].nunique()


def test_binary_and_empty_files_are_refused_in_words(start):
    app = start()
    for data in (b"", b"PK\x03\x04rubbish", b"\xff\xd8\xff\xe0", b"\x00\x01\x02\x03"):
        app.upload(data, "thing.csv")
        assert "thing.csv could not be loaded" in app.said
        assert app.test.error


def test_a_damaged_workbook_is_refused_and_another_shape_waits_for_its_meaning(start):
    app = start().upload(b"PK\x03\x04 xl/workbook.xml", "cohort.xlsx")
    assert "damaged or incomplete" in app.test.error[0].value
    rows = "\n".join(f"A{n},2022-01-01,2022-02-02,3,2022-03-03,2" for n in range(200))
    app.upload(f"title\nid,start,inf 1 date,inf 1 grade,inf 2 date,inf 2 grade\n{rows}", "wide.csv")
    assert "wide.csv is in a shape of its own (wide: 202 rows)" in app.said.replace("wide.csv: 202", "wide: 202")
    assert app.test.button(key="map_use").disabled


def test_identifiers_stop_the_upload_and_can_be_left_out(start):
    rows = [{**item, "first_name": "Ada"} for item in (*files.people(4), *files.infections(4, (20, 90)))]
    columns = (*files.COLUMNS, "first_name")
    app = start().upload(files.text(rows, columns), "named.csv")
    assert "first_name" in app.said
    assert "Ada" not in app.said
    assert "named.csv could not be loaded" in app.said
    _button(app, "Continue without").click().run()
    app.sound()
    assert "named.csv was loaded" in app.said
    assert "Left out: first_name" in app.said
    assert app.test.session_state["upload_attempt"].data is None


def test_both_orders_of_day_and_month_are_offered(start):
    text = "patient_id,record,start,end,grade\nA,patient,01/02/2020,03/04/2020,\nA,infection,05/02/2020,,3\n"
    for words, days in (("Day first", 63), ("Month first", 63 - 1)):
        app = start().upload(text, "dates.csv")
        _button(app, words).click().run()
        app.sound()
        held = app.test.session_state["shelf"][app.test.session_state["current_cohort"]]
        first, last = ("2020-02-01", "2020-04-03") if words == "Day first" else ("2020-01-02", "2020-03-04")
        assert held.cohort.days.tolist() == [(pd.Timestamp(last) - pd.Timestamp(first)).days + 1]
        assert days in (62, 63)


def test_separator_is_said(start):
    app = start().upload(files.text(files.people(3), separator=";"), "semi.csv")
    assert "semi.csv was loaded" in app.said
    assert app.test.session_state["upload_attempt"].intake.notes
    assert app.test.session_state["upload_attempt"].intake.notes[0] in app.said


def test_equal_names_are_told_apart_and_the_shelf_goes_back(start):
    app = start().upload(files.ordinary(), "same.csv").upload(files.one_patient(), "same.csv")
    names = [held.name for held in app.test.session_state["shelf"].values()]
    assert names[-2:] == ["same", "same (2)"]
    first = next(key for key, held in app.test.session_state["shelf"].items() if held.name == "same")
    app.test.selectbox(key="cohort_choice").select(first).run()
    app.sound().page("pages/1_overview.py")
    assert app.metrics["Patients"] == "12"


def test_only_the_latest_uploads_are_kept(start):
    app = start()
    for number in range(6):
        app.upload(files.one_patient(), f"file{number}.csv")
    kept = [held.name for held in app.test.session_state["shelf"].values() if not held.sample]
    assert kept == ["file2", "file3", "file4", "file5"]


def test_warnings_can_be_read_again_after_the_report_is_closed(start):
    app = start().upload(files.no_ivig(), "none.csv")
    app.test.button(key="discard_attempt").click().run()
    app.sound()
    assert "0 errors, 1 warning." in app.said
    assert "no IVIG dose lies in follow-up" in app.said


def test_forget_goes_back_to_the_sample(start):
    app = start().upload(files.one_patient(), "mine.csv")
    app.test.button(key="forget").click().run()
    app.sound()
    assert app.test.session_state["current_cohort"].startswith("sample:")
    assert not any(not held.sample for held in app.test.session_state["shelf"].values())


def test_attrition_is_that_of_the_core(start):
    app = start().page("pages/9_data.py")
    held = app.test.session_state["shelf"][app.test.session_state["current_cohort"]]
    steps = attrition(held.study, app.spec)
    shown = next(item.value for item in app.test.dataframe if "Step" in item.value)
    assert shown["Patients"].tolist() == steps["patients"].tolist()
    assert shown["Infections"].tolist() == steps["infections"].tolist()
