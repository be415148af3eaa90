"""Several views of one thing, of which only the open one is made."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study
from pages.shell.escape import escape_markdown
from pages.shell.panel import guard
from pages.slides import around

VIEW = Callable[[Study, AnalysisSpec], None]


def views(of: Mapping[str, VIEW], key: str, study: Study, spec: AnalysisSpec, said: Sequence[str] = ()) -> None:
    """Tabs by title; choosing another one redraws the fragment that they stand in. `said`: what the page says above
    them and is about all of them."""
    tabs = st.tabs([escape_markdown(title) for title in of], key=key, on_change="rerun")
    at = next((at for at, tab in enumerate(tabs) if tab.open), 0)
    around.begin(*said)
    with tabs[at], guard("this view"):
        list(of.values())[at](study, spec)
