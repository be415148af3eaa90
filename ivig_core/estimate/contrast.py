"""Which terms of a conditional Poisson model have an estimate, and why the others have none.

Done before fitting: a level without infections would otherwise come out as a huge number with a huge standard error.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.linalg import qr

from ivig_core.estimate.cells import Cells
from ivig_core.estimate.likelihood import ConditionalPoisson, linear
from ivig_core.lazy import library
from ivig_core.runs import run_starts

optimize = library("scipy.optimize")


OK, NO_EXPOSED, NO_REFERENCE = "ok", "no_events_exposed", "no_events_reference"
NO_CONTRAST, NOT_IDENTIFIED, NO_CONVERGENCE = "no_contrast", "not_identified", "no_convergence"
ON_NEITHER_SIDE = "no infection in this level or in the reference level"
NULL = 1e-9
LEVEL_OF_LP = 1e-6
MOST_NAMES = 3

Level = tuple[int, int]
"""Number of a factor and code of one of its levels."""


@dataclass(eq=False)
class Screen:
    """Outcome of the checks.

    `columns`: indices into `Cells.terms` of the coefficients to fit, independent of each other; among them can be
    nuisance ones whose term has no estimate of its own. `status` and `note` per term. `informative`: patients with an
    infection and days both in and outside the level; `own` and `reference`: their infections in the level and in its
    factor's reference. `left_out`: by level, (factor number, code), cells without infections whose rate the likelihood
    sends to zero; `behind`: more such cells, of terms that are separated together. `likelihood`: the last one asked
    for, with what it was made of: the screen and the fit look at the same one.
    """

    data: Cells
    columns: list[int] = field(default_factory=list)
    status: dict[str, str] = field(default_factory=dict)
    note: dict[str, str] = field(default_factory=dict)
    informative: dict[str, int] = field(default_factory=dict)
    own: dict[str, int] = field(default_factory=dict)
    reference: dict[str, int] = field(default_factory=dict)
    left_out: dict[Level, np.ndarray] = field(default_factory=dict)
    behind: list[np.ndarray] = field(default_factory=list)
    likelihood: tuple[Hashable, ConditionalPoisson] | None = None

    def kept(self, but: Level | None = None) -> np.ndarray:
        """Cells that are left to fit (bool), together with those left out for the one level `but`."""
        out = np.zeros(len(self.data.days), bool)
        for cells in (*(cells for level, cells in self.left_out.items() if level != but), *self.behind):
            out |= cells
        return ~out

    def fail(self, term: str, status: str, note: str) -> None:
        """Set a status other than ok, unless the term has one already."""
        if self.status[term] == OK:
            self.status[term], self.note[term] = status, note

    @property
    def levels(self) -> Iterator[tuple[int, int, str]]:
        """Factor number, code and term of every level but the references."""
        for number, (_, terms) in enumerate(self.data.factors):
            for code, term in enumerate(terms, start=1):
                yield number, code, term


def screen(data: Cells, leave_out: bool = True) -> Screen:
    """Find terms without contrast, terms that cannot be told apart, and levels without infections, in this order.

    `leave_out`: whether levels without infections are left out, as the maximum of the likelihood does; a penalised
    likelihood has a finite maximum with them.
    """
    result = Screen(data, status=dict.fromkeys(data.terms, OK))
    _count(result)
    result.columns = [index for index, term in enumerate(data.terms) if result.status[term] == OK]
    drop_aliased(result, "cannot be told apart from", "", "has no patient with days in the reference level")
    if leave_out:
        _leave_out_empty(result)
    if not result.left_out:
        return result
    names = ", ".join(sorted({_level_name(data, level) for level in result.left_out}))
    drop_aliased(
        result,
        "cannot be told apart from",
        f" once days without infections ({names}) are left out",
        f"nothing is left to compare with once days without infections ({names}) are left out",
    )
    return result


def by_stratum(data: Cells, number: int, kept: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Of one factor (strata × levels): whether a stratum has days both in a level and outside it, and its infections in
    the level, of the cells kept."""
    size = len(data.factors[number][1]) + 1
    key = data.stratum * size + data.codes[:, number]
    shape = (data.strata, size)
    cells = np.bincount(key, kept, data.strata * size).reshape(shape)
    infections = np.bincount(key, data.infections * kept, data.strata * size).reshape(shape)
    return (cells > 0) & (cells < cells.sum(axis=1, keepdims=True)), infections


