"""Early and late start of IVIG as one covariate that changes with time: hazard ratios by Cox regression."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from ivig_core.estimate.cox.data import Covariate
from ivig_core.estimate.cox.regression import COX_COLUMNS, cox_model, cox_table
from ivig_core.estimate.cox.screen import take_rows
from ivig_core.estimate.rates.counting import CountingRows

NOT_STARTED, EARLY, LATE = "not_started", "early_ivig", "late_ivig"
STATES = (NOT_STARTED, EARLY, LATE)
EARLY_AGAINST_LATE, SAME_DAYS = "early_against_late", "early_against_late_same_days"
CONTRASTS = (EARLY, LATE, EARLY_AGAINST_LATE, SAME_DAYS)
STATE_COLUMNS = ("state", "patients", "person_days", "events", "person_days_after", "events_after")
AGAINST = {NOT_STARTED: "not started yet", LATE: "a later start"}
PLACES = {NOT_STARTED: "before a first dose", LATE: "after a later start"}


def start_states(rows: CountingRows, started: np.ndarray, first_dose: np.ndarray, grace: int) -> np.ndarray:
    """State of each row at risk, as a position in `STATES`.

    `started` (rows, bool): the row is from the first dose on. `first_dose` (patients, float days, NaN without one). A
    start on or before day `grace` is early, also one before the first day at risk: such a patient is early from day 0.
    """
    early = first_dose[rows.patient] <= grace  # NaN compares false
    return np.where(started, np.where(early, 1, 2), 0)


def timing_rows(
    rows: CountingRows, started: np.ndarray, first_dose: np.ndarray, grace: int, event_words: str
) -> pd.DataFrame:
    """Hazard ratios of an early and of a late start, in the columns of `estimate.cox.CoxRow`, `model` the contrast.

    A patient is not started until the first dose, then early or late for good: the state of a day never depends on a
    later one, so that no time is immortal. Efron's ties; rows as of `cox_data.rows_ever_ivig`.

    - `early_ivig`, `late_ivig`: against not started, in one model.
    - `early_against_late`: the same model with late as its reference, so that interval and p are of this contrast. Up
      to day `grace` nobody is late: the contrast leans on the ratios to patients who had not started, and takes each
      of them as the same on all days.
    - `early_against_late_same_days`: days after `grace` only, on which both can be at risk.

    Nothing raises: a contrast without an estimate says why.
    """
    state = start_states(rows, started, first_dose, grace)
    against_none = _rows(rows, state, NOT_STARTED, (EARLY, LATE), event_words)
    against_late = _rows(rows, state, LATE, (EARLY,), event_words)
    later, kept = _after(rows, grace)
    same_days = _rows(later, state[kept], LATE, (EARLY,), event_words)
    table = pd.concat([against_none, against_late, same_days], ignore_index=True)[list(COX_COLUMNS)]
    return table.assign(model=list(CONTRASTS))


def timing_states(rows: CountingRows, started: np.ndarray, first_dose: np.ndarray, grace: int) -> pd.DataFrame:
    """What each state holds: `STATE_COLUMNS`, person-days at risk and patients with the event, also after `grace`."""
    state = start_states(rows, started, first_dose, grace)
    days, days_after = rows.stop - rows.start, rows.stop - np.maximum(rows.start, grace + 1)
    table = []
    for code, name in enumerate(STATES):
        mine = state == code
        after = mine & (days_after > 0)
        patients = len(np.unique(rows.patient[mine]))
        sums = (days[mine], rows.event[mine], days_after[after], rows.event[after])
        table.append((name, patients, *(int(values.sum()) for values in sums)))
    return pd.DataFrame(table, columns=list(STATE_COLUMNS))


def _rows(
    rows: CountingRows, state: np.ndarray, reference: str, shown: tuple[str, ...], event_words: str
) -> pd.DataFrame:
    terms = tuple(name for name in STATES if name != reference)
    columns = np.column_stack([state == STATES.index(name) for name in terms]).astype(float)
    places = "after such a start", PLACES[reference]
    covariate = Covariate("timing", terms, columns, f"against {AGAINST[reference]}", places)
    fit = cox_model("timing", rows, [covariate], event_words)
    return cox_table([row for row in fit.rows if row.term in shown])


def _after(rows: CountingRows, grace: int) -> tuple[CountingRows, np.ndarray]:
    """The rows from the day after `grace` on (late entry), and which of the rows given they are (bool)."""
    kept = rows.stop > grace + 1
    part = take_rows(rows, kept)
    return replace(part, start=np.maximum(part.start, grace + 1)), kept
