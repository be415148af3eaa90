"""Person-time by month: nothing lost, nothing double, whatever the bins."""

from __future__ import annotations

import numpy as np
import pytest

from ivig_core.study.patients.monthly import PERIODS, bin_width, monthly
from tests.core.figures.studies import SPEC, reference_study, study
from tests.core.make import Patient


@pytest.mark.parametrize("name", ["sim43", "sim500"])
def test_days_and_infections_add_up_by_state(name):
    of, spec = reference_study(name), SPEC.change(pre_exposure_days=30, washout_days=10, window_cuts="7")
    time = of.time(spec)
    table = monthly(time, of.infections(spec))
    days = time.table.groupby(time.table["state"].astype(str).str.replace(r"^on_ivig_.*", "on_ivig", regex=True))[
        "days"
    ]
    assert table.groupby("period")["person_days"].sum().to_dict() == days.sum().to_dict()
    assert table["infections"].sum() == time.infections


def test_days_fall_in_the_month_they_are_in():
    table = monthly(study(Patient(days=61)).time(SPEC))
    assert table["person_days"].tolist() == [31, 30]
    assert table["patients"].tolist() == [1, 1]
    assert table["month"].tolist() == [0, 1]


def test_an_infection_falls_in_the_month_of_its_day():
    of = study(Patient(days=100, infections=[30, 31]), Patient(days=20, infections=[2]))
    assert monthly(of.time(SPEC), of.infections(SPEC))["infections"].tolist() == [2, 1, 0, 0]


def test_infections_on_days_left_out_are_not_counted():
    of, spec = study(Patient(days=100, infections=[5, 50])), SPEC.change(exclude_first_days=10)
    table = monthly(of.time(spec), of.infections(spec))
    assert table["infections"].sum() == 1
    assert table["person_days"].sum() == 90


def test_bins_widen_for_long_follow_up_and_nothing_is_lost():
    time = study(Patient(days=20_000, doses=[7_000])).time(SPEC)
    table = monthly(time)
    assert bin_width(time) == 12
    assert table["person_days"].sum() == 20_000
    assert table.groupby("period").size().max() <= 72


def test_only_periods_that_occur_in_a_fixed_order():
    table = monthly(study(Patient(doses=[10]), Patient()).time(SPEC))
    assert table["period"].drop_duplicates().tolist() == [
        name for name in PERIODS if name not in ("pre_ivig", "washout")
    ]


def test_nobody_gives_no_row():
    of = study(Patient(days=10))
    time = of.time(SPEC.change(exclude_first_days=30))
    assert monthly(time, of.infections(SPEC)).empty
    assert bin_width(time) == 1
    assert np.isfinite(bin_width(time))
