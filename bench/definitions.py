"""Part g: all reasonable definitions of a small cohort at once, against analyses made one by one."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from bench.clock import medians
from bench.core import CRUDE, cohort_file, read
from bench.line import Line, Target, longer
from ivig_core.cohort.cohort import Cohort
from ivig_core.spec import AnalysisSpec
from ivig_core.study.analysis import analyse
from ivig_core.study.rates.models import sccs
from ivig_core.study.study import Study
from ivig_core.study.whatif.curve.choices import Choices
from ivig_core.study.whatif.curve.curve import Curve, curve

PATIENTS, RUNS = 43, 15
CHOICES = Choices(
    window_days=(14, 28, 30, 42), dose_day=("on", "off"), episode_gap_days=(0, 14), adjusters=("season", "time"),
    every_set=True,
)  # fmt: skip
TARGET = Target(60)


def measure(folder: Path) -> list[Line]:
    """Time of 512 definitions against that of one analysis: the crude one, and the same as `ivig analyze` makes it."""
    cohort = read(cohort_file(folder, PATIENTS))
    number = len(definitions(cohort).table)
    passed = medians(
        {
            "ours": partial(definitions, cohort),
            "crude": partial(alone, cohort, CRUDE),
            "analyse": partial(with_summary, cohort, CRUDE),
        },
        RUNS,
    )
    what = f"{number} definitions of {PATIENTS} patients"
    return [
        longer("g", what, passed["ours"], passed["analyse"], "one analysis (--only sccs)", TARGET),
        longer("g", "the same", passed["ours"], passed["crude"], "its crude rate ratio alone", TARGET),
    ]


def definitions(cohort: Cohort) -> Curve:
    """The curve, nothing remembered."""
    return curve(Study(cohort), CRUDE, CHOICES)


def alone(cohort: Cohort, spec: AnalysisSpec) -> object:
    """One rate ratio, nothing remembered."""
    return sccs(Study(cohort), spec)


def with_summary(cohort: Cohort, spec: AnalysisSpec) -> object:
    """One analysis as the command line makes it, nothing remembered."""
    return analyse(Study(cohort), spec, ("sccs",))
