"""A trial of when to start IVIG, emulated in a cohort: by day G, against not by then or on later days."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from ivig_core.errors import EstimationError, SpecError
from ivig_core.estimate.survival.clone_censor import Arm, Emulation, Strategy, TrialData, clone_censor
from ivig_core.estimate.survival.times import OF_INTEREST, event_times
from ivig_core.persontime.doses import first_dose_day
from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study
from ivig_core.study.survival.clone_covariates import clone_covariates
from ivig_core.study.survival.timing import ANY, EVENT_WORDS, GRACE_DAYS, LAST_GRACE, checked_grace, outcome_spec

EARLY, NOT_EARLY, LATER = "start_by", "not_by", "start_later"
HORIZON, AT_DAYS = 365, (183, 365)
FEWEST_FOLLOWED = 10
RESAMPLES, FEWEST_RESAMPLES, WORK = 500, 200, 250_000
"""Resamples for a small cohort, the fewest for a large one, and patients × resamples in between."""
SEED = 20240
INFECTION_OR_DEATH = "an infection or death"
MOST_LOST = 0.1
CURVE_COLUMNS = ("strategy", "day", "at_risk", "risk", "ci_low", "ci_high")
CONTRAST_COLUMNS = (
    "quantity", "day", "early", "early_low", "early_high", "other", "other_low", "other_high", "difference", "ci_low",
    "ci_high",
)  # fmt: skip
RISK, DAYS_LOST = "risk", "days_lost"


class _Trial(NamedTuple):
    data: TrialData
    used: tuple[str, ...]
    left_out: tuple[tuple[str, str], ...]
    before: int


@dataclass(frozen=True, eq=False)
class CloneCensor:
    """A trial emulated for one outcome.

    `strategies`: names in the order of `arms`. `curves`: `CURVE_COLUMNS`, cumulative incidence (0 to 1) by day from 0.
    `contrasts`: `CONTRAST_COLUMNS`, the risk by days 183 and 365 and the mean days lost to the event up to a day, of
    the early strategy and the other, and their difference (early − other); NaN where not observed so long.
    `composite`: the event is an infection or death, else death competes. `adjusted`, `left_out` (name, why): what the
    weights take account of. `before`: patients left out for a dose before day 0. `resamples` with an estimate.
    """

    outcome: str
    grace: int
    later: int | None
    composite: bool
    patients: int
    events: int
    before: int
    strategies: tuple[str, str]
    arms: tuple[Arm, ...]
    curves: pd.DataFrame
    contrasts: pd.DataFrame
    adjusted: tuple[str, ...]
    left_out: tuple[tuple[str, str], ...]
    resamples: int

    @property
    def event_words(self) -> str:
        """The event with its article."""
        return INFECTION_OR_DEATH if self.composite else EVENT_WORDS[self.outcome]

    @property
    def decided(self) -> int:
        """The last day on which a patient can be seen to leave a strategy."""
        return self.grace if self.later is None else self.later

    def difference(self, day: int = HORIZON) -> pd.Series:
        """The row of the difference in risk by a day."""
        table = self.contrasts
        return table[(table["quantity"] == RISK) & (table["day"] == day)].iloc[0]


def emulate(
    study: Study, spec: AnalysisSpec, outcome: str = ANY, grace: int = GRACE_DAYS, later: int | None = None
) -> CloneCensor:
    """Risk of the first infection of a kind if everybody started IVIG by day `grace`, and if nobody did.

    Selected patients without a dose before day 0. With `later` the other strategy is to start on one of the days
    `grace` + 1 to `later`, else it is not to start by day `grace`, and to do as usual afterwards. With the survival
    event infection_or_death the outcome `any` counts a death as the event; for all others death competes. See
    `estimate.clone_censor.clone_censor` for weights and assumptions, `study.clone_covariates` for what is adjusted.
    Intervals: percentiles of a bootstrap by patient with a fixed seed.

    Raises `EstimationError` with the reason where nobody has the event or fewer than 10 patients follow a strategy,
    `SpecError` for days or an outcome that are not allowed.
    """
    grace = checked_grace(grace)
    if later is not None and not grace < later <= LAST_GRACE:
        raise SpecError("later", later, f"a day after {grace}, at most {LAST_GRACE}")
    composite = outcome == ANY and spec.survival.survival_event == "infection_or_death"
    return study.once(
        "clone_censor", spec.selection.where, spec.exposure, spec.endpoint, composite, outcome, grace, later,
        make=lambda: _emulate(study, spec, outcome, grace, later, composite),
    )  # fmt: skip


def _emulate(
    study: Study, spec: AnalysisSpec, outcome: str, grace: int, later: int | None, composite: bool
) -> CloneCensor:

    other = Strategy(NOT_EARLY, grace + 1, None) if later is None else Strategy(LATER, grace + 1, later)
    strategies = Strategy(EARLY, 0, grace), other
    narrowed = outcome_spec(spec, outcome)
    words = INFECTION_OR_DEATH if composite else EVENT_WORDS[outcome]
    made = _trial(study, narrowed, composite, strategies, words)
    number = len(made.data.time)
    result = clone_censor(made.data, strategies, HORIZON, _resamples(number), SEED)
    return CloneCensor(
        outcome=outcome, grace=grace, later=later, composite=composite, patients=number,
        events=int((made.data.cause == OF_INTEREST).sum()), before=made.before,
        strategies=(strategies[0].name, strategies[1].name), arms=result.arms,
        curves=_curves(result), contrasts=_contrasts(result), adjusted=made.used, left_out=made.left_out,
        resamples=int(np.isfinite(result.resampled[:, :, 1]).all(axis=1).sum()),
    )  # fmt: skip


def _resamples(patients: int) -> int:
    return int(np.clip(WORK // max(patients, 1), FEWEST_RESAMPLES, RESAMPLES))


def _trial(
    study: Study, spec: AnalysisSpec, composite: bool, strategies: tuple[Strategy, Strategy], event_words: str
) -> _Trial:
    """Everybody without a dose before day 0. Raises `EstimationError` where there is too little to compare."""
    cohort = study.cohort(spec)
    table = event_times(cohort, "infection", study.infections(spec))
    first = first_dose_day(cohort)
    patients = np.flatnonzero(~(first < 0))
    first = first[patients]
    time, cause = (table[name].to_numpy(np.int64)[patients] for name in ("time", "cause"))
    cause = np.where(composite, np.minimum(cause, 1), cause)
    _enough(time, cause, first, strategies, event_words)
    until = np.minimum(np.fmin(first, strategies[1].decided), time - 1 - (cause != 0)).astype(np.int64)
    starts = int((first == until).sum())
    of_start = clone_covariates(study, spec, patients, until, starts)
    data = TrialData(time, cause, first, of_start.pieces)
    return _Trial(data, of_start.used, of_start.left_out, len(cohort) - len(patients))


def _enough(
    time: np.ndarray, cause: np.ndarray, first: np.ndarray, strategies: tuple[Strategy, Strategy], event_words: str
) -> None:
    first = np.nan_to_num(first, nan=np.inf)
    if not (cause == OF_INTEREST).any():
        raise EstimationError(f"No patient without IVIG before the first day at risk had {event_words}.")
    for item in strategies:
        inside = (first >= item.first) & (first <= (np.inf if item.last is None else item.last))
        number = int(((time > item.decided + 1) & inside).sum())
        if number < FEWEST_FOLLOWED:
            raise EstimationError(_too_few(number, item, event_words))


def _too_few(number: int, strategy: Strategy, event_words: str) -> str:
    """Why a strategy cannot be compared."""
    who = {0: "No patient", 1: "Only 1 patient"}.get(number, f"Only {number} patients")
    days = f"on days {strategy.first} to {strategy.last}"
    doses = f"without IVIG up to day {strategy.decided}" if strategy.last is None else f"with a first dose {days}"
    return (
        f"{who} {doses} {'was' if number < 2 else 'were'} still followed after day {strategy.decided} without "
        f"{event_words}: fewer than {FEWEST_FOLLOWED} cannot stand for everybody."
    )


def _curves(result: Emulation) -> pd.DataFrame:
    parts = []
    for at, item in enumerate(result.strategies):
        low, high = _limits(result.resampled[:, at], result.risk[at])
        columns = item.name, np.arange(len(low)), result.at_risk[at], result.risk[at], low, high
        parts.append(pd.DataFrame(dict(zip(CURVE_COLUMNS, columns, strict=True))))
    return pd.concat(parts, ignore_index=True)


def _contrasts(result: Emulation) -> pd.DataFrame:
    rows = [(RISK, day, *_compared(result.risk[:, day], result.resampled[:, :, day])) for day in AT_DAYS]
    observed = np.isfinite(result.risk).all(axis=0)
    last = int(np.flatnonzero(observed).max())
    rows.append((DAYS_LOST, last, *_compared(*result.lost(last))))
    return pd.DataFrame(rows, columns=list(CONTRAST_COLUMNS))


def _compared(value: np.ndarray, resampled: np.ndarray) -> tuple[float, ...]:
    """Value and interval of either strategy, then of the first minus the second."""
    values = [value[0], value[1], value[0] - value[1]]
    spread = [resampled[:, 0], resampled[:, 1], resampled[:, 0] - resampled[:, 1]]
    found: list[float] = []
    for mine, others in zip(values, spread, strict=True):
        low, high = _limits(others[:, None], np.array([mine]))
        found += [float(mine), float(low[0]), float(high[0])]
    return tuple(found)


def _limits(resampled: np.ndarray, value: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """2.5th and 97.5th percentile over resamples; NaN where the value is, or where more than a tenth have none."""
    usable = np.isfinite(value) & (np.isnan(resampled).mean(axis=0) <= MOST_LOST)
    low, high = np.full((2, len(value)), np.nan)
    if usable.any():
        low[usable], high[usable] = np.nanpercentile(resampled[:, usable], [2.5, 97.5], axis=0)
    return low, high
