"""Hospitals for tests, and their files as they go from hand to hand: written as JSON and read again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

from ivig_core.disclosure.rule import Rule
from ivig_core.hospitals.answer import answered
from ivig_core.hospitals.read import read_site
from ivig_core.hospitals.request import first_request, request_json
from ivig_core.hospitals.request_read import read_request
from ivig_core.hospitals.round_json import read_round, round_json
from ivig_core.hospitals.rounds import PooledRound, pool_rounds
from ivig_core.hospitals.site import Site
from ivig_core.hospitals.site_json import site_json
from ivig_core.hospitals.summarise import summarise
from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study
from tests.core.make import Patient, cohort

RULE = Rule(7)
SIZES = (60, 40, 25, 18, 14)


def people(number: int, seed: int) -> list[Patient]:
    """Patients with courses of IVIG, phases of progression and infections, over all seasons of two years."""
    rng = np.random.default_rng(seed)
    made = []
    for days in rng.integers(60, 900, number).tolist():
        first = int(rng.integers(-10, days))
        doses = list(range(first, days, 28))[: int(rng.integers(0, 9))]
        begins = int(rng.integers(0, days))
        made.append(Patient(
            days=days, doses=doses, infections=sorted(rng.integers(0, days, rng.integers(0, 7)).tolist()),
            progressive=[(begins, min(begins + 90, days - 1))] if rng.random() < 0.6 else [],
        ))  # fmt: skip
    return made


@cache
def five() -> tuple[Study, list[Study]]:
    """All patients as one study, and cut into five hospitals of unequal size."""
    everybody = people(sum(SIZES), 8)
    ends = np.cumsum(SIZES).tolist()
    cut = [everybody[low:high] for low, high in zip([0, *ends], ends, strict=False)]
    return Study(cohort(*everybody, records_phase=True)), [Study(cohort(*one, records_phase=True)) for one in cut]


def written(told: dict[str, Any]) -> bytes:
    return json.dumps(told, allow_nan=False).encode()


def file_of(study: Study, spec: AnalysisSpec, name: str, rule: Rule = RULE) -> dict[str, Any]:
    """A site file as JSON has it."""
    return json.loads(bytes_of(study, spec, name, rule))


@cache
def bytes_of(study: Study, spec: AnalysisSpec, name: str, rule: Rule = RULE) -> bytes:
    """A site file as it is written; a study that several tests ask is asked once."""
    return written(site_json(summarise(study, spec, rule, name)))


def sites_of(studies: Sequence[Study], spec: AnalysisSpec, rule: Rule = RULE) -> list[Site]:
    """The sites of the files of hospitals A, B, …"""
    names = "ABCDEFGH"[: len(studies)]
    return [read_site(bytes_of(one, spec, name, rule), name) for one, name in zip(studies, names, strict=True)]


def in_rounds(studies: Sequence[Study], spec: AnalysisSpec, rule: Rule = RULE, most: int = 30) -> PooledRound:
    """Rounds until they are done."""
    sites = sites_of(studies, spec, rule)
    request = first_request(sites)
    for _ in range(most):
        request = read_request(written(request_json(request)), "POOL")
        answers = [
            read_round(written(round_json(answered(study, request, rule, site.name))), site.name)
            for study, site in zip(studies, sites, strict=True)
        ]
        found = pool_rounds(answers)
        if found.converged:
            break
        request = found.request
    return found
