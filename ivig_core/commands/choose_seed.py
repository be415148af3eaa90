"""Which seed a sample is drawn with: a rule instead of a pretty cohort. `python -m ivig_core.commands.choose_seed`.

Seeds 1, 2, … count where the file is read without a remark and at most 5 in 100 published numbers lie outside the
95 % intervals of the cohort, as many as chance would put there. Of these wins the cohort nearest to what the study is
read for, its rate ratios and numbers of infections (all numbers where it prints no ratio): the smallest mean
distance in half-widths of the cohort's intervals. So a sample resembles a study by choice, and confirms nothing of it.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from ivig_core.cohort.cohort import Cohort
from ivig_core.cohort.read import read_cohort
from ivig_core.evidence.compare import Row, compare
from ivig_core.evidence.comparisons import BY_STUDY
from ivig_core.evidence.measured import INFECTIONS, RATIO
from ivig_core.simulate.files import write_simulated
from ivig_core.simulate.presets import get_preset

OUTSIDE = 0.05
"""Largest accepted share of published numbers outside the intervals."""


def misfit(rows: tuple[Row, ...]) -> tuple[float, float]:
    """Share of published numbers outside the intervals of a cohort; mean distance of the main ones in half-widths."""
    compared = [row for row in rows if row.inside is not None]
    outside = sum(not row.inside for row in compared) / len(compared)
    ratios = any(row.measured.unit == RATIO for row in compared if row.measured)
    main = {RATIO, INFECTIONS} if ratios else {row.measured.unit for row in compared if row.measured}
    return outside, float(np.mean([_distance(row) for row in compared if row.measured and row.measured.unit in main]))


def _distance(row: Row) -> float:
    assert row.measured is not None
    assert row.published is not None
    low, high = row.measured.low, row.measured.high
    if low is None or high is None or not np.isfinite([low, high]).all() or high <= low:
        return 0.0
    return abs(float(row.published.number or 0) - row.measured.estimate) / ((high - low) / 2)


def cohort_of(study: str, seed: int, folder: Path) -> Cohort | None:
    """The cohort of the preset `study` with `seed`, None where reading it gives any remark."""
    preset = get_preset(study)
    path = folder / "cohort.csv"
    write_simulated(preset.model, preset.patients, seed, path, preset.name)
    intake = read_cohort(path)
    return None if intake.problems else intake.cohort


def main() -> int:
    """Prints every seed that is better than those before it; the last line is the choice."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("study", choices=list(BY_STUDY))
    parser.add_argument("--seeds", type=int, default=200, help="try seeds 1 to this one (default %(default)s)")
    args = parser.parse_args()
    best = np.inf
    with TemporaryDirectory() as folder:
        for seed in range(1, args.seeds + 1):
            cohort = cohort_of(args.study, seed, Path(folder))
            outside, far = (1.0, np.inf) if cohort is None else misfit(compare(BY_STUDY[args.study], cohort))
            if outside <= OUTSIDE and far < best:
                best = far
                print(f"seed {seed}: {100 * outside:.1f} % outside, {far:.3f} half-widths", flush=True)
    return 0 if np.isfinite(best) else 1


if __name__ == "__main__":
    sys.exit(main())
