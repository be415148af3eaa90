"""Part f: the first visit of a server that has just been started, in Chromium, against a bare Streamlit app.

The browser asks as soon as the server says that it is there. The bare app is one title and one figure. The headline is
the first heading that is not what is said while the page is loaded; figures are there when all have their titles.
"""

from __future__ import annotations

import os
import shutil
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import Browser, sync_playwright

from bench.clock import say
from bench.line import LONGER, Line, Target, longer

ROOT = Path(__file__).resolve().parents[1]
BARE = ROOT / "bench" / "bare_page.py"
VISITS = 5
TARGET = Target(2.2)
PATIENCE = 60
FLAGS = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync",
         "--disable-component-update", "--disable-extensions", "--disable-dev-shm-usage")  # fmt: skip

WATCH = """() => {
  window.seen = {};
  const mark = (name, is) => { if (is && !(name in window.seen)) window.seen[name] = performance.now() / 1000; };
  setInterval(() => {
    const heading = document.querySelector('[data-testid=stMain] h1');
    const figures = [...document.querySelectorAll('[data-testid=stPlotlyChart]')];
    mark('headline', heading && !document.querySelector('[data-testid=stMain]').innerText.includes('Loading.'));
    mark('figures', figures.length > 0 && figures.every((figure) => figure.querySelector('.gtitle')));
  }, 10);
}"""


class Seen(NamedTuple):
    """Seconds from asking for the page to its headline and to all of its figures."""

    headline: float
    figures: float


def measure(folder: Path) -> list[Line]:
    """Medians of several servers, ours and the bare one in turn."""
    found = os.environ.get("BROWSER_PATH") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not found:
        return [Line("f", "first visit: no Chromium on this machine", "", "", float("nan"), LONGER)]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
        pairs = [(_visit(browser, ROOT / "app.py"), _visit(browser, BARE)) for _ in range(VISITS)]
        browser.close()
    ours, theirs = (Seen(*map(statistics.median, zip(*seen, strict=True))) for seen in zip(*pairs, strict=True))
    return [
        longer("f", "first visit of a cold server, headline", ours.headline, theirs.headline, "bare app", TARGET),
        longer("f", "first visit of a cold server, figures", ours.figures, theirs.figures, "bare app"),
    ]


def _visit(browser: Browser, script: Path) -> Seen:
    with _server(script) as url, browser.new_context(viewport={"width": 1440, "height": 900}) as context:
        page = context.new_page()
        page.add_init_script(f"({WATCH})()")
        page.goto(url, wait_until="commit")
        page.wait_for_function("() => 'headline' in window.seen && 'figures' in window.seen")
        seen = page.evaluate("window.seen")
    say(f"  {script.name}: headline {seen['headline']:.2f} s, figures {seen['figures']:.2f} s")
    return Seen(seen["headline"], seen["figures"])


@contextmanager
def _server(script: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [sys.executable, "-m", "streamlit", "run", str(script), "--server.headless", "true", "--server.port",
             str(port), "--server.address", "127.0.0.1", "--server.fileWatcherType", "none"]  # fmt: skip
    process = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(process, f"http://127.0.0.1:{port}/_stcore/health")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)


def _wait(process: subprocess.Popen[bytes], health: str) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError("the server did not start")
        try:
            with urlopen(health, timeout=PATIENCE):
                return
        except (URLError, OSError):
            time.sleep(0.02)
    raise TimeoutError(f"no server after {PATIENCE} s")
