"""The rate ratio on IVIG in many self-controlled case series at once: definitions of exposure × endpoints.

The ordinary ones are screened, fitted and bounded together. Whatever the screen of `estimate.contrast` has to say
something about is screened by it, one by one; what has no maximum in the ordinary way is fitted by `estimate.fit`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from ivig_core.estimate.contrast import NULL, OK, Screen, likelihood_of, screen
from ivig_core.estimate.fit import FEW, SUSPECT, Fit, kind_of_interval, ratio_rows, term_row, with_interval
from ivig_core.estimate.likelihood import Maximum
from ivig_core.estimate.result import RatioRow
from ivig_core.estimate.whatif.curve.emptied import free_terms, without_empty
from ivig_core.estimate.whatif.curve.limits import profile_all
from ivig_core.estimate.whatif.curve.problems import At, Maxima, Problems, inverse_all, maximise_all
from ivig_core.estimate.whatif.curve.stack import Split, Stack
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


def ratios_on_ivig(
    splits: Sequence[Split], patients: int, endpoints: int, ci_method: str = "auto"
) -> list[list[RatioRow]]:
    """The row of `on_ivig` for each definition of exposure and each endpoint, as `estimate.rates.sccs.sccs` gives it.

    Parameters
    ----------
    splits
        one a definition, with the exposure as the first factor; factors of one name can have other terms in each.
    patients, endpoints
        how many there are in all of them.

    Returns
    -------
    A list a split, in it one row an endpoint. Numbers agree with fits one by one to rounding, statuses and notes are
    the same.
    """
    rows: list[list[RatioRow]] = [[] for _ in splits]
    alike: dict[tuple[tuple[str, ...], ...], list[int]] = {}
    for number, split in enumerate(splits):
        alike.setdefault(tuple(factor.terms for factor in split.factors), []).append(number)
    for numbers in alike.values():
        stack = Stack([splits[number] for number in numbers], patients, endpoints)
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            found = _rows(stack, ci_method)
        for number, mine in zip(numbers, found, strict=True):
            rows[number] = mine
    return rows


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


def _told_apart(problems: Problems) -> np.ndarray:
    """Whether the terms of each model (d, e) are clearly independent of each other within patients."""
    information = problems.at(np.zeros(problems.free.shape)).information
    diagonal = np.diagonal(information, axis1=-2, axis2=-1)
    scale = np.sqrt(np.where(diagonal > DOUBTFUL, diagonal, 1))
    least = np.linalg.eigvalsh(information / (scale[..., :, None] * scale[..., None, :]))[..., 0]
    return (diagonal > DOUBTFUL).all(-1) & (least > DOUBTFUL)


def _rows(stack: Stack, ci_method: str) -> list[list[RatioRow]]:
    counts = count(stack)
    apart = _told_apart(replace(stack.problems, free=counts.free & counts.compared[..., None]))
    ordinary = counts.compared & counts.full & apart
    rows = np.full(ordinary.shape, None, object)
    emptied = _emptied(stack, counts, counts.compared & ~counts.full & apart)
    for many in (_together(stack, counts, ordinary), emptied):
        if many is not None:
            _fill(rows, stack, many, ci_method)
    others = np.array([[row is None for row in of] for of in rows.tolist()], bool).reshape(rows.shape)
    if (asked := _screened(stack, others)) is not None:
        _fill(rows, stack, asked, ci_method)
    return rows.tolist()


def _emptied(stack: Stack, counts: Counts, wanted: np.ndarray) -> Many | None:
    """Models with levels without infections other than those of IVIG, which are left out; without those of which the
    screen has more to say."""
    d, e = np.nonzero(wanted)
    if not len(d):
        return None
    problems = replace(stack.problems, free=counts.free).take(d, e)
    left, as_before = without_empty(problems, stack.codes, stack.by_cell(d, e), stack.levels)
    left = free_terms(left)
    plain = as_before & left.free[:, 0, 0] & _told_apart(left)[:, 0]
    place = np.where(plain, np.stack([d, e]), -1)[..., None]
    left = replace(left, free=left.free & plain[:, None, None])
    top = maximise_all(left, np.zeros(left.free.shape))
    own, reference, informative = (of[d, e][:, None] for of in (counts.own, counts.reference, counts.informative))
    return Many(left, top, place, own, reference, informative)


def _together(stack: Stack, counts: Counts, ordinary: np.ndarray) -> Many | None:
    """The ordinary models, fitted where they stand; the others among them are left at 0."""
    if not ordinary.any():
        return None
    problems = replace(stack.problems, free=counts.free & ordinary[..., None])
    top = maximise_all(problems, np.zeros(problems.free.shape))
    place = np.where(ordinary, np.indices(ordinary.shape), -1)
    return Many(problems, top, place, counts.own, counts.reference, counts.informative)


def _screened(stack: Stack, wanted: np.ndarray) -> Many | None:
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


def _limits(many: Many, wanted: np.ndarray) -> dict[tuple[int, int], tuple[float, float, float]]:
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


def _robust(stack: Stack, many: Many, covariance: np.ndarray) -> np.ndarray:
    """Standard error of the first term by the sandwich of patients × G/(G − 1), as `estimate.fit` has it."""
    observed = stack.by_term()[tuple(np.maximum(many.place, 0))]
    scores = many.problems.scores(many.top.beta, observed)
    meat = np.matmul(scores.swapaxes(-1, -2), scores)
    variance = np.maximum((covariance @ meat @ covariance)[..., 0, 0], 0.0)
    return np.sqrt(variance * many.informative / np.maximum(many.informative - 1, 1))


def _alone(many: Many, screened: Screen, number: int) -> Fit:
    """A fit as `estimate.fit.fit` would return it."""
    columns, now = screened.columns, many.top.at
    top = Maximum(
        many.top.beta[number, 0, columns],
        float(now.value[number, 0]),
        now.information[number, 0][np.ix_(columns, columns)],
    )
    return Fit(screened.data, screened, likelihood_of(screened), top)


def _blank(stack: Stack, place: tuple[int, int], informative: int) -> RatioRow:
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


def _fill(rows: np.ndarray, stack: Stack, many: Many, ci_method: str) -> None:
    """Put the row of every model of `many` where it belongs."""
    settled = many.top.found & (np.abs(many.top.beta).max(-1, initial=0.0) < SUSPECT)
    estimated = settled & many.problems.free[..., 0]
    few = np.minimum(many.own, many.reference) < FEW
    profiled = estimated & ((ci_method == "profile") | ((ci_method == "auto") & few))
    limits = _limits(many, profiled)
    covariance = inverse_all(many.top.at.information)
    se = np.sqrt(covariance[..., 0, 0])
    robust = _robust(stack, many, covariance) if ci_method == "robust" else se
    for d, e in np.argwhere(many.place[0] >= 0).tolist():
        place = tuple(many.place[:, d, e].tolist())
        screened = many.screens[d] if many.screens else None
        if not settled[d, e] or (profiled[d, e] and (d, e) not in limits):
            rows[place] = ratio_rows(stack.cells(*place), SCCS, ci_method, (ON,))[0]
        elif screened is not None and screened.status[ON] != OK:
            rows[place] = term_row(_alone(many, screened, d), SCCS, ON, ci_method)
        else:
            row = _blank(stack, place, int(many.informative[d, e]))
            rows[place] = with_interval(
                row, float(many.top.beta[d, e, 0]), float(se[d, e]), kind_of_interval(ci_method, bool(few[d, e])),
                robust_se=partial(float, robust[d, e]), limits=partial(limits.__getitem__, (d, e)),
            )  # fmt: skip
