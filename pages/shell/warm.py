"""What the first visitor would wait for is loaded when the server starts."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module
from pathlib import Path
from threading import Thread
from typing import Any

log = logging.getLogger("ivig.pages")

PAGES = Path(__file__).resolve().parents[1]
FIRST = ("pages.shell.frame", "pages.overview.headline_words", "pages.overview.metrics")


@asynccontextmanager
async def warm_up(_app: object) -> AsyncIterator[dict[str, Any]]:
    """Begins to load every room of the pages beside the start of the server, which does not wait for it."""
    Thread(target=load, name="warm-up", daemon=True).start()
    yield {}


def load() -> None:
    """Import the rooms, those of the first page first, and draw its figures once."""
    try:
        for name in (*FIRST, *rooms()):
            import_module(name)
    except Exception as defect:
        # The server answers without it; the page that needs the module says what is wrong.
        log.error("warm-up: %s", type(defect).__name__)


def rooms() -> list[str]:
    """Every module in a folder of the pages."""
    return [f"pages.{path.parent.name}.{path.stem}" for path in sorted(PAGES.glob("*/*.py")) if path.stem != "main"]
