"""The answers of all hospitals to one request: what is known by now, and what to ask next."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from ivig_core.disclosure.rule import table_of
from ivig_core.errors import EstimationError, HospitalError
from ivig_core.estimate.contrast import (
    NO_CONTRAST,
    NO_CONVERGENCE,
    NO_EXPOSED,
    NO_REFERENCE,
    NOT_IDENTIFIED,
    OK,
    ON_NEITHER_SIDE,
    Level,
    aliased,
    some_of,
)
from ivig_core.estimate.hospitals.rounds import CLOSE, NEAR, LevelSeen, newton, summed
from ivig_core.estimate.intervals import wald
from ivig_core.estimate.likelihood import Derivatives
from ivig_core.estimate.result import RATIO_COLUMNS, RatioRow
from ivig_core.estimate.rows import filled
from ivig_core.hospitals.answer import Round
from ivig_core.hospitals.request import Last, Request, Term, request_json
from ivig_core.numbers import Withheld, is_number
from ivig_core.spec import AnalysisSpec

FIXED = "pooled_fixed"
COUNTS = ("patients", "patients_with_infection", "infections")
IRR_COLUMNS = (*RATIO_COLUMNS, "adjust_for", "weight")
ROUNDING = 1e-8
"""Part of a log-likelihood by which its rounded values can seem to fall."""


@dataclass(frozen=True, eq=False)
class PooledRound:
    """Where the rounds are.

    `request`: the next question, of no use once `converged`. `step`: the largest move of a log ratio in this round.
    `irr`: a row per term in the columns of `pool.Pooled.irr`; a ratio has numbers once the step is below 1e-4.
    """

    spec: AnalysisSpec
    sites: tuple[Round, ...]
    round: int
    converged: bool
    step: float
    request: Request
    irr: pd.DataFrame
    notes: tuple[str, ...]


def pool_rounds(rounds: Sequence[Round]) -> PooledRound:
    """One step of Newton's method for the model common to all hospitals, from their answers to one request.

    The first rounds, at β = 0, find the terms without an estimate as `estimate.contrast.screen` does: those of which no
    hospital has days to compare, those that cannot be told apart, and levels in which no hospital has an infection.
    Terms that turn out to rise for ever are held and named. Rows have Wald intervals with the information of the sum.

    Raises
    ------
    HospitalError
        where a hospital that was asked is missing, is there twice, or answered another question.
    """
    request = _same_request(rounds)
    now = summed([one.answer.derivatives for one in rounds])
    if not request.screened:
        request = _screened(request, now, [one.answer.levels for one in rounds])
    if not request.screened:
        return _result(rounds, replace(request, round=request.round + 1), math.inf, now)
    if request.last is not None and _fell(now, request.last.derivatives):
        halfway = (request.beta + request.last.beta) / 2
        return _result(rounds, replace(request, round=request.round + 1, beta=halfway), math.inf, now)
    try:
        step = newton(request.beta, now, request.columns, request.places)
    except EstimationError as error:
        raise HospitalError(str(error)) from None
    terms = [
        replace(term, status=NOT_IDENTIFIED, note=SEPARATED, fitted=False) if place in step.gone else term
        for place, term in enumerate(request.terms)
    ]
    # After terms were sent away the likelihood is compared with nothing before.
    last = None if step.gone else Last(request.beta, now)
    asked = replace(request, round=request.round + 1, beta=step.beta, terms=tuple(terms), last=last)
    return _result(rounds, asked, step.size, now)


SEPARATED = "this and other terms together separate days with infections from days without"


def _same_request(rounds: Sequence[Round]) -> Request:
    if not rounds:
        raise HospitalError("no answer of a hospital was given")
    request = rounds[0].request
    wanted = request_json(request)
    for one in rounds[1:]:
        if request_json(one.request) != wanted:
            raise HospitalError(
                f"{rounds[0].name} and {one.name} answered different questions (rounds {request.round} and "
                f"{one.request.round}): all hospitals answer the same file of `pool -o`"
            )
    names = [one.name for one in rounds]
    if twice := [name for name in dict.fromkeys(names) if names.count(name) > 1]:
        raise HospitalError(f"{twice[0]} is there more than once: give each hospital's answer once")
    if len(rounds) != len(request.sites):
        missing = [name for name in request.sites if name not in names]
        raise HospitalError(
            f"{len(rounds)} answers to a question that {len(request.sites)} hospitals were asked"
            f"{f' (there is none of {some_of(missing)})' if missing else ''}: every one of them answers every round"
        )
    _check_different(rounds)
    return request


def _check_different(rounds: Sequence[Round]) -> None:
    for number, one in enumerate(rounds):
        for earlier in rounds[:number]:
            if one.adds and np.array_equal(one.answer.derivatives.information, earlier.answer.derivatives.information):
                raise HospitalError(f"{earlier.name} and {one.name} give the same sums: one cohort counts once")


def _fell(now: Derivatives, before: Derivatives) -> bool:
    return now.value < before.value - ROUNDING * max(1.0, abs(before.value))


def _screened(request: Request, now: Derivatives, seen: Sequence[Sequence[Sequence[LevelSeen]]]) -> Request:
    """What the first look says: terms without an estimate, and levels that the hospitals have to leave out first."""
    there = [
        [any(of[at][code].informative for of in seen) for code in range(len(factor.levels) + 1)]
        for at, factor in enumerate(request.factors)
    ]
    empty = [
        (at, code)
        for at, levels in enumerate(there)
        for code, some in enumerate(levels)
        if some and not any(of[at][code].infected for of in seen)
    ]
    terms = list(request.terms)
    if not request.left_out:
        flat = [some for levels in there for some in levels[1:]]
        terms = [
            term if some else replace(term, status=NO_CONTRAST, note=ABSENT, fitted=False)
            for term, some in zip(terms, flat, strict=True)
        ]
        terms = _independent(terms, now, "", "has no patient with days in the reference level")
    if empty:
        left_out = (*request.left_out, tuple(empty))
        return replace(request, terms=tuple(terms), left_out=left_out)
    if request.left_out:
        terms = _emptied(request, terms)
        names = ", ".join(sorted({_level_name(request, level) for batch in request.left_out for level in batch}))
        terms = _independent(
            terms, now, f" once days without infections ({names}) are left out",
            f"nothing is left to compare with once days without infections ({names}) are left out",
        )  # fmt: skip
    return replace(request, terms=tuple(terms), screened=True)


ABSENT = "no patient with an infection of any hospital has days both in this level and outside it"


def _independent(terms: Sequence[Term], now: Derivatives, when: str, alone: str) -> list[Term]:
    """Terms that depend on each other have no estimate; a set of them that does not is fitted."""
    at = [place for place, term in enumerate(terms) if term.fitted]
    if not at:
        return list(terms)
    dependent, kept = aliased(now.information[np.ix_(at, at)])
    names = [terms[place].term for place, bad in zip(at, dependent, strict=True) if bad]
    stay = {at[index] for index in kept}
    found = list(terms)
    for place, bad in zip(at, dependent, strict=True):
        term = replace(terms[place], fitted=place in stay)
        others = some_of([name for name in names if name != term.term])
        note = f"cannot be told apart from {others}{when}" if others else alone
        found[place] = _failed(term, NOT_IDENTIFIED, note) if bad else term
    return found


def _emptied(request: Request, terms: Sequence[Term]) -> list[Term]:
    """Status of the terms of levels that were left out; the first batch was so from the start."""
    first = set(request.left_out[0])
    every = {level for batch in request.left_out for level in batch}
    found = list(terms)
    for number, places in enumerate(request.places):
        for code, place in enumerate(places, start=1):
            if {(number, 0), (number, code)} <= every:
                found[place] = _failed(found[place], NOT_IDENTIFIED, ON_NEITHER_SIDE)
            elif (number, code) in every:
                found[place] = _empty(found[place], NO_EXPOSED, "in this level", (number, code) in first)
            elif (number, 0) in every:
                found[place] = _empty(found[place], NO_REFERENCE, "in the reference level", (number, 0) in first)
    return found


def _empty(term: Term, status: str, where: str, from_the_start: bool) -> Term:
    if from_the_start:
        return _failed(term, status, f"no infection {where} among patients with days in it and outside it")
    note = f"the infections {where} are of patients without other days, once levels without infections are left out"
    return _failed(term, NOT_IDENTIFIED, note)


def _failed(term: Term, status: str, note: str) -> Term:
    """A term without an estimate, for its first reason."""
    return replace(term, status=status, note=note) if term.status == OK else term


def _level_name(request: Request, level: Level) -> str:
    factor, code = request.factors[level[0]], level[1]
    return factor.levels[code - 1] if code else f"reference of {factor.name}"


def _result(rounds: Sequence[Round], request: Request, step: float, now: Derivatives) -> PooledRound:
    columns = request.columns
    converged = request.screened and step <= CLOSE
    covariance = np.linalg.inv(now.information[np.ix_(columns, columns)]) if step <= NEAR and columns else None
    counts = _counts(rounds)
    rows = [
        {**vars(_row(request, place, columns, covariance, step)), **counts,
         "adjust_for": ",".join(request.settings["adjust_for"]), "weight": math.nan}
        for place in range(len(request.terms))
    ]  # fmt: skip
    numbers = ("log_irr", "se", "irr", "ci_low", "ci_high", "p_value")
    rows = [{**row, **{name: math.nan if row[name] is None else row[name] for name in numbers}} for row in rows]
    return PooledRound(
        AnalysisSpec.from_dict(request.settings), tuple(rounds), rounds[0].request.round, converged, step, request,
        table_of(rows, IRR_COLUMNS), tuple(_notes(rounds, request, converged)),
    )  # fmt: skip


def _row(request: Request, place: int, columns: list[int], covariance: np.ndarray | None, step: float) -> RatioRow:
    term = request.terms[place]
    row = RatioRow(model=FIXED, term=term.term, status=term.status, note=term.note)
    if term.status != OK:
        return row
    if covariance is None:
        return filled(row, status=NO_CONVERGENCE, note="not yet: the rounds go on")
    at = columns.index(place)
    log_irr, se = float(request.beta[place]), float(np.sqrt(covariance[at, at]))
    low, high, p = wald(log_irr, se)
    note = "" if step <= CLOSE else f"the last step moved a log ratio by {step:.1g}: one more round for the last digits"
    return filled(
        row, log_irr=log_irr, se=se, irr=np.exp(log_irr), ci_low=np.exp(low), ci_high=np.exp(high), p_value=p,
        ci_method="wald", note=note,
    )  # fmt: skip


def _counts(rounds: Sequence[Round]) -> dict[str, Any]:
    sums: dict[str, Any] = {"informative_patients": Withheld("not told")}
    for name in COUNTS:
        known = [count for one in rounds if is_number(count := one.counts[name])]
        sums[name] = sum(known) if len(known) == len(rounds) else Withheld("not told")
    return sums


def _notes(rounds: Sequence[Round], request: Request, converged: bool) -> list[str]:
    silent = [one.name for one in rounds if not one.adds]
    notes = [
        "Counts are those of the hospitals' files, rounded there; sums of them are not exact. Ratios are.",
        "Intervals are Wald intervals: other kinds need more than value, score and information.",
    ]
    if silent:
        notes.append(
            f"{', '.join(silent)}: nothing to add; fewer patients than the threshold, perhaps none, have an infection "
            "and days to compare. If there are some, they are in no ratio here."
        )
    if request.left_out:
        names = sorted({_level_name(request, level) for batch in request.left_out for level in batch})
        notes.append(f"No hospital has an infection in these levels, whose days are left out: {', '.join(names)}.")
    if not converged:
        notes.append(f"Not done: every hospital answers round {request.round} with `share --at`.")
    return notes
