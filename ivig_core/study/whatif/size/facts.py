"""What a cohort tells of a study like it: follow-up, days on IVIG, rate, spread between patients, starts of IVIG."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ivig_core.estimate.whatif.size.course_rates import CourseRates, Intervals, course_rates
from ivig_core.estimate.whatif.size.series_size import Exposed
from ivig_core.estimate.whatif.size.two_groups_size import variance_between_patients
from ivig_core.spec import AnalysisSpec
from ivig_core.study.rates.models import sccs
from ivig_core.study.study import Study
from ivig_core.terms import ON, on_ivig_states

DAYS_PER_YEAR = 365.25
TRIGGER_DAYS = (30, 60, 90)


@dataclass(frozen=True, eq=False)
class Facts:
    """A cohort as a plan takes it. Per patient: `follow_up` (days), `on_days`, `infections`, `expected` (infections off
    IVIG of an average patient in all of these days) and `exposed` (weight: infections as they would be off IVIG).

    `rate`: per day off IVIG. `ratio`: the cohort's own, with which infections on IVIG are set back; 1 where there is
    none. `variance`: between patients, NaN without infections. `courses`: starts and length of courses, where the
    `trigger_days` after an infection count as such.
    """

    follow_up: np.ndarray
    on_days: np.ndarray
    infections: np.ndarray
    expected: np.ndarray
    exposed: Exposed
    rate: float
    ratio: float
    variance: float
    courses: CourseRates
    trigger_days: int

    @property
    def patients(self) -> int:
        return len(self.follow_up)

    @property
    def share_on(self) -> float:
        """Proportion of patients with a day on IVIG."""
        return float((self.on_days > 0).mean()) if self.patients else 0.0


def facts(study: Study, spec: AnalysisSpec, trigger_days: int | None, interval_days: int) -> Facts:
    """All patients with a day at risk; days and infections as the settings count them. Days before the first dose and
    washout that are kept apart count as off IVIG here: a plan has its own. `trigger_days` None: of 30, 60 and 90 days
    those with which the starts of courses are likeliest."""
    plain = spec.change(
        pre_exposure_days=0, washout_days=0, window_cuts=(), dose_day="on", from_first_dose=False,
        exclude_first_days=0, within=(), adjust_for=(),
    )  # fmt: skip
    return study.once(
        "study_facts", plain.selection, plain.exposure, plain.endpoint, plain.model, trigger_days, interval_days,
        make=lambda: _facts(study, plain, trigger_days, interval_days),
    )  # fmt: skip


def _facts(study: Study, spec: AnalysisSpec, trigger_days: int | None, interval_days: int) -> Facts:
    table = study.time(spec).table
    codes, patient = np.unique(table["patient"].to_numpy(), return_inverse=True)
    days = table["days"].to_numpy(float)
    counts = table["infections"].to_numpy(float)
    on = table["state"].isin(on_ivig_states(spec.exposure)).to_numpy(bool)
    n = int(patient.max(initial=-1)) + 1
    follow_up, on_days, infections = (np.bincount(patient, each, n) for each in (days, days * on, counts))
    ratio = _own_ratio(study, spec)
    at_risk = follow_up + on_days * (ratio - 1)
    rate = float(infections.sum() / at_risk.sum()) if n else 0.0
    share = np.divide(on_days, follow_up, out=np.zeros(n), where=follow_up > 0)
    exposed = Exposed(infections / (1 + share * (ratio - 1)), share)
    variance = variance_between_patients(infections, rate * at_risk) if infections.sum() else np.nan
    own = np.ones(int(codes.max(initial=-1)) + 1)
    own[codes] = _own_rate(infections, rate * at_risk, variance)
    choices = TRIGGER_DAYS if trigger_days is None else (trigger_days,)
    tried = {each: _courses(study, spec, own, each, interval_days) for each in choices}
    best = max(tried, key=lambda each: tried[each].rates.fit)
    return Facts(follow_up, on_days, infections, rate * follow_up, exposed, rate, ratio, variance, tried[best], best)


def _own_rate(infections: np.ndarray, expected: np.ndarray, variance: float) -> np.ndarray:
    """Rate of each patient against the average, as far as the infections tell: mean of the gamma given them."""
    if not variance > 0:
        return np.ones(len(infections))
    return (1 + variance * infections) / (1 + variance * expected)


def _own_ratio(study: Study, spec: AnalysisSpec) -> float:
    """The case series of the cohort, 1 where it has no estimate above 0; no further from 1 than tenfold, because a few
    infections on IVIG would each stand for very many off it."""
    rows = sccs(study, spec)
    found = rows[(rows["term"] == ON) & (rows["status"] == "ok")]
    return float(np.clip(found["irr"].iloc[0], 0.1, 10)) if len(found) else 1.0


def _courses(study: Study, spec: AnalysisSpec, own: np.ndarray, trigger_days: int, interval_days: int) -> CourseRates:
    table = study.time(spec).table
    infections = study.infections(spec)
    intervals = Intervals(
        table["patient"].to_numpy(np.int64), table["start_day"].to_numpy(np.int64), table["end_day"].to_numpy(np.int64),
        table["state"].isin(on_ivig_states(spec.exposure)).to_numpy(bool),
    )  # fmt: skip
    return course_rates(
        intervals, infections["patient"].to_numpy(np.int64), infections["day"].to_numpy(np.int64), own, trigger_days,
        spec.exposure.window_days, interval_days,
    )  # fmt: skip
