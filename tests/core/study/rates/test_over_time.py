"""Infections per patient at 6, 12 and 24 months, in the periods of the population."""

from __future__ import annotations

import numpy as np
import pytest

from ivig_core.errors import SpecError
from ivig_core.study.rates.over_time import ENDS, SINCE, over_time
from tests.core.figures.studies import SPEC, reference_study, study
from tests.core.make import Patient


def test_values_are_those_of_the_curves():
    result = over_time(reference_study("sim43"), SPEC)
    assert result.at_months["months"].tolist() == [6, 12, 24] * 3
    assert list(result.at_months["period"].unique()) == ["on_ivig", "observation", "reference"]
    row = result.at_months.set_index(["period", "months"]).loc[("on_ivig", 12)]
    # R 4.2.2, survival 3.5-3: see tests/core/estimate/rates/terminal/test_mean_cumulative.py; limits: log M ± z se / M.
    assert row["at_risk"] == 13
    np.testing.assert_allclose(row["mean"], 1.2583898601414, rtol=1e-10)
    reach = np.exp(1.959963984540054 * 0.2718372725548 / 1.2583898601414)
    np.testing.assert_allclose([row["ci_low"], row["ci_high"]], [row["mean"] / reach, row["mean"] * reach], rtol=1e-9)


def test_parts_of_the_window_are_one_period_and_population_joins_reference():
    of = reference_study("sim43")
    cut = over_time(of, SPEC.change(window_cuts="7,14"))
    assert cut.curves.equals(over_time(of, SPEC).curves)
    everybody = over_time(of, SPEC.change(population="all"))
    assert everybody.labels == {"on_ivig": "On IVIG", "observation": "Off IVIG (all patients)"}


def test_what_nobody_reaches_has_no_number():
    result = over_time(study(Patient(days=200, infections=[3])), SPEC)
    assert result.at_months["at_risk"].tolist() == [1, 0, 0]
    assert result.at_months["mean"].notna().tolist() == [True, False, False]


def test_nobody_gives_empty_tables():
    result = over_time(study(Patient(days=10)), SPEC.change(exclude_first_days=20))
    assert result.curves.empty
    assert result.at_months.empty


def test_death_as_the_end_of_the_risk_lowers_the_curve_and_nothing_else():
    of = reference_study("sim43")
    naive, ends = over_time(of, SPEC), over_time(of, SPEC, death=ENDS)
    same = ["time", "at_risk", "infections", "deaths", "left"]
    assert naive.curves[same].equals(ends.curves[same])
    assert (ends.curves["mean"] <= naive.curves["mean"]).all()
    assert sum(ends.deaths.values()) > 0
    rates = ["years", "rate", "rate_low", "rate_high"]
    assert naive.at_months[rates].equals(ends.at_months[rates])


def test_groups_of_everybody_count_every_infection_once():
    of = reference_study("sim43")
    whole = over_time(of, SPEC.change(survival_group="none", landmark_day=0), SINCE, ENDS)
    assert list(whole.labels) == ["all"]
    assert whole.curves["infections"].sum() == len(of.infections(SPEC))
    assert whole.ratios.empty
    by_ivig = over_time(of, SPEC, SINCE, ENDS)
    assert set(by_ivig.labels) == {"ivig", "no_ivig"}
    assert by_ivig.ratios["group"].tolist() == ["ivig"] * 3
    row = by_ivig.ratios.set_index("months").loc[12]
    at = by_ivig.at_months.set_index(["period", "months"])["rate"]
    np.testing.assert_allclose(row["ratio"], at["ivig", 12] / at["no_ivig", 12])


def test_another_clock_is_refused():
    with pytest.raises(SpecError, match="clock"):
        over_time(reference_study("sim43"), SPEC, "year")
    with pytest.raises(SpecError, match="death"):
        over_time(reference_study("sim43"), SPEC, death="no")
