"""Cumulative incidence: curves are those of the table, the finding says what Kaplan–Meier would have said."""

from __future__ import annotations

import numpy as np
import pytest

from ivig_core.figures.survival.competing import competing
from ivig_core.figures.theme import alt_text, finding
from ivig_core.figures.words import DAYS_PER_MONTH
from ivig_core.study.survival.numbers import competing_death
from tests.core.figures.studies import HOSTILE, SPEC, names, reference_study, study
from tests.core.make import Patient

ALL = SPEC.change(survival_group="none", landmark_day=0)
ARMS = SPEC.change(survival_group="arm", landmark_day=0)


def figure(of, spec=ALL, **options):
    return competing(competing_death(of, spec), **options)


def kept(drawn, kind):
    return [item for item in drawn.data if item.meta == kind]


def arms(number: int, name: str = "arm"):
    """Ten patients of each arm: three die first, the others have infections."""
    return study(
        *[
            Patient(days=day, died=day - 1, baseline={"arm": f"{name} {arm}"})
            if day % 3 == 0
            else Patient(days=800, infections=[day + arm], baseline={"arm": f"{name} {arm}"})
            for arm in range(number)
            for day in range(60, 660, 60 - 1)
        ]
    )


def test_the_finding_sets_kaplan_meier_beside_the_incidence():
    assert finding(figure(reference_study("sim500"))) == (
        "By 12 months, 73 % (69 % to 77 %) had an infection and 4 % died without one; "
        "ignoring death, Kaplan–Meier would say 75 %"
    )
    assert finding(figure(reference_study("sim500"), SPEC)) == (
        "By 12 months after day 30, 65 % had an infection in “IVIG by day 30” and 71 % in “No IVIG by day 30”; "
        "ignoring death, Kaplan–Meier would say 67 % and 74 %"
    )


def test_the_finding_speaks_of_the_time_asked_for():
    drawn = figure(reference_study("sim500"), days=round(6 * DAYS_PER_MONTH))
    assert finding(drawn).startswith("By 6 months, 5")
    assert "Kaplan–Meier" in finding(drawn)


def test_many_groups_are_a_range():
    drawn = figure(arms(4), ARMS, days=400)
    rows = competing_death(arms(4), ARMS).at(400)
    low, high = (f"{100 * value:.0f} %" for value in (rows["infection"].min(), rows["infection"].max()))
    share = low if low == high else f"{low} to {high}"
    most = round(100 * rows["difference"].max())
    assert finding(drawn) == (
        f"By 13.1 months, {share} had an infection in each of 4 groups; "
        f"ignoring death, Kaplan–Meier would say up to {most} percentage points more"
    )
    assert {item.meta for item in drawn.data if item.meta} <= {"infection", "tail", "key"}
    assert "interval" not in names(drawn)


def test_groups_that_look_ahead_are_said_to_be_biased():
    drawn = figure(reference_study("sim43"), SPEC.change(survival_group="ivig_ever", landmark_day=0))
    assert finding(drawn).endswith("(groups biased by immortal time)")
    assert "Immortal time:" in drawn.layout.annotations[-1].text.replace("<br>", " ")


def test_curves_are_steps_from_0_with_the_numbers_of_the_table():
    result = competing_death(reference_study("sim500"), ALL)
    drawn = competing(result)
    for kind in ("infection", "death", "one_minus_km"):
        (line,) = kept(drawn, kind)
        tail = next(t for t in kept(drawn, "tail") if t.x[0] == line.x[-1] and t.y[0] == line.y[-1])
        x, y = [*line.x, *tail.x[1:]], [*line.y, *tail.y[1:]]
        assert line.line.shape == "hv"
        np.testing.assert_allclose(np.array(x) * DAYS_PER_MONTH, [0, *result.curves["time"]])
        np.testing.assert_allclose(y, [0, *result.curves[kind]])
    assert kept(drawn, "infection")[0].line.dash is None
    assert kept(drawn, "one_minus_km")[0].line.dash == "dash"
    assert kept(drawn, "death")[0].line.width < kept(drawn, "infection")[0].line.width


