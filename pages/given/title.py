"""The title of the page: how many were given IVIG, and in what they differed most at the start."""

from __future__ import annotations

from ivig_core.figures.given.words import finding
from ivig_core.spec import AnalysisSpec
from ivig_core.study.given.apart import apart
from ivig_core.study.study import Study


def given_title(study: Study, spec: AnalysisSpec) -> str:
    """`43 of 143 patients had IVIG; most apart at the start in infections in the year before`."""
    found = apart(study, spec)
    return finding(found.treated, found.patients, found.variable)
