"""What a planned study is: what is entered, and what the cohort or a stated default gives where nothing is."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, NamedTuple

from ivig_core.errors import SpecError, SpecListError

Source = Literal["entered", "cohort", "default"]
COHORT: Source = "cohort"
ENTERED: Source = "entered"
DEFAULT: Source = "default"


class Limit(NamedTuple):
    """What a number of a plan may be, both ends allowed; `whole`: only whole numbers."""

    low: float
    high: float
    whole: bool = False

    @property
    def allowed(self) -> str:
        return f"a {'whole ' if self.whole else ''}number from {self.low:g} to {self.high:g}"


LIMITS = {
    "ratio": Limit(0.01, 100),
    "power": Limit(0.5, 0.99),
    "alpha": Limit(0.001, 0.2),
    "follow_up_days": Limit(2, 7305, whole=True),
    "on_days": Limit(0, 7305, whole=True),
    "share_on": Limit(0, 1),
    "rate": Limit(0.01, 50),
    "variance": Limit(0, 10),
    "start_by_rate": Limit(-3, 3),
    "first_per_year": Limit(0, 24),
    "again_per_year": Limit(0, 24),
    "trigger": Limit(0, 50),
    "trigger_days": Limit(1, 90, whole=True),
    "doses": Limit(1, 200),
    "interval_days": Limit(7, 120, whole=True),
    "season": Limit(0.2, 5),
}
"""Every number of a plan with what it may be."""

FALLBACK = {
    "follow_up_days": 730.0, "on_days": 240.0, "share_on": 0.5, "rate": 2.0, "variance": 0.5, "start_by_rate": 0.0,
    "first_per_year": 0.5, "again_per_year": 0.5, "trigger_days": 30.0, "trigger": 1.0, "doses": 8.0,
}  # fmt: skip
"""What is taken where neither the user nor the cohort says: assumptions, said as such."""
OF_EXPOSURE = ("follow_up_days", "on_days", "share_on")
OF_COURSES = ("first_per_year", "again_per_year", "doses")


@dataclass(frozen=True)
class StudyPlan:
    """A planned study. What is None comes from the cohort, or is `FALLBACK` where that does not tell.

    ratio: rate ratio on IVIG that is to be seen. power: probability of a clear result. alpha: two-sided level.
    follow_up_days (days a patient), on_days (days on IVIG of a patient given it), share_on (proportion of patients
    given IVIG, 0 to 1): with any of the three the exposure is entered, else it is that of the cohort's patients.
    rate: infections per patient-year off IVIG. variance: of the rate between patients (gamma, mean 1).
    By simulation: start_by_rate (exponent with which first courses go with a patient's own rate),
    first_per_year, again_per_year (courses started per year off IVIG without a recent infection),
    trigger (factor on both) in the trigger_days days after an infection, doses (mean of a course), interval_days
    (between doses), season (rate in winter against summer).
    """

    ratio: float = 0.60
    power: float = 0.80
    alpha: float = 0.05
    follow_up_days: int | None = None
    on_days: int | None = None
    share_on: float | None = None
    rate: float | None = None
    variance: float | None = None
    start_by_rate: float | None = None
    first_per_year: float | None = None
    again_per_year: float | None = None
    trigger: float | None = None
    trigger_days: int | None = None
    doses: float | None = None
    interval_days: int = 28
    season: float = 1.0

    def __post_init__(self) -> None:
        errors = [error for name in LIMITS if (error := _error(name, getattr(self, name)))]
        follow, on = self.follow_up_days, self.on_days
        if not errors and follow is not None and on is not None and on > follow:
            errors.append(SpecError("on_days", on, f"no more than the follow-up of {follow} days"))
        if len(errors) == 1:
            raise errors[0]
        if errors:
            raise SpecListError(errors)

    @property
    def entered_exposure(self) -> bool:
        """Whether the days on IVIG are entered rather than those of the cohort."""
        return any(getattr(self, name) is not None for name in OF_EXPOSURE)

    @property
    def entered(self) -> dict[str, Any]:
        """What is not left to the cohort."""
        return {name: value for name, value in asdict(self).items() if value is not None}


NAMES = tuple(field.name for field in fields(StudyPlan))
OPTIONAL = tuple(field.name for field in fields(StudyPlan) if field.default is None)


def _error(name: str, value: Any) -> SpecError | None:
    limit = LIMITS[name]
    if value is None and name in OPTIONAL:
        return None
    number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    if not number or not limit.low <= value <= limit.high or (limit.whole and value != int(value)):
        return SpecError(name, value, limit.allowed)
    return None
