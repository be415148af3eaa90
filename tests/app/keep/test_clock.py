"""Ended sessions are swept without any visitor, and memory is given back."""

from __future__ import annotations

import asyncio
import gc
import weakref
from types import SimpleNamespace

import pytest
from streamlit.runtime import Runtime
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue
from streamlit.runtime.fragment import MemoryFragmentStorage
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage
from streamlit.runtime.memory_session_storage import MemorySessionStorage
from streamlit.runtime.session_manager import SessionInfo
from streamlit.runtime.state import SessionState
from streamlit.runtime.websocket_session_manager import WebsocketSessionManager

from ivig_core.memory import give_back
from pages.keep import clock
from pages.keep.clock import Sweeper, sweep, sweeping


class Cohort:
    """Something of a user's."""


class Session:
    """An `AppSession` as far as the sweeper needs it, with the parts of Streamlit that hold what a user loaded."""

    def __init__(self, name: str, closed: list[str]) -> None:
        self.id, self._closed = name, closed
        self.session_state = SessionState()
        self._fragment_storage = MemoryFragmentStorage()
        self._browser_queue = ForwardMsgQueue()

    def shutdown(self) -> None:
        self._closed.append(self.id)


def runtime(session: Session, now: list[float]) -> SimpleNamespace:
    storage = MemorySessionStorage(ttl_seconds=90)
    storage._cache._timer = lambda: now[0]
    storage.save(SessionInfo(client=None, session=session))  # type: ignore[arg-type]
    manager = SimpleNamespace(_session_storage=storage, list_sessions=storage.list)
    files = MediaFileManager(MemoryMediaFileStorage("/media"))
    return SimpleNamespace(_session_mgr=manager, is_active_session=lambda name: False, media_file_mgr=files)


@pytest.mark.parametrize("reaped", ["by us", "by Streamlit"])
def test_a_session_whose_time_is_over_is_closed_and_holds_nothing(reaped):
    closed: list[str] = []
    now, pinned, cohort = [0.0], Session("ended", closed), Cohort()
    pinned.session_state["cohort"] = cohort
    pinned._fragment_storage._fragments["fragment"] = lambda held=cohort: held
    loaded = weakref.ref(cohort)
    del cohort
    served = runtime(pinned, now)
    sweeper = Sweeper(served)
    assert not sweeper.look()
    now[0] = 89.0
    assert not sweeper.look(), "somebody can come back to it"
    gc.collect()
    assert closed == []
    assert loaded() is not None
    now[0] = 91.0
    if reaped == "by Streamlit":
        served._session_mgr._session_storage._cache.expire()
    assert sweeper.look()
    gc.collect()
    # The session itself is still referred to, as by the loop of a quiet server.
    assert (closed, loaded()) == ([pinned.id], None)
    assert not sweeper.look()


def test_a_file_that_was_made_for_a_click_is_gone_at_the_second_look():
    served = runtime(Session("quiet", []), [0.0])
    files, taken = served.media_file_mgr, [b"whose new id is whose"]
    made = files.add_deferred(taken.pop, "text/csv", "1.1")
    sweeper = Sweeper(served)
    place = files.execute_deferred(made).rsplit("/", 1)[-1].split(".")[0]
    assert files.read_file(place) is not None
    assert not sweeper.look()
    assert files.read_file(place) is not None, "the browser is fetching it"
    assert sweeper.look()
    assert files.read_file(place) is None
    # The button on the page still works.
    taken.append(b"the next one")
    files.execute_deferred(made)


def test_streamlit_has_what_the_sweeper_asks_for():
    manager = WebsocketSessionManager(MemorySessionStorage(ttl_seconds=1), None, None, None)  # type: ignore[arg-type]
    assert manager._session_storage._cache.expire() == []
    assert manager.list_sessions() == []
    assert "_session_mgr" in Runtime.__init__.__code__.co_names
    parts = set(AppSession.__init__.__code__.co_names)
    assert {"_session_state", "_fragment_storage", "_browser_queue"} <= parts


def test_a_look_that_fails_is_logged_and_the_next_one_gives_memory_back(monkeypatch, caplog):
    looks = [ValueError("a patient's value"), True]
    given = asyncio.Event

    async def serve() -> None:
        done = given()
        loop = asyncio.get_running_loop()

        def look(_self) -> bool:
            found = looks.pop(0) if looks else False
            if isinstance(found, Exception):
                raise found
            return found

        monkeypatch.setattr(Sweeper, "look", look)
        monkeypatch.setattr(clock, "give_back", lambda: loop.call_soon_threadsafe(done.set))
        task = asyncio.create_task(sweep(SimpleNamespace(), every=0))  # type: ignore[arg-type]
        await done.wait()
        task.cancel()

    asyncio.run(serve())
    assert "sweeping of ended sessions: ValueError" in caplog.text
    assert "value" not in caplog.text.replace("ValueError", "")


def test_the_clock_ends_with_the_server(monkeypatch):
    monkeypatch.setattr(Runtime, "exists", classmethod(lambda cls: True))
    monkeypatch.setattr(Runtime, "instance", classmethod(lambda cls: SimpleNamespace()))

    async def serve() -> tuple[int, int]:
        async with sweeping():
            during = len(asyncio.all_tasks())
        return during, len(asyncio.all_tasks())

    assert asyncio.run(serve()) == (2, 1)


@pytest.mark.parametrize("library", [SimpleNamespace(), SimpleNamespace(malloc_trim=lambda rest: 0 / rest)])
def test_memory_is_given_back_where_the_c_library_can(monkeypatch, library):
    monkeypatch.setattr("ivig_core.memory.ctypes.CDLL", lambda name: library)
    if hasattr(library, "malloc_trim"):
        with pytest.raises(ZeroDivisionError):
            give_back()
    else:
        give_back()
