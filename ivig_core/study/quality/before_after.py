"""The ratio of an earlier version of a cohort beside that of the version that is shown."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from ivig_core.errors import IvigError
from ivig_core.numbers import ABSENT, estimate
from ivig_core.spec import AnalysisSpec
from ivig_core.study.rates.forest import forest
from ivig_core.study.study import Study


class BeforeAfter(NamedTuple):
    """Rate ratio on against off IVIG with its interval, in words, of the earlier and of the later cohort.

    `why` says of a version without an estimate why there is none.
    """

    before: str
    after: str
    why: str


def before_after(earlier: Study, later: Study, spec: AnalysisSpec) -> BeforeAfter:
    """Both under the settings in force; filters that the earlier cohort cannot answer leave it without a ratio."""
    (before, why_before), (after, why_after) = _ratio(earlier, spec), _ratio(later, spec)
    whys = [f"{when}: {why}" for when, why in (("before", why_before), ("now", why_after)) if why]
    return BeforeAfter(before, after, "; ".join(whys))


def _ratio(study: Study, spec: AnalysisSpec) -> tuple[str, str]:
    try:
        row: pd.Series = forest(study, spec, "overall").iloc[0]
    except IvigError as reason:
        return ABSENT, str(reason)
    text = estimate(row["status"], row["irr"], row["ci_low"], row["ci_high"])
    return (text, "") if text else (ABSENT, str(row["note"] or row["status"].replace("_", " ")))
