"""Every text can be read, every figure is told in words, and a keyboard is enough."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.contrast import too_faint
from tests.browser.test_journeys import TITLES

pytestmark = pytest.mark.browser

RING = """() => {
  const style = getComputedStyle(document.activeElement);
  const outer = getComputedStyle(document.activeElement.parentElement || document.activeElement);
  const drawn = (s) => (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0) || s.boxShadow !== 'none';
  return {name: document.activeElement.tagName, drawn: drawn(style) || drawn(outer)};
}"""


def test_every_text_stands_out_from_what_is_behind_it(visit):
    person, found = visit().open("/?window_days=45&where=sex%3Dfemale"), {}
    for title in TITLES:
        person.go(title)
        found[title] = too_faint((person if title == "Data" else person.drawn()).page)
    assert not any(found.values()), found


def test_every_figure_has_a_text_alternative(visit):
    person = visit().open()
    for title in TITLES[:-1]:
        figures = person.go(title).drawn().page.get_by_test_id("stPlotlyChart").all()
        assert figures
        for figure in figures:
            named = figure.evaluate(
                "(at) => [at, ...at.querySelectorAll('[aria-label]')].map((e) => e.getAttribute('aria-label') || '')"
            )
            assert max(map(len, named)) > 60, (title, named)


def test_a_setting_is_changed_and_undone_with_the_keyboard_alone(visit):
    page = visit().open().page
    window = page.get_by_test_id("stSidebar").get_by_label("Days a dose counts", exact=True)
    for _ in range(60):
        page.keyboard.press("Tab")
        if window.evaluate("(at) => at === document.activeElement"):
            break
    expect(window).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type("45")
    page.keyboard.press("Enter")
    chip = page.get_by_role("radio", name="Window 45 days")
    expect(chip).to_be_visible()
    chip.focus()
    page.keyboard.press("Space")
    expect(window).to_have_value("30")


def test_where_the_keyboard_is_can_be_seen(visit):
    page = visit().open().page
    seen = []
    for _ in range(14):
        page.keyboard.press("Tab")
        # The ring fades in: on a busy machine it is not there at once.
        page.wait_for_function(
            f"() => {{ const at = ({RING})(); return at.drawn || ['BODY', 'MAIN'].includes(at.name); }}"
        )
        seen.append(page.evaluate("document.activeElement.outerHTML"))
    assert len(set(seen)) > 8, seen
