"""What browser windows have loaded, so that a reload does not lose it: in memory alone, and for a stated time.

The only place where something of a user's file outlives its session. What is in it is found by two keys that nobody can
guess and that are never in an address: that of the browser, a cookie which no script can read, and that of the window,
which the server makes and the window stores. Both have to fit.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Any, Generic, Protocol, Self, TypeVar

COOKIE = "ivig_browser"
TIME_TO_LIVE = 30 * 60
"""Seconds that something is kept after its session has ended without a word: a computer asleep, a lost connection."""
AFTER_CLOSING = 60
"""Seconds that something is kept after its window said that it closes. A reload says the same, and is back by then."""
STILL_THERE = 15
"""Seconds after which a window that said so and is still connected has not closed."""
CLOSING = "/_ivig/closing"
"""Where a window says that it closes."""
MOST_BYTES = 1_000_000_000
"""Of the files of ended sessions, of all browsers together; beyond it what ended first goes first."""


class Sized(Protocol):
    """A cohort that knows how many bytes its file had."""

    @property
    def size(self) -> int:
        """Bytes of the file."""
        ...

    def rested(self) -> Self:
        """The same without what can be made of it again."""
        ...


K = TypeVar("K", bound=Sized)


@dataclass(frozen=True, eq=False)
class Content(Generic[K]):
    """What a window has loaded: cohorts by key, the key of what it shows, its settings, and the user's protocol."""

    cohorts: Mapping[str, K]
    shown: str
    settings: Any
    protocol: Any = None

    @property
    def size(self) -> int:
        """Bytes of all its files."""
        return sum(item.size for item in self.cohorts.values())


@dataclass(eq=False)
class _Entry(Generic[K]):
    session: str
    content: Content[K]
    ended: float | None = None
    closing: float | None = None


@dataclass(eq=False)
class Store(Generic[K]):
    """Contents by (browser, window). `live` of a method says of a session's id whether a browser is connected to it."""

    clock: Callable[[], float] = time.monotonic
    time_to_live: float = TIME_TO_LIVE
    most_bytes: int = MOST_BYTES
    removed: int = 0
    """How often something was let go: memory can be given back."""
    _entries: dict[tuple[str, str], _Entry[K]] = field(default_factory=dict)
    _browsers: dict[str, str] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def __len__(self) -> int:
        return len(self._entries)

    def introduce(self, session: str, browser: str) -> None:
        """A session's browser, where the session began before the browser had its key; the first one said holds."""
        with self._lock:
            self._browsers.setdefault(session, browser)

    def browser_of(self, session: str) -> str | None:
        """The browser of a session that was introduced."""
        return self._browsers.get(session)

    def keep(self, browser: str, window: str, session: str, content: Content[K]) -> str:
        """Keep what a session has loaded, in the place of what it had; returns the key of the window.

        It is a new one where `window` is empty or another session's.
        """
        with self._lock:
            entry = self._entries.get((browser, window))
            if not window or (entry is not None and entry.session != session):
                window = secrets.token_urlsafe(32)
            if content.cohorts or content.protocol is not None:
                self._entries[browser, window] = _Entry(session, content)
            elif self._entries.pop((browser, window), None) is not None:
                self.removed += 1
            return window

    def take(
        self, browser: str, window: str, session: str, live: Callable[[str], bool]
    ) -> tuple[str, Content[K]] | None:
        """What the window had loaded, for the session that it has now, and the key of the window from here on.

        None for keys that do not fit together, and after the time to live. A second window with the same key (browsers
        copy it when a window is duplicated) gets a key of its own.
        """
        with self._lock:
            entry = self._entries.get((browser, window))
            if entry is None or self._is_over(entry):
                return None
            if entry.session != session and live(entry.session):
                window = secrets.token_urlsafe(32)
            self._entries[browser, window] = _Entry(session, entry.content)
            return window, entry.content

    def closing(self, window: str) -> None:
        """A window says that it is about to close, or to be loaded again. Its key alone will do: nothing is given away,
        and of whom the browser is signed on as, the request that says so knows nothing."""
        with self._lock:
            for place, entry in self._entries.items():
                if place[1] == window:
                    entry.closing = self.clock()

    def forget(self, browser: str, key: str) -> None:
        """Let a cohort go at once, in every window of this browser."""
        with self._lock:
            for place, entry in list(self._entries.items()):
                if place[0] != browser or key not in entry.content.cohorts:
                    continue
                left = {name: item for name, item in entry.content.cohorts.items() if name != key}
                if left:
                    entry.content = replace(entry.content, cohorts=left)
                else:
                    del self._entries[place]
            self.removed += 1

    def sweep(self, live: Callable[[str], bool]) -> None:
        """Note which sessions have ended; let go what has had its time, and what ended first where it is too much."""
        now = self.clock()
        with self._lock:
            for entry in self._entries.values():
                if live(entry.session):
                    entry.ended = None
                    if entry.closing is not None and now - entry.closing > STILL_THERE:
                        entry.closing = None
                elif entry.ended is None:
                    entry.ended = now
                    self._rest(entry)
            for place in [place for place, entry in self._entries.items() if self._is_over(entry)]:
                self._drop(place)
            self._fit()
            for session in [name for name in self._browsers if not live(name)]:
                del self._browsers[session]

    def _rest(self, entry: _Entry[K]) -> None:
        """Keep of an ended session what was loaded alone: its tables and figures are far larger, and made again."""
        rested = {name: item.rested() for name, item in entry.content.cohorts.items()}
        entry.content = replace(entry.content, cohorts=rested)
        self.removed += 1

    def _fit(self) -> None:
        ended = sorted(
            ((entry.ended, place) for place, entry in self._entries.items() if entry.ended is not None),
            reverse=True,
        )
        total = 0
        for _, place in ended:
            total += self._entries[place].content.size
            if total > self.most_bytes:
                self._drop(place)

    def _drop(self, place: tuple[str, str]) -> None:
        del self._entries[place]
        self.removed += 1

    def _is_over(self, entry: _Entry[K]) -> bool:
        kept = self.time_to_live if entry.closing is None else AFTER_CLOSING
        return entry.ended is not None and self.clock() - entry.ended >= kept


KEPT: Store[Any] = Store()
"""The one of this server. Middleware, pages and the clock ask it; nothing else of a user's is at module level."""
