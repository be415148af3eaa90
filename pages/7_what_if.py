"""What if: other definitions, another way to give IVIG, a study of another size."""

from __future__ import annotations

import streamlit as st

from pages.shell import session
from pages.shell.navigation import framed
from pages.shell.page import head, study_or_reason
from pages.shell.panel import guard
from pages.shell.views import VIEW, views
from pages.whatif import compare, curve, strategies, study_size

VIEWS = "views_what_if"
MAKERS: dict[str, VIEW] = {
    "Compare": compare.show,
    "All reasonable definitions": curve.show,
    "Ways to give IVIG": strategies.show,
    "Size of a study": study_size.show,
}


def page() -> None:
    """One question a view; only the open one is made."""
    head("What if")
    if study_or_reason() is None:
        return
    _views()


@st.fragment
def _views() -> None:
    """A fragment: choosing a view or what it shows redraws only this part."""
    with guard("the views"):
        held, spec = session.current(), session.spec()
        if held is not None:
            views(MAKERS, VIEWS, held.study, spec)


framed(page)
