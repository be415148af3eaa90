"""Person-time of many definitions of exposure, added up by patient and by pattern of covariates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ivig_core.estimate.cells import Cells, Factor
from ivig_core.estimate.whatif.curve.problems import Problems
from ivig_core.runs import run_starts


@dataclass(frozen=True, eq=False)
class Split:
    """Person-time under one definition of exposure, of patients with an infection.

    `patient` (rows): 0..s-1; `days` (rows); `factors`: the exposure, then the adjusters. `at`: the row in which an
    infection lies, `endpoint`: of which endpoint it is.
    """

    patient: np.ndarray
    days: np.ndarray
    factors: tuple[Factor, ...]
    at: np.ndarray
    endpoint: np.ndarray

    @cached_property
    def patterns(self) -> int:
        """How many combinations of covariates occur."""
        return len(np.unique(_pattern(self, [len(factor.terms) + 1 for factor in self.factors])))


class Stack:
    """Splits whose factors have equal terms, added up by patient and pattern of covariates."""

    def __init__(self, splits: Sequence[Split], patients: int, endpoints: int) -> None:
        number = np.arange(len(splits))
        rows, infections = [len(split.days) for split in splits], [len(split.at) for split in splits]
        before = np.repeat(np.cumsum([0, *rows[:-1]]), infections)
        sizes = [len(factor.terms) + 1 for factor in splits[0].factors]
        self._add(
            splits[0].factors, np.repeat(number, rows), np.concatenate([split.patient for split in splits]),
            np.concatenate([_pattern(split, sizes) for split in splits]),
            np.concatenate([split.days for split in splits]),
            (np.concatenate([split.at for split in splits]) + before, np.concatenate([x.endpoint for x in splits])),
            (len(splits), endpoints, patients),
        )  # fmt: skip

    @classmethod
    def of_cohorts(cls, split: Split, opens: np.ndarray, endpoints: int) -> Stack:
        """One definition of exposure in several cohorts, each in the place of a definition.

        `opens`: the first patient of each cohort, and the number of all patients.
        """
        sizes = np.diff(opens)
        cohort = np.repeat(np.arange(len(sizes)), sizes)[split.patient]
        stack = cls.__new__(cls)
        stack._add(
            split.factors, cohort, split.patient - opens[cohort],
            _pattern(split, [len(factor.terms) + 1 for factor in split.factors]), split.days,
            (split.at, split.endpoint), (len(sizes), endpoints, int(sizes.max(initial=0))),
        )  # fmt: skip
        return stack

    def _add(
        self, factors: Sequence[Factor], d: np.ndarray, s: np.ndarray, pattern: np.ndarray, days: np.ndarray,
        infections: tuple[np.ndarray, np.ndarray], shape: tuple[int, int, int],
    ) -> None:  # fmt: skip
        """Rows of definitions `d` and patients `s`; of infections the row and the endpoint."""
        self.factors = tuple((factor.name, factor.terms) for factor in factors)
        sizes = [len(terms) + 1 for _, terms in self.factors]
        # Many adjusters have far more combinations than ever occur.
        used, place = np.unique(pattern, return_inverse=True)
        self.shape, patterns = shape, len(used)
        cells = shape[0] * shape[2] * patterns
        self.days = np.bincount((d * shape[2] + s) * patterns + place, days, cells).reshape(
            shape[0], shape[2], patterns
        )
        self.codes = np.stack(np.unravel_index(used, sizes), axis=1)
        at, self.e = infections
        self.d, self.s, self.u = d[at], s[at], np.searchsorted(used, pattern[at])

    def added(self, at: np.ndarray, size: int, weights: np.ndarray | None = None) -> np.ndarray:
        """Infections by definition, endpoint and `at` (d, e, size)."""
        d, e, _ = self.shape
        key = (self.d * e + self.e) * size + at
        return np.bincount(key, weights, d * e * size).astype(float).reshape(d, e, size)

    def summed(self, weights: np.ndarray) -> np.ndarray:
        """Sum of one number an infection by definition and endpoint (d, e)."""
        return self.added(np.zeros(len(self.d), np.int64), 1, weights)[..., 0]

    @property
    def levels(self) -> list[tuple[int, int]]:
        """Number of the factor and code of every level, the references included."""
        return [(number, code) for number, (_, terms) in enumerate(self.factors) for code in range(len(terms) + 1)]

    def by_cell(self, d: np.ndarray, e: np.ndarray) -> np.ndarray:
        """Infections by patient and pattern of some models (models, s, u)."""
        number = np.full(self.shape[:2], -1)
        number[d, e] = np.arange(len(d))
        mine = number[self.d, self.e]
        found = np.zeros((len(d), *self.days.shape[1:]))
        np.add.at(found, (mine[mine >= 0], self.s[mine >= 0], self.u[mine >= 0]), 1)
        return found

    @cached_property
    def totals(self) -> np.ndarray:
        """Infections by patient (d, e, s)."""
        return self.added(self.s, self.shape[2])

    @cached_property
    def problems(self) -> Problems:
        X = np.hstack(
            [
                (self.codes[:, [number]] == np.arange(1, len(terms) + 1)).astype(float)
                for number, (_, terms) in enumerate(self.factors)
            ]
        )
        log_days = np.log(self.days[self.d, self.s, self.u])
        return Problems(
            X,
            self.days,
            self.totals,
            self.added(self.u, len(X)),
            self.summed(log_days),
            np.ones((*self.shape[:2], X.shape[1]), bool),
        )

    def cells(self, d: int, e: int) -> Cells:
        """What `estimate.rates.sccs.sccs_cells` makes of one of them."""
        patient, pattern = self.cell_places(d, e)
        mine = (self.d == d) & (self.e == e)
        size = self.days.shape[2]
        infections = np.bincount(self.s[mine] * size + self.u[mine], minlength=self.days[d].size)
        return Cells(
            stratum=np.cumsum(run_starts(patient)) - 1,
            cluster=patient,
            days=self.days[d, patient, pattern],
            infections=infections[patient * size + pattern].astype(float),
            codes=self.codes[pattern],
            factors=self.factors,
        )

    def cell_places(self, d: int, e: int) -> tuple[np.ndarray, np.ndarray]:
        """Patient and pattern of every one of these cells."""
        has = np.flatnonzero(self.totals[d, e] > 0)
        row, pattern = np.nonzero(self.days[d, has])
        return has[row], pattern

    def by_term(self) -> np.ndarray:
        """Infections by patient in the levels of each term (d, e, s, p)."""
        X = self.problems.X[self.u]
        columns = [self.added(self.s, self.shape[2], X[:, term]) for term in range(X.shape[1])]
        return np.stack(columns, axis=-1)


def _pattern(split: Split, sizes: Sequence[int]) -> np.ndarray:
    """Number of the covariate pattern of each row, as cells are sorted."""
    pattern = np.zeros(len(split.days), np.int64)
    for factor, size in zip(split.factors, sizes, strict=True):
        pattern = pattern * size + factor.codes
    return pattern
