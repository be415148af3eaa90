"""Cohorts in which IVIG does nothing, and where the rows of their curves lie among those of cohorts drawn like them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

import numpy as np

from ivig_core.cohort.cohort import Cohort
from ivig_core.cohort.read import read_cohort
from ivig_core.estimate.whatif.null.process import Histories
from ivig_core.samples import sample_file
from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study
from ivig_core.study.whatif.curve.choices import Choices
from ivig_core.study.whatif.curve.if_nothing import CurveIfNothing, curve_if_nothing
from ivig_core.study.whatif.curve.many_cohorts import as_cohort
from tests.slow.null.cohorts import Cell, drawn

DRAWN, SEED = 100, 20261129
COHORTS = {"triggered": 100, "random": 90}
"""How many of the cohorts that are drawn are analysed, from the first on."""
CHOICES = Choices(window_days=(14, 30, 42), dose_day=("on", "off"), episode_gap_days=(0, 14))
"""A part of the choices of the page, so that a run ends in minutes: 192 definitions."""
SEVERE = 0.2
"""Proportion of infections of grade 3, which like the others are as frequent on as off IVIG."""
CELLS = [Cell("triggered", 43, 1.0), Cell("random", 43, 1.0)]


class Place(NamedTuple):
    """Where one cohort lies among those simulated: share of these whose rows lie at least as far below 1, those that
    lie just as far counted in full (`…_p`) and by half (`…_middle`)."""

    below_p: float
    below_middle: float
    clear_p: float
    clear_middle: float
    middle_p: float
    middle_middle: float


def places(cell: Cell) -> list[Place]:
    """Every cohort of a cell for which the comparison is offered."""
    cohorts = islice(studies(cell, DRAWN), COHORTS[cell.starts])
    found = [curve_if_nothing(study, AnalysisSpec(), CHOICES) for study in cohorts]
    return [place(one) for one in found if one.status == "ok"]


def studies(cell: Cell, cohorts: int) -> Iterator[Study]:
    """The cohorts of a cell with a grade of every infection."""
    like, rng = read_cohort(sample_file("daratumumab")).checked(), np.random.default_rng(SEED)
    for histories in drawn(cell, cohorts):
        yield Study(_cohort(like, histories, rng))


def _cohort(like: Cohort, histories: Histories, rng: np.random.Generator) -> Cohort:
    severe = rng.random(len(histories.infection_day)) < SEVERE
    return as_cohort(like, [histories], np.where(severe, 3.0, 1.0))


def place(found: CurveIfNothing) -> Place:
    """Where the cohort's own rows lie among the simulated ones."""
    mine, theirs = found.observed, found.nothing
    assert mine is not None
    assert theirs is not None
    parts = ((theirs.below, mine.below), (theirs.clear, mine.clear), (-theirs.middle, -mine.middle))
    return Place(*(share for many, one in parts for share in ((many >= one).mean(), _halved(many, one))))


def _halved(many: np.ndarray, one: np.ndarray) -> float:
    return float((many > one).mean() + (many == one).mean() / 2)
