"""Does follow-up end because of infections? Then what is observed depends on the event (event-dependent observation).

The self-controlled case series assumes that it does not (Farrington et al., Biometrics 2009;65:7).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from ivig_core.cohort.cohort import Cohort
from ivig_core.numbers import counted, interval, ratio
from ivig_core.persontime.days import Clock, windows
from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study
from ivig_core.study.trust.checks.poisson_ratio import rate_ratio
from ivig_core.study.trust.checks.verdict import CANNOT, CLOSER, FINE, PROBLEM, Verdict

NAME, TITLE = "end_of_follow_up", "Does follow-up end soon after infections?"
WINDOWS = (30, 90)
DEATH_DAYS = 30
"""A death up to so many days after the last day at risk is what ended follow-up."""
ROWS = "“More analyses” above shows the ratio without these patients, and weighted for death after an infection."
"""Where the answer to this check is (`rows.end_of_follow_up`)."""
LARGE_SHARE, SOME = 0.1, 3
STRONG, NOT_EXCLUDED = 2.0, 3.0
COLUMNS = ("event", "days", "after", "person_days_after", "other", "person_days_other", "irr", "ci_low", "ci_high")


def end_of_follow_up(study: Study, spec: AnalysisSpec) -> pd.DataFrame:
    """How often follow-up ends in the days after an infection, against other days, in all selected patients.

    A day is after an infection from its first day (0) to day 30 or 90, so that a fatal infection counts. One row per
    `event` ("end" for any reason, "death") and window, in the columns `COLUMNS`: ends and person-days after an
    infection and at other times, their rate ratio with exact limits. Recorded follow-up, without the spec's rules on
    days; the infections that count under the spec.
    """
    return study.once(
        NAME, spec.selection.where, spec.exposure, spec.endpoint, make=lambda: _table(study, spec)
    )  # fmt: skip


def _table(study: Study, spec: AnalysisSpec) -> pd.DataFrame:
    cohort, infections = study.cohort(spec), study.infections(spec)
    clock = Clock(cohort.days)
    ends = {"end": np.ones(len(cohort), bool), "death": ended_by_death(cohort)}
    rows = []
    for days in WINDOWS:
        first = infections["day"].to_numpy(np.int64)
        after = windows(clock, infections["patient"].to_numpy(np.int64), first, first + days)
        patient = after.keys // clock.stride
        last = np.append(after.keys[1:], 0)
        stops = np.append(patient[1:] != patient[:-1], True)
        last = np.where(stops, clock.key(patient, cohort.days[patient]), last)
        inside = int((last - after.keys)[after.values == 1].sum())
        outside = int(cohort.days.sum()) - inside
        at_end = after.at(clock.key(np.arange(len(cohort)), cohort.days - 1)) == 1
        for event, has in ends.items():
            soon, other = int((has & at_end).sum()), int((has & ~at_end).sum())
            found = rate_ratio(soon, inside, other, outside)
            rows.append((event, days, soon, inside, other, outside, *found))
    return pd.DataFrame(rows, columns=list(COLUMNS)).sort_values(["event", "days"], ignore_index=True)


def ended_by_death(cohort: Cohort) -> np.ndarray:
    """Per patient (bool), whether death is what ended follow-up: up to 30 days after the last day at risk."""
    died = cohort.patients["died_day"].to_numpy(float)
    return np.asarray(died - (cohort.days - 1) <= DEATH_DAYS)


class Deaths(NamedTuple):
    """Patients who died within 30 days of their last counted infection, of so many `infected` ones."""

    soon: int
    infected: int

    @property
    def many(self) -> bool:
        return self.soon >= SOME and self.soon > LARGE_SHARE * self.infected


def deaths_after_infection(study: Study, spec: AnalysisSpec) -> Deaths:
    """Deaths soon after the last infection of the person-time that is analysed."""
    infections = study.infections(spec)
    here = infections[study.time(spec).row_of(infections) >= 0]
    last = here.groupby("patient")["day"].max()
    died = study.cohort(spec).patients["died_day"].to_numpy(float)[last.index.to_numpy()]
    return Deaths(int((died - last.to_numpy() <= DEATH_DAYS).sum()), len(last))


def verdict(study: Study, spec: AnalysisSpec) -> Verdict:
    """Whether follow-up, or life, ends sooner after an infection."""
    table = end_of_follow_up(study, spec)
    if not table["person_days_after"].any():
        return Verdict(NAME, TITLE, CANNOT, "There is no infection to look after.", "Choose settings that count some.")
    known = table[table["irr"].notna()]
    if known.empty:
        evidence = "Every day is within 30 days of an infection: there is no other time to compare with."
        return Verdict(NAME, TITLE, CANNOT, evidence, "Ask why follow-up ended.")
    evidence = f"{_sentence(known, 'end', 'Follow-up ended')}{_deaths(known)}."
    above = known[known["ci_low"] > 1]
    if (above["irr"] >= STRONG).any():
        advice = f"Ask why follow-up ended; where infections end it, a ratio within patients can mislead. {ROWS}"
        return Verdict(NAME, TITLE, PROBLEM, evidence, advice)
    if len(above) or deaths_after_infection(study, spec).many:
        advice = (
            f"Ask whether patients were lost, or died, because of infections on one side more than the other. {ROWS}"
        )
        return Verdict(NAME, TITLE, CLOSER, evidence, advice)
    if known[known["event"] == "end"]["ci_high"].max() > NOT_EXCLUDED:
        return Verdict(NAME, TITLE, CANNOT, evidence, "Too few patients to tell: ask why follow-up ended.")
    return Verdict(NAME, TITLE, FINE, evidence, "Nothing to do.")


def _sentence(table: pd.DataFrame, event: str, words: str) -> str:
    mine = table[table["event"] == event]
    if mine.empty:
        return ""
    row = mine.iloc[0]
    within = f"{words} within {row['days']} days of an infection in"
    if not row["after"]:
        return f"{within} no patient (at most {_limit(row)} times as often as at other times)"
    return f"{within} {counted(int(row['after']), 'patient')}, {_times(row)} as often as at other times"


def _deaths(table: pd.DataFrame) -> str:
    mine = table[table["event"] == "death"]
    if mine.empty:
        return "; no death ended it"
    row = mine.iloc[0]
    if not row["after"]:
        return f", and by death in none (at most {_limit(row)} times as often)"
    return f", and by death in {row['after']:,.0f}, {_times(row)} as often"


def _times(row: pd.Series) -> str:
    if not np.isfinite(row["irr"]):
        return f"at least {ratio(row['ci_low'])} times"
    return f"{ratio(row['irr'])} times {interval(row['ci_low'], row['ci_high'])}"


def _limit(row: pd.Series) -> str:
    """The upper limit."""
    return ratio(row["ci_high"]) if np.isfinite(row["ci_high"]) else "∞"
