"""Patients simulated day by day in whom the reasons to start IVIG also bring infections, with a known effect."""

from __future__ import annotations

import numpy as np

from ivig_core.estimate.survival.clone_censor import TrialData
from ivig_core.estimate.survival.start_model import Pieces

DAYS, GRACE = 365, 30
BY, NOT_BY = "by", "not_by"


def world(
    rng: np.random.Generator, patients: int, ratio: float, forced: np.ndarray | None = None, until: int = GRACE
) -> dict[str, np.ndarray]:
    """One year of each patient: `frail` (two fifths), day of a first minor infection, first dose, event.

    A day brings, in this order: the end of follow-up (uniform from day 150 to 700); a first minor infection (1 %); the
    event, 0.003 × 2.5 if frail × 2.5 after a minor infection × `ratio` after a first dose on an earlier day; death
    (0.0006); a first dose, 0.008 up to day 30 and 0.003 later, × 3 if frail × 2.7 after a minor infection.

    `forced`: up to day `until` first doses are given on these days instead, and to nobody else.
    """
    frail = (rng.random(patients) < 0.4).astype(float)
    minor, dose = np.full(patients, np.inf), np.full(patients, np.inf)
    time, cause = np.full(patients, DAYS + 1), np.zeros(patients, int)
    end = rng.integers(150, 700, patients)
    active = np.ones(patients, bool)

    def leave(who: np.ndarray, day: int, why: int) -> None:
        time[who], cause[who] = day, why
        active[who] = False

    for day in range(DAYS + 1):
        leave(active & (day >= end), day, 0)
        minor[active & np.isinf(minor) & (rng.random(patients) < 0.01)] = day
        after = np.isfinite(minor)
        hazard = 0.003 * np.exp(np.log(2.5) * frail + 0.9 * after) * np.where(dose < day, ratio, 1)
        leave(active & (rng.random(patients) < hazard), day + 1, 1)
        leave(active & (rng.random(patients) < 0.0006), day + 1, 2)
        starts = rng.random(patients) < np.where(day <= GRACE, 0.008, 0.003) * np.exp(np.log(3) * frail + after)
        if forced is not None and day <= until:
            starts = forced == day
        dose[active & np.isinf(dose) & starts] = day
    return {"frail": frail, "minor": minor, "dose": dose, "time": time, "cause": cause}


def trial(made: dict[str, np.ndarray], adjusted: bool = True) -> TrialData:
    """The same patients as a trial of the start, with both reasons to start or with none."""
    number = len(made["time"])
    cut = np.flatnonzero((made["minor"] > 0) & np.isfinite(made["minor"]))
    patient = np.concatenate([np.arange(number), cut])
    first = np.concatenate([np.zeros(number), made["minor"][cut]]).astype(int)
    X = np.column_stack([made["frail"][patient], made["minor"][patient] <= first])
    order = np.lexsort((first, patient))
    pieces = Pieces(patient[order], first[order], X[order] if adjusted else X[order][:, :0])
    return TrialData(made["time"], made["cause"], np.where(np.isinf(made["dose"]), np.nan, made["dose"]), pieces)


def share(made: dict[str, np.ndarray], day: int, which: np.ndarray | None = None) -> float:
    """Cumulative incidence by a day, Aalen–Johansen without weights; of some patients."""
    which = np.ones(len(made["time"]), bool) if which is None else which
    time, cause = made["time"][which], made["cause"][which]
    at_risk = np.bincount(time, minlength=DAYS + 2)[::-1].cumsum()[::-1][1 : day + 1]
    ends = [np.bincount(time[keep], minlength=DAYS + 2)[1 : day + 1] for keep in (cause == 1, cause != 0)]
    free = np.concatenate([[1.0], np.cumprod(1 - ends[1] / at_risk)[:-1]])
    return float((free * ends[0] / at_risk).sum())


def truth(rng: np.random.Generator, patients: int, ratio: float, day: int) -> tuple[float, float]:
    """Risk by a day had everybody started by day 30, on a day as those who do, and had nobody."""
    natural = trial(world(rng, patients, ratio))
    last = np.minimum(np.fmin(natural.first_dose, GRACE), natural.time - 1 - (natural.cause != 0))
    days = np.arange(GRACE + 1)
    starts = np.bincount(last[natural.first_dose == last].astype(int), minlength=GRACE + 1)[: GRACE + 1]
    hazard = starts / (last[:, None] >= days).sum(axis=0)
    chance = hazard * np.concatenate([[1.0], np.cumprod(1 - hazard)[:-1]])
    drawn = rng.choice(days, size=patients, p=chance / chance.sum()).astype(float)
    made = [world(rng, patients, ratio, forced) for forced in (drawn, np.full(patients, np.inf))]
    return share(made[0], day), share(made[1], day)
