"""What Lancman et al. (Haematologica 2026) print for the rows of a sensitivity table."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from ivig_core.evidence.comparisons.daratumumab.where import IVIG_TEXT, at
from ivig_core.evidence.table import Lookup, Result, find
from ivig_core.spec import AnalysisSpec, EndpointSpec, ExposureSpec, SelectionSpec
from ivig_core.terms import ON

ALL, SEVERE = "all_grade_infection", "grade_3_plus_infection"


def _on(endpoint: str, model: str) -> Lookup:
    return at(endpoint, ON, "irr", IVIG_TEXT, model=model)


LOOKUPS = {
    EndpointSpec(): {
        "crude": _on(ALL, "sccs"),
        "without_30": _on(ALL, "sccs_pre30"),
        "without_30_pre": at("infection", "pre_ivig_30_days", "irr", IVIG_TEXT),
        "without_60": _on(ALL, "sccs_pre60"),
        "without_60_pre": at("infection", "pre_ivig_60_days", "irr", IVIG_TEXT),
        "phase": _on(ALL, "sccs_adjusted_progression"),
        "season": _on(ALL, "sccs_adjusted_season"),
    },
    EndpointSpec(min_grade=3): {"crude": _on(SEVERE, "sccs"), "without_60": _on(SEVERE, "sccs_pre60")},
}


def published_rows(spec: AnalysisSpec) -> dict[str, Result]:
    """The paper's number by name of a row; none where the settings in force are others than the paper's."""
    # What a row itself sets may differ.
    exposure = replace(spec.exposure, pre_exposure_days=0, from_first_dose=False, window_cuts=())
    everybody = spec.selection == SelectionSpec() and not spec.model.adjust_for
    papers = exposure == ExposureSpec() and everybody
    return {name: find(lookup) for name, lookup in LOOKUPS.get(spec.endpoint, {}).items()} if papers else {}


def with_published(table: pd.DataFrame, spec: AnalysisSpec) -> pd.DataFrame:
    """The table of `study.sensitivity` with `published`, `published_low`, `published_high`: as printed, blank where
    nothing is."""
    found = published_rows(spec)
    rows = [found.get(name) for name in table["name"]]
    columns = {"published": "estimate", "published_low": "ci_low", "published_high": "ci_high"}
    texts = {name: [getattr(row, part) if row else "" for row in rows] for name, part in columns.items()}
    return table.assign(**texts)
