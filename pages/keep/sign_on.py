"""Who has to sign on: everybody, where the deployment has an `[auth]` section in its secrets; nobody otherwise."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from streamlit import config

from pages.shell import say
from pages.shell.loading import arrived


def sign_on() -> None:
    """Go on for somebody who is signed on; anybody else sees the button for it and nothing more."""
    if not is_required() or st.user.get("is_logged_in") is True:
        return
    arrived()
    say.title("Infections on and off IVIG")
    say.line("Sign in to go on.")
    st.button("Sign in", on_click=st.login, type="primary")
    st.stop()


def is_required() -> bool:
    """Whether the deployment asks for a sign-on; also where its secrets are there and cannot be read."""
    if st.secrets.load_if_toml_exists():
        return "auth" in st.secrets
    return any(Path(file).exists() for file in config.get_option("secrets.files"))
