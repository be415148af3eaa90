"""Every page with cohorts that have nothing to estimate: no exception, and something true.

Every page with every sample is in `tests/app/walk`.
"""

from __future__ import annotations

import pytest

from ivig_core.spec import AnalysisSpec
from pages.shell.navigation import DETAIL, LOOK, QUESTION, USE
from tests.app import files
from tests.app.conftest import PAGES

TRUE_SENTENCES = {
    "one patient": "Only 1 patient has an infection and days both on and off IVIG",
    "no infections": "No infection counts under these settings",
    "no IVIG": "No patient has a day on IVIG under these settings",
    "all follow-up on IVIG": "Every day of the treated patients is on IVIG",
    "no infection on IVIG": "0 infections on and 18 off IVIG in treated patients",
    "one day": "Every day of the treated patients is on IVIG",
    "ordinary": "Only 12 patients have an infection and days both on and off IVIG",
}


NAMES = {f"pages/{file}": title for file, title, _ in LOOK}
"""Pages whose title is their finding, with what they are called in the navigation."""
ODD_TITLES = {
    "one patient": {"2_patients": "4 infections in one patient, who had IVIG", "5_who": "The one patient had IVIG"},
    "no infections": {
        "2_patients": "No infection counted in 6 patients; 4 had IVIG",
        "3_inf": "No infection counts under these settings",
        "5_who": "4 of 6 patients had IVIG",
    },
    "no IVIG": {
        "2_patients": "All 6 patients had an infection; no day on IVIG", "3_inf": "No day on IVIG in any patient; 2.73",
        "5_who": "None of 6 patients had IVIG",
    },
}  # fmt: skip
WITHOUT_A_RATIO = ("one patient", "no infections", "no IVIG")


def test_there_are_pages():
    assert len(PAGES) >= 5


def test_addresses_follow_from_file_names_and_differ_from_them():
    listed = {f"pages/{file}": address for file, _, address in (*LOOK, *DETAIL, *QUESTION, *USE)}
    assert set(listed) == set(PAGES)
    for path, address in listed.items():
        number, _, name = path.removeprefix("pages/").removesuffix(".py").partition("_")
        assert number.isdigit()
        assert address == name


@pytest.mark.parametrize("name", files.ODD)
def test_odd_cohorts_on_every_page(start, name):
    app = start().upload(files.ODD[name](), f"{name}.csv")
    assert app.test.session_state["current_cohort"].startswith("upload:")
    for page in PAGES:
        app.page(page)
        assert "SYNTHETIC" not in app.said or page == "pages/9_data.py"
        for number, title in ODD_TITLES.get(name, {}).items():
            assert not page.startswith(f"pages/{number}") or app.test.title[0].value.startswith(title), page
    assert TRUE_SENTENCES[name] in app.page("pages/1_overview.py").said
    if name in WITHOUT_A_RATIO:
        title = app.test.title[0].value
        assert "Fewer" not in title
        assert "More" not in title


def test_patients_own_facts_and_many_settings(start):
    query = {
        "min_grade": "3", "window_cuts": "7,14", "pre_exposure_days": "30", "adjust_for": "phase,season",
        "within": "phase:nonprogressive", "survival_group": "iss", "landmark_day": "60",
    }  # fmt: skip
    app = start(query)
    for page in PAGES:
        assert set(app.page(page).spec.changed) == set(query), page


def test_search_order_and_group_of_lanes(start):
    app = start().page("pages/2_patients.py")
    app.test.session_state["lanes_as_table"] = True
    app.test.text_input(key="lanes_search").input("00001").run()
    app.sound()
    shown = app.test.dataframe[0].value
    assert shown["Patient"].str.contains("00001").all()
    app.test.selectbox(key="lanes_group").select("ivig_by_landmark").run()
    app.test.selectbox(key="lanes_sort").select("infections").run()
    app.sound()
    numbers = app.test.dataframe[0].value
    inside = numbers.groupby("Group", sort=False)["Infections"].apply(lambda part: part.is_monotonic_decreasing)
    assert inside.all()


def test_survival_warns_of_immortal_time(start):
    app = start({"survival_group": "ivig_ever"}).page("pages/4_infection_free_survival.py")
    assert any(item.value.startswith("Immortal time") for item in app.test.warning)


def test_a_group_without_meaning_is_said_in_its_panel(start):
    app = start({"survival_group": "ivig_strategy"}).page("pages/4_infection_free_survival.py")
    assert any("empty by construction" in item.value for item in app.test.info)


def test_nobody_meets_the_filter(start):
    app = start({"where": "age>=120"})
    assert "No patient of this cohort meets the filters" in app.said
    for page, title in NAMES.items():
        assert app.page(page).test.title[0].value == title
    app.page("pages/1_overview.py")
    button = next(item for item in app.test.button if item.label == "Remove the filters on patients")
    button.click().run()
    assert app.sound().spec == AnalysisSpec()
