"""The finding of the baseline table: how many were given IVIG, and in what they differed most at the start."""

from __future__ import annotations

from ivig_core.figures.groups import variable_name
from ivig_core.figures.words import count, is_number, lower


def finding(treated: float | str, patients: float | str, variable: str = "") -> str:
    """`43 of 143 patients had IVIG; most apart at the start in infections in the year before`.

    Counts that were withheld are texts.
    """
    if is_number(patients) and patients == 1:
        return "The one patient had IVIG" if treated else "The one patient had no IVIG"
    if is_number(treated) and treated in (0, patients):
        return f"All {count(patients)} patients had IVIG" if treated else f"None of {count(patients)} patients had IVIG"
    more = f"; most apart at the start in {lower(variable_name(variable))}" if variable else ""
    return f"{count(treated)} of {count(patients)} patients had IVIG{more}"
