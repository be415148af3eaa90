"""The rate ratio on IVIG under other reasonable settings and models, one row each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from ivig_core.errors import EstimationError
from ivig_core.estimate.rates.sccs import adjuster
from ivig_core.export import rows_of
from ivig_core.spec import SETTINGS, AnalysisSpec
from ivig_core.spec.words import WORDS, text_of
from ivig_core.study.overview.headline import HAS_BOUND
from ivig_core.study.rates import models
from ivig_core.study.rates.intervals_in_force import as_shown, because
from ivig_core.study.study import Study
from ivig_core.study.trust.rows.adjusted import FIRST, SHORT
from ivig_core.study.trust.rows.counted import FIRTH as FIRTH_ROW
from ivig_core.study.trust.rows.every import AS_SET, further, variants
from ivig_core.study.trust.rows.variant import NOT_APPLICABLE, SCCS, Variant

COLUMNS = (
    "name", "group", "label", "model", "term", "main", "as_set", "changes", "status", "irr", "ci_low", "ci_high",
    "p_value", "patients", "patients_with_infection", "infections", "note",
)  # fmt: skip
RESULT = (
    "status", "irr", "ci_low", "ci_high", "p_value", "patients", "patients_with_infection", "infections", "note",
)  # fmt: skip
COUNTS = ("patients", "patients_with_infection", "infections")
NOT_ROBUST = "too narrow an interval here: it takes infections as independent"
WITH_IGG = {**SHORT, "igg": "IgG"}


def sensitivity(study: Study, spec: AnalysisSpec, models: bool = True) -> pd.DataFrame:
    """Rate ratios of `rows.every.variants`, each a change of the settings in force, with one window on IVIG and with
    the headline's kind of interval (`intervals_in_force.as_shown`).

    Returns one row per variant in the columns `COLUMNS`. `term` is the one shown: on IVIG, or the days before the
    first dose. `main`: an estimate of what IVIG does (the others are shown, never counted). `as_set`: equal to the
    settings in force; `changes` says in words what differs. `status` and `note` as `estimate.result.RatioRow` has
    them, or "not_applicable" where the change makes no difference in this cohort, with the reason. `patients`,
    `infections`: those in the model, `patients_with_infection` of them; the case series has no others. `models`: also
    GEE, Andersen–Gill and PWP, which take longer.
    """
    return study.once(
        "sensitivity", spec.selection, spec.exposure, spec.endpoint, spec.model, models,
        make=lambda: _rows(study, spec, lambda now: variants(now, models)),
    )  # fmt: skip


def further_sensitivity(study: Study, spec: AnalysisSpec, topic: str = "") -> pd.DataFrame:
    """Rate ratios of `rows.every.further`, of one topic or all, beneath the ratio of the settings in force, in the
    columns `COLUMNS`."""
    return study.once(
        "further_sensitivity", spec.selection, spec.exposure, spec.endpoint, spec.model, topic,
        make=lambda: _rows(study, spec, lambda now: [AS_SET, *further(now, topic)]),
    )  # fmt: skip


def sensitivity_row(study: Study, spec: AnalysisSpec, variant: Variant) -> pd.Series:
    """One row of the table alone, in the columns `COLUMNS`."""
    return _rows(study, spec, lambda _: [variant]).iloc[0]


def _rows(study: Study, spec: AnalysisSpec, asked: Callable[[AnalysisSpec], list[Variant]]) -> pd.DataFrame:
    one = spec.change(window_cuts=())
    now = as_shown(study, one)
    table = pd.DataFrame([_row(study, now, variant) for variant in asked(now)], columns=list(COLUMNS))
    if now is not one:
        # The other models have a variance by patient whatever is asked for.
        table = pd.concat(
            [because(part) if name == SCCS else part for name, part in table.groupby("model")]
        ).sort_index()
        table["note"] = [
            "; ".join(filter(None, (note, NOT_ROBUST))) if name == FIRTH_ROW else note
            for name, note in zip(table["name"], table["note"], strict=True)
        ]
    return table.astype(dict.fromkeys(("irr", "ci_low", "ci_high", "p_value"), np.float64))


def _row(study: Study, spec: AnalysisSpec, variant: Variant) -> dict[str, object]:
    changed = spec.change(**variant.changes)
    named = {name: getattr(variant, name) for name in ("name", "group", "label", "model", "term", "main")}
    as_set = variant.as_set(spec)
    table, note = _estimates(study, changed, variant)
    found = rows_of(table)
    shown = next((row for row in found if row["term"] == variant.term), None)
    result = {name: shown[name] for name in RESULT} if shown else _none(note)
    added = _added(study, spec, changed, found) if variant.adjusters and variant.model == SCCS else {}
    return {
        **named,
        "as_set": as_set,
        "changes": "as set" if as_set else _changes(spec, changed) or variant.says or "another model",
        **result,
        **added,
    }


def _estimates(study: Study, spec: AnalysisSpec, variant: Variant) -> tuple[pd.DataFrame, str]:
    """The rows of a model, or none and why."""
    try:
        if variant.fit is None and variant.model == SCCS:
            return models.sccs_on_ivig(study, spec, _shared_axes(spec)), ""
        fit = variant.fit or getattr(models, variant.model)
        return fit(study, spec), "the model has no term on IVIG"
    except EstimationError as error:
        return pd.DataFrame(), str(error)


def _shared_axes(spec: AnalysisSpec) -> tuple[str, ...]:
    """What rows with the first adjusters cut person-time by, so that one split serves them all; a row with another
    adjuster has a split of its own anyway, which is cheaper without these."""
    return FIRST if set(spec.model.adjust_for) <= set(FIRST) else ()


def _none(note: str) -> dict[str, object]:
    numbers = dict.fromkeys(("irr", "ci_low", "ci_high", "p_value"), np.nan)
    return {"status": "not_identified", **numbers, **dict.fromkeys(COUNTS, 0), "note": note}


def _added(
    study: Study, spec: AnalysisSpec, changed: AnalysisSpec, rows: list[dict[str, Any]]
) -> dict[str, object]:  # fmt: skip
    """What has to be said of adjusters that a row adds: those that cannot be told change nothing."""
    names = [name for name in changed.model.adjust_for if name not in spec.model.adjust_for]
    empty = {name: note for name in names if (note := _says_nothing(study, changed, rows, name)) is not None}
    if not empty:
        return {}
    why = "; ".join(f"{WITH_IGG[name]}: {note}" for name, note in empty.items())
    if len(empty) < len(names):
        return {"note": f"not adjusted for {why}"}
    return {**_none(f"changes nothing ({why})"), "status": NOT_APPLICABLE}


def _says_nothing(study: Study, spec: AnalysisSpec, rows: list[dict[str, Any]], name: str) -> str | None:
    """Why no term of an adjuster is estimated; None where one is."""
    factors = adjuster(study.time(spec, _shared_axes(spec)), name)
    terms = {term for factor in factors for term in factor.terms}
    mine = [row for row in rows if row["term"] in terms]
    if any(row["status"] in HAS_BOUND for row in mine):
        return None
    return str(mine[0]["note"]) if mine else "not recorded"


def _changes(spec: AnalysisSpec, changed: AnalysisSpec) -> str:
    """The settings that differ, in words."""
    names = [name for name in SETTINGS if spec.get(name) != changed.get(name)]
    return "; ".join(f"{WORDS[name].label}: {text_of(name, changed.get(name))}" for name in names)


def counted_rows(table: pd.DataFrame) -> pd.DataFrame:
    """Rows that a count of directions is made of: estimates of what IVIG does, that have a bound."""
    return table[(table["main"] & table["status"].isin(HAS_BOUND)).to_numpy(bool)]
