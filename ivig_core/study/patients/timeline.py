"""One patient over time: everything recorded, on one scale of days, and infections before, on and off IVIG."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ivig_core.errors import SpecError
from ivig_core.persontime.block import Block
from ivig_core.persontime.doses import first_dose_day
from ivig_core.spec import AnalysisSpec
from ivig_core.study.patients.lanes import state_runs
from ivig_core.study.patients.timeline_facts import (
    blood_counts,
    doses_given,
    igg_values,
    infections_recorded,
    m_spikes,
    phase_runs,
    since_dose,
    slice_of,
    therapies_given,
)
from ivig_core.study.study import Study
from ivig_core.terms import BEFORE_IVIG, OFF_SINCE, ON, REFERENCE, exposure_states

DAYS_PER_YEAR = 365.25


@dataclass(frozen=True, eq=False)
class Timeline:
    """One patient. Every `day` counts from the first day at risk, intervals have both ends inside.

    - `igg`, one row per day of measurement: `day`, `igg` (mg/dL, the lowest of the day, as in the analysis), `count`,
      `functional` (mg/dL, NaN = unknown), `level` (of `terms.igg_levels`), `trough` ("yes", "no" or missing).
    - `m_spike`: `day`, `value` (g/dL). `counts`: `day`, `analyte` ("anc", "alc"), `value` (10^3/uL), `at_infection`.
    - `doses` up to the end of follow-up, courses dose by dose: `day`, `route` ("iv", "sc"), `grams` (recorded, or per
      weight times weight; NaN = not recorded), `grams_per_kg`.
    - `segments`, runs of one state of the exposure definition: `start_day`, `end_day`, `days`, `infections`, `state`.
      Days left out of the analysis have none.
    - `infections`, as recorded: `day`, `end`, `grade` (NaN = unknown), `pathogen`, `organism`, `site`, `hospitalized`,
      `hospital_days`, `counted` (in the analysis), `reason` (why not), `state` (of its day, empty without one),
      `since_dose` (days since the last dose, NaN without one).
    - `phases` of follow-up: `start_day`, `end_day`, `phase`, `going_on`; none where the file records no phase.
    - `therapies`: `day`, `end_day`, `going_on`, `category`, `drug`.
    - `marks`: `day`, `kind` ("progression", "death", "followed": alive on the last day known of).
    - `periods`: `period` (`BEFORE_IVIG`, `ON`, `OFF_SINCE`, or `REFERENCE` alone for a patient without a day on IVIG),
      `infections`, `days`, `rate` (per patient-year, NaN without a day). They add up to the patient's person-time.

    `days`: length of follow-up. `last_day`: last day known of. `first_dose`, `since_dose` (days from the last dose to
    the last day at risk) are NaN without a dose.
    """

    patient: int
    patient_id: str
    days: int
    last_day: int
    died: bool
    heavy_chain: str | None
    first_dose: float
    since_dose: float
    igg: pd.DataFrame
    m_spike: pd.DataFrame
    counts: pd.DataFrame
    doses: pd.DataFrame
    segments: pd.DataFrame
    infections: pd.DataFrame
    phases: pd.DataFrame
    therapies: pd.DataFrame
    marks: pd.DataFrame
    periods: pd.DataFrame
    states: tuple[str, ...]
    igg_cuts: tuple[int, ...]
    synthetic: bool = False


def timeline(study: Study, spec: AnalysisSpec, patient: int) -> Timeline:
    """The patient with this code in `study.cohort(spec)`.

    Frames are sorted by patient, so that rows of one are found by bisection: the time does not grow with the cohort.

    Raises `SpecError` for a code that the cohort does not have.
    """
    cohort, exposure = study.cohort(spec), spec.exposure
    if not 0 <= patient < len(cohort):
        raise SpecError("patient", patient, f"a code from 0 to {len(cohort) - 1}")
    block = Block(cohort, patient, patient + 1)
    person = cohort.patients.iloc[patient]
    days, died = int(person["days"]), person["died_day"]
    last = int(np.nanmax([days - 1, died, person["last_contact_day"]]))
    doses = doses_given(block, exposure)
    segments = state_runs(slice_of(study.time(spec).table, patient)).drop(columns="patient")
    infections = infections_recorded(study, spec, patient, segments, doses["day"].to_numpy())
    first = float(first_dose_day(block)[0])
    chain = person["heavy_chain"]
    return Timeline(
        patient=patient,
        patient_id=str(person["patient_id"]),
        days=days,
        last_day=last,
        died=bool(died == died),
        heavy_chain=chain if isinstance(chain, str) else None,
        first_dose=first,
        since_dose=float(since_dose(np.array([days - 1]), doses["day"].to_numpy())[0]),
        igg=igg_values(block, exposure),
        m_spike=m_spikes(block),
        counts=blood_counts(block),
        doses=doses,
        segments=segments,
        infections=infections,
        phases=phase_runs(block, exposure),
        therapies=therapies_given(block),
        marks=_marks(block, last),
        periods=periods(segments, infections, first),
        states=exposure_states(exposure),
        igg_cuts=exposure.igg_cuts,
        synthetic=cohort.synthetic,
    )


def periods(segments: pd.DataFrame, infections: pd.DataFrame, first_dose: float) -> pd.DataFrame:
    """Days and counted infections before the first dose, on IVIG and off it since then.

    Columns of `Timeline.periods`. A patient without a day on IVIG has the one period `REFERENCE`.
    """
    state, start = segments["state"], segments["start_day"].to_numpy(float)
    days, end = segments["days"].to_numpy(float), segments["end_day"].to_numpy(float)
    counted = infections[infections["counted"].to_numpy(bool)]
    if (state == REFERENCE).any():
        return _rates([(REFERENCE, len(counted), int(days.sum()))])
    on = state.str.startswith(ON).to_numpy(bool)
    # A dose day that counts as off IVIG joins the days before it to one run: it is cut at the first dose.
    before = np.where(on, 0, np.clip(np.minimum(end, first_dose - 1) - start + 1, 0, None))
    infected_on = counted["state"].str.startswith(ON).to_numpy(bool)
    infected_before = ~infected_on & (counted["day"].to_numpy() < first_dose)
    rows = (
        (BEFORE_IVIG, infected_before.sum(), before.sum()),
        (ON, infected_on.sum(), days[on].sum()),
        (OFF_SINCE, (~infected_on & ~infected_before).sum(), (days - before)[~on].sum()),
    )
    return _rates([(name, int(number), int(length)) for name, number, length in rows])


def _rates(rows: list[tuple[str, int, int]]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["period", "infections", "days"])
    years = table["days"] / DAYS_PER_YEAR
    return table.assign(rate=(table["infections"] / years.where(years > 0)).astype(float))


def _marks(block: Block, last: int) -> pd.DataFrame:
    person = block.cohort.patients.iloc[block.low]
    phase = block.records("phase")
    begun = phase.loc[(phase["phase"] == "progressive").to_numpy(bool), "day"].to_numpy(float)
    died = person["died_day"]
    progressed = np.unique([*begun, person["progressed_day"]])
    marks = [(day, "progression") for day in progressed if 0 <= day <= last]
    marks.append((died, "death") if died == died else (last, "followed"))
    return pd.DataFrame(marks, columns=["day", "kind"]).astype({"day": np.int64})
