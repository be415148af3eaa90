"""Many case series sorted by what can be done with them, and fitted together: the ordinary ones, those with levels
without infections, and those that the screen of `estimate.contrast` is asked about, one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ivig_core.estimate.contrast import NULL, OK, Screen, screen
from ivig_core.estimate.result import RatioRow
from ivig_core.estimate.whatif.curve.emptied import free_terms, without_empty
from ivig_core.estimate.whatif.curve.limits import profile_all
from ivig_core.estimate.whatif.curve.problems import At, Maxima, Problems, inverse_all, maximise_all
from ivig_core.estimate.whatif.curve.stack import Stack
from ivig_core.terms import ON

SCCS = "sccs"
DOUBTFUL = 100 * NULL
"""Where the smallest eigenvalue of the correlation is below this, `contrast.screen` decides."""


@dataclass(frozen=True, eq=False)
class Counts:
    """By definition and endpoint (d, e): `informative` patients, infections in the level on IVIG (`own`) and in its
    reference of these patients; `free` (d, e, p): which terms have a patient with days in them and outside;
    `compared`: whether days on IVIG are one of these; `full`: whether no such level is without infections."""

    informative: np.ndarray
    own: np.ndarray
    reference: np.ndarray
    free: np.ndarray
    compared: np.ndarray
    full: np.ndarray


@dataclass(frozen=True, eq=False)
class Many:
    """Some models with the same number of endpoints a definition. `place` (2, d, e): where each belongs in the whole;
    `screens`: what the screen said of each, where it was asked; `own`, `reference`, `informative` as in `Counts`."""

    problems: Problems
    top: Maxima
    place: np.ndarray
    own: np.ndarray
    reference: np.ndarray
    informative: np.ndarray
    screens: Sequence[Screen] | None = None


def count(stack: Stack) -> Counts:
    """What `contrast.screen` counts first, for all at once."""
    levels = stack.levels
    inside = np.stack([stack.codes[:, number] == code for number, code in levels], axis=1).astype(float)
    of_level = stack.days @ inside
    both = ((of_level > 0) & (of_level < stack.days.sum(-1, keepdims=True))).astype(float)
    patients = np.matmul((stack.totals > 0).astype(float), both)
    own = np.zeros_like(patients)
    for at, (number, code) in enumerate(levels):
        own[..., at] = stack.summed((stack.codes[stack.u, number] == code) * both[stack.d, stack.s, at])
    # The first factor is the exposure, its first level beside the reference the days on IVIG.
    reference = stack.summed((stack.codes[stack.u, 0] == 0) * both[stack.d, stack.s, 1])
    free = patients[..., np.array([code > 0 for _, code in levels])] > 0
    full = ((own > 0) | (patients == 0)).all(-1)
    return Counts(patients[..., 1].astype(int), own[..., 1], reference, free, free[..., 0], full)


def told_apart(problems: Problems) -> np.ndarray:
    """Whether the terms of each model (d, e) are clearly independent of each other within patients."""
    information = problems.at(np.zeros(problems.free.shape)).information
    diagonal = np.diagonal(information, axis1=-2, axis2=-1)
    scale = np.sqrt(np.where(diagonal > DOUBTFUL, diagonal, 1))
    least = np.linalg.eigvalsh(information / (scale[..., :, None] * scale[..., None, :]))[..., 0]
    return (diagonal > DOUBTFUL).all(-1) & (least > DOUBTFUL)


def emptied(stack: Stack, counts: Counts, wanted: np.ndarray) -> Many | None:
    """Models with levels without infections other than those of IVIG, which are left out; without those of which the
    screen has more to say."""
    d, e = np.nonzero(wanted)
    if not len(d):
        return None
    problems = replace(stack.problems, free=counts.free).take(d, e)
    left, as_before = without_empty(problems, stack.codes, stack.by_cell(d, e), stack.levels)
    left = free_terms(left)
    plain = as_before & left.free[:, 0, 0] & told_apart(left)[:, 0]
    place = np.where(plain, np.stack([d, e]), -1)[..., None]
    left = replace(left, free=left.free & plain[:, None, None])
    top = maximise_all(left, np.zeros(left.free.shape))
    own, reference, informative = (of[d, e][:, None] for of in (counts.own, counts.reference, counts.informative))
    return Many(left, top, place, own, reference, informative)


def together(stack: Stack, counts: Counts, ordinary: np.ndarray) -> Many | None:
    """The ordinary models, fitted where they stand; the others among them are left at 0."""
    if not ordinary.any():
        return None
    problems = replace(stack.problems, free=counts.free & ordinary[..., None])
    top = maximise_all(problems, np.zeros(problems.free.shape))
    place = np.where(ordinary, np.indices(ordinary.shape), -1)
    return Many(problems, top, place, counts.own, counts.reference, counts.informative)


def screened(stack: Stack, wanted: np.ndarray) -> Many | None:
    """The models that the screen is asked about: of each what it leaves to fit."""
    d, e = np.nonzero(wanted)
    if not len(d):
        return None
    screens = [screen(stack.cells(*place)) for place in zip(d.tolist(), e.tolist(), strict=True)]
    problems = stack.problems.take(d, e)
    days, free = problems.days.copy(), np.zeros(problems.free.shape, bool)
    for number, screened in enumerate(screens):
        free[number, 0, screened.columns] = True
        out = ~screened.kept()
        patient, pattern = stack.cell_places(int(d[number]), int(e[number]))
        days[number, patient[out], pattern[out]] = 0
    problems = replace(problems, days=days, free=free)
    own, reference, informative = (
        np.array([[getattr(screened, name)[ON]] for screened in screens])
        for name in ("own", "reference", "informative")
    )
    place = np.stack([d, e])[..., None]
    top = maximise_all(problems, np.zeros(free.shape))
    return Many(problems, top, place, own, reference, informative, screens)


def limits_of(many: Many, wanted: np.ndarray) -> dict[tuple[int, int], tuple[float, float, float]]:
    """Profile limits and p of the models asked for, by place among `many`; without those that have none this way."""
    d, e = np.nonzero(wanted)
    if not len(d):
        return {}
    now = many.top.at
    at = At(now.value[d, e][:, None], now.score[d, e][:, None], now.information[d, e][:, None])
    top = Maxima(many.top.beta[d, e][:, None], at, many.top.found[d, e][:, None])
    found = profile_all(many.problems.take(d, e), top, 0, np.sqrt(inverse_all(at.information)[:, 0, 0, 0]))
    numbers = zip(found.low.tolist(), found.high.tolist(), found.p.tolist(), strict=True)
    places = zip(d.tolist(), e.tolist(), strict=True)
    return {place: of for place, of, good in zip(places, numbers, found.found.tolist(), strict=True) if good}


def blank_row(stack: Stack, place: tuple[int, int], informative: int) -> RatioRow:
    """The row of a term that has an estimate, without it."""
    totals = stack.totals[place]
    patients = int(np.count_nonzero(totals))
    return RatioRow(
        model=SCCS,
        term=ON,
        status=OK,
        patients=patients,
        patients_with_infection=patients,
        informative_patients=informative,
        infections=int(totals.sum()),
    )
