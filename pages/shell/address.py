"""The address and the browser's history: one step for a page, and Back undoes a setting.

The browser turns to another page when it is told the pages, and drops the settings from the address as it does so. Told
of the settings before, it makes one step of both; told afterwards, two, of which the first leads nowhere, so that Back
had to be pressed twice.
"""

from __future__ import annotations

from typing import Any

from streamlit.runtime.scriptrunner import get_script_run_ctx

from ivig_core.cohort.baseline_columns import FREE_TEXT
from pages.shell import session
from pages.shell.panel import guard


def address() -> None:
    """Before the pages are told: the address has the settings, or after Back the settings are those of the address."""
    with guard("the address"):
        context = get_script_run_ctx()
        if context is not None and context.is_history_navigation:
            _follow()
        session.write_url()


def _follow() -> None:
    """The settings that the address tells of; filters and groups that are kept out of addresses stay as they are."""
    held, before = session.current(), session.spec()
    own = held.cohort.own_baseline if held else ()
    private = own if held is None or held.sample else (*own, *FREE_TEXT)
    hidden = tuple(item for item in before.selection.where if item.column in private)
    session.read_url()
    group = before.survival.survival_group
    if hidden or group in own:
        changes: dict[str, Any] = {"survival_group": group} if group in own else {}
        session.change(where=(*session.spec().selection.where, *hidden), **changes)
    session.fit_to_cohort()
