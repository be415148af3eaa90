"""Patients of a group: how many, their baseline, follow-up, IVIG, IgG and accompanying therapy."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ivig_core.cohort.cohort import Cohort
from ivig_core.cohort.columns import BY_NAME
from ivig_core.estimate.survival.landmark import groups as dose_groups
from ivig_core.estimate.survival.times import OF_INTEREST, event_times
from ivig_core.evidence.groups import Groups
from ivig_core.evidence.measured import MONTHS, PERCENT, Measured, by_design, median, number_of, percent
from ivig_core.evidence.quantity import Measure
from ivig_core.persontime.baseline import BASELINE_IGG, baseline_values
from ivig_core.persontime.block import Block
from ivig_core.persontime.doses import courses, first_dose_day
from ivig_core.spec import AnalysisSpec
from ivig_core.study.igg.table import igg_before_dose, lowest_igg
from ivig_core.study.patients.monthly import DAYS_PER_MONTH
from ivig_core.terms import ON

SPEC = AnalysisSpec()
IGG_UNIT = "mg/dL"


def size(group: str) -> Measure:
    """Number of patients in a group, fixed by design."""
    return lambda groups: by_design(int(groups.members(group).sum()))


def baseline_median(group: str, column: str, unit: str) -> Measure:
    """Median of a baseline variable over patients with a value; `column` may be `baseline_igg` (mg/dL)."""

    def measure(groups: Groups) -> Measured:
        cohort = groups.study(group).full
        return median(baseline_values(cohort, column, SPEC.exposure).to_numpy(float), unit)

    return measure


def baseline_share(group: str, column: str, value: str) -> Measure:
    """Share of the patients with a known value of a category who have `value`, in percent."""

    def measure(groups: Groups) -> Measured:
        known = groups.study(group).full.patients[column].dropna()
        return percent(int((known == value).sum()), len(known))

    return measure


def band_share(group: str, column: str, band: str) -> Measure:
    """Share of the patients with a known number who are in a band of the cohort format, in percent."""

    def measure(groups: Groups) -> Measured:
        spec = BY_NAME[column]
        codes = spec.band_codes(groups.study(group).full.patients[column].to_numpy(float))
        wanted = [item.label for item in spec.bands].index(band)
        return percent(int((codes == wanted).sum()), int((codes >= 0).sum()))

    return measure


def baseline_igg_below(group: str, cut: int) -> Measure:
    """Share of the patients with a known functional IgG at the start who are below `cut` (mg/dL), in percent."""

    def measure(groups: Groups) -> Measured:
        values = baseline_values(groups.study(group).full, BASELINE_IGG, SPEC.exposure).dropna()
        return percent(int((values < cut).sum()), len(values))

    return measure


def ever_below(group: str, cut: int, *, share: bool = False) -> Measure:
    """Patients with a functional IgG below `cut` (mg/dL) measured in follow-up, of all patients of the group."""

    def measure(groups: Groups) -> Measured:
        cohort = groups.study(group).full
        low = int((lowest_igg(cohort, SPEC.exposure) < cut).sum())
        return (percent if share else number_of)(low, len(cohort))

    return measure


def follow_up(group: str) -> Measure:
    """Median follow-up in months."""
    return _median_of(group, lambda cohort: cohort.days / DAYS_PER_MONTH, MONTHS)


def first_infection(group: str, unit: str) -> Measure:
    """Median time from the first day at risk to the first infection, of the patients who have one (descriptive)."""

    def times(groups: Groups) -> Measured:
        study = groups.study(group)
        table = event_times(study.full, "infection", study.infections(SPEC))
        time = table.loc[table["cause"] == OF_INTEREST, "time"].to_numpy(float)
        return median(time / (DAYS_PER_MONTH if unit == MONTHS else 1), unit)

    return times


def first_dose(group: str, unit: str) -> Measure:
    """Median time from the first day at risk to the first dose; 0 for a dose before it."""
    return _median_of(
        group,
        lambda cohort: np.maximum(first_dose_day(cohort), 0) / (DAYS_PER_MONTH if unit == MONTHS else 1),
        unit,
    )


def dose_count(group: str) -> Measure:
    """Median number of doses in follow-up."""

    def counts(cohort: Cohort) -> np.ndarray:
        given = courses(_block(cohort), SPEC.exposure)
        before = np.clip(-(given.first // given.step), 0, given.number)
        return np.bincount(given.patient, given.number - before, len(cohort)).astype(np.int64)

    return _median_of(group, counts, "doses")


def months_on_ivig(group: str) -> Measure:
    """Median time on IVIG in months, all windows of a patient together."""
    return lambda groups: median(_days_on(groups, group) / DAYS_PER_MONTH, MONTHS)


def proportion_on_ivig(group: str) -> Measure:
    """Median over patients of the percentage of follow-up days that are on IVIG."""
    return lambda groups: median(100 * _days_on(groups, group) / groups.study(group).full.days, PERCENT)


def igg_before_first_dose(group: str) -> Measure:
    """Median of the last functional IgG (mg/dL) before the day of the first dose, however old it is."""
    return _median_of(group, lambda cohort: igg_before_dose(cohort, SPEC.exposure), IGG_UNIT)


def therapy_share(group: str, column: str, text: str, begins_by: float = np.inf) -> Measure:
    """Share of patients with a therapy record in follow-up whose `column` contains `text`, in percent.

    `begins_by`: last day on which the record may begin.
    """

    def measure(groups: Groups) -> Measured:
        cohort = groups.study(group).full
        rows = cohort.therapy
        named = rows[column].str.contains(text, case=False, regex=False).fillna(False).to_numpy(bool)
        begun = rows["day"].to_numpy()
        started = (begun < cohort.days[rows["patient"].to_numpy()]) & (begun <= begins_by)
        ended = rows["end"].to_numpy(float) < 0
        return percent(rows.loc[named & started & ~ended, "patient"].nunique(), len(cohort))

    return measure


def index_therapy_without(group: str, text: str) -> Measure:
    """Share of the patients with a recorded index therapy that does not contain `text`, in percent."""

    def measure(groups: Groups) -> Measured:
        named = groups.study(group).full.patients["index_therapy"].dropna()
        return percent(int((~named.str.contains(text, case=False, regex=False)).sum()), len(named))

    return measure


def later_ivig(group: str) -> Measure:
    """Share of the patients of a group with a first dose after an infection, or on the day of one, in percent."""

    def measure(groups: Groups) -> Measured:
        cohort = groups.study(group).full
        return percent(int((dose_groups(cohort, "ivig_strategy", 0) == "secondary").sum()), len(cohort))

    return measure


def _median_of(group: str, values: Callable[[Cohort], np.ndarray], unit: str) -> Measure:
    return lambda groups: median(values(groups.study(group).full), unit)


def _days_on(groups: Groups, group: str) -> np.ndarray:
    study = groups.study(group)
    table = study.time(SPEC).table
    return np.bincount(table["patient"], weights=table["days"] * (table["state"] == ON), minlength=len(study.full))


def _block(cohort: Cohort) -> Block:
    return Block(cohort, 0, len(cohort))
