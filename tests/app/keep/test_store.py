"""What a window had loaded: two keys that have to fit, a time to live, a most, and letting go at once."""

from __future__ import annotations

import gc
import weakref
from dataclasses import dataclass

import pytest

from pages.keep.store import Content, Store


@dataclass(eq=False)
class Cohort:
    size: int
    made: object = None

    def rested(self) -> Cohort:
        return Cohort(self.size)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(clock) -> Store[Cohort]:
    return Store(clock=clock, time_to_live=1800, most_bytes=100)


def alive(*sessions: str):
    return lambda session: session in sessions


def loaded(*names: str, size: int = 10) -> Content[Cohort]:
    return Content({name: Cohort(size) for name in names}, names[0] if names else "", "settings")


def test_a_reload_finds_it_under_both_keys_and_under_no_other(store):
    mine, theirs = loaded("mine"), loaded("theirs")
    window, other = store.keep("A", "", "s1", mine), store.keep("B", "", "s2", theirs)
    assert len(window) >= 43
    assert window != other
    for browser, key in (("B", window), ("A", other), ("A", ""), ("", window), ("A", "guess"), ("B", "")):
        assert store.take(browser, key, "s9", alive()) is None
    assert store.take("A", window, "s3", alive()) == (window, mine)
    # From here on it is the new session's: what the old one still says goes elsewhere.
    assert store.keep("A", window, "s1", loaded("late")) != window
    assert store.take("A", window, "s3", alive()) == (window, mine)
    assert store.take("B", other, "s4", alive()) == (other, theirs)


def test_it_lives_for_its_time_after_the_end_of_the_session(store, clock):
    window = store.keep("A", "", "s1", loaded("mine"))
    clock.now = 100_000
    store.sweep(alive("s1"))
    store.sweep(alive())
    clock.now += 1799
    store.sweep(alive())
    assert store.take("A", window, "s2", alive()) is not None
    store.sweep(alive())
    clock.now += 1000
    # The browser came back in time: its time begins again with the next end.
    store.sweep(alive("s2"))
    store.sweep(alive())
    clock.now += 1000
    store.sweep(alive())
    assert len(store) == 1
    clock.now += 800
    assert store.take("A", window, "s3", alive()) is None
    removed = store.removed
    store.sweep(alive())
    assert (len(store), store.removed) == (0, removed + 1)


def test_what_is_let_go_is_nowhere(store, clock):
    content = loaded("mine", "second")
    cohorts = [weakref.ref(item) for item in content.cohorts.values()]
    window = store.keep("A", "", "s1", content)
    del content
    taken = store.take("A", window, "s2", alive("s1"))
    assert taken is not None
    assert taken[0] != window, "a window that was duplicated has a key of its own"
    del taken
    store.forget("B", "mine")
    gc.collect()
    assert all(item() is not None for item in cohorts)
    store.forget("A", "mine")
    gc.collect()
    assert [item() is None for item in cohorts] == [True, False]
    assert len(store) == 2
    store.forget("A", "second")
    gc.collect()
    assert cohorts[1]() is None
    assert len(store) == 0
    store.keep("A", window, "s1", loaded("mine"))
    assert store.keep("A", window, "s1", loaded()) == window
    assert len(store) == 0


def test_of_too_much_what_ended_first_goes_and_no_open_session_loses_anything(store, clock):
    windows = {}
    for session in ("open", "first", "second", "third"):
        windows[session] = store.keep("A", "", session, loaded(session, size=60 if session == "open" else 40))
    for number, ended in enumerate(("first", "second", "third"), start=1):
        clock.now = number
        store.sweep(alive("open", *("third", "second")[: 3 - number]))
        assert ended not in ("open",)
    kept = {name for name in windows if store.take("A", windows[name], name, alive("open")) is not None}
    assert kept == {"open", "second", "third"}


def test_a_session_is_of_the_browser_that_uploaded_first(store):
    store.introduce("s1", "A")
    store.introduce("s1", "B")
    assert store.browser_of("s1") == "A"
    store.sweep(alive("s1"))
    assert store.browser_of("s1") == "A"
    store.sweep(alive())
    assert store.browser_of("s1") is None


def test_of_an_ended_session_nothing_is_kept_but_what_was_loaded(store):
    content = loaded("mine")
    content.cohorts["mine"].made = "figures"
    window = store.keep("A", "", "s1", content)
    store.sweep(alive("s1"))
    assert store.take("A", window, "s1", alive("s1")) == (window, content)
    before = store.removed
    store.sweep(alive())
    assert store.removed > before, "memory is given back"
    _, kept = store.take("A", window, "s2", alive())
    assert (kept.cohorts["mine"].size, kept.cohorts["mine"].made) == (10, None)


def test_a_window_that_says_it_closes_has_a_minute_and_a_reload_has_more(store, clock):
    closed, reloaded, asleep = (store.keep("A", "", name, loaded(name)) for name in ("s1", "s2", "s3"))
    for window in (closed, reloaded, "guess"):
        store.closing(window)
    assert store.take("A", reloaded, "s4", alive()) is not None
    store.sweep(alive())
    clock.now = 59
    store.sweep(alive())
    assert len(store) == 3
    clock.now = 61
    store.sweep(alive())
    assert [store.take("A", window, "s9", alive()) is None for window in (closed, reloaded, asleep)] == [
        True, False, False,
    ]  # fmt: skip


def test_a_window_that_said_so_and_stays_has_not_closed(store, clock):
    window = store.keep("A", "", "s1", loaded("mine"))
    store.closing(window)
    clock.now = 20
    store.sweep(alive("s1"))
    store.sweep(alive())
    clock.now = 1000
    store.sweep(alive())
    assert len(store) == 1
