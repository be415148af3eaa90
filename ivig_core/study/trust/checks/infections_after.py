"""Do infections bring infections? Then they are no independent pieces of evidence: plain intervals are too narrow."""

from __future__ import annotations

import math

import pandas as pd

from ivig_core.estimate.rates.clustering import FAR, NEAR, Clustering
from ivig_core.estimate.rates.dispersion import Dispersion, dispersion
from ivig_core.estimate.rates.sccs import sccs_cells
from ivig_core.numbers import OK, counted, estimate, ratio
from ivig_core.spec import AnalysisSpec
from ivig_core.study.rates.intervals_in_force import AUTO, EPISODE_DAYS, RAISED, ROBUST, gather, pairs
from ivig_core.study.rates.models import sccs
from ivig_core.study.study import Study
from ivig_core.study.trust.checks.verdict import CANNOT, FINE, PROBLEM, Verdict
from ivig_core.terms import ON

NAME, TITLE = "infections_after", "Do infections bring infections?"
TOTAL = "The ratio counts an infection prevented together with those it would have brought"
WAYS = {"wald": ("wald", False), ROBUST: (ROBUST, False), "joined": ("wald", True), "joined_robust": (ROBUST, True)}
"""Interval, and whether infections within 14 days are joined."""
COLUMNS = ("what", "status", "irr", "ci_low", "ci_high", "infections", "width")


def infections_after(study: Study, spec: AnalysisSpec) -> pd.DataFrame:
    """The ratio in force with Wald and with robust interval, and the same with infections within 14 days joined.

    Columns `COLUMNS`; `width`: of the interval on the log scale, against that of the Wald interval.
    """
    rows = {name: _row(study, spec, name) for name in WAYS}
    plain = _width(rows["wald"])
    found = [
        {"what": name, **{column: row[column] for column in COLUMNS[1:-1]}, "width": _width(row) / plain}
        for name, row in rows.items()
    ]
    return pd.DataFrame(found, columns=list(COLUMNS))


def on_and_off(study: Study, spec: AnalysisSpec) -> Dispersion:
    """Whether infections vary more between days on and off IVIG than independent ones; see
    `estimate.rates.dispersion`."""
    one = spec.change(window_cuts=())
    return study.once(
        "dispersion", one.selection, one.exposure, one.endpoint, one.model.adjust_for,
        make=lambda: dispersion(sccs_cells(study.time(one), one.model), ON),
    )  # fmt: skip


def verdict(study: Study, spec: AnalysisSpec) -> Verdict:
    """Whether infections gather after infections."""
    found = pairs(study, spec)
    if not found.near + found.far:
        evidence = f"No two infections of one patient lie within {FAR[1]} days of each other."
        return Verdict(NAME, TITLE, CANNOT, evidence, "Nothing can be said of infections that bring others on.")
    verb, digits = ("lies" if found.near == 1 else "lie"), int(found.expected < 10)
    evidence = (
        f"{counted(found.near, 'pair')} of infections of one patient {verb} within {NEAR} days of each other; put on "
        f"random days there would be {found.expected:,.{digits}f} ({found.low:,.0f} to {found.high:,.0f})."
    )
    if not gather(found):
        return Verdict(NAME, TITLE, FINE, f"{evidence[:-1]}{_all_the_same(found)}.", "Nothing to do.")
    evidence = f"{evidence[:-1]}: against pairs further apart, {ratio(found.times)} times as many as by chance."
    return Verdict(NAME, TITLE, PROBLEM, evidence, _advice(study, spec))


def _all_the_same(found: Clustering) -> str:
    """Why more near pairs than chance puts there are no reason for doubt; empty where there are not more."""
    if not (found.near > found.high and math.isfinite(found.times)):
        return ""
    why = "too little to matter" if found.times < RAISED else "chance is not excluded"
    return f"; against pairs further apart, {ratio(found.times)} times as many as by chance: {why}"


def _advice(study: Study, spec: AnalysisSpec) -> str:
    """Which interval is shown or should be, and what the ratio is of."""
    plain, with_robust, with_joined = (_row(study, spec, name) for name in ("wald", ROBUST, "joined_robust"))
    robust, joined = _told(with_robust), _told(with_joined)
    if spec.model.ci_method not in (AUTO, ROBUST):
        shown = "Plain intervals can be too narrow: choose the automatic or the robust one under More settings"
    elif _width(with_robust) > _width(plain):
        shown = "A plain interval is too narrow, so the robust one is shown"
    else:
        shown = "The robust interval is shown, which is here no wider than a plain one"
    beside = f"; with infections within {EPISODE_DAYS} days joined it is {joined}" if joined else ""
    return f"{shown}{f': {robust}' if robust else ''}. {TOTAL}{beside}."


def _told(row: pd.Series) -> str:
    return estimate(row["status"], row["irr"], row["ci_low"], row["ci_high"])


def _row(study: Study, spec: AnalysisSpec, way: str) -> pd.Series:
    method, joined = WAYS[way]
    gap = max(EPISODE_DAYS if joined else 0, spec.endpoint.episode_gap_days)
    table = sccs(study, spec.change(window_cuts=(), ci_method=method, episode_gap_days=gap))
    return table[table["term"] == ON].iloc[0]


def _width(row: pd.Series) -> float:
    """Of the interval on the log scale; NaN where it is open or there is none."""
    if row["status"] != OK or not row["ci_low"] > 0:
        return math.nan
    return math.log(row["ci_high"] / row["ci_low"])
