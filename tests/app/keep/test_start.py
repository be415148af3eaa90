"""A first run that is cut off by a click loses neither the settings of the address nor the cohort."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def test_a_run_that_is_cut_off_is_made_up_for():
    def script():
        import streamlit as st

        from pages.keep import start as first
        from pages.shell import session

        class Cut(BaseException):
            pass

        def cut(window):
            raise Cut

        kept = first.reopen
        first.reopen = kept if "cut" in st.session_state else cut
        try:
            first.start()
        except Cut:
            st.session_state["cut"] = True
        finally:
            first.reopen = kept
        held = session.current()
        st.text(f"{held.sample if held else 'none'} {session.spec().exposure.window_days}")

    test = AppTest.from_function(script)
    test.query_params["sample"], test.query_params["window_days"] = "bispecific", "45"
    assert test.run().text[0].value == "none 45"
    test.query_params.clear()
    assert test.run().text[0].value == "bispecific 45"
    assert test.run().text[0].value == "bispecific 45"
