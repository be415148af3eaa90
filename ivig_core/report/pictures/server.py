"""One browser for the whole process, in a thread of its own, that answers in time or is started again."""

from __future__ import annotations

import asyncio
import atexit
import concurrent.futures
import contextlib
import logging
import os
import shutil
import signal
import threading
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from ivig_core.errors import IvigError
from ivig_core.lazy import library

_quiet = library("ivig_core.report.pictures.quiet")
_chromium = library("choreographer.browsers")

START_SECONDS, CALL_SECONDS, WAIT_SECONDS, CLOSE_SECONDS = 60.0, 30.0, 120.0, 8.0
NO_BROWSER = (
    "No Chromium, Chrome or Edge was found on this computer, and figures are drawn by one. Install one (on Debian: apt "
    "install chromium), or set BROWSER_PATH to where it is; HTML and the image download of each figure need none."
)
WRONG_PATH = "BROWSER_PATH names no program that can be run: {path!r}. Set it to Chromium or Chrome, or remove it."
HUNG = (
    "The browser that draws figures did not answer, and did not after it was started again ({why}). Try again; if it "
    "stays so, restart the server, or save HTML, which needs no browser."
)
UNDRAWN = "The browser could not draw this: {why}. Leave this figure out, and tell us what it was of."
BUSY = "Other figures are being drawn and did not get done in {seconds:.0f} s. Try again in a moment."

T = TypeVar("T")
_log = logging.getLogger(__name__)


class PicturesError(IvigError):
    """Figures cannot be drawn here; the message says why and what to do."""


class UndrawnError(Exception):
    """The browser answered, and what it was given is nothing that it can draw."""


def find_browser() -> str:
    """The path of the browser, by `BROWSER_PATH` or its usual names; `PicturesError` where there is none."""
    named = os.environ.get("BROWSER_PATH", "").strip()
    if named:
        path = shutil.which(named)
        if path is None:
            raise PicturesError(WRONG_PATH.format(path=named))
        return path
    found = _chromium.Chromium.find_browser(skip_local=False)
    if not found:
        raise PicturesError(NO_BROWSER)
    return str(found)


class _Worker:
    """A browser with the thread and the event loop that talk to it."""

    def __init__(self, path: str) -> None:
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self._run, name="pictures", daemon=True)
        self.thread.start()
        self.browser: Any = None
        try:
            self.call(self._start(path), START_SECONDS)
        except BaseException:
            self.kill()
            raise

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.loop.run_forever()

    async def _start(self, path: str) -> None:
        self.browser = _quiet.Browser(path)
        await self.browser.open()

    def call(self, work: Coroutine[Any, Any, T], seconds: float) -> T:
        """What `work` gives; `TimeoutError` after `seconds`, when the browser is as it is and has to be killed."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(seconds)

    def alive(self) -> bool:
        process = getattr(self.browser, "subprocess", None)
        return process is not None and process.poll() is None

    def close(self) -> None:
        """Asks the browser to end and waits for it; kills it where it does not."""
        with contextlib.suppress(Exception):
            self.call(self.browser.close(), CLOSE_SECONDS)
        self.kill()

    def kill(self) -> None:
        """Ends the browser with its children, whatever they are doing, and the thread."""
        process = getattr(self.browser, "subprocess", None)
        if process is not None and process.poll() is None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                if hasattr(os, "killpg"):
                    os.killpg(process.pid, signal.SIGKILL)
                else:
                    process.kill()
            with contextlib.suppress(Exception):
                process.wait(CLOSE_SECONDS)
        for folder in (getattr(self.browser, "_html_tmp_dir", None), _profile(self.browser)):
            if folder is not None:
                shutil.rmtree(folder.path, ignore_errors=True)
        with contextlib.suppress(RuntimeError):
            self.loop.call_soon_threadsafe(self.loop.stop)


def _profile(browser: Any) -> Any:
    return getattr(getattr(browser, "_browser_impl", None), "tmp_dir", None)


class Server:
    """Answers one caller after another. What it holds is a browser: nothing of what was drawn."""

    def __init__(self, start: Callable[[str], Any] = _Worker, find: Callable[[], str] = find_browser) -> None:
        self._start, self._find = start, find
        self._turn = threading.Lock()
        self._worker: Any = None

    def ask(self, work: Callable[[Any], Coroutine[Any, Any, T]], seconds: float = CALL_SECONDS) -> T:
        """What `work` gives of the browser within `seconds`; a browser that hangs is killed and started again, once."""
        if not self._turn.acquire(timeout=WAIT_SECONDS):
            raise PicturesError(BUSY.format(seconds=WAIT_SECONDS))
        try:
            path = self._find()
            why = ""
            for _ in range(2):
                try:
                    worker = self._running(path)
                    return worker.call(work(worker.browser), seconds)
                except UndrawnError as error:
                    raise PicturesError(UNDRAWN.format(why=error)) from None
                except (TimeoutError, concurrent.futures.TimeoutError):
                    why = f"no answer in {seconds:.0f} s"
                except Exception as error:
                    why = type(error).__name__
                    _log.warning("the browser that draws figures failed: %s", why)
                self._stop(hung=True)
            raise PicturesError(HUNG.format(why=why))
        finally:
            self._turn.release()

    def close(self) -> None:
        """Ends the browser; the next question starts another."""
        if self._turn.acquire(timeout=CLOSE_SECONDS):
            try:
                self._stop()
            finally:
                self._turn.release()
        elif self._worker is not None:
            self._worker.kill()

    def _running(self, path: str) -> Any:
        if self._worker is not None and not self._worker.alive():
            self._stop(hung=True)
        if self._worker is None:
            self._worker = self._start(path)
        return self._worker

    def _stop(self, hung: bool = False) -> None:
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.kill() if hung else worker.close()


SERVER = Server()
atexit.register(SERVER.close)
