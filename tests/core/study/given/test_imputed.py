"""The baseline table with missing values imputed."""

from __future__ import annotations

import numpy as np
import pytest

from ivig_core.spec import AnalysisSpec
from ivig_core.study.given.baseline_table import baseline_table
from ivig_core.study.given.imputed import baseline_imputed
from ivig_core.study.study import Study
from tests.core.make import Patient, cohort

SPEC = AnalysisSpec()


def people(number: int = 90) -> list[Patient]:
    """Stage III, of which `true` says who has it, goes with low IgG and age; both are missing of the old."""
    rng = np.random.default_rng(3)
    age = np.round(60 + 10 * rng.standard_normal(number))
    high = age + 6 * rng.standard_normal(number) > 62
    igg = np.round(900 - 300 * high + 60 * rng.standard_normal(number))
    lost = (age > 62) & (rng.random(number) < 0.6)
    return [
        Patient(
            days=200, doses=[30] if i % 3 else [], igg=[] if lost[i] and i % 2 else [(-1, float(igg[i]))],
            baseline={"age": float(age[i]), "iss": None if lost[i] else "III" if high[i] else "I", "heavy_chain": "IgA",
                      "r_iss": "I" if i < 5 else None, "light_chain": None, "true": str(high[i])},
        )
        for i in range(number)
    ]  # fmt: skip


@pytest.fixture(scope="module")
def study() -> Study:
    data = people()
    for patient in data:
        del patient.baseline["true"]
    return Study(cohort(*data))


def test_recorded_is_the_baseline_table_and_imputed_follows_what_is_known(study):
    found = baseline_imputed(study, SPEC)
    plain = baseline_table(study, SPEC, bands=())
    keys = ["variable", "level", "group"]
    beside = found.table.merge(plain[plain["kind"] != "missing"], on=keys, suffixes=("", "_plain"))
    assert len(beside) == len(found.table)
    assert set(found.table["variable"]) == {"iss", "baseline_igg"}
    np.testing.assert_allclose(beside["recorded"], beside["median"].fillna(beside["percent"]))
    np.testing.assert_allclose(beside["difference"], beside["difference_plain"])
    rows = found.table.set_index(keys)
    stage = rows.loc[("iss", "III", "ivig")]
    # The old, of whom most are of stage III, are those without one: how many are is known here.
    true = 100 * np.mean([p.baseline["true"] == "True" for p in people() if p.doses])
    assert stage["recorded"] + 5 < stage["imputed"] < 100
    assert abs(stage["imputed"] - true) < abs(stage["recorded"] - true)
    assert rows.loc[("iss", "III", "ivig"), "imputed"] + rows.loc[("iss", "I", "ivig"), "imputed"] == pytest.approx(100)
    assert rows.loc[("baseline_igg", "", "ivig"), "imputed"] <= rows.loc[("baseline_igg", "", "ivig"), "recorded"]


def test_what_is_not_drawn_is_named(study):
    found = baseline_imputed(study, SPEC)
    assert found.not_drawn == {"r_iss": "all have the same value"}
    assert found.of == 90
    assert (found.tables, found.complete < 90) == (20, True)


@pytest.mark.parametrize(
    "data",
    [[], people(1), people(2), people(17), [Patient(baseline={"age": 60.0 + i}) for i in range(30)],
     [Patient(doses=[5], baseline={"age": 60.0 + i % 4, "iss": [None, "I", "II", "III"][i % 4]}) for i in range(40)]],
    ids=["nobody", "one", "two", "few", "nothing missing", "all treated"],
)  # fmt: skip
def test_small_and_one_sided_cohorts(data):
    found = baseline_imputed(Study(cohort(*data)), SPEC)
    assert found.of == len(data)
    assert found.table["imputed"].notna().eq(found.table["patients"] > 0).all()
