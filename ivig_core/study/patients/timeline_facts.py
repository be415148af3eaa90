"""What the records of one patient say, each kind as a tidy frame; the columns are those of `timeline.Timeline`."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ivig_core.persontime.block import Block
from ivig_core.persontime.doses import courses, single
from ivig_core.persontime.igg import functional_igg
from ivig_core.persontime.states import levels, phase_steps
from ivig_core.runs import run_starts
from ivig_core.spec import AnalysisSpec, ExposureSpec
from ivig_core.study.study import Study
from ivig_core.terms import igg_levels

RECORDED = ("day", "end", "grade", "pathogen", "organism", "site", "hospitalized", "hospital_days")


def slice_of(rows: pd.DataFrame, patient: int) -> pd.DataFrame:
    """The rows of one patient of a frame that is sorted by patient."""
    return rows.iloc[slice(*np.searchsorted(rows["patient"].to_numpy(), [patient, patient + 1]))]


def igg_values(block: Block, exposure: ExposureSpec) -> pd.DataFrame:
    """IgG by day of measurement, with the functional IgG of that day and its level."""
    labs = _labs(block, "igg").sort_values(["day", "value"], kind="stable")
    table = labs.groupby("day", sort=True).agg(
        igg=("value", "first"), count=("value", "size"), trough=("trough", "first")
    )
    known = functional_igg(block, exposure)
    table["functional"] = pd.Series(known.value, index=known.day, dtype=float).reindex(table.index)
    *names, unknown = igg_levels(exposure.igg_cuts)
    code = np.searchsorted(np.array(exposure.igg_cuts), table["functional"].to_numpy(), side="right")
    level = np.array(names, dtype=object)[np.minimum(code, len(names) - 1)]
    table["level"] = np.where(table["functional"].isna(), unknown, level)
    return table.reset_index()[["day", "igg", "count", "functional", "level", "trough"]]


def m_spikes(block: Block) -> pd.DataFrame:
    """M-spike (g/dL) as measured."""
    return _labs(block, "m_spike")[["day", "value"]].reset_index(drop=True)


def blood_counts(block: Block) -> pd.DataFrame:
    """Neutrophils and lymphocytes (10^3/uL), of blood tests and of the records of infections."""
    rows = block.records("infection")
    parts = [
        _labs(block, analyte)[["day", "analyte", "value"]].assign(at_infection=False) for analyte in ("anc", "alc")
    ]
    parts += [
        rows[["day"]].assign(analyte=analyte, value=rows[analyte].astype(float), at_infection=True).dropna()
        for analyte in ("anc", "alc")
    ]
    table = pd.concat(parts, ignore_index=True)
    # A count noted with the infection and again among the blood tests is one.
    table = table.drop_duplicates(["day", "analyte", "value"])
    return table.sort_values(["analyte", "day"], ascending=[False, True], kind="stable").reset_index(drop=True)


def _labs(block: Block, analyte: str) -> pd.DataFrame:
    rows = block.records("lab")
    return rows[(rows["analyte"] == analyte).to_numpy(bool)]


def doses_given(block: Block, exposure: ExposureSpec) -> pd.DataFrame:
    """Every dose up to the end of follow-up; a course dose by dose, `TooManyDosesError` where it means too many."""
    given = single(courses(block, exposure))
    rows = block.records("ivig").iloc[given.row]
    per_kg = rows["dose_g_per_kg"].to_numpy(float)
    weight = float(block.baseline("weight_kg").to_numpy(float)[0])
    grams = rows["dose_g"].to_numpy(float)
    return pd.DataFrame(
        {
            "day": given.first,
            "route": rows["route"].to_numpy(object),
            "grams": np.where(np.isnan(grams), per_kg * weight, grams),
            "grams_per_kg": per_kg,
        }
    )


def since_dose(day: np.ndarray, doses: np.ndarray) -> np.ndarray:
    """Days from the last dose on or before each `day`, NaN without one; `doses` are sorted days."""
    at = np.searchsorted(doses, day, side="right") - 1
    padded = np.append(doses.astype(float), np.nan)
    # Position −1, before the first dose, is the NaN at the end.
    return day - padded[at]


def infections_recorded(
    study: Study, spec: AnalysisSpec, patient: int, segments: pd.DataFrame, doses: np.ndarray
) -> pd.DataFrame:
    """Every infection of the file, those that count as they count: an episode is one, with its highest grade."""
    cohort = study.cohort(spec)
    rows, counted = slice_of(cohort.infection, patient), slice_of(study.infections(spec), patient)
    if spec.endpoint.episode_gap_days:
        # Episodes are renumbered; the records that they were made of are known by their days.
        other = rows[~rows["day"].isin(counted["day"]).to_numpy(bool)]
    else:
        other = rows[~rows.index.isin(counted.index)]
    table = pd.concat([counted.assign(counted=True), other.assign(counted=False)])[[*RECORDED, "counted"]]
    table = table.sort_values("day", kind="stable").reset_index(drop=True)
    day = table["day"].to_numpy(np.int64)
    table["state"] = _state_of(day, segments)
    passes = table["counted"].to_numpy(bool)
    table["counted"] = passes & (table["state"] != "").to_numpy(bool)
    reason = _reason(day, int(cohort.days[patient]), passes, spec.endpoint.episode_gap_days > 0)
    table["reason"] = np.where(table["counted"], "", reason)
    table["since_dose"] = since_dose(day, doses)
    return table


def _state_of(day: np.ndarray, segments: pd.DataFrame) -> np.ndarray:
    start, end = segments["start_day"].to_numpy(), segments["end_day"].to_numpy()
    at = np.searchsorted(start, day, side="right") - 1
    inside = (at >= 0) & (day <= np.append(end, -1)[at])
    return np.where(inside, np.append(segments["state"].to_numpy(object), "")[at], "")


def _reason(day: np.ndarray, days: int, passes: np.ndarray, episodes: bool) -> np.ndarray:
    """Why an infection does not count, in words."""
    unlike = "part of an episode, or not of the kind that counts" if episodes else "not of the kind that counts"
    reason = np.where(passes, "on a day that is not analysed", unlike)
    reason = np.where(day < 0, "before follow-up", reason)
    return np.where(day >= days, "after follow-up", reason)


def phase_runs(block: Block, exposure: ExposureSpec) -> pd.DataFrame:
    """Disease phase over follow-up as runs; the last one goes on if a record of it has no end. Empty if unrecorded."""
    columns = ["start_day", "end_day", "phase", "going_on"]
    if not block.cohort.records_phase:
        return pd.DataFrame(columns=columns)
    found = phase_steps(block, exposure)
    days = int(block.days[0])
    inside = found.keys < days
    keys, values = found.keys[inside], found.values[inside]
    first = run_starts(values)
    start, code = keys[first], values[first]
    rows = block.records("phase")
    open_phases = set(rows.loc[rows["end"].isna() & (rows["day"] < days), "phase"])
    names = np.array(levels("phase", exposure, block.cohort), dtype=object)[code]
    table = pd.DataFrame({"start_day": start, "end_day": np.append(start[1:], days) - 1, "phase": names})
    last = np.arange(len(table)) == len(table) - 1
    return table.assign(going_on=last & table["phase"].isin(open_phases).to_numpy(bool))[columns]


def therapies_given(block: Block) -> pd.DataFrame:
    """Therapies by the day they began; one without a last day goes on at the end of follow-up."""
    rows = block.records("therapy")
    end, start = rows["end"].to_numpy(float), rows["day"].to_numpy(np.int64)
    going_on = np.isnan(end)
    last = np.maximum(np.where(going_on, block.days[0] - 1, end), start).astype(np.int64)
    return pd.DataFrame(
        {
            "day": start,
            "end_day": last,
            "going_on": going_on,
            "category": rows["category"].to_numpy(object),
            "drug": rows["drug"].to_numpy(object),
        }
    )
