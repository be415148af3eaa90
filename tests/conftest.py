"""For all tests: examples are the same in every run, and a busy machine fails none of them."""

from __future__ import annotations

import gc

from hypothesis import settings

import ivig_core.one_thread  # noqa: F401 - tests beside each other, like sessions, leave no core to a second thread

settings.register_profile("steady", derandomize=True, deadline=None)
settings.load_profile("steady")


def pytest_collection_finish() -> None:
    """What is loaded by now stays until the end: no search for what can be thrown away goes through it again.

    It saves little, 0.2 of 10 s of processor time where it was measured.
    """
    gc.collect()
    gc.freeze()
