"""A reload finds the cohort again; where it cannot, the page says so and shows no other's numbers."""

from __future__ import annotations

import gc
import weakref
from types import SimpleNamespace

import pytest
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager

from pages.keep import browser
from pages.keep.store import KEPT
from pages.keep.window import NO_ANSWER, NOT_IN_MEMORY
from tests.app import files
from tests.app.conftest import App

KEYS = {"one": "A" * 43, "two": "B" * 43}


class Person(App):
    """Somebody whose browser has a key; `window` is what the window answers when asked, None for no answer yet."""

    def __init__(self, name: str = "one", window: str | None = "", query: dict[str, str] | None = None) -> None:
        KEPT._browsers.clear()
        KEPT.introduce("test session id", KEYS[name])
        self._answer = window
        super().__init__(query)

    def first_run(self) -> None:
        if self._answer is not None:
            self.test.session_state["window_answer"] = self._answer
        super().first_run()

    @property
    def window(self) -> str:
        return self.test.session_state["own_window"]


@pytest.fixture(autouse=True)
def _empty():
    KEPT._entries.clear()
    yield
    KEPT._entries.clear()
    KEPT._browsers.clear()


def test_a_reload_finds_cohort_settings_and_private_filter():
    person = Person().upload(files.ordinary(7), "mine.csv")
    person.test.session_state["spec"] = person.spec.change(where="ward=north wing", window_days=45)
    person.run().page("pages/1_overview.py")
    shown = dict(person.metrics)
    again = Person(window=person.window, query={"window_days": "45"})
    assert "mine" in again.test.session_state["shelf"][again.test.session_state["current_cohort"]].name
    assert again.spec == person.spec
    assert again.metrics == shown
    # Another address in the same window: the cohort, with the settings of the address.
    assert Person(window=person.window, query={"window_days": "60"}).spec.changed == ("window_days",)
    # A sample that the address names is shown; the cohort is still on the shelf.
    sample = Person(window=person.window, query={"sample": "bispecific"})
    assert sample.test.session_state["current_cohort"] == "sample:bispecific.csv"
    assert any(not held.sample for held in sample.test.session_state["shelf"].values())


def test_neither_key_alone_opens_anything():
    window = Person().upload(files.ordinary(7), "mine.csv").window
    for other in (Person("two", window), Person("one", ""), Person("one", "guess")):
        assert all(held.sample for held in other.test.session_state["shelf"].values())
        assert "mine" not in other.said


def test_what_is_lost_is_said_before_any_number():
    person = Person(window="of a server that is no more")
    assert NOT_IN_MEMORY in person.said
    assert person.metrics == {}
    assert not person.figures
    person.page("pages/9_data.py")
    next(item for item in person.test.button if item.label == "Open").click().run()
    person.page("pages/1_overview.py")
    assert person.metrics["Patients"]


def test_nothing_is_shown_until_the_window_has_answered_or_never_will():
    person = Person(window=None)
    assert "Loading." in person.said
    assert person.metrics == {}
    person.run()
    person.run()
    assert NO_ANSWER in person.said


def test_removed_from_memory_is_nowhere(monkeypatch):
    managers: set[MemoryUploadedFileManager] = set()
    put = MemoryUploadedFileManager.add_file
    monkeypatch.setattr(
        MemoryUploadedFileManager, "add_file", lambda self, *a, **k: managers.add(self) or put(self, *a, **k)
    )
    person = Person().upload(files.ordinary(7), "mine.csv")
    assert managers
    assert not any(any(kept.values()) for kept in (manager.file_storage for manager in managers))
    cohort = weakref.ref(person.test.session_state["shelf"][person.test.session_state["current_cohort"]].cohort)
    window = person.window
    assert len(KEPT) == 1
    next(item for item in person.test.button if item.label == "Remove this cohort from memory").click().run()
    assert len(KEPT) == 0
    assert "upload_attempt" not in person.test.session_state
    gc.collect()
    assert cohort() is None
    assert NOT_IN_MEMORY in Person(window=window).said


def test_a_session_has_a_most_of_files(monkeypatch):
    text = files.ordinary(7)
    monkeypatch.setattr("pages.data.upload.SESSION_BYTES", len(text) * 2 - 1)
    person = Person().upload(text, "first.csv").upload(text, "second.csv")
    assert "second.csv was not read" in person.said
    assert [held.name for held in person.test.session_state["shelf"].values() if not held.sample] == ["first"]
    next(item for item in person.test.button if item.label == "Remove this cohort from memory").click().run()
    assert "second.csv was loaded" in person.upload(text, "second.csv").said


def test_who_is_signed_on_is_part_of_the_key(monkeypatch):
    user = SimpleNamespace()
    monkeypatch.setattr(browser.st, "user", user)
    monkeypatch.setattr(browser, "session_id", lambda: "s1")
    KEPT.introduce("s1", KEYS["one"])
    seen = []
    for claims in ({"sub": "a", "iat": 1}, {"sub": "a", "iat": 2}, {"sub": "b", "iat": 1}, {}):
        user.to_dict = lambda said=claims: said
        seen.append(browser.browser())
    assert seen[0] == seen[1]
    assert len(set(seen)) == 3


def test_a_damaged_list_of_samples_is_said_and_an_own_file_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr("ivig_core.samples.FOLDER", tmp_path)
    (tmp_path / "samples.json").write_text("{")
    app = App({"window_days": "45"})
    assert "samples.json is damaged" in app.said
    assert app.upload(files.ordinary(7)).spec.changed == ("window_days",)
    app.page("pages/1_overview.py")
    assert app.metrics["Patients"] == "7"
