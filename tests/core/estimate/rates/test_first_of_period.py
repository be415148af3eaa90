"""First infections of periods on the clock of each: R, a hand-worked case, and going through the days."""

from __future__ import annotations

import numpy as np
import pytest

from ivig_core.estimate.rates.first_of_period import first_cells, first_of_period
from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study
from tests.core.make import Patient, cohort, forty_people
from tests.core.reference import reference_cohort


def of(data, **settings):
    study, spec = Study(data), AnalysisSpec().change(**settings)
    return study.time(spec), study.infections(spec), spec.model


@pytest.mark.parametrize(
    ("name", "log_irr", "se", "robust"),
    [
        ("sim43", -0.27441310086, 0.263352670784, 0.239688232909 * np.sqrt(26 / 25)),
        ("sim500", -0.531637862264, 0.0797749696238, 0.0765619345175 * np.sqrt(297 / 296)),
    ],
)
def test_equals_r(name, log_irr, se, robust):
    """R 4.2.2, survival 3.5-3: coxph(Surv(time, event) ~ on + strata(patient) + cluster(patient), ties = "breslow"), a
    row a period; the robust error times √(G/(G − 1)) as everywhere."""
    data = reference_cohort(name)
    for method, error in (("wald", se), ("robust", robust)):
        row = first_of_period(*of(data, ci_method=method)).iloc[0]
        assert [row["log_irr"], row["se"]] == pytest.approx([log_irr, error], abs=1e-9)


def test_by_hand():
    """Periods of days 0–49 (infection on its day 40), 50–80 on IVIG (on its day 25) and 81–199 (on its day 30).

    On day 25 all three are at risk; on day 30 the first and the last (that on IVIG had its own before); on day 40 the
    first alone. So only day 25 tells: one of three, on IVIG.
    """
    person = Patient(days=200, doses=[50], infections=[40, 75, 75, 111])
    data = first_cells(*of(cohort(person, Patient(days=60, infections=[3]))))
    risk = [
        (int(days), int(hit), int(code))
        for days, hit, (code,) in zip(data.days, data.infections, data.codes, strict=True)
    ]
    assert sorted(risk) == sorted([(2, 0, 0), (1, 1, 1), (2, 1, 0), (1, 1, 0), (1, 1, 0)])
    row = first_of_period(*of(cohort(person, person))).iloc[0]
    assert row["status"] == "no_events_reference"


def test_a_day_left_out_by_the_settings_does_not_end_a_period():
    """Days of doses are left out: day 60 and day 75 are of one time on IVIG, which ends with the first of them."""
    person = Patient(days=200, doses=[50, 70], infections=[60, 75])
    assert first_cells(*of(cohort(person), dose_day="excluded")).infections.sum() == 1


@pytest.mark.parametrize("settings", [{}, {"dose_day": "excluded", "pre_exposure_days": 20}, {"adjust_for": "season"}])
def test_agrees_with_going_through_the_days(settings):
    time, infections, model = of(cohort(*forty_people()), **settings)
    infected = {(int(row.patient), int(row.day)) for row in infections.itertuples()}
    periods: list[dict] = []
    for row in time.table.itertuples():
        key = int(row.patient), str(row.state)
        if not periods or periods[-1]["key"] != key:
            periods.append({"key": key, "start": row.start_day, "days": []})
        periods[-1]["days"] += range(row.start_day, row.end_day + 1)
    for period in periods:
        hits = [day for day in period["days"] if (period["key"][0], day) in infected]
        period["first"] = hits[0] if hits else None
        period["at_risk"] = {day - period["start"] for day in period["days"] if not hits or day <= hits[0]}
    expected = sorted(
        sum(other["key"][0] == one["key"][0] and one["first"] - one["start"] in other["at_risk"] for other in periods)
        for one in periods
        if one["first"] is not None
    )
    data = first_cells(time, infections, model)
    assert sorted(data.totals(data.days).astype(int).tolist()) == expected
    assert data.infections.sum() == len(expected)


@pytest.mark.parametrize("people", [[Patient(days=30)], [Patient(days=1, infections=[0])]], ids=["none", "one day"])
def test_nothing_to_compare_is_said(people):
    row = first_of_period(*of(cohort(*people))).iloc[0]
    assert (row["status"], np.isnan(row["irr"])) == ("no_contrast", True)
