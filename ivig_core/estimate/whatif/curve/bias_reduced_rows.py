"""The rate ratio on IVIG in many case series at once, bias-reduced."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from ivig_core.estimate.bias_reduced_fit import FIRTH
from ivig_core.estimate.fit import SUSPECT, ratio_rows
from ivig_core.estimate.result import RatioRow
from ivig_core.estimate.rows import filled
from ivig_core.estimate.whatif.curve.bias_reduced import BiasReducedProblems
from ivig_core.estimate.whatif.curve.fits import SCCS, Counts, blank_row, count, emptied, together, told_apart
from ivig_core.estimate.whatif.curve.limits import profile_all
from ivig_core.estimate.whatif.curve.problems import Problems, inverse_all, maximise_all
from ivig_core.estimate.whatif.curve.stack import Stack
from ivig_core.terms import ON

NUMBERS_AT_ONCE = 500_000
"""Numbers that a table models × patients × patterns has at most: some ten of them are in memory at a time."""


def bias_reduced_rows(stack: Stack) -> list[list[RatioRow]]:
    """The row on IVIG of every model (d, e), as `estimate.fit.ratio_rows` gives it for "firth".

    What has an ordinary estimate without penalty is fitted together; the rest, of which more has to be said, alone.
    """
    counts = count(stack)
    rows = np.full(counts.compared.shape, None, object)
    problems = replace(stack.problems, free=counts.free)
    many = max(NUMBERS_AT_ONCE // max(stack.days[0].size, 1), 1)
    places = np.argwhere(_settled(stack, counts))
    for first in range(0, len(places), many):
        mine = places[first : first + many]
        for place, row in _rows(stack, counts, problems.take(*mine.T), mine):
            rows[place] = row
    for place in np.ndindex(rows.shape):
        if rows[place] is None:
            rows[place] = ratio_rows(stack.cells(*place), SCCS, FIRTH, (ON,))[0]
    return rows.tolist()


def _settled(stack: Stack, counts: Counts) -> np.ndarray:
    """Where days on IVIG have a finite ratio without penalty too (d, e)."""
    apart = told_apart(replace(stack.problems, free=counts.free & counts.compared[..., None]))
    settled = np.zeros(counts.compared.shape, bool)
    usual = counts.compared & apart
    for many in (together(stack, counts, usual & counts.full), emptied(stack, counts, usual & ~counts.full)):
        if many is not None:
            fine = many.top.found & (np.abs(many.top.beta).max(-1, initial=0.0) < SUSPECT)
            fine &= many.problems.free[..., 0] & (many.place[0] >= 0)
            settled[tuple(many.place[:, fine])] = True
    return settled


def _rows(
    stack: Stack, counts: Counts, plain: Problems, places: np.ndarray
) -> Iterator[tuple[tuple[int, int], RatioRow]]:
    """Rows of the models at `places` (models, 2), without those that are not found together."""
    problems = BiasReducedProblems.of(plain)
    top = maximise_all(problems, np.zeros(problems.free.shape))
    information = problems.plain_information(top.beta)
    # The plain information stands in the place of the curvature where there is no maximum.
    peaked = (top.at.information != information).any((-1, -2))[:, 0]
    se = np.sqrt(inverse_all(information)[:, 0, 0, 0])
    limits = profile_all(problems, top, 0, se)
    numbers = np.stack([top.beta[:, 0, 0], se, limits.low, limits.high, limits.p])
    for at in np.flatnonzero(peaked & top.found[:, 0] & limits.found & np.isfinite(numbers).all(0)).tolist():
        place = (int(places[at, 0]), int(places[at, 1]))
        log_irr, error, low, high, p = numbers[:, at]
        yield place, filled(
            blank_row(stack, place, int(counts.informative[place])), log_irr=log_irr, se=error, irr=np.exp(log_irr),
            ci_low=np.exp(low), ci_high=np.exp(high), p_value=p, ci_method=FIRTH,
        )  # fmt: skip
