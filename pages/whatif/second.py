"""The two sets of settings that are compared: A in force, B beside it; swapped, copied, kept under a name."""

from __future__ import annotations

import streamlit as st

from ivig_core.errors import SpecError
from ivig_core.figures.groups import variable_name
from ivig_core.spec import IVIG_GROUPS, SETTINGS, AnalysisSpec
from ivig_core.spec.scenarios import LONGEST_NAME, MOST, from_text, to_text, unused
from ivig_core.spec.words import value_words
from ivig_core.study.rates.factors import factors as study_factors
from pages.shell import say, session
from pages.shell.controls import Desk, choice, control
from pages.shell.patient_filter import patient_filter
from pages.shell.words import chip_text
from pages.whatif import second_set

CHANGE, SCENARIOS = "second_change", "second_scenarios"
KEPT, FILE, NAME, CHOSEN = "scenarios", "scenarios_file", "scenario_name", "scenario_chosen"
CONTROLS = (
    ("Which infections", ("min_grade", "max_grade", "pathogens", "sites", "hospitalized", "episode_gap_days")),
    (
        "Which days",
        ("window_days", "pre_exposure_days", "washout_days", "from_first_dose", "exclude_first_days", "dose_day",
         "within"),
    ),
    ("Model", ("adjust_for", "ci_method", "population")),
    ("Survival", ("survival_event", "landmark_day", "rmst_days")),
)  # fmt: skip
A_HELP = "The settings in force: changed in the sidebar, on every page."
B_HELP = "Other settings, used on this page only. The address holds them, so that this page can be shared."


def _nothing(_name: str) -> None:
    """A widget of B stands in the fragment of its view, which is drawn anew by itself."""


B = Desk("second", second_set.second, second_set.change_second, _nothing)


def settings(held: session.Held) -> None:
    """A and B with what they are, B with its controls, and what can be done with both."""
    left, right = st.columns(2, gap="medium", border=True)
    with left:
        say.heading("A: settings in force", A_HELP)
        say.small(described(session.spec()))
    with right:
        say.heading("B: what if", B_HELP)
        say.small(against(session.spec(), second_set.second()))
        filters, more = st.columns(2)
        with filters:
            patient_filter(held, B)
        # Widgets of a closed box are not made: the settings are in the second set.
        change = more.popover("Change B", width="stretch", key=CHANGE, on_change="rerun")
        if change.open:
            with change:
                _controls(held)
    swap, copy, kept = st.columns([2, 2, 3])
    swap.button("Swap A and B", on_click=_swap, width="stretch", icon=":material/swap_horiz:")
    copy.button("Make B equal to A", on_click=_copy, width="stretch", icon=":material/content_copy:")
    scenarios = kept.popover(
        "Scenarios", width="stretch", key=SCENARIOS, on_change="rerun",
        help="Settings kept under a name, for this session or a file",
    )  # fmt: skip
    if scenarios.open:
        with scenarios:
            _scenarios()


def described(spec: AnalysisSpec) -> str:
    """The settings that differ from the default."""
    return "; ".join(chip_text(spec, name) for name in spec.changed) or "All settings at their default"


def against(a: AnalysisSpec, b: AnalysisSpec) -> str:
    """What B has otherwise than A."""
    told = [_told(b, name) for name in SETTINGS if a.get(name) != b.get(name)]
    return f"As A, but: {'; '.join(told)}" if told else "The same as A: change something"


def _told(spec: AnalysisSpec, name: str) -> str:
    return "all patients" if name == "where" and not spec.selection.where else chip_text(spec, name)


def _controls(held: session.Held) -> None:
    for title, names in CONTROLS:
        say.strong(title)
        for name in names:
            control(name, B)
    own = tuple(
        name for name in study_factors(held.study, B.spec()) if name in held.cohort.patients.columns
    )  # fmt: skip
    choice("survival_group", (*IVIG_GROUPS, "none", *own), _group_words, B)


def _group_words(name: str) -> str:
    return value_words("survival_group", name) if name in (*IVIG_GROUPS, "none") else variable_name(name)


def _swap() -> None:
    second_set.use(second_set.second(), session.spec())
    st.rerun()


def _copy() -> None:
    second_set.use(session.spec(), session.spec())
    st.rerun()


def _scenarios() -> None:
    kept = _kept()
    name = st.text_input("Name", key=NAME, max_chars=LONGEST_NAME, placeholder="for example: grade 3 or higher")
    one, two = st.columns(2)
    full = len(kept) >= MOST
    one.button("Keep A", on_click=_keep, args=("A", name), disabled=full, width="stretch")
    two.button("Keep B", on_click=_keep, args=("B", name), disabled=full, width="stretch")
    if full:
        say.small(f"{MOST} scenarios are kept, the most that there is room for: take one out first.")
    if kept:
        _use(kept)
        st.download_button(
            "Save all as a file", lambda: to_text(_kept()), "scenarios.json", "application/json", on_click="ignore",
            icon=":material/download:", key="scenarios_save",
        )  # fmt: skip
        say.small("The file holds settings only, with the values that filters name; no patient.")
    st.file_uploader("Load a file of scenarios", "json", key=FILE, on_change=_load)


def _use(kept: dict[str, AnalysisSpec]) -> None:
    chosen = st.selectbox("Kept", list(kept), key=CHOSEN)
    say.small(described(kept[chosen]))
    one, two, three = st.columns(3)
    one.button("Use as A", on_click=_as, args=("A", chosen), width="stretch")
    two.button("Use as B", on_click=_as, args=("B", chosen), width="stretch")
    three.button("Take out", on_click=_drop, args=(chosen,), width="stretch")


def _kept() -> dict[str, AnalysisSpec]:
    return st.session_state.setdefault(KEPT, {})


def _keep(side: str, name: str) -> None:
    kept = _kept()
    kept[unused(name or side, kept)] = session.spec() if side == "A" else second_set.second()
    st.session_state[NAME] = ""


def _as(side: str, name: str) -> None:
    chosen = _kept()[name]
    second_set.use(*((chosen, second_set.second()) if side == "A" else (session.spec(), chosen)))
    st.rerun()


def _drop(name: str) -> None:
    _kept().pop(name, None)


def _load() -> None:
    file = st.session_state.get(FILE)
    if file is None:
        return
    session.clear_messages()
    try:
        found, said = from_text(file.getvalue())
    except SpecError as error:
        session.tell(f"The scenarios were not loaded: {error.value} is not {error.allowed}.")
        found, said = {}, []
    kept = _kept()
    for name, spec in list(found.items())[: MOST - len(kept)]:
        kept[unused(name, kept)] = spec
    for text in said:
        session.tell(text)
    if session.messages():
        # Messages stand outside the fragment.
        st.rerun()
