"""A hospital's answer to a request: the derivatives of its likelihood where it is asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ivig_core import __version__
from ivig_core.disclosure.rule import Rule
from ivig_core.errors import HospitalError
from ivig_core.estimate.cells import Factor, cells
from ivig_core.estimate.hospitals.profiled import rounded
from ivig_core.estimate.hospitals.rounds import Answer, answer, nothing
from ivig_core.estimate.likelihood import Derivatives
from ivig_core.estimate.rates.sccs import axis_factor, exposure_factor
from ivig_core.hospitals.request import Request
from ivig_core.hospitals.site import EXPOSURE, Levels
from ivig_core.hospitals.summarise import counts_told, too_few
from ivig_core.numbers import counted
from ivig_core.persontime.split import PersonTime
from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study
from ivig_core.terms import ALC_UNKNOWN, ANC_UNKNOWN, COUNTS_UNKNOWN, PHASE_UNKNOWN, SEASON_UNKNOWN, THERAPY_UNKNOWN

DIGITS = 10
"""Significant digits of what a round tells: a common model within 1e-8 needs two more than a profile."""
MERGED = (PHASE_UNKNOWN, SEASON_UNKNOWN, THERAPY_UNKNOWN)
"""Unknown all along in a patient or a hospital: it says nothing of this factor, whatever its days are called."""


@dataclass(frozen=True, eq=False)
class Round:
    """All of a round file. `adds`: whether enough patients are behind it; if not, the derivatives are 0."""

    name: str
    program: str
    threshold: int
    rounding: int
    counts: dict[str, int | None]
    request: Request
    adds: bool
    answer: Answer
    remarks: tuple[str, ...] = ()


def answered(study: Study, request: Request, rule: Rule, name: str) -> Round:
    """The answer of the hospital whose cohort this is.

    Where fewer patients than the threshold have an infection and days in two levels of anything, or fewer infections
    of theirs are counted, nothing is shared, and the file is the same as where there are none.

    Raises
    ------
    HospitalError
        for days in a level that the request does not know.
    """
    spec = AnalysisSpec.from_dict(request.settings)
    time = study.time(spec)
    table = time.table
    data = cells(
        table["patient"].to_numpy(), table["days"].to_numpy(), table["infections"].to_numpy(),
        [_factor(time, levels) for levels in request.factors],
    )  # fmt: skip
    found = answer(data, request.beta, request.left_out)
    adds = not rule.small(found.patients, found.infections)
    remarks = _remarks(found, rule)
    if not adds:
        found = nothing([len(levels.levels) + 1 for levels in request.factors], len(request.beta))
    return Round(name, __version__, rule.threshold + 1, rule.rounding, counts_told(study, spec, rule), request, adds,
                 _rounded(found), remarks)  # fmt: skip


def _remarks(found: Answer, rule: Rule) -> tuple[str, ...]:
    """What the hospital has to know before it sends the file."""
    if rule.small(found.patients, found.infections):
        return (too_few(found.patients, found.infections, rule, "in two levels of anything that is compared"),)
    if 0 < found.fewest <= rule.threshold:
        return (
            f"A level rests on {counted(found.fewest, 'patient')} with an infection: what the file says of it is "
            "nearly theirs alone. Coarser levels (time_band_days, fewer adjusters) would hide them.",
        )
    return ()


def _rounded(found: Answer) -> Answer:
    there = found.derivatives
    value = float(rounded(np.array([there.value]), DIGITS)[0])
    told = Derivatives(
        value, rounded(there.score, DIGITS), rounded((there.information + there.information.T) / 2, DIGITS)
    )
    return Answer(told, found.levels, found.patients, found.infections, found.fewest)


def _factor(time: PersonTime, levels: Levels) -> Factor:
    if levels.name == EXPOSURE:
        factor = exposure_factor(time)
    elif COUNTS_UNKNOWN in levels.levels:
        terms = tuple(ANC_UNKNOWN if one == COUNTS_UNKNOWN else one for one in levels.levels)
        named = axis_factor(time, levels.name, terms)
        factor = Factor(levels.name, levels.levels, named.codes)
    else:
        _check_levels(time, levels)
        factor = axis_factor(time, levels.name, levels.levels)
    return factor


def _check_levels(time: PersonTime, levels: Levels) -> None:
    known = {levels.reference, *levels.levels, *MERGED, ALC_UNKNOWN}
    if unknown := [name for name in _with_days(time, levels.name) if name not in known]:
        raise HospitalError(
            f"this cohort has days in {', '.join(unknown)} ({levels.name}), which no file of the first `pool` had: "
            "share it again without --at, and pool all hospitals anew"
        )


def _with_days(time: PersonTime, axis: str) -> Iterator[str]:
    column = time.table[axis].cat
    days = np.bincount(column.codes.to_numpy(), time.table["days"].to_numpy(), len(column.categories))
    return (name for name, some in zip(column.categories, days > 0, strict=True) if some)
