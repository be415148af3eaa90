"""Contrast of every text that can be seen, as WCAG 2 defines it, measured in the page."""

from __future__ import annotations

from playwright.sync_api import Page

ENOUGH = 4.5

_SCRIPT = """
() => {
  const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const rgba = (css) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = css;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = (top, below) => top.slice(0, 3).map((c, i) => c * top[3] + below[i] * (1 - top[3]));
  const chain = (element) => {
    const found = [];
    for (let at = element; at; at = at.parentElement) found.push(at);
    return found;
  };
  const background = (element) => {
    let colour = [255, 255, 255];
    for (const at of chain(element).reverse()) colour = over(rgba(getComputedStyle(at).backgroundColor), colour);
    return colour;
  };
  const light = (colour) => {
    const [r, g, b] = colour.map((c) => c / 255).map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const seen = (element) => {
    const box = element.getBoundingClientRect();
    return box.width > 1 && box.height > 1
      && element.checkVisibility({opacityProperty: true, visibilityProperty: true});
  };
  // Disabled widgets, icons written as words, and the value that a slider shows above its thumb, not on it.
  const LEFT_OUT = ':disabled, [aria-disabled=true], [translate=no], [data-testid=stSlider] [data-orientation]';
  const result = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.trim(), element = walker.currentNode.parentElement;
    if (!text || !element || !seen(element) || element.closest(LEFT_OUT)) continue;
    const style = getComputedStyle(element), svg = element instanceof SVGElement;
    const colour = rgba(svg ? style.fill : style.color);
    const opacity = chain(element).reduce((product, at) => product * Number(getComputedStyle(at).opacity), 1);
    const behind = background(element);
    const front = over([...colour.slice(0, 3), colour[3] * opacity], behind);
    const [low, high] = [light(front), light(behind)].sort((a, b) => a - b);
    result.push({text: text.slice(0, 60), ratio: (high + 0.05) / (low + 0.05),
                 size: parseFloat(style.fontSize), front: front.map(Math.round), behind: behind.map(Math.round)});
  }
  return result;
}
"""


def texts(page: Page) -> list[dict[str, object]]:
    """Every visible text with its contrast (`ratio`), `size` in px and colours; symbols of an icon font left out."""
    return page.evaluate(_SCRIPT)


def too_faint(page: Page) -> list[str]:
    """Texts below the contrast that is enough for small type."""
    return [f"{item['text']} {item['ratio']:.2f}" for item in texts(page) if item["ratio"] < ENOUGH]
