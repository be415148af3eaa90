"""How strong a hidden cause, or how wrong the records, would have to be to undo the answer."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from ivig_core.errors import EstimationError
from ivig_core.estimate.rates.sccs import sccs_cells
from ivig_core.estimate.trust.e_value import HAZARD, RISK, e_value
from ivig_core.estimate.trust.tipping import Tipping, tipping
from ivig_core.spec import AnalysisSpec
from ivig_core.study.cox.ratios import LANDMARK, TIME_VARYING, cox_rows
from ivig_core.study.overview.headline import HAS_BOUND, OK, headline, ratio_of
from ivig_core.study.rates.intervals_in_force import as_shown
from ivig_core.study.study import Study
from ivig_core.terms import ON

COMMON = 0.15
"""Share of patients with the event from which a hazard ratio is converted before its E-value."""
RATE, LANDMARK_HR, VARYING_HR = "rate", "hazard_landmark", "hazard_time_varying"
STRENGTH_COLUMNS = ("quantity", "label", "ratio", "ci_low", "ci_high", "converted", "e_value", "e_value_limit")


@dataclass(frozen=True, eq=False)
class HiddenCause:
    """`strength`: E-values, one row per ratio, columns `STRENGTH_COLUMNS` (`converted`: from hazards of a common
    event). `records`: the shares at which the interval of the main ratio reaches 1, None with the `reason` where that
    cannot be asked."""

    strength: pd.DataFrame
    records: Tipping | None
    reason: str


def hidden_cause(study: Study, spec: AnalysisSpec) -> HiddenCause:
    """E-values of the ratio in force, of the four rules about the first dose and of the hazard ratios of IVIG; tipping
    points of the ratio in force, which is the first of `strength`.

    See `estimate.trust.e_value` and `estimate.trust.tipping`. Ratios without an estimate have no row.
    """
    return study.once("hidden_cause", spec, make=lambda: _made(study, spec))


def _made(study: Study, spec: AnalysisSpec) -> HiddenCause:
    rows = [*_rates(study, spec), *_hazards(study, spec)]
    records, reason = _records(study, spec.change(window_cuts=()))
    return HiddenCause(pd.DataFrame(rows, columns=list(STRENGTH_COLUMNS)), records, reason)


def _rates(study: Study, spec: AnalysisSpec) -> Iterator[dict[str, object]]:
    head = headline(study, spec)
    rules = sorted((row for _, row in head.known.iterrows()), key=lambda row: row["irr"] != head.main["irr"])
    # The analysis as set is one of the rules, unless settings beyond the first dose differ.
    own = [] if any(row["irr"] == head.main["irr"] for row in rules) else [head.main]
    for row in (*own, *rules):
        limits = [float(row[name]) for name in ("ci_low", "ci_high")]
        yield from _row(RATE, str(row["label"]), ratio_of(row), limits[0], limits[1], common=False)


def _hazards(study: Study, spec: AnalysisSpec) -> Iterator[dict[str, object]]:
    try:
        table = cox_rows(study, spec)
    except EstimationError:
        return
    for quantity, model, term in ((LANDMARK_HR, LANDMARK, "ivig"), (VARYING_HR, TIME_VARYING, ON)):
        found = table[((table["model"] == model) & (table["term"] == term) & (table["status"] == OK)).to_numpy(bool)]
        for _, row in found.iterrows():
            common = row["events"] > COMMON * row["patients"]
            yield from _row(quantity, "", float(row["hr"]), float(row["ci_low"]), float(row["ci_high"]), common=common)


def _row(
    quantity: str, label: str, ratio: float, low: float, high: float, *, common: bool
) -> Iterator[dict[str, object]]:
    low, high = (0.0 if math.isnan(low) else low), (math.inf if math.isnan(high) else high)
    if math.isnan(ratio) or (low, high) == (0.0, math.inf):
        return
    found = e_value(ratio, low, high, RISK if quantity == RATE else HAZARD, common=bool(common))
    numbers = (quantity, label, ratio, low, high, bool(common), found.estimate, found.limit)
    yield dict(zip(STRENGTH_COLUMNS, numbers, strict=True))


def _records(study: Study, spec: AnalysisSpec) -> tuple[Tipping | None, str]:
    main = headline(study, spec).main
    if main["status"] not in HAS_BOUND:
        return None, "There is no rate ratio that wrong records could move."
    if not (main["ci_high"] == main["ci_high"] and math.isfinite(main["ci_high"])):
        return None, "The ratio has no upper limit that could reach 1."
    if main["ci_high"] >= 1:
        return None, "The interval of the ratio holds 1 as it is: no error in the records is needed."
    data = sccs_cells(study.time(spec), spec.model)
    return tipping(data, as_shown(study, spec).model.ci_method, spec.exposure.window_days), ""
