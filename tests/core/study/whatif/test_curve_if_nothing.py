"""Curves of simulated cohorts: the cohort itself is analysed as by the curve, every other one in the same way."""

from __future__ import annotations

import numpy as np
import pytest

from ivig_core.simulate.cohort import simulate_cohort
from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study
from ivig_core.study.whatif.curve.choices import Choices, base_of
from ivig_core.study.whatif.curve.curve import curve
from ivig_core.study.whatif.curve.if_nothing import CurvingNothing, _lies, compared, curve_if_nothing
from ivig_core.study.whatif.curve.sentences import shares
from ivig_core.study.whatif.null import treated
from tests.core.make import Patient, cohort

SPEC = AnalysisSpec()
FEW = Choices(
    window_days=(30,), before=((0, False), (30, False), (0, True)), dose_day=("on", "excluded"),
    episode_gap_days=(0, 14), adjusters=("time", "season"),
)  # fmt: skip
TWO = Choices(
    window_days=(30,), before=((0, False),), dose_day=("on", "excluded"), episode_gap_days=(0,), adjusters=(),
)  # fmt: skip
SET = 20
USUAL = {"days": 300, "doses": [100, 130], "infections": [20, 110, 250]}


@pytest.fixture(scope="module")
def sample() -> Study:
    return Study(simulate_cohort("daratumumab"))


@pytest.fixture(scope="module")
def making(sample) -> CurvingNothing:
    made = CurvingNothing(sample, SPEC, FEW, SET)
    seen = [0.0]
    while not made.finished:
        made.step()
        seen.append(made.share)
    assert seen == sorted(seen)
    assert seen[-1] == 1
    return made


def test_the_cohort_itself_lies_as_its_curve_does(sample, making):
    """Every one of its rows is that of the curve of the patients on IVIG, combinations counted once a definition."""
    found = making.result()
    choices = compared(sample, base_of(SPEC), FEW)[0]
    made = curve(Study(sample.full.subset(treated(sample, SPEC)[1])), SPEC, choices)
    assert found.definitions == made.candidates == 48
    rows = [
        made.row_of(SPEC.change(window_days=window, dose_day=dose_day, pre_exposure_days=days, from_first_dose=first,
                                adjust_for=names, min_grade=grade, episode_gap_days=gap))
        for days, first in FEW.before for window in FEW.window_days for dose_day in FEW.dose_day
        for names in made.sets for grade in (1, 3) for gap in FEW.episode_gap_days
    ]  # fmt: skip
    ratio, high = np.concatenate(making._found, axis=2)
    want = made.table.iloc[rows]
    assert np.allclose(ratio[0], want["irr"], rtol=1e-9)
    assert np.allclose(high[0], want["ci_high"], rtol=1e-9)
    assert found.observed.below[0] == pytest.approx((want["irr"] < 1).mean())
    assert found.observed.clear[0] == pytest.approx((want["ci_high"] < 1).mean())
    assert shares(made).rows == len(made.table)


def test_simulated_cohorts_lie_about_one_and_another_choice_in_force_has_the_same(sample, making):
    found = making.result()
    assert found.status == "ok"
    assert found.simulations == SET
    assert 0.1 < np.median(found.nothing.below) < 0.9
    assert 0.8 < np.median(found.nothing.middle) < 1.1
    assert found.observed.middle[0] < np.quantile(found.nothing.middle, 0.1)
    one, other = (
        curve_if_nothing(sample, SPEC.change(dose_day=dose_day, min_grade=grade), TWO, SET)
        for dose_day, grade in (("on", 1), ("excluded", 3))
    )
    assert np.array_equal(other.nothing.below, one.nothing.below)


def test_what_simulated_cohorts_have_not_is_left_out_and_said(sample):
    kept, reasons = compared(sample, base_of(SPEC), FEW)
    assert kept.adjusters == ("time",)
    assert len(reasons) == 1
    assert "season" in reasons[0]
    kept, reasons = compared(sample, base_of(SPEC.change(pathogens=("viral",))), FEW)
    assert kept.episode_gap_days == (0,)
    assert "joined episodes" in " ".join(reasons)
    doses = [100 + 30 * number for number in range(12)]
    gathers = Study(cohort(*[Patient(days=700, doses=doses, infections=[*doses[:4], 253, 600]) for _ in range(12)]))
    kept, reasons = compared(gathers, base_of(SPEC), FEW)
    assert kept.dose_day == ("on",)
    assert "dated on it" in " ".join(reasons)


REFUSED = {
    "one patient": ([Patient(**USUAL)], {}, "fewer than 30 patients"),
    "no infection": ([Patient(days=300, doses=[50]), Patient(days=90)], {}, "no patient with an infection"),
    "no IVIG": ([Patient(days=300, infections=[50])], {}, ""),
    "nobody": ([], {}, ""),
    "subcutaneous": (
        [Patient(days=300, doses=[(100, None, None, "sc")], infections=[20, 50 + at, 110]) for at in range(40)],
        {"window_days_sc": 30}, "subcutaneous doses have a window of their own",
    ),
    "washout": ([Patient(**USUAL) for _ in range(40)], {"washout_days": 20}, "Washout 20 days"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_where_there_is_nothing_to_simulate_a_sentence_says_why(name):
    people, changes, note = REFUSED[name]
    found = curve_if_nothing(Study(cohort(*people)), SPEC.change(**changes), FEW, SET)
    assert found.status != "ok"
    assert found.note
    assert note in found.note
    assert found.simulations == 0


def test_shares_are_of_rows_with_an_estimate():
    ratio = np.array([[0.5, np.nan, 1.0, 0.9], [np.nan] * 4, [0.0, np.inf, 2.0, 3.0]])
    high = np.array([[0.8, np.nan, 2.0, 1.4], [np.nan] * 4, [0.9, np.inf, 3.0, 4.0]])
    below, clear, middle = _lies(ratio, high)
    assert below == pytest.approx([2 / 3, np.nan, 1 / 4], nan_ok=True)
    assert clear == pytest.approx([1 / 3, np.nan, 1 / 4], nan_ok=True)
    assert middle == pytest.approx([0.9, np.nan, 2.0], nan_ok=True)
