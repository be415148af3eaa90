"""What each step of an analysis leaves: patients, infections and person-days."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pandas as pd

from ivig_core.cohort.cohort import Cohort
from ivig_core.persontime.split import PersonTime
from ivig_core.spec import AnalysisSpec, EndpointSpec
from ivig_core.study import describe
from ivig_core.study.study import Study
from ivig_core.terms import REFERENCE

COUNTS = ("patients", "infections", "person_days")
ANY_INFECTION = {item.name: item.default for item in fields(EndpointSpec)}


def attrition(study: Study, spec: AnalysisSpec) -> pd.DataFrame:
    """One row per step with `step`, `patients`, `infections`, `person_days`.

    Every recorded infection and dose of follow-up is in the first row; each later row is what one more rule leaves.
    Steps whose rule is not in force are left out.
    """
    return study.once(
        "attrition", spec.selection, spec.exposure, spec.endpoint,
        make=lambda: _attrition(study, spec),
    )  # fmt: skip


def _attrition(study: Study, spec: AnalysisSpec) -> pd.DataFrame:
    everything = AnalysisSpec(exposure=spec.exposure)
    steps = [_row("in the file, within follow-up", study.full, study.infections(everything))]
    if spec.selection.where:
        chosen = spec.change(**ANY_INFECTION)
        steps.append(_row(f"of them, {describe.patients(spec)}", study.cohort(spec), study.infections(chosen)))
    steps += _time_steps(study, spec)
    steps += _endpoint_steps(study, spec)
    time = study.time(spec)
    treated = _only(time, ~_reference(time))
    table = treated.table
    with_infection = table.groupby("patient", sort=False)["infections"].transform("sum").to_numpy() > 0
    states = table.groupby("patient", sort=False)["state"].transform("nunique").to_numpy()
    steps.append(_of("with IVIG in follow-up", treated))
    steps.append(_of("of them, with a counted infection", _only(treated, with_infection)))
    steps.append(
        _of("of them, with days in more than one state (informative)", _only(treated, with_infection & (states > 1)))
    )
    return pd.DataFrame(steps, columns=["step", *COUNTS])


def flow(steps: pd.DataFrame) -> pd.DataFrame:
    """The steps with what each one leaves out of the step before: `patients_out`, `infections_out`, `person_days_out`.

    Nothing is left out by the first step, and a step never adds.
    """
    out = {f"{name}_out": (-steps[name].diff()).fillna(0).astype("int64") for name in COUNTS}
    return steps.assign(**out)


def _time_steps(study: Study, spec: AnalysisSpec) -> list[dict[str, object]]:
    exposure, steps = spec.exposure, []
    every_infection = spec.change(within="", **ANY_INFECTION)
    time = study.time(every_infection)
    rules = []
    if exposure.from_first_dose:
        rules.append("from the first dose on")
    if exposure.exclude_first_days:
        rules.append(f"without the first {exposure.exclude_first_days} days")
    if exposure.dose_day == "excluded":
        rules.append("without dose days")
    if rules:
        steps.append(_of(", ".join(rules), time))
    if spec.selection.within:
        inside = study.time(spec.change(**ANY_INFECTION))
        steps.append(_of(", ".join(describe.days_within(spec)), inside))
    return steps


def _endpoint_steps(study: Study, spec: AnalysisSpec) -> list[dict[str, object]]:
    endpoint, steps = spec.endpoint, []
    if endpoint.episode_gap_days:
        merged = study.time(spec.change(**{**ANY_INFECTION, "episode_gap_days": endpoint.episode_gap_days}))
        steps.append(_of(f"infections within {endpoint.episode_gap_days} days joined into episodes", merged))
    if endpoint != EndpointSpec(episode_gap_days=endpoint.episode_gap_days):
        steps.append(_of(f"only {describe.infections(replace(endpoint, episode_gap_days=0))}", study.time(spec)))
    return steps


def _reference(time: PersonTime) -> np.ndarray:
    return (time.table["state"] == REFERENCE).to_numpy(bool)


def _only(time: PersonTime, rows: np.ndarray) -> PersonTime:
    return PersonTime(time.cohort, time.exposure, time.table[rows])


def _of(step: str, time: PersonTime) -> dict[str, object]:
    return _step(step, time.patients, time.infections, time.person_days)


def _row(step: str, cohort: Cohort, infections: pd.DataFrame) -> dict[str, object]:
    return _step(step, len(cohort), len(infections), int(cohort.days.sum()))


def _step(step: str, patients: int, infections: int, person_days: int) -> dict[str, object]:
    return {"step": step, "patients": patients, "infections": infections, "person_days": person_days}
