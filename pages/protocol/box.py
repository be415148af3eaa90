"""The box in the sidebar: a protocol made of the settings in force, its file, and one that is loaded."""

from __future__ import annotations

from datetime import date

import streamlit as st

from ivig_core.errors import SpecError, SpecListError
from ivig_core.figures.forest_parts.rows import RAISED_BY_IVIG
from ivig_core.figures.groups import fixed_name, variable_name
from ivig_core.figures.words import listed, lower
from ivig_core.spec import AnalysisSpec
from ivig_core.spec.protocol import EARLIEST, LONGEST_TITLE, MOST_SUBGROUPS, Protocol
from ivig_core.spec.protocol_words import DATED, called
from ivig_core.spec.settings_text import Asked, from_text, protocol_text
from ivig_core.study.describe import sentence
from ivig_core.study.protocol.fit import row_names
from ivig_core.study.rates.factors import factors
from pages.protocol import held
from pages.shell import say, session
from pages.shell.escape import escape_markdown
from pages.shell.panel import guard

BOX, DAY, TITLE, SUBGROUPS, ROWS, FILE = (
    f"protocol_{name}" for name in ("box", "day", "title", "subgroups", "rows", "file")
)
WHAT = (
    "What your study had fixed before its data were analysed: the settings in force as the primary analysis, and "
    "subgroups. Only these are called prespecified; changes are then told against them."
)
KEEP = "Download it: this page keeps it with your cohort, as long as that is in memory, and never in its address."
OF_THE_DAY = (
    "IVIG itself raises IgG of the day: a difference by it is drawn, never claimed. IgG before IVIG tells more."
)
MOST_SAID = 3


def box(cohort: session.Held) -> None:
    """A closed box makes nothing."""
    place = st.expander("Protocol", key=BOX, on_change="rerun")
    if not place.open:
        return
    with place, guard("the protocol"):
        now = held.protocol()
        if now is None:
            _make(cohort)
        else:
            _show(cohort, now)
        st.file_uploader("Load a protocol or a settings file", "json", key=FILE, on_change=_load)


def _make(cohort: session.Held) -> None:
    say.small(WHAT)
    st.date_input("Dated", "today", EARLIEST, "today", key=DAY, format="YYYY-MM-DD", help=escape_markdown(DATED))
    st.text_input("Title or registration", key=TITLE, max_chars=LONGEST_TITLE, placeholder="optional")
    st.multiselect(
        "Prespecified subgroups", factors(cohort.study, AnalysisSpec()), format_func=variable_name, key=SUBGROUPS,
        max_selections=MOST_SUBGROUPS, placeholder="none",
    )  # fmt: skip
    rows = row_names(session.spec())
    st.multiselect(
        "Prespecified sensitivity analyses", list(rows), format_func=lambda name: rows.get(name, name), key=ROWS,
        placeholder="none",
    )  # fmt: skip
    st.button("Make it of the settings in force", key="protocol_make", on_click=_made, type="primary", width="stretch")


def _show(cohort: session.Held, now: Protocol) -> None:
    say.strong(f"The {called(now)}")
    say.small(DATED)
    say.small(f"Primary analysis: {sentence(now.primary)}")
    names = listed([lower(fixed_name(name)) for name in now.subgroups])
    say.small(f"Prespecified subgroups: {names or 'none'}.")
    if lacking := held.fitting(cohort.study, session.spec()).missing:
        say.warning(f"This cohort does not have {listed(list(lacking))}.")
    if set(now.subgroups) & set(RAISED_BY_IVIG):
        say.small(OF_THE_DAY)
    labels = {**row_names(AnalysisSpec()), **row_names(now.primary), **row_names(session.spec())}
    if unknown := [name for name in now.sensitivity if name not in labels]:
        say.warning(f"There is no sensitivity analysis called {listed(unknown)}.")
    if now.sensitivity:
        say.small(
            f"Prespecified sensitivity analyses: {'; '.join(labels.get(name, name) for name in now.sensitivity)}."
        )
    st.download_button(
        "Download the protocol (JSON)", lambda: protocol_text(now), f"protocol-{now.day.isoformat()}.json",
        "application/json", key="protocol_save", on_click="ignore", icon=":material/download:", width="stretch",
    )  # fmt: skip
    say.small(KEEP)
    st.button("Remove the protocol", key="protocol_forget", on_click=held.forget, type="tertiary")


def _made() -> None:
    state = st.session_state
    session.clear_messages()
    try:
        day = state.get(DAY)
        made = Protocol(
            day=day if isinstance(day, date) else date.today(), primary=session.spec(), title=str(state.get(TITLE, "")),
            subgroups=tuple(state.get(SUBGROUPS, ())), sensitivity=tuple(state.get(ROWS, ())),
        )  # fmt: skip
    except SpecError as error:
        session.tell(_told(error))
        return
    held.use(made, session.spec())


def _load() -> None:
    file = st.session_state.get(FILE)
    if file is None:
        return
    session.clear_messages()
    try:
        asked = from_text(file.getvalue())
    except SpecListError as found:
        for error in found.errors[:MOST_SAID]:
            session.tell(_told(error))
        if len(found.errors) > MOST_SAID:
            session.tell(f"The file has {len(found.errors) - MOST_SAID:,} more faults.")
        return
    _use(asked)


def _use(asked: Asked) -> None:
    """Settings of a file without a protocol leave the one in force: what differs from it is then told."""
    held.use(asked.protocol or held.protocol(), asked.spec)
    now = session.current()
    if now is not None and (lacking := held.fitting(now.study, session.spec()).missing):
        session.tell(
            f"The protocol names {listed(list(lacking))}, which this cohort does not have: load the file with it, or "
            "take the name out of the protocol."
        )


def _told(error: SpecError) -> str:
    return f"Nothing was loaded: {error.field} = {error.value!s} is not allowed; allowed is {error.allowed}."
