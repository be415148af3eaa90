"""The first infection of each time on IVIG and of each time off it: within patients, on the clock of the period."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ivig_core.estimate.cells import Cells, Factor, cells
from ivig_core.estimate.fit import ratio_rows
from ivig_core.estimate.rates.sccs import adjusters, exposure_factor
from ivig_core.estimate.result import ratio_table
from ivig_core.persontime.split import PersonTime
from ivig_core.runs import run_starts
from ivig_core.spec import ModelSpec


def first_of_period(time: PersonTime, infections: pd.DataFrame, model: ModelSpec) -> pd.DataFrame:
    """Rate ratios of the first infection of each period, in the columns of `result.RatioRow`.

    A period are the days of a patient from one change of the state of IVIG to the next; days that the settings exclude
    do not end it. It is at risk until the day of its first infection, of which several count as one. With u the day
    of that infection since the period began, the patient's periods still at risk on their own day u are compared: a
    partial likelihood with patients as strata (Prentice, Williams and Peterson, Biometrika 1981;68:373, with a total
    clock for each patient's periods). Given each patient's number of infections instead, as in the case series, the
    ratio would be too far from 1: a period that ends with its first infection is the shorter for it.

    `infections`: `patient`, `day`; `time` holds the axes of `model.adjust_for`, which are those of the day itself.
    """
    return ratio_table(ratio_rows(first_cells(time, infections, model), "first_of_period", model.ci_method))


def first_cells(time: PersonTime, infections: pd.DataFrame, model: ModelSpec) -> Cells:
    """One stratum an infection: the patient's periods at risk on that day of theirs, a day each."""
    factors = [exposure_factor(time), *adjusters(time, model.adjust_for)]
    day, row, stratum, case = _risk_sets(time, infections)
    chosen = [Factor(factor.name, factor.terms, factor.codes[row]) for factor in factors]
    patient = time.table["patient"].to_numpy(np.int64)[row]
    return cells(stratum, np.ones(len(day), np.int64), case.astype(np.int64), chosen, cluster=patient)


def _risk_sets(time: PersonTime, infections: pd.DataFrame) -> tuple[np.ndarray, ...]:
    """Day, row of person-time, stratum and whether it is the infection, of each period at risk."""
    table = time.table
    patient, start = table["patient"].to_numpy(np.int64), table["start_day"].to_numpy(np.int64)
    opens = run_starts(patient, table["state"].cat.codes.to_numpy())
    period, at = np.cumsum(opens) - 1, np.flatnonzero(opens)
    owner, begins = patient[at], start[at]
    # The last row of a period ends where the next one opens.
    ends = table["end_day"].to_numpy(np.int64)[np.append(at[1:], len(table)) - 1] if len(at) else begins
    row = time.row_of(infections)
    of, when = period[row[row >= 0]], infections["day"].to_numpy(np.int64)[row >= 0]
    none = np.iinfo(np.int64).max
    first = np.full(len(at), none)
    np.minimum.at(first, of, when)
    events = np.flatnonzero(first < none)
    # Periods of one patient lie beside each other: every event is set against all of them.
    low, high = (np.searchsorted(owner, owner[events], side=side) for side in ("left", "right"))
    stratum = np.repeat(np.arange(len(events)), high - low)
    other = np.arange(len(stratum)) - np.repeat(np.cumsum(high - low) - (high - low), high - low) + low[stratum]
    day = begins[other] + (first - begins)[events][stratum]
    risk = np.flatnonzero(day <= np.minimum(ends, first)[other])
    day, stratum, other = day[risk], stratum[risk], other[risk]
    where = time.row_of(pd.DataFrame({"patient": owner[other], "day": day}))
    kept = np.flatnonzero(where >= 0)
    case = other[kept] == events[stratum[kept]]
    return day[kept], where[kept], stratum[kept], case
