"""Slides: what was put aside, as a presentation, a page or a document."""

from __future__ import annotations

from pages.shell.navigation import framed
from pages.shell.page import head, study_or_reason


def page() -> None:
    """What goes out, and as what."""
    head("Slides")
    study_or_reason()


framed(page)
