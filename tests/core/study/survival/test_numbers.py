"""The numbers beside a survival comparison are those of the estimators, put side by side and computed once."""

from __future__ import annotations

import numpy as np
import pytest

from ivig_core.errors import EstimationError
from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study
from ivig_core.study.survival.numbers import MAIN_TEST, competing_death, survival_numbers
from ivig_core.study.survival.tables import survival
from tests.core.make import Patient, cohort
from tests.core.reference import reference_cohort

SPEC = AnalysisSpec()
FREE = SPEC.change(survival_group="none", landmark_day=0)
DAYS = (365, 183)


@pytest.fixture(scope="module")
def study() -> Study:
    return Study(reference_cohort("sim500"))


def test_differences_stand_beside_their_group_by_time(study):
    at = survival_numbers(study, SPEC, DAYS).at
    assert at[["days", "group"]].to_numpy().tolist() == [
        [183, "ivig"], [183, "no_ivig"], [365, "ivig"], [365, "no_ivig"],
    ]  # fmt: skip
    ours, reference = at[at["group"] == "ivig"], at[at["group"] == "no_ivig"]
    assert ours["reference"].tolist() == ["no_ivig"] * 2
    np.testing.assert_allclose(ours["difference"], ours["survival"].to_numpy() - reference["survival"].to_numpy())
    assert reference[["reference", "difference", "p_value"]].isna().all(axis=None)
    assert at["difference_note"].tolist() == [""] * 4


def test_means_and_tests_are_those_of_the_curves(study):
    numbers, tables = survival_numbers(study, SPEC, DAYS), survival(study, SPEC)
    assert numbers.means[["group", "days", "mean", "se"]].equals(tables.restricted_mean)
    assert numbers.means["difference"].iloc[0] == pytest.approx(-np.diff(tables.restricted_mean["mean"])[0])
    main = numbers.tests.set_index("test").loc[MAIN_TEST]
    assert (main["chi2"], main["p_value"]) == (tables.logrank.chi2, tables.logrank.p_value)


def test_without_groups_nothing_is_compared(study):
    numbers = survival_numbers(study, FREE, DAYS)
    assert numbers.at["survival"].notna().all()
    assert numbers.at["reference"].isna().all()
    assert numbers.means["difference"].isna().all()
    assert numbers.tests.empty
    assert survival_numbers(study, FREE, ()).at.empty


def test_each_is_computed_once_for_its_settings(study):
    assert survival_numbers(study, SPEC, DAYS) is survival_numbers(study, SPEC.change(adjust_for=("season",)), DAYS)
    assert survival_numbers(study, SPEC, DAYS) is not survival_numbers(study, SPEC, (365,))
    assert competing_death(study, SPEC) is competing_death(study, SPEC.change(ci_method="robust"))


def test_competing_death_is_that_of_the_curves(study):
    result = competing_death(study, SPEC)
    theirs = survival(study, SPEC).cumulative_incidence.curves
    assert result.curves["infection"].tolist() == theirs.loc[theirs["cause"] == "infection", "cif"].tolist()
    assert (result.group, result.landmark_day) == ("ivig_by_landmark", 30)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"survival_event": "death"}, "nothing competes with it"),
        ({"survival_group": "ivig_strategy"}, "secondary is empty by construction"),
        ({"survival_event": "progression_or_death"}, "No patient has a progression date"),
    ],
)
def test_what_does_not_exist_is_refused_with_the_reason(study, changed, reason):
    with pytest.raises(EstimationError, match=reason):
        competing_death(study, SPEC.change(**changed))


def test_nobody_left_gives_empty_tables():
    few = Study(cohort(Patient(days=20)))
    numbers = survival_numbers(few, SPEC, DAYS)
    assert numbers.at.empty
    assert numbers.means.empty
    assert competing_death(few, SPEC).curves.empty
    assert numbers.tests["note"].tolist() == ["No patients are left."] * 3
