"""The user's own file: read it, keep the cohort, drop the raw bytes; a file that fails leaves everything as it was."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import cast

import streamlit as st
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile

from ivig_core.cohort.checks.identify import is_number_of_person
from ivig_core.cohort.intake import Intake
from ivig_core.cohort.read import APP_LIMITS, read_cohort
from ivig_core.cohort.reading.dates import DateOrder
from ivig_core.study.study import Study
from pages.data.waiting import begin, waiting
from pages.data.waiting import discard as let_go
from pages.keep.door import SESSION_BYTES
from pages.shell import say, session
from pages.shell.escape import escape_markdown
from pages.shell.panel import guard
from pages.shell.session import ATTEMPT

NUMBER = "upload_number"
MEGABYTES = APP_LIMITS.max_bytes // 1_000_000
ORDERS: tuple[tuple[DateOrder, str], ...] = (
    ("dmy", "Day first: 03/04/2020 is 3 April"),
    ("mdy", "Month first: 03/04/2020 is March 4"),
)


@dataclass(frozen=True, eq=False)
class Attempt:
    """The latest file. `data` is kept only while the file waits for an answer of the user's; `key` is that of its
    cohort on the shelf."""

    name: str
    intake: Intake
    data: bytes | None = None
    drop: tuple[str, ...] = ()
    date_order: DateOrder | None = None
    key: str = ""


def attempt() -> Attempt | None:
    """The latest file of this session."""
    return st.session_state.get(ATTEMPT)


def uploader() -> None:
    """The place to drop a file. It is emptied after reading, so that the raw file does not stay in memory."""
    number = st.session_state.setdefault(NUMBER, 0)
    # Of any kind: what cannot be read is refused by the reader, in words that say what to do.
    file = st.file_uploader(
        "Your file: CSV, Excel workbook, ZIP of CSVs, REDCap export, SAS (xpt, sas7bdat) or Parquet",
        key=f"upload_{number}", max_upload_size=MEGABYTES,
    )  # fmt: skip
    if file is None:
        return
    name, data = file.name, taken_out(file)
    try:
        with st.spinner("Reading the file …"):
            take(name, data)
    finally:
        st.session_state[NUMBER] = number + 1
    st.rerun()


def take(
    name: str,
    data: bytes,
    drop: tuple[str, ...] = (),
    date_order: DateOrder | None = None,
    numbers: frozenset[str] = frozenset(),
) -> None:
    """Read a file; show its cohort if there is one. What one session may have in memory is looked at before.

    `numbers` are columns with the numbers of people: one of them may be replaced by new study ids.
    """
    session.clear_messages()
    held = session.own_bytes() - _waiting_bytes(name)
    if held + len(data) > SESSION_BYTES:
        session.tell(_too_much(name, len(data), held))
        return
    intake = read_cohort(data, name=Path(name).stem, drop=drop, date_order=date_order)
    people = [column for column in intake.identifying_columns if column not in numbers]
    waits = intake.cohort is None and (intake.asks_date_order or people)
    if intake.mapping is not None and intake.cohort is None and not waits:
        begin(name, data, drop, date_order, numbers)
        discard()
        return
    held_one = waiting()
    if held_one is not None and held_one.name == name:
        let_go()
    _hold(name, intake, len(data), drop, date_order, data if waits else None)


def use(intake: Intake) -> None:
    """Show the cohort of a file whose columns have been said to be understood."""
    held = waiting()
    if held is not None:
        _hold(held.name, intake, held.size, held.drop)


def _hold(
    name: str,
    intake: Intake,
    size: int,
    drop: tuple[str, ...] = (),
    date_order: DateOrder | None = None,
    data: bytes | None = None,
) -> None:
    """Keep what was found, and the cohort where there is one on the shelf alone: taken from there, it is gone."""
    kept, cohort = intake.without_cohort(), intake.cohort
    key = f"upload:{st.session_state.setdefault(NUMBER, 0)}:{cohort.fingerprint}" if cohort is not None else ""
    st.session_state[ATTEMPT] = Attempt(name, kept, data, drop, date_order, key)
    if cohort is not None:
        title = _free_name(cohort.name)
        session.hold(key, session.Held(title, "your file", Study(cohort), intake.notes, kept, size=size))


def questions(tried: Attempt) -> None:
    """What only the user can answer: the order of day and month, and whether to go on without some columns."""
    if tried.data is None:
        return
    if tried.intake.asks_date_order:
        say.line("Which order of day and month does the file use?")
        with st.container(horizontal=True):
            for order, words in ORDERS:
                st.button(escape_markdown(words), key=f"order_{order}", on_click=_again, kwargs={"date_order": order})
    columns = tuple(name for name in tried.intake.identifying_columns if name != "patient_id")
    if columns:
        named = ", ".join(columns)
        say.line(f"These columns may identify people: {named}. Nothing of them is shown.")
        with st.container(horizontal=True):
            st.button("Continue without these columns", key="drop_columns", on_click=_again, kwargs={"drop": columns})
            if tried.intake.mapping is not None and all(map(is_number_of_person, columns)):
                # Nothing names people but these numbers: a study id in their place is a way to tell patients apart.
                st.button("Replace the numbers by new study ids", key="replace_numbers", on_click=_again,
                          kwargs={"numbers": frozenset(columns)})  # fmt: skip


def discard() -> None:
    """Forget the latest file and its problems; a cohort that was read stays."""
    st.session_state.pop(ATTEMPT, None)


def _again(
    drop: tuple[str, ...] = (), date_order: DateOrder | None = None, numbers: frozenset[str] = frozenset()
) -> None:
    tried = attempt()
    if tried is not None and tried.data is not None:
        columns = tuple(dict.fromkeys((*tried.drop, *drop)))
        with guard("the file"):
            take(tried.name, tried.data, columns, date_order or tried.date_order, numbers)


def taken_out(file: UploadedFile) -> bytes:
    """The bytes of a file, which the server itself keeps no longer."""
    data = file.getvalue()
    context = get_script_run_ctx()
    if context is not None:
        manager = cast(MemoryUploadedFileManager, context.uploaded_file_mgr)
        manager.remove_file(context.session_id, file.file_id)
    file.close()
    return data


def _waiting_bytes(name: str) -> int:
    """Bytes in memory that reading a file lets go: of the latest one, and of one with the same name that waits."""
    held, tried = waiting(), attempt()
    same = held.size if held is not None and held.name == name else 0
    return same + len((tried.data if tried is not None else None) or b"")


def _too_much(name: str, size: int, held: int) -> str:
    return (
        f"{name} was not read: with its {_megabytes(size)} this session would have more than "
        f"{_megabytes(SESSION_BYTES)} of files in memory; it has {_megabytes(held)}. Remove a cohort from memory first."
    )


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.0f} MB"


def _free_name(name: str) -> str:
    taken = {held.name for held in session.shelf().values()}
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name} ({number})"
    return free
