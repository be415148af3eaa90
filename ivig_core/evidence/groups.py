"""A cohort and the groups of patients that the studies compare, each a `Study` of its own."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ivig_core.cohort.cohort import Cohort
from ivig_core.errors import EstimationError
from ivig_core.estimate.survival.landmark import groups
from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study
from ivig_core.terms import ON

ALL, IVIG, REFERENCE, PRIMARY, OTHERS = "all", "ivig", "reference", "primary", "others"


class Groups:
    """Groups of patients of one cohort.

    - `all`: everybody.
    - `ivig`: at least one on-IVIG day in follow-up; `reference`: none.
    - `primary`: a first dose before any infection of any grade, also one before follow-up; `others`: everybody else,
      with IVIG after an infection or without IVIG.

    These groups look ahead: what a patient is counted as is not known on the first day. That is how the studies formed
    them, so survival by them carries immortal time.
    """

    def __init__(self, cohort: Cohort) -> None:
        self.cohort = cohort
        self._studies = {ALL: Study(cohort)}
        self._members: dict[str, np.ndarray] = {}

    def members(self, name: str) -> np.ndarray:
        """Which patients of the cohort are in a group (bool, one per patient)."""
        if name not in self._members:
            self._members[name] = MEMBERS[name](self._studies[ALL])
        return self._members[name]

    def study(self, name: str) -> Study:
        """The patients of a group; `EstimationError` for a group without patients."""
        if name not in self._studies:
            members = self.members(name)
            if not members.any():
                raise EstimationError(f"the cohort has no patient {WHO[name]}")
            self._studies[name] = Study(self.cohort.subset(members))
        return self._studies[name]


def _everybody(study: Study) -> np.ndarray:
    return np.ones(len(study.full), bool)


def _with_ivig(study: Study) -> np.ndarray:
    table = study.time(AnalysisSpec()).table
    return np.isin(np.arange(len(study.full)), table.loc[(table["state"] == ON).to_numpy(bool), "patient"])


def _primary(study: Study) -> np.ndarray:
    return np.asarray(groups(study.full, "ivig_strategy", 0) == "primary")


MEMBERS: dict[str, Callable[[Study], np.ndarray]] = {
    ALL: _everybody,
    IVIG: _with_ivig,
    REFERENCE: lambda study: ~_with_ivig(study),
    PRIMARY: _primary,
    OTHERS: lambda study: ~_primary(study),
}
WHO = {
    IVIG: "with a day on IVIG",
    REFERENCE: "without a day on IVIG",
    PRIMARY: "with a first dose before any infection",
    OTHERS: "other than those with a first dose before any infection",
}
