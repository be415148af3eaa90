"""Curves of infections per patient: steps, bands, fading, the row of patients at risk."""

from __future__ import annotations

import pytest

from ivig_core.figures.rates.mean_cumulative import mean_cumulative
from ivig_core.figures.theme import IVIG_BLUE, OBSERVATION_ORANGE, alt_text, finding
from ivig_core.figures.words import DAYS_PER_MONTH
from ivig_core.study.rates.over_time import over_time
from tests.core.figures.studies import SPEC, names, reference_study, study, trace
from tests.core.make import Patient


def keyed(figure, meta):
    return [item for item in figure.data if item.meta == meta]


def drawn(*patients, spec=SPEC, **options):
    return mean_cumulative(over_time(study(*patients), spec), **options)


def test_steps_begin_at_nothing_and_rise_on_the_day():
    figure = drawn(*[Patient(days=200, infections=[day]) for day in range(9, 109, 5)])
    (curve,) = keyed(figure, "curve")
    assert (curve.x[0], curve.y[0]) == (0, 0)
    assert curve.x[1] * DAYS_PER_MONTH == pytest.approx(10)
    assert curve.y[1] == pytest.approx(0.05)
    assert curve.line.shape == "hv"
    assert curve.y[-1] == pytest.approx(1)


def test_curve_is_faded_and_without_band_where_few_are_at_risk():
    figure = drawn(*[Patient(days=20 + 10 * k, infections=[3, 12 + 10 * k]) for k in range(14)])
    (curve,), (tail,) = keyed(figure, "curve"), keyed(figure, "tail")
    assert curve.x[-1] == tail.x[0]
    assert tail.opacity < 0.5
    # 10 are at risk on day 53, 5 on day 103.
    assert curve.x[-1] * DAYS_PER_MONTH == pytest.approx(53)
    assert max(trace(figure, "interval").x) * DAYS_PER_MONTH == pytest.approx(103)
    said = figure.layout.annotations[-1].text.replace("<br>", " ")
    assert "Faded: fewer than 10 patients at risk; no interval below 5." in said


def test_rows_under_the_axis_count_patients_with_so_many_days():
    result = over_time(reference_study("sim43"), SPEC)
    figure = mean_cumulative(result)
    ticks = list(figure.layout.xaxis.tickvals)
    rows = [item for item in figure.data if item.name == "at risk"]
    assert len(rows) == 3
    for row, period in zip(rows, result.labels, strict=True):
        at = result.at_months.set_index(["period", "months"])["at_risk"]
        assert [row.text[ticks.index(month)] for month in (6, 12, 24)] == [str(at[period, m]) for m in (6, 12, 24)]


def test_colours_dashes_and_finding():
    figure = mean_cumulative(over_time(reference_study("sim43"), SPEC))
    keys = {item.name: item.line for item in keyed(figure, "key")}
    assert list(keys) == ["On IVIG", "Off IVIG", "Never had IVIG"]
    assert (keys["On IVIG"].color, keys["Off IVIG"].color) == (IVIG_BLUE, OBSERVATION_ORANGE)
    assert len({line.dash for line in keys.values()}) == 3
    said = "1.26 infections per patient in 12 months on IVIG, 2.53 in 12 months off it"
    assert finding(figure) == f"{said} (same patients)"
    everybody = mean_cumulative(over_time(reference_study("sim43"), SPEC.change(population="all")))
    assert "same patients" not in finding(everybody)
    assert [item.name for item in keyed(everybody, "key")][1] == "Off IVIG (all patients)"


@pytest.mark.parametrize(
    ("patients", "said"),
    [
        ([Patient(days=100, doses=[3])], "No infection counts under these settings"),
        ([Patient(days=100, infections=[3])], "No day on IVIG in any patient"),
        ([Patient(days=20, doses=[0], infections=[3])], "No days off IVIG to set beside the days on IVIG"),
        ([Patient(days=90, doses=[0], infections=[3])], "Too little time on or off IVIG for numbers at 6 months"),
    ],
)
def test_finding_is_true_in_odd_cohorts(patients, said):
    figure = drawn(*patients)
    assert finding(figure) == said
    assert alt_text(figure)
    assert "interval" not in names(figure)


def test_no_day_at_all_is_said_in_words():
    assert finding(drawn(Patient(days=10), spec=SPEC.change(exclude_first_days=50))).startswith("No day is left")
