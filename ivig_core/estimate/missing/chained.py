"""Multiple imputation by chained equations: one variable after the other, given all others, several times round."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

import numpy as np

from ivig_core.errors import EstimationError
from ivig_core.estimate.missing.draws import level_codes, number_donors
from ivig_core.estimate.missing.variables import Completed, Incomplete

SEED = 20110228
ROUNDS = 10
FEWEST_TABLES, MOST_TABLES = 20, 100
FEWEST_BEYOND = 10
"""Known values of a variable beyond the coefficients of its own model: with fewer, the draws say nothing."""
LARGEST = 2_000_000
"""Numbers of the predictors of all patients in the tables that are made together."""


def tables_needed(incomplete: float) -> int:
    """How many completed tables for this share of patients with a missing value: as many as per cent of patients are
    incomplete (White, Royston & Wood, Stat Med 2011;30:377, section 7), between 20 and 100."""
    return int(min(max(np.ceil(100 * incomplete), FEWEST_TABLES), MOST_TABLES))


def impute(
    variables: Sequence[Incomplete],
    also: np.ndarray,
    tables: int,
    seed: int = SEED,
    progress: Callable[[float], None] = lambda share: None,
    given: Mapping[str, Collection[str]] | None = None,
) -> Completed:
    """Draw the missing values of `variables` from what is known of the same patients, `tables` times.

    Chained equations (van Buuren, Stat Methods Med Res 2007;16:219): gaps begin with values of other patients at
    random; then 10 times round, each variable with gaps is drawn from its own model given all others and `also`.
    Numbers by predictive mean matching, levels by a multinomial logistic model (`draws`). `also` (n, k): what is known
    of everybody and belongs into these models, as the outcome of the analysis. `given`: names of the variables in the
    model of each one with gaps, all others where it is not given.

    The same `seed` gives the same tables whatever else is drawn in this process. `progress` is told the share done.

    Raises `EstimationError` where a variable has too few known values for its model.
    """
    gaps = sorted((v for v in variables if v.missing.any()), key=lambda v: int(v.missing.sum()))
    models = {gap.name: _model(gap, variables, given) for gap in gaps}
    for gap in gaps:
        _check(gap, sum(other.width for other in models[gap.name]) + also.shape[1] + 1)
    numbers = len(also) * (1 + also.shape[1] + sum(variable.width for variable in variables))
    together = max(LARGEST // max(numbers, 1), 1)
    parts, rng = [], np.random.default_rng(seed)
    for done in range(0, tables if gaps else 0, together):
        size = min(together, tables - done)
        chain = _Chain(variables, also, size, rng)
        for turn in range(ROUNDS):
            for variable in gaps:
                chain.draw(variable, models[variable.name])
            progress((done + size * (turn + 1) / ROUNDS) / tables)
        parts.append(chain.source)
    return Completed(tables, {gap.name: np.concatenate([part[gap.name] for part in parts]) for gap in gaps})


def _model(
    gap: Incomplete, variables: Sequence[Incomplete], given: Mapping[str, Collection[str]] | None
) -> list[Incomplete]:
    """The other variables in the model of one."""
    return [v for v in variables if v is not gap and (given is None or v.name in given[gap.name])]


def _check(variable: Incomplete, coefficients: int) -> None:
    known = int((~variable.missing).sum())
    if known < coefficients + FEWEST_BEYOND:
        raise EstimationError(
            f"{variable.name} is known of {known:,} {'patient' if known == 1 else 'patients'}, too few for the "
            f"{coefficients} coefficients of the model that its missing values would be drawn from"
        )


class _Chain:
    """Several tables in the making; `source` as in `Completed`."""

    def __init__(
        self, variables: Sequence[Incomplete], also: np.ndarray, tables: int, rng: np.random.Generator
    ) -> None:
        self._rng = rng
        self.source: dict[str, np.ndarray] = {}
        self._last: dict[str, np.ndarray] = {}
        self._own: dict[str, range] = {}
        spread = also.std(axis=0)
        columns = [np.ones((len(also), 1)), (also - also.mean(axis=0)) / np.where(spread > 0, spread, 1)]
        filled = [np.broadcast_to(part, (tables, *part.shape)) for part in columns]
        place = self._always = 1 + also.shape[1]
        for variable in variables:
            self._own[variable.name] = range(place, place + variable.width)
            place += variable.width
            filled.append(variable.columns(self._begin(variable, tables)))
        self._X = np.concatenate(filled, axis=2)

    def _begin(self, variable: Incomplete, tables: int) -> np.ndarray:
        """Values (tables, n) with those of other patients in the gaps."""
        gaps = variable.missing
        values = np.tile(variable.values, (tables, 1))
        values[:, gaps] = self._rng.choice(variable.values[~gaps], (tables, int(gaps.sum())))
        return values

    def draw(self, variable: Incomplete, given: Sequence[Incomplete]) -> None:
        """Draw the gaps of one variable given others as they are now."""
        own, known = self._own[variable.name], ~variable.missing
        always = range(self._always)
        X = self._X[:, :, [*always, *(at for other in given for at in self._own[other.name])]]
        if variable.levels:
            start = self._last.get(variable.name)
            if start is None:
                start = np.zeros((len(X), variable.levels - 1, X.shape[2]))
            source, self._last[variable.name] = level_codes(
                X, variable.values, variable.levels, known, start, self._rng
            )
            values = source.astype(float)
        else:
            source = np.flatnonzero(known)[number_donors(X, variable.values, known, self._rng)]
            values = variable.values[source]
        self.source[variable.name] = source
        self._X[:, variable.missing, own.start : own.stop] = variable.columns(values)
