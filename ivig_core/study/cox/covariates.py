"""Baseline variables as covariates of a Cox regression."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ivig_core.cohort.cohort import Cohort
from ivig_core.cohort.columns import BY_NAME
from ivig_core.errors import SpecError
from ivig_core.estimate.cox.data import Covariate, default_reference, levels, not_usable, number
from ivig_core.persontime.baseline import (
    BASELINE_IGG,
    FEW_VALUES,
    MAX_LEVELS,
    baseline_columns,
    baseline_levels,
    baseline_values,
)
from ivig_core.spec import ExposureSpec

UNITS = {"age": 5.0, "years_since_diagnosis": 5.0, "weight_kg": 10.0, BASELINE_IGG: 100.0}
"""What a ratio of a number is per where nothing else is chosen, else 1. Age and years: Table 1 of the 2026 study."""


@dataclass(frozen=True)
class CovariateChoice:
    """How baseline variables enter a model: a value that results can be remembered by.

    `references` (variable, level), `units` (variable, number), `bands`: numbers to be taken in bands.
    """

    references: tuple[tuple[str, str], ...] = ()
    units: tuple[tuple[str, float], ...] = ()
    bands: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        references: Mapping[str, str] | None = None,
        units: Mapping[str, float] | None = None,
        bands: Collection[str] = (),
    ) -> CovariateChoice:
        """The choice from mappings, in an order that does not depend on theirs."""
        return cls(
            tuple(sorted((references or {}).items())),
            tuple(sorted((name, float(unit)) for name, unit in (units or {}).items())),
            tuple(sorted(bands)),
        )

    def check(self, known: Collection[str]) -> None:
        """Raises `SpecError` where a choice is about a variable that is not `known`."""
        for field, names in (("references", dict(self.references)), ("units", dict(self.units)), ("bands", self.bands)):
            for name in names:
                if name not in known:
                    raise SpecError(field, name, f"baseline variables: {', '.join(known)}")


def covariate(
    cohort: Cohort, name: str, exposure: ExposureSpec, patients: np.ndarray, choice: CovariateChoice
) -> Covariate:
    """A baseline variable of `patients` (codes), one row each.

    A number is a quantity, per its unit; in the bands of the format (the user's own: quarters) where `choice.bands`
    names it. Up to six different numbers of a column of the user's own are a code for levels. Everything else is levels
    against a reference (`cox_data.default_reference`; of IgG the highest level), with more than 20 none at all.

    Raises `SpecError` for a variable that the cohort does not have, or a reference or unit that does not fit it.
    """
    known = baseline_columns(cohort)
    if name not in known:
        raise SpecError("covariates", name, f"a baseline variable: {', '.join(known)}")
    values = baseline_values(cohort, name, exposure)
    numeric = pd.api.types.is_numeric_dtype(values)
    if numeric and name not in choice.bands and not _is_code(cohort, name, values):
        if name in dict(choice.references):
            raise SpecError("references", name, "variables of levels; a number has some where it is taken in bands")
        column = BY_NAME.get(name)
        word = "mg/dL" if name == BASELINE_IGG else (column.unit or "") if column else ""
        unit = dict(choice.units).get(name, UNITS.get(name, 1.0))
        return number(name, values.to_numpy(float)[patients], unit, word)
    if name in dict(choice.units):
        raise SpecError("units", name, "variables that enter as a number")
    everybody = baseline_levels(cohort, name, exposure, banded=name in choice.bands)
    everybody = everybody.as_ordered() if numeric else everybody
    mine = everybody[patients].remove_unused_categories()
    if len(mine.categories) > MAX_LEVELS:
        return not_usable(name, len(patients), f"{len(mine.categories)} different values, too many to compare")
    return levels(name, mine, dict(choice.references).get(name) or _reference(name, everybody, mine))


def _reference(name: str, everybody: pd.Categorical, mine: pd.Categorical) -> str | None:
    """The default level of the whole cohort, so that it stays when the event changes, if any of these are in it."""
    if not len(everybody.categories):
        return None
    code = len(everybody.categories) - 1 if name == BASELINE_IGG else default_reference(name, everybody)
    level = str(everybody.categories[code])
    return level if level in map(str, mine.categories) else None


def _is_code(cohort: Cohort, name: str, values: pd.Series) -> bool:
    return name in cohort.own_baseline and values.nunique() <= FEW_VALUES
