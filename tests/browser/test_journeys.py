"""What a person does, in Chromium."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from ivig_core.cohort.read import read_cohort
from ivig_core.figures.words import estimate, rate
from ivig_core.spec import AnalysisSpec
from ivig_core.study.rates.by_period import incidence_rates
from ivig_core.study.rates.forest import forest
from ivig_core.study.study import Study
from tests.app import files
from tests.browser.conftest import ROOT, Visit

pytestmark = pytest.mark.browser
SIM43 = (ROOT / "tests" / "reference" / "sim43.csv").read_text(encoding="utf-8")
TITLES = (
    "Overview", "Patients", "Infection rates", "Infection-free survival", "Who was given IVIG",
    "What if", "Can we trust it?", "Published evidence", "Hospitals", "Slides", "Data",
)  # fmt: skip
WITHOUT_FIGURE = ("Who was given IVIG", "Hospitals", "Slides", "Data")
"""Pages that show no figure before one is asked for."""
RATES = re.compile("infections per patient-year on IVIG")


def test_the_number_on_the_page_is_that_of_the_core(visit):
    person = visit().open().upload("sim43.csv", SIM43).go("Overview")
    study, spec = Study(read_cohort(SIM43.encode()).cohort), AnalysisSpec()
    row = forest(study, spec, "overall").iloc[0]
    expect(person.main).to_contain_text(estimate(row["status"], row["irr"], row["ci_low"], row["ci_high"]))
    on = incidence_rates(study, spec).set_index("period").loc["on_ivig", "rate"]
    expect(person.metric("On IVIG")).to_have_text(rate(on))
    expect(person.page.get_by_text("SYNTHETIC")).to_have_count(0)


def test_settings_hold_from_page_to_page(visit):
    person = visit().open()
    window = person.page.get_by_test_id("stSidebar").get_by_label("Days a dose counts", exact=True)
    window.fill("45")
    window.press("Enter")
    expect(person.page).to_have_url(re.compile(r"window_days=45"))
    for title in TITLES:
        person.go(title)
        expect(window).to_have_value("45")
        expect(person.page).to_have_url(re.compile(r"window_days=45"))
        expect(person.page.get_by_role("radio", name="Window 45 days")).to_be_visible()
    # A page is one step back, and then the setting is undone: no press leads nowhere.
    for title in reversed(TITLES[:-1]):
        person.back()
        expect(
            person.page.get_by_test_id("stSidebarNav").get_by_role("link", name=title, exact=True)
        ).to_have_attribute("aria-current", "page")
        expect(window).to_have_value("45")
    person.back()
    expect(window).to_have_value("30")
    expect(person.page).not_to_have_url(re.compile("window_days"))
    person.page.go_forward()
    person.settled()
    expect(window).to_have_value("45")
    person.page.get_by_role("radio", name="Window 45 days").click()
    expect(window).to_have_value("30")
    expect(person.page).not_to_have_url(re.compile("window_days"))


WATCH = """() => {
  window.told = [];
  setInterval(() => {
    const links = [...document.querySelectorAll('[data-testid=stSidebarNavLink]')];
    const names = links.map((link) => link.innerText.trim()).join(', ');
    if (names !== (window.told.at(-1) || '')) window.told.push(names);
  }, 10);
}"""


def test_a_deep_link_opens_on_a_cold_server_and_file_names_are_never_shown(visit, start_server):
    person = visit(start_server(), own=True)
    person.page.add_init_script(f"({WATCH})()")
    person.open("/infection_rates?window_days=45&min_grade=3")
    assert person.page.evaluate("window.told") == [", ".join(TITLES)]
    expect(person.page.get_by_text("Page not found")).to_have_count(0)
    expect(person.main.get_by_role("heading", name=RATES).first).to_be_visible()
    sidebar = person.page.get_by_test_id("stSidebar")
    expect(sidebar.get_by_label("Days a dose counts", exact=True)).to_have_value("45")
    expect(person.page.get_by_role("radio", name="Grade 3 or higher")).to_be_visible()


def test_a_reload_keeps_settings_and_sample(visit):
    person = visit().open("/infection_rates?window_days=45")
    person.page.reload()
    person.settled()
    expect(person.page.get_by_role("radio", name="Window 45 days")).to_be_visible()
    expect(person.page).to_have_url(re.compile("/infection_rates.*window_days=45"))


def test_a_reload_keeps_the_own_cohort_for_this_window_alone(visit):
    person = visit(apart=True).open().upload("mine.csv", files.ordinary(11)).go("Overview")
    expect(person.metric("Patients")).to_have_text("11")
    person.page.reload()
    expect(person.metric("Patients")).to_have_text("11")
    (cookie,) = (item for item in person.page.context.cookies() if item["name"] == "ivig_browser")
    assert cookie["httpOnly"]
    assert cookie["value"] not in person.page.url
    # The key of the window is worth nothing in another browser, and another window of this one has its own.
    window = person.page.evaluate("sessionStorage.getItem('ivig_window')")
    other = visit(apart=True)
    other.page.add_init_script(f"sessionStorage.setItem('ivig_window', '{window}')")
    beside = Visit(person.page.context.new_page(), person.server)
    for stranger in (other, beside):
        expect(stranger.open().metric("Patients")).to_have_text("143")
    beside.page.close()
    # A server that knows nothing of the window says so, before any number.
    person.page.evaluate("sessionStorage.setItem('ivig_window', 'of another time')")
    person.page.reload()
    expect(person.main).to_contain_text("no longer in memory")
    expect(person.page.get_by_test_id("stMetric")).to_have_count(0)


def test_two_people_with_equal_file_names_never_meet(visit):
    one, two = visit().open(), visit(apart=True).open()
    one.upload("cohort.csv", files.ordinary(12).replace("P0", "ONE0")).go("Overview")
    two.upload("cohort.csv", files.ordinary(7).replace("P0", "TWO0")).go("Overview")
    expect(one.metric("Patients")).to_have_text("12")
    expect(two.metric("Patients")).to_have_text("7")
    for title in TITLES:
        for person, own, other in ((one, "ONE0", "TWO0"), (two, "TWO0", "ONE0")):
            content = person.go(title).page.content()
            assert other not in content
            assert own in content or title != "Patients"


def test_a_download_has_the_numbers_in_full(visit):
    person = visit().open().go("Infection rates")
    person.page.get_by_role("tab", name="Table of rates").click()
    with person.page.expect_download() as waiting:
        person.page.get_by_test_id("stDownloadButton").filter(visible=True).first.click()
    table = waiting.value.path().read_text(encoding="utf-8-sig")
    assert table.startswith(("period,", "model,"))
