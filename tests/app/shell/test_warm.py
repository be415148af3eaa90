"""The start of a server: the first page is loaded before it answers, the others beside it; a defect stops nothing."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from importlib.util import find_spec

from pages.shell.warm import FIRST, load, rooms, warm_up
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
        def __init__(self, target, args, name, daemon):
            threads.append((target, args, daemon))

        def start(self):
            assert loaded == [FIRST]

    monkeypatch.setattr("pages.shell.warm.load", lambda modules: loaded.append(tuple(modules)))
    monkeypatch.setattr("pages.shell.warm.Thread", Thread)

    async def serve():
        async with warm_up(None) as state:
            return state

    assert asyncio.run(serve()) == {}
    ((target, args, daemon),) = threads
    target(*args)
    assert loaded == [FIRST, tuple(rooms())]
    assert daemon
