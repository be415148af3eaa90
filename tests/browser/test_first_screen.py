"""What a reader has before scrolling: the answer, the doubt under it, four numbers, and the two figures."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.app import files
from tests.browser.test_layout import SIZES

pytestmark = pytest.mark.browser
RANGE = re.compile(r"ratio \d\.\d\d to \d\.\d\d \(intervals \d\.\d\d–\d\.\d\d\), within patients, under four rules")
SAMPLES = ("daratumumab", "crossover_2021", "bispecific", "known_truth")


def opened(visit, size: tuple[int, int], path: str):
    person = visit()
    person.page.set_viewport_size({"width": size[0], "height": size[1]})
    return person.open(path).drawn()


def bottom(locator) -> float:
    box = locator.bounding_box()
    return box["y"] + box["height"]


@pytest.mark.parametrize("sample", SAMPLES)
def test_answer_doubt_and_four_numbers_without_scrolling(visit, sample):
    person = opened(visit, SIZES[0], f"/?sample={sample}")
    page = person.page
    expect(page.get_by_test_id("stMetricValue")).to_have_count(4)
    expect(page.get_by_test_id("stPlotlyChart")).to_have_count(2)
    person.drawn()
    for size in SIZES:
        _first_screen(person.resized(*size), size[1])
    if sample == "daratumumab":
        person.resized(*SIZES[0])
        _rows_of_the_small_forest_are_where_their_names_are(page)


def _first_screen(person, height: int) -> None:
    page = person.page
    tops = [
        page.get_by_test_id("stHeading").first,
        person.main.get_by_text(RANGE),
        person.main.get_by_text("without the 60 days before the first dose"),
        person.main.get_by_text("Infections are often why IVIG is started."),
        *page.get_by_test_id("stMetricValue").all(),
    ]
    assert len(tops) == 8
    assert max(bottom(item) for item in tops) < height * 0.45
    figures = page.get_by_test_id("stPlotlyChart").all()
    assert len(figures) == 2
    assert all(figure.bounding_box()["y"] < height * 0.5 for figure in figures)
    one, two = (figure.bounding_box() for figure in figures)
    assert one["x"] + one["width"] <= two["x"]
    if height == 900:
        assert max(bottom(figure) for figure in figures) < height
        expect(page.get_by_role("heading", name="Why it could be wrong")).to_be_in_viewport()


def test_odd_cohorts_are_answered_on_the_first_screen(visit):
    person = visit().open()
    for name in ("one patient", "no infections", "no IVIG", "no infection on IVIG"):
        person.upload(f"{name}.csv", files.ODD[name]()).go("Overview").drawn()
        expect(person.page.get_by_test_id("stMetricValue")).to_have_count(4)
        assert max(bottom(item) for item in person.page.get_by_test_id("stMetricValue").all()) < 400, name


def _rows_of_the_small_forest_are_where_their_names_are(page) -> None:
    """Box, name and numbers of a row on one height."""
    forest = page.get_by_test_id("stPlotlyChart").nth(1)
    for name in ("Hypogammaglobulinemia", "Nonprogressive disease", "IgG < 400 mg/dL"):
        box = forest.locator("svg text").filter(has_text=name).first.bounding_box()
        middle = box["y"] + box["height"] / 2
        squares = forest.locator(".scatterlayer path.point").all()
        nearest = min(
            abs(item["y"] + item["height"] / 2 - middle) for item in map(lambda at: at.bounding_box(), squares)
        )
        assert nearest < 6, name
