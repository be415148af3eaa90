"""A part that fails says so in its own place; the log holds no patient's value."""

from __future__ import annotations

import logging

from streamlit.testing.v1 import AppTest

from tests.app.conftest import ROOT


def _script() -> None:
    import streamlit as st

    from ivig_core.errors import EstimationError
    from pages.shell.panel import panel

    with panel("One"):
        raise EstimationError("there is no estimate for these data")
    with panel("Two"):
        raise KeyError("Ada Lovelace")
    st.caption("still here")


def test_guard(caplog):
    with caplog.at_level(logging.ERROR, logger="ivig.pages"):
        test = AppTest.from_function(_script).run()
    assert not test.exception
    assert test.info[0].value == "There is no estimate for these data."
    assert test.caption[0].value == "still here"
    apology = test.error[0].value
    assert "Error id" in apology
    assert "Ada" not in apology + caplog.text
    assert "KeyError" in caplog.text
    assert apology.split()[-1] in caplog.text


def test_a_defect_in_one_table_leaves_the_rest(monkeypatch):
    def broken(study, spec):
        raise ValueError("patient P001")

    monkeypatch.setattr("pages.overview.metrics.incidence_rates", broken)
    test = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    assert not test.exception
    assert test.error
    assert "P001" not in "".join(item.value for item in test.error)
    assert test.title[0].value.startswith("Fewer infections on IVIG")