def _count(result: Screen) -> None:
    data, everything = result.data, np.ones(len(result.data.days), bool)
    # All cells of a stratum are of one patient.
    patient = data.cluster[np.flatnonzero(run_starts(data.stratum))]
    for number, (_, terms) in enumerate(data.factors):
        both, infections = by_stratum(data, number, everything)
        for code, term in enumerate(terms, start=1):
            mine = both[:, code]
            result.informative[term] = int(np.count_nonzero(np.bincount(patient[mine])))
            result.own[term] = int(infections[mine, code].sum())
            result.reference[term] = int(infections[mine, 0].sum())
            if not data.strata:
                result.fail(term, NO_CONTRAST, "no patient with an infection: there is nothing to compare")
            elif not mine.any():
                there = (data.codes[:, number] == code).any()
                days = "both in this level and outside it" if there else "in this level"
                result.fail(term, NO_CONTRAST, f"no patient with an infection has days {days}")


def _leave_out_empty(result: Screen) -> None:
    """Leave out levels without infections, all that are found at once, until none is left; then say so per term."""
    data = result.data
    first: set[Level] = set()
    while found := empty_levels(result):
        first = first or set(found)
        result.left_out.update(found)
    for number, (_, terms) in enumerate(data.factors):
        reference_gone = (number, 0) in result.left_out
        for code, term in enumerate(terms, start=1):
            gone = (number, code) in result.left_out
            if gone and reference_gone:
                result.fail(term, NOT_IDENTIFIED, ON_NEITHER_SIDE)
            elif gone or reference_gone:
                reason = (number, code) if gone else (number, 0)
                _say_empty(result, term, gone, reason in first)


def _say_empty(result: Screen, term: str, gone: bool, from_the_start: bool) -> None:
    where = "in this level" if gone else "in the reference level"
    if from_the_start:
        note = f"no infection {where} among patients with days in it and outside it"
        result.fail(term, NO_EXPOSED if gone else NO_REFERENCE, note)
    else:
        note = f"the infections {where} are of patients without other days, once levels without infections are left out"
        result.fail(term, NOT_IDENTIFIED, note)


def empty_levels(result: Screen) -> dict[Level, np.ndarray]:
    """Levels, references included, without an infection of patients with days in them and outside, each with these
    patients' cells in it (bool); of the cells that are kept."""
    data, kept = result.data, result.kept()
    found: dict[Level, np.ndarray] = {}
    for number in range(len(data.factors)):
        both, infections = by_stratum(data, number, kept)
        empty = both.any(axis=0) & ~(both & (infections > 0)).any(axis=0)
        for code in np.flatnonzero(empty).tolist():
            members = (data.codes[:, number] == code) & kept & both[data.stratum, code]
            # A level can lose further strata to later rounds: one reason, all its cells.
            found[number, code] = members | result.left_out.get((number, code), np.zeros(len(members), bool))
    return found


def some_of(names: Sequence[str]) -> str:
    """Names in a row, of many the first few and how many more."""
    more = len(names) - MOST_NAMES
    return ", ".join(names) if more < 2 else f"{', '.join(names[:MOST_NAMES])} and {more} more"


def _level_name(data: Cells, level: Level) -> str:
    number, code = level
    name, terms = data.factors[number]
    return terms[code - 1] if code else f"reference of {name}"


