"""Share mode of the pages: nothing exact and nobody single is on any of them, and a deployment can insist."""

from __future__ import annotations

import pytest

from ivig_core.disclosure import Rule
from pages.share.page import EXHIBITED, NOT_SHARED, OWN
from pages.shell.navigation import DETAIL, LOOK, QUESTION, USE
from tests.app.conftest import PAGES
from tests.core.disclosure.attacker import everything, small_words

SENTENCE = "Small numbers are hidden"
ELSEWHERE = ("published_evidence", "9_data")
"""Pages with numbers of other studies, and of samples as their descriptions have them."""


def words(app) -> list[str]:
    """Every text and cell of the page and its figures."""
    tables = [str(cell) for item in app.test.dataframe for _, cell in everything(item.value)]
    drawn = [text for figure in app.figures for _, text in everything(figure) if isinstance(text, str)]
    return [*app.said.split("\n"), *tables, *drawn, *(f"{item.label} {item.value}" for item in app.test.metric)]


def test_no_page_shows_a_small_count_or_a_patient_and_each_says_what_it_hides(start):
    app = start({"share": "1", "sample": "daratumumab"})
    titles = {f"pages/{file}": title for file, title, _ in (*LOOK, *DETAIL, *QUESTION, *USE)}
    assert set(titles) == set(PAGES)
    assert set(titles.values()) == {*EXHIBITED, *OWN, *NOT_SHARED}
    for path, title in titles.items():
        app = app.page(path)
        shown = words(app)
        assert "SYN0" not in "\n".join(shown), path
        assert not app.test.metric, path
        if not any(name in path for name in ELSEWHERE):
            assert [found for text in shown for found in small_words(text, Rule())] == [], path
        if title in EXHIBITED:
            assert SENTENCE in app.said, title
            assert len(app.test.dataframe), title
        elif title in NOT_SHARED:
            assert NOT_SHARED[title] in app.said
            assert not len(app.test.dataframe), title
            assert not app.figures, title
    assert app.test.query_params["share"] == "1"


def test_the_button_begins_and_ends_it(start):
    app = start()
    exact = app.said
    assert "143 patients" in exact
    app.test.button(key="share_on").click().run()
    assert SENTENCE in app.sound().said
    assert "145 patients" in app.said
    assert "143" not in app.said
    assert app.test.query_params["share"] == "1"
    app.test.button(key="share_off").click().run()
    assert app.sound().said == exact
    assert "share" not in app.test.query_params


def test_a_deployment_insists_and_sets_the_rule(start, monkeypatch):
    monkeypatch.setenv("IVIG_SHARE", "always")
    monkeypatch.setenv("IVIG_SHARE_THRESHOLD", "11")
    app = start({"share": "0"})
    assert "counts of 11 or fewer" in app.said
    assert not [button for button in app.test.button if button.key in ("share_on", "share_off")]
    assert "share" not in app.test.query_params


@pytest.mark.parametrize("value", ["-3", "many", "0"])
def test_a_rule_that_is_none_shows_nothing(start, monkeypatch, value):
    monkeypatch.setenv("IVIG_SHARE", "always")
    monkeypatch.setenv("IVIG_SHARE_THRESHOLD", value)
    app = start()
    assert not len(app.test.dataframe)
    assert not app.figures
    assert "is not allowed" in app.said


def test_with_nobody_left_there_is_a_sentence(start):
    app = start({"share": "1", "where": "age>=120"})
    assert "No patient of this cohort meets the filters." in app.said
    assert not len(app.test.dataframe)
