"""Do infections bring infections? Then they are no independent pieces of evidence: plain intervals are too narrow."""

from __future__ import annotations

import math

import pandas as pd

from ivig_core.estimate.rates.clustering import FAR, NEAR, Clustering, clustering
from ivig_core.numbers import OK, counted, estimate, ratio
from ivig_core.spec import AnalysisSpec
from ivig_core.study.rates.models import sccs
from ivig_core.study.study import Study
from ivig_core.study.trust.checks.verdict import CANNOT, FINE, PROBLEM, Verdict
from ivig_core.terms import ON

NAME, TITLE = "infections_after", "Do infections bring infections?"
ALPHA, RAISED = 0.05, 1.25
"""Fires where chance is less likely than this and infections are at least so many times as frequent."""
EPISODE_DAYS = 14
COLUMNS = ("what", "status", "irr", "ci_low", "ci_high", "infections", "width")


def pairs(study: Study, spec: AnalysisSpec) -> Clustering:
    """Pairs of counted infections of one patient that lie close together; see `estimate.rates.clustering`."""
    return study.once(
        NAME, spec.selection, spec.exposure, spec.endpoint,
        make=lambda: clustering(study.time(spec.change(window_cuts=())), study.infections(spec)),
    )  # fmt: skip


def gather(found: Clustering) -> bool:
    """Whether infections lie closer together than chance puts them, and by so much that it matters."""
    return found.p_value < ALPHA and found.times >= RAISED


def infections_after(study: Study, spec: AnalysisSpec) -> pd.DataFrame:
    """The ratio in force, with Wald and with robust interval, and with infections within 14 days joined.

    Columns `COLUMNS`; `width`: of the interval on the log scale, against that of the Wald interval.
    """
    joined = max(EPISODE_DAYS, spec.endpoint.episode_gap_days)
    variants = {
        "wald": spec.change(ci_method="wald"),
        "robust": spec.change(ci_method="robust"),
        "joined": spec.change(ci_method="wald", episode_gap_days=joined),
    }
    rows = {name: _row(study, changed) for name, changed in variants.items()}
    plain = _width(rows["wald"])
    found = [
        {"what": name, **{column: row[column] for column in COLUMNS[1:-1]}, "width": _width(row) / plain}
        for name, row in rows.items()
    ]
    return pd.DataFrame(found, columns=list(COLUMNS))


def verdict(study: Study, spec: AnalysisSpec) -> Verdict:
    """Whether infections gather after infections."""
    found = pairs(study, spec)
    if not found.near + found.far:
        evidence = f"No two infections of one patient lie within {FAR[1]} days of each other."
        return Verdict(NAME, TITLE, CANNOT, evidence, "Nothing can be said of infections that bring others on.")
    verb, digits = ("lies" if found.near == 1 else "lie"), int(found.expected < 10)
    evidence = (
        f"{counted(found.near, 'pair')} of infections of one patient {verb} within {NEAR} days of each other; put on "
        f"random days there would be {found.expected:.{digits}f} ({found.low:.0f} to {found.high:.0f})."
    )
    if not gather(found):
        return Verdict(NAME, TITLE, FINE, evidence, "Nothing to do.")
    table = infections_after(study, spec).set_index("what")
    robust, joined = (table.loc[name] for name in ("robust", "joined"))
    advice = (
        "Plain intervals are too narrow: choose the robust interval under More settings"
        f"{_told(robust, ': ')}, and look at the ratio with infections within {EPISODE_DAYS} days joined"
        f"{_told(joined, ': ')}."
    )
    return Verdict(NAME, TITLE, PROBLEM, f"{evidence[:-1]}, {ratio(found.times)} times as many.", advice)


def _told(row: pd.Series, before: str) -> str:
    text = estimate(row["status"], row["irr"], row["ci_low"], row["ci_high"])
    return f"{before}{text}" if text else ""


def _row(study: Study, spec: AnalysisSpec) -> pd.Series:
    table = sccs(study, spec.change(window_cuts=()))
    return table[table["term"] == ON].iloc[0]


def _width(row: pd.Series) -> float:
    """Of the interval on the log scale; NaN where it is open or there is none."""
    if row["status"] != OK or not row["ci_low"] > 0:
        return math.nan
    return math.log(row["ci_high"] / row["ci_low"])
