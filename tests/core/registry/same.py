"""A registry beside a cohort in memory: the same tables, the same numbers."""

from __future__ import annotations

import datetime as dt
import itertools
import math
from pathlib import Path

import numpy as np

from ivig_core.cohort.cohort import Cohort
from ivig_core.cohort.read import read_cohort
from ivig_core.cohort.writing import cohort_csv, write_tables
from ivig_core.registry.analysis import CELLS_IN_MEMORY, analyse_registry
from ivig_core.registry.engine import Engine
from ivig_core.registry.intake.source import find
from ivig_core.registry.registry_json import to_json as registry_json
from ivig_core.spec import AnalysisSpec
from ivig_core.study.analysis import analyse
from ivig_core.study.analysis_json import to_json
from ivig_core.study.study import Study
from tests.core.make import START, Patient, cohort

BY_QUERY = 0
NOTHING_ELSE = "Survival counts from"
"""What `analyze` notes of a table that a registry does not have."""


def written(cohort: Cohort, folder: Path) -> Path:
    """The tables of a cohort in a folder."""
    write_tables(cohort, folder)
    return folder


def of_registry(engine: Engine, folder: Path, budget: int = CELLS_IN_MEMORY, **settings: object) -> dict:
    """The JSON object of `registry`."""
    spec = AnalysisSpec().change(**settings)
    return registry_json(analyse_registry(engine, find(engine, str(folder)), spec, budget=budget))


def of_cohort(study: Study, **settings: object) -> dict:
    """The JSON object of `analyze`."""
    return to_json(analyse(study, AnalysisSpec().change(**settings), ("rates", "sccs")))


def differences(one: object, two: object, place: str = "", tolerance: float = 1e-9) -> list[str]:
    """Where two JSON objects differ: numbers by more than 1e-9 of their size, or of 1."""
    if isinstance(one, dict) and isinstance(two, dict):
        return list(itertools.chain.from_iterable(
            differences(value, two.get(name), f"{place}.{name}", tolerance) for name, value in one.items()
        ))  # fmt: skip
    if isinstance(one, list) and isinstance(two, list) and len(one) == len(two):
        return list(itertools.chain.from_iterable(
            differences(*pair, f"{place}[{at}]", tolerance) for at, pair in enumerate(zip(one, two, strict=True))
        ))  # fmt: skip
    if isinstance(one, float) and isinstance(two, float):
        return [] if math.isclose(one, two, rel_tol=tolerance, abs_tol=tolerance) else [f"{place}: {one!r}, {two!r}"]
    return [] if one == two else [f"{place}: {one!r}, {two!r}"]


def apart(engine: Engine, folder: Path, study: Study, budget: int = CELLS_IN_MEMORY, **settings: object) -> list[str]:
    """Where a registry and a cohort differ under some settings: in size, rates, ratios and what both note."""
    got, wanted = of_registry(engine, folder, budget, **settings), of_cohort(study, **settings)
    parts = ("cohort", "rates", "irr")
    wanted["notes"] = [note for note in wanted["notes"] if not note.startswith(NOTHING_ELSE)]
    found = differences({name: got[name] for name in parts}, {name: wanted[name] for name in parts})
    missing = set(wanted["notes"]) - set(got["notes"])
    return [*found, *(f"not noted: {note}" for note in missing)]


def odd_people(seed: int, number: int = 40, calendar: str = "dates") -> Cohort:
    """Patients with what is rare elsewhere: one day of follow-up, doses on the last day and before the first, courses
    open, ended, before follow-up and with days between their doses, infections on one day and at both ends, the same
    infection twice, phases and therapies that go on."""
    rng = np.random.default_rng(seed)
    return cohort(*(_odd(rng, calendar) for _ in range(number)), calendar=calendar)


def _odd(rng: np.random.Generator, calendar: str) -> Patient:
    days = int(rng.choice([1, 2, 30, 100, 400, 1500]))
    some = [0, days - 1, *rng.integers(0, days, 3).tolist(), -5, -40, days, days + 9]

    def pick(at_most: int) -> list[int]:
        return sorted(int(day) for day in rng.choice(some, rng.integers(0, at_most + 1)))

    def until(day: int) -> float:
        return np.nan if rng.random() < 0.4 else day + int(rng.integers(0, 200))

    def one(*names: str | None) -> str | None:
        return names[rng.integers(0, len(names))]

    courses = [(day, until(day), int(rng.choice([1, 7, 28, 45])), one("iv", "sc")) for day in pick(2)]
    infections = [
        (day, rng.choice([1, 3, np.nan]), one("bacterial", "viral", "negative", None), one("skin", "urinary", None),
         one("yes", "no", None))
        for day in pick(6)
    ]  # fmt: skip
    start = START + dt.timedelta(days=int(rng.integers(0, 700)))
    return Patient(
        days=days,
        doses=[*pick(3), *courses] if rng.random() < 0.8 else [],
        infections=[*infections, *infections[:1]],
        progressive=[(day, until(day)) for day in pick(2)],
        therapies=[
            (day, until(day), one("anti_myeloma", "transplant", "antiviral_prophylaxis"),
             one("daratumumab", "teclistamab", "Rd"))
            for day in pick(3)
        ],
        start=start if calendar == "dates" else None,
        baseline={"age": float(rng.integers(40, 90)), "sex": one("female", "male", None), "ward": one("A", "b", None)},
    )  # fmt: skip


def studied(cohort: Cohort, folder: Path) -> Study:
    """The cohort as `analyze` has it, read from its long file."""
    path = folder / "long.csv"
    path.write_bytes(cohort_csv(cohort))
    found = read_cohort(path)
    assert found.cohort is not None, found.problems
    return Study(found.cohort)
