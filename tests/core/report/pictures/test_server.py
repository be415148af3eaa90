"""The one browser: started once, killed and started again when it hangs, never asked by two at a time."""

from __future__ import annotations

import threading

import pytest

from ivig_core.report import pictures
from ivig_core.report.pictures import PicturesError
from ivig_core.report.pictures.server import Server, UndrawnError


class Worker:
    """Stands for the browser: does what `work` says, with a log of what happened to it."""

    def __init__(self, log: list[str]) -> None:
        self.log, self.browser, self.inside = log, self, 0
        log.append("start")

    def call(self, work, seconds):
        self.inside += 1
        assert self.inside == 1, "two at a time"
        try:
            if isinstance(work, BaseException):
                raise work
            return work
        finally:
            self.inside -= 1

    def alive(self) -> bool:
        return "died" not in self.log

    def close(self) -> None:
        self.log.append("close")

    def kill(self) -> None:
        self.log.append("kill")


@pytest.fixture
def log() -> list[str]:
    return []


@pytest.fixture
def server(log) -> Server:
    return Server(lambda path: Worker(log), lambda: "browser")


def test_started_once_for_all(server, log):
    assert [server.ask(lambda browser: 3), server.ask(lambda browser: 4)] == [3, 4]
    server.close()
    assert log == ["start", "close"]


def test_a_browser_that_hangs_is_started_again(server, log):
    answers = iter([TimeoutError(), "drawn"])
    assert server.ask(lambda browser: next(answers)) == "drawn"
    assert log == ["start", "kill", "start"]


def test_one_that_hangs_again_is_said(server, log):
    with pytest.raises(PicturesError, match="no answer in 30 s"):
        server.ask(lambda browser: TimeoutError())
    assert log == ["start", "kill", "start", "kill"]


def test_what_cannot_be_drawn_costs_no_browser(server, log):
    with pytest.raises(PicturesError, match="wrong axis"):
        server.ask(lambda browser: UndrawnError("wrong axis"))
    assert log == ["start"]


def test_one_that_has_died_is_started_again(server, log):
    server.ask(lambda browser: 1)
    log.append("died")
    server.ask(lambda browser: 2)
    assert log == ["start", "died", "kill", "start"]


def test_callers_wait_for_each_other(server, log):
    answers: list[int] = []
    threads = [threading.Thread(target=lambda at=at: answers.append(server.ask(lambda _: at))) for at in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == list(range(8))
    assert log == ["start"]


def test_no_browser_is_said_with_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setenv("BROWSER_PATH", str(tmp_path / "none"))
    assert "BROWSER_PATH" in pictures.available()
    with pytest.raises(PicturesError, match="BROWSER_PATH names no program"):
        pictures.print_pdf(b"<p>")
    monkeypatch.setenv("BROWSER_PATH", "")
    monkeypatch.setattr("choreographer.browsers.Chromium.find_browser", lambda **_: None)
    assert "apt install chromium" in pictures.available()
