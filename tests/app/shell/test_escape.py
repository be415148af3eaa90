"""Values from files are text and nothing else."""

from __future__ import annotations

import pytest

from pages.shell.escape import escape_markdown


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("![x](http://a/b)", "\\!\\[x\\](http:\u2060//a/b)"),
        ("<img src=x>", r"\<img src=x\>"),
        (":red[x] :smile: $x$", ":\u2060red\\[x\\] :\u2060smile: \\$x\\$"),
        ("# a", r"\# a"),
        ("- a", r"\- a"),
        ("1. a", r"1\. a"),
        ("12) a", r"12\) a"),
        ("a\n\n    b", "a b"),
        ("www.x.org a@b.c", "www\u2060.x.org a@\u2060b.c"),
        ("0.54 (0.40–0.71), days: 30", "0.54 (0.40–0.71), days: 30"),
        ("R-ISS 3.5", "R-ISS 3.5"),
        (r"\[x]", r"\\\[x\]"),
    ],
)
def test_what_markdown_would_act_on_is_escaped(text, safe):
    assert escape_markdown(text) == safe
