"""The ratio without what an infection may have brought: the days after each left out, and first infections alone.

Both leave out observation because of the outcome. Without the days after each infection, what is compared are
infections that no other came before within 30 days: the ratio of those that come by themselves, where infections raise
the risk of another for no longer than that. First infections of periods end each period at its first, so that long
periods without one weigh more. How far either is from the ratio that infections are drawn with, with and without
infections that bring infections, is in `docs/contagion.md`.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from ivig_core.estimate.rates.sccs import sccs
from ivig_core.numbers import OK
from ivig_core.persontime.after_infections import first_of_each_period, without_days_after
from ivig_core.persontime.split import PersonTime
from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study
from ivig_core.study.trust.rows.variant import COUNTED, Variant
from ivig_core.terms import ON

DAYS = 30
BY_THEMSELVES = f"of infections without another in the {DAYS} days before"
FIRSTS = "of first infections: periods end because of them, which can move the ratio"


def after_infections() -> Iterator[Variant]:
    """The days after each infection left out; the first infection of each period alone."""
    yield Variant(
        "without_days_after", COUNTED, f"Without the {DAYS} days after each infection", fit=without_days,
        says=f"days 1 to {DAYS} after each infection, and infections on them, left out",
    )  # fmt: skip
    yield Variant(
        "first_of_period", COUNTED, "First infection of each period", fit=first_of_period,
        says="each time on IVIG and each time off it up to its first infection",
    )  # fmt: skip


def without_days(study: Study, spec: AnalysisSpec) -> pd.DataFrame:
    """Rate ratios without days 1–30 after each counted infection; see `persontime.after_infections`."""
    return study.once(
        "without_days_after", spec.selection, spec.exposure, spec.endpoint, spec.model,
        make=lambda: _fitted(without_days_after(study.time(spec), study.infections(spec), DAYS), spec, BY_THEMSELVES),
    )  # fmt: skip


def first_of_period(study: Study, spec: AnalysisSpec) -> pd.DataFrame:
    """Rate ratios of the first infection of each period; see `persontime.after_infections`."""
    return study.once(
        "first_of_period", spec.selection, spec.exposure, spec.endpoint, spec.model,
        make=lambda: _fitted(first_of_each_period(study.time(spec), study.infections(spec)), spec, FIRSTS),
    )  # fmt: skip


def _fitted(time: PersonTime, spec: AnalysisSpec, what: str) -> pd.DataFrame:
    table = sccs(time, spec.model)
    said = (table["term"] == ON) & (table["status"] == OK)
    notes = [f"{what}; {note}" if note else what for note in table["note"]]
    return table.assign(note=table["note"].mask(said, pd.Series(notes, index=table.index, dtype=object)))
