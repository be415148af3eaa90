"""The rate ratio on IVIG in many self-controlled case series at once: definitions of exposure × endpoints.

The ordinary ones are screened, fitted and bounded together. Whatever the screen of `estimate.contrast` has to say
something about is screened by it, one by one; what has no maximum in the ordinary way is fitted by `estimate.fit`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from ivig_core.estimate.bias_reduced_fit import FIRTH
from ivig_core.estimate.cells import cells
from ivig_core.estimate.contrast import NO_EXPOSED, NO_REFERENCE, OK, Screen, likelihood_of
from ivig_core.estimate.fit import FEW, SUSPECT, Fit, kind_of_interval, ratio_rows, term_row, with_interval
from ivig_core.estimate.intervals import Z
from ivig_core.estimate.likelihood import Maximum
from ivig_core.estimate.result import RatioRow
from ivig_core.estimate.whatif.curve.bias_reduced_rows import bias_reduced_rows
from ivig_core.estimate.whatif.curve.fits import (
    SCCS,
    Many,
    blank_row,
    count,
    emptied,
    limits_of,
    screened,
    together,
    told_apart,
)
from ivig_core.estimate.whatif.curve.problems import inverse_all
from ivig_core.estimate.whatif.curve.stack import Split, Stack
from ivig_core.terms import ON

ROBUST = "robust"
LARGEST_TABLE = 40_000
"""Patients × patterns of one definition from which on its models are fitted one by one."""
IN_NUMBERS = object()
"""Stands for a row of which only the numbers were asked for."""


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
        if patients * split.patterns > LARGEST_TABLE:
            rows[number] = one_by_one(split, endpoints, ci_method)
        else:
            alike.setdefault(tuple(factor.terms for factor in split.factors), []).append(number)
    for numbers in alike.values():
        stack = Stack([splits[number] for number in numbers], patients, endpoints)
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            found = _rows(stack, ci_method)
        for number, mine in zip(numbers, found, strict=True):
            rows[number] = mine
    return rows


def one_by_one(split: Split, endpoints: int, ci_method: str) -> list[RatioRow]:
    """The same for one definition of exposure whose patients share few patterns of covariates: with many adjusters a
    table of patients × patterns is nearly empty, and fits of the cells that there are take less."""
    return [
        ratio_rows(
            cells(
                split.patient, split.days,
                np.bincount(split.at[split.endpoint == endpoint], minlength=len(split.days)), split.factors,
            ),
            SCCS, ci_method, (ON,),
        )[0]
        for endpoint in range(endpoints)
    ]  # fmt: skip


def ratios_and_upper(stack: Stack, ci_method: str = "auto") -> np.ndarray:
    """Ratio and upper limit (2, d, e) of what `ratios_on_ivig` gives, without making its rows.

    A ratio without reference is ∞, an upper limit that there is not ∞; both NaN where the row has no interval.
    """
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        numbers = np.full((2, *stack.shape[:2]), np.nan)
        rows = _rows(stack, ci_method, numbers)
    for place in np.ndindex(numbers.shape[1:]):
        row = rows[place[0]][place[1]]
        if row is not IN_NUMBERS:
            numbers[:, *place] = _numbers(row)
    return numbers


def _numbers(row: RatioRow) -> tuple[float, float]:
    bounded = row.ci_low is not None or row.ci_high is not None
    if row.status not in (OK, NO_EXPOSED, NO_REFERENCE) or not bounded:
        return np.nan, np.nan
    ratio = np.inf if row.status == NO_REFERENCE or row.irr is None else row.irr
    return ratio, np.inf if row.ci_high is None else row.ci_high


def _rows(stack: Stack, ci_method: str, numbers: np.ndarray | None = None) -> list[list[RatioRow]]:
    if ci_method == FIRTH:
        return bias_reduced_rows(stack)
    counts = count(stack)
    apart = told_apart(replace(stack.problems, free=counts.free & counts.compared[..., None]))
    ordinary = counts.compared & counts.full & apart
    rows = np.full(ordinary.shape, None, object)
    without = emptied(stack, counts, counts.compared & ~counts.full & apart)
    for many in (together(stack, counts, ordinary), without):
        if many is not None:
            _fill(rows, stack, many, ci_method, numbers)
    others = np.array([[row is None for row in of] for of in rows.tolist()], bool).reshape(rows.shape)
    if (asked := screened(stack, others)) is not None:
        _fill(rows, stack, asked, ci_method, numbers)
    return rows.tolist()


def _robust(stack: Stack, many: Many, covariance: np.ndarray) -> np.ndarray:
    """Standard error of the first term by the sandwich of patients × G/(G − 1), as `estimate.fit` has it."""
    observed = stack.by_term()[tuple(np.maximum(many.place, 0))]
    scores = many.problems.scores(many.top.beta, observed)
    meat = np.matmul(scores.swapaxes(-1, -2), scores)
    variance = np.maximum((covariance @ meat @ covariance)[..., 0, 0], 0.0)
    return np.sqrt(variance * many.informative / np.maximum(many.informative - 1, 1))


def _alone(many: Many, asked: Screen, number: int) -> Fit:
    """A fit as `estimate.fit.fit` would return it."""
    columns, now = asked.columns, many.top.at
    top = Maximum(
        many.top.beta[number, 0, columns],
        float(now.value[number, 0]),
        now.information[number, 0][np.ix_(columns, columns)],
    )
    return Fit(asked.data, asked, likelihood_of(asked), top)


def _fill(rows: np.ndarray, stack: Stack, many: Many, ci_method: str, numbers: np.ndarray | None) -> None:
    """Put the row of every model of `many` where it belongs; `IN_NUMBERS` where its numbers are enough."""
    settled = many.top.found & (np.abs(many.top.beta).max(-1, initial=0.0) < SUSPECT)
    estimated = settled & many.problems.free[..., 0]
    few = np.minimum(many.own, many.reference) < FEW
    profiled = estimated & ((ci_method == "profile") | ((ci_method == "auto") & few))
    limits = limits_of(many, profiled)
    covariance = inverse_all(many.top.at.information)
    se = np.sqrt(covariance[..., 0, 0])
    robust = _robust(stack, many, covariance) if ci_method == ROBUST else se
    if numbers is not None and ci_method != ROBUST and many.screens is None:
        _put(rows, numbers, many, np.where(profiled, np.nan, many.top.beta[..., 0] + Z * se), estimated, limits)
    for d, e in np.argwhere(many.place[0] >= 0).tolist():
        place = tuple(many.place[:, d, e].tolist())
        if rows[place] is IN_NUMBERS:
            continue
        asked = many.screens[d] if many.screens else None
        if not settled[d, e] or (profiled[d, e] and (d, e) not in limits):
            rows[place] = ratio_rows(stack.cells(*place), SCCS, ci_method, (ON,))[0]
        elif asked is not None and asked.status[ON] != OK:
            rows[place] = term_row(_alone(many, asked, d), SCCS, ON, ci_method)
        else:
            row = blank_row(stack, place, int(many.informative[d, e]))
            rows[place] = with_interval(
                row, float(many.top.beta[d, e, 0]), float(se[d, e]), kind_of_interval(ci_method, bool(few[d, e])),
                robust_se=partial(float, robust[d, e]), limits=partial(limits.__getitem__, (d, e)),
            )  # fmt: skip


def _put(
    rows: np.ndarray, numbers: np.ndarray, many: Many, high: np.ndarray, estimated: np.ndarray,
    limits: dict[tuple[int, int], tuple[float, float, float]],
) -> None:  # fmt: skip
    """Ratio and upper limit of the models that are `estimated`; `high`: log limits, NaN where they are in `limits`."""
    for place, (_, upper, _) in limits.items():
        high[place] = upper
    mine = estimated & (many.place[0] >= 0) & ~np.isnan(high)
    at = tuple(many.place[:, mine])
    numbers[0][at], numbers[1][at] = np.exp(many.top.beta[..., 0][mine]), np.exp(high[mine])
    rows[at] = IN_NUMBERS
