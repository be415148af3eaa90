"""The slides in order, one of them in view: choose it, call it otherwise, move it, take it off."""

from __future__ import annotations

import streamlit as st

from ivig_core.figures.words import counted
from ivig_core.spec import AnalysisSpec
from ivig_core.study.describe import sentence
from ivig_core.study.study import Study
from pages.shell import say
from pages.shell.escape import escape_markdown
from pages.shell.panel import guard
from pages.slides import shelf
from pages.slides.content import LONGEST, held_back, usual
from pages.slides.offer import kept
from pages.slides.preview import preview
from pages.slides.shelf import Item

CHOSEN, SHOW, BESIDE = "slides_chosen", "slides_show_usual", "slide_with_choices"
EMPTY = (
    "Nothing was put aside yet, so the default set goes out: the answer, in whom, the first dose, infection-free "
    "survival, death, other settings, who was given IVIG, and why it could be wrong. To choose your own, press “Add to "
    "slides” beside a figure or table on any page."
)
ORDER_HELP = "With the arrow keys you go from slide to slide."


def listing(study: Study, spec: AnalysisSpec) -> None:
    """The items of the cohort that is shown, or the default set where there are none."""
    listed = shelf.seen()
    for text in held_back():
        say.small(text)
    if listed:
        _own(listed, spec)
    else:
        say.line(EMPTY)
        _usual(study, spec)


def _own(listed: list[Item], spec: AnalysisSpec) -> None:
    left, right = st.columns([4, 7], gap="medium")
    with left:
        numbers = [item.number for item in listed]
        names = {item.number: f"{at}. {item.title}" for at, item in enumerate(listed, start=1)}
        chosen = _one_of(numbers, names, [item.section for item in listed])
        _clear(len(listed))
    item = next(item for item in listed if item.number == chosen)
    with right, st.container(key=BESIDE):
        _steps(item, at=numbers.index(chosen), last=len(listed) - 1)
        with guard("the preview"):
            preview(item.exhibit(sentence(spec)))


def _one_of(numbers: list[int], names: dict[int, str], sections: list[str]) -> int:
    # Told to the browser each time: it knows the place in the list only, where another slide may stand by now.
    kept = st.session_state.get(CHOSEN)
    st.session_state[CHOSEN] = kept if kept in numbers else numbers[0]
    chosen = st.radio(
        "Slides in order", numbers, key=CHOSEN, captions=[escape_markdown(text) for text in sections],
        format_func=lambda number: escape_markdown(names.get(number, "")), help=escape_markdown(ORDER_HELP),
        persist_state="session",
    )  # fmt: skip
    return numbers[0] if chosen is None else int(chosen)


def _steps(item: Item, at: int, last: int) -> None:
    """The title, which can be changed, and what can be done with the slide."""
    key = f"slides_title_of_{item.number}"
    st.text_input(
        "Title of this slide", item.title, key=key, max_chars=2 * LONGEST, on_change=_called, args=(item.number, key)
    )  # fmt: skip
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.button("Up", key="slides_up", icon=":material/arrow_upward:", on_click=shelf.move, args=(item.number, -1),
                  disabled=not at)  # fmt: skip
        st.button("Down", key="slides_down", icon=":material/arrow_downward:", on_click=shelf.move,
                  args=(item.number, 1), disabled=at == last)  # fmt: skip
        st.button("Take off", key="slides_take_off", icon=":material/delete:", on_click=shelf.take_off,
                  args=(item.number,))  # fmt: skip


def _called(number: int, key: str) -> None:
    shelf.change(number, str(st.session_state.get(key, "")))


def _clear(number: int) -> None:
    with st.popover("Clear all", key="slides_clear", icon=":material/delete_sweep:"):
        say.line(f"Take {counted(number, 'item')} of this cohort off the slides? The default set goes out then.")
        st.button("Take all off", key="slides_clear_all", on_click=_clear_all, type="primary")


def _clear_all() -> None:
    for item in shelf.seen():
        shelf.take_off(item.number)


def _usual(study: Study, spec: AnalysisSpec) -> None:
    """The default set, looked at or taken over when that is asked for: it takes seconds to be made."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.toggle("Show these slides", key=SHOW, persist_state="session")
        st.button("Change this set", key="slides_take_over", icon=":material/edit:", on_click=_take_over,
                  args=(study, spec), help="Puts the default set on the list, to be ordered and renamed.")  # fmt: skip
    if not st.session_state.get(SHOW):
        return
    with st.spinner("Analysing for the default set…"):
        exhibits = usual(study, spec)
    left, right = st.columns([4, 7], gap="medium")
    with left:
        places = list(range(len(exhibits)))
        names = {at: f"{at + 1}. {exhibits[at].title}" for at in places}
        at = _one_of(places, names, [item.section for item in exhibits])
    with right, st.container(key=BESIDE), guard("the preview"):
        preview(exhibits[at])


def _take_over(study: Study, spec: AnalysisSpec) -> None:
    with guard("the default set"):
        for exhibit in usual(study, spec):
            shelf.put(kept(exhibit))
