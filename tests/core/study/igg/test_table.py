"""How low IgG was: values by hand, and the counts of the sample that are compared with the 2026 study."""

from __future__ import annotations

import math

import numpy as np
import pytest

from ivig_core.cohort.read import read_cohort
from ivig_core.spec import AnalysisSpec
from ivig_core.study.igg.table import (
    AT_START,
    BEFORE_DOSE,
    HGG_COLUMNS,
    LOWEST,
    NEVER,
    SPREAD_COLUMNS,
    TREATED,
    hgg_table,
    igg_before,
    igg_before_dose,
    lowest_igg,
)
from ivig_core.study.study import Study
from tests.core.figures.studies import study
from tests.core.make import Patient, cohort

SPEC = AnalysisSpec()
IGA = {"heavy_chain": "IgA"}


def one(table, *key):
    return table.set_index(["when", "group", "cut"][: len(key)]).loc[key]


def test_lowest_is_of_the_days_of_follow_up():
    made = cohort(
        Patient(days=100, igg=[(-1, 100), (0, 400), (99, 300), (100, 50)], baseline=IGA), Patient(igg=[(5, 1)])
    )
    assert lowest_igg(made, SPEC.exposure).tolist() == pytest.approx([300, math.nan], nan_ok=True)


def test_before_the_first_dose_both_edges_of_the_window():
    made = cohort(
        Patient(doses=[50], igg=[(50, 1), (49, 400), (20, 300)], baseline=IGA),
        Patient(doses=[60], igg=[(30, 300)], baseline=IGA),
        Patient(doses=[60], igg=[(29, 300)], baseline=IGA),
        Patient(doses=[-10], igg=[(-20, 200), (0, 900)], baseline=IGA),
        Patient(igg=[(10, 300)], baseline=IGA),
    )
    near = igg_before_dose(made, SPEC.exposure, 30)
    np.testing.assert_array_equal(near, [400, 300, np.nan, 200, np.nan])
    np.testing.assert_array_equal(igg_before_dose(made, SPEC.exposure), [400, 300, 300, 200, np.nan])


def test_both_conventions_by_hand():
    of = study(
        Patient(doses=[50], igg=[(0, 700), (40, 400)], baseline=IGA),
        Patient(doses=[50], igg=[(0, 650), (40, 150)], baseline=IGA),
        Patient(doses=[50], baseline=IGA),
        Patient(igg=[(0, 200)], baseline=IGA),
    )
    table = hgg_table(of, SPEC)
    assert tuple(table.columns) == HGG_COLUMNS
    assert table["cut"].tolist()[:3] == [700, 400, 200]
    row = one(table, LOWEST, TREATED, 400)
    assert row[["patients", "known", "below", "percent_below", "up_to", "percent_up_to"]].tolist() == [
        3, 2, 1, 50, 2, 100,
    ]  # fmt: skip
    assert one(table, AT_START, TREATED, 700)[["below", "up_to"]].tolist() == [1, 2]
    assert one(table, BEFORE_DOSE, TREATED, 200)["below"] == 1
    assert one(table, LOWEST, NEVER, 200)[["below", "up_to"]].tolist() == [0, 1]
    assert (BEFORE_DOSE, NEVER) not in set(zip(table["when"], table["group"], strict=True))
    before = igg_before(of, SPEC)
    assert tuple(before.columns) == SPREAD_COLUMNS
    assert one(before, AT_START, TREATED)[["known", "missing", "median", "low", "high"]].tolist() == [
        2, 1, 675, 650, 700,
    ]  # fmt: skip


def test_nobody_known_has_no_numbers():
    table = hgg_table(study(Patient()), SPEC)
    assert table["known"].tolist() == [0] * len(table)
    assert table["percent_below"].isna().all()
    assert igg_before(study(Patient()), SPEC)["median"].isna().all()


def test_sample_has_the_numbers_that_are_compared_with_the_2026_study():
    """Those of sample_data/README.md: 42, 37 and 16 of 43; 93, 67 and 12 of 100; medians 451 and 367 mg/dL."""
    of = Study(read_cohort("sample_data/daratumumab.csv").cohort)
    table, before = hgg_table(of, SPEC), igg_before(of, SPEC)
    ever = table[table["when"] == LOWEST].groupby("group")["below"].agg(list)
    assert ever.to_dict() == {TREATED: [42, 37, 16], NEVER: [93, 67, 12]}
    start = table[(table["when"] == AT_START) & (table["cut"] > 200)].groupby("group")["percent_below"].agg(list)
    assert [round(value, 1) for value in start[TREATED] + start[NEVER]] == [81.4, 41.9, 62.8, 9.6]
    assert round(one(before, AT_START, TREATED)["median"]) == 451
    assert round(one(before, BEFORE_DOSE, TREATED)["median"]) == 367
    assert one(before, LOWEST, NEVER)["missing"] == 2
    # One patient of the reference group is at 400 mg/dL, neither below it nor counted as below in the study.
    assert one(table, AT_START, NEVER, 400)[["below", "up_to"]].tolist() == [9, 10]
