"""One server and one Chromium for the whole run; a picture is kept of every test that fails."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlparse
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.paths import ROOT

ARTIFACTS = ROOT / "tests" / ".artifacts"
PATIENCE = 30_000
FLAGS = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--disable-software-rasterizer", "--disable-extensions",
         "--disable-dev-shm-usage", "--mute-audio")  # fmt: skip


def chromium_path() -> str:
    """Where Chromium is; without one the browser tests are skipped, or fail where REQUIRE_BROWSER=1."""
    found = os.environ.get("BROWSER_PATH") or shutil.which("chromium") or shutil.which("chromium-browser")
    if found:
        return found
    reason = "NO CHROMIUM: the browser tests did not run. Install Debian's chromium or set BROWSER_PATH."
    if os.environ.get("REQUIRE_BROWSER") == "1":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


class Server:
    """A Streamlit server of the app on a free port."""

    def __init__(self, log: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = log
        command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless", "true", "--server.port",
                   str(self.port), "--server.address", "127.0.0.1", "--server.fileWatcherType", "none"]  # fmt: skip
        with log.open("w") as out:
            self.process = subprocess.Popen(command, cwd=ROOT, stdout=out, stderr=subprocess.STDOUT)

    def ready(self) -> bool:
        try:
            return urlopen(f"{self.url}/_stcore/health", timeout=5).status == 200
        except (URLError, OSError):
            return False

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=20)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = chromium_path()
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def start_server(browser: Browser, tmp_path_factory) -> Iterator[Callable[[], Server]]:
    """Starts a server that nobody has visited yet; the browser asks until it answers."""
    started: list[Server] = []

    def start() -> Server:
        server = Server(tmp_path_factory.mktemp("server") / "log.txt")
        started.append(server)
        page = browser.new_page()
        for _ in range(600):
            if server.ready():
                break
            assert server.process.poll() is None, server.log.read_text()
            page.wait_for_timeout(100)
        page.close()
        return server

    yield start
    for server in started:
        server.stop()


@pytest.fixture(scope="session")
def server(start_server) -> Server:
    """The server that tests share."""
    return start_server()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if call.when == "call":
        item.failed_in_call = report.failed
    return report


@pytest.fixture(scope="session")
def new_context(browser: Browser) -> Iterator[Callable[[], BrowserContext]]:
    """Fresh browser contexts, as of different people."""
    contexts: list[BrowserContext] = []

    def make() -> BrowserContext:
        contexts.append(
            browser.new_context(viewport={"width": 1440, "height": 900}, accept_downloads=True, reduced_motion="reduce")
        )
        contexts[-1].set_default_timeout(PATIENCE)
        return contexts[-1]

    yield make
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def context(new_context) -> BrowserContext:
    """The context that tests share: a window is a session of its own, and need not compile the same scripts again."""
    return new_context()


@pytest.fixture
def new_page(context: BrowserContext, new_context, request) -> Iterator[Callable[..., Page]]:
    """Fresh windows, `apart` in a context of their own; what they show is kept of a test that fails."""
    pages: list[Page] = []

    def make(apart: bool = False) -> Page:
        pages.append((new_context() if apart else context).new_page())
        return pages[-1]

    yield make
    for number, page in enumerate(pages):
        if getattr(request.node, "failed_in_call", False):
            ARTIFACTS.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=ARTIFACTS / f"{request.node.name}-{number}.png")
        page.close()


_DRAWN = """() => {
  const figures = [...document.querySelectorAll('[data-testid=stPlotlyChart]')];
  return figures.length > 0 && figures.every((figure) => figure.querySelector('.gtitle'));
}"""


_FITS = """() => [...document.querySelectorAll('[data-testid=stPlotlyChart]')].every((at) => {
  const plot = at.querySelector('.js-plotly-plot');
  return plot && plot._fullLayout && Math.abs(plot._fullLayout.width - at.clientWidth) < 2;
})"""


def resize(page: Page, width: int, height: int) -> None:
    """Another size of the window, and every figure drawn as wide as there is room for it."""
    page.set_viewport_size({"width": width, "height": height})
    # The room is measured a moment after the window has changed.
    page.wait_for_timeout(300)
    page.wait_for_function(_FITS)


class Visit:
    """A person at a browser window."""

    def __init__(self, page: Page, server: Server) -> None:
        self.page, self.server = page, server
        self.requests: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))

    def open(self, path: str = "/") -> Visit:
        self.page.goto(f"{self.server.url}{path}")
        return self.settled()

    def settled(self) -> Visit:
        """The script has run to its end and nothing on the page is waiting to be redrawn."""
        expect(self.page.get_by_test_id("stSidebarNav")).to_be_visible()
        expect(self.page.get_by_test_id("stHeading").first).to_be_visible()
        expect(self.page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
        expect(self.page.locator("[data-stale=true]")).to_have_count(0)
        return self

    def drawn(self) -> Visit:
        """Every figure of the page, one at least, has its title: plotly comes after the script has ended."""
        self.page.wait_for_function(_DRAWN)
        return self

    def resized(self, width: int, height: int) -> Visit:
        """The window at another size, and every figure as wide as there is room for it."""
        resize(self.page, width, height)
        return self

    def go(self, title: str) -> Visit:
        link = self.page.get_by_test_id("stSidebarNav").get_by_role("link", name=title, exact=True)
        link.click()
        expect(link).to_have_attribute("aria-current", "page")
        return self.settled()

    def back(self) -> Visit:
        """Back, once."""
        self.page.go_back()
        return self.settled()

    def upload(self, name: str, text: str) -> Visit:
        self.go("Data")
        self.page.locator("input[type=file]").set_input_files(
            {"name": name, "mimeType": "text/csv", "buffer": text.encode()}
        )
        expect(self.main.get_by_text(f"{name} was loaded")).to_be_visible()
        return self.settled()

    def choose(self, label: str, typed: str) -> Visit:
        """The first option of a list that begins as typed."""
        box = self.page.get_by_role("combobox", name=label)
        box.click()
        box.fill(typed)
        self.page.get_by_role("option").first.click()
        return self.settled()

    def metric(self, label: str):
        name = self.page.get_by_test_id("stMetricLabel").get_by_text(label, exact=True)
        return self.page.get_by_test_id("stMetric").filter(has=name).get_by_test_id("stMetricValue")

    @property
    def main(self):
        return self.page.get_by_test_id("stMain")

    @property
    def foreign(self) -> list[str]:
        """Requests to any other host or port."""
        own = f"127.0.0.1:{self.server.port}"
        return [url for url in self.requests if urlparse(url).scheme in {"http", "https", "ws", "wss"}
                and urlparse(url).netloc != own]  # fmt: skip


@pytest.fixture
def visit(server: Server, new_page) -> Callable[..., Visit]:
    """Opens a window, by default on the shared server; `apart`: in another person's browser."""
    return lambda at=server, apart=False: Visit(new_page(apart), at)
