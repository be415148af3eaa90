"""The user's own PowerPoint template: in this session alone, until it is taken away."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from hashlib import blake2b

import streamlit as st

from ivig_core.errors import IvigError
from ivig_core.report.pptx.template import LIMITS, opened
from pages.data.upload import taken_out
from pages.keep.door import SESSION_BYTES
from pages.shell import say, session
from pages.shell.session import TEMPLATE

NUMBER, SAID = "slides_template_number", "slides_template_said"
MEGABYTES = LIMITS.max_bytes // 1_000_000


@dataclass(frozen=True, eq=False)
class Template:
    """A file that has been opened without fault."""

    name: str
    data: bytes


def held() -> bytes | None:
    """The bytes of the template, None without one: ours is used then."""
    kept: Template | None = st.session_state.get(TEMPLATE)
    return None if kept is None else kept.data


def mark() -> Hashable:
    """What tells one template from another."""
    data = held()
    return "" if data is None else blake2b(data, digest_size=16).hexdigest()


def uploader() -> None:
    """The place to drop a template, or the one that is used with a button to take it away."""
    kept: Template | None = st.session_state.get(TEMPLATE)
    if kept is not None:
        with st.container(horizontal=True, vertical_alignment="center"):
            say.line(f"Template: {kept.name}")
            st.button("Use the dashboard's own", key="slides_template_drop", on_click=drop, icon=":material/delete:")
        return
    number = st.session_state.setdefault(NUMBER, 0)
    file = st.file_uploader(
        "Your hospital's template (.pptx or .potx)", type=("pptx", "potx"), key=f"slides_template_{number}",
        max_upload_size=MEGABYTES, help="It stays in the memory of this session until you take it away.",
    )  # fmt: skip
    if text := st.session_state.pop(SAID, ""):
        say.warning(text)
    if file is None:
        return
    name, data = file.name, taken_out(file)
    st.session_state[NUMBER] = number + 1
    st.session_state[SAID] = take(name, data)
    st.rerun()


def take(name: str, data: bytes) -> str:
    """Keep a template that can be used; else why it is not, in a sentence."""
    if session.own_bytes() + len(data) > SESSION_BYTES:
        return (
            f"{name} was not read: with it this session would have more than {SESSION_BYTES // 1_000_000} MB of files."
        )
    try:
        opened(data)
    except IvigError as reason:
        return f"{name} was not taken: {reason}"
    st.session_state[TEMPLATE] = Template(name, data)
    return ""


def drop() -> None:
    """Forget the template."""
    st.session_state.pop(TEMPLATE, None)
