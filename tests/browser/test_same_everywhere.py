"""What is chosen once holds on every page, and an address leads back to it."""

from __future__ import annotations

import re
from functools import cache

import pytest
from playwright.sync_api import expect

from ivig_core.cohort.read import read_cohort
from ivig_core.figures.survival.words import detail
from ivig_core.figures.words import rate
from ivig_core.spec import AnalysisSpec
from ivig_core.study.rates.by_period import incidence_rates
from ivig_core.study.study import Study
from ivig_core.study.survival.tables import survival
from tests.app import files
from tests.browser.conftest import ROOT
from tests.browser.test_journeys import TITLES, WITHOUT_FIGURE

pytestmark = pytest.mark.browser


@cache
def _study(sample: str) -> Study:
    return Study(read_cohort(ROOT / "sample_data" / f"{sample}.csv").cohort)


def test_patients_with_an_igg_myeloma_and_every_page_follows(visit):
    person = visit().open("/?sample=crossover_2021")
    person.page.get_by_role("button", name="Patients: all").click()
    person.choose("Only patients with", "Heavy chain")
    person.choose("is any of", "IgG")
    person.page.keyboard.press("Escape")
    person.page.get_by_role("button", name="Add", exact=True).click()
    person.settled()
    person.page.keyboard.press("Escape")

    study, spec = _study("crossover_2021"), AnalysisSpec().change(where="heavy_chain=IgG")
    patients, everybody = len(study.cohort(spec)), len(study.full)
    assert 10 < patients < everybody
    expect(person.metric("Patients")).to_have_text(str(patients))
    person.go("Patients")
    expect(person.main).to_contain_text(f"{patients} patients")
    person.go("Infection rates")
    before, on = (
        incidence_rates(study, item).set_index("period").loc["on_ivig", "rate"] for item in (AnalysisSpec(), spec)
    )
    assert rate(before) != rate(on)
    expect(person.metric("On IVIG")).to_have_text(rate(on))
    person.go("Infection-free survival")
    expect(person.main).to_contain_text(detail(survival(study, spec)))
    person.go("Data")
    expect(person.main).to_contain_text("patients with heavy chain = IgG")
    expect(person.page).to_have_url(re.compile("where=heavy_chain"))


def test_an_address_shows_the_same_to_somebody_else(visit):
    one = visit().open("/infection_free_survival?sample=bispecific")
    one.choose("Grade", "Grade 3")
    slider = one.page.get_by_role("slider", name="Groups fixed at day")
    slider.focus()
    slider.press("ArrowRight")
    expect(one.page).to_have_url(re.compile("landmark_day=31"))
    address = one.page.url.removeprefix(one.server.url)
    two = visit(apart=True).open(address)
    for title in ("Infection-free survival", *TITLES):
        for person in (one, two):
            person.go(title)
        # What stands on the page comes in pieces, also after the script has ended.
        for _ in range(50):
            shown = two.main.inner_text(), one.main.inner_text()
            if shown[0] == shown[1]:
                break
            two.page.wait_for_timeout(200)
        assert shown[0] == shown[1]
        assert two.page.url == one.page.url
        assert "bispecific" in two.page.url


def test_five_thousand_patients_are_drawn_and_nothing_freezes(visit):
    person = visit().open().upload("many.csv", files.many(5000))
    for title in TITLES:
        person.go(title)
        if title not in WITHOUT_FIGURE:
            person.drawn()
        # A page that the browser is still busy with answers late.
        waited = person.page.evaluate("() => new Promise((done) => { const start = performance.now();"
                                      "requestAnimationFrame(() => done(performance.now() - start)); })")  # fmt: skip
        assert waited < 1000, title
        expect(person.main.get_by_text("Sorry")).to_have_count(0)
        person.page.get_by_test_id("stSidebar").get_by_role("button", name="Patients: all").click()
        expect(person.page.get_by_role("combobox", name="Only patients with")).to_be_visible()
        person.page.keyboard.press("Escape")
    person.go("Infection-free survival")
    slider = person.page.get_by_role("slider", name="Groups fixed at day")
    slider.focus()
    slider.press("End")
    expect(person.main).to_contain_text("Landmark day 180")
