"""Baseline variables of the published hazard ratios of a first IVIG, and how each is made from a cohort."""

from __future__ import annotations

from dataclasses import dataclass

from ivig_core.persontime.baseline import BASELINE_IGG
from ivig_core.terms import igg_levels, label

TABLE_1, SUPPLEMENT, TEXT = "Table 1", "Supplementary Table 1", "Results, Risk factors for IVIG usage"
PER_ONE = "increment not printed; read as per 1 more"


@dataclass(frozen=True)
class Factor:
    """A baseline variable of the format: a number per `unit`, or a `level` against `reference`.

    `label`: what the ratio is of. `band`: the number is taken in the bands of the format. `cut`: IgG (mg/dL) below
    which the level lies. `variable` empty: not known at the start, so that a cohort has no such baseline variable.
    """

    label: str
    variable: str = ""
    level: str = ""
    reference: str = ""
    unit: float = 1.0
    band: bool = False
    cut: int = 0
    note: str = ""


def _levels(variable: str, name: str, reference: str, *levels: str) -> dict[str, Factor]:
    return {level: Factor(f"{name} {level} against {reference}", variable, level, reference) for level in levels}


def _below(cut: int) -> Factor:
    low, enough = (label(level) for level in igg_levels((cut,))[:2])
    return Factor(f"IgG < {cut} mg/dL at the start", BASELINE_IGG, low, enough, band=True, cut=cut)


AGE = Factor("Age, per 5 years", "age", unit=5.0)
YEARS = Factor("Years since diagnosis, per 5", "years_since_diagnosis", unit=5.0)
LINES = Factor("Lines of therapy", "lines_of_therapy", note=PER_ONE)
PRIOR = Factor("Infections in the year before", "infections_prior_year", note=PER_ONE)
SEX = Factor("Women against men", "sex", "female", "male")
MONTHS = Factor("Months on daratumumab", note="known only afterwards, so no variable of the start")
LIGHT = Factor("Light chain kappa against lambda", "light_chain", "kappa", "lambda")
RISK = Factor("High-risk cytogenetics", "high_risk_cytogenetics", "yes", "no")
CHAINS = {
    name: Factor(f"Heavy chain {name} against none", "heavy_chain", name, "none") for name in ("IgG", "IgA", "IgD")
}
COUNTS = {
    count: Factor(f"{count} infection{'' if count == '1' else 's'} in the year before", "infections_prior_year", count,
                  "0", band=True)
    for count in ("1", "2", "3", "4+")
}  # fmt: skip
ISS, R_ISS = (_levels(name, words, "I", "II", "III") for name, words in (("iss", "ISS"), ("r_iss", "R-ISS")))

FACTORS: dict[str, Factor] = {
    "Age at dara, years": AGE,
    "Age (per 5 yr)": AGE,
    "Sex: Female": SEX,
    "Months on dara": MONTHS,
    "Years from dx to dara": YEARS,
    "Years dx to dara (per 5 yr)": YEARS,
    "Lines of therapy": LINES,
    "lines_of_therapy": LINES,
    "Infections in year prior": PRIOR,
    "numinfections": PRIOR,
    "Light chain type: Kappa": LIGHT,
    "Light chain: Kappa": LIGHT,
    "High-risk cytogenetics: Yes": RISK,
    "High-risk cyto: Yes": RISK,
    "HGG at baseline (IgG<700): Yes": _below(700),
    "HGG baseline: Yes": _below(700),
    "Severe HGG (IgG<400): Yes": _below(400),
    **{f"Prior infections (categorized): {count}": factor for count, factor in COUNTS.items()},
    **{f"Heavy chain type: {name}": factor for name, factor in CHAINS.items()},
    **{f"Heavy chain: {name}": factor for name, factor in CHAINS.items()},
    **{f"ISS stage: {level}": factor for level, factor in ISS.items()},
    **{f"ISS: {level}": factor for level, factor in ISS.items()},
    **{f"R-ISS stage: {level}": factor for level, factor in R_ISS.items()},
}
"""By what the tables of Lancman 2026 call the variable and its level."""
IN_TEXT = {
    "infections_in_year_prior": PRIOR,
    "3 prior infections": COUNTS["3"],
    "4+ prior infections": COUNTS["4+"],
    "IgG": CHAINS["IgG"],
}
"""By what its text calls the level."""


def factor_of(subgroup: str, exposed: str, place: str) -> Factor:
    """The variable of a published hazard ratio of a first IVIG; `KeyError` for one that is not listed."""
    return IN_TEXT[exposed] if place == TEXT else FACTORS[subgroup]
