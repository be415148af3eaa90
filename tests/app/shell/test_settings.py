"""One spec behind every widget, on every page and in the address."""

from __future__ import annotations

import pytest

from ivig_core.spec import SETTINGS, AnalysisSpec
from ivig_core.spec.words import WORDS, chip, help_line
from pages.shell.sidebar import MORE, VISIBLE
from tests.app import files
from tests.app.conftest import PAGES

ON_SURVIVAL_PAGE = {"survival_event", "survival_group", "landmark_day", "rmst_days"}


def test_every_setting_has_a_label_help_and_a_place():
    placed = {*VISIBLE, *(name for _, names in MORE for name in names), *ON_SURVIVAL_PAGE, "where"}
    assert placed == set(SETTINGS) == set(WORDS)
    for name in SETTINGS:
        assert "Default: " in help_line(name)
        assert "Published studies: " in help_line(name)
        assert chip(AnalysisSpec(), name)


def test_settings_hold_on_every_page_and_in_the_address(start):
    app = start()
    app.test.number_input(key="setting_window_days").set_value(45).run()
    app.test.selectbox(key="setting_min_grade").select(3).run()
    for page in PAGES:
        app.page(page)
        assert app.spec == AnalysisSpec().change(window_days=45, min_grade=3)
        assert app.test.number_input(key="setting_window_days").value == 45
        assert dict(app.test.query_params) == {"window_days": "45", "min_grade": "3"}


def test_a_deep_link_sets_every_widget(start):
    app = start({"window_days": "21", "pathogens": "viral,fungal", "from_first_dose": "yes", "window_cuts": "7,14"})
    app.more_settings()
    assert app.test.number_input(key="setting_window_days").value == 21
    assert app.test.multiselect(key="setting_pathogens").value == ["viral", "fungal"]
    assert app.test.toggle(key="setting_from_first_dose").value is True
    assert app.test.text_input(key="setting_window_cuts").value == "7, 14"


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ({"window_days": "-5"}, "Days a dose counts = -5"),
        ({"min_grade": "seven"}, "Grade = seven"),
        ({"nonsense": "1"}, "a setting that does not exist: nonsense"),
        ({"where": "wardrobe=big"}, "does not fit this cohort"),
        ({"survival_group": "wardrobe"}, "This cohort has no column wardrobe"),
        ({"sample": "none_such"}, "There is no sample none_such"),
    ],
)
def test_a_bad_address_is_said_and_does_no_harm(start, query, told):
    app = start(query)
    assert told in app.said
    assert app.spec == AnalysisSpec()
    app.run()
    assert told in app.said, "stays until it is read"
    app.test.button(key="messages_read").click().run()
    assert told not in app.said


def test_a_bad_value_of_a_widget_leaves_the_settings_alone(start):
    app = start({"window_days": "45"}).more_settings()
    app.test.text_input(key="setting_window_cuts").input("7, banana").run()
    app.sound()
    assert app.spec == AnalysisSpec().change(window_days=45)
    assert "Split days on IVIG at was not changed" in app.said
    assert app.test.text_input(key="setting_window_cuts").value == ""


CHANGED = {
    "window_days": "45", "washout_days": "14", "from_first_dose": "yes", "min_grade": "3", "pathogens": "viral,fungal",
    "adjust_for": "phase,season", "survival_group": "iss", "landmark_day": "60", "where": "iss=II|III; age>=65",
}  # fmt: skip
CHIPS = [
    "Window 45 days", "Washout 14 days", "Only from the first dose on", "Grade 3 or higher", "Viral, fungal",
    "Adjusted for disease phase, season", "Compared: ISS stage", "Groups fixed at day 60",
    "ISS stage is II or III and Age ≥ 65",
]  # fmt: skip


def test_chips_read_as_words_on_every_page(start):
    app = start(CHANGED)
    for page in PAGES:
        chips = app.page(page).test.pills(key="changed_settings").options
        assert [text.removesuffix(" ✕") for text in chips] == CHIPS, page


