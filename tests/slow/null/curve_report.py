"""`docs/curve-null.md` and `docs/curve-null.json`, written from a run."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from ivig_core.study.whatif.curve.if_nothing import SIMULATIONS
from tests.paths import DOCS
from tests.slow.null.cohorts import Cell
from tests.slow.null.curve_cohorts import SEED, Place
from tests.slow.null.report import WORDS
from tests.slow.summary import Number, mean, share

RARE, SOME = 0.05, 0.2
MEASURES = {"below": "ratio below 1", "clear": "interval below 1", "middle": "median ratio"}
HEAD = ("starts of IVIG", "patients", "cohorts", "measure", "as far in < 5 %", "in < 20 %", "mean place")


@dataclass(frozen=True)
class Quality:
    """Of `cohorts` without effect: proportion that lies where less than 5 % (`rare`) and 20 % (`some`) of those
    simulated like it lie as far below 1; mean `place` among them, 0.5 where it lies anywhere (equal ones by half)."""

    cohorts: int
    rare: Number
    some: Number
    place: Number


def quality(found: Sequence[Place]) -> dict[str, Quality]:
    """What a cell says, by measure."""
    every, n = np.array(found), len(found)
    return {
        name: Quality(
            n, share(int((every[:, at] < RARE).sum()), n), share(int((every[:, at] < SOME).sum()), n),
            mean(every[:, at + 1]),
        )
        for at, name in zip((0, 2, 4), MEASURES, strict=True)
    }  # fmt: skip


def write_report(found: dict[Cell, dict[str, Quality]], folder: Path = DOCS) -> None:
    """Both files."""
    (folder / "curve-null.md").write_text("\n".join(_page(found)) + "\n", encoding="utf-8")
    cells = [
        {"starts": cell.starts, "patients": cell.patients, "measure": name, **asdict(row)}
        for cell, rows in found.items()
        for name, row in rows.items()
    ]
    record = {"seed": SEED, "simulations": SIMULATIONS, "cells": cells}
    (folder / "curve-null.json").write_text(json.dumps(_rounded(record), indent=1) + "\n", encoding="utf-8")


def _page(found: dict[Cell, dict[str, Quality]]) -> Iterator[str]:
    yield from f"""# How many definitions lie below 1 if IVIG does nothing
Written by `make slow` (`tests/slow/null/test_curve_null.py`), not by hand: seed {SEED}, {SIMULATIONS} simulated cohorts
behind each place, as many as the page takes. The same numbers are in `curve-null.json`.

Below the specification curve (*What if*, *All reasonable definitions*) cohorts like the one at hand are simulated in
which IVIG does nothing ([null.md](null.md) says how), and the same definitions computed in each. What is told is in how
many of them as many ratios lie below 1, as many intervals, and the median ratio as low. Here the cohorts themselves
have no effect. Then they should lie anywhere: as far in less than 5 % of the simulated cohorts in at most 5 %, and on
average in the middle. After ± stands one Monte-Carlo standard error.
""".splitlines()
    yield ""
    yield f"| {' | '.join(HEAD)} |"
    yield "|---" * len(HEAD) + "|"
    for cell, rows in found.items():
        for name, row in rows.items():
            yield f"| {' | '.join(_cells(cell, name, row))} |"
    yield from f"""
Asked for, at {len(found)} kinds of starts: no share under 5 % that is more than three standard errors too large, and
no mean place that is as far from the middle. They do lie far out somewhat more often than 5 %, up to one in ten. Why
is not known; these generators have a season, phase and trend that are not in the process. So the page calls the place
a guide, and no p-value.

Many cohorts without effect have no interval below 1 at all. They lie as far as every simulated one, so that fewer than
5 % and 20 % are to be expected of this measure.

## How it was done
- The cohorts are those of [null.md](null.md) with truth 1, with a grade of each infection: 3 in 20 %, else 1.
- Definitions: windows of 14, 30 and 42 days; all four ways with the time before the first dose; dose day on and off
  IVIG; episodes of 0 and 14 days; grades 1 and 3; unadjusted and adjusted for time: 192.

## What is compared
- The patients on IVIG alone, in the cohort as in those simulated; every combination counts, also one with the days and
  infections of another: a share over other rows than the simulated ones have would be no comparison. So it can differ
  from that of the curve.
- Rows adjusted for phase, season or prophylaxis are not among them: the rate of simulated infections does not depend
  on these. Joined episodes are not where a filter leaves infections out, other rules for the dose day not where
  infections are dated on it beyond chance.
- Cohorts are drawn once, with the settings that all rows share: a window of 30 days tells who is on IVIG and when a
  course has stopped. Grades are drawn at random from those of the cohort.

## What it cannot do
- What [null.md](null.md) says of the process. Infections that bring further ones on are not in it either: joined
  episodes are rarer in simulated cohorts than in such a one.
- Severe infections that bring IVIG on more often than others are not drawn: the rows of grade 3 would then lie lower
  without an effect than is shown.
- Subcutaneous doses, and more than 500 patients on IVIG, are not simulated.""".splitlines()


def _cells(cell: Cell, name: str, row: Quality) -> list[str]:
    shares = [f"{100 * part.value:.0f} ± {100 * part.error:.0f} %" for part in (row.rare, row.some)]
    place = f"{row.place.value:.2f} ± {row.place.error:.2f}"
    return [WORDS[cell.starts], str(cell.patients), str(row.cohorts), MEASURES[name], *shares, place]


def _rounded(value: object) -> object:
    """To six decimals: what is beyond may differ between processors."""
    if isinstance(value, dict):
        return {name: _rounded(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_rounded(each) for each in value]
    return round(value, 6) if isinstance(value, float) else value
