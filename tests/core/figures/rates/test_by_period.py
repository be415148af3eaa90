"""Rates by period: dots, intervals, numbers beside them, and findings without a comparison."""

from __future__ import annotations

import numpy as np
import pytest

from ivig_core.figures.rates.by_period import rates_by_period
from ivig_core.figures.theme import IVIG_BLUE, OBSERVATION_ORANGE, PAPER, alt_text, finding
from ivig_core.study.rates.by_period import incidence_rates
from tests.core.figures.studies import SPEC, names, reference_study, study, trace
from tests.core.make import Patient


def test_dots_and_intervals_are_those_of_the_table():
    table = incidence_rates(reference_study("sim43"), SPEC)
    figure = rates_by_period(table)
    for at, row in enumerate(table.to_dict("records")):
        assert (trace(figure, row["period"]).x[0], trace(figure, row["period"]).y[0]) == (row["rate"], at)
        assert list(trace(figure, f"{row['period']} interval").x) == [row["ci_low"], row["ci_high"]]
    assert trace(figure, "rate").text[1] == "1.27 (0.85–1.88)"
    assert trace(figure, "infections").text[1:] == ("40", "112", "5")


def test_colours_mean_the_same_and_reference_is_hollow():
    figure = rates_by_period(incidence_rates(reference_study("sim43"), SPEC))
    assert trace(figure, "on_ivig").marker.color == IVIG_BLUE
    assert trace(figure, "observation").marker.color == OBSERVATION_ORANGE
    assert trace(figure, "reference").marker.color == PAPER


def test_finding_gives_both_rates_and_no_verdict():
    table = incidence_rates(reference_study("sim43"), SPEC)
    assert finding(rates_by_period(table)) == "1.27 infections per patient-year on IVIG, 2.17 off (same patients)"
    everybody = incidence_rates(reference_study("sim43"), SPEC.change(population="all"))
    assert "same patients" not in finding(rates_by_period(everybody))


def test_parts_of_the_window_are_added_up_in_the_finding():
    table = incidence_rates(reference_study("sim43"), SPEC.change(window_cuts="7,14"))
    figure = rates_by_period(table)
    assert finding(figure).startswith("1.27 infections per patient-year on IVIG")
    assert trace(figure, "label").text[1] == "On IVIG, days 0–6"
    assert len({trace(figure, name).marker.color for name in table["period"]}) == 5


@pytest.mark.parametrize(
    ("patients", "said"),
    [
        ([Patient(days=20, doses=[0], infections=[3])], "18.26 infections per patient-year on IVIG; no days off it"),
        (
            [Patient(days=100, infections=[3])],
            "No day on IVIG in any patient; 3.65 infections per patient-year without it",
        ),
        ([Patient(doses=[3])], "No infection counts under these settings"),
    ],
)
def test_finding_is_true_in_odd_cohorts(patients, said):
    figure = rates_by_period(incidence_rates(study(*patients), SPEC))
    assert finding(figure) == said
    assert alt_text(figure)


def test_a_period_without_days_stays_and_says_so():
    figure = rates_by_period(incidence_rates(study(Patient(days=100)), SPEC))
    assert trace(figure, "rate").text[1:3] == ("no days", "no days")
    assert "on_ivig" not in names(figure)


def test_an_interval_beyond_the_axis_is_cut_with_an_arrow():
    table = incidence_rates(reference_study("sim43"), SPEC)
    table = table.assign(ci_high=np.where(table["period"] == "on_ivig", 500.0, table["ci_high"]))
    figure = rates_by_period(table)
    line = trace(figure, "on_ivig interval")
    assert line.x[1] == figure.layout.xaxis.range[1] < 20
    assert line.mode == "lines+markers"
    assert trace(figure, "observation interval").mode == "lines"


def test_no_day_at_all_is_said_in_words():
    figure = rates_by_period(incidence_rates(study(Patient(days=10)), SPEC.change(exclude_first_days=50)))
    assert finding(figure) == "No day is left to count infections on."
