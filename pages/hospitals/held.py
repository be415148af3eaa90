"""The files of hospitals that this session has, and what was made of them. They are in `st.session_state` alone."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import TypeVar

import streamlit as st

from ivig_core.hospitals.pool import Pooled, pool
from ivig_core.hospitals.site import Site
from ivig_core.study.memo import Memo

FILES, SHOWN, REFUSED = "hospital_files", "hospital_shown", "hospital_refused"
MADE, ROUNDS = "hospital_made", "hospital_rounds_held"
KEPT = 24
SYNTHETIC = "SYNTHETIC"
"""What the name of a hospital begins with whose patients are simulated."""
T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Loaded:
    """A file that was read: what it is called, what tells it from others, its bytes, and the hospital."""

    file: str
    digest: str
    size: int
    site: Site


def files() -> tuple[Loaded, ...]:
    """The files in the order in which they were read."""
    return st.session_state.get(FILES, ())


def keep(loaded: tuple[Loaded, ...]) -> None:
    """These are the files now; what was made of others is not kept."""
    st.session_state[FILES] = loaded
    st.session_state.pop(SHOWN, None)


def remove(digest: str) -> None:
    """Forget one file."""
    keep(tuple(item for item in files() if item.digest != digest))
    st.session_state[REFUSED] = []


def forget() -> None:
    """Forget every file, what was said of others, and a file that was made."""
    for name in (FILES, SHOWN, REFUSED, MADE, ROUNDS):
        st.session_state.pop(name, None)


def refused() -> list[str]:
    """Why files of the last upload were not taken."""
    return st.session_state.setdefault(REFUSED, [])


def once(name: str, *parts: Hashable, make: Callable[[], T]) -> T:
    """What `make` gives for the files that are loaded, made once for these parts; it goes with the files."""
    memo: Memo = st.session_state.setdefault(SHOWN, Memo(KEPT))
    return memo.get((name, *parts), make)


def pooled() -> Pooled:
    """The hospitals together. Raises `HospitalError` without a file."""
    return once("pooled", make=lambda: pool([item.site for item in files()]))


def is_synthetic(site: Site) -> bool:
    """Whether a hospital calls itself simulated."""
    return site.name.startswith(SYNTHETIC)


def simulated() -> bool:
    """Whether any of the hospitals is simulated: then no number is one of patients."""
    return any(is_synthetic(item.site) for item in files())
