"""What one browser session holds: its cohorts with their analyses, the settings, and messages about them.

The settings are one `AnalysisSpec`; widgets and the URL are views of it. Everything is in `st.session_state`, so that
nothing of one user can reach another; what a reload has to find again is kept by `pages/keep/`, for this window alone.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, TypeVar

import streamlit as st

from ivig_core.cohort.baseline_columns import FREE_TEXT
from ivig_core.cohort.cohort import Cohort
from ivig_core.cohort.intake import Intake
from ivig_core.errors import SpecError
from ivig_core.persontime.baseline import baseline_columns
from ivig_core.spec import IVIG_GROUPS, SETTINGS, AnalysisSpec, Condition
from ivig_core.spec.words import WORDS, text_of, value_words
from ivig_core.study.memo import Memo
from ivig_core.study.study import Study
from pages.keep.browser import browser
from pages.keep.store import KEPT
from pages.shell.navigation import PRESENT, read_modes, told_modes
from pages.shell.navigation import presenting as presenting
from pages.shell.navigation import sharing as sharing

T = TypeVar("T")

SPEC, SHELF, CURRENT, MESSAGES = "spec", "shelf", "current_cohort", "messages"
SECOND, OF_SECOND = "second_spec", "b."
"""Settings that are compared with those in force, and what their names begin with in the address."""
ATTEMPT, WAITING = "upload_attempt", "waiting_file"
CHANGES, COPY = "changes_of_versions", "deidentified_copy"
# What is put aside for slides, the files made of it, the template for them, and the title of the page that is shown.
SLIDES, MADE, TEMPLATE, SECTION = "slides_shelf", "slides_made", "slides_template", "section"
SAMPLE = "sample"
UPLOADS_KEPT, FIGURES_KEPT = 4, 48
LONGEST_ADDRESS = 10_000
FIRST_NAMED = next(iter(SETTINGS))
"""A setting that the address names where the second set is the default, so that it is told from none."""


@dataclass(frozen=True, eq=False)
class Held:
    """A cohort of this session with its analyses. `sample` is the file of a sample, empty for the user's own data;
    `size` is the bytes of the user's file."""

    name: str
    source: str
    study: Study
    notes: tuple[str, ...] = ()
    intake: Intake = field(default_factory=partial(Intake, None))
    sample: str = ""
    size: int = 0
    shown: Memo = field(default_factory=partial(Memo, FIGURES_KEPT))

    @property
    def cohort(self) -> Cohort:
        return self.study.full

    def rested(self) -> Held:
        """The same without the analyses, tables and figures that were made so far."""
        return replace(self, study=Study(self.cohort), shown=Memo(FIGURES_KEPT))


def spec() -> AnalysisSpec:
    """The settings of this session."""
    if SPEC not in st.session_state:
        st.session_state[SPEC] = AnalysisSpec()
    return st.session_state[SPEC]


def once(name: str, *parts: Hashable, make: Callable[[], T]) -> T:
    """What `make` gives for the cohort that is shown, made once for these parts: figures and tables in words."""
    held = current()
    return held.shown.get((name, *parts), make) if held else make()


def time_parts(given: AnalysisSpec) -> tuple[Hashable, ...]:
    """Everything that person-time with its infections depends on."""
    return given.selection, given.exposure, given.endpoint


def rate_parts(given: AnalysisSpec) -> tuple[Hashable, ...]:
    """Everything that rates and ratios depend on: all but the part about survival."""
    return *time_parts(given), given.model


def present(on: bool) -> None:
    """Begin or end presenting."""
    st.session_state[PRESENT] = on


def change(**settings: Any) -> None:
    """Change settings; one that is not allowed leaves all as they were and says why."""
    st.session_state[MESSAGES] = []
    try:
        st.session_state[SPEC] = spec().change(**settings)
    except SpecError as error:
        tell(not_changed(error))


def reset(*names: str) -> None:
    """Back to the default: these settings, or all of them where none is named."""
    changes = {name: SETTINGS[name].default for name in names or SETTINGS}
    change(**changes)


def shelf() -> dict[str, Held]:
    """Every cohort that this session can go back to, by key."""
    return st.session_state.setdefault(SHELF, {})


def own_uploads() -> list[str]:
    """Keys of the user's own cohorts on the shelf, in the order of loading."""
    return [key for key, held in shelf().items() if not held.sample]


def current() -> Held | None:
    """The cohort that is shown."""
    return shelf().get(st.session_state.get(CURRENT, ""))


def hold(key: str, held: Held) -> None:
    """Put a cohort on the shelf and show it. Only the latest uploads are kept; samples can always be read again."""
    shelf()[key] = held
    st.session_state[CURRENT] = key
    for old in own_uploads()[:-UPLOADS_KEPT]:
        del shelf()[old]
    _slides_of_shelf()
    # What was said of a version that may be gone by now.
    st.session_state.pop(CHANGES, None)
    fit_to_cohort()


def leave_data() -> None:
    """Another page than Data is shown: a de-identified copy and the key to it are not kept meanwhile."""
    st.session_state.pop(COPY, None)


def show(key: str) -> None:
    """Show a cohort of the shelf."""
    if key in shelf():
        st.session_state[CURRENT] = key
        fit_to_cohort()


def restore(cohorts: Mapping[str, Held], kept: AnalysisSpec) -> None:
    """Put on the shelf what this window had loaded before a reload, with filters that the address does not tell.

    Each gets analyses of its own: those of the session that has ended may still be in use by its last run.
    """
    for key, held in cohorts.items():
        shelf()[key] = held.rested()
    own = {name for held in cohorts.values() for name in held.cohort.own_baseline}
    if kept.to_query(own, FREE_TEXT) == spec().to_query():
        st.session_state[SPEC] = kept


