"""Native IgG: what the patient's own plasma cells make, without IVIG and without the M-spike."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ivig_core.simulate.baseline import People
from ivig_core.simulate.history import Periods, draw_spells
from ivig_core.simulate.model import DAYS_PER_YEAR, SimulationModel
from ivig_core.simulate.parts import IggModel

HGG = 700.0
"""Native IgG below this is hypogammaglobulinemia (mg/dL)."""
_DIPS = 8


@dataclass
class NativeIgg:
    """Native IgG over time: level before therapy (n, mg/dL), who keeps it (n, bool), periods of deeper suppression."""

    model: IggModel
    before: np.ndarray
    preserved: np.ndarray
    dips: Periods

    def level(self, patient: np.ndarray, day: np.ndarray) -> np.ndarray:
        """Native IgG (mg/dL) of `patient` on `day`."""
        floor = np.where(self.preserved[patient], 1.0, self.model.floor)
        fall = floor + (1 - floor) * np.exp(-np.maximum(day, 0) / self.model.fall_days)
        level = self.before[patient] * fall
        if self.model.dips_per_year == 0:
            return level
        return level * np.where(self.dips.holds(patient, day), self.model.dip_factor, 1.0)

    def rate_factor(self, level: np.ndarray) -> np.ndarray:
        """Factor on the rate of infections at native `level`."""
        return (level.clip(150, 1000) / HGG) ** -self.model.slope


def draw_igg(rng: np.random.Generator, model: SimulationModel, people: People) -> NativeIgg:
    """Native IgG of all patients."""
    n, igg = len(people), model.igg
    preserved = rng.random(n) < igg.share_preserved
    spread = np.where(preserved, 0.15, igg.spread)
    before = np.where(preserved, igg.preserved_median, igg.median) * np.exp(spread * rng.standard_normal(n))
    before = before.clip(min=60, max=1800)
    return NativeIgg(igg, before, preserved, _dips(rng, igg, people, n))


def _dips(rng: np.random.Generator, igg: IggModel, people: People, n: int) -> Periods:
    rate, never = np.full(n, igg.dips_per_year / DAYS_PER_YEAR), np.zeros(n, dtype=bool)
    return draw_spells(rng, rate, igg.dip_days, people.last, _DIPS, at_start=never)
