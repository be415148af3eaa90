"""Some tables of a page of the dashboard as a page of their own, for reading and printing."""

from __future__ import annotations

from collections.abc import Sequence

from ivig_core.report.content import Exhibit
from ivig_core.report.html.document import document, sheets
from ivig_core.report.html.markup import element, lines, text
from ivig_core.report.html.table import table


def tables_page(title: str, exhibits: Sequence[Exhibit], lead: Sequence[str] = ()) -> bytes:
    """One page with the tables of some exhibits and their remarks, under its title and the sentences of `lead`.

    It loads nothing and runs nothing, and everything in it is shown as text.
    """
    inside = [element("p", text(line)) for line in lead]
    for item in exhibits:
        if item.table is not None:
            inside.append(table(item.table, item.title))
        inside.extend(element("p", text(remark), class_="remark") for remark in item.remarks)
    return document(title, element("main", lines(element("h1", text(title)), *inside)), style=sheets())
