"""Density view: stacked patients by state, rates where there are enough of them."""

from __future__ import annotations

import numpy as np
import pytest

from ivig_core.figures.patients.density import density
from ivig_core.figures.theme import alt_text, finding
from tests.core.figures.studies import SPEC, reference_study, study
from tests.core.make import Patient


def test_bars_stack_to_the_patients_under_observation():
    of = reference_study("sim500")
    figure = density(of.time(SPEC))
    bars = [item for item in figure.data if item.type == "bar"]
    assert [item.meta for item in bars] == ["on_ivig", "observation", "reference"]
    assert figure.layout.barmode == "stack"
    days = sum((np.asarray(item.y) * 365.25 / 12).sum() for item in bars)
    assert days == pytest.approx(of.time(SPEC).person_days, rel=0.01)


def test_rates_only_with_infections_and_where_enough_patients_are():
    of = reference_study("sim43")
    assert not [item for item in density(of.time(SPEC)).data if item.type == "scatter"]
    lines = [item for item in density(of.time(SPEC), of.infections(SPEC)).data if item.type == "scatter"]
    assert [item.meta for item in lines] == ["on_ivig rate", "observation rate"]
    assert {item.yaxis for item in lines} == {"y2"}
    last = max(of.time(SPEC).table["end_day"]) * 12 / 365.25
    assert max(max(item.x) for item in lines) < last - 12


def test_rate_is_infections_over_days_of_a_quarter():
    of = study(*[Patient(days=200, doses=[150], infections=[5, 160]) for _ in range(12)])
    on, off = (item for item in density(of.time(SPEC), of.infections(SPEC)).data if item.type == "scatter")
    # Three months are the days 0–91; the 31 days on IVIG of twelve patients are fewer than ten patients' quarter.
    assert off.y[0] == pytest.approx(12 / (12 * 92) * 365.25)
    assert len(on.y) == 0


def test_finding_and_counts():
    of = reference_study("sim43")
    figure = density(of.time(SPEC), of.infections(SPEC), presentation=True)
    assert finding(figure) == "On IVIG 36 % of days; half of 43 patients followed ≥ 22.3 months"
    assert "157 infections" in alt_text(figure)
    assert finding(density(study(Patient(days=61)).time(SPEC))) == "No day on IVIG; one patient, followed 2.0 months"


def test_synthetic_is_marked_and_nobody_is_said_in_words():
    assert "SYNTHETIC" in density(study(Patient(), synthetic=True).time(SPEC)).layout.title.subtitle.text
    empty = study(Patient(days=10)).time(SPEC.change(exclude_first_days=50))
    assert "No patient has a day left" in finding(density(empty))
