"""How far the ratio can be trusted: other settings and models, the days around the first dose, doubts, who is left."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from ivig_core.figures.theme import finding
from ivig_core.figures.trust.around_first_dose import around_first_dose
from ivig_core.figures.trust.published import with_published
from ivig_core.figures.trust.sensitivity import sensitivity as sensitivity_figure
from ivig_core.figures.trust.tables import around_table, attrition_table, sensitivity_table
from ivig_core.figures.trust.words import ALWAYS, NOTHING_FOUND, fixed_rows, row_remarks
from ivig_core.figures.trust.words import finding as sensitivity_finding
from ivig_core.figures.words import count, counted
from ivig_core.report.content import Exhibit
from ivig_core.report.exhibits.notes import about
from ivig_core.report.exhibits.texts import as_texts
from ivig_core.study.attrition import COUNTS, flow
from ivig_core.study.overview.headline import HAS_BOUND
from ivig_core.study.results import Results

TRUST = "Can we trust it?"
WRONG = "Why the ratio could be wrong"


def sensitivity(results: Results, presentation: bool) -> Iterator[Exhibit]:
    """The ratio under other settings and models; without any estimate the sentence alone."""
    rows = results.sensitivity
    if rows.empty:
        return
    rows = with_published(rows, results.analysis.spec)
    drawn = bool(rows["status"].isin(HAS_BOUND).any())
    adjusted = "igg" in results.analysis.spec.model.adjust_for
    yield Exhibit(
        key="sensitivity",
        section=TRUST,
        title=sensitivity_finding(rows),
        figure=sensitivity_figure(rows, presentation=presentation) if drawn else None,
        table=as_texts(_analyses(rows)),
        full=rows,
        remarks=(
            *row_remarks(rows, results.synthetic, adjusted),
            *fixed_rows(rows, results.protocol),
            *about(rows["label"], rows["note"]),
        ),
    )


def _analyses(rows: pd.DataFrame) -> pd.DataFrame:
    """The table of the page; what is changed is in the name of a row already, the row in force is marked."""
    shown = sensitivity_table(rows).drop(columns="Changed")
    names = [f"{label} (as set)" if now else label for label, now in zip(rows["label"], rows["as_set"], strict=True)]
    return shown.assign(Analysis=names)


def around(results: Results, presentation: bool) -> Iterator[Exhibit]:
    """Infections before and after the first dose; nothing where no patient has a day near one."""
    table = results.around
    if table.empty or not (pd.to_numeric(table["person_days"], errors="coerce") > 0).any():
        return
    figure = around_first_dose(table, presentation=presentation)
    yield Exhibit(
        key="around_first_dose",
        section=TRUST,
        title=finding(figure),
        figure=figure,
        table=as_texts(around_table(table)),
        full=table,
    )


def doubts(results: Results, presentation: bool) -> Iterator[Exhibit]:
    """The reasons that the checks found, the weightiest first."""
    if results.headline.main["status"] not in HAS_BOUND:
        return
    found = list(results.doubts) or [NOTHING_FOUND]
    title = f"{WRONG}: {counted(len(found), 'reason')} found in this cohort" if results.doubts else WRONG
    yield Exhibit("doubts", TRUST, title, table=pd.DataFrame({WRONG: found}), remarks=(ALWAYS,))


def attrition(results: Results, presentation: bool) -> Iterator[Exhibit]:
    """What each step of the analysis leaves."""
    steps = results.analysis.attrition
    if all(pd.api.types.is_numeric_dtype(steps[name]) for name in COUNTS):
        steps = flow(steps)
    first, last = steps["patients"].iloc[0], steps["patients"].iloc[-1]
    yield Exhibit(
        key="attrition",
        section=TRUST,
        title=f"{count(last)} of {counted(first, 'patient')} inform the within-patient ratio",
        table=as_texts(attrition_table(steps)),
        full=steps,
    )
