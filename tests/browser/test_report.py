"""A report that somebody opens years later: no server, no network, every figure there and alive."""

from __future__ import annotations

from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from ivig_core.cohort.read import read_cohort
from ivig_core.report.default import default_exhibits, make_report
from ivig_core.report.html.page import to_html
from ivig_core.samples import sample_file
from ivig_core.spec import AnalysisSpec
from ivig_core.study.results import results
from ivig_core.study.study import Study
from tests.browser import axe
from tests.browser.boxes import texts_in_figures
from tests.browser.test_accessibility import serious
from tests.browser.visits import SIZE
from tests.core.report.reports import DAY

pytestmark = pytest.mark.browser
DRAWN = """() => [...document.querySelectorAll('.plot')].every((plot) => plot.querySelector('.gtitle'))"""
POINT = """() => {
  const place = document.querySelector('.plot');
  const {xaxis, yaxis} = place._fullLayout, {left, top} = place.getBoundingClientRect();
  const trace = place._fullData.find((trace) => trace.hoverinfo !== 'skip' && trace.x && trace.x.length);
  return [left + xaxis._offset + xaxis.d2p(trace.x[0]), top + yaxis._offset + yaxis.d2p(trace.y[0])];
}"""
WIDER = """() => [...document.querySelectorAll('.main-svg, table, pre, h1, p')]
  .filter((one) => one.getBoundingClientRect().right > document.documentElement.clientWidth + 1).length"""
INTRUSION = """async () => {
  document.body.insertAdjacentHTML('beforeend',
    '<img id=tried src="https://x.example/a.png" onerror="window.ran = 1">' +
    '<style>@import "https://x.example/b.css";</style>');
  await fetch('https://x.example/c').catch(() => {});
}"""
PAPER = 703
"""A4 between its margins, in px."""


@pytest.fixture(scope="module")
def page(browser, tmp_path_factory) -> Page:
    study = Study(read_cohort(sample_file("bispecific")).checked())
    made = results(study, AnalysisSpec())
    report = make_report(made, day=DAY, exhibits=default_exhibits(made, presentation=False))
    file = tmp_path_factory.mktemp("report") / "report.html"
    file.write_bytes(to_html(replace(report, synthetic=True)))
    context = browser.new_context(viewport=SIZE, offline=True)
    opened = context.new_page()
    opened.asked, opened.said, opened.failed = [], [], {}
    opened.on("request", lambda request: opened.asked.append(request.url))
    opened.on("requestfailed", lambda request: opened.failed.update({request.url: request.failure}))
    opened.on("console", lambda message: opened.said.append(message.text))
    opened.on("pageerror", lambda error: opened.said.append(str(error)))
    opened.goto(file.as_uri())
    yield opened
    context.close()


def test_everything_is_there_without_a_network_and_figures_answer(page):
    page.wait_for_function(DRAWN)
    assert page.locator(".plot").count() >= 4
    assert texts_in_figures(page) == []
    page.locator(".plot").first.scroll_into_view_if_needed()
    page.mouse.move(*page.evaluate(POINT))
    expect(page.locator(".hoverlayer .hovertext").first).to_be_visible()
    assert page.asked == [page.url]
    assert page.said == []


def test_no_serious_fault_that_axe_knows_of(page):
    page.wait_for_function(DRAWN)
    assert serious(page, axe.axe_source()) == []


def test_what_tries_to_ask_for_something_is_refused(page):
    """The policy, not luck: what a slip in escaping could bring in does not run and fetches nothing."""
    page.evaluate(INTRUSION)
    expect(page.locator("#tried")).to_be_attached()
    assert page.evaluate("window.ran") is None
    tried = {url: why for url, why in page.failed.items() if "x.example" in url}
    assert len(tried) >= 2
    assert set(tried.values()) == {"csp"}
    assert sum("Content Security Policy" in text for text in page.said) >= 3


def test_on_paper_nothing_is_wider_than_the_sheet(page):
    page.emulate_media(media="print")
    page.set_viewport_size({"width": PAPER, "height": 1000})
    assert page.evaluate(WIDER) == 0
    page.emulate_media(media="screen")
    page.set_viewport_size(SIZE)
