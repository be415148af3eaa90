"""The landmark moved by a hand: who is left out changes at once, and nothing else is drawn again."""

from __future__ import annotations

import re
from functools import cache

import pytest
from playwright.sync_api import expect

from ivig_core.cohort.read import read_cohort
from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study
from ivig_core.study.survival.tables import survival
from pages.shell.words import chip_text
from tests.browser.conftest import ROOT

pytestmark = pytest.mark.browser
SAMPLE = "daratumumab"
OUTSIDE, PANEL = b"gives no treatment advice", b"left out"
"""Words that the server sends with the sidebar, and with the panel."""


@cache
def _study() -> Study:
    return Study(read_cohort(ROOT / "sample_data" / f"{SAMPLE}.csv").cohort)


def _said(landmark: int) -> str:
    """What the core says of those left out."""
    notes = survival(_study(), AnalysisSpec().change(landmark_day=landmark)).notes
    return " ".join(text for text in notes if "left out" in text or "started it later" in text)


def _listening(person) -> list[bytes]:
    """Everything that the server sends from now on, in the order in which it comes."""
    heard: list[bytes] = []

    def listen(socket) -> None:
        socket.on("framereceived", lambda frame: heard.append(frame if isinstance(frame, bytes) else frame.encode()))

    person.page.on("websocket", listen)
    return heard


def test_moving_the_landmark_redraws_its_panel_alone(visit):
    person = visit(own=True)
    heard = _listening(person)
    person.open(f"/infection_free_survival?sample={SAMPLE}")
    expect(person.main).to_contain_text(_said(30))
    assert any(OUTSIDE in frame for frame in heard)
    heard.clear()
    slider = person.page.get_by_role("slider", name="Groups fixed at day")
    slider.focus()
    slider.press("End")
    expect(person.main).to_contain_text(_said(180))
    assert _said(30) != _said(180)
    person.settled()
    expect(person.page).to_have_url(re.compile("landmark_day=180"))
    changed = person.page.get_by_role("radio", name=chip_text(AnalysisSpec().change(landmark_day=180), "landmark_day"))
    expect(changed).to_be_visible()
    assert any(PANEL in frame for frame in heard)
    assert not any(OUTSIDE in frame for frame in heard)
    changed.click()
    expect(person.main).to_contain_text(_said(30))
    expect(person.page).not_to_have_url(re.compile("landmark_day"))


def test_without_a_landmark_the_page_warns_of_immortal_time(visit):
    person = visit().open(f"/infection_free_survival?sample={SAMPLE}")
    slider = person.page.get_by_role("slider", name="Groups fixed at day")
    slider.focus()
    slider.press("Home")
    expect(person.main.get_by_role("alert")).to_contain_text("Immortal time")
    expect(person.main).to_contain_text("biased by immortal time")
    slider.press("ArrowRight")
    expect(person.main.get_by_role("alert")).to_have_count(0)
    expect(person.main).to_contain_text(_said(1))
