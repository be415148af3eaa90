"""The case series of a registry: in memory where its cells are few, else from sums over patients."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ivig_core.errors import EstimationError, SpecError
from ivig_core.estimate.bias_reduced_fit import FIRTH
from ivig_core.estimate.contrast import NO_CONVERGENCE, NO_EXPOSED, NO_REFERENCE, NOT_IDENTIFIED, OK
from ivig_core.estimate.fit import FEW, SUSPECT, kind_of_interval, ratio_rows, robust_se, with_interval
from ivig_core.estimate.intervals import profile
from ivig_core.estimate.likelihood import Maximum, maximise
from ivig_core.estimate.result import RatioRow
from ivig_core.estimate.rows import filled
from ivig_core.registry.engine import Engine
from ivig_core.registry.fit.blocks import MORE, BlocksLikelihood, in_blocks
from ivig_core.registry.fit.by_query import QueryLikelihood
from ivig_core.registry.fit.screening import Screened, screen
from ivig_core.registry.fit.series import Model, Size, in_memory, size_of
from ivig_core.registry.table import Table

Added = QueryLikelihood | BlocksLikelihood
SERIES = "sccs"
NOT_LOOKED_FOR = "is not looked for in so many cells: ask for fewer adjusters, or select patients"
FAR = f"a ratio so far from 1 can be one without end, which {NOT_LOOKED_FOR}"
NO_BOUND = "; its exact bound is not looked for in so many cells"
SEVERAL = (
    "; other levels have none either, and whether days are left to compare with is not looked for in so many cells"
)


def fitted_rows(engine: Engine, parts: Sequence[Table], model: Model, ci_method: str, budget: int) -> list[RatioRow]:
    """One row per term of the model from its cells (`series.of_model`), one table a group of patients.

    Up to `budget` cells of patients with something to compare are taken into memory and fitted as `analyze` does. Of
    more each step of Newton's method is a query, or, of up to `MORE` times as many on an engine of this machine, goes
    through them in memory, a group of patients after another. Then a level without infections has no exact bound, and
    terms that separate days with infections from days without are not looked for: the rows say so.

    Raises
    ------
    SpecError
        where `ci_method` is "firth" and there are more cells than that.
    """
    size = size_of(engine, parts, model)
    if size.cells <= budget:
        rows = ratio_rows(in_memory(engine, parts, model, size.alone), SERIES, ci_method)
        return [size.counted(row) for row in rows]
    if ci_method == FIRTH:
        others = f"auto, wald, profile or robust for a registry with {size.cells:,} cells to compare"
        raise SpecError("ci_method", ci_method, f"{others}: the penalty needs them in memory")
    compared = [part.filter(part.patterns > 1) for part in parts]
    screened = screen(engine, compared, model, size)
    room = engine.at_once is not None and size.cells <= MORE * budget
    likelihood = in_blocks(screened.likelihood) if room else screened.likelihood
    return _added(screened, likelihood, model, size, ci_method)


def _added(screened: Screened, likelihood: Added, model: Model, size: Size, ci_method: str) -> list[RatioRow]:
    rows = [_blank(screened, term) for term in model.terms]
    try:
        top = maximise([likelihood], np.zeros(len(screened.screen.columns)))
        reason = FAR if len(top.beta) and np.abs(top.beta).max() >= SUSPECT else ""
    except EstimationError as error:
        reason = f"{error}; whether terms separate days with infections from days without {NOT_LOOKED_FOR}"
    if reason:
        return [
            size.counted(filled(row, status=NO_CONVERGENCE, note=reason) if row.status == OK else row) for row in rows
        ]
    fitted = _Fitted(screened, likelihood, top)
    return [size.counted(_row(fitted, row, ci_method)) for row in rows]


def _blank(screened: Screened, term: str) -> RatioRow:
    found = screened.screen
    return RatioRow(
        SERIES, term, found.status[term], note=found.note.get(term, ""), informative_patients=found.informative[term]
    )


@dataclass
class _Fitted:
    """A maximum found from sums over patients, with its covariances."""

    screened: Screened
    likelihood: Added
    top: Maximum

    @cached_property
    def covariance(self) -> np.ndarray:
        return np.linalg.inv(self.top.information)

    @cached_property
    def robust(self) -> np.ndarray:
        """Sandwich with the scores added up by patient."""
        return self.covariance @ self.likelihood.meat(self.top.beta) @ self.covariance


def _row(fitted: _Fitted, row: RatioRow, ci_method: str) -> RatioRow:
    found = fitted.screened.screen
    if row.status in (NO_EXPOSED, NO_REFERENCE):
        if len(fitted.screened.left_out) > 1:
            return filled(row, status=NOT_IDENTIFIED, note=row.note + SEVERAL)
        ratio = {"irr": 0.0, "ci_low": 0.0} if row.status == NO_EXPOSED else {}
        return filled(row, **ratio, note=row.note + NO_BOUND)
    if row.status != OK:
        return row
    terms = [found.data.terms[index] for index in found.columns]
    at = terms.index(row.term)
    se = float(np.sqrt(fitted.covariance[at, at]))
    few = min(found.own[row.term], found.reference[row.term]) < FEW
    return with_interval(
        row, float(fitted.top.beta[at]), se, kind_of_interval(ci_method, few),
        lambda: robust_se(fitted.robust[at, at], row.informative_patients),
        lambda: profile(fitted.likelihood, fitted.top, at, se),
    )  # fmt: skip
