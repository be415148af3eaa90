"""A panel that can fail without taking its page along."""

from __future__ import annotations

import logging
import secrets
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import streamlit as st

from ivig_core.errors import IvigError
from pages.shell import say
from pages.shell.escape import escape_markdown
from pages.slides import around

log = logging.getLogger("ivig.pages")


@contextmanager
def guard(name: str) -> Iterator[None]:
    """Run a part of a page. What the data or settings do not allow is said in its sentence; a defect of ours gets an
    apology with an id that stands in the log."""
    try:
        yield
    except IvigError as reason:
        say.note(say.as_sentence(str(reason)))
    except Exception as defect:
        say.error(
            f"Sorry, {name} could not be shown. This is a defect of the program, not of your data; "
            f"the rest of the page is not affected. Error id: {log_defect(name, defect)}"
        )


@contextmanager
def progress(words: str) -> Iterator[Callable[[float], None]]:
    """A bar while something is made; it is told the share that is done, and goes however that ends."""
    text = escape_markdown(words)
    bar = st.progress(0.0, text=text)

    def tick(share: float) -> None:
        bar.progress(min(share, 1.0), text=text)

    try:
        yield tick
    finally:
        bar.empty()


@contextmanager
def panel(name: str, help_text: str | None = None, border: bool = True, headed: bool = True) -> Iterator[None]:
    """A guarded box; its heading can be left out where a figure speaks for itself."""
    around.begin()
    with st.container(border=border):
        if headed:
            say.heading(name, help_text)
        with guard(f"“{name}”"):
            yield


def log_defect(name: str, defect: Exception) -> str:
    """Log where a defect happened and return its id. The message of the exception may hold patients' values: it is
    left out, as are all values."""
    number = secrets.token_hex(4)
    frames = traceback.extract_tb(defect.__traceback__)
    where = " < ".join(f"{frame.filename}:{frame.lineno} {frame.name}" for frame in reversed(frames))
    log.error("%s %s in %s: %s", number, type(defect).__name__, name, where)
    return number
