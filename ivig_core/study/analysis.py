"""All tables of one spec."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import pandas as pd

from ivig_core.errors import EstimationError
from ivig_core.estimate.contrast import some_of
from ivig_core.estimate.rates.clustering import NEAR
from ivig_core.estimate.rates.frailty import Frailty
from ivig_core.estimate.survival.tables import SurvivalTables
from ivig_core.spec import AnalysisSpec
from ivig_core.study.attrition import attrition as attrition
from ivig_core.study.cox.ratios import cox_rows
from ivig_core.study.levels import MOST_OWN_LEVELS, own_left_out
from ivig_core.study.rates import models
from ivig_core.study.rates.by_period import incidence_rates
from ivig_core.study.rates.factors import listed_factors
from ivig_core.study.rates.forest import forest as forest
from ivig_core.study.rates.frailty import frailty
from ivig_core.study.rates.intervals_in_force import as_shown, pairs
from ivig_core.study.study import Study
from ivig_core.study.survival.tables import survival as survival
from ivig_core.terms import MODELS, REFERENCE

COX_COLUMNS = ("model", "term", "status", "log_hr", "se", "hr", "ci_low", "ci_high", "p_value", "note")
TABLES = ("rates", *MODELS, "forest", "survival")


@dataclass(frozen=True, eq=False)
class Analysis:
    """Tables of an analysis; one that was not asked for is None.

    `irr` has the rows of the models asked for, one model below the other. `survival` is a `SurvivalTables`, None
    without one, and `cox` the hazard ratios of the same comparison. `frailty` comes with the rates.

    `summary`: patients, patients_with_infection, patients_exposed, person_days, infections of the person-time analysed.
    """

    spec: AnalysisSpec
    summary: dict[str, int]
    attrition: pd.DataFrame
    rates: pd.DataFrame | None
    frailty: Frailty | None
    irr: pd.DataFrame | None
    forest: pd.DataFrame | None
    survival: SurvivalTables | None
    cox: pd.DataFrame | None
    asked: tuple[str, ...]
    notes: tuple[str, ...]


def analyse(study: Study, spec: AnalysisSpec, tables: Collection[str] = TABLES, by: Collection[str] = ()) -> Analysis:
    """Every table asked for (`TABLES`), as `ivig analyze` prints them.

    `by`: own columns that the tables by every variable have in any case; `levels.own_left_out` says which others, the
    notes what is left out.

    Raises
    ------
    SpecError
        where the spec names a column or value that this cohort does not have. An estimator that fails raises nothing:
        its rows or notes say why.
    """
    listed = listed_factors(study, spec, by) if "forest" in tables or by else ()
    curves, survival_notes = _survival(study, spec) if "survival" in tables else (None, ())
    return Analysis(
        spec=spec,
        summary=summary(study, spec),
        attrition=attrition(study, spec),
        rates=incidence_rates(study, spec) if "rates" in tables else None,
        frailty=frailty(study, spec) if "rates" in tables else None,
        irr=_ratios(study, spec, [model for model in MODELS if model in tables]),
        forest=_forest(study, spec, listed) if "forest" in tables else None,
        survival=curves,
        cox=_cox(study, spec, by) if curves is not None else None,
        asked=tuple(table for table in TABLES if table in tables),
        notes=(
            *_time_notes(study, spec),
            *(_interval_notes(study, spec) if "forest" in tables else ()),
            *_own_notes(study, spec, tables, by),
            *survival_notes,
        ),
    )


def summary(study: Study, spec: AnalysisSpec) -> dict[str, int]:
    """Size of the person-time that is analysed."""
    time = study.time(spec)
    table = time.table
    return {
        "patients": time.patients,
        "patients_with_infection": int(table.loc[table["infections"] > 0, "patient"].nunique()),
        "patients_exposed": int(table.loc[(table["state"] != REFERENCE).to_numpy(), "patient"].nunique()),
        "person_days": time.person_days,
        "infections": time.infections,
    }


def _ratios(study: Study, spec: AnalysisSpec, asked: Collection[str]) -> pd.DataFrame | None:

    makers = {"sccs": models.sccs, "gee": models.gee, "andersen_gill": models.andersen_gill, "pwp": models.pwp}
    parts = [makers[model](study, spec) for model in asked]
    return pd.concat(parts, ignore_index=True) if parts else None


def _forest(study: Study, spec: AnalysisSpec, listed: Collection[str]) -> pd.DataFrame:
    return pd.concat([forest(study, spec, factor) for factor in ("overall", *listed)], ignore_index=True)


def _interval_notes(study: Study, spec: AnalysisSpec) -> Iterable[str]:
    if as_shown(study, spec) is not spec:
        found = pairs(study, spec)
        yield (
            f"Infections of one patient lie closer together than chance puts them ({found.near:,} pairs within "
            f"{NEAR} days, {found.expected:,.1f} by chance): intervals and p of subgroups are robust ones, rows of "
            "models have those that ci_method says."
        )


def _own_notes(study: Study, spec: AnalysisSpec, tables: Collection[str], by: Collection[str]) -> Iterable[str]:
    left_out = own_left_out(study, spec, by) if {"forest", "survival"} & set(tables) else ()
    if left_out:
        columns = "1 column is" if len(left_out) == 1 else f"{len(left_out):,} columns are"
        yield (
            f"Of your own columns, {columns} not among the subgroups and the hazard ratios of single variables: "
            f"{some_of(left_out)}. Those with the fewest levels are, up to {MOST_OWN_LEVELS} levels together; ask for "
            f"another by its name, as in --by {left_out[0]}."
        )


def _survival(study: Study, spec: AnalysisSpec) -> tuple[SurvivalTables | None, tuple[str, ...]]:
    try:
        tables = survival(study, spec)
    except EstimationError as error:
        return None, (f"Survival: {error}",)
    return tables, tuple(f"Survival: {note}" for note in tables.notes)


def _cox(study: Study, spec: AnalysisSpec, by: Collection[str]) -> pd.DataFrame:

    return cox_rows(study, spec, by=by)[list(COX_COLUMNS)]


def _time_notes(study: Study, spec: AnalysisSpec) -> Iterable[str]:
    if not len(study.cohort(spec)):
        yield "No patient of this cohort meets the filters."
    left = len(study.cohort(spec)) - study.time(spec).patients
    if left:
        yield f"{left} of the selected patients have no day left to analyse under these settings."
    exposure, within = spec.exposure, spec.selection.within
    if exposure.from_first_dose or exposure.exclude_first_days or within:
        yield "Survival counts from the recorded start of follow-up: filters on days do not apply to it."
