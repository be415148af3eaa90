"""Any file that is read → its sheets of cells. What a file is, its bytes say, never its name alone."""

from __future__ import annotations

from ivig_core.cohort.columns import REQUIRED_HEADERS
from ivig_core.cohort.formats.grid import Book
from ivig_core.cohort.formats.text import read_text
from ivig_core.cohort.problems import Findings
from ivig_core.cohort.reading.gate import Limits
from ivig_core.cohort.reading.headers import plain

_FEWEST_HEADERS = 2
_BEGINNING = 100_000


def is_ours(data: bytes) -> bool:
    """Whether a file is meant as a long CSV of ours: its first line has some of the headers that such a file must have.

    What is no text is not ours.
    """
    beginning = data[:_BEGINNING].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe\r\n\t ,;")
    first = next(iter(beginning.splitlines()), b"").decode("utf-8", errors="ignore")
    if first.lower().startswith("sep="):
        first = next(iter(beginning.splitlines()[1:]), b"").decode("utf-8", errors="ignore")
    names = {plain(cell.strip('" ')) for separator in ",;\t" for cell in first.split(separator)}
    return len(names & set(REQUIRED_HEADERS)) >= _FEWEST_HEADERS


def open_book(data: bytes, name: str, limits: Limits, findings: Findings) -> Book:
    """The sheets of a file; `RefusedError` where it is none that is read, or larger than `limits` in what it means."""
    return read_text(data, name, limits, findings)
