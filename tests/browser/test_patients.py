"""From the lanes to one patient and back, in Chromium."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from ivig_core.cohort.read import read_cohort
from ivig_core.spec import AnalysisSpec
from ivig_core.study.patients.lane_order import order
from ivig_core.study.patients.lanes import PER_PAGE
from ivig_core.study.study import Study
from tests.browser.test_journeys import SIM43
from tests.browser.visits import SIZE

pytestmark = pytest.mark.browser

PLACES = """name => {
  const graph = [...document.querySelectorAll('.js-plotly-plot')].find(item => item.layout?.meta?.name === 'swimmer');
  const {xaxis, yaxis} = graph._fullLayout, box = graph.getBoundingClientRect();
  const lanes = graph.calcdata.find(points => points[0].trace.name === 'lanes');
  const found = lanes.find(point => lanes[0].trace.customdata[point.i][1] === name);
  return [box.left + xaxis._offset + xaxis.d2p(found.x), box.top + yaxis._offset + yaxis.d2p(found.y)];
}"""
MAIN = "document.querySelector('[data-testid=stMain]')"


def _ids(**options) -> list[str]:
    study = Study(read_cohort(SIM43.encode()).cohort)
    return study.full.patients["patient_id"].iloc[order(study, AnalysisSpec(), **options)].tolist()


def _drawn(person, name: str) -> None:
    """A figure of this name is on the page and has been drawn."""
    person.page.wait_for_function(
        "name => [...document.querySelectorAll('.js-plotly-plot')]"
        ".some(item => item.layout?.meta?.name === name && item.calcdata)",
        arg=name,
    )


def _click_lane(person, name: str) -> None:
    _drawn(person, "swimmer")
    page = person.page
    _, y = page.evaluate(PLACES, name)
    low = page.viewport_size["height"] - 30
    if y > low:
        page.evaluate(f"by => {MAIN}.scrollBy(0, by)", y - low / 2)
    place = page.evaluate(PLACES, name)
    page.mouse.move(*place)
    # The lane answers once the figure is drawn: it names the patient under the mouse.
    expect(page.locator(".hoverlayer")).to_contain_text(name)
    page.mouse.click(*place)
    expect(page).to_have_url(re.compile("/patient(\\?|$)"))
    person.settled()


@pytest.fixture(scope="module")
def uploaded(stay):
    return stay().open().upload("sim43.csv", SIM43)


@pytest.fixture
def lanes(uploaded):
    """The page of the lanes, at a desk, in the session of the tests before."""
    uploaded.page.set_viewport_size(SIZE)
    return uploaded.go("Patients")


@pytest.mark.parametrize("place", [2, 42])
def test_a_click_on_a_lane_opens_that_patient_at_the_top(lanes, place):
    person, name = lanes, _ids()[place]
    person.page.set_viewport_size({"width": 1280, "height": 720})
    _click_lane(person, name)
    page = person.page
    expect(page.get_by_role("heading", name=f"Patient {name}", exact=True)).to_be_in_viewport()
    expect(page.get_by_text(f"{place + 1} of 43 · IVIG first, then longest")).to_be_in_viewport()
    _drawn(person, "timeline")
    assert page.evaluate(f"{MAIN}.scrollTop") == 0
    detail = page.evaluate("document.querySelector('.js-plotly-plot').layout.meta.detail")
    assert detail.startswith(f"{name};")
    assert name not in page.url
    page.go_back()
    person.settled()
    expect(page.get_by_role("heading", name=re.compile("of 43 patients had an infection")).first).to_be_visible()


def test_the_lanes_turn_to_the_page_of_the_open_patient(visit):
    person = visit().open("/patients?sample=known_truth")
    _drawn(person, "swimmer")
    page = person.page
    page.get_by_role("spinbutton", name="Page, of 3").fill("2")
    page.get_by_role("spinbutton", name="Page, of 3").press("Enter")
    person.settled()
    # A function, not an expression: the page's policy forbids to evaluate text.
    page.wait_for_function(
        "() => document.querySelector('.js-plotly-plot')?.layout?.meta?.detail?.includes('page 2 of 3')"
    )
    name = page.evaluate("document.querySelector('.js-plotly-plot').layout.yaxis.ticktext[0]")
    _click_lane(person, name)
    expect(page.get_by_text(f"{PER_PAGE + 1} of 120")).to_be_visible()
    page.get_by_role("button", name="Previous").click()
    expect(page.get_by_text(f"{PER_PAGE} of 120")).to_be_visible()
    page.get_by_role("button", name="All patients").click()
    person.settled()
    expect(page.get_by_role("spinbutton", name="Page, of 3")).to_have_value("1")


def test_without_a_mouse_a_patient_is_chosen_by_id(lanes):
    person, name = lanes, _ids()[7]
    box = person.page.get_by_role("combobox", name="Open one, or click a lane")
    box.focus()
    box.fill(name)
    box.press("Enter")
    expect(person.page.get_by_role("heading", name=f"Patient {name}", exact=True)).to_be_visible()


def test_forty_three_lanes_are_on_the_first_screen(lanes):
    person = lanes
    _drawn(person, "swimmer")
    person.settled()
    _, y = person.page.evaluate(PLACES, _ids()[-1])
    assert y < 900 - 60


def test_zooming_one_track_zooms_all(lanes):
    person = lanes
    _click_lane(person, _ids()[0])
    _drawn(person, "timeline")
    page = person.page
    box, axis = page.evaluate(
        "() => {const g = document.querySelector('.js-plotly-plot'), l = g._fullLayout, b = g.getBoundingClientRect();"
        "return [[b.left + l.xaxis._offset, b.top + l.yaxis3._offset + l.yaxis3._length / 2, l.xaxis._length],"
        " l.xaxis.range.slice()]}"
    )
    before = page.evaluate("document.querySelector('.js-plotly-plot')._fullLayout.yaxis4.range.slice()")
    left, middle, length = box
    page.mouse.move(left + 0.2 * length, middle - 20)
    page.mouse.down()
    page.mouse.move(left + 0.6 * length, middle - 20, steps=8)
    page.mouse.up()
    page.wait_for_function(
        "first => document.querySelector('.js-plotly-plot')._fullLayout.xaxis.range[0] > first", arg=axis[0] + 0.01
    )
    graph = "document.querySelector('.js-plotly-plot')._fullLayout"
    assert page.evaluate(f"{graph}._subplots.xaxis") == ["x"]
    assert page.evaluate(f"{graph}.yaxis4.range.slice()") == before


def test_next_follows_the_lanes_and_back_leads_to_the_lane(lanes):
    person, ids = lanes, _ids(sort="infections")
    page = person.page
    page.get_by_role("combobox", name="Order").click()
    page.get_by_role("option", name="Most infections first").click()
    person.settled()
    page.wait_for_function(
        "name => document.querySelector('.js-plotly-plot').layout.yaxis.ticktext[0] === name", arg=ids[0]
    )
    _click_lane(person, ids[0])
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_role("heading", name=f"Patient {ids[1]}", exact=True)).to_be_visible()
    page.get_by_role("button", name="Previous").click()
    expect(page.get_by_role("heading", name=f"Patient {ids[0]}", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Previous")).to_be_disabled()
    page.get_by_role("button", name="All patients").click()
    expect(page).to_have_url(re.compile("/patients"))
    person.settled()
    expect(page.get_by_role("combobox", name="Order")).to_have_value("Most infections first")
    _drawn(person, "swimmer")
    ticks = page.evaluate("document.querySelector('.js-plotly-plot').layout.yaxis.ticktext")
    assert [tick for tick in ticks if tick.startswith("<b>")] == [f"<b>{ids[0]}</b>"]
