"""What `make slow` writes into `docs/contagion.md`."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from tests.paths import DOCS
from tests.slow.trust.contagion_cohorts import TRUTH, Cell, Total

if TYPE_CHECKING:
    from tests.slow.trust.test_contagion import Quality

WAYS = {
    "before": "headline, plain",
    "after": "headline as shown",
    "robust": "always robust",
    "wider": "wider of both",
    "joined": "joined at 14 days, plain",
    "joined_robust": "joined, robust",
}
ROWS = {"without_days": "without 30 days after each", "first": "first of each period"}


def write(made: Mapping[Cell, Quality], totals: Mapping[float, Total], cohorts: int) -> None:
    """The tables with what they mean."""
    text = f"""# Infections that bring infections

{cohorts} simulated cohorts a row, drawn day by day by a program of the tests (`tests/slow/trust/contagion_cohorts.py`):
the rate on IVIG is {TRUTH} times that off it, courses begin whether or not there was an infection, and for 30 days
after an infection others are so many times as frequent. Made by `make slow`; a share of 95 % has an error of
{100 * math.sqrt(0.05 * 0.95 / cohorts):.1f}.

## What the ratio is of
An infection that IVIG prevents would have brought others: these are prevented too. The ratio of all infections is of
both together, the **total** effect, and lies further from 1 than the {TRUTH} of the infections that come by themselves.
From {40_000:,} patients of each process:

| infections after one | drawn | total, within patients | every day on IVIG against none |
|---|---|---|---|
{_totals(totals)}

The case series compares days of the same patient, and an infection off IVIG brings others onto days on IVIG: it sees a
part of what IVIG on every day would do. None of these numbers is more right than another; they answer other questions.

## Intervals that hold the total ratio, within patients
{_coverage(made, "total")}

## Intervals that hold the ratio drawn
{_coverage(made, "drawn")}

Median ratios:

{_ratios(made)}

Where infections bring infections, the plain interval is too narrow for either. The robust one (sandwich by patient, t)
is the one for the total ratio, though in 43 patients it still holds it a little less often than it says; headline and
subgroups have it where the check fires. By chance the check fires in a few cohorts of 100, and the interval is then as
good. Infections within 14 days joined into one are nearer to the ratio drawn. An interval around the ratio of all
infections holds that one less often the more others an infection brings and the more patients there are; so both stand
on the overview where the check fires.

## Rows of the sensitivity table
Robust intervals. Without the 30 days after each infection the ratio is 1 to 5 % too far from 1, because observation
ends after infections; its interval holds the ratio drawn however many others an infection brings. First infections of
periods are without bias where infections bring none; where they do, one just before a time on IVIG brings its first.

{_rows(made)}

## Does the test of subgroups keep its size?
Patients put into two groups by chance (3 to 2), between which nothing differs: share of p below 0.05. The likelihood
ratio takes infections as independent, and finds too much where they are not. The robust test keeps its size in 143
patients; in 43 it still finds a little too much.

{_sizes(made)}

Overdispersion: variance of the infections on IVIG given each patient's total against that of independent ones.

{_dispersion(made)}
"""
    (DOCS / "contagion.md").write_text(text, encoding="utf-8")


def _totals(totals: Mapping[float, Total]) -> str:
    return "\n".join(
        f"| ×{times:g} | {TRUTH} | {found.within:.2f} | {found.all_days:.2f} |" for times, found in totals.items()
    )


def _coverage(made: Mapping[Cell, Quality], truth: str) -> str:
    rows = [
        [f"{100 * found.fires:.0f} %", *(f"{100 * getattr(found, truth)[name]:.1f} %" for name in WAYS)]
        for found in made.values()
    ]
    return _table(made, ["check fires", *WAYS.values()], rows)


def _ratios(made: Mapping[Cell, Quality]) -> str:
    rows = [[f"{found.ratio[name]:.2f}" for name in ("before", "joined")] for found in made.values()]
    return _table(made, ["all infections", "joined at 14 days"], rows)


def _rows(made: Mapping[Cell, Quality]) -> str:
    heads = [f"{label}: {what}" for label in ROWS.values() for what in ("median", "hold the ratio drawn")]
    rows = [
        [text for name in ROWS for text in (f"{found.ratio[name]:.3f}", f"{100 * found.drawn[name]:.1f} %")]
        for found in made.values()
    ]
    return _table(made, heads, rows)


def _sizes(made: Mapping[Cell, Quality]) -> str:
    rows = [
        [f"{100 * value:.1f} %" for value in (found.likelihood, found.robust, found.shown)] for found in made.values()
    ]
    return _table(made, ["likelihood ratio", "robust Wald test", "as shown"], rows)


def _dispersion(made: Mapping[Cell, Quality]) -> str:
    rows = [[f"{found.dispersion:.2f}", f"{100 * found.overdispersed:.0f} %"] for found in made.values()]
    return _table(made, ["median", "p below 0.05"], rows)


def _table(made: Mapping[Cell, Quality], heads: list[str], rows: list[list[str]]) -> str:
    head = f"| patients | infections after one | {' | '.join(heads)} |\n|---|---|{'---|' * len(heads)}\n"
    return head + "\n".join(
        f"| {cell.patients} | ×{cell.times:g} | {' | '.join(row)} |" for cell, row in zip(made, rows, strict=True)
    )
