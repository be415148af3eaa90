"""Hazard ratios of an early and a late start against R, by hand, and where there is nothing to compare.

R 4.2.2, survival 3.5-3, Efron's ties. Rows were made in R day by day from the same files: day d is (d, d + 1], `none`
before the day of the first dose, from it on `early` (first dose on or before day g, also before follow-up) or `late`:

    early, late           coxph(Surv(a, b, e) ~ st, rows), reference none
    early against late    the same with reference late
    same days             the same with reference late, rows with a >= g + 1

Triples are coefficient, standard error and p.
"""

from __future__ import annotations

import numpy as np
import pytest

from ivig_core.estimate.cox.data import rows_ever_ivig, rows_from_start
from ivig_core.estimate.rates.counting import CountingRows
from ivig_core.estimate.survival.timing import CONTRASTS, STATES, start_states, timing_rows, timing_states
from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study
from ivig_core.study.survival.timing import timing
from tests.core.make import Patient, cohort
from tests.core.reference import reference_cohort

R = {
    ("sim43", 30, "any"): [
        (-0.075222603730, 0.558095900762, 0.89278236492), (-1.414241277751, 0.634268054872, 0.0257659209766),
        (1.339018674021, 0.753188814713, 0.0754367959273), (1.438336014104, 0.750899427763, 0.0554307780734),
    ],
    ("sim43", 30, "bacterial"): [
        (-0.292631333475, 0.673237304686, 0.663807072898), (-0.798814362586, 0.591759438086, 0.177048984891),
        (0.506183029111, 0.699847376483, 0.469510143281), (0.600542545173, 0.693689075953, 0.386642117705),
    ],
    ("sim43", 60, "viral"): [
        (-0.311550969892, 0.741697627180, 0.674448059516), (0.541449652449, 0.631153167456, 0.390962252346),
        (-0.853000622341, 0.670378371362, 0.203225110326), (-0.747559247892, 0.662128332828, 0.258887410652),
    ],
    ("sim500", 30, "any"): [
        (-0.466793772714, 0.142123159176, 0.00102188356507), (-0.650575557297, 0.147230468329, 9.9270513945e-06),
        (0.183781784583, 0.167880661677, 0.273640716115), (0.167855563955, 0.171886033083, 0.32879123847),
    ],
    ("sim500", 30, "bacterial"): [
        (-0.310566305634, 0.165845347648, 0.0611200520491), (-0.586136924232, 0.154096389492, 0.000142548980729),
        (0.275570618598, 0.180868340756, 0.127609195768), (0.246949914927, 0.185825128226, 0.183868708519),
    ],
    ("sim500", 60, "viral"): [
        (-0.446564780301, 0.155388205165, 0.00405481779991), (-0.653275662790, 0.173766056991, 0.000170244773944),
        (0.206710882489, 0.177817498557, 0.245036898502), (0.209481207191, 0.179953533184, 0.244389570168),
    ],
}  # fmt: skip
STATES_IN_R = {
    ("sim43", 30, "any"): [(4072, 21), (773, 4), (4809, 9)],
    ("sim500", 30, "bacterial"): [(80871, 164), (38019, 51), (93214, 86)],
}


@pytest.mark.parametrize(("name", "grace", "outcome"), R, ids=lambda value: str(value))
def test_ratios_equal_r(name, grace, outcome):
    rows = timing(Study(reference_cohort(name)), AnalysisSpec(), grace).rows
    mine = rows[rows["outcome"] == outcome]
    assert mine["model"].tolist() == list(CONTRASTS)
    for column, got in zip(("log_hr", "se", "p_value"), zip(*R[name, grace, outcome], strict=True), strict=True):
        np.testing.assert_allclose(mine[column], got, rtol=1e-6, atol=1e-9, err_msg=column)
    np.testing.assert_allclose(mine["ci_low"], np.exp(mine["log_hr"] - 1.959963984540054 * mine["se"]))


