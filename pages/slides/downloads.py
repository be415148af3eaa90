"""One button a file: pressed once it makes the file, with progress; pressed again it downloads it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import date

import streamlit as st

from ivig_core.errors import IvigError
from ivig_core.report.pictures import available
from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study
from pages.share import mode
from pages.shell import say, session
from pages.shell.escape import escape_markdown
from pages.shell.panel import guard
from pages.shell.session import MADE
from pages.slides import template
from pages.slides.content import fields, mark, report
from pages.slides.files import KINDS, Kind

ASKED, SAID = "slides_asked", "slides_said"
MOST_MADE = 3
"""Files kept in the session, the latest."""
ANALYSING, DRAWING, WRITING = "Analysing…", "Drawing the figures…", "Writing the file…"


@dataclass(frozen=True, eq=False)
class Made:
    """A file, of which cohort, what it was made of, and how long that took."""

    cohort: str
    kind: str
    mark: Hashable
    data: bytes
    seconds: float


def downloads(study: Study, spec: AnalysisSpec) -> Callable[[], None]:
    """The buttons; what is returned makes the file that was asked for, and is called when the page is drawn.

    No fragment: what is pressed in one waits until the one that runs is done, and Stop would stop nothing.
    """
    why_not = available()
    now = (mark(spec), template.mark())
    ready = {item.kind: item for item in _made() if item.mark == now}
    st.session_state[MADE] = list(ready.values())
    asked = st.session_state.pop(ASKED, None)
    with st.container(horizontal=True, gap="small"):
        for name, kind in KINDS.items():
            if name in ready:
                _download(name, kind, ready[name])
            else:
                st.button(
                    escape_markdown(kind.label), key=f"slides_make_{name}", help=escape_markdown(kind.help),
                    icon=":material/slideshow:" if name == "pptx" else None, on_click=_ask, args=(name,),
                    type="primary" if name == "pptx" else "secondary",
                    disabled=asked is not None or (kind.browser and bool(why_not)),
                )  # fmt: skip
    place = st.container()
    if why_not:
        say.note(why_not)
    if text := st.session_state.pop(SAID, ""):
        say.warning(text)
    if ready:
        files = [f"{KINDS[item.kind].label} {_size(item.data)}, {item.seconds:.0f} s" for item in ready.values()]
        say.small(f"Made: {'; '.join(files)}. Press to download.")
    if text := mode.words():
        say.small(f"Share mode. {text}")

    def work() -> None:
        if asked in KINDS:
            with place, guard("the download"):
                _make(str(asked), study, spec, now)
            st.rerun()

    return work


def _download(name: str, kind: Kind, made: Made) -> None:
    st.download_button(
        escape_markdown(f"Download {kind.label}"), made.data, _file_name(kind), kind.mime,
        key=f"slides_download_{name}", on_click="ignore", icon=":material/download:", type="primary",
    )  # fmt: skip


def _ask(name: str) -> None:
    st.session_state[ASKED] = name


def _make(name: str, study: Study, spec: AnalysisSpec, now: Hashable) -> None:
    """Make a file; pressing Stop, or anything else on this page, ends it at the next step."""
    kind, began = KINDS[name], time.monotonic()
    bar = st.progress(0.0, text=escape_markdown(ANALYSING))
    st.button("Stop", key="slides_stop", icon=":material/stop:")

    def tick(done: int, of: int) -> None:
        text = f"{done} of {of} drawn" if done < of else WRITING
        bar.progress(done / max(of, 1), text=escape_markdown(text))

    try:
        content = report(study, spec)
        bar.progress(0.0, text=escape_markdown(DRAWING if kind.browser else WRITING))
        data = kind.make(content, template.held(), tick)
        # Whoever pressed Stop meanwhile gets no file.
        bar.progress(1.0, text=escape_markdown(WRITING))
    except IvigError as reason:
        st.session_state[SAID] = say.as_sentence(str(reason))
        return
    made = Made(str(st.session_state.get(session.CURRENT)), name, now, data, time.monotonic() - began)
    st.session_state[MADE] = [*_made(), made][-MOST_MADE:]


def _made() -> list[Made]:
    return st.session_state.setdefault(MADE, [])


def _file_name(kind: Kind) -> str:
    held = session.current()
    name = (held.sample or held.name) if held else ""
    cohort = re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-").lower()[:40].strip("-") or "cohort"
    day: date = fields().day
    return f"{cohort}-{kind.called}-{day:%Y-%m-%d}.{kind.ending}"


def _size(data: bytes) -> str:
    return f"{len(data) / 1e6:.1f} MB" if len(data) >= 100_000 else f"{max(len(data) // 1000, 1)} kB"
