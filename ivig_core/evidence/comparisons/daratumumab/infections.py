"""Infections of the 2026 study: numbers, kinds, and blood counts at infection, in both groups.

Infections are those of follow-up. Shares are of infections in which the entry is filled in and take them as
independent, although infections cluster in patients: the intervals are too narrow.
"""

from __future__ import annotations

from collections.abc import Iterator

from ivig_core.evidence.comparisons.daratumumab.where import (
    GROUPS,
    INFECTIONS_TEXT,
    PART_TWO,
    TABLE_2,
    at,
)
from ivig_core.evidence.groups import IVIG, REFERENCE
from ivig_core.evidence.measured import MONTHS
from ivig_core.evidence.measures import infections, patients
from ivig_core.evidence.quantity import Quantity

RESPIRATORY = ("upper_respiratory", "lower_respiratory")
SEVERE = "grade_3_plus_infection"
PRINTED_3_4 = "printed as grade 3–4; grade 3 and higher here"
OF_SITE = "of infections whose site is recorded"
OF_CONFIRMED = "of those confirmed as bacterial, viral or fungal"
WITH_VALUE = "infections with a value"
BANDS = (("1/2", {"min_grade": 1, "max_grade": 2}), ("3/4", {"min_grade": 3, "max_grade": 4}))


def _numbers() -> Iterator[Quantity]:
    for group, exposed, name in GROUPS:
        text = INFECTIONS_TEXT if group == IVIG else PART_TWO
        yield Quantity(
            f"Infections, {name} group",
            at("infection", exposed, "count", text, unit="infections"),
            infections.number(group),
            "exact Poisson interval",
        )
        yield Quantity(
            f"Patients with an infection, {name} group",
            at("infection", exposed, "count", text, unit="patients with infection"),
            infections.patients(group),
        )
        yield Quantity(
            f"Patients with an infection of grade 3+, {name} group",
            at(SEVERE, exposed, "count", text),
            infections.patients(group, min_grade=3),
            PRINTED_3_4,
        )
        yield Quantity(
            f"Fatal infections, {name} group",
            at("infection_death", exposed, "count", text),
            infections.number(group, min_grade=5),
            "infections of grade 5",
        )


def _kinds() -> Iterator[Quantity]:
    for group, exposed, name in GROUPS:
        text = INFECTIONS_TEXT if group == IVIG else PART_TWO
        for subgroup, sites in (("Respiratory tract", RESPIRATORY), ("Lower respiratory tract", RESPIRATORY[1:])):
            yield Quantity(
                f"{subgroup}, {name} group",
                at("infection_site", exposed, "percent", text, subgroup=subgroup),
                infections.share(group, "site", sites),
                OF_SITE,
            )
        for pathogen in ("bacterial", "viral"):
            yield Quantity(
                f"{pathogen.capitalize()}, {name} group",
                at(f"{pathogen}_infection", exposed, "percent", text),
                infections.share_of_confirmed(group, pathogen),
                OF_CONFIRMED,
            )
    yield Quantity(
        "Fungal, IVIG group",
        at("fungal_infection", "ivig_group", "percent", INFECTIONS_TEXT),
        infections.share_of_confirmed(IVIG, "fungal"),
        OF_CONFIRMED,
    )
    yield Quantity(
        "Fungal infections, reference group",
        at("fungal_infection", "reference_group", "count", PART_TWO),
        infections.number_confirmed(REFERENCE, "fungal"),
    )
    yield Quantity(
        "Infections at progression, IVIG group",
        at("infection", "ivig_group", "percent", INFECTIONS_TEXT, subgroup="At the time of disease progression"),
        infections.share_in_progression(IVIG),
        "read as on days of progressive disease",
    )
    yield Quantity(
        "Months to the first infection, median, IVIG group",
        at("time_to_first_infection", "ivig_group", "median_months", TABLE_2),
        patients.first_infection(IVIG, MONTHS),
        "read as of the patients with an infection; not Kaplan–Meier",
    )


def _blood_counts() -> Iterator[Quantity]:
    for group, exposed, name in GROUPS:
        text = INFECTIONS_TEXT if group == IVIG else PART_TWO
        for column in ("anc", "alc"):
            yield Quantity(
                f"{column.upper()} at infection, median (10^3/µL), {name} group",
                at(column, exposed, "median", text),
                infections.median_count(group, column),
                WITH_VALUE
                + ("; Table 2 prints 29.0, outside its own range" if (group, column) == (IVIG, "alc") else ""),
            )
    for column in ("anc", "alc"):
        for cut in (0.5, 1.0):
            for words, grades in BANDS:
                yield Quantity(
                    f"{column.upper()} < {cut} at grade {words} infections, IVIG group",
                    at(
                        column,
                        "ivig_group",
                        "percent",
                        TABLE_2,
                        subgroup=f"{column.upper()} <{cut} x 10^3/uL at grade {words} infections",
                    ),
                    infections.share_below(IVIG, column, cut, **grades),
                    f"{WITH_VALUE} and of known grade",
                )
        yield Quantity(
            f"{column.upper()} < 0.5 at grade 3/4 infections, reference group",
            at(column, "reference_group", "percent", PART_TWO),
            infections.share_below(REFERENCE, column, 0.5, **BANDS[1][1]),
            f"{WITH_VALUE} and of known grade",
        )


INFECTIONS: tuple[Quantity, ...] = (*_numbers(), *_kinds(), *_blood_counts())
