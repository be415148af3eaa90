"""Rows for infections that end follow-up: each is the case series of the cohort that it says."""

from __future__ import annotations

import numpy as np
import pytest

from ivig_core.estimate.cells import cells
from ivig_core.estimate.fit import ratio_rows
from ivig_core.estimate.rates.sccs import adjusters, exposure_factor
from ivig_core.estimate.trust.end_after_event import end_model
from ivig_core.spec import AnalysisSpec
from ivig_core.study.rates.models import sccs
from ivig_core.study.study import Study
from ivig_core.study.trust.rows.end_of_follow_up import CHOSEN, end_of_follow_up
from ivig_core.study.trust.sensitivity import further_sensitivity, sensitivity_row
from tests.core.make import Patient, cohort

SPEC = AnalysisSpec()
NUMBERS = ["irr", "ci_low", "ci_high", "infections", "patients"]
YEAR = 365.25


def people(number: int = 60, share: float = 0.4) -> list[Patient]:
    """Patients of 200 to 900 days with a course of IVIG; a `share` dies, many of them soon after an infection."""
    generator, made = np.random.default_rng(5), []
    for _ in range(number):
        days = int(generator.integers(200, 900))
        first = int(generator.integers(0, days))
        doses = [day for day in range(first, first + 200, 28) if day < days]
        infections = np.sort(generator.integers(0, days, generator.poisson(3))).tolist()
        died = np.nan
        if generator.random() < share:
            died = days - 1
            infections = sorted({*infections, days - 1 - int(generator.integers(0, 60))})
        made.append(Patient(days=days, doses=doses, infections=infections, died=died))
    return made


def row(patients: list[Patient], name: str, spec: AnalysisSpec = SPEC):
    variant = next(item for item in end_of_follow_up() if item.name == name)
    return sensitivity_row(Study(cohort(*patients)), spec, variant)


def as_set(patients: list[Patient]):
    table = sccs(Study(cohort(*patients)), SPEC)
    return table[table["term"] == "on_ivig"].iloc[0]


def soon(patient: Patient) -> bool:
    return any(patient.days - 1 - day <= 90 for day in patient.infections)


def cut(patient: Patient) -> Patient:
    """The same patient until 91 days earlier."""
    days = patient.days - 91
    return Patient(
        days=days,
        doses=[day for day in patient.doses if day < days],
        infections=[day for day in patient.infections if day < days],
    )


def test_each_row_is_the_case_series_of_the_cohort_that_it_says():
    everyone = people()
    expected = {
        "without_deaths": [one for one in everyone if np.isnan(one.died)],
        "without_soon": [one for one in everyone if not soon(one)],
        "without_last_days": [cut(one) for one in everyone if not soon(one)],
    }
    for name, kept in expected.items():
        found = row(everyone, name)
        assert found[NUMBERS].tolist() == pytest.approx(as_set(kept)[NUMBERS].tolist()), name
    assert row(everyone, "without_soon")["note"].startswith(CHOSEN)


def test_ninety_days_are_soon_and_ninety_one_are_not():
    for day, kept in ((109, 0), (108, 1)):
        found = row([Patient(days=200, doses=[50], infections=[day, 60]), *people(40, 0)], "without_soon")
        assert found["infections"] - row(people(40, 0), "without_soon")["infections"] == 2 * kept


def test_only_infections_that_count_make_an_end_soon():
    mild = [Patient(days=300, doses=[50], infections=[(100, 3), (280, 1)]) for _ in range(5)]
    assert row(mild, "without_soon", SPEC.change(min_grade=3))["status"] == "not_applicable"
    assert row(mild, "without_soon")["status"] == "no_contrast"


def test_the_weighted_row_has_weights_in_the_place_of_days():
    study = Study(cohort(*people(120)))
    variant = next(item for item in end_of_follow_up() if item.name == "weighted")
    found = sensitivity_row(study, SPEC, variant)
    time, infections, end = study.time(SPEC, ("time",)), study.infections(SPEC), study.full.days / YEAR
    died = study.full.patients["died_day"].notna().to_numpy()
    who, table = infections["patient"].to_numpy(), time.table
    model = end_model((infections["day"].to_numpy() + 0.5) / YEAR, end[who], died[who])
    patient = table["patient"].to_numpy()
    low, high = table["start_day"].to_numpy() / YEAR, (table["end_day"].to_numpy() + 1) / YEAR
    weight = model.weight(low, high, end[patient], died[patient])
    factors = [exposure_factor(time), *adjusters(time, ("time",))]
    wanted = ratio_rows(cells(patient, weight, table["infections"].to_numpy(), factors), "", "robust")[0]
    assert (found["irr"], found["ci_low"], found["ci_high"]) == pytest.approx(
        (wanted.irr, wanted.ci_low, wanted.ci_high)
    )
    assert not found["main"]
    assert found["note"].endswith("adjusted for time since the start whatever is set")


def test_what_changes_nothing_says_so():
    alive = [Patient(days=300, doses=[50], infections=[100]) for _ in range(3)]
    found = [row(alive, name) for name in ("without_deaths", "without_soon", "weighted")]
    assert {one["status"] for one in found} == {"not_applicable"}
    assert [one["note"].split(":")[0] for one in found] == [
        "no patient died",
        "nobody's follow-up ended within 90 days of a counted infection",
        "no death ended follow-up",
    ]


def test_few_deaths_are_too_few_for_weights():
    found = row([*people(20, 0), Patient(days=300, doses=[50], infections=[20, 280], died=299)], "weighted")
    assert found["status"] == "not_identified"
    assert found["note"] == "1 of the patients with an infection died at the end of follow-up: 10 are needed"


@pytest.mark.parametrize(
    "patients",
    [
        [Patient(days=100)],
        [Patient(days=1, infections=[0], died=0)],
        [Patient(days=60, doses=[10], infections=[5, 30], died=59), Patient(days=60)],
        [Patient(days=400, infections=[5, 390], died=399) for _ in range(12)],
        [Patient(days=400, doses=[100], infections=[110, 399], died=399) for _ in range(12)],
        [Patient(days=400, doses=[100], infections=[5, 5], died=405) for _ in range(12)],
    ],
    ids=["nothing", "one day", "two patients", "no IVIG", "alike", "off IVIG only"],
)
def test_odd_cohorts_have_a_status_and_a_reason(patients):
    table = further_sensitivity(Study(cohort(*patients)), SPEC)
    for record in table[table["group"] == "end_of_follow_up"].to_dict("records"):
        assert record["status"] == "ok" or record["note"], record["name"]
        assert not record["irr"] > 1e6, record["name"]
