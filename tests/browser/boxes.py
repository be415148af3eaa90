"""Where texts and elements of a page are: which of them are cut off, and which lie over each other."""

from __future__ import annotations

from playwright.sync_api import Page

_HELPERS = """
  const shown = (element) => element.checkVisibility({opacityProperty: true, visibilityProperty: true});
  const words = (element) => (element.textContent || element.value || '').trim().replace(/\\s+/g, ' ').slice(0, 50);
  const inside = (small, large, by) => small.left >= large.left - by && small.right <= large.right + by &&
    small.top >= large.top - by && small.bottom <= large.bottom + by;
  const shared = (one, two) => [Math.min(one.right, two.right) - Math.max(one.left, two.left),
                                Math.min(one.bottom, two.bottom) - Math.max(one.top, two.top)];
"""

_TEXTS = (
    "() => {"
    + _HELPERS
    + """
  const found = [];
  for (const plot of document.querySelectorAll('.js-plotly-plot')) {
    const frame = plot.getBoundingClientRect();
    const texts = [...plot.querySelectorAll('svg text')].filter((text) => words(text) && shown(text))
      .map((text) => ({text, box: text.getBoundingClientRect()}))
      .filter(({box}) => box.width > 0 && box.height > 0);
    for (const {text, box} of texts) if (!inside(box, frame, 1)) found.push(`cut: ${words(text)}`);
    texts.forEach(({text, box}, at) => texts.slice(at + 1).forEach((other) => {
      const [wide, high] = shared(box, other.box);
      if (wide > 1.5 && high > 4) found.push(`overlap: ${words(text)} | ${words(other.text)}`);
    }));
  }
  return found;
}
"""
)
"""Lines of one text are one box; 4 px is less than the room that a font leaves above and below its letters."""

_ELEMENTS = (
    "(inSight) => {"
    + _HELPERS
    + """
  const found = [];
  const wide = document.scrollingElement.scrollWidth - window.innerWidth;
  if (wide > 1) found.push(`the page is ${wide} px too wide`);
  const labels = 'button, label, h1, h2, h3, p, summary, [role=tab], [role=radio], [data-testid=stMetricValue], ' +
    '[data-testid=stMetricLabel], [data-testid=stMetricDelta], [data-testid=stBadge], input[role=combobox]';
  for (const element of document.querySelectorAll(labels)) {
    if (!shown(element) || !words(element)) continue;
    if (inSight && element.closest('[data-testid=stSidebar]')) continue;
    for (let at = element; at && at !== document.body; at = at.parentElement) {
      const style = getComputedStyle(at);
      const hides = at.tagName === 'INPUT' || ['hidden', 'clip'].includes(style.overflowX);
      if (hides && at.scrollWidth > at.clientWidth + 1) { found.push(`cut: ${words(element)}`); break; }
      if (at.dataset.testid === 'stElementContainer') break;
    }
  }
  const blocks = [...document.querySelectorAll('[data-testid=stMain] [data-testid=stElementContainer]')]
    .filter(shown).map((element) => ({element, box: element.getBoundingClientRect()}))
    .filter(({box}) => box.width > 2 && box.height > 2);
  blocks.forEach(({element, box}, at) => blocks.slice(at + 1).forEach((other) => {
    const [across, down] = shared(box, other.box);
    if (element.contains(other.element) || across <= 1 || down <= 1) return;
    found.push(`overlap: ${words(element)} | ${words(other.element)}`);
  }));
  return [...new Set(found)];
}
"""
)


def texts_in_figures(page: Page) -> list[str]:
    """Texts of figures that leave their figure or lie over another text of it."""
    return page.evaluate(_TEXTS)


def elements(page: Page, in_sight: bool = False) -> list[str]:
    """Labels that are cut off, elements that lie over each other, and a page wider than its window.

    `in_sight`: without the sidebar, which a narrow window folds away.
    """
    return page.evaluate(_ELEMENTS, in_sight)
