"""Part a: our self-controlled case series against statsmodels' conditional Poisson regression on the same data.

statsmodels drops every group whose counts are all equal, which is wrong for counts added up by patient, so its user
makes each infection a group of its own: one row for every interval of the patient, 1 where the infection lies. Given
that one infection happened, its likelihood is that of our model. It is handed the intervals that our person-time found;
what it takes to put the rows together counts only in a line of its own.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from statsmodels.discrete.conditional_models import ConditionalPoisson

from bench.clock import medians, say
from bench.core import CRUDE, cohort_file, person_time_and_sccs, read
from bench.line import DIFFERENCE, Line, Target, faster
from ivig_core.persontime.endpoint import counted_infections
from ivig_core.persontime.split import PersonTime, person_time
from ivig_core.terms import ON

PATIENTS = 2_000
RUNS = 9
TARGET = Target(150, at_least=True)
AGREEMENT = Target(1e-6)


@dataclass(frozen=True, eq=False)
class Expanded:
    """Rows of statsmodels: 1 where the infection lies, whether the interval is on IVIG, log days, infection."""

    here: np.ndarray
    on: np.ndarray
    log_days: np.ndarray
    group: np.ndarray


def measure(folder: Path) -> list[Line]:
    """Time of our person-time and fit against their fit, and by how much the log rate ratios differ."""
    cohort = read(cohort_file(folder, PATIENTS))
    time = person_time(cohort, CRUDE.exposure)
    infections = counted_infections(cohort, CRUDE.endpoint)
    by_interval, added_up = expand(time, infections), add_up(expand(time, infections))
    say(f"  {len(infections):,} infections, {len(by_interval.here):,} rows for statsmodels")
    passed = medians(
        {
            "ours": partial(person_time_and_sccs, cohort, CRUDE),
            "theirs": partial(fit, by_interval),
            "newton": partial(fit, by_interval, "newton"),
            "added up": partial(fit, added_up),
            "expand": partial(expand, time, infections),
        },
        RUNS,
    )
    ours = passed["ours"]
    what = f"person-time and crude rate ratio of {PATIENTS:,} patients, {len(infections):,} infections"
    both = passed["expand"] + passed["theirs"]
    log_irr = float(person_time_and_sccs(cohort, CRUDE)["log_irr"].iloc[0])
    return [
        faster("a", what, ours, passed["newton"], "fit alone, to the same 1e-6 (Newton's method)", TARGET),
        faster("a", "the same", ours, passed["theirs"], "fit alone, its default (BFGS), which stops short"),
        faster("a", "the same", ours, passed["added up"], "fit alone, days of equal state added up first"),
        faster("a", "the same", ours, both, "putting the rows together and fit"),
        _difference("log rate ratio, theirs by Newton's method", log_irr, fit(by_interval, "newton"), AGREEMENT),
        _difference("log rate ratio, theirs by its default", log_irr, fit(by_interval)),
    ]


def expand(time: PersonTime, infections: pd.DataFrame) -> Expanded:
    """Every infection that lies in person-time against all intervals of its patient."""
    intervals = time.table[["patient", "days", "state"]].assign(interval=np.arange(len(time.table)))
    events = pd.DataFrame({"patient": infections["patient"].to_numpy(), "in_interval": time.row_of(infections)})
    events = events[events["in_interval"] >= 0].reset_index(drop=True)
    rows = events.assign(group=np.arange(len(events))).merge(intervals, on="patient")
    return Expanded(
        here=(rows["interval"] == rows["in_interval"]).to_numpy(float),
        on=(rows["state"] == ON).to_numpy(float),
        log_days=np.log(rows["days"].to_numpy(float)),
        group=rows["group"].to_numpy(),
    )


def add_up(rows: Expanded) -> Expanded:
    """The same likelihood in at most two rows per infection: days on IVIG and days off it."""
    days = np.exp(rows.log_days)
    frame = pd.DataFrame({"here": rows.here, "days": days, "group": rows.group, "on": rows.on})
    total = frame.groupby(["group", "on"], as_index=False).sum()
    return Expanded(
        total["here"].to_numpy(), total["on"].to_numpy(), np.log(total["days"].to_numpy()), total["group"].to_numpy()
    )


def fit(rows: Expanded, method: str = "BFGS") -> float:
    """Log rate ratio of statsmodels, its covariance included, as our fit has one."""
    with warnings.catch_warnings():
        # Infections of patients who were always on or always off IVIG are dropped, with a warning, and rightly so.
        warnings.simplefilter("ignore")
        model = ConditionalPoisson(rows.here, rows.on[:, None], groups=rows.group, offset=rows.log_days)
        return float(model.fit(method=method, disp=False).params[0])


def _difference(what: str, ours: float, theirs: float, target: Target | None = None) -> Line:
    return Line("a", what, f"{ours:.9f}", f"{theirs:.9f}", abs(ours - theirs), DIFFERENCE, target)
