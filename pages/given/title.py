"""The title of the page: how many were given IVIG, and in what they differed most at the start."""

from __future__ import annotations

from ivig_core.figures.groups import variable_name
from ivig_core.figures.words import lower
from ivig_core.spec import AnalysisSpec
from ivig_core.study.given.apart import apart
from ivig_core.study.study import Study


def given_title(study: Study, spec: AnalysisSpec) -> str:
    """`43 of 143 patients had IVIG; most apart at the start in infections in the year before`."""
    found = apart(study, spec)
    had, total = found.treated, found.patients
    if total == 1:
        return "The one patient had IVIG" if had else "The one patient had no IVIG"
    if had in (0, total):
        return f"All {total:,} patients had IVIG" if had else f"None of {total:,} patients had IVIG"
    more = f"; most apart at the start in {lower(variable_name(found.variable))}" if found.variable else ""
    return f"{had:,} of {total:,} patients had IVIG{more}"
