"""What the columns of a hospital's own file mean: what was guessed and why, what is open, and what it would become."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from ivig_core.cohort.intake import Intake
from ivig_core.cohort.mapping import answer
from ivig_core.cohort.mapping.mapping import CohortMapping
from ivig_core.cohort.mapping.mapping_json import as_json, read_mapping
from ivig_core.errors import CohortError
from ivig_core.figures.words import counted
from pages.data.answers import control
from pages.data.columns import change_one, columns_of_file
from pages.data.controls import button
from pages.data.ledger import ledger
from pages.data.problems import problems
from pages.data.waiting import Waiting, discard, keep, load, preview, waiting
from pages.shell import say, session

NUMBER = "mapping_number"
REFUSED = "mapping_refused"


def meaning_panel(use: Callable[[Intake], None]) -> None:
    """Everything about the file that waits; `use` takes what it became when the user says so."""
    held = waiting()
    if held is None:
        return
    _introduction(held)
    _questions(held)
    columns_of_file(held)
    change_one(held)
    _load()
    _outcome(held, use)


def _introduction(held: Waiting) -> None:
    sizes = ", ".join(f"{grid.name}: {len(grid):,} rows" for grid in held.book.grids[:5])
    say.line(f"{held.name} is in a shape of its own ({sizes}). Below is what its columns are taken for.")
    if held.reused:
        say.note(f"The columns are those of {held.reused}: what was settled there is used again. Check it below.")
    else:
        say.small("Nothing is used before you say so. Each guess says why it was made and how sure it is. "
                  "Until then the file is not kept when the page is loaded anew.")  # fmt: skip


def _questions(held: Waiting) -> None:
    asked = sorted(held.mapping.questions, key=lambda question: not answer.asks_order(question))
    unsure = [guess for guess in held.mapping.guesses if guess.sure == "unsure"]
    if not asked and not unsure:
        return
    several = len(held.book.grids) > 1
    say.strong(f"To settle first: {counted(len(asked) + len(unsure), 'point')}")
    # Keys go with the question, so that an answer does not show up in the control of the next one.
    for question in asked:
        with st.container(border=True):
            place = [question.sheet] if several and question.sheet else []
            where = ", ".join([*place, *([question.column] if question.column else [])])
            say.line(f"{where}: {question.message}" if where else question.message)
            control(held, question, _number(question))
    for guess in unsure:
        with st.container(border=True):
            say.line(f"{guess.column} is probably {guess.means}: {guess.why}.")
            with st.container(horizontal=True):
                button("That is right", f"confirm_{_number(guess)}", answer.confirmed, guess)
                button("It is something else", f"refuse_{_number(guess)}", answer.refused, guess)


def _number(of: object) -> int:
    return hash(of) % 10**12


def _load() -> None:
    """A mapping that was saved before, in the place of what was guessed."""
    with st.expander("Load a mapping that was saved (JSON)"):
        number = st.session_state.setdefault(NUMBER, 0)
        file = st.file_uploader("Mapping (JSON)", key=f"mapping_{number}", max_upload_size=5)
        if refused := st.session_state.get(REFUSED):
            say.error(refused)
        if file is None:
            return
        st.session_state[REFUSED] = _loaded(file.name, file.getvalue())
        st.session_state[NUMBER] = number + 1
        file.close()
        st.rerun()


def _loaded(name: str, data: bytes) -> str:
    """What stands against a mapping; empty where it is used."""
    try:
        return load(read_mapping(data), name)
    except CohortError as error:
        return str(error)


def _outcome(held: Waiting, use: Callable[[Intake], None]) -> None:
    """What the file would become, and the buttons that end it."""
    shown = preview()
    if shown is None:
        return
    say.strong("What it would become")
    if shown.cohort is not None:
        cohort = shown.cohort
        facts = f"{counted(len(cohort.infection), 'infection')}, {counted(len(cohort.ivig), 'IVIG row')}"
        say.line(f"{counted(len(cohort), 'patient')}, {facts}, {counted(len(cohort.lab), 'laboratory value')}.")
        if not len(cohort.infection):
            say.warning("No infection was found: every patient would count as one without any.")
        if not len(cohort.ivig):
            say.warning("No IVIG was found: every day of every patient would count as one without.")
    ledger(shown, "waiting")
    problems(shown, "waiting")
    open_ = is_open(held.mapping)
    with st.container(horizontal=True):
        st.button("Use it like this", key="map_use", type="primary", disabled=open_ or shown.cohort is None,
                  on_click=_use, args=(shown, use))  # fmt: skip
        st.download_button(
            "Save this mapping (JSON)", lambda: as_json(held.mapping).encode(), "mapping.json", "application/json",
            key="map_save", on_click="ignore", icon=":material/download:",
        )  # fmt: skip
        st.button("Let the file go", key="map_discard", on_click=discard)
    if open_:
        say.small("Settle the points above first.")


def is_open(mapping: CohortMapping) -> bool:
    """Whether something has to be settled before a file is used."""
    return bool(mapping.questions) or any(guess.sure == "unsure" for guess in mapping.guesses)


def _use(shown: Intake, use: Callable[[Intake], None]) -> None:
    session.clear_messages()
    keep()
    use(shown)
    discard()
