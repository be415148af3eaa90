"""The likelihood of the case series as a query: value, score and information are sums that an engine returns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations_with_replacement

import numpy as np

from ivig_core.estimate.likelihood import Derivatives, spread
from ivig_core.lazy import library
from ivig_core.registry.engine import Engine
from ivig_core.registry.table import Table, Value

ibis = library("ibis")

Place = tuple[str, int]
"""A level of a factor: the name of the factor and the code of the level."""


@dataclass(frozen=True)
class QueryLikelihood:
    """`estimate.likelihood.ConditionalPoisson` of cells that stay with the engine, a group of patients after another.

    `parts`: cells (`id`, a code a factor, `days`, `infections`) of patients with days in two cells and more. `places`:
    the level that each coefficient is of. `patterns` (cells that there are × factors, named `factors`): what `reach`
    looks at. `held`: levels whose coefficient is a fixed number. Each `at` is one query a part, of 1 + p +
    p (p + 1) / 2 sums over patients.
    """

    engine: Engine
    parts: Sequence[Table]
    places: tuple[Place, ...]
    factors: tuple[str, ...]
    patterns: np.ndarray
    held: Mapping[Place, float] = field(default_factory=dict)

    def at(self, beta: np.ndarray) -> Derivatives:
        """Value, score (p,) and information (p, p) at β."""
        p = len(self.places)
        value, score, information = 0.0, np.zeros(p), np.zeros((p, p))
        for part in self.parts:
            found = self._row(_of_patients(part, self._rates(beta), self.places), _derivatives)
            value += found["value"] or 0.0
            score += [found[f"score_{at}"] or 0.0 for at in range(p)]
            for one, two in combinations_with_replacement(range(p), 2):
                information[one, two] += found[f"information_{one}_{two}"] or 0.0
        return Derivatives(value, score, information + np.triu(information, 1).T)

    def meat(self, beta: np.ndarray) -> np.ndarray:
        """Σ over patients of the products of their scores (p, p), for the sandwich by patient."""
        p = len(self.places)
        found = np.zeros((p, p))
        for part in self.parts:
            row = self._row(_of_patients(part, self._rates(beta), self.places), _products)
            for one, two in combinations_with_replacement(range(p), 2):
                found[one, two] += row[f"product_{one}_{two}"] or 0.0
        return found + np.triu(found, 1).T

    def reach(self, step: np.ndarray) -> float:
        """How far apart a step of β moves the linear predictors of two cells at most."""
        moved = np.zeros(len(self.patterns))
        for (name, code), by in zip(self.places, step, strict=True):
            moved += by * (self.patterns[:, self.factors.index(name)] == code)
        return spread(moved)

    def fix(self, column: int, value: float) -> QueryLikelihood:
        """The likelihood of the other coefficients with one held at `value`."""
        places = (*self.places[:column], *self.places[column + 1 :])
        return replace(self, places=places, held={**self.held, self.places[column]: float(value)})

    def _rates(self, beta: np.ndarray) -> dict[Place, float]:
        return {**self.held, **dict(zip(self.places, beta.tolist(), strict=True))}

    def _row(self, patients: Table, sums: object) -> dict[str, float]:
        made = sums(patients, len(self.places))  # type: ignore[operator]
        return self.engine.rows(patients.aggregate(**made)).to_pylist()[0]


def _of_patients(cells: Table, rates: Mapping[Place, float], places: Sequence[Place]) -> Table:
    """Sums of each patient: infections `n`, weighted days `w`, both also in each level (`n_0`, `w_0`, …) and the
    weighted days in each pair of levels (`w_0_1`, …); `v`: Σ n log(weighted days)."""
    eta = ibis.literal(0.0)
    for name in dict.fromkeys(name for name, _ in rates):
        mine = [(cells[name] == code, rate) for (factor, code), rate in rates.items() if factor == name]
        eta = eta + ibis.cases(*mine, else_=0.0)
    log_weight = cells.days.cast("float64").ln() + eta
    rows = cells.mutate(log_weight=log_weight, weight=log_weight.exp(), n=cells.infections.cast("float64"))
    nothing = ibis.literal(0.0)

    def inside(value: Value, *levels: Place) -> Value:
        where = ibis.literal(True)
        for name, code in levels:
            where = where & (rows[name] == code)
        return ibis.ifelse(where, value, nothing).sum()

    sums = {"n": rows.n.sum(), "w": rows.weight.sum(), "v": (rows.n * rows.log_weight).sum()}
    for at, place in enumerate(places):
        sums |= {f"n_{at}": inside(rows.n, place), f"w_{at}": inside(rows.weight, place)}
    for one, two in combinations_with_replacement(range(len(places)), 2):
        if one != two and places[one][0] != places[two][0]:
            sums[f"w_{one}_{two}"] = inside(rows.weight, places[one], places[two])
    return rows.group_by("id").aggregate(**sums)


def _derivatives(of: Table, p: int) -> dict[str, Value]:
    sums = {"value": (of.v - of.n * of.w.ln()).sum()}
    share = [of[f"w_{at}"] / of.w for at in range(p)]
    for at in range(p):
        sums[f"score_{at}"] = (of[f"n_{at}"] - of.n * share[at]).sum()
    for one, two in combinations_with_replacement(range(p), 2):
        # A day is in one level of a factor: of two of them it has no pair.
        both = share[one] if one == two else of[f"w_{one}_{two}"] / of.w if f"w_{one}_{two}" in of.columns else 0.0
        sums[f"information_{one}_{two}"] = (of.n * (both - share[one] * share[two])).sum()
    return sums


def _products(of: Table, p: int) -> dict[str, Value]:
    score = [of[f"n_{at}"] - of.n * of[f"w_{at}"] / of.w for at in range(p)]
    return {
        f"product_{one}_{two}": (score[one] * score[two]).sum()
        for one, two in combinations_with_replacement(range(p), 2)
    }
