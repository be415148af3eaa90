"""The page holds the whole report as text, runs what is ours and asks nobody for anything."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections import Counter

import pandas as pd
import plotly.graph_objects as go
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ivig_core.report.content import Exhibit, Paragraphs
from ivig_core.report.html.markup import css_string, plain
from ivig_core.report.html.page import to_html
from ivig_core.report.html.table import cell
from ivig_core.report.html.tables import tables_page
from ivig_core.report.words.checklist import checklist
from ivig_core.report.words.paragraphs import paragraphs
from ivig_core.spec import AnalysisSpec
from tests.core.report.made import MADE, exhibits, of
from tests.core.report.reports import Read, figure, report, table

MARKUP = st.text(st.sampled_from(list("ab<>&\"'/=! -|;:{}()\\%$#äß°\x00\x1b\u2028")), min_size=1, max_size=12)
HOSTILE = "</script><!--</style><img src=http://x.example/a.png onerror=alert(1)>]]>&lt;'\""


def _everywhere(said: str) -> bytes:
    """A page with one text in every field that a report has."""
    frame = table((said, said), ("plain", ""), columns=(said, f"{said} again"))
    drawn = figure(said).add_bar(x=[said], y=[1], name=said, hovertemplate=said)
    items = Exhibit("k", said, said, drawn, frame, remarks=(said,)), Exhibit(said, said, said, table=frame)
    checklist = table((said,), columns=(said,))
    return to_html(
        report(
            *items, title=said, cohort=said, settings=said, words=Paragraphs(said, said, (said,)), hospital=said,
            notes=said, shared=said, checklist=checklist, spec=AnalysisSpec().change(where="own=</pre><b>'&\""),
        )
    )  # fmt: skip


@pytest.fixture(scope="module")
def harmless() -> Read:
    return Read(_everywhere("harmless"))


@given(said=MARKUP.map(lambda drawn: f"x{drawn}x"))
@example(said=HOSTILE)
@settings(max_examples=15)
def test_every_text_is_text_wherever_it_stands(said, harmless):
    page = Read(_everywhere(said))
    shown = plain(said)

    assert page.tags == harmless.tags
    assert set(page.attributes) == set(harmless.attributes) | (
        {("th", "class"), ("td", "class")} & set(page.attributes)
    )
    assert page.texts["h1"] == page.texts["title"] == [shown]
    assert page.texts["td"].count(shown) == 3
    assert page.texts["th"].count(shown) == 5
    assert page.texts["h3"] == [shown, shown]
    assert page.texts["p"].count(shown) >= 6
    assert said in [trace.get("name") for trace in _figures(page)[0]["data"]]


def _figures(page: Read) -> list[dict]:
    return [json.loads(script) for script in page.texts["script"] if script.startswith('{"data"')]


@given(said=MARKUP)
def test_the_foot_on_paper_is_one_string_of_the_style_sheet(said):
    written = css_string(said)
    assert re.fullmatch(r'"(?:[A-Za-z0-9]|\\[0-9a-f]+ )*"', written)
    assert re.sub(r"\\([0-9a-f]+) ", lambda code: chr(int(code[1], 16)), written[1:-1]) == plain(said)


def test_only_our_scripts_may_run_and_nothing_may_be_asked_for():
    page = to_html(report(Exhibit("one", "Overview", "A finding", figure()))).decode()
    rule = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)[1].replace("&#x27;", "'")
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    digests = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts]

    assert rule.startswith("default-src 'none'; script-src ")
    assert set(re.findall(r"'sha256-([^']*)'", rule)) == set(digests)
    assert len(digests) == 2
    assert not {"connect-src", "unsafe-eval", "http:", "https:", "*"} & set(rule.replace(";", " ").split())
    assert page.index("Content-Security-Policy") < page.index("<script")
    assert json.loads(Read(page.encode()).texts["script"][0])["config"]["showSendToCloud"] is False


def test_a_page_without_figures_carries_no_library():
    page = to_html(report(Exhibit("one", "Overview", "A finding", table=table(("On IVIG", "47")))))
    assert len(page) < 20_000
    assert b"<script" not in page


def test_order_contents_words_settings_and_stamp_are_there():
    spec = AnalysisSpec().change(window_days=45)
    items = [Exhibit(f"k{at}", section, f"Finding {at}") for at, section in enumerate(("B", "A", "A", "B"))]
    page = Read(
        to_html(
            report(
                *items,
                spec=spec,
                synthetic=True,
                shared="Small numbers are hidden.",
                notes="Ask.",
                checklist=table(("1", "Title")),
            )
        )
    )

    headings = "Contents|Results|Figures and tables|Methods|References|Checklist|Notes|Settings"
    assert page.texts["h2"] == headings.split("|")
    assert page.texts["h3"] == [item.title for item in items]
    assert [text for text in page.texts["p"] if text in "AB"] == ["B", "A", "A", "B"]
    targets = {value[1:] for value in page.values if value.startswith("#")}
    assert len(targets) == page.tags["a"] == 7 + 4
    assert targets <= set(page.values)
    assert AnalysisSpec.from_dict(json.loads(page.texts["code"][-1])) == spec
    assert "Small numbers are hidden." in page.texts["p"]
    assert any("SYNTHETIC" in text for text in page.texts["p"])
    assert page.texts["p"][-1] == "SYNTHETIC data · Retrospective cohort; not treatment advice · 2026-11-28"


@pytest.mark.parametrize(("frame", "cells"), [
    (pd.DataFrame({"a": []}), []),
    (pd.DataFrame({"a": ["x", None], "n": [1.0, float("nan")], "m": [2, 30]}), ["1", "2", "", "", "30"]),
])  # fmt: skip
def test_a_cell_without_a_value_is_empty_and_a_table_without_rows_a_sentence(frame, cells):
    page = Read(tables_page("Title", [Exhibit("k", "s", "Caption", table=frame)]))
    assert page.texts.get("td", []) == cells
    assert ("There is nothing to list." in page.texts.get("p", [])) == (not cells)


def test_a_page_of_tables_shows_everything_as_text_and_loads_nothing():
    frame = pd.DataFrame({"Name": [HOSTILE, "plain"], HOSTILE: ["1.20 (0.90–1.60)", None]})
    items = [Exhibit("k", "s", HOSTILE, table=frame, remarks=(HOSTILE,)), Exhibit("k", "s", "second", table=frame)]
    page = Read(tables_page(HOSTILE, items, [HOSTILE]))

    assert page.tags["table"] == page.tags["caption"] == 2
    assert not {"script", "img", "link", "a", "iframe"} & set(page.tags)
    shown = [text for texts in page.texts.values() for text in texts if text == HOSTILE]
    # Title and head, lead, caption, header and cell of both tables, and the remark.
    assert len(shown) == 2 + 1 + 1 + 2 * 2 + 1


def test_a_figure_carries_what_it_shows_and_stays_as_it_was():
    drawn = go.Figure([
        go.Scatter(x=[1, 2], y=[1, 2], customdata=[["SYN0001"], ["SYN0002"]], ids=["SYN0001", "SYN0002"]),
        go.Scatter(x=[1], y=[1], text=["SYN0003"], mode="lines", hoverinfo="skip"),
        go.Scatter(x=[1], y=[1], name="SYN0004", visible=False),
        go.Bar(x=[1], y=[1], customdata=["shown"], hovertemplate="%{customdata}", text=["label"]),
    ])  # fmt: skip
    drawn.update_layout(meta={"alt": "What it shows", "patient": "SYN0005"}, width=333)
    before = drawn.to_plotly_json()
    page = Read(to_html(report(Exhibit("k", "s", "t", drawn), synthetic=True)))
    found = _figures(page)[0]

    assert "SYN" not in json.dumps(found).replace("SYNTHETIC", "")
    assert found["data"][-1]["customdata"] == ["shown"]
    assert found["data"][-1]["text"] == ["label"]
    assert "SYNTHETIC" in found["layout"]["title"]["subtitle"]["text"]
    assert "width" not in found["layout"]
    assert "Synthetic data. What it shows" in page.values
    assert drawn.to_plotly_json() == before


@pytest.mark.parametrize("name", MADE)
def test_every_cohort_has_its_page_with_the_same_words_and_numbers(name):
    """One patient, nobody with IVIG, no infection, ratios of 0 and infinity, names that look like markup."""
    made = report(*exhibits(name), words=paragraphs(of(name)), checklist=checklist(of(name)))
    page = Read(to_html(made))
    wanted = [
        plain(cell(value)) for one in made.exhibits if one.table is not None for value in one.table.to_numpy().ravel()
    ]
    shown = Counter([*page.texts.get("td", []), *page.texts["th"]])
    assert Counter(wanted) - shown == Counter()
    assert page.texts["h3"] == [plain(one.title) for one in made.exhibits]
    assert page.tags["figure"] == sum(one.figure is not None for one in made.exhibits)
    for written in _figures(page):
        assert "NaN" not in json.dumps(written)
