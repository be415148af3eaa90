"""What the first visitor would wait for is loaded when the server starts.

The first page is loaded before the server answers: meanwhile a visitor's browser would only wait longer for its own
files. The other pages are loaded in a thread.
"""

from __future__ import annotations

import gc
import logging
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from importlib import import_module
from pathlib import Path
from threading import Thread
from typing import Any

from streamlit.runtime import Runtime

from pages.keep.clock import sweeping
from pages.keep.door import uploads_stay_in_memory

log = logging.getLogger("ivig.pages")

PAGES = Path(__file__).resolve().parents[1]
FIRST = ("pages.shell.frame", "pages.shell.exhibit", "ivig_core.figures.overview.headline_words",
         "pages.overview.metrics", "ivig_core.study.overview.key_rows", "ivig_core.study.patients.lanes",
         "ivig_core.study.trust.doubts", "ivig_core.figures.overview.forest",
         "ivig_core.figures.overview.swimmer")  # fmt: skip


@asynccontextmanager
async def warm_up(_app: object) -> AsyncIterator[dict[str, Any]]:
    """Load the rooms of the first page, then let the server answer and load the others beside it; sweep meanwhile."""
    uploads_stay_in_memory()
    load(FIRST)
    set_aside()
    Thread(target=load_others, name="warm-up", daemon=True).start()
    async with sweeping():
        yield {}


def load(modules: Iterable[str]) -> None:
    """Import modules. One that fails is logged: the server answers all the same, and the page in need says so."""
    for name in modules:
        try:
            import_module(name)
        except Exception as defect:
            log.error("warm-up of %s: %s", name, type(defect).__name__)


def load_others() -> None:
    """The other pages; what they need is set aside too, unless somebody is there already."""
    load(rooms())
    if not Runtime.exists() or not Runtime.instance()._session_mgr.num_sessions():
        set_aside()


def set_aside() -> None:
    """What is in memory now, the libraries, is not looked at again in search of garbage.

    Streamlit searches all of it after every run of a page, which took as long as a fit. Nothing of a user's may be
    there yet: it would not be set free where it refers to itself.
    """
    gc.collect()
    gc.freeze()


def rooms() -> list[str]:
    """Every module in a folder of the pages."""
    return [f"pages.{path.parent.name}.{path.stem}" for path in sorted(PAGES.glob("*/*.py")) if path.stem != "main"]