def own_bytes() -> int:
    """Bytes of the user's own files that are in memory: of cohorts, of files that wait, of a template."""
    waits, tried, template = (st.session_state.get(name) for name in (WAITING, ATTEMPT, TEMPLATE))
    read = [(item.data if item is not None else None) or b"" for item in (tried, template)]
    return sum(held.size for held in shelf().values()) + (waits.size if waits is not None else 0) + sum(map(len, read))


def forget(key: str) -> None:
    """Take a cohort off the shelf and out of memory, with what was said of its file, what a reload would find, and a
    file that waits."""
    shelf().pop(key, None)
    _slides_of_shelf()
    st.session_state.pop(WAITING, None)
    st.session_state.pop(CHANGES, None)
    latest = st.session_state.get(ATTEMPT)
    if latest is not None and latest.key == key:
        del st.session_state[ATTEMPT]
    known = browser()
    if known is not None:
        KEPT.forget(known, key)
    if st.session_state.get(CURRENT) == key:
        st.session_state[CURRENT] = next(reversed(shelf()), "")
        fit_to_cohort()


def _slides_of_shelf() -> None:
    """Slides, and files made of them, go with their cohort."""
    for name in {SLIDES, MADE} & set(st.session_state):
        st.session_state[name] = [item for item in st.session_state[name] if item.cohort in shelf()]


def tell(text: str) -> None:
    """Keep a message until it is read or a setting changes."""
    messages = st.session_state.setdefault(MESSAGES, [])
    if text not in messages:
        messages.append(text)


def messages() -> list[str]:
    """Messages not yet read."""
    return st.session_state.setdefault(MESSAGES, [])


def clear_messages() -> None:
    """All messages are read."""
    st.session_state[MESSAGES] = []


def fit_to_cohort() -> None:
    """Drop settings that name what the cohort does not have, and say so."""
    held = current()
    if held is None:
        return
    st.session_state[SPEC] = fitting(held, spec())
    if SECOND in st.session_state:
        st.session_state[SECOND] = fitting(held, st.session_state[SECOND])


def fitting(held: Held, given: AnalysisSpec) -> AnalysisSpec:
    """Settings without those that name what a cohort does not have; a message for each that was dropped."""
    kept = tuple(item for item in given.selection.where if _fits(held.study, item))
    dropped = [item for item in given.selection.where if item not in kept]
    changes: dict[str, Any] = {"where": kept} if dropped else {}
    for item in dropped:
        tell(f"The filter {value_words('where', item)} does not fit this cohort and was left out.")
    group = given.survival.survival_group
    if group not in (*IVIG_GROUPS, "none", *baseline_columns(held.cohort)):
        changes["survival_group"] = SETTINGS["survival_group"].default
        tell(f"This cohort has no column {group}: survival is compared by {value_words(*_default_group())}.")
    return given.change(**changes) if changes else given


def read_url() -> None:
    """Settings of the address, once, when the session starts."""
    query = st.query_params.to_dict()
    if sum(map(len, (*query, *query.values()))) > LONGEST_ADDRESS:
        query = {}
        tell("The address is too long to be one of this dashboard's; all settings are at their default.")
    query.pop(SAMPLE, None)
    read_modes(query)
    other = {name.removeprefix(OF_SECOND): query.pop(name) for name in list(query) if name.startswith(OF_SECOND)}
    read, errors = AnalysisSpec.collect(query)
    st.session_state[SPEC] = read
    if other:
        st.session_state[SECOND], more = AnalysisSpec.collect(other)
        errors += more
    for error in errors:
        tell(_url_message(error))


def write_url() -> None:
    """The address shows the changed settings, the sample where it is not the first one, whether it is presented and
    whether small numbers are hidden; never data or ids."""
    held = current()
    private = held.cohort.own_baseline if held else ()
    values = () if held and held.sample else FREE_TEXT
    query = spec().to_query(private, values)
    if SECOND in st.session_state:
        other: AnalysisSpec = st.session_state[SECOND]
        told = other.to_query(private, values) or {FIRST_NAMED: str(other.get(FIRST_NAMED))}
        query |= {f"{OF_SECOND}{name}": value for name, value in told.items()}
    if held and held.sample and held.sample != st.session_state.get("first_sample"):
        query[SAMPLE] = held.sample
    query |= told_modes()
    if st.query_params.to_dict() != query:
        st.query_params.from_dict(query)


def not_changed(error: SpecError) -> str:
    """What is said of a setting that was asked for and is not allowed."""
    return f"{_label(error.field)} was not changed: {error.value!s} is not allowed; allowed is {error.allowed}."


def _url_message(error: SpecError) -> str:
    if error.field not in SETTINGS:
        return f"The address names a setting that does not exist: {error.value!s}. It was left out."
    used = text_of(error.field, SETTINGS[error.field].default)
    return (
        f"The address asks for {_label(error.field)} = {error.value!s}, which is not allowed "
        f"(allowed: {error.allowed}). The default is used: {used}."
    )


def _fits(study: Study, condition: Condition) -> bool:
    try:
        study.cohort(AnalysisSpec().change(where=(condition,)))
    except SpecError:
        return False
    return True


def _default_group() -> tuple[str, str]:
    return "survival_group", AnalysisSpec().survival.survival_group


def _label(name: str) -> str:
    return WORDS[name].label if name in WORDS else name
