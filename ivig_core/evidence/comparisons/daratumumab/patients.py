"""Patients of the 2026 study: size, Table 1 in both groups, prophylaxis, partner drugs and survival.

Shares of Table 1 are of patients with a known value: its counts add up to less than the group.
"""

from __future__ import annotations

from collections.abc import Iterator

from ivig_core.evidence.comparisons.daratumumab.where import GROUPS, PATIENTS_TEXT, TABLE_1, at
from ivig_core.evidence.groups import IVIG
from ivig_core.evidence.measures import patients, survival
from ivig_core.evidence.quantity import Quantity

TABLE = "baseline_characteristic"
MEDIANS = (
    ("Age at dara, years", "age", "years"),
    ("Years from dx to dara", "years_since_diagnosis", "years"),
    ("Lines of therapy", "lines_of_therapy", "lines"),
    ("Infections in year prior", "infections_prior_year", "infections in a year"),
)
CHAINS = ("None (light chain only)", "IgG", "IgA", "IgD", "IgE", "IgM")
CATEGORIES = (
    ("Sex: Female", "sex", "female"),
    *((f"Heavy chain type: {chain}", "heavy_chain", chain.split()[0].replace("None", "none")) for chain in CHAINS),
    *((f"Light chain type: {chain}", "light_chain", chain.lower()) for chain in ("Lambda", "Kappa", "Both")),
    *((f"ISS stage: {stage}", "iss", stage) for stage in ("I", "II", "III")),
    *((f"R-ISS stage: {stage}", "r_iss", stage) for stage in ("I", "II", "III")),
    ("High-risk cytogenetics: Yes", "high_risk_cytogenetics", "yes"),
)
PROPHYLAXIS = tuple(
    (f"{kind} prophylaxis", f"{kind.lower()}_prophylaxis") for kind in ("Antiviral", "Antibacterial", "Antifungal")
)
PARTNER_BY = 28
AT_START = "functional, nearest the start, days −90 to 10, before the first dose"


def _sizes() -> Iterator[Quantity]:
    for group, exposed, name in GROUPS:
        yield Quantity(
            f"Patients, {name} group",
            at("study_size", exposed, "count", "Abstract"),
            patients.size(group),
            "at least one day on IVIG; fixed by design" if group == IVIG else "no day on IVIG; fixed by design",
        )


def _table_1() -> Iterator[Quantity]:
    for group, exposed, name in GROUPS:
        yield Quantity(
            f"Months of follow-up, median, {name} group",
            at(TABLE, exposed, "median_months", TABLE_1, subgroup="Months on dara"),
            patients.follow_up(group),
            "months on daratumumab, read as follow-up",
        )
        for subgroup, column, unit in MEDIANS:
            yield Quantity(
                f"{subgroup}, median, {name} group",
                at(TABLE, exposed, "median", TABLE_1, subgroup=subgroup),
                patients.baseline_median(group, column, unit),
                "the text prints 3.5 for the IVIG group" if (group, column) == (IVIG, "years_since_diagnosis") else "",
            )
        for band in ("0", "1", "2", "3", "4+"):
            yield Quantity(
                f"Prior infections: {band}, {name} group",
                at(TABLE, exposed, "percent", TABLE_1, subgroup=f"Prior infections (categorized): {band}"),
                patients.band_share(group, "infections_prior_year", band),
            )
        for subgroup, column, value in CATEGORIES:
            yield Quantity(
                f"{subgroup}, {name} group",
                at(TABLE, exposed, "percent", TABLE_1, subgroup=subgroup),
                patients.baseline_share(group, column, value),
            )
        for cut, words in ((700, "HGG at baseline (IgG<700)"), (400, "Severe HGG (IgG<400)")):
            yield Quantity(
                f"IgG < {cut} mg/dL at the start, {name} group",
                at(TABLE, exposed, "percent", TABLE_1, subgroup=f"{words}: Yes"),
                patients.baseline_igg_below(group, cut),
                AT_START,
            )


def _treatment() -> Iterator[Quantity]:
    for subgroup, category in PROPHYLAXIS:
        yield Quantity(
            f"{subgroup}, IVIG group",
            at("treatment_exposure", "ivig_group", "percent", PATIENTS_TEXT, subgroup=f"{subgroup}*"),
            patients.therapy_share(IVIG, "category", category),
            "any record of it in follow-up",
        )
    for drug in ("pomalidomide", "carfilzomib"):
        yield Quantity(
            f"Partner drug {drug}, IVIG group",
            at("treatment_exposure", "ivig_group", "percent", PATIENTS_TEXT, subgroup=f"Partner drug: {drug}"),
            patients.therapy_share(IVIG, "drug", drug, begins_by=PARTNER_BY),
            f"a record that begins by day {PARTNER_BY}",
        )


SURVIVAL = Quantity(
    "Alive at 5 years, IVIG group",
    at("overall_survival", "ivig_group", "percent", PATIENTS_TEXT),
    survival.percent_free(IVIG, "death", years=5),
    "Kaplan–Meier from the start; patients had to live to their first dose (immortal time)",
)

SIZES: tuple[Quantity, ...] = tuple(_sizes())

PATIENTS: tuple[Quantity, ...] = (*_table_1(), *_treatment(), SURVIVAL)
