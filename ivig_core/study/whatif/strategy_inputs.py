"""What a cohort tells the simulation of strategies: follow-up as recorded, infections, infusions, IgG without IVIG."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ivig_core.cohort.cohort import Cohort
from ivig_core.errors import EstimationError
from ivig_core.estimate.whatif.strategies.asked import Inputs
from ivig_core.estimate.whatif.strategies.calendar import Calendar
from ivig_core.estimate.whatif.strategies.igg_path import Samples, check_samples
from ivig_core.persontime.block import Block
from ivig_core.persontime.doses import TooManyDosesError, between, courses
from ivig_core.persontime.igg import WIDE, functional_igg
from ivig_core.persontime.split import PersonTime
from ivig_core.persontime.states import levels
from ivig_core.spec import AnalysisSpec, ExposureSpec
from ivig_core.study.study import Study
from ivig_core.study.whatif.assumptions import Assumptions
from ivig_core.study.whatif.own_effect import severe_spec
from ivig_core.terms import FALL_WINTER, ON, PROGRESSIVE

DAYS_PER_YEAR = 365.25
LEAST_IGG = 20
"""mg/dL: lower values, 0 among them (not detected), are taken as this, so that they have a logarithm."""
AS_RECORDED = {
    "pre_exposure_days": 0, "washout_days": 0, "window_cuts": (), "dose_day": "on", "exclude_first_days": 0,
    "from_first_dose": False, "within": (),
}  # fmt: skip
"""Settings that leave follow-up out or give parts of it another name: here every day at risk counts."""


def whole_follow_up(spec: AnalysisSpec) -> AnalysisSpec:
    """The settings with every day of follow-up, each on IVIG or off it."""
    return spec.change(**AS_RECORDED)


def strategy_inputs(study: Study, spec: AnalysisSpec, assumed: Assumptions) -> tuple[Inputs, str]:
    """The inputs, and why IgG without IVIG has no course (empty where it has one). `EstimationError` where the courses
    of the file mean too many doses."""
    whole = whole_follow_up(spec)
    parts = (whole.selection, whole.exposure, whole.endpoint, assumed.follows, assumed.igg_apart_days)
    return study.once("strategy_inputs", *parts, make=lambda: _inputs(study, whole, assumed))


def _inputs(study: Study, spec: AnalysisSpec, assumed: Assumptions) -> tuple[Inputs, str]:
    axes = assumed.follows
    time = study.time(spec, axes)
    cohort = study.cohort(spec)
    infections = study.infections(spec)
    severe = severe_spec(spec)
    grades = infections["grade"].to_numpy(float)
    block = Block(cohort, 0, len(cohort))
    why, samples = "", _samples(block, spec.exposure, assumed.igg_apart_days)
    try:
        check_samples(samples)
    except EstimationError as reason:
        why = str(reason)
    return Inputs(
        calendar=_calendar(time, cohort, axes),
        infections=time.table["infections"].to_numpy(float),
        severe=None if severe is None else _counted(time, study.infections(severe)),
        graded=float((~np.isnan(grades)).mean()) if len(grades) else 1.0,
        doses=_infusions(block, spec.exposure),
        samples=None if why else samples._replace(value=np.maximum(samples.value, LEAST_IGG)),
        floored=0 if why else int((samples.value < LEAST_IGG).sum()),
        subcutaneous=_subcutaneous(block, spec.exposure),
    ), why


def _counted(time: PersonTime, infections: pd.DataFrame) -> np.ndarray:
    return time.count(infections).table["infections"].to_numpy(float)


def _calendar(time: PersonTime, cohort: Cohort, axes: tuple[str, ...]) -> Calendar:
    """Segments of person-time; a level is a combination of the axes, its covariates are those that vary."""
    table = time.table
    code = np.zeros(len(table), np.int64)
    columns = []
    for axis in axes:
        own, names = table[axis].cat.codes.to_numpy(np.int64), levels(axis, time.exposure, cohort)
        code = code * len(names) + own
        columns.append(_covariate(axis, names, own, time.exposure))
    used, level = np.unique(code, return_inverse=True)
    first = np.zeros(len(used), np.int64)
    first[level] = np.arange(len(table))
    design = np.stack([column[first] for column in columns], axis=1) if columns else np.zeros((len(used), 0))
    return Calendar(
        patient=table["patient"].to_numpy(np.int64),
        start=table["start_day"].to_numpy(np.int64),
        days=table["days"].to_numpy(np.int64),
        level=level.astype(np.int64),
        on=(table["state"] == ON).to_numpy(bool),
        follow_up=cohort.days,
        design=design[:, np.ptp(design, axis=0) > 0] if len(design) else design,
    )


def _covariate(axis: str, names: tuple[str, ...], code: np.ndarray, exposure: ExposureSpec) -> np.ndarray:
    """Progressive, fall or winter (1 or 0; 0 where unknown), or years since the start (by band)."""
    if axis == "time":
        return code * exposure.time_band_days / DAYS_PER_YEAR
    return (code == names.index({"phase": PROGRESSIVE, "season": FALL_WINTER}[axis])).astype(float)


def _infusions(block: Block, exposure: ExposureSpec) -> np.ndarray:
    """Infusions (or doses under the skin) recorded on days at risk."""
    given = courses(block, exposure)
    before = np.minimum(-(np.minimum(given.first, 0) // given.step), given.number)
    return np.bincount(given.patient, given.number - before, len(block)).astype(float)


def _subcutaneous(block: Block, exposure: ExposureSpec) -> bool:
    """Whether any dose up to the end of follow-up is given under the skin."""
    return bool((block.records("ivig")["route"].to_numpy()[courses(block, exposure).row] == "sc").any())


def _samples(block: Block, exposure: ExposureSpec, apart: int) -> Samples:
    """Functional IgG in follow-up or before it, more than `apart` days after the latest dose before it.

    A sample on the day of a dose is taken before it.
    """
    igg = functional_igg(block, exposure)
    keep = (igg.day < block.days[igg.patient]) & (igg.value >= 0)
    patient, day, value = igg.patient[keep], igg.day[keep], igg.value[keep]
    try:
        given = between(courses(block, exposure))
    except TooManyDosesError as error:
        raise EstimationError(str(error)) from error
    if len(given.first):
        at = np.searchsorted(given.patient * WIDE + given.first, patient * WIDE + day, side="left") - 1
        mine = (at >= 0) & (given.patient[at] == patient)
        steps = (day - 1 - given.first[at]) // given.step[at]
        latest = np.minimum(given.first[at] + steps * given.step[at], given.last[at])
        far = ~mine | (day - latest > apart)
        patient, day, value = patient[far], day[far], value[far]
    return Samples(patient, day, value)
