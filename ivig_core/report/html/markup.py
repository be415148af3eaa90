"""HTML that is put together from texts: what is not `Markup` already is escaped, and the type checker asks for it."""

from __future__ import annotations

import re
from html import escape
from typing import NewType

Markup = NewType("Markup", str)
"""Safe to stand in a page: made by `text` and `element`, or a constant of ours."""

NOTHING = Markup("")
_VOID = frozenset({"meta", "img"})
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
"""Characters that HTML and XML do not allow, or that cannot be written as UTF-8."""


def plain(value: object) -> str:
    """A value as its reader sees it: characters that no page can hold replaced by a mark, line ends alike."""
    written = "" if value is None else str(value)
    return _UNFIT.sub("\ufffd", written.replace("\r\n", "\n").replace("\r", "\n"))


def text(value: object) -> Markup:
    """Any value as text."""
    return Markup(escape(plain(value), quote=True))


def element(name: str, /, *inside: Markup, **attributes: str) -> Markup:
    """An element; values of attributes are escaped, `class_` is written `class` and `aria_label` `aria-label`."""
    written = "".join(
        f' {attribute.rstrip("_").replace("_", "-")}="{text(value)}"' for attribute, value in attributes.items()
    )
    if name in _VOID:
        return Markup(f"<{name}{written}>")
    return Markup(f"<{name}{written}>{''.join(inside)}</{name}>")


def lines(*parts: Markup) -> Markup:
    """Parts below each other, without the empty ones."""
    return Markup("\n".join(part for part in parts if part))


def css_string(value: str) -> Markup:
    """A text as a string of a style sheet: everything but letters of ASCII and digits as its code."""
    coded = (letter if letter.isascii() and letter.isalnum() else f"\\{ord(letter):x} " for letter in plain(value))
    return Markup(f'"{"".join(coded)}"')
