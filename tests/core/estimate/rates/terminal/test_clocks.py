"""Where a death lies on the clock of a period, and what a landmark does to the clock of groups."""

from __future__ import annotations

import numpy as np

from ivig_core.estimate.rates.terminal.clocks import by_period, since_start
from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study
from tests.core.make import Patient, cohort

SPEC = AnalysisSpec()
PEOPLE = (
    Patient(days=100, doses=[10, 90], infections=[45, 99], died=99),
    Patient(days=100, doses=[10], infections=[5, 60], died=99),
    Patient(days=100, doses=[10], infections=[60]),
    Patient(days=40, infections=[39], died=39),
    Patient(days=31, infections=[3]),
)


def test_a_death_is_in_the_period_in_which_it_happens():
    study = Study(cohort(*PEOPLE))
    found = by_period(study.time(SPEC), study.infections(SPEC), "exposed")
    assert {name: of.died.tolist() for name, of in found.items()} == {
        "on_ivig": [True, False, False], "observation": [False, True, False], "reference": [True, False],
    }  # fmt: skip
    assert found["on_ivig"].days.tolist() == [41, 31, 31]
    assert found["on_ivig"].time.tolist() == [41]
    # A last day that is left out ends nobody's time by death.
    left = SPEC.change(dose_day="excluded", exclude_first_days=0, within="phase:progressive")
    assert not any(of.died.any() for of in by_period(study.time(left), study.infections(left), "exposed").values())


def test_a_landmark_moves_the_clock_and_leaves_out_who_is_not_followed_so_long():
    built = cohort(*PEOPLE)
    since = since_start(built, built.infection, "ivig_by_landmark", 30)
    ivig, without = since.groups["ivig"], since.groups["no_ivig"]
    assert (since.excluded, since.without_group, since.looks_ahead) == (1, 0, False)
    assert ivig.days.tolist() == [69, 69, 69]
    assert ivig.died.tolist() == [True, True, False]
    # Days 45 and 99, 60, and 60 of follow-up; day 31 is the first after the landmark, day 5 does not count.
    assert sorted(zip(ivig.patient.tolist(), ivig.time.tolist(), strict=True)) == [(0, 15), (0, 69), (1, 30), (2, 30)]
    assert (without.days.tolist(), without.time.tolist(), without.died.tolist()) == ([9], [9], [True])
    every = since_start(built, built.infection, "none", 0)
    assert every.groups["all"].days.sum() == built.days.sum()
    assert len(every.groups["all"].time) == len(built.infection)
    assert since_start(built, built.infection, "ivig_ever", 0).looks_ahead


def test_a_blank_in_the_grouping_variable_is_counted():
    built = cohort(*PEOPLE)
    labels = np.array(["a", None, "a", "b", "b"], dtype=object)
    since = since_start(built, built.infection, "site", 0, labels)
    assert since.without_group == 1
    assert {name: len(of.days) for name, of in since.groups.items()} == {"a": 2, "b": 2}
