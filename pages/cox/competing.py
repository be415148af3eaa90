"""The variables of a Cox regression where death competes with infection."""

from __future__ import annotations

import pandas as pd

from ivig_core.figures.cox.words import name_of, per, without_terms
from ivig_core.figures.survival.beside_death_words import WHAT_EACH, three_ratios, why_none
from ivig_core.figures.words import lower
from ivig_core.spec import AnalysisSpec
from ivig_core.study.cox.competing import cox_beside_death
from ivig_core.study.cox.question import CoxQuestion
from ivig_core.study.cox.summary import CoxSummary
from ivig_core.study.study import Study
from pages.cox.tables import VALUE
from pages.shell import exhibit, session

WIDTHS = {"Variable": 185, VALUE: 150}
ALONE = "Each variable alone; choose what to adjust for to have them in one model."
TOGETHER = "One model of the chosen variables for each hazard."


def show(study: Study, spec: AnalysisSpec, asked: CoxQuestion, summary: CoxSummary) -> None:
    """The three ratios of every term, what each answers, and why some are missing."""
    rows = cox_beside_death(study, spec, asked)
    shown = session.once("cox_competing_words", *asked.parts(spec), make=lambda: _in_words(rows, summary))
    exhibit.table("cox_competing", shown, rows, widths=WIDTHS)
    exhibit.remarks(*_reasons(rows, summary))
    exhibit.sentences([TOGETHER if asked.together else ALONE, WHAT_EACH])


def _in_words(rows: pd.DataFrame, summary: CoxSummary) -> pd.DataFrame:
    lines = []
    for _, mine in rows.groupby(["variable", "level"], sort=False):
        first = mine.iloc[0]
        value = per(first["unit"]) if first["unit"] else first["level"]
        if first["against"]:
            value = f"{value} against {first['against']}"
        lines.append({"Variable": name_of(first["variable"], summary), VALUE: value, **three_ratios(mine)})
    return pd.DataFrame(lines)


def _terms(rows: pd.DataFrame, summary: CoxSummary) -> dict[str, str]:
    """What each term of the models is called."""
    named = ((row["term"], lower(name_of(row["variable"], summary)), row["level"]) for row in rows.to_dict("records"))
    return {term: f"{name} ({level})" if level else name for term, name, level in named}


def _reasons(rows: pd.DataFrame, summary: CoxSummary) -> tuple[list[str], list[str]]:
    """Rows without one of the ratios, and why."""
    names, notes, terms = [], [], _terms(rows, summary)
    for _, mine in rows.groupby(["variable", "level"], sort=False):
        first = mine.iloc[0]
        told = mine.assign(note=[without_terms(str(note), terms) for note in mine["note"]])
        for text in why_none(told):
            names.append(", ".join(filter(None, (name_of(first["variable"], summary), first["level"]))))
            notes.append(text)
    return names, notes
