"""Patients: frailty, baseline covariates, planned follow-up and death."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ivig_core.simulate.draw import blank, choose, whole_days, yes_no
from ivig_core.simulate.model import DAYS_PER_YEAR, SimulationModel
from ivig_core.simulate.parts import Marginals

DEATH_CAUSE = {"myeloma": 0.68, "other": 0.20, "unknown": 0.12}


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
    who = model.marginals
    female = rng.random(n) < who.share_female
    age = np.rint(who.age[0] + who.age[1] * rng.standard_normal(n)).clip(*who.age[2:])
    high_risk = rng.random(n) < who.share_high_risk
    iss = choose(rng, who.iss, n)
    weight = np.rint(np.where(female, 68, 82) + 13 * rng.standard_normal(n)).clip(42, 140)
    heavy = choose(rng, who.heavy_chain, n)
    day0 = np.datetime64(model.first_start, "D").astype(np.int64) + rng.integers(0, model.start_span_days, n)

    planned = _planned(rng, model, n)
    seen_later = rng.random(n) < model.share_contact
    contact = planned + np.where(seen_later, whole_days(rng, model.contact_days, n), 0)
    hazard = model.death_rate_per_year * np.where(high_risk, model.high_risk_death, 1.0)
    hazard = hazard * np.where(iss == "III", 1.4, 1.0) * np.exp(0.03 * (age - 67)) / DAYS_PER_YEAR
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
    people.covariate = _covariates(rng, model, people, {"age": age, "female": female, "iss": iss})
    return people


def _covariates(
    rng: np.random.Generator, model: SimulationModel, people: People, drawn: dict[str, np.ndarray]
) -> dict[str, np.ndarray]:
    """The baseline columns as written; `drawn` holds age, sex and ISS, which death depends on."""
    who, n, high_risk, iss = model.marginals, len(people), people.high_risk, drawn["iss"]
    r_iss = np.where(high_risk & (iss == "III"), "III", np.where(~high_risk & (iss == "I"), "I", "II")).astype(object)

    def seen(name: str, values: np.ndarray) -> np.ndarray:
        return blank(rng, values, who.missing.get(name, 0.0))

    return {
        "age": drawn["age"],
        "sex": np.where(drawn["female"], "female", "male").astype(object),
        "index_therapy": choose(rng, who.index_therapy, n),
        "years_since_diagnosis": _years(rng, who, n),
        "lines_of_therapy": rng.poisson(who.lines_mean, n).clip(0, 11).astype(float),
        "infections_prior_year": seen("infections_prior_year", _prior_infections(rng, model, people.frailty)),
        "heavy_chain": seen("heavy_chain", people.heavy_chain),
        "light_chain": seen("light_chain", choose(rng, who.light_chain, n)),
        "iss": seen("iss", iss),
        "r_iss": seen("r_iss", r_iss),
        "high_risk_cytogenetics": seen("high_risk_cytogenetics", yes_no(high_risk)),
        "extramedullary_disease": seen("extramedullary_disease", yes_no(rng.random(n) < who.share_extramedullary)),
        "weight_kg": seen("weight_kg", people.weight_kg),
    }


def _planned(rng: np.random.Generator, model: SimulationModel, n: int) -> np.ndarray:
    """Last day of planned follow-up of each patient."""
    low, high = model.follow_up_days
    if model.follow_up_median is None:
        return low - 1 + np.floor((high - low + 1) * rng.random(n) ** 1.3).astype(np.int64)
    median, spread = model.follow_up_median
    return np.rint(median * np.exp(spread * rng.standard_normal(n))).clip(low, high).astype(np.int64) - 1


def _years(rng: np.random.Generator, who: Marginals, n: int) -> np.ndarray:
    median, spread = who.years_since_diagnosis
    return (median * np.exp(spread * rng.standard_normal(n))).clip(0.1, 25)


def _prior_infections(rng: np.random.Generator, model: SimulationModel, frailty: np.ndarray) -> np.ndarray:
    rate = model.rate_per_year if model.marginals.prior_rate is None else model.marginals.prior_rate
    return rng.poisson(rate * frailty).astype(float)


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
