"""Tables for other programs: no cell runs as a formula in a spreadsheet, or as markup in a browser."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import pandas as pd

from ivig_core.numbers import Withheld

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def written(frame: pd.DataFrame) -> pd.DataFrame:
    """A copy with the words of what is withheld, which pandas would write as a missing number."""
    return frame.map(_words)


def _words(value: object) -> object:
    return str(value) if isinstance(value, Withheld) else value


def safe_cell(value: object) -> object:
    """A text that a spreadsheet could run gets an apostrophe in front, what is withheld is in words; everything else
    comes back as it is."""
    value = _words(value)
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA_STARTS) else value


def safe_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """A copy whose headers and text cells are safe to open in a spreadsheet; numbers stay numbers."""
    safe = frame.copy()
    for position, dtype in enumerate(frame.dtypes):
        if pd.api.types.is_numeric_dtype(dtype) or pd.api.types.is_datetime64_any_dtype(dtype):
            continue
        column = frame.iloc[:, position].astype(object)
        safe.isetitem(position, column.map(safe_cell))
    safe.columns = [safe_cell(name) for name in frame.columns]
    return safe


def safe_csv(frame: pd.DataFrame) -> bytes:
    """A frame as CSV for download, without its index; the mark in front lets Excel read it as UTF-8."""
    return safe_frame(frame).to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig")


@dataclass(frozen=True, eq=False)
class Exhibit:
    """A table as it is printed: its caption, cells in words, and the remarks under it. The first column names rows."""

    caption: str
    frame: pd.DataFrame
    remarks: Sequence[str] = ()


def safe_html(title: str, exhibits: Sequence[Exhibit], lead: Sequence[str] = ()) -> bytes:
    """One self-contained page with tables for reading and printing, under its title and the sentences of `lead`;
    everything in them is shown as text.

    It loads nothing and runs nothing. Cells are written as they are: numbers belong in words before.
    """
    body = "\n".join([*(f"<p>{_text(line)}</p>" for line in lead), *map(_section, exhibits)])
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{_text(title)}</title>\n'
        f"<style>{_LOOK}</style>\n</head>\n<body>\n<h1>{_text(title)}</h1>\n{body}\n</body>\n</html>\n"
    ).encode()


_LOOK = """
body { font-family: sans-serif; font-size: 14px; color: #1F2A33; margin: 2em; max-width: 70em; }
h1 { font-size: 20px; }
table { border-collapse: collapse; margin-top: 1.5em; }
caption { text-align: left; font-weight: bold; padding: 0.4em 0; }
th, td { text-align: left; padding: 0.25em 0.9em 0.25em 0; vertical-align: top; }
thead th { border-top: 2px solid; border-bottom: 1px solid; }
tbody th { font-weight: 600; }
tbody tr:last-child > * { border-bottom: 2px solid; }
p { color: #56616B; margin: 0.4em 0; }
@media print { body { margin: 0; font-size: 10pt; } thead { display: table-header-group; } tr { break-inside: avoid; } }
"""


def _section(item: Exhibit) -> str:
    heads = "".join(f'<th scope="col">{_text(name)}</th>' for name in item.frame.columns)
    rows = "\n".join(_row(values) for values in item.frame.itertuples(index=False, name=None))
    remarks = "\n".join(f"<p>{_text(remark)}</p>" for remark in item.remarks)
    return (
        f"<table>\n<caption>{_text(item.caption)}</caption>\n<thead><tr>{heads}</tr></thead>\n"
        f"<tbody>\n{rows}\n</tbody>\n</table>\n{remarks}"
    )


def _row(values: tuple[object, ...]) -> str:
    first, *rest = map(_text, values)
    return f'<tr><th scope="row">{first}</th>{"".join(f"<td>{cell}</td>" for cell in rest)}</tr>'


def _text(value: object) -> str:
    return escape("" if value is None else str(value), quote=True)
