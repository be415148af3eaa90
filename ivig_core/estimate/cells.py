"""From person-time to the cells of a conditional Poisson model: stratum × covariate pattern."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ivig_core.runs import run_starts


@dataclass(frozen=True, eq=False)
class Factor:
    """A categorical covariate. `codes`: per row 0 for the reference level, k for `terms[k − 1]`."""

    name: str
    terms: tuple[str, ...]
    codes: np.ndarray


@dataclass(frozen=True, eq=False)
class Cells:
    """Days and infections by stratum and covariate pattern, strata with an infection only, sorted by stratum.

    `stratum` is 0..m-1 without gaps; `cluster` is the patient of each cell (several strata can share one when types of
    infection are stacked). `codes` has one column per factor.
    """

    stratum: np.ndarray
    cluster: np.ndarray
    days: np.ndarray
    infections: np.ndarray
    codes: np.ndarray
    factors: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def terms(self) -> tuple[str, ...]:
        return tuple(term for _, terms in self.factors for term in terms)

    @property
    def strata(self) -> int:
        return int(self.stratum[-1]) + 1 if len(self.stratum) else 0

    def design(self, columns: Sequence[int] | None = None) -> np.ndarray:
        """Indicators (int8), cells × terms; of all terms, or of those at the indices `columns`.

        One byte each: as floats they would be the largest thing in memory (`likelihood.linear` multiplies them).
        """
        places = [(number, code + 1) for number, (_, terms) in enumerate(self.factors) for code in range(len(terms))]
        wanted = range(len(places)) if columns is None else columns
        matrix = np.zeros((len(self.days), len(wanted)), np.int8)
        for at, index in enumerate(wanted):
            number, code = places[index]
            matrix[:, at] = self.codes[:, number] == code
        return matrix

    def totals(self, values: np.ndarray) -> np.ndarray:
        """Sums of a per-cell array by stratum."""
        return np.bincount(self.stratum, weights=values, minlength=self.strata)

    def keep(self, rows: np.ndarray) -> Cells:
        """Only these cells, and of them only strata that still have an infection."""
        with_infection = np.bincount(self.stratum[rows], self.infections[rows], self.strata) > 0
        if with_infection.all() and rows.all():
            return self
        rows = np.flatnonzero(rows & with_infection[self.stratum])
        renumber = np.cumsum(with_infection) - 1
        return replace(
            self,
            stratum=renumber[self.stratum[rows]],
            cluster=self.cluster[rows],
            days=self.days[rows],
            infections=self.infections[rows],
            codes=self.codes[rows],
        )


def cells(
    stratum: np.ndarray,
    days: np.ndarray,
    infections: np.ndarray,
    factors: Sequence[Factor],
    cluster: np.ndarray | None = None,
) -> Cells:
    """Add up rows (intervals of person-time) of equal stratum and covariate pattern; strata without infection drop out.

    `stratum`: non-negative integer per row; `cluster`: patient per row, the stratum itself where not given.
    """
    infected = np.zeros(int(stratum.max(initial=-1)) + 1, bool)
    infected[stratum[np.flatnonzero(infections)]] = True
    rows = np.flatnonzero(infected[stratum])
    key = stratum[rows].astype(np.int64)
    for factor in factors:
        key = key * (len(factor.terms) + 1) + factor.codes[rows]
    order = np.argsort(key, kind="stable")
    opens = run_starts(key[order])
    cell, rows = np.cumsum(opens) - 1, rows[order]
    first = rows[np.flatnonzero(opens)]
    codes = [factor.codes[first] for factor in factors]
    return Cells(
        stratum=np.cumsum(run_starts(stratum[first])) - 1,
        cluster=(stratum if cluster is None else cluster)[first],
        days=np.bincount(cell, weights=days[rows], minlength=len(first)),
        infections=np.bincount(cell, weights=infections[rows], minlength=len(first)),
        codes=np.stack(codes, axis=1) if codes else np.zeros((len(first), 0), int),
        factors=tuple((factor.name, factor.terms) for factor in factors),
    )