def test_the_band_is_the_interval_of_infection():
    result = competing_death(reference_study("sim500"), ALL)
    (band,) = [item for item in competing(result).data if item.name == "interval"]
    known = result.curves.dropna(subset="infection_low")
    assert sorted(set(band.y)) == pytest.approx(sorted({*known["infection_low"], *known["infection_high"]}))
    assert max(band.x) * DAYS_PER_MONTH == pytest.approx(result.curves["time"].max())


def test_hover_has_the_exact_numbers():
    line = kept(figure(reference_study("sim500")), "infection")[0]
    assert "ignoring death" in line.hovertext[-1]
    assert "nan" not in " ".join(line.hovertext)
    assert line.hovertext[0].startswith("<b>All patients</b><br>month 0.0 (day 0)<br>infection 0 %<br>")


def test_rows_under_the_axis_are_those_of_the_table():
    result = competing_death(reference_study("sim500"), SPEC)
    drawn = competing(result)
    ticks = np.array(drawn.layout.xaxis.tickvals) * DAYS_PER_MONTH
    ours = result.curves[result.curves["group"] == "ivig"]
    at_risk, infections, deaths = (
        next(item for item in drawn.data if item.name == name) for name in ("at risk", "infections", "deaths")
    )
    later = [ours[ours["time"] >= tick] for tick in ticks]
    assert [int(text) for text in at_risk.text] == [part["at_risk"].max() if len(part) else 0 for part in later]
    assert [int(text) for text in infections.text] == [ours.loc[ours["time"] < t, "infections"].sum() for t in ticks]
    assert [int(text) for text in deaths.text] == [ours.loc[ours["time"] < t, "deaths"].sum() for t in ticks]


def test_groups_have_their_colours_and_kinds_their_keys():
    keys = kept(figure(reference_study("sim43"), SPEC), "key")
    kinds = ["Infection", "Death without one", "Kaplan–Meier, ignoring death"]
    assert [item.name for item in keys] == ["IVIG by day 30", "No IVIG by day 30", *kinds]
    assert keys[0].line.color != keys[1].line.color
    assert [item.name for item in kept(figure(reference_study("sim43")), "key")] == kinds


def test_counts_and_origin():
    drawn = figure(reference_study("sim43"), SPEC)
    assert drawn.layout.meta["detail"] == (
        "37 patients, 29 with an infection, 2 died without one; 6 patients left out by day 30"
    )
    assert drawn.layout.xaxis.title.text == "Months since day 30"
    assert figure(reference_study("sim43")).layout.xaxis.title.text == "Months since the first day at risk"


@pytest.mark.parametrize(
    ("patients", "spec", "said"),
    [
        ([Patient(infections=[30])], ALL, "By 12 months, 100 % had an infection and nobody died without one"),
        ([Patient(), Patient()], ALL, "No patient had an infection"),
        ([Patient(died=99)], ALL, "No patient had an infection"),
        ([Patient(), Patient(infections=[30])], ALL, "Nobody is observed long enough for a number by 12 months"),
        ([Patient(days=10)], SPEC, "No patients are left to compare: no cumulative incidence."),
    ],
)
def test_finding_is_true_in_odd_cohorts(patients, spec, said):
    drawn = figure(study(*patients), spec)
    assert finding(drawn).startswith(said)
    assert said in alt_text(drawn)
    assert "nan" not in alt_text(drawn)


def test_levels_of_the_file_are_shown_never_interpreted():
    drawn = figure(arms(2, HOSTILE), ARMS, presentation=True)
    assert "<a" not in drawn.to_json()
    assert drawn.layout.template.layout.font.size >= 18
    assert figure(arms(2), ARMS).layout.template.layout.font.size >= 13
