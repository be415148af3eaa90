"""The only place where text is written to a page. Everything is escaped: a value from a file is only ever text."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from ivig_core.numbers import as_sentence as as_sentence
from pages.shell.escape import escape_markdown


def title(text: str) -> None:
    """The finding or the name of a page."""
    st.title(escape_markdown(text), anchor=False)


def heading(text: str, help_text: str | None = None) -> None:
    """Head of a panel."""
    st.subheader(escape_markdown(text), anchor=False, help=_help(help_text))


def line(text: str) -> None:
    """A sentence."""
    st.markdown(escape_markdown(text))


def lines(texts: Sequence[str]) -> None:
    """Sentences that belong together, each on its line, the first one in bold."""
    if texts:
        first, *rest = map(escape_markdown, texts)
        st.markdown("  \n".join([f"**{first}**", *rest]))


def bullets(texts: Sequence[str]) -> None:
    """A short list."""
    st.markdown("\n".join(f"- {escape_markdown(text)}" for text in texts))


def points(items: Sequence[tuple[str, str]]) -> None:
    """A list whose items begin with what they are about, in bold."""
    st.markdown("\n".join(f"- **{escape_markdown(about)}** {escape_markdown(text)}" for about, text in items))


def strong(text: str, badge: str = "") -> None:
    """A sentence that carries the answer, or a name with a `badge` after it."""
    after = f" :orange-badge[{escape_markdown(badge)}]" if badge else ""
    st.markdown(f"**{escape_markdown(text)}**{after}")


def small(text: str, help_text: str | None = None) -> None:
    """A remark in small print."""
    st.caption(escape_markdown(text), help=_help(help_text))


@dataclass(frozen=True, eq=False)
class Texts:
    """A table in which nothing is markup any more: only `texts` makes one."""

    cells: Any


def texts(columns: Mapping[str, Sequence[str]], make: Callable[[dict[str, list[str]]], Any]) -> Texts:
    """Texts by column, to be written by `table`; `make` brings them into the form in which they are kept. Arrow goes to
    the browser as it is, but is not imported here: the first page does not wait for it."""
    return Texts(make({escape_markdown(head): [*map(escape_markdown, cells)] for head, cells in columns.items()}))


def table(shown: Texts) -> None:
    """A plain table, as it stands on paper."""
    st.table(shown.cells, hide_index=True)


def note(text: str) -> None:
    """Why something is not shown, or what was done."""
    st.info(escape_markdown(text), icon=":material/info:")


def warning(text: str) -> None:
    """What the reader must not overlook."""
    st.warning(escape_markdown(text), icon=":material/warning:")


def error(text: str) -> None:
    """What went wrong."""
    st.error(escape_markdown(text), icon=":material/error:")


def toast(text: str) -> None:
    """What was just done, for some seconds in the corner."""
    st.toast(escape_markdown(text), icon=":material/check:")


def problems(texts: Sequence[str], errors: bool) -> None:
    """Several faults in one box."""
    body = "\n".join(f"- {escape_markdown(text)}" for text in texts)
    (st.error if errors else st.warning)(body)


def metric(label: str, value: str, help_text: str | None = None, below: str = "") -> None:
    """One number of the first screen; `below` is a line of small print under it."""
    st.metric(
        escape_markdown(label),
        escape_markdown(value),
        help=_help(help_text),
        delta=escape_markdown(below) if below else None,
        delta_color="off",
        delta_arrow="off",
    )


def _help(text: str | None) -> str | None:
    return escape_markdown(text) if text else None
