"""A table on paper has the rows of the one on the screen as text, whatever they hold."""

from __future__ import annotations

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from pages.shell.escape import escape_markdown
from pages.shell.paper import MOST

HOSTILE = "![](http://x.example/a.png) <b> | ü"


def _shown(frame: pd.DataFrame) -> AppTest:
    def script():
        import streamlit as st

        from pages.shell.paper import grid

        grid(st.session_state["frame"], "tried")

    test = AppTest.from_function(script)
    test.session_state["frame"] = frame
    return test.run()


def test_cells_and_heads_are_text_and_heads_that_look_alike_stay_apart():
    frame = pd.DataFrame([[HOSTILE, 1200, 0.5, None, ["a", "b"]]], columns=["in days", "in days ", HOSTILE, "x", "y"])
    test = _shown(frame)
    assert not test.exception
    printed = test.table[0].value
    assert printed.iloc[0].tolist() == [escape_markdown(HOSTILE), "1,200", "0.5", "–", "a, b"]
    assert [name.rstrip("\u2060") for name in printed.columns] == [
        "in days",
        "in days",
        escape_markdown(HOSTILE),
        "x",
        "y",
    ]
    assert test.dataframe[0].value.iloc[0, 0] == HOSTILE


@pytest.mark.parametrize("rows", [MOST, MOST + 1])
def test_a_long_one_says_how_much_of_it_is_there(rows):
    test = _shown(pd.DataFrame({"n": range(rows)}))
    assert len(test.table[0].value) == MOST
    assert bool(test.caption) == (rows > MOST)
