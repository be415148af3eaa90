"""Small reports, and a reader of the pages that are made of them."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from html.parser import HTMLParser

import pandas as pd
import plotly.graph_objects as go
from plotly.offline import get_plotlyjs

from ivig_core.report.content import Exhibit, Paragraphs, Report
from ivig_core.spec import AnalysisSpec

DAY = dt.date(2026, 11, 28)


def table(*rows: tuple[str, ...], columns: tuple[str, ...] = ("Period", "Infections")) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=list(columns))


def figure(title: str = "A finding", **more) -> go.Figure:
    drawn = go.Figure(go.Scatter(x=[0, 1, 2], y=[3, 1, 2], name="observed"))
    return drawn.update_layout(
        title={"text": title, "subtitle": {"text": "43 patients"}}, height=400,
        meta={"finding": title, "alt": f"{title}.", "name": "lines"}, **more,
    )  # fmt: skip


def report(*exhibits: Exhibit, **more) -> Report:
    """A report of these exhibits; `more` replaces its other fields."""
    fields = {
        "title": "Infections on IVIG", "cohort": "Cohort 7", "spec": AnalysisSpec(), "settings": "All infections.",
        "words": Paragraphs("How.", "What.", ("Whitaker 2006.",)), "day": DAY,
    }  # fmt: skip
    return Report(exhibits=tuple(exhibits), **{**fields, **more})


class Read(HTMLParser):
    """A page taken apart: elements of each kind, their attributes and their texts, without plotly.js."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.attributes: Counter[tuple[str, str]] = Counter()
        self.values: list[str] = []
        self.texts: dict[str, list[str]] = {}
        self._inside: list[str] = []
        self.feed(page.decode().replace(get_plotlyjs(), ""))
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags[tag] += 1
        self.attributes.update((tag, name) for name, _ in attrs)
        self.values.extend(value or "" for _, value in attrs)
        if tag not in ("meta", "img"):
            self._inside.append(tag)
            self.texts.setdefault(tag, []).append("")

    def handle_endtag(self, tag):
        assert self._inside.pop() == tag, "every element is closed in its turn"

    def handle_data(self, data):
        if self._inside:
            self.texts[self._inside[-1]][-1] += data
