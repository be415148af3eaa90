"""Ended sessions are swept by a clock of our own: Streamlit does it only when the next visitor comes or goes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import cast
from weakref import ReferenceType, ref

from streamlit.runtime import Runtime
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.caching.ttl_cache import TTLCache
from streamlit.runtime.memory_session_storage import MemorySessionStorage
from streamlit.runtime.session_manager import SessionInfo
from streamlit.runtime.websocket_session_manager import WebsocketSessionManager

from ivig_core.memory import give_back, trim_heap
from pages.keep.store import KEPT

log = logging.getLogger("ivig.pages")

EVERY = 10
"""Seconds between two looks."""


class Sweeper:
    """One look after the other, each comparing with the one before."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._sessions: dict[str, ReferenceType[AppSession]] = {}
        self._removed = KEPT.removed

    def look(self) -> bool:
        """Close sessions that nobody can come back to, let go what has had its time; whether anything was let go."""
        # Streamlit has no public way to this; the test of this file notices when it moves.
        manager = cast(WebsocketSessionManager, self._runtime._session_mgr)
        storage = cast(MemorySessionStorage, manager._session_storage)
        cast(TTLCache[str, SessionInfo], storage._cache).expire()
        KEPT.sweep(self._runtime.is_active_session)
        now = {info.session.id: ref(info.session) for info in manager.list_sessions()}
        before, self._sessions = self._sessions, now
        gone = before.keys() - now.keys()
        for name in gone:
            session = before[name]()
            if session is not None:
                empty(session)
        removed, self._removed = self._removed, KEPT.removed
        return bool(gone) or removed != self._removed or self._forget_downloads()

    def _forget_downloads(self) -> bool:
        """Let go files that were made for a click, at the second look after it; whether any was. Streamlit does so only
        when a page has run twice, and what is downloaded (a key to new ids) would stay in memory of a quiet server."""
        files = self._runtime.media_file_mgr
        before = len(files._file_metadata)
        files.remove_orphaned_files()
        return len(files._file_metadata) < before


def empty(session: AppSession) -> None:
    """Close a session and let go all that it holds: the loop of a quiet server refers to the latest one for ever."""
    session.shutdown()
    session.session_state.clear()
    session._fragment_storage.clear()
    session._fragment_storage.clear_outside_wrappers()
    session._browser_queue.clear()


async def sweep(runtime: Runtime, every: float = EVERY) -> None:
    """Look for ever. A look that fails is logged: the next one is made all the same."""
    sweeper = Sweeper(runtime)
    while True:
        await asyncio.sleep(every)
        try:
            # Pages at work leave freed memory behind: trimmed between two looks, it does not add up over sessions.
            await asyncio.to_thread(give_back if sweeper.look() else trim_heap)
        except Exception as defect:
            log.error("sweeping of ended sessions: %s", type(defect).__name__)


@asynccontextmanager
async def sweeping() -> AsyncIterator[None]:
    """Sweep while the server serves."""
    if not Runtime.exists():
        yield
        return
    task = asyncio.create_task(sweep(Runtime.instance()), name="sweep")
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
