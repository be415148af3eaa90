"""A server of the app, a person at a window of it, and the windows that people share."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlparse
from urllib.request import urlopen

from playwright.sync_api import BrowserContext, Page, Request, ViewportSize, expect

from tests.paths import ROOT

SIZE: ViewportSize = {"width": 1440, "height": 900}


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


class Windows:
    """Windows that one test after another uses: where the app was open before, its scripts need not be read again."""

    def __init__(self, context: BrowserContext) -> None:
        self.context = context
        self.free: list[Page] = []
        # While one stays open the others are its tabs, which cost far less than a window each.
        context.new_page()

    def lend(self) -> Page:
        page = self.free.pop() if self.free else self.context.new_page()
        page.set_viewport_size(SIZE)
        page.mouse.move(0, 0)
        return page

    def back(self, page: Page) -> None:
        self.free.append(page)


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
        page.on("request", self._hear)

    def _hear(self, request: Request) -> None:
        self.requests.append(request.url)

    def leave(self) -> None:
        self.page.remove_listener("request", self._hear)

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
