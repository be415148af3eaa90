"""Text from files made harmless where Streamlit reads Markdown: labels, messages, metrics, help lines."""

from __future__ import annotations

import re

# A backslash before what Markdown, HTML, entities, $formulas$ and tables begin with, and before what makes a list.
_ACTIVE = re.compile(r"([\\`*_{}\[\]<>#~$|&!]|^[-+=]|(?<=^\d)[.)](?=\s|$))")
_NUMBERED = re.compile(r"^(\d{2,9})([.)])(?=\s|$)")
# Bare addresses and :emoji: are looked for after backslashes are gone: only a character between their parts, one that
# has no width, keeps them text.
_FOUND_LATER = re.compile(r"(:(?=\S)|@|www(?=\.))", re.IGNORECASE)
_NO_WIDTH = "\u2060"


def escape_markdown(text: object) -> str:
    """The text as it stands, on one line, with nothing in it that Markdown would act on."""
    line = _ACTIVE.sub(r"\\\1", " ".join(str(text).split()))
    line = _NUMBERED.sub(r"\1\\\2", line)
    return _FOUND_LATER.sub(rf"\1{_NO_WIDTH}", line)
