"""A round file as it is written and read."""

from __future__ import annotations

from typing import Any

import numpy as np

from ivig_core.disclosure.rule import LARGEST_THRESHOLD, MOST_APART
from ivig_core.errors import HospitalError
from ivig_core.estimate.hospitals.rounds import Answer, LevelSeen
from ivig_core.estimate.likelihood import Derivatives
from ivig_core.hospitals.answer import Round
from ivig_core.hospitals.definitions import FORMAT
from ivig_core.hospitals.fields import Fields, object_of
from ivig_core.hospitals.read import NAME, version_fits
from ivig_core.hospitals.request import Request, derivatives_json, request_json
from ivig_core.hospitals.request_read import derivatives_of, request_of
from ivig_core.hospitals.summarise import COUNTS

KIND = "ivig-hospital-round"
ROUNDED = 1e-9


def round_json(found: Round) -> dict[str, Any]:
    """A round file as a JSON object, described in `docs/json.md`."""
    request = request_json(found.request)
    p = len(found.request.terms)
    return {
        "format": KIND,
        "version": FORMAT,
        "program": found.program,
        "name": found.name,
        "explanation": _explanation(found, p),
        "definitions": request["definitions"],
        "disclosure": {"threshold": found.threshold, "rounding": found.rounding},
        "counts": found.counts,
        "adds": found.adds,
        **derivatives_json(found.answer.derivatives),
        "levels": [
            [{"informative": seen.informative, "infected": seen.infected} for seen in levels]
            for levels in found.answer.levels
        ],
        "request": request,
    }


def _explanation(found: Round, p: int) -> list[str]:
    numbers = 1 + p + p * (p + 1) // 2
    return [
        "This file holds no row, no date, no identifier and no vector with an entry a patient. It is meant for the one "
        "who pools the hospitals of a study, and for nobody else.",
        f"It answers one question of a fit in rounds with {numbers} sums over patients: the log-likelihood, its {p} "
        "slopes and their curvature at the place asked. Of a level that few patients have days in, they tell nearly "
        "what its infections and shares of days are. Of every level it tells whether there is an infection at all.",
        f"Counts below {found.threshold}, 0 among them, are null; others are rounded to {found.rounding}. Where fewer "
        f"than {found.threshold} patients have an infection and days to compare, perhaps none, all sums are 0.",
    ]


def read_round(data: bytes, file: str) -> Round:
    """The round of a file's bytes; `file`: how messages call it.

    Raises
    ------
    HospitalError
        for a file that `share --at` of this version did not write: what is wrong, where, and what to do.
    """
    told = Fields(object_of(data, file), file)
    if told.get("format") != KIND:
        raise HospitalError(f"{file}: not an answer to a round (its format is not {KIND}); `share --at` makes it")
    version_fits(told)
    request = request_of(told.inside("request"))
    disclosure, counts = told.inside("disclosure"), told.inside("counts")
    adds = told.flag("adds")
    derivatives = _derivatives(told, request)
    if not adds and (derivatives.score.any() or derivatives.information.any()):
        raise HospitalError(f"{file}: sums that are not 0 without enough patients behind them")
    return Round(
        name=told.text("name", NAME),
        program=told.text("program", NAME),
        threshold=disclosure.whole("threshold", 2, LARGEST_THRESHOLD + 1),
        rounding=disclosure.whole("rounding", 1, MOST_APART),
        counts={one: counts.count(one) for one in (*COUNTS, "person_days")},
        request=request,
        adds=adds,
        answer=Answer(derivatives, _levels(told, request)),
    )


def _derivatives(told: Fields, request: Request) -> Derivatives:
    found = derivatives_of(told, len(request.terms))
    values = np.linalg.eigvalsh(found.information) if len(request.terms) else np.zeros(1)
    if values.min() < -ROUNDED * max(1.0, float(values.max())):
        raise HospitalError(f"{told.place}: an information that is negative: this is no likelihood")
    return found


def _levels(told: Fields, request: Request) -> tuple[tuple[LevelSeen, ...], ...]:
    rows = told.listed("levels", len(request.factors))
    found = []
    for at, (row, factor) in enumerate(zip(rows, request.factors, strict=True), start=1):
        place = Fields({"row": row}, f"{told.place}, levels {at}")
        size = len(factor.levels) + 1
        seen = [
            Fields(one, f"{place.place}, {number}") for number, one in enumerate(place.listed("row", size), start=1)
        ]
        found.append(tuple(LevelSeen(one.flag("informative"), one.flag("infected")) for one in seen))
    return tuple(found)
