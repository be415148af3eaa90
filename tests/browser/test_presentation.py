"""Presentation mode on a projector: large type, no sidebar, nothing cut, one button back."""

from __future__ import annotations

import html
import re
import shutil
import subprocess

import pytest
from playwright.sync_api import Page, expect

from tests.browser.boxes import elements, texts_in_figures
from tests.browser.contrast import texts
from tests.browser.test_journeys import RATES, TITLES
from tests.browser.test_layout import SIZES

pytestmark = pytest.mark.browser
SMALLEST = 17.9
MILLIMETRE = 72 / 25.4
"""In points."""
WRITTEN = """() => [...document.querySelectorAll('.main-svg :is(text, tspan)')].filter((one) => !one.children.length)
  .map((one) => one.textContent.trim())"""


def settled(page: Page) -> Page:
    expect(page.get_by_role("button", name="Leave presentation")).to_be_visible()
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
    expect(page.locator("[data-stale=true]")).to_have_count(0)
    page.wait_for_function(
        "() => [...document.querySelectorAll('[data-testid=stPlotlyChart]')].every((at) => at.querySelector('.gtitle'))"
    )
    return page


def test_every_page_is_large_and_whole(visit):
    person, wrong = visit(), {}
    page = person.page
    page.goto(f"{person.server.url}/?present=1&window_days=45&sample=daratumumab")
    for title in TITLES:
        page.get_by_role("link", name=title, exact=True).click()
        settled(page)
        expect(page.get_by_test_id("stSidebar")).to_have_count(0)
        expect(page.get_by_text("Changed settings: Window 45 days")).to_be_visible()
        expect(page).to_have_url(re.compile("present=1"))
        for size in SIZES:
            person.resized(*size)
            small = [f"{item['text']} {item['size']}" for item in texts(page) if item["size"] < SMALLEST]
            wrong[title, size] = [*texts_in_figures(page), *elements(page), *small]
    assert not any(wrong.values()), {at: found for at, found in wrong.items() if found}


def test_the_answer_is_on_the_first_screen_of_a_projector(visit):
    person = visit()
    page = person.page
    page.set_viewport_size({"width": 1280, "height": 720})
    page.goto(f"{person.server.url}/?present=1")
    settled(page)
    last = page.get_by_test_id("stMetricValue").last.bounding_box()
    assert last["y"] + last["height"] < 720


def test_in_and_out_and_a_reload_stays_in(visit):
    person = visit().open("/infection_rates?min_grade=3")
    person.page.get_by_role("button", name="Present", exact=True).click()
    page = settled(person.page)
    expect(page).to_have_url(re.compile(r"/infection_rates\?.*present=1"))
    page.reload()
    settled(page)
    expect(page.get_by_role("heading", name=RATES).first).to_be_visible()
    expect(page.get_by_text("Changed settings: Grade 3 or higher")).to_be_visible()
    page.get_by_role("button", name="Leave presentation").click()
    person.settled()
    expect(page).not_to_have_url(re.compile("present"))
    expect(page.get_by_role("radio", name="Grade 3 or higher")).to_be_visible()


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="NO PDFTOTEXT: paper was not read. Install poppler-utils.")
def test_paper_has_the_page_without_its_frame_and_nothing_beyond_its_edge(visit, tmp_path):
    """As Ctrl+P prints it: figures keep the size of the window, and rules of the style sheet make them fit."""
    page = visit().open("/can_we_trust_it?sample=daratumumab&window_days=45").drawn().page
    page.get_by_text("The steps", exact=True).click()
    page.get_by_test_id("stTable").get_by_text("Of them").first.wait_for(state="attached")
    drawn = page.evaluate(WRITTEN)
    page.pdf(path=tmp_path / "page.pdf", format="A4", margin=dict.fromkeys(("top", "right", "bottom", "left"), "12mm"))
    command = ["pdftotext", "-bbox", tmp_path / "page.pdf", "-"]
    read = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    words = re.findall(r'<word xMin="([\d.-]+)" .*?xMax="([\d.-]+)" .*?>(.*?)</word>', read)
    said = html.unescape(" ".join(word for _, _, word in words))

    assert {text for text in drawn if text and text.split()[0] not in said} == set()
    assert min(float(left) for left, _, _ in words) >= 12 * MILLIMETRE - 1
    assert max(float(right) for _, right, _ in words) <= (210 - 12) * MILLIMETRE + 1
    assert "day 45 after it; compared within patients. Printed" in said
    assert "Of them, with days in more than one state" in said
    for pressed in ("Infection rates", "Days a dose counts", "Download CSV", "Present"):
        assert pressed not in said
