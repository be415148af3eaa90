"""Laboratory values: functional IgG, M-spike, neutrophils and lymphocytes.

Functional IgG is the native level (`igg.py`) and what is left of the doses. In IgG myeloma the laboratory measures
functional IgG plus M-spike; both are written, so that the difference is the functional IgG.
"""

from __future__ import annotations

import numpy as np

from ivig_core.simulate.baseline import People
from ivig_core.simulate.draw import whole_days
from ivig_core.simulate.history import FAR, Doses, Periods
from ivig_core.simulate.igg import NativeIgg
from ivig_core.simulate.model import SimulationModel
from ivig_core.simulate.parts import IggModel

VISIT_EVERY = (80, 100)
"""Shortest and longest time between scheduled samples (days)."""
SHARE_TROUGH = 0.25
"""Proportion of doses with an IgG sample right before the infusion."""

UNITS = {
    "igg": ("mg/dL", "g/L"),
    "m_spike": ("g/dL", "g/L"),
    "anc": ("10^3/uL", "10^9/L"),
    "alc": ("10^3/uL", "10^9/L"),
}
"""Unit of each analyte in the first and in the second laboratory; a patient always goes to the same one."""
PER_CANONICAL = {"igg": 0.01, "m_spike": 10.0, "anc": 1.0, "alc": 1.0}
"""What the second laboratory's number is per unit of the first."""


def draw_labs(
    rng: np.random.Generator, model: SimulationModel, people: People, periods: Periods, igg: NativeIgg, doses: Doses
) -> dict[str, np.ndarray]:
    """One entry per laboratory value: patient, start, analyte, value, unit, trough."""
    n = len(people)
    spike0 = 2.2 * np.exp(0.55 * rng.standard_normal(n))
    counts = {"anc": 3.0 * np.exp(0.35 * rng.standard_normal(n)), "alc": 1.0 * np.exp(0.35 * rng.standard_normal(n))}
    second = rng.random(n) < 0.3

    patient, day, trough = _sample_days(rng, model, people, doses)
    spike = np.round((spike0[patient] * _tumour(periods, patient, day)).clip(max=7.5), 2)
    infused = _infused(model.igg, doses, patient, day)
    noise = np.exp(0.10 * rng.standard_normal(len(day)))
    functional = np.maximum((igg.level(patient, day) + infused) * noise, 40)
    of_igg = people.heavy_chain[patient] == "IgG"
    total = functional + np.where(of_igg, 1000 * spike, 0.0)

    missing = rng.random((2, len(day))) < np.array([[0.03], [0.05]])
    has_spike = (people.heavy_chain[patient] != "none") & ~missing[1]
    parts = [_part("igg", patient, day, total, trough, ~missing[0])]
    parts.append(_part("m_spike", patient, day, spike, np.full(len(day), "", dtype=object), has_spike))
    scheduled = trough == "no"
    for analyte, level in counts.items():
        value = level[patient] * np.exp(0.4 * rng.standard_normal(len(day)))
        parts.append(_part(analyte, patient, day, value, np.full(len(day), "", dtype=object), scheduled))
    table = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    return _in_units(table, second)


def _sample_days(
    rng: np.random.Generator, model: SimulationModel, people: People, doses: Doses
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Patient, day and trough (`yes`, `no`) of every sample: scheduled visits, and some samples before infusions."""
    n = len(people)
    visits = model.follow_up_days[1] // VISIT_EVERY[0] + 2
    step = whole_days(rng, VISIT_EVERY, (n, visits))
    visit = -whole_days(rng, (0, 28), n)[:, None] + np.cumsum(step, axis=1) - step
    before_dose = (doses.day < FAR) & (rng.random(doses.day.shape) < SHARE_TROUGH)
    p1, c1 = np.nonzero(visit <= people.last[:, None])
    p2, c2 = np.nonzero(before_dose)
    visit_day, dose_day = visit[p1, c1], doses.day[p2, c2]
    # A visit on the day of a trough sample is that sample: two IgG values on one day would contradict each other.
    alone = ~np.isin(p1 * FAR + visit_day, p2 * FAR + dose_day)
    patient = np.concatenate([p1[alone], p2])
    day = np.concatenate([visit_day[alone], dose_day])
    trough = np.repeat(np.array(["no", "yes"], dtype=object), [int(alone.sum()), len(p2)])
    return patient, day, trough


def _tumour(periods: Periods, patient: np.ndarray, day: np.ndarray) -> np.ndarray:
    """M-spike as a multiple of its value on day 0: falls on therapy, rises through a progressive period."""
    response = 0.15 + 0.85 * np.exp(-np.maximum(day, 0) / 60)
    onset = periods.onset_before(patient, day)
    rising = np.where(onset > 0, np.minimum((day - onset) / 90, 1.0), 0.0)
    return response + 0.6 * np.nan_to_num(rising)


def _infused(igg: IggModel, doses: Doses, patient: np.ndarray, day: np.ndarray) -> np.ndarray:
    """IgG left from all doses before `day` (mg/dL); a sample on a dose day is drawn before the infusion."""
    decay = np.log(2) / igg.half_life_days
    left = np.zeros(doses.day.shape)
    left[:, 0] = igg.rise_per_dose
    for column in range(1, doses.day.shape[1]):
        gap = doses.day[:, column] - doses.day[:, column - 1]
        left[:, column] = left[:, column - 1] * np.exp(-decay * gap) + igg.rise_per_dose
    at = doses.latest(patient, day, strictly=True)
    column = np.maximum(at, 0)
    since = np.maximum(day - doses.day[patient, column], 0)
    return np.where(at >= 0, left[patient, column] * np.exp(-decay * since), 0.0)


def _part(
    analyte: str, patient: np.ndarray, day: np.ndarray, value: np.ndarray, trough: np.ndarray, keep: np.ndarray
) -> dict[str, np.ndarray]:
    names = np.full(int(keep.sum()), analyte, dtype=object)
    return {
        "patient": patient[keep],
        "start": day[keep],
        "analyte": names,
        "value": value[keep],
        "trough": trough[keep],
    }


def _in_units(table: dict[str, np.ndarray], second: np.ndarray) -> dict[str, np.ndarray]:
    """Values in the unit of the patient's laboratory; `table` gets the column `unit`."""
    elsewhere = second[table["patient"]]
    table["unit"] = np.full(len(elsewhere), "", dtype=object)
    for analyte, (here, there) in UNITS.items():
        rows = table["analyte"] == analyte
        table["unit"][rows] = np.where(elsewhere[rows], there, here)
        table["value"][rows & elsewhere] *= PER_CANONICAL[analyte]
    return table
