"""Simulated studies of the design that the formula is for: windows that no infection moves."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ivig_core.estimate.whatif.size.many_series import many_series
from ivig_core.estimate.whatif.size.series_size import Exposed, infections_needed, power_with

AT_ONCE = 500


class Setting(NamedTuple):
    """A study: `ratio` to see, days of `follow_up`, days `on` IVIG of a treated patient, `share` of patients treated,
    infections per patient-year off IVIG (`rate`), `variance` of it between patients, `power` that is asked for."""

    ratio: float
    follow_up: int
    on: int
    share: float
    rate: float
    variance: float
    power: float


SETTINGS = {
    "usual": Setting(0.60, 365, 180, 1.0, 2.0, 0.5, 0.8),
    "strong effect, short windows": Setting(0.40, 730, 90, 0.7, 1.5, 1.0, 0.8),
    "weak effect, half treated": Setting(0.75, 730, 365, 0.5, 2.0, 0.5, 0.9),
    "short window": Setting(2.50, 365, 21, 0.75, 1.0, 0.5, 0.8),
    "few treated": Setting(0.50, 365, 120, 0.3, 2.0, 0.0, 0.9),
}


def simulated_power(setting: Setting, studies: int, seed: int = 2) -> tuple[float, float]:
    """Power by formula and in so many simulated studies, with as many patients as the formula asks for."""
    days_on = setting.on / setting.follow_up
    exposed = Exposed(np.array([setting.share, 1 - setting.share]), np.array([days_on, 0.0]))
    needed = infections_needed(exposed, setting.ratio, setting.power)
    each = setting.rate * setting.follow_up / 365.25 * exposed.infections(setting.ratio)
    patients = int(np.ceil(needed / each))
    rng = np.random.default_rng(seed)
    clear = 0
    for begun in range(0, studies, AT_ONCE):
        shape = (min(AT_ONCE, studies - begun), patients)
        on = np.where(rng.random(shape) < setting.share, setting.on, 0)
        frailty = rng.gamma(1 / setting.variance, setting.variance, shape) if setting.variance else np.ones(shape)
        days = np.stack([setting.follow_up - on, on], axis=-1)
        rate = frailty[..., None] * setting.rate / 365.25 * np.array([1.0, setting.ratio])
        found = many_series(days, rng.poisson(rate * days), setting.ratio)
        clear += int(((found.p_value < 0.05) & ((found.log_ratio < 0) == (setting.ratio < 1))).sum())
    return float(power_with(np.array(patients * each), exposed, setting.ratio)), clear / studies
