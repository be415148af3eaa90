"""The frame beside every page: which cohort, the settings, and which of them are not the default."""

from __future__ import annotations

from functools import partial

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from ivig_core.samples import Sample
from ivig_core.spec import AnalysisSpec
from ivig_core.spec.protocol import Protocol
from ivig_core.spec.protocol_words import called, difference
from pages.data.samples import key_of, read_sample
from pages.data.samples import listed as listed_samples
from pages.protocol import held as protocol
from pages.protocol.box import box as protocol_box
from pages.share.mode import patients
from pages.shell import say, session
from pages.shell.controls import CHANGED, control
from pages.shell.escape import escape_markdown
from pages.shell.panel import guard
from pages.shell.patient_filter import patient_filter
from pages.shell.words import chip_text

VISIBLE = ("min_grade", "window_days")
MORE = (
    ("Which infections", ("max_grade", "pathogens", "sites", "hospitalized", "episode_gap_days")),
    (
        "Which days",
        ("pre_exposure_days", "washout_days", "from_first_dose", "exclude_first_days", "dose_day", "window_days_sc",
         "window_cuts", "within"),
    ),
    (
        "Model",
        ("adjust_for", "ci_method", "rate_ci", "population", "time_band_days", "time_last_band", "therapy_levels",
         "hemisphere"),
    ),
    ("IgG", ("igg_cuts", "igg_carry_days", "igg_blank_heavy_chain")),
)  # fmt: skip
CHOICE, CHIPS, BOX = "cohort_choice", "changed_settings", "more_settings"
RESEARCH_USE = "For research: it describes cohorts and gives no treatment advice."


def sidebar(data_page: StreamlitPage) -> None:
    """Everything of the sidebar under the navigation."""
    with st.sidebar, guard("the sidebar"):
        _cohort(data_page)
        held = session.current()
        if held is not None:
            _settings(held)
        say.small(RESEARCH_USE)


def open_sample(sample: Sample) -> None:
    """Show a sample, read once a session."""
    if key_of(sample) in session.shelf():
        session.show(key_of(sample))
    else:
        session.hold(key_of(sample), read_sample(sample))


def _cohort(data_page: StreamlitPage) -> None:
    listed = {key_of(sample): sample for sample in listed_samples()}
    names = {key: held.name for key, held in session.shelf().items()}
    names |= {key: sample.short for key, sample in listed.items()}
    if not names:
        say.note("No cohort is loaded.")
    else:
        st.session_state[CHOICE] = st.session_state.get(session.CURRENT) or None
        st.selectbox(
            "Cohort",
            list(names),
            format_func=lambda key: names.get(key, key),
            key=CHOICE,
            on_change=_choose,
            args=(listed,),
            placeholder="choose a cohort",
        )
    held = session.current()
    if held is not None:
        say.small(f"{patients(len(held.cohort))} · {held.source}")
    st.page_link(page=data_page, label="Use my data", icon=":material/upload_file:")


def _choose(listed: dict[str, Sample]) -> None:
    key = st.session_state[CHOICE]
    session.clear_messages()
    with guard("the sample"):
        if key in session.shelf():
            session.show(key)
        elif key in listed:
            open_sample(listed[key])


def _settings(held: session.Held) -> None:
    _changed()
    patient_filter(held)
    for name in VISIBLE:
        control(name)
    # Widgets of a closed box are not made: the settings are in the spec.
    box = st.expander("More settings", key=BOX, on_change="rerun")
    if box.open:
        with box:
            for title, names in MORE:
                say.strong(title)
                for name in names:
                    control(name)
    protocol_box(held)


@st.fragment(key=CHANGED)
def _changed() -> None:
    """A fragment: a panel that is redrawn alone redraws this list with it."""
    with guard("the changed settings"):
        _chips()


def _chips() -> None:
    spec, fixed = session.spec(), protocol.protocol()
    changed = spec.changed if fixed is None else fixed.differing(spec)
    if not changed:
        say.small("Settings: all at their default" if fixed is None else f"Settings: as in the {called(fixed)}")
        return
    st.pills(
        escape_markdown(f"Changed {'settings' if fixed is None else 'from the protocol'} (click to undo)"),
        changed,
        format_func=partial(_chip, spec, fixed),
        key=CHIPS,
        on_change=_undo,
    )
    words = "Reset all settings" if fixed is None else "Back to the protocol"
    st.button(escape_markdown(words), key="reset_all", on_click=_reset_all, type="tertiary")


def _chip(spec: AnalysisSpec, fixed: Protocol | None, name: str) -> str:
    text = chip_text(spec, name) if fixed is None else difference(spec, fixed, name)
    # Pills read Markdown in their options.
    return escape_markdown(f"{_short(text)} ✕")


def _undo() -> None:
    name = st.session_state[CHIPS]
    st.session_state[CHIPS] = None
    if name:
        protocol.back(name)
    st.rerun()


def _reset_all() -> None:
    protocol.back()
    st.rerun()


def _short(text: str, longest: int = 90) -> str:
    return text if len(text) <= longest else f"{text[:longest]}…"
