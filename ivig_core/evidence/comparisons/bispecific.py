"""Cheruvalath 2024: BCMA bispecific antibodies in myeloma, 92 patients with primary IVIG prophylaxis and 133 without.

A meeting report was transcribed: no intervals, definitions or methods are printed. Primary prophylaxis is read as a
first dose before any infection of any grade; everybody else is compared with them, whether they had IVIG later or not.
These groups look ahead, so patients of the first group cannot have the event before their dose (immortal time): the
survival rows repeat that on purpose, to be comparable, and the rows from day 60 on, which no source prints, do not.
"""

from __future__ import annotations

from collections.abc import Iterator

from ivig_core.evidence.groups import ALL, OTHERS, PRIMARY
from ivig_core.evidence.measured import DAYS
from ivig_core.evidence.measures import infections, patients, survival
from ivig_core.evidence.quantity import Comparison, LeftOut, Quantity
from ivig_core.evidence.table import Lookup

STUDY_ID = "cheruvalath2024"
GROUPS = ((PRIMARY, "primary_ivig_prophylaxis", "primary"), (OTHERS, "no_ivig_prophylaxis", "others"))
LANDMARK = 60
STARTED = (("ivig", "IVIG by day 60"), ("no_ivig", "no IVIG by day 60"))
NAIVE = "groups look ahead (immortal time)"
FROM_LANDMARK = "not published; those with the event or censored by day 60 left out, months from day 61"
ENDPOINTS = (
    ("infection_free_survival", "Infection-free survival", "infection_or_death", 1),
    ("grade_3_plus_infection_free_survival", "Free of infections of grade 3+", "infection_or_death", 3),
    ("progression_free_survival", "Progression-free survival", "progression_or_death", 1),
    ("overall_survival", "Overall survival", "death", 1),
)


def _at(endpoint: str, exposed: str = "all_patients", **more: str) -> Lookup:
    return Lookup(STUDY_ID, endpoint, exposed=exposed, **more)


def _survival() -> Iterator[Quantity]:
    for endpoint, words, event, grade in ENDPOINTS:
        deaths = "; death is an event" if event == "infection_or_death" else ""
        for group, exposed, name in GROUPS:
            yield Quantity(
                f"{words}, median months, {name}",
                _at(endpoint, exposed, measure="median_months"),
                survival.median_months(group, event, min_grade=grade),
                NAIVE + deaths,
            )
        for started, name in STARTED:
            yield Quantity(
                f"{words}, median months, {name}",
                None,
                survival.median_from_landmark(started, event, LANDMARK, min_grade=grade),
                FROM_LANDMARK,
            )
    for group, exposed, name in GROUPS:
        yield Quantity(
            f"Progression-free at 2 years, {name}",
            _at("progression_free_survival", exposed, measure="percent"),
            survival.percent_free(group, "progression_or_death", years=2),
            NAIVE,
        )


COMPARISON = Comparison(
    study="bispecific",
    study_id=STUDY_ID,
    source="Cheruvalath et al., ASH 2024, as a meeting report has it",
    quantities=(
        Quantity("Patients", _at("study_size"), patients.size(ALL), "fixed by design"),
        *(
            Quantity(
                f"Patients, {name}",
                _at("ivig_exposure", exposed, measure="count"),
                patients.size(group),
                "first dose before any infection; fixed by design" if group == PRIMARY else "fixed by design",
            )
            for group, exposed, name in GROUPS
        ),
        Quantity(
            "Infections",
            _at("infection", unit="infections"),
            infections.number(ALL),
            "exact Poisson interval",
        ),
        Quantity(
            "Patients with an infection",
            _at("infection", unit="patients with infection"),
            infections.patients(ALL),
        ),
        Quantity(
            "Infections with admission",
            _at("infection_hospitalization"),
            infections.share(ALL, "hospitalized", ("yes",)),
            "of infections where admission is recorded",
        ),
        Quantity(
            "Cumulative incidence at 12 months, any grade",
            _at("all_grade_infection"),
            survival.cumulative_incidence(ALL, 365),
            "Aalen–Johansen, death competing",
        ),
        Quantity(
            "Cumulative incidence at 12 months, grade 3+",
            _at("grade_3_plus_infection"),
            survival.cumulative_incidence(ALL, 365, min_grade=3),
            "Aalen–Johansen; the time is not printed for this number",
        ),
        Quantity(
            "Days to infection, median",
            _at("time_to_first_infection"),
            patients.first_infection(ALL, DAYS),
            "read as to the first infection of the patients who have one; not Kaplan–Meier",
        ),
        Quantity(
            "COVID-19",
            _at("infection_site"),
            infections.share_covid(ALL),
            "“of cases”, read as of all infections; organism SARS-CoV-2",
        ),
        *(
            Quantity(
                f"Investigational bispecific, {name}",
                _at("treatment_exposure", exposed),
                patients.index_therapy_without(group, "teclistamab"),
                "an index therapy other than teclistamab",
            )
            for group, exposed, name in GROUPS
        ),
        Quantity(
            "Days to the first dose, median, primary",
            _at("ivig_start", "primary_ivig_prophylaxis", note="'start IVIG about cycle 2*"),
            patients.first_dose(PRIMARY, DAYS),
            "“around 39 days”, kind of average not printed; 0 for a dose before the start",
        ),
        Quantity(
            "IVIG after an infection, others",
            _at("ivig_exposure", "no_ivig_prophylaxis", subgroup="IVIG after a documented infection"),
            patients.later_ivig(OTHERS),
            "first dose after an infection or on its day",
        ),
        *_survival(),
    ),
    left_out=(
        LeftOut(
            "Median overall survival, times as long",
            (_at("overall_survival", "primary_ivig_prophylaxis", measure="fold"),),
            "printed in words, “almost threefold”; the two medians are compared",
        ),
        LeftOut(
            "Days to the first dose, recommended",
            (_at("ivig_start", "primary_ivig_prophylaxis", note="recommendation*"),),
            "a recommendation, not a result",
        ),
        LeftOut(
            "Effect of starting by day 30 or later",
            (_at("bacterial_infection", "ivig_30_days_or_sooner"), _at("viral_infection", "ivig_30_days_or_sooner")),
            "printed in words only",
        ),
        LeftOut(
            "Percentages beside the sizes of the groups",
            (
                _at("ivig_exposure", "primary_ivig_prophylaxis", measure="percent"),
                _at("ivig_exposure", "no_ivig_prophylaxis", measure="percent", subgroup=""),
            ),
            "compared as numbers of patients",
        ),
    ),
)
