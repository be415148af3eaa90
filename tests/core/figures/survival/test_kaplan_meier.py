"""Kaplan–Meier plot: steps, fading, the table under the axis, and findings that claim no more than the test."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from ivig_core.estimate.survival.logrank import LogRank
from ivig_core.figures.survival.kaplan_meier import _ticks, kaplan_meier
from ivig_core.figures.theme import alt_text, finding
from ivig_core.figures.words import DAYS_PER_MONTH
from ivig_core.study.survival.tables import survival
from tests.core.figures.studies import HOSTILE, SPEC, names, reference_study, study, trace
from tests.core.make import Patient

ALL = SPEC.change(survival_group="none", landmark_day=0)
ARMS = SPEC.change(survival_group="arm", landmark_day=0)


def arms(early: list[int], late: list[int], name: str = "late"):
    patients = [Patient(days=400, infections=[day], baseline={"arm": "early"}) for day in early]
    return study(*patients, *(Patient(days=400, infections=[day], baseline={"arm": name}) for day in late))


@pytest.fixture(scope="module")
def apart():
    return survival(arms(list(range(10, 30)), list(range(100, 300, 10))), ARMS)


def keyed(figure, meta):
    return [item for item in figure.data if item.meta == meta]


def test_curve_steps_down_on_the_day_of_the_event_from_one_at_day_0():
    tables = survival(study(*[Patient(days=200, infections=[day]) for day in range(9, 109, 5)]), ALL)
    (curve,) = keyed(kaplan_meier(tables), "curve")
    assert (curve.x[0], curve.y[0]) == (0, 1)
    assert curve.x[1] * DAYS_PER_MONTH == pytest.approx(10)
    assert curve.y[1] == pytest.approx(0.95)
    assert curve.line.shape == "hv"


def test_curve_is_faded_from_where_fewer_than_ten_are_at_risk():
    tables = survival(study(*[Patient(days=200, infections=[day]) for day in range(9, 109, 5)]), ALL)
    figure = kaplan_meier(tables)
    (curve,), (tail,) = keyed(figure, "curve"), keyed(figure, "tail")
    # 20 patients, one event each: 10 at risk just before the eleventh.
    assert curve.x[-1] == tail.x[0] == pytest.approx((9 + 10 * 5 + 1) / DAYS_PER_MONTH)
    assert tail.opacity < 0.5
    assert "Faded: fewer than 10 at risk." in figure.layout.annotations[-1].text


def test_key_of_a_curve_is_not_faded_even_where_all_of_the_curve_is():
    figure = kaplan_meier(survival(study(Patient(infections=[9]), Patient()), ALL))
    assert not keyed(figure, "curve")
    (key,) = keyed(figure, "key")
    assert key.opacity is None
    assert key.showlegend is not False


def test_colour_and_dash_both_tell_groups_apart():
    figure = kaplan_meier(survival(reference_study("sim43"), SPEC))
    ivig, none = keyed(figure, "key")
    assert (ivig.name, none.name) == ("IVIG by day 30", "No IVIG by day 30")
    assert ivig.line.color != none.line.color
    assert ivig.line.dash != none.line.dash


def test_many_groups_all_look_different():
    of = study(*[Patient(days=50 + n, infections=[9 + n], baseline={"arm": f"arm {n:02}"}) for n in range(14)])
    figure = kaplan_meier(survival(of, ARMS))
    styles = {(item.line.color, item.line.dash) for item in keyed(figure, "key")}
    assert len(styles) == 14
    assert "interval" not in names(figure)


def test_table_adds_up_to_all_patients_at_every_mark(apart):
    figure = kaplan_meier(apart)
    rows = {kind: [item for item in figure.data if item.name == kind] for kind in ("at risk", "events", "censored")}
    assert len(rows["at risk"]) == 2
    for at_risk, events, censored in zip(*rows.values(), strict=True):
        total = np.array([at_risk.text, events.text, censored.text], dtype=int).sum(axis=0)
        assert total.tolist() == [20] * len(at_risk.x)


def test_table_shares_the_time_axis_with_the_curves(apart):
    figure = kaplan_meier(apart)
    for item in figure.data:
        assert item.xaxis in (None, "x")
    assert list(trace_of(figure, "at risk").x) == list(figure.layout.xaxis.tickvals)
    assert figure.layout.yaxis2.domain[1] < figure.layout.yaxis.domain[0]


def trace_of(figure, name):
    return next(item for item in figure.data if item.name == name)


def test_numbers_at_risk_are_those_of_the_table(apart):
    at_risk = trace_of(kaplan_meier(apart), "at risk")
    curve = apart.km.curves[apart.km.curves["group"] == "early"]
    for month, text in zip(at_risk.x, at_risk.text, strict=True):
        later = curve[curve["time"] >= month * DAYS_PER_MONTH]
        assert int(text) == (later["at_risk"].iloc[0] if len(later) else 0)


def test_band_stays_between_0_and_1_and_ends_where_limits_do(apart):
    for band in (item for item in kaplan_meier(apart).data if item.name == "interval"):
        assert min(band.y) >= 0
        assert max(band.y) <= 1
        assert not np.isnan(np.asarray(band.y, float)).any()


def test_median_lines_for_two_curves_at_most(apart):
    lines = trace(kaplan_meier(apart), "Median")
    medians = apart.km.medians["median"].to_numpy() / DAYS_PER_MONTH
    assert sorted({x for x in lines.x if x}) == pytest.approx(sorted(medians))
    assert {y for y in lines.y if y} == {0.5}
    three = study(*[Patient(infections=[9 + n], baseline={"arm": arm}) for n, arm in enumerate("abc")])
    assert "Median" not in names(kaplan_meier(survival(three, ARMS)))


def test_censored_patients_are_ticks_on_their_curve():
    tables = survival(study(Patient(days=60), Patient(days=90, infections=[20])), ALL)
    ticks = trace(kaplan_meier(tables), "Censored")
    assert [round(x * DAYS_PER_MONTH) for x in ticks.x] == [60]
    assert list(ticks.y) == [0.5]


def test_a_clear_difference_names_the_longer_group_with_medians(apart):
    assert finding(kaplan_meier(apart)) == (
        "Longer infection-free survival in the group “late” (median 6.4 against 0.7 months, log-rank p <0.001)"
    )


def test_no_direction_without_a_clear_test(apart):
    unclear = replace(apart, logrank=LogRank(3.5, 1, 0.061))
    assert finding(kaplan_meier(unclear)) == "No clear difference in infection-free survival (log-rank p = 0.061)"


def test_no_direction_where_mean_and_median_disagree(apart):
    mean = apart.restricted_mean.assign(mean=[300.0, 100.0])
    assert "differs between the 2 groups" in finding(kaplan_meier(replace(apart, restricted_mean=mean)))


def test_groups_that_look_ahead_get_a_warning_instead_of_a_finding(apart):
    warned = replace(apart, notes=("Immortal time: these groups use doses given later.",))
    figure = kaplan_meier(warned)
    assert "biased by immortal time" in finding(figure)
    assert "Longer" not in finding(figure)
    assert "Immortal time:" in figure.layout.annotations[-1].text


@pytest.mark.parametrize(
    ("patients", "spec", "said"),
    [
        ([Patient(infections=[30])], ALL, "Median infection-free survival 1.0 months"),
        ([Patient(), Patient(), Patient(infections=[30])], ALL, "Median infection-free survival not reached"),
        ([Patient(), Patient()], ALL, "No patient had an infection or death"),
        ([Patient(), Patient(died=99)], ALL.change(survival_event="infection"), "No patient had an infection"),
        ([Patient(days=10)], SPEC, "No patients are left to compare: no survival curve."),
    ],
)
def test_finding_is_true_in_odd_cohorts(patients, spec, said):
    figure = kaplan_meier(survival(study(*patients), spec))
    assert finding(figure) == said
    assert said in alt_text(figure)


def test_groups_that_cannot_be_tested_are_said_to_be_so():
    one_day = [Patient(days=10, infections=[9], baseline={"arm": arm}) for arm in "ab"]
    assert (
        finding(kaplan_meier(survival(study(*one_day), ARMS)))
        == "The groups cannot be compared in infection-free survival"
    )


def test_counts_and_those_left_out_stand_under_the_title():
    figure = kaplan_meier(survival(reference_study("sim43"), SPEC))
    assert figure.layout.meta["detail"] == "37 patients, 31 with an infection or death; 6 patients left out by day 30"
    assert figure.layout.xaxis.title.text == "Months since day 30"


def test_follow_up_stands_in_the_small_print():
    figure = kaplan_meier(survival(reference_study("sim500"), SPEC))
    text = figure.layout.annotations[-1].text.replace("<br>", " ")
    # 1015 days (894 to 1455) in R, see the tests of `estimate.follow_up`
    assert "Median follow-up (reverse Kaplan–Meier): 33.3 months (29.4–47.8)." in text
    all_with_event = kaplan_meier(survival(study(Patient(infections=[30])), ALL))
    text = all_with_event.layout.annotations[-1].text.replace("<br>", " ")
    assert "Median follow-up (reverse Kaplan–Meier): not reached." in text


def test_levels_of_the_file_are_shown_never_interpreted():
    figure = kaplan_meier(survival(arms([5, 20], [30, 40], HOSTILE), ARMS), presentation=True)
    assert "<a" not in figure.to_json()
    assert any("&lt;a href" in item.text for item in figure.layout.annotations)


def test_height_grows_with_the_rows_at_risk():
    def height(groups: int) -> float:
        of = study(*[Patient(infections=[9 + n], baseline={"arm": "abcdefgh"[n]}) for n in range(groups)])
        figure = kaplan_meier(survival(of, ARMS))
        return figure.layout.height - figure.layout.margin.t - figure.layout.margin.b

    assert height(6) - height(4) == 2 * 28
    assert height(2) - height(1) == (1 + 3) * 28


def test_every_group_has_a_heading_and_its_rows_beneath_it(apart):
    figure = kaplan_meier(apart)
    labels = [(item.y, item.text) for item in figure.layout.annotations if item.name == "row"]
    kinds = ["at risk", "events", "censored"]
    assert labels == list(enumerate(["<b>early</b>", *kinds, "<b>late</b>", *kinds]))
    assert [trace_row(figure, at).name for at in (1, 2, 3)] == kinds
    assert figure.layout.margin.l < 100


def test_many_groups_have_a_row_each_under_one_heading():
    of = study(*[Patient(infections=[9 + n], baseline={"arm": f"a rather long name {n}"}) for n in range(5)])
    figure = kaplan_meier(survival(of, ARMS))
    labels = [item.text for item in figure.layout.annotations if item.name == "row"]
    assert labels[0] == "<b>Patients at risk</b>"
    assert len(labels) == 6
    assert all(len(text) <= 18 for text in labels[1:])
    assert {item.name for item in figure.data if item.yaxis == "y2"} == {"at risk"}


def trace_row(figure, at: int):
    return next(item for item in figure.data if item.yaxis == "y2" and item.y[0] == at)


def test_very_many_censored_patients_are_not_marked_but_counted():
    figure = kaplan_meier(survival(study(*[Patient(days=10 + n) for n in range(200)]), ALL))
    assert "Censored" not in names(figure)
    assert "Censored patients are too many" in figure.layout.annotations[-1].text.replace("<br>", " ")
    assert "Censored" in names(kaplan_meier(survival(study(*[Patient(days=10 + n) for n in range(50)]), ALL)))


def test_medians_that_read_the_same_are_no_reason_for_a_direction(apart):
    medians = apart.km.medians.assign(median=[155.0, 156.0])
    same = finding(kaplan_meier(replace(apart, km=replace(apart.km, medians=medians))))
    assert same == "Longer infection-free survival in the group “late” (log-rank p <0.001)"


@pytest.mark.parametrize("days", [1, 20, 100, 700, 2000, 9000])
def test_axis_has_few_marks_and_begins_at_0(days):
    ticks = _ticks(days)
    assert ticks[0] == 0
    assert 1 <= len(ticks) <= 11
    assert pd.Series(ticks).is_monotonic_increasing


def test_an_event_on_the_very_day_of_a_mark_is_still_at_risk_there():
    # Day 1460 is time 1461: four years, the one mark that falls on a whole day.
    tables = survival(study(Patient(days=3000, infections=[1460]), Patient(days=3000)), ALL)
    figure = kaplan_meier(tables)
    at = list(figure.layout.xaxis.tickvals).index(48)
    assert trace(figure, "at risk").text[at] == "2"
    assert trace(figure, "events").text[at] == "0"