@pytest.mark.parametrize(("name", "grace", "outcome"), STATES_IN_R, ids=lambda value: str(value))
def test_days_and_events_of_the_states_equal_r(name, grace, outcome):
    states = timing(Study(reference_cohort(name)), AnalysisSpec(), grace).states
    mine = states[states["outcome"] == outcome]
    found = list(zip(mine["person_days"].tolist(), mine["events"].tolist(), strict=True))
    assert found == STATES_IN_R[name, grace, outcome]


def cut(*people: Patient) -> tuple[CountingRows, np.ndarray, np.ndarray]:
    """Rows of patients up to the first infection, from the first dose on, and the day of that dose."""
    time = np.array([min([day for day in p.infections], default=p.days - 1) + 1 for p in people])
    rows = rows_from_start(np.arange(len(people)), time, np.array([bool(p.infections) for p in people]))
    made, started = rows_ever_ivig(rows, cohort(*people))
    return made, started, np.array([min(p.doses, default=np.nan) for p in people], float)


def test_edges_of_the_grace_days():
    """The dose day is after the start; day 30 is early, day 31 late; a dose before day 0 is early from day 0."""
    rows, started, first = cut(
        Patient(days=50, doses=[30]), Patient(days=50, doses=[31]), Patient(days=50, doses=[-5]), Patient(days=50)
    )
    states = [STATES[code] for code in start_states(rows, started, first, 30)]
    found = list(zip(rows.patient.tolist(), rows.start.tolist(), rows.stop.tolist(), states, strict=True))
    assert found == [
        (0, 0, 30, "not_started"), (0, 30, 50, "early_ivig"), (1, 0, 31, "not_started"), (1, 31, 50, "late_ivig"),
        (2, 0, 50, "early_ivig"), (3, 0, 50, "not_started"),
    ]  # fmt: skip
    table = timing_states(rows, started, first, 30)
    assert table["person_days"].tolist() == [30 + 31 + 50, 20 + 50, 19]
    assert table["person_days"].sum() == 200
    # Days 31 to 49: the late dose is on the first of them.
    assert table["person_days_after"].tolist() == [19, 19 + 19, 19]


def test_by_hand():
    """To exchange early and late changes nothing, so that the ratio of one to the other is 1."""
    made = cut(
        Patient(days=60, doses=[5], infections=[40]), Patient(days=60, doses=[33], infections=[45]),
        Patient(days=60, doses=[5], infections=[45]), Patient(days=60, doses=[33], infections=[40]),
        Patient(days=60, infections=[40]), Patient(days=60),
    )  # fmt: skip
    table = timing_rows(*made, 30, "an infection").set_index("model")
    assert table.loc["early_against_late", "hr"] == pytest.approx(1)
    assert table.loc["early_against_late_same_days", "hr"] == pytest.approx(1)
    assert table.loc["early_ivig", "hr"] == pytest.approx(table.loc["late_ivig", "hr"])
    assert table["patients"].tolist() == [6, 6, 6, 6]


def test_only_events_before_those_of_the_others_have_no_finite_ratio():
    made = cut(
        Patient(days=60, doses=[5], infections=[40]), Patient(days=60, doses=[33], infections=[45]), Patient(days=60)
    )
    table = timing_rows(*made, 30, "an infection").set_index("model")
    assert (table["status"] != "ok").all()
    assert table["note"].str.len().gt(0).all()


@pytest.mark.parametrize(
    "people",
    [
        [Patient(days=90, infections=[20]), Patient(days=90)],
        [Patient(days=90, doses=[3], infections=[20]), Patient(days=90, doses=[4])],
        [Patient(days=1, doses=[0], infections=[0])],
        [Patient(days=90, doses=[60]), Patient(days=90)],
    ],
    ids=["no IVIG", "all early", "one day", "no infection"],
)
def test_without_a_comparison_every_row_says_why(people):
    table = timing_rows(*cut(*people), 30, "an infection")
    assert table["model"].tolist() == list(CONTRASTS)
    assert (table["status"] != "ok").all()
    assert table["note"].str.len().gt(0).all()
