"""A table of a page: its header again on every sheet of paper, the first of several columns names the rows."""

from __future__ import annotations

import math

import pandas as pd

from ivig_core.report.html.markup import Markup, element, lines, plain, text

NOTHING_TO_LIST = "There is nothing to list."
WIDE = 8
"""From so many columns on the letters of a printed table are smaller."""
SHORT = 12
"""Up to so many rows a table stays on one sheet of paper."""
LONG_WORD = 18
"""A longer word may be broken, so that its column does not push the others off the paper."""


def table(frame: pd.DataFrame, caption: str, labelled_by: str = "") -> Markup:
    """A frame, or a sentence where it has no rows. `labelled_by`: id of the heading that says what it shows."""
    if frame.empty:
        return element("p", text(NOTHING_TO_LIST))
    heads = (element("th", text(name), scope="col", **_long(str(name))) for name in frame.columns)
    rows = (_row([cell(value) for value in values]) for values in frame.itertuples(index=False, name=None))
    looks = [*(["wide"] if len(frame.columns) >= WIDE else []), *(["short"] if len(frame) <= SHORT else [])]
    attributes = {"class_": " ".join(looks)} if looks else {}
    if labelled_by:
        attributes["aria_labelledby"] = labelled_by
    return element(
        "table",
        lines(
            element("caption", text(caption)),
            element("thead", element("tr", *heads)),
            element("tbody", lines(*rows)),
        ),
        **attributes,
    )


def cell(value: object) -> str:
    """A cell as it is read. Numbers belong in words before; one that is left has six digits at most."""
    if value is None or value is pd.NaT or value is pd.NA:
        return ""
    if isinstance(value, float):
        return "" if math.isnan(value) else f"{value:.6g}"
    return plain(value)


def _row(cells: list[str]) -> Markup:
    named = (
        [element("th", text(cells[0]), scope="row", **_long(cells[0]))] if len(cells) > 1 and cells[0].strip() else []
    )
    return element("tr", *named, *(element("td", text(value), **_long(value)) for value in cells[len(named) :]))


def _long(words: str) -> dict[str, str]:
    return {"class_": "long"} if max(map(len, words.split()), default=0) > LONG_WORD else {}
