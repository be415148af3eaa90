"""`docs/igg-subgroups.md`, written from a run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tests.paths import DOCS
from tests.slow.rates.igg_cohorts import COHORTS, CUTS, LARGE, SEED, TRUTH, WAYS, Cell, Found, Row
from tests.slow.summary import Number, share

STARTS = {"random": "at random", "triggered": "after infections"}
SIDES = ("below", "above")


@dataclass(frozen=True)
class Of:
    """One split in all cohorts of a cell. `differs`: share with p for interaction below 0.05, of the `tested` ones;
    by side of the cut-off the median ratio (∞ is a ratio) and the share of intervals that hold the truth."""

    tested: int
    differs: Number
    ratio: dict[str, float]
    holds: dict[str, Number]


@dataclass(frozen=True)
class Quality:
    """A cell: every split in the small cohorts, and in the large one."""

    of: dict[tuple[int, str], Of]
    limit: Found


def quality(found: list[Found], large: Found) -> Quality:
    return Quality({split: _of([cohort[split] for cohort in found]) for split in found[0]}, large)


def _of(rows: list[Row]) -> Of:
    p = np.array([row.p for row in rows])
    known = p[~np.isnan(p)]
    ratio, holds = {}, {}
    for side in SIDES:
        limits = np.array([getattr(row, side) for row in rows])
        limits = limits[~np.isnan(limits).any(axis=1)]
        ratio[side] = float(np.median(limits[:, 0]))
        holds[side] = share(int(((limits[:, 1] <= TRUTH) & (limits[:, 2] >= TRUTH)).sum()), len(limits))
    return Of(len(known), share(int((known < 0.05).sum()), len(known)), ratio, holds)


def write_report(found: dict[Cell, Quality], folder: Path = DOCS) -> None:
    (folder / "igg-subgroups.md").write_text("\n".join(_page(found)) + "\n", encoding="utf-8")


def _page(found: dict[Cell, Quality]) -> Iterator[str]:
    yield from f"""# Subgroups by IgG: of the day, or before the first dose
Written by `make slow` (`tests/slow/rates/test_igg_subgroups.py`), not by hand: {COHORTS} simulated cohorts a row, seed
{SEED}. The rate ratio on IVIG is {TRUTH} at every IgG, so every difference by IgG is an invented one. A dose raises
measured IgG by so many mg/dL, half of which is gone after 25 days; the rate of infections goes with native IgG, what
the patient's own cells make, to the power −slope (slope 0: infections do not depend on IgG).

## How often a difference is found that is not there
Share of cohorts with p for interaction below 0.05 (5 % ± 1.1 would be right), median ratio below the cut-off and from
it on, and the share of their 95 % intervals that hold {TRUTH}. Cohorts in which a level has no estimate are not tested.
""".splitlines()
    yield "| starts of IVIG | slope | rise | patients | IgG below | level of | p < 0.05 | ratios | intervals hold |"
    yield "|---|---|---|---|---|---|---|---|---|"
    for cell, made in found.items():
        for (cut, way), of in sorted(made.of.items(), key=lambda item: (item[0][0], list(WAYS).index(item[0][1]))):
            ratios = " / ".join(f"{of.ratio[side]:.2f}" for side in SIDES)
            holds = " / ".join(f"{100 * of.holds[side].value:.1f}" for side in SIDES)
            tested = "" if of.tested == COHORTS else f" of {of.tested}"
            differs = f"{100 * of.differs.value:.1f} ± {100 * of.differs.error:.1f} %{tested}"
            yield f"{_cell(cell)} | {cell.patients} | {cut} | {WAYS[way]} | {differs} | {ratios} | {holds} % |"
    heads = " | ".join(f"below {cut} / {cut} and more | quotient | p" for cut in CUTS)
    yield from f"""
## How large it is
One cohort of {LARGE:,} patients of each kind: where the ratios go. The quotient is the ratio from the cut-off on
divided by that below it; 1.00 is right.

| starts of IVIG | slope | rise | level of | {heads} |
|---|---|---|---|{"---|---|---|" * len(CUTS)}""".splitlines()
    for cell, made in found.items():
        if cell.patients == max(one.patients for one in found):
            for way, words in WAYS.items():
                numbers = " | ".join(_limit(made.limit[cut, way]) for cut in CUTS)
                yield f"{_cell(cell)} | {words} | {numbers} |"
    yield from ("", *READING.splitlines())


def _cell(cell: Cell) -> str:
    return f"| {STARTS[cell.starts]} | {cell.slope:g} | {cell.rise:g}"


def _limit(row: Row) -> str:
    p = f"{row.p:.3f}" if row.p >= 0.001 else "< 0.001"
    return f"{row.below[0]:.2f} / {row.above[0]:.2f} | {row.above[0] / row.below[0]:.2f} | {p}"


READING = """## How to read it
- **IgG of the day invents a difference where infections bring IVIG on, they depend on native IgG, and a dose raises
  what is measured**, as in the preset `daratumumab`: the ratio is 0.53 below 400 mg/dL and 0.61 from there on, a
  seventh apart, and in 143 patients p is below 0.05 about twice as often as it should be. At 700 mg/dL the ratios are
  as far apart (0.56 and 0.62), which 143 patients are too few to show. It is donor IgG that does it: where doses do
  not raise what is measured, the same cohorts have no such difference (0.56 and 0.53, p 0.19).
- Where IVIG starts at random, IgG of the day invents little (quotients up to 1.09 where infections depend on native
  IgG), and nothing where they do not.
- **IgG before the first dose** keeps the level of its test in 143 patients everywhere. It does not free a ratio of
  other things: with starts after infections all ratios lie below 0.62, and more so in patients with 700 mg/dL and more
  (0.50 against 0.57), with and without donor IgG. Their infections are fewer, so that those that brought IVIG on weigh
  more; in 8,000 patients that is a difference with p below 0.001, which IVIG does not make either.
- Where starts are random and native IgG falls from the start on, ratios lie above 0.62: days off IVIG are earlier ones,
  with more native IgG. Adjusting for time since the start is for that.
- The last value before the first dose does about as well here, where samples are drawn on a schedule. Samples drawn
  because of infections were not simulated.
- Starts at random with slope 0 are without any reason for a difference: the one p of 0.03 of a large cohort there is
  chance, one of its six.
"""
