"""IVIG and IgG of the 2026 study.

Functional IgG: IgG, less the M-spike in IgG myeloma. Ever below a cut: a value measured in follow-up. Share of time: of
all person-days on which functional IgG is known (a value holds from the next day for at most 120 days).
"""

from __future__ import annotations

from collections.abc import Iterator

from ivig_core.evidence.comparisons.daratumumab.where import GROUPS, IVIG_TEXT, PART_TWO, TABLE_2, at
from ivig_core.evidence.groups import IVIG, REFERENCE
from ivig_core.evidence.measured import MONTHS
from ivig_core.evidence.measures import patients, rates
from ivig_core.evidence.quantity import Quantity
from ivig_core.persontime.baseline import BASELINE_IGG

IN_FOLLOW_UP = "measured in follow-up; no value counts as not below"
OF_KNOWN = "share of all person-days with known functional IgG"


def _ivig() -> Iterator[Quantity]:
    yield Quantity(
        "Months to the first dose, median",
        at("ivig_start", "ivig_group", "median_months", IVIG_TEXT),
        patients.first_dose(IVIG, MONTHS),
        "0 for a dose before the start",
    )
    yield Quantity(
        "Doses, median",
        at("ivig_exposure", "ivig_group", "median", IVIG_TEXT, subgroup="IVIG doses received"),
        patients.dose_count(IVIG),
        "doses in follow-up",
    )
    yield Quantity(
        "Duration of IVIG in months, median",
        at("ivig_exposure", "ivig_group", "median_months", IVIG_TEXT, subgroup="Duration of IVIG"),
        patients.months_on_ivig(IVIG),
        "read as all days on IVIG together, without breaks",
    )
    yield Quantity(
        "Days on IVIG of a patient, median",
        at("ivig_exposure", "ivig_group", "median", TABLE_2),
        patients.proportion_on_ivig(IVIG),
        "percentage of follow-up",
    )


def _igg() -> Iterator[Quantity]:
    for cut in (700, 400, 200):
        yield Quantity(
            f"Patients ever with IgG < {cut} mg/dL, IVIG group",
            at("hgg", "ivig_group", "count", TABLE_2, subgroup=f"IgG <{cut}mg/dL during study period"),
            patients.ever_below(IVIG, cut),
            IN_FOLLOW_UP,
        )
    yield Quantity(
        "Patients ever with IgG < 700 mg/dL, reference group",
        at("hgg", "reference_group", "percent", PART_TWO, subgroup="Any HGG"),
        patients.ever_below(REFERENCE, 700, share=True),
        IN_FOLLOW_UP,
    )
    for cut, subgroup in ((400, "At least moderate HGG"), (200, "Severe HGG")):
        yield Quantity(
            f"Patients ever with IgG < {cut} mg/dL, reference group",
            at("hgg", "reference_group", "count", PART_TWO, subgroup=subgroup),
            patients.ever_below(REFERENCE, cut),
            IN_FOLLOW_UP,
        )
    yield Quantity(
        "Functional IgG before therapy, median (mg/dL)",
        at("igg", "ivig_group", "median", TABLE_2, subgroup="Functional IgG prior to first daratumumab"),
        patients.baseline_median(IVIG, BASELINE_IGG, patients.IGG_UNIT),
        "nearest the start, days −90 to 10, before the first dose",
    )
    yield Quantity(
        "Functional IgG before the first dose, median (mg/dL)",
        at("igg", "ivig_group", "median", TABLE_2, subgroup="Functional IgG prior to first IVIG"),
        patients.igg_before_first_dose(IVIG),
        "last value before the day of the first dose, however old",
    )
    share = "Proportion of time on daratumumab with HGG"
    for group, exposed, name in GROUPS:
        yield Quantity(
            f"Time with IgG < 700 mg/dL, {name} group",
            at("hgg", exposed, "percent", PART_TWO, subgroup=share),
            rates.low_igg_time(group, 700),
            OF_KNOWN,
        )


IVIG_AND_IGG: tuple[Quantity, ...] = (*_ivig(), *_igg())
