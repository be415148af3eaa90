"""Infections: an exact Poisson process by thinning, then what each infection is.

Candidates are drawn at the highest rate the patient could ever have, spread evenly over the days at risk, and kept with
probability rate(day) / highest rate. So each day has a Poisson number of infections with exactly the model's rate.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ivig_core.simulate.baseline import People
from ivig_core.simulate.draw import blank, choose, whole_days
from ivig_core.simulate.history import FAR, Doses, Periods
from ivig_core.simulate.model import DAYS_PER_YEAR, SimulationModel

PATHOGEN = {"viral": 0.36, "bacterial": 0.24, "fungal": 0.03, "mixed": 0.03, "negative": 0.14, "": 0.20}
SITE_MILD = {
    "upper_respiratory": 0.48,
    "lower_respiratory": 0.18,
    "urinary": 0.12,
    "gastrointestinal": 0.10,
    "skin": 0.08,
    "other": 0.04,
}
SITE_SEVERE = {
    "lower_respiratory": 0.48,
    "bloodstream": 0.22,
    "upper_respiratory": 0.08,
    "urinary": 0.08,
    "gastrointestinal": 0.08,
    "skin": 0.03,
    "other": 0.03,
}
ORGANISM: dict[str, dict[str, tuple[str, ...]]] = {
    "viral": {
        "upper_respiratory": ("rhinovirus", "influenza A", "parainfluenza virus"),
        "lower_respiratory": ("influenza A", "respiratory syncytial virus", "human metapneumovirus"),
        "gastrointestinal": ("norovirus",),
        "skin": ("varicella zoster virus",),
        "": ("cytomegalovirus",),
    },
    "bacterial": {
        "upper_respiratory": ("Haemophilus influenzae",),
        "lower_respiratory": ("Streptococcus pneumoniae", "Haemophilus influenzae"),
        "gastrointestinal": ("Clostridioides difficile", "Campylobacter jejuni"),
        "urinary": ("Escherichia coli", "Klebsiella pneumoniae"),
        "skin": ("Staphylococcus aureus",),
        "": ("Escherichia coli", "Staphylococcus aureus"),
    },
    "fungal": {
        "lower_respiratory": ("Aspergillus fumigatus", "Pneumocystis jirovecii"),
        "": ("Candida albicans",),
    },
}
HOSPITALIZED = np.array([0.0, 0.02, 0.12, 0.75, 0.97, 1.0])
"""Probability of a stay in hospital by grade (index 0 unused)."""


@dataclass
class Infections:
    """One entry per infection, ordered by patient and day. `state`: `on`, `before` or `off` IVIG; `grade` 1–5."""

    patient: np.ndarray
    day: np.ndarray
    grade: np.ndarray
    state: np.ndarray
    column: dict[str, np.ndarray]

    def __len__(self) -> int:
        return len(self.day)


def ivig_state(model: SimulationModel, doses: Doses, patient: np.ndarray, day: np.ndarray) -> np.ndarray:
    """`on`, `before` (the window before the first dose) or `off` for each day; on IVIG goes first."""
    on = doses.days_since(patient, day) <= model.on_days
    to_first = doses.first[patient] - day
    before = (to_first >= 1) & (to_first <= model.before_days) & (doses.first[patient] < FAR)
    return np.select([on, before], ["on", "before"], "off")


def rate_factor(
    model: SimulationModel, people: People, periods: Periods, patient: np.ndarray, day: np.ndarray
) -> np.ndarray:
    """Product of the factors of phase, season and trend on each day."""
    month = (people.day0[patient] + day).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12 + 1
    winter = (month >= 10) | (month <= 3)
    band = np.minimum(day // model.trend_band_days, model.trend_last_band)
    factor = np.where(winter, model.irr_fall_winter, 1.0) * np.power(model.trend, band)
    return factor * np.where(periods.holds(patient, day), model.irr_progressive, 1.0)


def draw_infections(
    rng: np.random.Generator, model: SimulationModel, people: People, periods: Periods, doses: Doses
) -> Infections:
    """All infections of a block. A fatal one ends the follow-up of its patient: `people` is changed accordingly."""
    highest = model.rate_per_year / DAYS_PER_YEAR * people.frailty * model.highest_factor
    count = rng.poisson(highest * (people.last + 1))
    patient = np.repeat(np.arange(len(people)), count)
    day = np.floor(rng.random(len(patient)) * (people.last[patient] + 1)).astype(np.int64)
    state = ivig_state(model, doses, patient, day)
    factor = rate_factor(model, people, periods, patient, day)
    factor *= np.select([state == "on", state == "before"], [model.irr_on_all, model.irr_before_first_dose], 1.0)
    kept = np.flatnonzero(rng.random(len(patient)) * model.highest_factor < factor)
    kept = kept[np.lexsort((day[kept], patient[kept]))]
    patient, day, state = patient[kept], day[kept], state[kept]

    grade = _grades(rng, model, state == "on")
    grade[(grade == 5) & (day < doses.first[patient]) & (doses.first[patient] < FAR)] = 4
    alive = _die_of_infection(people, patient, day, grade)
    patient, day, state, grade = patient[alive], day[alive], state[alive], grade[alive]
    return Infections(patient, day, grade, state, _details(rng, model, people, patient, day, grade))


def _grades(rng: np.random.Generator, model: SimulationModel, on: np.ndarray) -> np.ndarray:
    """CTCAE grade of each infection; on IVIG grade 3 and higher is rarer than off it by more than the rest."""
    severe_on = model.share_grade_3_plus * model.irr_on_grade_3_plus / model.irr_on_all
    severe = rng.random(len(on)) < np.where(on, severe_on, model.share_grade_3_plus)
    u = rng.random(len(on))
    high = np.select([u < model.share_grade_5, u < model.share_grade_5 + model.share_grade_4], [5, 4], 3)
    return np.where(severe, high, np.where(u < model.share_grade_2, 2, 1))


def _die_of_infection(people: People, patient: np.ndarray, day: np.ndarray, grade: np.ndarray) -> np.ndarray:
    """End follow-up on the day of each patient's first grade 5 infection; True for the infections that remain.

    Only one infection of a patient stays grade 5: another on the day of death is written as grade 4.
    """
    fatal = np.flatnonzero(grade == 5)
    who, at = np.unique(patient[fatal], return_index=True)
    first = fatal[at]
    people.last[who] = day[first]
    people.contact[who] = day[first]
    people.died[who] = day[first]
    people.death_cause[who] = "infection"
    grade[np.setdiff1d(fatal, first)] = 4
    return day <= people.last[patient]


def _details(
    rng: np.random.Generator,
    model: SimulationModel,
    people: People,
    patient: np.ndarray,
    day: np.ndarray,
    grade: np.ndarray,
) -> dict[str, np.ndarray]:
    """The other columns of an infection, as written."""
    n = len(day)
    severe = grade >= 3
    site = np.where(severe, choose(rng, SITE_SEVERE, n), choose(rng, SITE_MILD, n))
    pathogen = choose(rng, PATHOGEN, n)
    room = people.last[patient] - day
    length = np.where(severe, whole_days(rng, (7, 28), n), whole_days(rng, (3, 14), n))
    length = np.minimum(np.where(grade == 5, 0, length), room)
    admitted = rng.random(n) < HOSPITALIZED[grade]
    nights = np.minimum(np.where(severe, whole_days(rng, (3, 21), n), whole_days(rng, (1, 4), n)), length + 1)
    low_count = np.where(severe, 0.75, 1.0)
    written = grade.astype(str).astype(object)
    written[(rng.random(n) < model.share_grade_unknown) & (grade < 5)] = "unknown"
    return {
        "end": np.where(grade == 5, day, blank(rng, day + length, 0.08)),
        "grade": written,
        "pathogen": pathogen,
        "organism": blank(rng, _organisms(rng, pathogen, site), 0.15),
        "site": blank(rng, site, 0.03),
        "hospitalized": np.where(admitted, "yes", "no").astype(object),
        "hospital_days": np.where(admitted, nights, np.nan),
        "anc": blank(rng, (2.9 * low_count * np.exp(0.7 * rng.standard_normal(n))).clip(max=25), 0.15),
        "alc": blank(rng, (0.95 * low_count * np.exp(0.6 * rng.standard_normal(n))).clip(max=6), 0.15),
    }


def _organisms(rng: np.random.Generator, pathogen: np.ndarray, site: np.ndarray) -> np.ndarray:
    """An organism that fits pathogen and site; blank for mixed, negative and unknown pathogens."""
    out = np.full(len(site), "", dtype=object)
    u = rng.random(len(site))
    for kind, by_site in ORGANISM.items():
        of_kind = pathogen == kind
        listed = np.isin(site, list(by_site))
        for place, names in by_site.items():
            here = np.flatnonzero(of_kind & ((site == place) if place else ~listed))
            out[here] = np.array(names, dtype=object)[(u[here] * len(names)).astype(int)]
    return out
