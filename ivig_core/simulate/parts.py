"""Parts of a simulation model that describe patients, infections, IgG and why IVIG is started."""

from __future__ import annotations

from dataclasses import dataclass, field

from ivig_core.errors import SpecError

Shares = dict[str, float]
"""Relative weights by label."""


@dataclass(frozen=True)
class Marginals:
    """Baseline covariates. None has an effect of its own, except `share_high_risk` on progression and death.

    age: mean, standard deviation, lowest, highest (years). years_since_diagnosis: median and spread (standard deviation
    of the logarithm). lines_mean: mean of a Poisson number of lines. prior_rate: infections in the year before at
    frailty 1; None takes the model's rate on follow-up. missing: proportion blank by column.
    """

    age: tuple[float, float, float, float] = (67, 9, 37, 89)
    share_female: float = 0.44
    share_high_risk: float = 0.25
    share_extramedullary: float = 0.12
    years_since_diagnosis: tuple[float, float] = (3.49, 0.75)
    lines_mean: float = 2.0
    prior_rate: float | None = None
    index_therapy: Shares = field(
        default_factory=lambda: {"daratumumab": 0.55, "bispecific": 0.20, "carfilzomib": 0.25}
    )
    heavy_chain: Shares = field(
        default_factory=lambda: {"IgG": 0.54, "IgA": 0.21, "none": 0.19, "IgD": 0.03, "IgM": 0.02, "IgE": 0.01}
    )
    light_chain: Shares = field(default_factory=lambda: {"kappa": 0.62, "lambda": 0.36, "both": 0.02})
    iss: Shares = field(default_factory=lambda: {"I": 0.35, "II": 0.35, "III": 0.30})
    partner_drugs: Shares = field(default_factory=dict)
    antiviral: float = 0.95
    antibacterial: float = 0.15
    antifungal: float = 0.12
    missing: Shares = field(
        default_factory=lambda: {
            "infections_prior_year": 0.04,
            "heavy_chain": 0.02,
            "light_chain": 0.03,
            "iss": 0.15,
            "r_iss": 0.25,
            "high_risk_cytogenetics": 0.08,
            "extramedullary_disease": 0.05,
            "weight_kg": 0.10,
        }
    )


@dataclass(frozen=True)
class Counts:
    """Neutrophils or lymphocytes at infection (10^3/µL): log-normal, and a proportion with deep cytopenia.

    median, spread: of the usual values, grades 1–2 and grades 3–5; spread is the standard deviation of the logarithm.
    share_low: proportion of infections with a value near 0.25 instead, grades 1–2 and 3–5.
    """

    median: tuple[float, float]
    spread: tuple[float, float]
    share_low: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True)
class InfectionKinds:
    """What an infection is. Pathogen `""` is not tested; hospitalized: probability by grade 1–5.

    bacterial_on_ivig: factor on the bacterial proportion on IVIG, so that their rate ratio is the all-grade one times
    this; the other pathogens make up for it. covid: proportion of infections that are COVID-19.
    """

    pathogen: Shares = field(
        default_factory=lambda: {
            "viral": 0.36,
            "bacterial": 0.24,
            "fungal": 0.03,
            "mixed": 0.03,
            "negative": 0.14,
            "": 0.20,
        }
    )
    site_mild: Shares = field(
        default_factory=lambda: {
            "upper_respiratory": 0.48,
            "lower_respiratory": 0.18,
            "urinary": 0.12,
            "gastrointestinal": 0.10,
            "skin": 0.08,
            "other": 0.04,
        }
    )
    site_severe: Shares = field(
        default_factory=lambda: {
            "lower_respiratory": 0.48,
            "bloodstream": 0.22,
            "upper_respiratory": 0.08,
            "urinary": 0.08,
            "gastrointestinal": 0.08,
            "skin": 0.03,
            "other": 0.03,
        }
    )
    hospitalized: tuple[float, float, float, float, float] = (0.02, 0.12, 0.75, 0.97, 1.0)
    bacterial_on_ivig: float = 1.0
    covid: float = 0.0
    anc: Counts = Counts(median=(2.9, 2.175), spread=(0.7, 0.7))
    alc: Counts = Counts(median=(0.95, 0.7125), spread=(0.6, 0.6))

    def __post_init__(self) -> None:
        share = self.pathogen.get("bacterial", 0.0) / sum(self.pathogen.values())
        if not self.bacterial_on_ivig > 0 or share * self.bacterial_on_ivig > 1:
            raise SpecError("bacterial_on_ivig", self.bacterial_on_ivig, "above 0, and a proportion at most 1 after it")


@dataclass(frozen=True)
class IggModel:
    """Functional IgG (mg/dL): native level × fall on therapy × dips, plus what is left of the doses.

    median, spread: native level before therapy (log-normal). share_preserved, preserved_median: proportion of patients
    with another median, who do not fall. floor, fall_days: proportion it falls to and the time constant (days).
    dips_per_year, dip_days, dip_factor: periods of deeper suppression. rise_per_dose: rise right after a dose;
    half_life_days of infused IgG. slope: the rate of infections is multiplied by (native / 700)^−slope, native taken
    within 150–1000; 0 means that IgG has no effect of its own.
    """

    median: float = 566.0
    spread: float = 0.45
    share_preserved: float = 0.0
    preserved_median: float = 1000.0
    floor: float = 0.55
    fall_days: float = 90.0
    dips_per_year: float = 0.0
    dip_days: tuple[int, int] = (60, 180)
    dip_factor: float = 0.5
    rise_per_dose: float = 300.0
    half_life_days: float = 25.0
    slope: float = 0.0

    @property
    def highest_factor(self) -> float:
        """Upper bound of the factor on the rate of infections."""
        return (150 / 700) ** -self.slope


@dataclass(frozen=True)
class Starts:
    """Why IVIG is started when infections have a say in it (`SimulationModel.starts`).

    share_planned: proportion with a first course planned whatever happens on therapy (for infections before it, or as
    primary prophylaxis); planned_day: median and spread (log-normal) of its first day, and the latest day;
    at_progression: proportion of them whose first progression after day 0, where there is one, is that day instead.
    after_infection: probability that an infection outside a course brings one on; again: the same once IVIG was given.
    delay_days: shortest and longest time from that infection to the first dose; share_soon, soon_days: proportion
    with the shorter delay. min_grade: lowest grade that can bring a course on.
    """

    share_planned: float = 0.0
    planned_day: tuple[float, float, int] = (39.0, 0.4, 365)
    at_progression: float = 0.0
    after_infection: float = 0.0
    again: float = 0.0
    delay_days: tuple[int, int] = (31, 60)
    share_soon: float = 0.0
    soon_days: tuple[int, int] = (1, 30)
    min_grade: int = 1
