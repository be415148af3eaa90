"""Numbers and kinds of infections of a group. Shares take infections as independent: their intervals are too narrow."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from ivig_core.errors import EstimationError
from ivig_core.evidence.groups import Groups
from ivig_core.evidence.measured import Measured, events, median, number_of, percent
from ivig_core.evidence.quantity import Measure
from ivig_core.spec import AnalysisSpec
from ivig_core.terms import PROGRESSIVE

SPEC = AnalysisSpec()
CONFIRMED = ("bacterial", "viral", "fungal")
COVID = r"sars[- ]?cov[- ]?2|covid"
COUNT_UNIT = "10^3/µL"


def number(group: str, **settings: object) -> Measure:
    """Number of infections of follow-up that pass the endpoint in `settings`, with exact Poisson limits."""
    return lambda groups: events(len(_infections(groups, group, **settings)))


def patients(group: str, **settings: object) -> Measure:
    """Number of patients with such an infection, with exact binomial limits."""

    def measure(groups: Groups) -> Measured:
        found = _infections(groups, group, **settings)
        return number_of(found["patient"].nunique(), len(groups.study(group).full))

    return measure


def share(group: str, column: str, values: Collection[str]) -> Measure:
    """Share of the infections in which `column` is filled in that have one of `values`, in percent."""

    def measure(groups: Groups) -> Measured:
        entries = _infections(groups, group)[column].dropna()
        return percent(int(entries.isin(values).sum()), len(entries))

    return measure


def share_of_confirmed(group: str, pathogen: str) -> Measure:
    """Share of one kind among infections confirmed as bacterial, viral or fungal; mixed ones are left out."""

    def measure(groups: Groups) -> Measured:
        return percent(*_of_confirmed(groups, group, pathogen))

    return measure


def number_confirmed(group: str, pathogen: str) -> Measure:
    """Number of infections confirmed as one kind, with exact Poisson limits."""
    return lambda groups: events(_of_confirmed(groups, group, pathogen)[0])


def share_covid(group: str) -> Measure:
    """Share of all infections whose organism is SARS-CoV-2, in percent."""

    def measure(groups: Groups) -> Measured:
        organism = _infections(groups, group)["organism"]
        named = organism.str.contains(COVID, case=False, regex=True).fillna(False).astype(bool)
        return percent(int(named.sum()), len(organism))

    return measure


def share_in_progression(group: str) -> Measure:
    """Share of infections on days of progressive disease; `EstimationError` where no disease phase is recorded."""

    def measure(groups: Groups) -> Measured:
        study = groups.study(group)
        if not study.full.records_phase:
            raise EstimationError("the file records no disease phase")
        table = study.time(SPEC, ("phase",)).table
        inside = (table["phase"] == PROGRESSIVE).to_numpy(bool)
        return percent(int(table.loc[inside, "infections"].sum()), int(table["infections"].sum()))

    return measure


def median_count(group: str, column: str) -> Measure:
    """Median of a blood count (`anc` or `alc`, 10^3/µL) at infection, over infections with a value."""
    return lambda groups: median(_infections(groups, group)[column].to_numpy(float), COUNT_UNIT)


def share_below(group: str, column: str, cut: float, **grades: int) -> Measure:
    """Share of infections with a blood count below `cut` (10^3/µL) among those of a grade that have a value."""

    def measure(groups: Groups) -> Measured:
        values = _infections(groups, group, **grades)[column].dropna()
        return percent(int((values < cut).sum()), len(values))

    return measure


def _infections(groups: Groups, group: str, **settings: object) -> pd.DataFrame:
    return groups.study(group).infections(SPEC.change(**settings))


def _of_confirmed(groups: Groups, group: str, pathogen: str) -> tuple[int, int]:
    found = _infections(groups, group)["pathogen"]
    return int((found == pathogen).sum()), int(found.isin(CONFIRMED).sum())
