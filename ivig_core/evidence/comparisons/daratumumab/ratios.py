"""Rate ratios and rates of the 2026 study.

All of part one (patients with IVIG): the adjusters, too, are informed by these patients only. Self-controlled case
series with Wald limits, as the paper's software gives them.
"""

from __future__ import annotations

from ivig_core.evidence.comparisons.daratumumab.where import IGG_TEXT, INFECTIONS_TEXT, IVIG_TEXT, PART_TWO, at
from ivig_core.evidence.groups import IVIG, REFERENCE
from ivig_core.evidence.measures import rates, ratios
from ivig_core.evidence.quantity import Quantity
from ivig_core.evidence.table import Lookup
from ivig_core.terms import FALL_WINTER, OBSERVATION, ON, PRE, SPRING_SUMMER
from ivig_core.terms import REFERENCE as NEVER

ALL, SEVERE = "all_grade_infection", "grade_3_plus_infection"
PRINTED_3_4 = "printed as grade 3–4; grade 3 and higher here"
NO_GRADE = "grade not printed; read as any grade"
CONTRADICTED = "excluded by the counts: over the same days and infections the rates by season are both lower"
CONFIRMED = "100 (1 − IRR); confirmed, without mixed infections"


def _irr(endpoint: str, model: str, exposed: str = ON) -> Lookup:
    return at(endpoint, exposed, "irr", IVIG_TEXT, model=model)


RATIOS: tuple[Quantity, ...] = (
    Quantity("IRR on IVIG, any grade", _irr(ALL, "sccs"), ratios.ratio(IVIG)),
    Quantity("IRR on IVIG, grade 3+", _irr(SEVERE, "sccs"), ratios.ratio(IVIG, min_grade=3), PRINTED_3_4),
    Quantity(
        "IRR on IVIG, adjusted for progression",
        _irr(ALL, "sccs_adjusted_progression"),
        ratios.ratio(IVIG, adjust_for="phase"),
        "disease phase on the day",
    ),
    Quantity(
        "IRR on IVIG, adjusted for season",
        _irr(ALL, "sccs_adjusted_season"),
        ratios.ratio(IVIG, adjust_for="season"),
        "October–March against April–September",
    ),
    Quantity(
        "IRR of the 30 days before the first dose",
        at("infection", "pre_ivig_30_days", "irr", IVIG_TEXT),
        ratios.ratio(IVIG, PRE, pre_exposure_days=30),
        f"{NO_GRADE}; against other days off IVIG",
    ),
    Quantity(
        "IRR on IVIG, without these 30 days",
        _irr(ALL, "sccs_pre30"),
        ratios.ratio(IVIG, pre_exposure_days=30),
        "in one model with the row above",
    ),
    Quantity(
        "IRR of the 60 days before the first dose",
        at("infection", "pre_ivig_60_days", "irr", IVIG_TEXT),
        ratios.ratio(IVIG, PRE, pre_exposure_days=60),
        f"{NO_GRADE}; one window of 60 days, a model of its own",
    ),
    Quantity(
        "IRR on IVIG, without these 60 days",
        _irr(ALL, "sccs_pre60"),
        ratios.ratio(IVIG, pre_exposure_days=60),
        "in one model with the row above",
    ),
    Quantity(
        "IRR on IVIG, grade 3+, without these 60 days",
        _irr(SEVERE, "sccs_pre60"),
        ratios.ratio(IVIG, pre_exposure_days=60, min_grade=3),
        "printed after the 60-day result and read as of that model",
    ),
    Quantity(
        "Bacterial infections on IVIG",
        at("bacterial_infection", ON, "percent_reduction", IVIG_TEXT),
        ratios.percent_lower(IVIG, pathogens="bacterial"),
        CONFIRMED,
    ),
    Quantity(
        "Viral infections on IVIG",
        at("viral_infection", ON, "percent_reduction", IVIG_TEXT),
        ratios.percent_lower(IVIG, pathogens="viral"),
        CONFIRMED,
    ),
    *(
        Quantity(
            f"IRR of IgG < {cut} against ≥ {cut} mg/dL",
            at("infection", f"igg_below_{cut}", "irr", IGG_TEXT),
            ratios.low_igg_ratio(IVIG, cut),
            f"{NO_GRADE}; functional IgG, unknown days left out, IVIG not in the model",
        )
        for cut in (700, 400, 200)
    ),
    Quantity(
        "Rate on IVIG, any grade",
        at(ALL, ON, "rate_per_patient_year", IVIG_TEXT),
        rates.rate(IVIG, ON),
        CONTRADICTED,
    ),
    Quantity(
        "Rate off IVIG, any grade",
        at(ALL, OBSERVATION, "rate_per_patient_year", IVIG_TEXT),
        rates.rate(IVIG, OBSERVATION),
        CONTRADICTED,
    ),
    *(
        Quantity(
            f"Rate in {words}, IVIG group",
            at("infection", season, "rate_per_patient_year", INFECTIONS_TEXT),
            rates.rate_in_season(IVIG, season),
            f"{NO_GRADE}; days on and off IVIG together",
        )
        for season, words in ((FALL_WINTER, "fall and winter"), (SPRING_SUMMER, "spring and summer"))
    ),
    *(
        Quantity(
            f"Days of {words} that are on IVIG",
            at("ivig_exposure", season, "percent", INFECTIONS_TEXT),
            rates.on_ivig_in_season(IVIG, season),
            "share of all person-days, patients as clusters",
        )
        for season, words in ((FALL_WINTER, "fall and winter"), (SPRING_SUMMER, "spring and summer"))
    ),
    Quantity(
        "Rate, reference group, any grade",
        at("infection", "reference_group", "rate_per_patient_year", PART_TWO),
        rates.rate(REFERENCE, NEVER),
        NO_GRADE,
    ),
    Quantity(
        "Rate, reference group, grade 3+",
        at(SEVERE, "reference_group", "rate_per_patient_year", PART_TWO),
        rates.rate(REFERENCE, NEVER, min_grade=3),
        PRINTED_3_4,
    ),
)
