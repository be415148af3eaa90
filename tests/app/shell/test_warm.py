"""The start of a server: the first page is loaded before it answers, the others beside it; a defect stops nothing."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from importlib.util import find_spec
from types import SimpleNamespace

from pages.shell.warm import FIRST, load, load_others, rooms, warm_up
from tests.paths import ROOT


def test_the_rooms_are_modules():
    assert "pages.shell.frame" in rooms()
    assert "pages.survival.timing" in rooms()
    assert all(find_spec(name) for name in (*FIRST, *rooms()))


def test_one_that_fails_is_logged_without_its_message(caplog):
    load(["pages.no_such_room", "pages.shell.say"])
    assert "warm-up of pages.no_such_room: ModuleNotFoundError" in caplog.text


def test_the_first_page_is_there_when_the_server_answers():
    code = (
        "import asyncio, sys; from pages.shell import warm; warm.rooms = list\n"
        "async def serve():\n"
        "    async with warm.warm_up(None): return set(warm.FIRST) - set(sys.modules)\n"
        "print(asyncio.run(serve()) or 'all')"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "all"


def test_the_others_follow_in_a_thread(monkeypatch):
    loaded, threads = [], []

    class Thread:
        def __init__(self, target, name, daemon):
            threads.append((target, daemon))

        def start(self):
            assert loaded == [FIRST, "aside"]

    monkeypatch.setattr("pages.shell.warm.load", lambda modules: loaded.append(tuple(modules)))
    monkeypatch.setattr("pages.shell.warm.Thread", Thread)
    monkeypatch.setattr("pages.shell.warm.set_aside", lambda: loaded.append("aside"))

    async def serve():
        async with warm_up(None) as state:
            return state

    assert asyncio.run(serve()) == {}
    ((target, daemon),) = threads
    target()
    assert loaded == [FIRST, "aside", tuple(rooms()), "aside"]
    assert daemon


def test_nothing_is_set_aside_once_somebody_is_there(monkeypatch):
    """What a session holds has to be set free when it ends, also where it refers to itself."""
    aside = []
    runtime = SimpleNamespace(_session_mgr=SimpleNamespace(num_sessions=lambda: 1))
    monkeypatch.setattr("pages.shell.warm.load", list)
    monkeypatch.setattr("pages.shell.warm.set_aside", lambda: aside.append("aside"))
    monkeypatch.setattr("pages.shell.warm.Runtime", SimpleNamespace(exists=lambda: True, instance=lambda: runtime))
    load_others()
    assert not aside
