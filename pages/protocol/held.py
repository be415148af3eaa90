"""The protocol of this session. It is in `st.session_state` alone, and never in the address."""

from __future__ import annotations

import streamlit as st

from ivig_core.errors import SpecError
from ivig_core.spec import AnalysisSpec
from ivig_core.spec.protocol import Protocol
from ivig_core.spec.protocol_words import DATED, standing
from ivig_core.study.protocol.fit import NO_FIT, Fit, fit
from ivig_core.study.study import Study
from pages.shell import say, session

PROTOCOL = "own_protocol"
FORGOTTEN = "The protocol was forgotten with the cohort. If you have saved its file, load that again."


def protocol() -> Protocol | None:
    """The protocol in force."""
    held: Protocol | None = st.session_state.get(PROTOCOL)
    return held


def base() -> AnalysisSpec:
    """Settings that changes are told against: those of the protocol, else the default."""
    held = protocol()
    return AnalysisSpec() if held is None else held.primary


def fitting(study: Study, spec: AnalysisSpec) -> Fit:
    """Which of its subgroups this cohort has."""
    held = protocol()
    return NO_FIT if held is None else fit(study, spec, held)


def use(given: Protocol | None, spec: AnalysisSpec) -> None:
    """Put a protocol and settings in force, without what of the settings does not fit the cohort, which is said."""
    session.clear_messages()
    st.session_state[PROTOCOL] = given
    st.session_state[session.SPEC] = spec
    session.fit_to_cohort()


def back(*names: str) -> None:
    """These settings, or all where none is named, as in the protocol, or at the default without one."""
    settings = base()
    if names:
        session.change(**{name: settings.get(name) for name in names})
    else:
        session.clear_messages()
        st.session_state[session.SPEC] = settings
    session.fit_to_cohort()


def restore(kept: Protocol | None) -> None:
    """What this window had before a reload."""
    if kept is not None:
        st.session_state[PROTOCOL] = kept


def forget() -> None:
    """No protocol any more; the settings stay."""
    st.session_state.pop(PROTOCOL, None)


def cohort_forgotten() -> None:
    """A protocol can name columns and values of a file: it goes with it, unless another own file has them too."""
    held = protocol()
    if held is None or any(_has(session.shelf()[key].study, held) for key in session.own_uploads()):
        return
    forget()
    session.tell(FORGOTTEN)


def _has(study: Study, held: Protocol) -> bool:
    try:
        study.cohort(held.primary)
    except SpecError:
        return False
    return not fit(study, held.primary, held).missing


def stands(spec: AnalysisSpec) -> None:
    """One sentence: as in the protocol, or what differs; nothing without one."""
    held = protocol()
    if held is None:
        return
    text = standing(spec, held)
    if held.differing(spec):
        say.note(f"{text} {DATED}")
    else:
        say.small(f"{text} {DATED}")
