"""Cohorts for tests of reports: the edges, and one with names that markup and tables could trip over."""

from __future__ import annotations

from functools import cache

from ivig_core.cohort.cohort import Cohort
from ivig_core.report.content import Exhibit
from ivig_core.report.default import default_exhibits
from ivig_core.spec import AnalysisSpec
from ivig_core.study.results import Results, results
from ivig_core.study.study import Study
from tests.core.make import Patient, cohort

LONG = f"<b>&|{'ü' * 55}"
OWN = "<b>Größe|x"


def _many() -> list[Patient]:
    """Forty patients, half of them with IVIG, with infections on and off it, deaths and IgG."""
    return [
        Patient(
            days=300 + 7 * number,
            doses=[60 + number, 100 + number, 200] if number % 2 else [],
            infections=[20 + 3 * number, *([75 + number] if number % 3 else []), 160, 250 + number % 5],
            igg=[(-5, 300 + 15 * number), (90, 650)],
            progressive=[(150, 220)] if number % 4 == 0 else [],
            died=300 + 7 * number - 1 if number % 5 == 0 else float("nan"),
            baseline={"age": 50.0 + number, "heavy_chain": "IgA", OWN: f"{LONG}{number % 3}"},
        )
        for number in range(40)
    ]  # fmt: skip


MADE = {
    "many": _many,
    "one": lambda: [Patient(doses=[10], infections=[5, 50])],
    "nothing": lambda: [Patient()],
    "no_infections": lambda: [Patient(doses=[10]), Patient(days=50)],
    "no_ivig": lambda: [Patient(infections=[3]), Patient(days=50, infections=[4])],
    "zero": lambda: [Patient(days=200, doses=[50], infections=[3, 150]) for _ in range(4)],
    "infinite": lambda: [Patient(days=200, doses=[50], infections=[55]) for _ in range(4)],
    "all_on": lambda: [Patient(days=20, doses=[0], infections=[5]) for _ in range(4)],
}


def made(name: str) -> Cohort:
    """One of the cohorts above."""
    return cohort(*MADE[name](), name=name)


@cache
def study(name: str) -> Study:
    """Its study, one for all tests."""
    return Study(made(name))


@cache
def of(name: str, **settings: object) -> Results:
    """Its results under changed settings, once for all tests."""
    return results(study(name), AnalysisSpec().change(**settings))


@cache
def exhibits(name: str, **settings: object) -> tuple[Exhibit, ...]:
    """The exhibits of these results, once for all tests."""
    return default_exhibits(of(name, **settings))
