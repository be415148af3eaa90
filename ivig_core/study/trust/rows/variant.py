"""One row of a sensitivity table: what it changes about the settings in force, and how it is fitted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study
from ivig_core.terms import ON

DAYS, ADJUSTED, COUNTED, MODELS = "first_dose", "adjusted", "counted", "models"
MEDIATOR, EXTENDED = "mediator", "extended"
DEFINED, FOLLOW_UP, IGG_DAYS = "defined", "end_of_follow_up", "igg_days"
NOT_APPLICABLE = "not_applicable"
SCCS, GEE, ANDERSEN_GILL, PWP, EVENT_DEPENDENT = "sccs", "gee", "andersen_gill", "pwp", "event_dependent"

Fit = Callable[[Study, AnalysisSpec], pd.DataFrame]
"""From the settings in force, as a row changes them, to rows as `study.rates.models.sccs` gives them."""


@dataclass(frozen=True)
class Variant:
    """One row: `changes` of the settings in force, the `model`, and the `term` that is shown.

    `fit`: for a row that no setting can express, what is computed in the place of a model of `study.rates.models`;
    `says` is then what it changes, in words. `aside`: shown for context, as an extended method is.
    """

    name: str
    group: str
    label: str
    changes: dict[str, Any] = field(default_factory=dict)
    model: str = SCCS
    term: str = ON
    fit: Fit | None = None
    says: str = ""
    aside: bool = False

    @property
    def main(self) -> bool:
        """Whether the row is an estimate of what IVIG does by a settled method: not the days before it, not one with a
        mediator, not an extended method, not of days of some IgG alone."""
        return self.term == ON and self.group not in (MEDIATOR, EXTENDED, IGG_DAYS) and not self.aside

    def as_set(self, spec: AnalysisSpec) -> bool:
        """Whether the row is the analysis in force."""
        return self.main and self.model == SCCS and self.fit is None and spec.change(**self.changes) == spec

    @property
    def adjusters(self) -> tuple[str, ...]:
        """What the row adds to the model."""
        return tuple(self.changes.get("adjust_for", ()))
