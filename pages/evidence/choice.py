"""Which of the published ratios are shown: by study, endpoint, model and what was read."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import streamlit as st

from ivig_core.evidence.sources import KINDS
from ivig_core.evidence.statement import ENDPOINTS, GIVEN, MODELS, NOT_STATED, Statement
from pages.shell.escape import escape_markdown

FILTERS: tuple[tuple[str, Callable[[Statement], str]], ...] = (
    ("Study", lambda item: item.source.name),
    ("Endpoint", lambda item: item.endpoint),
    ("Model", lambda item: item.model),
    ("What was read", lambda item: item.kind),
)
ORDERS = {"Endpoint": ENDPOINTS, "Model": (*MODELS.values(), NOT_STATED), "What was read": KINDS}
FIRST = {(GIVEN, "Model"): (MODELS["cox_univariable"],)}
"""What is chosen at first, where that is not everything: the same patients in three models are three times as long."""
ALL = "all"


def chosen(of: tuple[Statement, ...]) -> tuple[Statement, ...]:
    """The ratios that fit what is chosen above the figure; a filter with one value is not offered."""
    question = of[0].question
    offered = [(name, read) for name, read in FILTERS if len({read(item) for item in of}) > 1]
    wanted = {}
    for place, (name, read) in zip(st.columns(max(len(offered), 2)), offered, strict=False):
        with place:
            wanted[name] = _asked(question, name, {read(item) for item in of})
    reads = dict(FILTERS)
    return tuple(item for item in of if all(not asked or reads[name](item) in asked for name, asked in wanted.items()))


def _asked(question: str, name: str, values: Iterable[str]) -> list[str]:
    """Nothing chosen is everything."""
    known = set(values)
    order = [value for value in ORDERS.get(name, ()) if value in known] or sorted(known)
    key = f"evidence_{question}_{name.lower().replace(' ', '_')}"
    if key not in st.session_state:
        st.session_state[key] = list(FIRST.get((question, name), ()))
    return st.multiselect(
        escape_markdown(name), order, key=key, persist_state="session", placeholder=ALL,
        format_func=escape_markdown,
    )  # fmt: skip
