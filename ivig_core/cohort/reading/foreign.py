"""Files that are no text table, told by their first bytes and not by their name: what each is, and what to do."""

from __future__ import annotations

import re

_SAVE = "Save the table as CSV (UTF-8) and load that."
_DATA_SET = "Save the table as CSV (UTF-8) where it was made, and load that."
_UNPACK = "Unpack it, and load the CSV that is in it."
# First bytes, what such a file is, and the remedy.
_BEGINNINGS: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF", "a PDF", "Take the table from where the PDF was made, and save it as CSV (UTF-8)."),
    (b"{\\rtf", "a formatted text (RTF)", _SAVE),
    (b"\x1f\x8b", "a gzip archive", _UNPACK),
    (b"BZh", "a bzip2 archive", _UNPACK),
    (b"\xfd7zXZ", "an xz archive", _UNPACK),
    (b"7z\xbc\xaf", "a 7z archive", _UNPACK),
    (b"Rar!", "a RAR archive", _UNPACK),
    (b"ARROW1", "an Arrow file", _DATA_SET),
    (b"FEA1", "a Feather file", _DATA_SET),
    (b"$FL2", "an SPSS file", _DATA_SET),
    (b"$FL3", "an SPSS file", _DATA_SET),
    (b"<stata_dta>", "a Stata file", _DATA_SET),
    (b"SQLite format 3", "an SQLite data base", _DATA_SET),
    (b"RDX", "an R file", _DATA_SET),
    (b"\x89HDF", "an HDF5 file", _DATA_SET),
    (b"\x89PNG", "a picture", "Load the table itself, saved as CSV (UTF-8)."),
    (b"\xff\xd8\xff", "a picture", "Load the table itself, saved as CSV (UTF-8)."),
    (b"GIF8", "a picture", "Load the table itself, saved as CSV (UTF-8)."),
)
_MARKUP = re.compile(rb"\s*(?:<\?xml|<!doctype|<html|<table|<workbook|<odm|<meta)", re.IGNORECASE)
_JSON = re.compile(rb"\s*(?:\{\s*(?:\"|\})|\[\s*(?:[\[{]|\]))")
_HEAD = 512


def foreign(data: bytes) -> tuple[str, str] | None:
    """What a file is that is no text table, and the remedy; None for what may be one."""
    head = data[:_HEAD].removeprefix(b"\xef\xbb\xbf")
    for begin, what, remedy in _BEGINNINGS:
        if head.startswith(begin):
            return what, remedy
    if _MARKUP.match(head):
        return "a page or table in XML or HTML", "Open it in a spreadsheet, and save the table as CSV (UTF-8)."
    return ("a JSON file", _DATA_SET) if _JSON.match(head) else None
