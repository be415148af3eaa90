"""At the sizes of a desk and of a projector: no text cut, nothing over anything else, the answer without scrolling."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.boxes import elements, texts_in_figures
from tests.browser.test_journeys import TITLES, WITHOUT_FIGURE

pytestmark = pytest.mark.browser
SIZES = ((1440, 900), (1280, 720))
NARROW = ((1024, 768), (853, 640), (720, 900))
"""A small screen, and what a zoom of 150 % leaves of a larger one."""
LOOK = tuple(title for title in TITLES if title not in WITHOUT_FIGURE)
VIEWS = {
    "infection_rates": ("What kind", "IgG levels", "Between doses", "By dose", "Over time"),
    "infection_free_survival": ("Death competing", "Four designs", "Early or late start", "Cox regression"),
}

COLUMNS = """() => {
  const middle = (element) => { const box = element.getBoundingClientRect(); return (box.left + box.right) / 2; };
  const plot = [...document.querySelectorAll('.js-plotly-plot')].find((plot) => plot.querySelector('.subplot.xy2'));
  const rows = [...plot.querySelectorAll('.subplot.xy2 .trace')].filter((row) => row.querySelector('text'));
  return {marks: [...plot.querySelectorAll('.xtick text')].map(middle),
          rows: rows.map((row) => [...row.querySelectorAll('text')].map(middle))};
}"""

NUMBERS = """() => {
  const plot = [...document.querySelectorAll('.js-plotly-plot')].find((plot) => plot.querySelector('.subplot.xy2'));
  const rows = [...plot.querySelectorAll('.subplot.xy2 .trace')].filter((row) => row.querySelector('text'));
  return rows.map((row) => [...row.querySelectorAll('text')].map((text) => {
    const box = text.getBoundingClientRect(); return [(box.left + box.right) / 2, (box.top + box.bottom) / 2]; }));
}"""


@pytest.mark.parametrize(
    ("sample", "desks", "narrow"),
    [("daratumumab", SIZES[:1], NARROW[:2]), ("bispecific", SIZES[1:], NARROW[2:])],
    ids=["daratumumab", "bispecific"],
)
def test_nothing_is_cut_and_nothing_overlaps(visit, sample, desks, narrow):
    """Each size with one of two samples of other words and numbers, the tightest of each kind with the longer words."""
    person, wrong = visit().open(f"/?sample={sample}"), {}
    for title in TITLES:
        page = (person.go(title).drawn() if title in LOOK else person.go(title)).page
        for size in desks:
            person.resized(*size)
            hidden = _hidden(page, size[1]) if title in LOOK else []
            wrong[title, size] = [*texts_in_figures(page), *elements(page), *hidden]
        for size in narrow:
            person.resized(*size)
            wrong[title, size] = [*texts_in_figures(page), *elements(page, in_sight=True)]
        person.resized(*SIZES[0])
    assert not any(wrong.values()), {at: found for at, found in wrong.items() if found}


@pytest.mark.parametrize("address", list(VIEWS))
def test_nothing_is_cut_in_any_view(visit, address):
    person, wrong = visit().open(f"/{address}?sample=bispecific").drawn(), {}
    page = person.page
    for name in VIEWS[address]:
        page.get_by_role("tab", name=name, exact=True).click()
        expect(page.get_by_role("tab", name=name, exact=True)).to_have_attribute("aria-selected", "true")
        expect(
            page.get_by_test_id("stMain").get_by_role("tabpanel").get_by_test_id("stPlotlyChart").first
        ).to_be_visible()
        person.settled().drawn()
        for size in (*SIZES, NARROW[1]):
            person.resized(*size)
            wrong[name, size] = [*texts_in_figures(page), *elements(page, in_sight=size in NARROW)]
        person.resized(*SIZES[0])
    assert not any(wrong.values()), {at: found for at, found in wrong.items() if found}


def _hidden(page, height: int) -> list[str]:
    """The finding of the first figure, where one has to scroll for it."""
    box = page.locator(".gtitle").first.bounding_box()
    return [] if box and box["y"] + box["height"] < height else ["the first finding is below the fold"]


@pytest.mark.parametrize("group", ["ivig_by_landmark", "iss"])
def test_numbers_at_risk_stand_under_the_marks_of_the_axis(visit, group, tmp_path):
    page = visit().open(f"/infection_free_survival?survival_group={group}").drawn().page
    found = page.evaluate(COLUMNS)
    assert len(found["marks"]) > 3
    assert len(found["rows"]) in (6, 9)
    for row in found["rows"]:
        assert row == pytest.approx(found["marks"], abs=1)
    if group == "ivig_by_landmark":
        _and_in_a_saved_picture(page, tmp_path)


def _and_in_a_saved_picture(page, tmp_path) -> None:
    plot = page.locator(".js-plotly-plot").first
    plot.hover()
    with page.expect_download() as waiting:
        plot.get_by_role("button", name="Download plot as a PNG").click()
    waiting.value.save_as(tmp_path / "saved.png")
    grey = np.asarray(Image.open(tmp_path / "saved.png").convert("L"))
    box, rows = plot.bounding_box(), page.evaluate(NUMBERS)
    assert grey.shape[1] / box["width"] == pytest.approx(2, abs=0.05)
    scale = grey.shape[1] / box["width"]
    assert len(rows) == 6
    for x, y in (place for row in rows for place in row):
        across, down = round((x - box["x"]) * scale), round((y - box["y"]) * scale)
        left, half = max(across - 36, 0), 9
        ink = np.flatnonzero((grey[down - half : down + half, left : across + 36] < 170).any(axis=0))
        assert len(ink), (x, y)
        assert left + (ink[0] + ink[-1]) / 2 == pytest.approx(across, abs=4)


def test_what_is_wrong_would_be_found(new_page):
    page = new_page()
    page.set_content(
        """<div data-testid=stMain>
        <div data-testid=stElementContainer style="width: 200px; height: 40px"><p>one</p></div>
        <div data-testid=stElementContainer style="width: 200px; height: 40px; margin-top: -20px"><p>two</p></div>
        <button style="width: 60px; overflow: hidden; white-space: nowrap">far too long a label</button></div>
        <div class=js-plotly-plot style="width: 300px; height: 60px; position: relative"><svg width=300 height=60
        style="overflow: visible"><text x=10 y=20>first</text><text x=20 y=24>second</text>
        <text x=280 y=50>beyond</text></svg></div>"""
    )
    assert set(texts_in_figures(page)) == {"overlap: first | second", "cut: beyond"}
    assert elements(page) == ["cut: far too long a label", "overlap: one | two"]
