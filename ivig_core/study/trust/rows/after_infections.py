"""The ratio without what an infection may have brought: the days after each left out, and first infections alone.

Without the days after each infection, what is compared are infections that no other came before within 30 days: the
ratio of those that come by themselves, where infections raise the risk of another for no longer than that. Observation
then ends because of the outcome, which puts the ratio a little too far from 1. First infections of periods are compared
on the clock of their periods. How far both are from the ratio that infections are drawn with is in `docs/contagion.md`.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from ivig_core.estimate.rates.first_of_period import first_of_period
from ivig_core.estimate.rates.sccs import sccs
from ivig_core.numbers import OK
from ivig_core.persontime.after_infections import without_days_after
from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study
from ivig_core.study.trust.rows.variant import COUNTED, Variant
from ivig_core.terms import ON

DAYS = 30
BY_THEMSELVES = f"of infections without another in the {DAYS} days before"
FIRSTS = (
    "of first infections, on equal days since each time on or off IVIG began; one just before can have brought them"
)


def after_infections() -> Iterator[Variant]:
    """The days after each infection left out; the first infection of each period alone."""
    yield Variant(
        "without_days_after", COUNTED, f"Without {DAYS} days after infections", fit=without_days,
        says=f"days 1 to {DAYS} after each infection, and infections on them, left out",
    )  # fmt: skip
    yield Variant(
        "first_of_period", COUNTED, "First infection of each period", fit=first_infections,
        says="each time on IVIG and each time off it until its first infection",
    )  # fmt: skip


def without_days(study: Study, spec: AnalysisSpec) -> pd.DataFrame:
    """Rate ratios without days 1–30 after each counted infection; see `persontime.after_infections`."""
    return study.once(
        "without_days_after", spec.selection, spec.exposure, spec.endpoint, spec.model,
        make=lambda: _said(
            sccs(without_days_after(study.time(spec), study.infections(spec), DAYS), spec.model), BY_THEMSELVES
        ),
    )  # fmt: skip


def first_infections(study: Study, spec: AnalysisSpec) -> pd.DataFrame:
    """Rate ratios of the first infection of each period; see `estimate.rates.first_of_period`."""
    return study.once(
        "first_of_period", spec.selection, spec.exposure, spec.endpoint, spec.model,
        make=lambda: _said(first_of_period(study.time(spec), study.infections(spec), spec.model), FIRSTS),
    )  # fmt: skip


def _said(table: pd.DataFrame, what: str) -> pd.DataFrame:
    estimated = (table["term"] == ON) & (table["status"] == OK)
    notes = [f"{what}; {note}" if note else what for note in table["note"]]
    return table.assign(note=table["note"].mask(estimated, pd.Series(notes, index=table.index, dtype=object)))