def test_chips_undo_one_setting_and_reset_undoes_all(start):
    app = start({"window_days": "45", "min_grade": "3", "hospitalized": "yes"})
    chips = app.test.pills(key="changed_settings")
    assert list(chips.options) == ["Window 45 days ✕", "Grade 3 or higher ✕", "Admitted ✕"]
    chips.set_value("window_days").run()
    app.sound()
    assert app.spec.changed == ("min_grade", "hospitalized")
    app.test.button(key="reset_all").click().run()
    assert app.sound().spec == AnalysisSpec()
    assert not dict(app.test.query_params)


def test_filter_of_patients_by_value_and_by_number(start):
    app = start()
    app.test.selectbox(key="filter_column").select("sex").run()
    app.test.multiselect(key="filter_values_sex").select("female").run()
    next(item for item in app.test.button if item.label == "Add").click().run()
    app.sound()
    app.test.selectbox(key="filter_column").select("age").run()
    app.test.number_input(key="filter_number_age").set_value(65.0).run()
    next(item for item in app.test.button if item.label == "Add").click().run()
    app.sound()
    assert app.spec == AnalysisSpec().change(where="sex=female; age>=65")
    assert app.test.query_params["where"] == "sex=female; age>=65"


def test_filters_on_own_columns_stay_out_of_the_address(start):
    app = start().upload(files.ordinary())
    app.test.selectbox(key="filter_column").select("ward").run()
    app.test.multiselect(key="filter_values_ward").select("north wing").run()
    next(item for item in app.test.button if item.label == "Add").click().run()
    app.sound()
    assert app.spec == AnalysisSpec().change(where="ward=north wing")
    assert not dict(app.test.query_params)


def test_what_a_hospital_writes_stays_out_of_the_address(start):
    columns = (*files.COLUMNS, "index_therapy")
    rows = [
        *files.people(12, index_therapy="Dara of Dr. Smith"),
        *files.doses(12, (100, 130)),
        *files.infections(12, (20, 110)),
    ]
    app = start().upload(files.text(rows, columns))
    app.test.session_state["spec"] = AnalysisSpec().change(where="index_therapy=Dara of Dr. Smith; sex=female")
    app.run()
    assert app.test.query_params["where"] == "sex=female"
    assert "Smith" not in str(dict(app.test.query_params))
    assert len(app.spec.selection.where) == 2


def test_a_filter_that_the_next_cohort_lacks_is_dropped_aloud(start):
    app = start().upload(files.ordinary())
    app.test.session_state["spec"] = AnalysisSpec().change(where="ward=north wing", window_days=40)
    app.run()
    key = next(key for key in app.test.session_state["shelf"] if key.startswith("sample:"))
    app.test.selectbox(key="cohort_choice").select(key).run()
    app.sound()
    assert "The filter ward is north wing does not fit this cohort" in app.said
    assert app.spec == AnalysisSpec().change(window_days=40)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"self": "1"}, "a setting that does not exist"),
        ({"within": "igg:<" + "9" * 5_000}, "is not allowed"),
        ({"where": ";".join(f"age>={n}" for n in range(500))}, "is not allowed"),
        ({"window_cuts": ",".join(map(str, range(1, 1_000)))}, "is not allowed"),
        ({"where": ";".join(f"age>={n}" for n in range(5_000))}, "The address is too long"),
        ({"x" * 20_000: "1"}, "The address is too long"),
    ],
    ids=["self", "digits", "filters", "cuts", "5 000 filters", "a long name"],
)
def test_an_address_with_too_much_is_answered_with_a_sentence(start, query, said):
    app = start(query)
    assert said in app.said
    assert app.spec == AnalysisSpec()
    assert app.metrics["Patients"] == "143"
    assert max(len(item.value) for item in app.test.warning) < 1_000
