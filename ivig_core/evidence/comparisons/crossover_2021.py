"""Lancman 2021: IVIG in myeloma, crossover of 68 patients with IVIG, 2010–2017.

A news summary was transcribed, not the paper: window, IgG cut and model are not printed. Read here with the windows of
the 2026 study; the printed interval of the ratio, 0.76–1.10, is that of a quotient of two Poisson rates.
"""

from __future__ import annotations

from ivig_core.evidence.groups import IVIG
from ivig_core.evidence.measures import patients, rates, ratios
from ivig_core.evidence.quantity import Comparison, Quantity
from ivig_core.evidence.table import Lookup
from ivig_core.terms import OBSERVATION, ON

STUDY_ID = "lancman2021"
OVERALL = "overall study population"
CALM = "hypogammaglobulinemia and nonprogressive disease phase"
CALM_DAYS = "phase:nonprogressive; igg:<700"
HGG = 700
MODEL = "model not printed: crude, with Poisson limits"
BOTH = "“two subgroups”, one set of numbers: read as both at once, days of no progression with IgG < 700 mg/dL"
PERIODS = ((ON, "on"), (OBSERVATION, "off"))


def _at(endpoint: str, subgroup: str, exposed: str, measure: str) -> Lookup:
    return Lookup(STUDY_ID, endpoint, subgroup=subgroup, exposed=exposed, measure=measure)


def _counts(period: str, word: str) -> tuple[Quantity, ...]:
    return (
        Quantity(
            f"Infections {word} IVIG",
            _at("infection", "", period, "count"),
            rates.infections_in(IVIG, period),
            "exact Poisson interval",
        ),
        Quantity(
            f"Person-months {word} IVIG",
            _at("infection", "", period, "person_months"),
            rates.person_months(IVIG, period),
            "sum over patients; interval from their variation",
        ),
        Quantity(
            f"Rate {word} IVIG",
            _at("infection", OVERALL, period, "rate_per_patient_year"),
            rates.rate(IVIG, period),
            "446 infections in 2484 months are 2.15" if period == OBSERVATION else "",
        ),
    )


def _calm(endpoint: str, words: str, min_grade: int) -> tuple[Quantity, ...]:
    settings = {"within": CALM_DAYS, "min_grade": min_grade}
    return (
        *(
            Quantity(
                f"Rate {word} IVIG, nonprogressive with IgG < {HGG}, {words}",
                _at(endpoint, CALM, period, "rate_per_patient_year"),
                rates.rate(IVIG, period, **settings),
                BOTH,
            )
            for period, word in PERIODS
        ),
        Quantity(
            f"Ratio, nonprogressive with IgG < {HGG}, {words}",
            _at(endpoint, CALM, ON, "irr"),
            ratios.crude_ratio(IVIG, **settings),
            MODEL,
        ),
    )


COMPARISON = Comparison(
    study="crossover_2021",
    study_id=STUDY_ID,
    source="Lancman et al., Clin Lymphoma Myeloma Leuk 2021, doi:10.1016/j.clml.2020.12.026, as a news summary has it",
    quantities=(
        Quantity(
            "Patients with IVIG",
            Lookup(STUDY_ID, "study_size"),
            patients.size(IVIG),
            "at least one day on IVIG; fixed by design",
        ),
        *(quantity for period, word in PERIODS for quantity in _counts(period, word)),
        Quantity(
            "Ratio of the rates on and off IVIG", _at("infection", OVERALL, ON, "irr"), ratios.crude_ratio(IVIG), MODEL
        ),
        Quantity(
            "IRR on IVIG, within patients", None, ratios.ratio(IVIG), "self-controlled case series; not published"
        ),
        *_calm("all_grade_infection", "any grade", 1),
        *_calm("grade_3_plus_infection", "grade 3+", 3),
        Quantity(
            f"Ratio, progressive or IgG ≥ {HGG}, any grade",
            None,
            ratios.crude_ratio_outside(IVIG, HGG),
            "days known to be outside the subgroup; not published",
        ),
    ),
    left_out=(),
)
