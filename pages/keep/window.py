"""A window and what it had loaded: it is asked for its key when a session begins, and told the key to store.

The key is in the window's own storage, which a reload keeps and another window does not have; only browsers that have
uploaded something are asked. When it closes it says so, and what it had loaded is let go once no reload has followed.
"""

from __future__ import annotations

import streamlit as st
from streamlit import config

from pages.keep.browser import browser, is_connected, session_id
from pages.keep.store import CLOSING, KEPT, Content
from pages.protocol import held as protocol
from pages.shell import session
from pages.shell.panel import guard

WINDOW, ANSWER, LATE, LOST = "own_window", "window_answer", "window_late", "window_lost"
PATIENCE = 4
"""Seconds after which a window that does not answer is not waited for any more."""
SCRIPT = """
const name = "ivig_window";
export default function ({ data, setStateValue }) {
  try {
    if (data.ask) setStateValue("window", sessionStorage.getItem(name) || "");
    else if (data.window) sessionStorage.setItem(name, data.window);
    else sessionStorage.removeItem(name);
    if (!data.ask && !globalThis.ivigCloses) {
      globalThis.ivigCloses = true;
      addEventListener("pagehide", () => {
        const key = sessionStorage.getItem(name);
        if (key) navigator.sendBeacon(data.path, key);
      });
    }
  } catch {
    if (data.ask) setStateValue("window", "");
  }
}
"""
"""Our own constant: no word of a file is in it."""
NO_ANSWER = (
    "This window did not tell whether it had loaded a cohort. If it had, load the file again: what is shown is not it."
)
NOT_IN_MEMORY = (
    "What was loaded in this window, a cohort or a protocol, is no longer in memory: the server was started anew, or "
    "more than 30 minutes have passed. Load the file again on Data, or choose a sample; until then no number is shown."
)


def key_of_window() -> str:
    """The key that this window has stored, empty where it has none; the run ends here until the window has answered."""
    if browser() is None:
        return ""
    answer = st.session_state.get(ANSWER)
    if answer is None:
        asked = st.components.v2.component("window_asked", js=SCRIPT)
        answer = asked(key="window_asked", data={"ask": True}, on_window_change=_answered).get("window")
    if answer is None:
        _wait()
        st.stop()
    st.session_state[ANSWER] = answer
    return str(answer)


def reopen(window: str) -> Content[session.Held] | None:
    """What a window had loaded; None where it is not in memory any more."""
    known = browser()
    found = KEPT.take(known, window, session_id(), is_connected) if known and window else None
    if found is None:
        st.session_state[WINDOW] = window
        st.session_state[LOST] = bool(window)
        return None
    st.session_state[WINDOW] = found[0]
    return found[1]


def remember() -> None:
    """Keep what this session has loaded as it is now."""
    own = {key: held for key, held in session.shelf().items() if not held.sample}
    known, window = browser(), st.session_state.get(WINDOW, "")
    fixed = protocol.protocol()
    if known is None or not (own or window or fixed is not None):
        return
    content = Content(own, st.session_state.get(session.CURRENT, ""), session.spec(), fixed)
    st.session_state[WINDOW] = KEPT.keep(known, window, session_id(), content)
    if own or fixed is not None:
        st.session_state[LOST] = False


def tell_window() -> None:
    """The window stores its key, or drops one that leads nowhere once something else is shown."""
    window = st.session_state.get(WINDOW, "")
    if not window or (st.session_state.get(LOST) and session.current() is None):
        return
    own = any(not held.sample for held in session.shelf().values()) or protocol.protocol() is not None
    told = st.components.v2.component("window_told", js=SCRIPT)
    base = str(config.get_option("server.baseUrlPath") or "").strip("/")
    path = f"/{base}{CLOSING}" if base else CLOSING
    told(key="window_told", data={"window": window if own else "", "path": path})


def _answered() -> None:
    """The answer is in the state of what asked."""


@st.fragment(run_every=PATIENCE)
def _wait() -> None:
    """A fragment: it runs again after a while, and by then the window has answered or never will."""
    with guard("the question to this window"):
        if st.session_state.get(LATE):
            st.session_state[ANSWER] = ""
            session.tell(NO_ANSWER)
            st.rerun()
        st.session_state[LATE] = True
