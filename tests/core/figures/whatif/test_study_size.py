"""Power against patients: what is drawn is what was computed, and the title says no more."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ivig_core.figures.theme import alt_text, finding
from ivig_core.figures.whatif.study_size import ratio_landing, study_size
from ivig_core.figures.whatif.study_size_words import needed_words, other_days, simulated_finding
from ivig_core.study.whatif.size.needed import Needed
from ivig_core.study.whatif.size.plan import StudyPlan
from ivig_core.study.whatif.size.simulated import simulated_studies
from ivig_core.study.whatif.size.size import study_size as result_of
from tests.core.figures.studies import SPEC, reference_study, trace

PLAN = StudyPlan()


@pytest.fixture(scope="module")
def found():
    return simulated_studies(reference_study("sim43"), SPEC, PLAN, 12)


def test_the_title_is_what_is_needed():
    size = result_of(reference_study("sim43"), SPEC, PLAN)
    figure = study_size(size)
    assert finding(figure) == (
        "About 35 patients with an infection (44 in all) to see a ratio of 0.60 with 80 % power"
    )  # fmt: skip
    assert figure.layout.meta["detail"].startswith("159 infections, 3.64 a patient; 36 % of days on IVIG")
    line = trace(figure, "Within patients, by formula")
    assert (line.y == 100 * size.curve.loc[size.curve["design"] == "sccs", "power"]).all()
    assert (trace(figure, "needed").x[0], trace(figure, "needed").y[0]) == (size.sizes[0].patients, 80)


@pytest.mark.parametrize(
    ("plan", "title"),
    [
        (StudyPlan(ratio=1.0), "No size is enough, because with a ratio of 1 there is no difference to see"),
        (StudyPlan(share_on=0.0), "No size is enough, because nobody is given IVIG"),
        (StudyPlan(follow_up_days=365, on_days=365, share_on=0.5),
         "Within patients no size is enough, because no patient has days both on and off IVIG; two groups need about"),
        (StudyPlan(ratio=0.99999), "No size is within reach: more than 1,000,000 patients"),
    ],
)  # fmt: skip
def test_why_no_size_is_enough(plan, title):
    figure = study_size(result_of(reference_study("sim43"), SPEC, plan))
    assert finding(figure).startswith(title)
    assert title in alt_text(figure)


def test_other_days_on_ivig_than_the_formulas_are_said(found):
    size = result_of(reference_study("sim43"), SPEC, PLAN)
    alike = replace(size, on_share=found.on_share)
    assert other_days(alike, found) == ""
    assert "the end of follow-up cuts them short" in other_days(replace(size, on_share=2 * found.on_share), found)
    assert "by chance" in other_days(replace(size, on_share=found.on_share / 2), found)


def test_points_are_those_of_the_simulation(found):
    size = result_of(reference_study("sim43"), SPEC, PLAN)
    for presentation in (False, True):
        figure = study_size(size, found, presentation=presentation)
    rows = found.table[found.table["before_days"] == 30]
    points = trace(figure, "Simulated, without the 30 days before the first dose")
    assert points.y == pytest.approx(100 * rows["power"])
    assert points.error_y.array == pytest.approx(100 * (rows["power_high"] - rows["power"]))
    assert "Simulated with all days: 22 patients" in alt_text(figure)


def test_where_the_ratio_lands(found):
    figure = ratio_landing(found)
    last = found.table[found.table["patients"] == found.table["patients"].max()]
    assert [trace(figure, name).x[0] for name in ("All days", "Without 30 days", "Without 60 days")] == pytest.approx(
        last["ratio_median"].tolist()
    )
    true = found.table.assign(ratio_median=0.6)
    assert finding(ratio_landing(replace(found, table=true))) == (
        "The ratio lands near the true 0.60 in every analysis"
    )  # fmt: skip
    zero = found.table.assign(ratio_median=0.0, ratio_low=0.0, ratio_high=np.inf)
    assert "0.60, but lands at 0.00 with all days" in finding(ratio_landing(replace(found, table=zero)))


def test_what_is_not_reached_is_said(found):
    assert needed_words(Needed(0, "ok", 31.2, 20.1, 40.0)) == "32 (21–40)"
    assert needed_words(Needed(0, "ok", 31.2, note="no interval")) == "32"
    assert needed_words(Needed(0, "fewer", note="fewer than 9 patients")) == "fewer than 9 patients"
    note = "80 % power is not reached at any size simulated"
    never = tuple(replace(item, patients=None, note=note) for item in found.needed)
    near = replace(found, needed=never, table=found.table.assign(ratio_median=0.6))
    assert simulated_finding(near).startswith(
        "Simulated without the 30 days before the first dose: 80 % power is not reached at any size simulated; the"
    )
    biased = found.table["before_days"].map({0: 0.5, 30: 0.55, 60: 0.61})
    told = simulated_finding(replace(found, table=found.table.assign(ratio_median=biased)))
    assert "without the 60 days before the first dose; the ratio lands at 0.61, with all days at 0.50" in told
    assert simulated_finding(replace(found, table=found.table[:0])) == "No study was simulated"
