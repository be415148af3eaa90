"""Patients in groups for a survival comparison, and the landmark that keeps the groups from looking ahead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ivig_core.cohort.cohort import Cohort
from ivig_core.errors import EstimationError, SpecError
from ivig_core.estimate.survival.times import INFECTION_EVENTS, event_times, is_event
from ivig_core.persontime.doses import first_dose_day
from ivig_core.spec import IVIG_GROUPS

IVIG, NO_IVIG = "ivig", "no_ivig"

EVENT_WORDS = {
    "infection": "an infection",
    "infection_or_death": "an infection or death",
    "death": "a death",
    "progression_or_death": "a progression or death",
}
CAUSE_SPECIFIC = "Death ends a patient's time as if followed up no longer (cause-specific): see cumulative incidence."


@dataclass(frozen=True, eq=False)
class SurvivalData:
    """What a survival comparison is computed from.

    `table` has one row per patient compared: `patient`, `group` (categorical), `time` (days; 1 is the first day at
    risk, or the first after the landmark), `cause` (0 censored, 1 infection or progression, 2 death).

    Counts: `excluded_event` and `excluded_censored` at the landmark; `without_group` whose grouping variable is blank;
    `never_at_risk` with a progression before day 0; `started_later`, patients of `no_ivig` with a first dose after the
    landmark (None for other groups); `immortal_days` and `events_before_dose`, what the IVIG groups are credited with
    from before the first dose (None where groups do not look ahead).
    """

    table: pd.DataFrame
    event: str
    group: str
    landmark_day: int
    excluded_event: int
    excluded_censored: int
    without_group: int
    never_at_risk: int
    started_later: int | None
    immortal_days: int | None
    events_before_dose: int | None
    notes: tuple[str, ...]

    @property
    def excluded(self) -> int:
        """Patients left out by the landmark."""
        return self.excluded_event + self.excluded_censored

    @property
    def is_event(self) -> np.ndarray:
        """Whether a row of `table` ends in the event (bool)."""
        return is_event(self.table["cause"].to_numpy(), self.event)


def groups(
    cohort: Cohort, group: str, landmark_day: int, labels: Sequence[str] | pd.Categorical | None = None
) -> pd.Categorical:
    """Group of every patient, in the order of the cohort; missing where it is not known.

    - `ivig_by_landmark`: `ivig` with a first dose on or before `landmark_day`, else `no_ivig`; with `landmark_day` 0
      (no landmark) as `ivig_ever`: any dose on or before the end of follow-up.
    - `ivig_strategy`: `primary` (first dose before any infection of any grade, also one before follow-up), `secondary`
      (after one or on the same day), `none`.
    - `none`: everybody in `all`.
    - a baseline variable of text: its values as in the file; of numbers: `labels`, the band of each patient.

    Raises `SpecError` for a variable that the cohort lacks, or one of numbers without `labels`.
    """
    if labels is not None:
        return pd.Categorical(labels)
    if group == "none":
        return pd.Categorical(["all"] * len(cohort))
    if group in IVIG_GROUPS:
        return _ivig_group(cohort, group, landmark_day)
    if group not in cohort.patients.columns:
        raise SpecError("survival_group", group, f"one of none, {', '.join(IVIG_GROUPS)}, or a baseline variable")
    values = cohort.patients[group]
    if pd.api.types.is_numeric_dtype(values):
        raise SpecError("survival_group", group, "a variable of numbers has to be cut into bands first")
    return pd.Categorical(values)


def survival_data(
    cohort: Cohort,
    infections: pd.DataFrame,
    event: str,
    group: str,
    landmark_day: int,
    labels: Sequence[str] | pd.Categorical | None = None,
) -> SurvivalData:
    """Times and groups of a survival comparison, at a landmark when `landmark_day` > 0.

    `event` and `infections` as for `event_times`; `group` and `labels` as for `groups`.

    A landmark at day L leaves out everybody whose time ended up to and on day L (time ≤ L + 1), whatever the groups
    are, and counts time from it: day L + 1 is time 1 (Anderson, Cain & Gelber, J Clin Oncol 1983;1:710). Groups that
    use doses after the landmark (`ivig_ever`, `ivig_strategy`, and `ivig_by_landmark` without a landmark) look ahead;
    their notes carry the immortal-time warning.

    Raises `SpecError` as `groups` and `event_times`; `EstimationError` for `ivig_strategy` with an infection endpoint,
    and without progression dates when they are needed.
    """
    if group == "ivig_strategy" and event in INFECTION_EVENTS:
        raise EstimationError(
            "Nobody can have IVIG after an infection before a first infection: with a first-infection endpoint the "
            "group secondary is empty by construction. Compare strategies by overall or progression-free survival, or "
            "by infection rates."
        )
    table = event_times(cohort, event, infections)
    never_at_risk = len(cohort) - len(table)
    origin = landmark_day + 1 if landmark_day > 0 else 0
    out = table["time"].to_numpy() <= origin
    out_event = int((out & is_event(table["cause"].to_numpy(), event)).sum())
    table = table[~out]
    assigned = groups(cohort, group, landmark_day, labels)[table["patient"].to_numpy()]
    known = assigned.codes >= 0
    table = pd.DataFrame(
        {
            "patient": table["patient"].to_numpy()[known],
            "group": assigned[known].remove_unused_categories(),
            "time": table["time"].to_numpy()[known] - origin,
            "cause": table["cause"].to_numpy()[known],
        }
    )
    first = first_dose_day(cohort)[table["patient"].to_numpy()]
    data = SurvivalData(
        table=table,
        event=event,
        group=group,
        landmark_day=landmark_day,
        excluded_event=out_event,
        excluded_censored=int(out.sum()) - out_event,
        without_group=int((~known).sum()),
        never_at_risk=never_at_risk,
        started_later=int((first > landmark_day).sum()) if group == "ivig_by_landmark" and origin else None,
        immortal_days=None,
        events_before_dose=None,
        notes=(),
    )
    if looks_ahead(group, landmark_day):
        data = _count_before_dose(data, first - origin)
    return replace(data, notes=_notes(data))


def _ivig_group(cohort: Cohort, group: str, landmark_day: int) -> pd.Categorical:
    first = first_dose_day(cohort)
    if group == "ivig_strategy":
        infected = np.full(len(cohort), np.inf)
        np.minimum.at(infected, cohort.infection["patient"].to_numpy(), cohort.infection["day"].to_numpy(float))
        code = np.where(np.isnan(first), 2, np.where(first < infected, 0, 1))
        return pd.Categorical.from_codes(code, categories=["primary", "secondary", "none"])
    started = ~np.isnan(first)
    if group == "ivig_by_landmark" and landmark_day > 0:
        started = first <= landmark_day  # NaN compares false
    return pd.Categorical.from_codes(np.where(started, 0, 1), categories=[IVIG, NO_IVIG])


def looks_ahead(group: str, landmark_day: int) -> bool:
    """Whether groups use doses that are given after the origin of time."""
    return group in ("ivig_ever", "ivig_strategy") or (group == "ivig_by_landmark" and landmark_day <= 0)


def _count_before_dose(data: SurvivalData, days_before: np.ndarray) -> SurvivalData:
    """`days_before`: days from the origin of time to the day before the first dose (NaN = no dose)."""
    days_before = np.nan_to_num(days_before)
    time = data.table["time"].to_numpy()
    return replace(
        data,
        immortal_days=int(np.clip(days_before, 0, time).sum()),
        events_before_dose=int((data.is_event & (time <= days_before)).sum()),
    )


def _notes(data: SurvivalData) -> tuple[str, ...]:
    notes = []
    if data.event == "infection":
        notes.append(CAUSE_SPECIFIC)
    if data.never_at_risk:
        notes.append(f"{_count(data.never_at_risk, 'patient')} left out: first progression was before follow-up.")
    if data.landmark_day > 0:
        notes.append(
            f"Landmark day {data.landmark_day}: {_count(data.excluded, 'patient')} left out, "
            f"{data.excluded_event:,} with {EVENT_WORDS[data.event]} and {data.excluded_censored:,} censored "
            f"on or before that day; time counts from the day after."
        )
    without = int((data.table["group"] == NO_IVIG).sum())
    if data.started_later is not None and without:
        later = f"{data.started_later:,} of the {_count(without, 'patient')} without IVIG"
        notes.append(f"{later} by the landmark started it later.")
    if data.without_group:
        notes.append(f"{_count(data.without_group, 'patient')} left out: no value of {data.group}.")
    if data.immortal_days is not None and data.events_before_dose is not None:
        credited = (
            f"so {_count(data.immortal_days, 'person-day')} and {_count(data.events_before_dose, 'event')} before the "
            "first dose count as IVIG, and the comparison is biased"
            if data.immortal_days or data.events_before_dose
            else "which biases a comparison where somebody starts after the first day; here nobody does"
        )
        notes.append(
            f"Immortal time: these groups use doses given later, {credited}. Group by a landmark or use a time-varying "
            "model."
        )
    return tuple(notes)


def _count(n: int, word: str) -> str:
    return f"{n} {word}" if n == 1 else f"{n:,} {word}s"
