"""Therapy records: anti-myeloma lines, prophylaxis, vaccines, treatment of infections. None affects any rate."""

from __future__ import annotations

import numpy as np

from ivig_core.simulate.baseline import People
from ivig_core.simulate.draw import choose, whole_days
from ivig_core.simulate.history import FAR, Periods
from ivig_core.simulate.infections import Infections
from ivig_core.simulate.model import SimulationModel
from ivig_core.simulate.parts import Marginals

INDEX_DRUG = {"daratumumab": "daratumumab", "bispecific": "teclistamab", "carfilzomib": "carfilzomib"}
"""Drug of an index therapy; any other index therapy is written as its own name."""
NEXT_LINE = {"pomalidomide": 0.45, "selinexor": 0.15, "isatuximab": 0.25, "elotuzumab": 0.15}
SINGLE = (
    ("idecabtagene vicleucel", "car_t", 0.05),
    ("melphalan with autologous stem cells", "transplant", 0.05),
)
"""One-day treatments: drug, category, probability that a patient has it."""
TREATMENT = {
    "bacterial": "ceftriaxone",
    "mixed": "piperacillin-tazobactam",
    "viral": "oseltamivir",
    "fungal": "posaconazole",
    "": "amoxicillin-clavulanate",
}

_Part = tuple[np.ndarray, np.ndarray, np.ndarray, str | np.ndarray, str]


def draw_therapies(
    rng: np.random.Generator, model: SimulationModel, people: People, periods: Periods, infections: Infections
) -> dict[str, np.ndarray]:
    """One entry per therapy: patient, start, end (NaN: still going on), drug, category; all within follow-up."""
    parts = [
        *_lines(rng, people, periods),
        *_standing(rng, model.marginals, people),
        *_partners(rng, model.marginals, people, periods),
        *_vaccines(rng, people),
        _treatments(rng, infections),
    ]
    patient, start, end = (np.concatenate([part[i] for part in parts]) for i in range(3))
    drug = np.concatenate([np.broadcast_to(np.asarray(p[3], dtype=object), len(p[0])) for p in parts])
    category = np.concatenate([np.full(len(part[0]), part[4], dtype=object) for part in parts])
    last = people.last[patient]
    keep = (start >= 0) & (start <= last)
    end = np.where(end > last, np.nan, end)
    table = {"patient": patient, "start": start, "end": end, "drug": drug, "category": category}
    return {name: values[keep] for name, values in table.items()}


def _lines(rng: np.random.Generator, people: People, periods: Periods) -> list[_Part]:
    """The index therapy until the first progression after day 0, then one further line per progression."""
    n = len(people)
    everyone = np.arange(n)
    onset = np.where(periods.start > 0, periods.start, FAR)
    onset.sort(axis=1)
    change = np.where(onset < FAR, onset + 14, FAR)
    index = np.array([INDEX_DRUG.get(name, name) for name in people.covariate["index_therapy"]], dtype=object)
    parts: list[_Part] = [(everyone, np.zeros(n, dtype=np.int64), change[:, 0] - 1.0, index, "anti_myeloma")]
    for line in range(3):
        drug = choose(rng, NEXT_LINE, n)
        parts.append((everyone, change[:, line], change[:, line + 1] - 1.0, drug, "anti_myeloma"))
    for name, category, share in SINGLE:
        who = np.flatnonzero(rng.random(n) < share)
        day = np.floor(rng.random(len(who)) * (people.last[who] + 1)).astype(np.int64)
        parts.append((who, day, day.astype(float), name, category))
    return parts


def _standing(rng: np.random.Generator, who: Marginals, people: People) -> list[_Part]:
    """Drugs that go on for long; one prophylaxis of each kind for the model's share of patients."""
    standing = (
        ("acyclovir", "antiviral_prophylaxis", who.antiviral, (0, 0), 1.0),
        ("levofloxacin", "antibacterial_prophylaxis", who.antibacterial, (0, 240), 0.3),
        ("fluconazole", "antifungal_prophylaxis", who.antifungal, (0, 240), 0.3),
        ("zoledronic acid", "other", 0.40, (0, 30), 0.7),
    )
    parts: list[_Part] = []
    for drug, category, share, begins, goes_on in standing:
        given = np.flatnonzero(rng.random(len(people)) < share)
        start = np.minimum(whole_days(rng, begins, len(given)), people.last[given])
        stop = start + whole_days(rng, (60, 365), len(given))
        end = np.where(rng.random(len(given)) < goes_on, np.nan, stop)
        parts.append((given, start, end, drug, category))
    return parts


def _partners(rng: np.random.Generator, who: Marginals, people: People, periods: Periods) -> list[_Part]:
    """Partner drugs of the index therapy, from day 0 until the first progression."""
    onset = periods.first_onset
    parts: list[_Part] = []
    for drug, share in who.partner_drugs.items():
        given = np.flatnonzero(rng.random(len(people)) < share)
        parts.append((given, np.zeros(len(given), dtype=np.int64), onset[given] + 13.0, drug, "anti_myeloma"))
    return parts


def _vaccines(rng: np.random.Generator, people: People) -> list[_Part]:
    """Influenza in each October or early November of follow-up for most, pneumococcus once for some."""
    n = len(people)
    year0 = people.day0.astype("datetime64[D]").astype("datetime64[Y]")
    parts: list[_Part] = []
    for later in range(6):
        october = (year0 + later).astype("datetime64[M]") + 9
        day = october.astype("datetime64[D]").astype(np.int64) - people.day0 + whole_days(rng, (0, 44), n)
        who = np.flatnonzero(rng.random(n) < 0.6)
        parts.append((who, day[who], day[who].astype(float), "influenza vaccine", "vaccine"))
    who = np.flatnonzero(rng.random(n) < 0.3)
    day = whole_days(rng, (0, 60), len(who))
    parts.append((who, day, day.astype(float), "pneumococcal vaccine", "vaccine"))
    return parts


def _treatments(rng: np.random.Generator, infections: Infections) -> _Part:
    """An antimicrobial from the day of infection for about half of the infections that could have one."""
    pathogen = infections.column["pathogen"]
    length = whole_days(rng, (5, 14), len(infections))
    given = (rng.random(len(infections)) < 0.5) & np.isin(pathogen, list(TREATMENT))
    # Oseltamivir treats influenza only; other viral infections stay untreated here.
    given &= (pathogen != "viral") | (infections.column["organism"] == "influenza A")
    drug = np.array([TREATMENT.get(kind, "") for kind in pathogen[given]], dtype=object)
    start = infections.day[given]
    return infections.patient[given], start, (start + length[given]).astype(float), drug, "treatment_of_infection"