def likelihood_of(result: Screen) -> ConditionalPoisson:
    """The likelihood of what is left, in the coefficients of `columns`."""
    kept = result.kept()
    key = (*result.columns, kept.tobytes())
    if result.likelihood is None or result.likelihood[0] != key:
        cells = result.data.keep(kept)
        log_days = np.log(cells.days)
        made = ConditionalPoisson(cells.stratum, log_days, cells.infections, cells.design(result.columns))
        result.likelihood = key, made
    return result.likelihood[1]


def drop_aliased(result: Screen, apart: str, when: str, alone: str) -> None:
    """Name the terms whose columns depend on each other within patients, and keep an independent set to fit.

    The note is `apart`, the other terms and `when`; `alone` where there is no other.
    """
    if not result.columns:
        return
    dependent, kept = aliased(likelihood_of(result).null.information)
    if not dependent.any():
        return
    names = [result.data.terms[index] for index, bad in zip(result.columns, dependent, strict=True) if bad]
    for term in names:
        others = some_of([name for name in names if name != term])
        result.fail(term, NOT_IDENTIFIED, f"{apart} {others}{when}" if others else alone)
    result.columns = [result.columns[index] for index in kept]


def aliased(information: np.ndarray) -> tuple[np.ndarray, list[int]]:
    """From the information of columns (p, p) where no covariate has an effect: which of them depend on each other
    within patients, (p,) of bool, and the places of a set that does not."""
    # One day in a century of follow-up still has 3e-5 here; what is below is rounding.
    dead = np.diag(information) <= NULL
    scale = np.sqrt(np.where(dead, 1, np.diag(information)))
    correlation = information / np.outer(scale, scale)
    values, vectors = np.linalg.eigh(correlation)
    dependent = (np.abs(vectors[:, values < NULL]) > 1e-5).any(axis=1) | dead
    if not dependent.any():
        return dependent, list(range(len(information)))
    _, _, order = qr(correlation, pivoting=True)
    return dependent, sorted(int(index) for index in order[: int((values >= NULL).sum())])


def leave_out_separated(result: Screen) -> bool:
    """Where terms together separate days with infections from days without: take the limit. False if they do not."""
    direction = separated(result)
    if not direction.any():
        return False
    data = result.data
    kept = result.kept()
    eta = linear(data.design(result.columns), direction)
    top = np.full(data.strata, -np.inf)
    np.maximum.at(top, data.stratum[kept], eta[kept])
    behind = kept & (eta < top[data.stratum] - LEVEL_OF_LP) & (data.infections == 0)
    for index, moves in zip(result.columns, direction, strict=True):
        if moves:
            note = "this and other terms together separate days with infections from days without"
            result.fail(data.terms[index], NOT_IDENTIFIED, note)
    result.behind.append(behind)
    drop_aliased(result, "cannot be told apart from", " in the days left", "does not vary in the days left")
    return bool(behind.any())


def separated(result: Screen) -> np.ndarray:
    """A direction (one entry per column) along which the likelihood never falls and never reaches a maximum.

    All zero if there is none. Linear programme: over all cells with infections, x_c δ must be the largest of the
    stratum; the sum of the shortfalls of the other cells is made as large as |δ| ≤ 1 allows
    (Albert & Anderson, Biometrika 1984;71:1, in conditional form).
    """
    data = result.data.keep(result.kept())
    X = data.design(result.columns)
    with_infection = np.flatnonzero(data.infections > 0)
    first = with_infection[np.searchsorted(data.stratum[with_infection], np.arange(data.strata))]
    difference = X - X[first][data.stratum]
    # Patterns repeat over patients: the programme needs each of them once.
    ties = np.unique(difference[with_infection], axis=0)
    difference = np.unique(difference, axis=0)
    solution = optimize.linprog(
        c=difference.sum(axis=0),
        A_ub=difference,
        b_ub=np.zeros(len(difference)),
        A_eq=ties,
        b_eq=np.zeros(len(ties)),
        bounds=(-1, 1),
        method="highs",
    )
    if solution.status != 0 or solution.fun > -LEVEL_OF_LP:
        return np.zeros(len(result.columns))
    return np.where(np.abs(solution.x) > LEVEL_OF_LP, solution.x, 0)
