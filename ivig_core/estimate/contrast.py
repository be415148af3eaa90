"""Which terms of a conditional Poisson model have an estimate, and why the others have none.

Done before fitting: a level without infections would otherwise come out as a huge number with a huge standard error.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy.linalg import qr
from scipy.optimize import linprog

from ivig_core.estimate.cells import Cells
from ivig_core.estimate.likelihood import ConditionalPoisson

OK, NO_EXPOSED, NO_REFERENCE = "ok", "no_events_exposed", "no_events_reference"
NO_CONTRAST, NOT_IDENTIFIED, NO_CONVERGENCE = "no_contrast", "not_identified", "no_convergence"
NULL = 1e-9


@dataclass(eq=False)
class Screen:
    """Outcome of the checks.

    `cells`: what is left to fit; `columns`: indices (into `Cells.terms`) of the coefficients to fit, nuisance ones of a
    factor without reference events among them; `status` and `note` per term; `informative`: strata with days both in
    and outside the level, per term; `own` and `reference`: infections of those strata in the level and in the factor's
    reference; `before`: per monotone term the cells it was judged on.
    """

    cells: Cells
    columns: list[int]
    status: dict[str, str]
    note: dict[str, str] = field(default_factory=dict)
    informative: dict[str, int] = field(default_factory=dict)
    own: dict[str, int] = field(default_factory=dict)
    reference: dict[str, int] = field(default_factory=dict)
    before: dict[str, Cells] = field(default_factory=dict)


def screen(data: Cells) -> Screen:
    """Take out, one after another, terms without contrast, levels without infections and empty reference levels."""
    result = Screen(data, [], dict.fromkeys(data.terms, OK))
    for number in range(len(data.factors)):
        _count(result, number)
    while _drop_one(result):
        pass
    result.columns = [index for index, term in enumerate(data.terms) if result.status[term] == OK]
    result.columns += _nuisance(result)
    result.columns.sort()
    drop_aliased(result)
    return result


def _members(data: Cells, number: int, code: int) -> tuple[np.ndarray, np.ndarray]:
    """Cells in the level, and cells of strata that have days both in it and outside."""
    inside = data.codes[:, number] == code
    both = (data.totals(inside) > 0) & (data.totals(~inside) > 0)
    return inside, both[data.stratum]


def _count(result: Screen, number: int) -> None:
    data = result.cells
    _, terms = data.factors[number]
    reference = data.codes[:, number] == 0
    for code, term in enumerate(terms, start=1):
        inside, informative = _members(data, number, code)
        result.informative[term] = len(np.unique(data.cluster[informative]))
        result.own[term] = int(data.infections[inside & informative].sum())
        result.reference[term] = int(data.infections[reference & informative].sum())


def _drop_one(result: Screen) -> bool:
    """Apply the first check that fires; True if one did."""
    for number, (_, terms) in enumerate(result.cells.factors):
        alive = [(code, term) for code, term in enumerate(terms, start=1) if result.status[term] == OK]
        for code, term in alive:
            if _drop_level(result, number, code, term):
                return True
        if alive and _drop_reference(result, number, [term for _, term in alive]):
            return True
    return False


def _drop_level(result: Screen, number: int, code: int, term: str) -> bool:
    data = result.cells
    inside, informative = _members(data, number, code)
    if not informative.any():
        result.status[term] = NO_CONTRAST
        days = "has days in this level" if not inside.any() else "has days both in this level and outside it"
        result.note[term] = f"no patient with an infection {days}"
        return True
    if data.infections[inside & informative].sum() > 0:
        return False
    result.status[term] = NO_EXPOSED
    result.note[term] = "no infection in this level among patients with days in it and outside it"
    result.before[term] = data.keep(informative)
    result.cells = data.keep(~(inside & informative))
    return True


def _drop_reference(result: Screen, number: int, alive: list[str]) -> bool:
    data = result.cells
    inside, informative = _members(data, number, 0)
    if not informative.any() or data.infections[inside & informative].sum() > 0:
        return False
    for term in alive:
        result.status[term] = NO_REFERENCE
        result.note[term] = "no infection in the reference level among patients with days in it and outside it"
        if len(alive) == 1:
            result.before[term] = data.keep(informative)
    result.cells = data.keep(~(inside & informative))
    return True


def _nuisance(result: Screen) -> list[int]:
    """Levels of a factor without reference events still differ among themselves: all but one stay in the model."""
    columns = []
    terms = list(result.cells.terms)
    for _, names in result.cells.factors:
        without = [terms.index(name) for name in names if result.status[name] == NO_REFERENCE]
        columns += without[1:]
    return columns


def drop_aliased(result: Screen) -> None:
    """Name the terms whose columns depend on each other within patients, and keep an independent set to fit."""
    if not result.columns:
        return
    data = result.cells
    X = data.design()[:, result.columns]
    likelihood = ConditionalPoisson(data.stratum, np.log(data.days), data.infections, X)
    information = likelihood.at(np.zeros(X.shape[1])).information
    scale = np.sqrt(np.clip(np.diag(information), 0, None))
    dead = scale <= NULL
    safe = np.where(dead, 1, scale)
    values, vectors = np.linalg.eigh(information / np.outer(safe, safe))
    null = vectors[:, values < NULL]
    aliased = (np.abs(null) > 1e-5).any(axis=1) | dead
    if not aliased.any():
        return
    terms = [data.terms[index] for index in result.columns]
    names = [term for term, bad in zip(terms, aliased, strict=True) if bad and result.status[term] == OK]
    for term in names:
        result.status[term] = NOT_IDENTIFIED
        others = ", ".join(name for name in names if name != term)
        result.note[term] = f"cannot be told apart from {others}" if others else "does not vary within any patient"
    _, _, order = qr(information / np.outer(safe, safe), pivoting=True)
    rank = int((values >= NULL).sum())
    result.columns = sorted(result.columns[index] for index in order[:rank])


def separated(data: Cells, columns: list[int]) -> np.ndarray:
    """A direction (one entry per column) along which the likelihood never falls and never reaches a maximum.

    All zero if there is none. Linear programme: over all cells with infections, x_c δ must be the largest of the
    stratum; the sum of the shortfalls of the other cells is made as large as |δ| ≤ 1 allows
    (Albert & Anderson, Biometrika 1984;71:1, in conditional form).
    """
    X = data.design()[:, columns]
    with_infection = np.flatnonzero(data.infections > 0)
    first = with_infection[np.searchsorted(data.stratum[with_infection], np.arange(data.strata))]
    difference = X - X[first][data.stratum]
    # Patterns repeat over patients: the programme needs each of them once.
    ties = np.unique(difference[with_infection], axis=0)
    difference = np.unique(difference, axis=0)
    solution = linprog(
        c=difference.sum(axis=0),
        A_ub=difference,
        b_ub=np.zeros(len(difference)),
        A_eq=ties,
        b_eq=np.zeros(len(ties)),
        bounds=(-1, 1),
        method="highs",
    )
    if solution.status != 0 or solution.fun > -1e-7:
        return np.zeros(len(columns))
    return np.where(np.abs(solution.x) > 1e-7, solution.x, 0)
