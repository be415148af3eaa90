"""A request as it is read: from the file that `pool` wrote, or from the answer of a hospital to it."""

from __future__ import annotations

import numpy as np

from ivig_core.errors import HospitalError
from ivig_core.estimate.contrast import NO_CONTRAST, NO_EXPOSED, NO_REFERENCE, NOT_IDENTIFIED, OK, Level
from ivig_core.estimate.likelihood import Derivatives
from ivig_core.hospitals.fields import Fields, object_of
from ivig_core.hospitals.read import MOST_LEVELS, settings_in, version_fits
from ivig_core.hospitals.request import KIND, Last, Request, Term
from ivig_core.hospitals.site import EXPOSURE, Levels
from ivig_core.persontime.states import axes_of
from ivig_core.spec import AnalysisSpec

STATUSES = (OK, NO_CONTRAST, NO_EXPOSED, NO_REFERENCE, NOT_IDENTIFIED)
MOST_ROUNDS = 100
MOST_TERMS = 400
MOST_SITES = 200


def read_request(data: bytes, file: str) -> Request:
    """The request of a file that `pool -o` wrote; `HospitalError` for anything else."""
    return request_of(Fields(object_of(data, file), file))


def request_of(told: Fields) -> Request:
    """The request in a JSON object, every field checked."""
    if told.get("format") != KIND:
        raise HospitalError(f"{told.place}: not a question to hospitals (its format is not {KIND}): `pool -o` makes it")
    version_fits(told)
    spec, settings = settings_in(told.inside("definitions"))
    factors = _factors(told, spec)
    rows = told.objects("terms", MOST_TERMS)
    terms = tuple(Term(row.text("term"), _status(row), row.text("note"), row.flag("fitted")) for row in rows)
    if tuple(term.term for term in terms) != tuple(level for factor in factors for level in factor.levels):
        raise HospitalError(f"{told.place}: terms and levels do not belong together; take the file as `pool` wrote it")
    return Request(
        settings=settings,
        sites=told.texts("sites", MOST_SITES),
        round=told.whole("round", 1, MOST_ROUNDS),
        factors=factors,
        terms=terms,
        beta=told.vector("beta", len(terms)),
        left_out=_left_out(told, factors),
        screened=told.flag("screened"),
        last=_last(told, len(terms)),
    )


def _status(row: Fields) -> str:
    status = row.text("status")
    if status not in STATUSES:
        raise row.wrong("status", status, f"any of {', '.join(STATUSES)}")
    return status


def _factors(told: Fields, spec: AnalysisSpec) -> tuple[Levels, ...]:
    wanted = (EXPOSURE, *axes_of(spec.model.adjust_for))
    factors = tuple(
        Levels(row.text("name"), row.text("reference"), row.texts("levels", MOST_LEVELS))
        for row in told.objects("factors", len(wanted))
    )
    if tuple(factor.name for factor in factors) != wanted:
        raise HospitalError(f"{told.place}: not the factors of the settings; take the file as `pool` wrote it")
    return factors


def _left_out(told: Fields, factors: tuple[Levels, ...]) -> tuple[tuple[Level, ...], ...]:
    found = []
    for number, batch in enumerate(told.listed("left_out"), start=1):
        levels = []
        for pair in Fields({"row": batch}, f"{told.place}, left_out {number}").listed("row"):
            place = Fields({"row": pair}, f"{told.place}, left_out {number}")
            factor, code = place.vector("row", 2)
            if factor not in range(len(factors)) or code not in range(len(factors[int(factor)].levels) + 1):
                raise place.wrong("row", pair, "the number of a factor and of one of its levels")
            levels.append((int(factor), int(code)))
        found.append(tuple(levels))
    return tuple(found)


def _last(told: Fields, p: int) -> Last | None:
    if told.get("last") is None:
        return None
    last = told.inside("last")
    return Last(last.vector("beta", p), derivatives_of(last, p))


def derivatives_of(told: Fields, p: int) -> Derivatives:
    """Value, score (p,) and information (p, p), symmetric."""
    rows = [
        Fields({"row": row}, f"{told.place}, information {at}")
        for at, row in enumerate(told.listed("information", p), 1)
    ]
    information = np.array([row.vector("row", p) for row in rows]).reshape(p, p)
    if not np.array_equal(information, information.T):
        raise HospitalError(f"{told.place}: an information that is not symmetric; take the file as `share` wrote it")
    value = told.number("value")
    if value is None:
        raise told.wrong("value", value, "a finite number")
    return Derivatives(value, told.vector("score", p), information)
