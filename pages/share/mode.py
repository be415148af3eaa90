"""Whether small numbers are hidden, how, and who decides: the reader, or the deployment."""

from __future__ import annotations

import os

import streamlit as st

from ivig_core.disclosure import Rule, said
from ivig_core.errors import SpecError
from ivig_core.figures.words import counted
from pages.shell import say, session
from pages.shell.navigation import SHARE, always_shared

THRESHOLD, ROUNDING = "IVIG_SHARE_THRESHOLD", "IVIG_SHARE_ROUNDING"


def rule() -> Rule | None:
    """How small numbers are hidden now; None where counts are exact.

    Raises `SpecError` for a threshold or rounding of the deployment that is not allowed: then nothing is shown.
    """
    if not session.sharing():
        return None
    default = Rule()
    return Rule(_number(THRESHOLD, default.threshold), _number(ROUNDING, default.rounding))


def _number(name: str, default: int) -> int:
    text = os.environ.get(name, "").strip()
    if not text:
        return default
    if not text.isdecimal():
        raise SpecError(name, text, "a whole number")
    return int(text)


def words() -> str:
    """The sentence that says so; empty where counts are exact."""
    held = rule()
    return "" if held is None else said(held)


def patients(count: int) -> str:
    """How many patients a cohort has, as it may be told now."""
    held = rule()
    return counted(count if held is None else held.count(count), "patient")


def switch() -> None:
    """The button at the head of every page; a sentence where the deployment decides."""
    if always_shared():
        st.badge(
            "Share mode",
            icon=":material/visibility_off:",
            color="blue",
            help="Small numbers are hidden on this server.",
        )
        return
    if session.sharing():
        pressed = st.button("Leave share mode", key="share_off", type="tertiary", icon=":material/visibility:")
    else:
        pressed = st.button(
            "Share mode", key="share_on", type="tertiary", icon=":material/visibility_off:",
            help="For what leaves the room: no single patients, small counts not told and others rounded, in figures, "
            "tables, sentences and downloads.",
        )  # fmt: skip
    if pressed:
        st.session_state[SHARE] = not session.sharing()
        st.rerun()


def sentence() -> None:
    """What is hidden, above what is shown."""
    if text := words():
        say.small(text)
