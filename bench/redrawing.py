"""Part d: how long a page takes to be drawn again after a setting changed, against an empty page of the same app.

Both run in Streamlit's `AppTest`: the script and what Streamlit makes of it, without browser and network. The empty
page has the dashboard's frame, sidebar with all settings included, and nothing but a title; what the frame itself takes
against a bare Streamlit app has a line of its own.
"""

from __future__ import annotations

import logging
import statistics
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from streamlit.testing.v1 import AppTest

from bench.clock import say, seconds
from bench.line import Line, Target, longer

ROOT = Path(__file__).resolve().parents[1]
EMPTY = ROOT / "bench" / "framed_page.py"
SETTING = "setting_window_days"
TWO_VALUES = (31, 32)
NEW_VALUES = range(33, 49)
WARM_RUNS = 20
TARGET = Target(4)


class Times(NamedTuple):
    """Medians in seconds: a page after a setting changed, and another one after the same change, run in turn."""

    page: float
    other: float


def measure(folder: Path) -> list[Line]:
    """Every page, and the frame alone. The setting that changes is the days a dose counts: every page needs it."""
    # It warns that no browser is there, which is so on purpose.
    logging.getLogger("streamlit.runtime.scriptrunner_utils.script_run_context").disabled = True
    lines, added = [], []
    for path in sorted((ROOT / "pages").glob("*.py")):
        warm, first = redraws(_app(ROOT / "app.py").switch_page(str(path)), _app(EMPTY))
        what = f"redraw {path.stem.partition('_')[2].replace('_', ' ')}"
        lines.append(longer("d", f"{what}, settings seen before", *warm, "empty page", TARGET))
        added.append(longer("d", f"{what}, a new setting", *first, "empty page"))
    warm, _ = redraws(_app(EMPTY), _app(ROOT / "bench" / "empty_page.py"))
    return [*lines, *added, longer("d", "redraw the empty page itself", *warm, "bare Streamlit app")]


def redraws(page: AppTest, other: AppTest) -> tuple[Times, Times]:
    """Times of two open pages with a setting changed back to a value seen before, and to values never seen."""
    page.run()

    def changes(values: Iterable[int]) -> Times:
        times = [(seconds(_change(page, value)), seconds(_change(other, value))) for value in values]
        return Times(*map(statistics.median, zip(*times, strict=True)))

    changes(TWO_VALUES * 2)
    warm, first = changes(TWO_VALUES * (WARM_RUNS // 2)), changes(NEW_VALUES)
    if page.exception or page.error or other.exception:
        raise RuntimeError(f"a page failed: {[item.value for item in (*page.exception, *page.error)]}")
    return warm, first


def _change(page: AppTest, value: int) -> Callable[[], object]:
    """The redraw that follows a changed setting, if the page has it; putting the value in is not part of it."""
    if SETTING in [widget.key for widget in page.number_input]:
        page.number_input(key=SETTING).set_value(value)
    return page.run


def _app(path: Path) -> AppTest:
    page = AppTest.from_file(str(path), default_timeout=600).run()
    say(f"  {path.name}")
    return page
