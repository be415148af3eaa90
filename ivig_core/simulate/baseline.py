"""Patients: frailty, baseline covariates, planned follow-up and death."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ivig_core.simulate.draw import blank, choose, whole_days, yes_no
from ivig_core.simulate.model import DAYS_PER_YEAR, SimulationModel

INDEX_THERAPY = {"daratumumab": 0.55, "bispecific": 0.20, "carfilzomib": 0.25}
HEAVY_CHAIN = {"IgG": 0.54, "IgA": 0.21, "none": 0.19, "IgD": 0.03, "IgM": 0.02, "IgE": 0.01}
LIGHT_CHAIN = {"kappa": 0.62, "lambda": 0.36, "both": 0.02}
ISS = {"I": 0.35, "II": 0.35, "III": 0.30}
DEATH_CAUSE = {"myeloma": 0.68, "other": 0.20, "unknown": 0.12}

LONGEST_CONTACT_DAYS = 365
"""Survival is followed at most this long after the end of infection follow-up (days)."""


@dataclass
class People:
    """One block of patients; all arrays have one entry per patient, days count from the patient's day 0.

    `last`: last day at risk. `died`: day of death, NaN if none is known. `contact`: last day known alive. `covariate`:
    baseline columns as written, with blanks; `frailty`, `high_risk`, `weight_kg` and `heavy_chain` are what they are
    drawn from, without blanks.
    """

    day0: np.ndarray
    frailty: np.ndarray
    last: np.ndarray
    contact: np.ndarray
    died: np.ndarray
    death_cause: np.ndarray
    high_risk: np.ndarray
    weight_kg: np.ndarray
    heavy_chain: np.ndarray
    covariate: dict[str, np.ndarray] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.day0)


def draw_people(rng: np.random.Generator, model: SimulationModel, n: int) -> People:
    """`n` patients with covariates, planned follow-up and death from causes other than a recorded infection."""
    frailty = rng.gamma(model.frailty_shape, 1 / model.frailty_shape, n)
    female = rng.random(n) < 0.44
    age = np.rint(67 + 9 * rng.standard_normal(n)).clip(37, 89)
    high_risk = rng.random(n) < 0.25
    iss = choose(rng, ISS, n)
    weight = np.rint(np.where(female, 68, 82) + 13 * rng.standard_normal(n)).clip(42, 140)
    heavy = choose(rng, HEAVY_CHAIN, n)
    day0 = np.datetime64(model.first_start, "D").astype(np.int64) + rng.integers(0, model.start_span_days, n)

    low, high = model.follow_up_days
    planned = low - 1 + np.floor((high - low + 1) * rng.random(n) ** 1.3).astype(np.int64)
    contact = planned + np.where(rng.random(n) < 0.6, whole_days(rng, (1, LONGEST_CONTACT_DAYS), n), 0)
    hazard = model.death_rate_per_year * np.where(high_risk, 1.6, 1.0) * np.where(iss == "III", 1.4, 1.0)
    hazard = hazard * np.exp(0.03 * (age - 67)) / DAYS_PER_YEAR
    death = 7 + np.floor(rng.standard_exponential(n) / np.maximum(hazard, 1e-12))
    known = death <= contact
    cause = choose(rng, DEATH_CAUSE, n)

    people = People(
        day0=day0,
        frailty=frailty,
        last=np.minimum(planned, death).astype(np.int64),
        contact=np.minimum(contact, death).astype(np.int64),
        died=np.where(known, death, np.nan),
        death_cause=np.where(known, cause, "").astype(object),
        high_risk=high_risk,
        weight_kg=weight,
        heavy_chain=heavy,
    )
    r_iss = np.where(high_risk & (iss == "III"), "III", np.where(~high_risk & (iss == "I"), "I", "II")).astype(object)
    people.covariate = {
        "age": age,
        "sex": np.where(female, "female", "male").astype(object),
        "index_therapy": choose(rng, INDEX_THERAPY, n),
        "years_since_diagnosis": np.exp(1.25 + 0.75 * rng.standard_normal(n)).clip(0.1, 25),
        "lines_of_therapy": rng.poisson(2.0, n).clip(0, 9).astype(float),
        "infections_prior_year": blank(rng, rng.poisson(model.rate_per_year * frailty).astype(float), 0.04),
        "heavy_chain": blank(rng, heavy, 0.02),
        "light_chain": blank(rng, choose(rng, LIGHT_CHAIN, n), 0.03),
        "iss": blank(rng, iss, 0.15),
        "r_iss": blank(rng, r_iss, 0.25),
        "high_risk_cytogenetics": blank(rng, yes_no(high_risk), 0.08),
        "extramedullary_disease": blank(rng, yes_no(rng.random(n) < 0.12), 0.05),
        "weight_kg": blank(rng, weight, 0.10),
    }
    return people


def never_treated(rng: np.random.Generator, model: SimulationModel, frailty: np.ndarray) -> np.ndarray:
    """Who never gets IVIG (bool): with probability exp(−c × frailty), so that frail patients are treated more often.

    c = k (share^(−1/k) − 1) makes the expected proportion `share_never_ivig`: the Laplace transform of a gamma frailty
    with shape k and mean 1 is (1 + c/k)^(−k).
    """
    if model.share_never_ivig == 0:
        return np.zeros(len(frailty), dtype=bool)
    k = model.frailty_shape
    c = k * (model.share_never_ivig ** (-1 / k) - 1)
    return rng.random(len(frailty)) < np.exp(-c * frailty)
