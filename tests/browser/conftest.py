"""One server and one Chromium for the whole run; a picture is kept of every test that fails."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser.visits import SIZE, Server, Visit, Windows
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
        if report.failed and "browser" in item.funcargs:
            _keep_pictures(item.name, item.funcargs["browser"])
    return report


def _keep_pictures(name: str, browser: Browser) -> None:
    """What every window shows when a test has failed."""
    ARTIFACTS.mkdir(parents=True, exist_ok=True)
    shown = [page for context in browser.contexts for page in context.pages if page.url != "about:blank"]
    for number, page in enumerate(shown):
        page.screenshot(path=ARTIFACTS / f"{name}-{number}.png")


@pytest.fixture(scope="session")
def new_context(browser: Browser) -> Iterator[Callable[[], BrowserContext]]:
    """Fresh browser contexts, as of different people."""
    contexts: list[BrowserContext] = []

    def make() -> BrowserContext:
        contexts.append(browser.new_context(viewport=SIZE, accept_downloads=True, reduced_motion="reduce"))
        contexts[-1].set_default_timeout(PATIENCE)
        return contexts[-1]

    yield make
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def context(new_context) -> BrowserContext:
    """The context that tests share: a window is a session of its own, and need not compile the same scripts again."""
    return new_context()


@pytest.fixture(scope="session")
def windows(context: BrowserContext) -> Windows:
    return Windows(context)


@pytest.fixture
def new_page(context: BrowserContext, new_context, windows: Windows) -> Iterator[Callable[..., Page]]:
    """Fresh windows, `apart` in a context of their own."""
    pages: list[Page] = []

    def make(apart: bool = False) -> Page:
        pages.append((new_context() if apart else context).new_page())
        return pages[-1]

    yield make
    for page in pages:
        page.close()


@pytest.fixture
def visit(server: Server, new_page, windows: Windows, request) -> Iterator[Callable[..., Visit]]:
    """A person at a window, by default of the shared server and one that others have used, and a session of its own.

    `own`: a window that nobody uses before or after; `apart`: one in another person's browser.
    """
    lent: list[Visit] = []

    def make(at: Server = server, apart: bool = False, own: bool = False) -> Visit:
        if apart or own:
            return Visit(new_page(apart), at)
        lent.append(Visit(windows.lend(), at))
        return lent[-1]

    yield make
    _give_back(windows, lent, getattr(request.node, "failed_in_call", False))


@pytest.fixture(scope="module")
def stay(server: Server, windows: Windows) -> Iterator[Callable[[], Visit]]:
    """A person whose session all tests of a module share."""
    lent: list[Visit] = []

    def make() -> Visit:
        lent.append(Visit(windows.lend(), server))
        return lent[-1]

    yield make
    _give_back(windows, lent, failed=False)


def _give_back(windows: Windows, lent: list[Visit], failed: bool) -> None:
    for person in lent:
        person.leave()
        if failed:
            person.page.close()
        else:
            windows.back(person.page)
