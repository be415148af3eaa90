"""One model of all hospitals in rounds: each gives value, score and information where it is asked, and one step of
Newton's method is made of their sums."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ivig_core.errors import EstimationError
from ivig_core.estimate.cells import Cells
from ivig_core.estimate.contrast import Level, by_stratum
from ivig_core.estimate.fit import SUSPECT
from ivig_core.estimate.likelihood import LONG, ConditionalPoisson, Derivatives

CLOSE = 1e-8
"""A step after which nothing that is shown changes."""
NEAR = 1e-4
"""A step after which the next is about its square."""
STILL = 0.5
"""A term beyond `SUSPECT` that still moves so far is on its way to infinity, where it moves by 1 in every step."""
FAR = 20.0
"""How much further such terms are sent: what they then leave of a rate is 2e-9 of it."""


@dataclass(frozen=True, eq=False)
class LevelSeen:
    """Whether patients with days both in a level and outside it are there, and an infection of theirs in it."""

    informative: bool
    infected: bool


@dataclass(frozen=True, eq=False)
class Answer:
    """A hospital's answer at β, a `Likelihood` at that one place: `value` less that where β is 0, score (p,) and
    information (p, p) of all terms, and of every factor what was seen of its levels, the reference first."""

    derivatives: Derivatives
    levels: tuple[tuple[LevelSeen, ...], ...]
    patients: int = 0
    infections: int = 0
    fewest: int = 0


def answer(data: Cells, beta: np.ndarray, left_out: Sequence[Sequence[Level]]) -> Answer:
    """The derivatives of the conditional likelihood of `data` at β (p,), without the levels `left_out`.

    `left_out`: levels in which no hospital has an infection of patients who also have other days, in the order in which
    they were found: their rate is estimated as zero, and the days of these patients in them drop out
    (`estimate.contrast`). `patients`, `infections`: of those who say anything of any term; `fewest`: the smallest
    number above 0 of patients behind one term.
    """
    kept = np.ones(len(data.days), bool)
    for levels in left_out:
        kept = _without(data, levels, kept)
    rows = data.keep(kept)
    seen = [by_stratum(rows, number, np.ones(len(rows.days), bool)) for number in range(len(data.factors))]
    likelihood = ConditionalPoisson(
        rows.stratum, np.log(rows.days), rows.infections, rows.design().astype(float)
    )  # fmt: skip
    there, at_null = likelihood.at(beta), likelihood.null
    varies = np.bincount(rows.stratum, minlength=rows.strata) > 1
    behind = np.concatenate([both.sum(axis=0)[1:] for both, _ in seen]) if seen else np.zeros(0)
    return Answer(
        Derivatives(there.value - at_null.value, there.score, there.information),
        tuple(_seen(both, infections) for both, infections in seen),
        int(varies.sum()),
        int(rows.totals(rows.infections)[varies].sum()) if rows.strata else 0,
        int(min(behind[behind > 0], default=0)),
    )


def _without(data: Cells, levels: Sequence[Level], kept: np.ndarray) -> np.ndarray:
    """Cells that are still kept once the levels are left out, all at once."""
    out = np.zeros(len(kept), bool)
    for number, code in levels:
        both, _ = by_stratum(data, number, kept)
        out |= (data.codes[:, number] == code) & kept & both[data.stratum, code]
    return kept & ~out


def _seen(both: np.ndarray, infections: np.ndarray) -> tuple[LevelSeen, ...]:
    infected = both & (infections > 0)
    return tuple(LevelSeen(bool(both[:, code].any()), bool(infected[:, code].any())) for code in range(both.shape[1]))


def nothing(factors: Sequence[int], p: int) -> Answer:
    """Of a hospital that adds nothing; `factors`: how many levels each has, the reference among them."""
    unseen = LevelSeen(informative=False, infected=False)
    return Answer(Derivatives(0.0, np.zeros(p), np.zeros((p, p))), tuple((unseen,) * size for size in factors))


def summed(answers: Sequence[Derivatives]) -> Derivatives:
    """Value, score and information of all hospitals together."""
    return Derivatives(
        float(sum(one.value for one in answers)),
        np.sum([one.score for one in answers], axis=0),
        np.sum([one.information for one in answers], axis=0),
    )


@dataclass(frozen=True, eq=False)
class Step:
    """Where to ask next. `size`: the largest move of a term that has an estimate; `gone`: places of terms that have
    none, because the likelihood rises for ever along them; they are held where they are from now on."""

    beta: np.ndarray
    size: float
    gone: tuple[int, ...] = ()


def newton(beta: np.ndarray, now: Derivatives, columns: Sequence[int], apart: Sequence[Sequence[int]]) -> Step:
    """One step of Newton's method in the terms `columns` from β (p,); a long one is shortened as `maximise` does.

    `apart`: places of the terms of each factor: within one, a step moves two rows apart by the largest difference of
    its terms, the reference's 0 among them.

    Raises
    ------
    EstimationError
        if the information is singular.
    """
    at = list(columns)
    step = np.zeros(len(beta))
    try:
        step[at] = np.linalg.solve(now.information[np.ix_(at, at)], now.score[at])
    except np.linalg.LinAlgError as error:
        raise EstimationError("the data of all hospitals do not determine all terms of the model") from error
    reach = sum(float(np.ptp([0.0, *step[list(places)]])) for places in apart)
    if reach > LONG:
        step *= np.log1p(reach) / reach
    gone = tuple(place for place in at if abs(beta[place]) > SUSPECT and abs(step[place]) > STILL)
    if gone:
        away = np.zeros(len(beta))
        away[list(gone)] = step[list(gone)]
        return Step(beta + away * FAR / np.abs(away).max(), float("inf"), gone)
    return Step(beta + step, float(np.abs(step).max(initial=0.0)))
