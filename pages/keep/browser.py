"""Which browser a session belongs to."""

from __future__ import annotations

import hashlib

import streamlit as st
from streamlit.runtime import Runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

from pages.keep.door import is_key
from pages.keep.store import COOKIE, KEPT

CHANGING = {"iat", "exp", "nbf", "auth_time", "nonce", "jti", "sid", "at_hash", "tokens"}
"""What an identity provider says anew with every sign-on of the same person."""


def session_id() -> str:
    """The id of this session; empty outside a server."""
    context = get_script_run_ctx(suppress_warning=True)
    return context.session_id if context is not None else ""


def browser() -> str | None:
    """The key of the browser, and of the person where somebody is signed on; None for one that has uploaded nothing."""
    sent = st.context.cookies.get(COOKIE)
    cookie = sent if is_key(sent) else KEPT.browser_of(session_id())
    if cookie is None:
        return None
    person = sorted((name, str(value)) for name, value in st.user.to_dict().items() if name not in CHANGING)
    return hashlib.sha256(repr((cookie, person)).encode()).hexdigest()


def is_connected(session: str) -> bool:
    """Whether a browser is connected to a session."""
    return Runtime.exists() and Runtime.instance().is_active_session(session)
