"""Rates by type and period: the counted infections, the days of the period, the ratio of the forest."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ivig_core.estimate.rates.rates import exact_interval
from ivig_core.study.rates.by_period import incidence_rates
from ivig_core.study.rates.by_type import ALL, RATIO, rates_by
from ivig_core.study.rates.forest import forest as study_forest
from tests.core.figures.studies import SPEC, reference_study, study
from tests.core.make import Patient

FACTORS = ("grade", "pathogen", "site")


@pytest.mark.parametrize("name", ["sim43", "sim500"])
def test_all_infections_are_the_row_of_the_rates(name):
    of = reference_study(name)
    rows = rates_by(of, SPEC, "grade")
    rows = rows[rows["level"] == ALL].set_index("period")
    want = incidence_rates(of, SPEC).set_index("period")
    for column in ("patients", "infections", "person_days", "rate", "ci_low", "ci_high", "robust_low", "exact_high"):
        np.testing.assert_allclose(rows[column], want.loc[rows.index, column])


@pytest.mark.parametrize("factor", ["grade", "pathogen"])
def test_counts_are_those_of_the_records_and_ratios_those_of_the_forest(factor):
    of = reference_study("sim500")
    rows, forest = rates_by(of, SPEC, factor), study_forest(of, SPEC, factor).set_index("level")
    assert list(rows["level"].unique()) == [ALL, *forest.index]
    for level, part in rows[rows["level"] != ALL].groupby("level"):
        counts = part.set_index("period")["infections"]
        assert counts["on_ivig"] == forest.loc[level, "infections_on"]
        assert counts["observation"] == forest.loc[level, "infections_off"]
        ratio = part[list(RATIO)].drop_duplicates().iloc[0]
        assert (
            ratio[["irr", "irr_low", "irr_high"]].tolist() == forest.loc[level, ["irr", "ci_low", "ci_high"]].tolist()
        )
    whole = study_forest(of, SPEC, "overall").iloc[0]
    assert set(rows.loc[rows["level"] == ALL, "irr"]) == {whole["irr"]}
    days = rows.groupby("period")["person_days"].nunique()
    assert (days == 1).all()


def test_by_hand():
    """Days 10–40 on IVIG, 69 off; the infections of the second patient are in reference."""
    of = study(
        Patient(days=100, doses=[10], infections=[(5, 1), (12, 3), (60, 5), (61, np.nan)]),
        Patient(days=50, infections=[(3, 4)]),
    )
    rows = rates_by(of, SPEC, "grade").set_index(["level", "period"])
    counts = {level: part["infections"].tolist() for level, part in rows.groupby("level", sort=False)}
    assert counts == {"all": [1, 3, 1], "1-2": [0, 1, 0], "3-5": [1, 1, 1]}
    assert rows.loc[("3-5", "on_ivig"), "rate"] == pytest.approx(365.25 / 31)
    exact = exact_interval(1, 69 / 365.25)
    assert rows.loc[("3-5", "observation"), ["ci_low", "ci_high"]].tolist() == pytest.approx(list(exact))


def test_parts_of_the_window_are_one_period():
    of = reference_study("sim43")
    pd.testing.assert_frame_equal(rates_by(of, SPEC.change(window_cuts="7,14"), "grade"), rates_by(of, SPEC, "grade"))


def test_days_kept_apart_are_in_no_period():
    of = study(Patient(days=100, doses=[40], infections=[35, 36, 75]))
    spec = SPEC.change(pre_exposure_days=30, washout_days=14)
    rows = rates_by(of, spec, "grade").set_index(["level", "period"])
    assert rows.loc[("all", "observation"), ["infections", "person_days"]].tolist() == [0, 10 + 15]
    assert set(rows.index.get_level_values("period")) == {"on_ivig", "observation", "reference"}


def test_population_all_counts_reference_as_off():
    of = reference_study("sim43")
    rows = rates_by(of, SPEC.change(population="all"), "grade")
    assert set(rows["period"]) == {"on_ivig", "observation"}
    assert rows.loc[(rows["level"] == ALL) & (rows["period"] == "observation"), "infections"].item() == 112 + 5


@pytest.mark.parametrize("factor", FACTORS)
@pytest.mark.parametrize(
    "of",
    [
        study(Patient(days=40)),
        study(Patient(days=100, doses=[3])),
        study(Patient(days=100, infections=[3])),
        study(Patient(days=100, doses=[3], infections=[(5, 3, "viral", "skin")]), Patient(doses=[99], infections=[7])),
    ],
    ids=["nothing", "no infection", "no IVIG", "two patients"],
)
def test_odd_cohorts_have_rows_that_say_why_there_is_no_ratio(of, factor):
    rows = rates_by(of, SPEC.change(adjust_for="season"), factor)
    assert rows.loc[rows["level"] == ALL, "period"].tolist() == ["on_ivig", "observation", "reference"]
    without = rows[rows["irr"].isna()]
    assert (without["note"] != "").all()
