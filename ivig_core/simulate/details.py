"""What each infection is: pathogen, organism, site, stay in hospital, blood counts."""

from __future__ import annotations

import numpy as np

from ivig_core.simulate.baseline import People
from ivig_core.simulate.draw import blank, choose, whole_days
from ivig_core.simulate.model import SimulationModel
from ivig_core.simulate.parts import Counts, InfectionKinds, Shares

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
COVID = "SARS-CoV-2"
RESPIRATORY = ("upper_respiratory", "lower_respiratory")


def draw_details(
    rng: np.random.Generator,
    model: SimulationModel,
    people: People,
    patient: np.ndarray,
    day: np.ndarray,
    grade: np.ndarray,
    protected: np.ndarray,
) -> dict[str, np.ndarray]:
    """The other columns of each infection as written; `protected`: on IVIG where it works (bool)."""
    n, kinds = len(day), model.kinds
    severe = grade >= 3
    site = np.where(severe, choose(rng, kinds.site_severe, n), choose(rng, kinds.site_mild, n))
    pathogen = _pathogens(rng, kinds, protected)
    room = people.last[patient] - day
    length = np.where(severe, whole_days(rng, (7, 28), n), whole_days(rng, (3, 14), n))
    length = np.minimum(np.where(grade == 5, 0, length), room)
    admitted = rng.random(n) < np.array(kinds.hospitalized)[grade - 1]
    nights = np.minimum(np.where(severe, whole_days(rng, (3, 21), n), whole_days(rng, (1, 4), n)), length + 1)
    written = grade.astype(str).astype(object)
    written[(rng.random(n) < model.share_grade_unknown) & (grade < 5)] = "unknown"
    table = {
        "end": np.where(grade == 5, day, blank(rng, day + length, 0.08)),
        "grade": written,
        "pathogen": pathogen,
        "organism": blank(rng, _organisms(rng, pathogen, site), 0.15),
        "site": blank(rng, site, 0.03),
        "hospitalized": np.where(admitted, "yes", "no").astype(object),
        "hospital_days": np.where(admitted, nights, np.nan),
        "anc": blank(rng, _counts(rng, kinds.anc, severe).clip(max=25), 0.15),
        "alc": blank(rng, _counts(rng, kinds.alc, severe).clip(max=6), 0.15),
    }
    if kinds.covid > 0:
        _covid(rng, kinds.covid, table)
    return table


def _pathogens(rng: np.random.Generator, kinds: InfectionKinds, protected: np.ndarray) -> np.ndarray:
    """Pathogen of each infection; a smaller part is bacterial where IVIG works."""
    usual = choose(rng, kinds.pathogen, len(protected))
    if kinds.bacterial_on_ivig == 1:
        return usual
    return np.where(protected, choose(rng, shares_on_ivig(kinds), len(protected)), usual)


def shares_on_ivig(kinds: InfectionKinds) -> Shares:
    """Pathogen proportions on IVIG: bacterial times its factor, the others fill up in their own proportions."""
    total = sum(kinds.pathogen.values())
    bacterial = kinds.pathogen["bacterial"] / total
    left = (1 - bacterial * kinds.bacterial_on_ivig) / (1 - bacterial)
    return {
        name: share / total * (kinds.bacterial_on_ivig if name == "bacterial" else left)
        for name, share in kinds.pathogen.items()
    }


def _counts(rng: np.random.Generator, counts: Counts, severe: np.ndarray) -> np.ndarray:
    """Neutrophils or lymphocytes at each infection (10^3/µL)."""
    median, spread, low = (
        np.where(severe, *reversed(pair)) for pair in (counts.median, counts.spread, counts.share_low)
    )
    value = median * np.exp(spread * rng.standard_normal(len(severe)))
    if not any(counts.share_low):
        return value
    return np.where(rng.random(len(severe)) < low, 0.5 * rng.random(len(severe)), value)


def _covid(rng: np.random.Generator, share: float, table: dict[str, np.ndarray]) -> None:
    """Make the proportion `share` of all infections COVID-19: among those of the airways, tested and found."""
    airways = np.isin(table["site"], RESPIRATORY)
    among = share * len(airways) / max(int(airways.sum()), 1)
    covid = airways & (rng.random(len(airways)) < among)
    table["pathogen"][covid] = "viral"
    table["organism"][covid] = COVID


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
