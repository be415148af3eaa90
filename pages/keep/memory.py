"""Memory that is not used any more is given back to the computer."""

from __future__ import annotations

import ctypes
import gc


def give_back() -> None:
    """Collect what nothing refers to. glibc then holds the freed pages, with what stood in them, until it is told to
    trim them; other C libraries have no such call and need none."""
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if hasattr(ctypes, "CDLL") else None
    if trim is not None:
        trim(0)
