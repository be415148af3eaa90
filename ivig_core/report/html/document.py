"""A whole page around a body: its look, what may run in it, and the sheets of paper that it is printed on."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from functools import cache
from importlib import resources

from ivig_core.report.html.markup import NOTHING, Markup, css_string, element, lines, text

SHEET = "@page { size: A4; margin: 15mm 12mm 17mm; }"
SMALL_PRINT = "color: #56616B; font: 8pt Arial, Helvetica, 'Liberation Sans', sans-serif;"


def document(title: str, inside: Markup, scripts: Sequence[Markup] = (), style: Markup = NOTHING) -> bytes:
    """The page. `scripts` may run in it and nothing else may; it asks nobody for anything, whatever is in `inside`."""
    head = lines(
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=policy(scripts)),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="referrer", content="no-referrer"),
        element("title", text(title)),
        element("style", ours("look.css"), style),
    )
    ran = (element("script", script) for script in scripts)
    page = element("html", lines(element("head", head), element("body", lines(inside, *ran))), lang="en")
    return f"<!doctype html>\n{page}\n".encode()


def policy(scripts: Sequence[Markup]) -> str:
    """Content Security Policy: these scripts by their digest, styles and pictures that stand in the page itself."""
    allowed = " ".join(f"'sha256-{_digest(script)}'" for script in scripts) or "'none'"
    return (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; img-src data: blob:; "
        "base-uri 'none'; form-action 'none'"
    )


def sheets(foot: str = "") -> Markup:
    """Style of sheets of A4 with their number at the bottom of each, beside the foot of a report."""
    return Markup(
        f"{SHEET}\n@page {{ @bottom-left {{ content: {css_string(foot)}; width: 85%; {SMALL_PRINT} }}\n"
        f'@bottom-right {{ content: counter(page) " / " counter(pages); {SMALL_PRINT} }} }}\n'
    )


@cache
def ours(name: str) -> Markup:
    """A script or style sheet that lies beside this file."""
    return Markup((resources.files("ivig_core.report.html") / name).read_text(encoding="utf-8"))


@cache
def _digest(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
