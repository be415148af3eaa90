"""Which interval of a ratio is shown: one that allows for it where infections bring infections."""

from __future__ import annotations

import re

import pandas as pd

from ivig_core.estimate.fit import SANDWICH
from ivig_core.estimate.rates.clustering import Clustering, clustering
from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study

ALPHA, RAISED = 0.05, 1.25
"""Infections bring infections where chance is less likely than this and they are at least so many times as frequent."""
EPISODE_DAYS = 14
"""Infections of one patient that close are joined where the ratio is shown both ways."""
AUTO, ROBUST = "auto", "robust"
BECAUSE = "robust interval: infections bring infections"
"""Note of a row whose interval is another one for this reason."""
MADE = re.compile(rf"{SANDWICH}, t with \d+ degrees of freedom")


def pairs(study: Study, spec: AnalysisSpec) -> Clustering:
    """Pairs of counted infections of one patient that lie close together; see `estimate.rates.clustering`."""
    one = spec.change(window_cuts=())
    return study.once(
        "infections_after", one.selection, one.exposure, one.endpoint,
        make=lambda: clustering(study.time(one), study.infections(one)),
    )  # fmt: skip


def gather(found: Clustering) -> bool:
    """Whether infections lie closer together than chance puts them, and by so much that it matters."""
    return found.p_value < ALPHA and found.times >= RAISED


def as_shown(study: Study, spec: AnalysisSpec) -> AnalysisSpec:
    """The settings with the interval that the headline and what stands beside it have: where `ci_method` is "auto" and
    infections bring infections, "robust". The same object where nothing changes.

    Whether they do is asked once, of the settings in force: what is a change of these (a rule about the first dose, a
    row of the sensitivity table, a subgroup) has the interval of the headline, so that no two numbers on a page differ
    in kind. Rows of models as the command line gives them, and the curve of definitions, have what `ci_method` says.
    """
    if spec.model.ci_method != AUTO or not gather(pairs(study, spec)):
        return spec
    return spec.change(ci_method=ROBUST)


def because(table: pd.DataFrame) -> pd.DataFrame:
    """Rows of the case series whose interval is robust: the reason in place of how it is made, in their note."""
    return table.assign(note=[MADE.sub(BECAUSE, note) if isinstance(note, str) else note for note in table["note"]])
