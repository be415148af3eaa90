"""The self-controlled case series where infections can end observation by death: days weighted by what followed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from ivig_core.errors import EstimationError
from ivig_core.estimate.cells import cells
from ivig_core.estimate.contrast import NOT_IDENTIFIED
from ivig_core.estimate.fit import ratio_rows
from ivig_core.estimate.rates.sccs import adjusters, exposure_factor
from ivig_core.estimate.result import RatioRow, ratio_table
from ivig_core.estimate.trust.end_after_event import EndModel, end_model
from ivig_core.persontime.split import PersonTime
from ivig_core.spec import ModelSpec
from ivig_core.terms import ON

MODEL = "weighted_series"
YEAR = 365.25
FEWEST_DEATHS = 10
"""Below so many patients who die after an infection, four parameters say more than the deaths do."""
HOW = "adjusted for time since the start whatever is set"
NO_INFECTION = "no patient with an infection: there is nothing to compare"


def weighted_series(time: PersonTime, infections: pd.DataFrame, model: ModelSpec, died: np.ndarray) -> pd.DataFrame:
    """Incidence rate ratio on IVIG where an infection can be followed by death, which ends observation.

    A case series compares the days of a patient as if the last one had nothing to do with infections. Where infections
    kill, days after them are missing. Given an end at c, an infection lay on day t with a density in proportion to
    λ(t)·S(t)·w(c | t): λ is the rate that is asked for, S(t) the probability to live until t, which is the same for
    patients alike and becomes part of the effect of time, and w what follows an infection, the density of death at c or
    the probability to be observed until then. So the weighted series is the ordinary one with ∫w over each interval in
    the place of its days, adjusted for time since the start.

    Farrington, Anaya-Izquierdo, Whitaker, Hocine, Douglas & Smeeth (J Am Stat Assoc 2011;106:417) show it for one rare
    event per patient. Here each infection counts: given the end, the mean number of infections on a day has the same
    form whatever the patient's others were, so the scores keep mean zero; but they are not independent, so the
    interval is always the patient sandwich. What it needs: ends other than death have nothing to do with infections;
    what follows an infection is alike in all patients. The weights are taken as known, as in R's SCCS.

    Parameters
    ----------
    time
        counted person-time whose table holds the axis `time` and those in `model.adjust_for`.
    infections
        the infections it has counted: `patient`, `day`.
    died
        per patient (bool), whether death ended observation.

    Returns
    -------
    One row, of the term `on_ivig`, in the columns of `result.RatioRow`; levels of `window_cuts` are one. With fewer
    than 10 patients who die after an infection there is no estimate.
    """
    row = time.row_of(infections)
    patient = infections["patient"].to_numpy(np.int64)[row >= 0]
    dead = int(died[np.unique(patient)].sum())
    blank = RatioRow(MODEL, ON, NOT_IDENTIFIED, infections=len(patient), patients=len(np.unique(patient)))
    if dead < FEWEST_DEATHS:
        note = f"{dead} of the patients with an infection died at the end of follow-up: {FEWEST_DEATHS} are needed"
        return ratio_table([replace(blank, note=note if len(patient) else NO_INFECTION)])
    end = time.cohort.days / YEAR
    day = infections["day"].to_numpy(float)[row >= 0]
    try:
        fitted = end_model((day + 0.5) / YEAR, end[patient], died[patient])
    except EstimationError as error:
        return ratio_table([replace(blank, note=str(error))])
    found = _row(time, fitted, model, end, died)
    return ratio_table([replace(found, note="; ".join(filter(None, (found.note, HOW))))])


def _row(time: PersonTime, fitted: EndModel, model: ModelSpec, end: np.ndarray, died: np.ndarray) -> RatioRow:
    table = time.table
    patient = table["patient"].to_numpy(np.int64)
    low, high = table["start_day"].to_numpy(float) / YEAR, (table["end_day"].to_numpy(float) + 1) / YEAR
    weight = fitted.weight(low, high, end[patient], died[patient])
    names = [*model.adjust_for, *(() if "time" in model.adjust_for else ("time",))]
    factors = [exposure_factor(time, one_window=True), *adjusters(time, names)]
    data = cells(patient, weight, table["infections"].to_numpy(), factors)
    return ratio_rows(data, MODEL, "robust", [ON])[0]
