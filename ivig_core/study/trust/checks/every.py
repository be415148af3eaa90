"""All checks in the order in which they are shown."""

from __future__ import annotations

from collections.abc import Callable

from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study
from ivig_core.study.trust.checks import (
    around_first_dose,
    dose_gaps,
    end_of_follow_up,
    exposure_over_time,
    few_data,
    infections_after,
)
from ivig_core.study.trust.checks.verdict import Verdict

CHECKS: tuple[tuple[str, Callable[[Study, AnalysisSpec], Verdict]], ...] = tuple(
    (check.NAME, check.verdict)
    for check in (around_first_dose, few_data, infections_after, end_of_follow_up, exposure_over_time, dose_gaps)
)
"""Name and verdict of every check that needs no choice; the negative control needs one (`negative_control`)."""


def verdicts(study: Study, spec: AnalysisSpec) -> tuple[Verdict, ...]:
    """The verdict of every check of `CHECKS`."""
    return study.once(
        "verdicts", spec.selection, spec.exposure, spec.endpoint, spec.model,
        make=lambda: tuple(check(study, spec) for _, check in CHECKS),
    )  # fmt: skip
