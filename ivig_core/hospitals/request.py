"""What the hospitals are asked in a round: a place β and the terms whose derivatives there are wanted."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np

from ivig_core.estimate.contrast import Level
from ivig_core.estimate.likelihood import Derivatives
from ivig_core.hospitals.definitions import DEFINITIONS, FORMAT, fingerprint
from ivig_core.hospitals.site import Levels, Site
from ivig_core.terms import ALC_UNKNOWN, ANC_UNKNOWN, COUNTS_UNKNOWN

KIND = "ivig-pool"
COUNTS = ("anc", "alc")


@dataclass(frozen=True)
class Term:
    """One term and what is known of it by now: as long as its status is ok, or another of its kind needs it
    (`fitted`), it moves."""

    term: str
    status: str = "ok"
    note: str = ""
    fitted: bool = True


@dataclass(frozen=True, eq=False)
class Last:
    """Where the last round was, with the sums there: a step that lowers the likelihood is taken back by half."""

    beta: np.ndarray
    derivatives: Derivatives


@dataclass(frozen=True, eq=False)
class Request:
    """A question to all hospitals. `round` from 1; `beta` (p,) in the order of `terms`, those of every factor in turn;
    `left_out`: levels without infections, in the order found; `screened`: whether it is known which terms have an
    estimate; `sites`: the hospitals that are asked."""

    settings: dict[str, Any]
    sites: tuple[str, ...]
    round: int
    factors: tuple[Levels, ...]
    terms: tuple[Term, ...]
    beta: np.ndarray
    left_out: tuple[tuple[Level, ...], ...] = ()
    screened: bool = False
    last: Last | None = field(default=None)

    @property
    def places(self) -> list[list[int]]:
        """Places of the terms of each factor."""
        sizes = np.cumsum([0, *(len(factor.levels) for factor in self.factors)])
        return [list(range(low, high)) for low, high in pairwise(sizes.tolist())]

    @property
    def columns(self) -> list[int]:
        return [place for place, term in enumerate(self.terms) if term.fitted]


def first_request(sites: Sequence[Site]) -> Request:
    """The first round of the model with all adjusters: every level that some hospital has, at β = 0."""
    factors = _factors([site.models[-1].factors for site in sites])
    terms = tuple(Term(level) for factor in factors for level in factor.levels)
    return Request(dict(sites[0].settings), tuple(site.name for site in sites), 1, factors, terms, np.zeros(len(terms)))


def _factors(of_sites: Sequence[Sequence[Levels]]) -> tuple[Levels, ...]:
    """The factors of all hospitals: every level once, against the reference that most of them have."""
    of_sites = [_counts_apart(one) for one in of_sites] if _unlike_counts(of_sites) else of_sites
    joined = []
    for same in zip(*of_sites, strict=True):
        references = [factor.reference for factor in same]
        reference = max(dict.fromkeys(references), key=references.count)
        names = [name for factor in same for name in (factor.reference, *factor.levels)]
        levels = [name for name in dict.fromkeys(names) if name != reference]
        joined.append(Levels(same[0].name, reference, tuple(sorted(levels, key=_by_number(same[0].name, levels)))))
    return tuple(joined)


def _by_number(factor: str, levels: list[str]) -> Any:
    """Bands of time and half-years in their order; others as they were met."""
    if factor not in ("time", "calendar"):
        return levels.index
    return lambda name: [int(part) for part in re.findall(r"\d+", name)] or [10**9]


def _unlike_counts(of_sites: Sequence[Sequence[Levels]]) -> bool:
    found = {COUNTS_UNKNOWN in factor.levels for one in of_sites for factor in one if factor.name == COUNTS[0]}
    return len(found) > 1


def _counts_apart(factors: Sequence[Levels]) -> list[Levels]:
    """Neutrophils and lymphocytes each with unknown days of their own, also where a hospital has them on the same
    days."""
    apart = {COUNTS[0]: ANC_UNKNOWN, COUNTS[1]: ALC_UNKNOWN}
    found = []
    for factor in factors:
        levels = [name for name in factor.levels if name != COUNTS_UNKNOWN]
        if unknown := apart.get(factor.name):
            levels = [name for name in levels if name != unknown] + [unknown]
        found.append(Levels(factor.name, factor.reference, tuple(levels)))
    return found


def request_json(request: Request) -> dict[str, Any]:
    """A request as a JSON object, described in `docs/json.md`."""
    last = request.last
    return {
        "format": KIND,
        "version": FORMAT,
        "definitions": {
            "version": DEFINITIONS, "fingerprint": fingerprint(request.settings), "settings": request.settings
        },
        "round": request.round,
        "sites": list(request.sites),
        "factors": [asdict(factor) for factor in request.factors],
        "terms": [asdict(term) for term in request.terms],
        "beta": request.beta.tolist(),
        "left_out": [[list(level) for level in levels] for levels in request.left_out],
        "screened": request.screened,
        "last": None if last is None else {"beta": last.beta.tolist(), **derivatives_json(last.derivatives)},
    }  # fmt: skip


def derivatives_json(derivatives: Derivatives) -> dict[str, Any]:
    return {
        "value": derivatives.value,
        "score": derivatives.score.tolist(),
        "information": derivatives.information.tolist(),
    }
