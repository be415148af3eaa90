"""The app run in memory: one fresh session per test."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import cache, partial

import plotly.graph_objects as go
import pytest
import streamlit as st
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from tests.app.remembered import Remembered
from tests.paths import ROOT

PAGES = tuple(sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "pages").glob("*.py")))
SAMPLE_FILES = tuple(sorted((ROOT / "sample_data").glob("*.csv")))


class App:
    """An `AppTest` with the few steps that every test takes.

    Not `at_once`, it waits for its first page: the overview where anything is asked of it, else the one gone to first,
    as if by its address. So no test draws an overview that it does not look at.
    """

    def __init__(self, query: dict[str, str] | None = None, at_once: bool = True) -> None:
        self._test = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        for name, value in (query or {}).items():
            self._test.query_params[name] = value
        self._begun = False
        if at_once:
            self._begin()

    @property
    def test(self) -> AppTest:
        if not self._begun:
            self._begin()
        return self._test

    def _begin(self, path: str = "") -> App:
        self._begun = True
        if path:
            self._test.switch_page(path)
            asked = self._test._page_hash
        self.first_run()
        assert not path or self._test._finished_page_script_hash == asked, path
        return self.sound()

    def first_run(self) -> None:
        self.test.run()

    def page(self, path: str) -> App:
        if not self._begun:
            return self._begin(path)
        self.test.switch_page(path).run()
        return self.sound()

    def run(self) -> App:
        if not self._begun:
            return self._begin()
        self.test.run()
        return self.sound()

    def upload(self, text: str | bytes, name: str = "cohort.csv") -> App:
        self.page("pages/9_data.py")
        data = text.encode() if isinstance(text, str) else text
        self.test.file_uploader[0].upload(name, data, "text/csv").run()
        return self.sound()

    def more_settings(self) -> App:
        """Open the box of the settings that are not shown at first."""
        self.test.session_state["more_settings"] = True
        return self.run()

    @property
    def figures(self) -> list[go.Figure]:
        """Every figure of the page as it is sent to the browser."""
        return [go.Figure(json.loads(item.proto.spec)) for item in self.test.get("plotly_chart")]

    def sound(self) -> App:
        """No exception, no apology."""
        assert not self.test.exception, self.test.exception
        apologies = [item.value for item in self.test.error if "defect of the program" in item.value]
        assert not apologies, apologies
        return self

    @property
    def spec(self):
        return self.test.session_state["spec"]

    @property
    def said(self) -> str:
        """Every sentence of the page and the sidebar."""
        test = self.test
        kinds = (test.title, test.subheader, test.markdown, test.caption, test.info, test.warning, test.error)
        return "\n".join(item.value for kind in kinds for item in kind).replace("\\", "").replace("\u2060", "")

    @property
    def metrics(self) -> dict[str, str]:
        return {item.label: item.value for item in self.test.metric}


@pytest.fixture(autouse=True, scope="session")
def _packages_are_scanned_once():
    """Every `AppTest` reads the metadata of all installed packages in search of components; there are none."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests))
        yield


@pytest.fixture(autouse=True, scope="session")
def _samples_are_remembered() -> Iterator[Remembered]:
    with pytest.MonkeyPatch.context() as patch:
        yield Remembered(patch)


@pytest.fixture(autouse=True)
def _what_is_replaced_is_used(request, _samples_are_remembered) -> Iterator[None]:
    """A test that puts something in the place of a function sees it called, or not called, as in the first session."""
    _samples_are_remembered.on = "monkeypatch" not in request.fixturenames
    yield
    _samples_are_remembered.on = True


@pytest.fixture
def start() -> Callable[..., App]:
    """Starts the app; sessions of `AppTest` share one id, so nothing may be left in a cache."""
    st.cache_data.clear()
    st.cache_resource.clear()
    return partial(App, at_once=False)
