"""A keyboard is enough, and where it is can be seen."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

RING = """() => {
  const style = getComputedStyle(document.activeElement);
  const outer = getComputedStyle(document.activeElement.parentElement || document.activeElement);
  const drawn = (s) => (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0) || s.boxShadow !== 'none';
  return {name: document.activeElement.tagName, drawn: drawn(style) || drawn(outer)};
}"""


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
