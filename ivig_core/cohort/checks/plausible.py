"""Values that can be read and can hardly be meant: placeholders for no end, codes for missing, units mixed up."""

from __future__ import annotations

import numpy as np

from ivig_core.cohort.column_type import Analyte
from ivig_core.cohort.columns import ANALYTES, BY_NAME
from ivig_core.cohort.problems import Findings
from ivig_core.cohort.reading.facts import Sheet

IGG = BY_NAME["analyte"].allowed.index("igg")
LOW_MEDIAN_IGG, DAYS_PER_WEEK = 30, 7
LOW_IGG = 25
"""mg/dL: what assays hardly measure, and what most values in g/L are below."""
FAR_DAYS = 3_653
"""Ten years: an end of follow-up so far after everything else in the file."""


def check_plausible(sheet: Sheet, findings: Findings) -> None:
    """Every value of a file against the rest of the file; never against today."""
    _ends(sheet, findings)
    _intervals(sheet, findings)
    _labs(sheet, findings)


def _ends(sheet: Sheet, findings: Findings) -> None:
    """An end of follow-up far beyond everything else in the file: an error where it is one patient's, else asked."""
    patients = sheet.facts["patient"]
    origin = np.zeros(len(sheet.ids) + 1)
    if sheet.written == "days":
        # Study days of different patients are compared as they are: follow-up begins near 0 in each.
        origin[patients.patient] = patients.number("start")
    end = patients.number("end") - origin[patients.patient]
    last = -np.inf
    for facts in sheet.facts.values():
        start = facts.number("start")
        start -= origin[facts.patient]
        last = np.fmax.reduce(start, initial=last)
    with np.errstate(invalid="ignore"):
        far = end > last + FAR_DAYS
    if not far.any():
        return
    alone = far & (end > np.nanmedian(end) + FAR_DAYS)
    message = "This follow-up ends more than ten years after everything else in the file"
    remedy = "Write the last day on which the patient was observed; a placeholder such as 2099-12-31 is not one."
    findings.cells(
        "error", "placeholder_end", sheet.table, "end", patients.place[alone],
        lambda *_: (f"{message} and after the ends of the other patients.", remedy),
    )  # fmt: skip
    findings.cells(
        "warning", "far_end", sheet.table, "end", patients.place[far & ~alone],
        lambda *_: (f"{message}; all of its days are counted.", remedy),
    )  # fmt: skip


def _labs(sheet: Sheet, findings: Findings) -> None:
    facts = sheet.facts["lab"]
    value = sheet.lab_values
    analyte = facts.level("analyte")
    for spec in ANALYTES:
        code = BY_NAME["analyte"].allowed.index(spec.name)
        mine = analyte == code
        odd = mine & (value >= 0) & ((value < spec.low) | (value > spec.high))
        found = dict(zip(facts.place[odd].tolist(), value[odd].tolist(), strict=True))

        def say(text: str, at: int, spec: Analyte = spec, found: dict[int, float] = found) -> tuple[str, str]:
            unit = sheet.table.columns["unit"].text(at)
            here = f"{spec.name} {text} {unit}".strip()
            same = "" if unit == spec.unit else f", which is {found[at]:,g} {spec.unit},"
            return (
                f"{here}{same} is outside {spec.low:,} to {spec.high:,} {spec.unit}; it was used as it is.",
                "Check the number and its unit.",
            )

        def below(text: str, _: int, spec: Analyte = spec) -> tuple[str, str]:
            return (
                f"{spec.name} {text} is below 0: a code for a missing value, or a wrong sign.",
                "Delete the row where the value is not known.",
            )

        findings.cells("warning", "implausible_value", sheet.table, "value", facts.place[odd], say)
        findings.cells("error", "negative_value", sheet.table, "value", facts.place[mine & (value < 0)], below)
    igg = (analyte == IGG) & (value >= 0)
    _igg_unit(sheet, facts.place[igg], value[igg], findings)


def _igg_unit(sheet: Sheet, place: np.ndarray, value: np.ndarray, findings: Findings) -> None:
    """IgG in mg/dL half of which is below 30 is IgG in g/L: nobody has a third of a percent of it."""
    if not len(value):
        return
    if (middle := float(np.median(value))) >= LOW_MEDIAN_IGG:
        findings.cells(
            "warning", "unit_asked", sheet.table, "value", place[(value > 0) & (value < LOW_IGG)],
            lambda text, _: (
                f"IgG {text} is far below the other values of the file: is it in another unit?",
                "Write g/L in unit where the value is in g/L; else nothing is to be mended.",
            ),
        )  # fmt: skip
        return
    first = int(place[0])
    findings.whole(
        "warning",
        "unit_asked",
        f"Half of the IgG values are at or below {middle:g} mg/dL: are they in g/L?",
        "Write g/L in unit where they are; else nothing is to be mended.",
        row=int(sheet.table.rows[first]),
        patient=findings.patient(sheet.table, first),
        column="value",
        value=sheet.table.columns["value"].text(first),
    )


def _intervals(sheet: Sheet, findings: Findings) -> None:
    facts = sheet.facts["ivig"]
    interval = facts.number("interval_days")
    findings.cells(
        "warning",
        "short_interval",
        sheet.table,
        "interval_days",
        facts.place[interval < DAYS_PER_WEEK],
        lambda value, _: (
            f"A dose every {value} days is more often than weekly; it was used as it is.",
            "If weeks are meant, multiply by 7.",
        ),
    )
