"""Codes by which people and data bases write that something is not known: one list for every column."""

from __future__ import annotations

NOT_KNOWN = frozenset(
    {"na", "n/a", "#n/a", "#na", "nan", "null", ".", "-", "--", "?", "missing", "n.a.", "k.a.", "unk", "nask",
     "not known", "not recorded"}
)  # fmt: skip
"""Texts that are never a value, in lower case."""
SENTINELS = (-9.0, -99.0, -999.0, -9999.0, -88.0, -77.0)
"""Numbers by which data bases write that a value is not known."""
_PERHAPS = frozenset({"none", "nil", "unknown", "unbekannt", "nicht bekannt", "99", "999", "-9", "-99"})


def may_be_not_known(text: str) -> bool:
    """Whether a cell that is no value of its column says that something is not known.

    There also `none`, `unknown` and 99 do, which can be levels of a column of the user's own.
    """
    return text.strip().lower() in NOT_KNOWN | _PERHAPS
