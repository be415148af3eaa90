"""Every published ratio once, by the question that it answers."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from ivig_core.evidence.comparisons import crossover_2021
from ivig_core.evidence.comparisons.daratumumab.where import IGG_TEXT, IVIG_TEXT, at
from ivig_core.evidence.first_ivig import factor_of
from ivig_core.evidence.sources import BY_ID, GROUPS
from ivig_core.evidence.statement import (
    ANY_INFECTION,
    AROUND,
    BACTERIAL,
    DEATH,
    FIRST_IVIG,
    GIVEN,
    HAZARD,
    IVIG,
    ODDS,
    RATE,
    SEVERE,
    VIRAL,
    Statement,
)
from ivig_core.evidence.table import Lookup, Result, everything, find, matching
from ivig_core.terms import ON

WITHIN = "days on against days off IVIG of the same patients"
CALM = "days on against days off IVIG of the same patients, with low IgG and no progression"
BETWEEN = "times on against times off IVIG, within and between patients"
FROM_START = "patients with IVIG from the start against patients observed"
AFTER = "three months after the start against before it"
EARLY = "patients with IVIG in the first 24 months against those without"
LEAD, LOW_IGG = "days before the first IVIG against other days off it", "days of lower against days of higher IgG"
MOVED = "time to a first IVIG by what a patient is at the start"
ALL_GRADES, GRADE_3 = "all_grade_infection", "grade_3_plus_infection"
LOWER = "percent_reduction"


@cache
def statements(question: str) -> tuple[Statement, ...]:
    """The ratios of a question (`IVIG`, `AROUND`, `GIVEN`), by group of patients and study.

    Raises
    ------
    LookupError
        where one does not name exactly one row of the transcription: a defect of the program.
    """
    groups, studies = list(GROUPS), list(BY_ID)
    return tuple(
        sorted(
            MADE[question](),
            key=lambda item: (groups.index(item.source.group), studies.index(item.result.study_id)),
        )
    )


def _row(lookup: Lookup) -> Result:
    return find(lookup, everything())


def _also(*lookups: Lookup) -> tuple[Result, ...]:
    return tuple(row for lookup in lookups for row in matching(lookup, everything()))


def _on_2026(endpoint: str, model: str) -> Result:
    return _row(at(endpoint, ON, "irr", IVIG_TEXT, model=model))


def _lower_2026(endpoint: str) -> Lookup:
    return Lookup("lancman2026", endpoint, exposed=ON, measure=LOWER)


def _ivig() -> Iterator[Statement]:
    yield from _daratumumab()
    yield Statement(
        _row(Lookup("lancman2023", "infection_grade_3_5", measure="incidence_rate_ratio")), IVIG, SEVERE,
        "Infection of grade 3–5", RATE, BETWEEN, repeats=_also(Lookup("lancman2023", "serious_infection")),
    )  # fmt: skip
    yield Statement(
        _row(Lookup("frerichs2024", measure="incidence_rate_ratio")), IVIG, SEVERE, "Serious infection", RATE,
        FROM_START, inverted=True,
    )  # fmt: skip
    for endpoint, shown, words, subgroup, compared in (
        ("infection", ANY_INFECTION, "Infection", crossover_2021.OVERALL, WITHIN),
        (ALL_GRADES, ANY_INFECTION, "Infection, low IgG, no progression", crossover_2021.CALM, CALM),
        (GRADE_3, SEVERE, "Grade ≥ 3, low IgG, no progression", crossover_2021.CALM, CALM),
    ):
        found = _row(Lookup("lancman2021", endpoint, subgroup=subgroup, exposed=ON, measure="irr"))
        yield Statement(found, IVIG, shown, words, RATE, compared)
    yield Statement(
        _row(Lookup("massgeneral2025", measure="odds_ratio")), IVIG, ANY_INFECTION, "Infection in 3 months", ODDS, AFTER
    )
    yield Statement(_row(Lookup("mrdr2024", measure="hazard_ratio")), IVIG, DEATH, "Death", HAZARD, EARLY)


def _daratumumab() -> Iterator[Statement]:
    for endpoint, shown, words in ((ALL_GRADES, ANY_INFECTION, "Infection"), (GRADE_3, SEVERE, "Grade 3–4")):
        yield Statement(
            _on_2026(endpoint, "sccs"), IVIG, shown, words, RATE, WITHIN, repeats=_also(_lower_2026(endpoint))
        )
        for model, how in (
            ("sccs_adjusted_progression", "progression in the model"),
            ("sccs_adjusted_season", "season in the model"),
            ("sccs_pre30", "30 days before IVIG apart"),
            ("sccs_pre60", "60 days before IVIG apart"),
        ):
            if _also(at(endpoint, ON, "irr", IVIG_TEXT, model=model)):
                yield Statement(_on_2026(endpoint, model), IVIG, shown, f"{words}, {how}", RATE, WITHIN, main=False)
    for endpoint, shown in (("bacterial_infection", BACTERIAL), ("viral_infection", VIRAL)):
        words = shown[:1].upper() + shown[1:]
        yield Statement(_row(_lower_2026(endpoint)), IVIG, shown, words, RATE, WITHIN)


def _around() -> Iterator[Statement]:
    for days in (30, 60):
        row = _row(at("infection", f"pre_ivig_{days}_days", "irr", IVIG_TEXT))
        yield Statement(row, AROUND, ANY_INFECTION, f"{days} days before IVIG", RATE, LEAD)
    for cut in (700, 400, 200):
        row = _row(at("infection", f"igg_below_{cut}", "irr", IGG_TEXT))
        yield Statement(row, AROUND, ANY_INFECTION, f"IgG < {cut} mg/dL", RATE, LOW_IGG)


def _given() -> Iterator[Statement]:
    for row in everything():
        if row.measure == "hr" and row.endpoint == "time_to_first_ivig" and row.interval:
            factor = factor_of(row.subgroup, row.exposed, row.source_location)
            yield Statement(row, GIVEN, FIRST_IVIG, factor.label, HAZARD, MOVED)


MADE = {IVIG: _ivig, AROUND: _around, GIVEN: _given}
