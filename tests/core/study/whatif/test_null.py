"""If IVIG did nothing: numbers for an ordinary cohort, and a sentence for every one that has none."""

from __future__ import annotations

import numpy as np
import pytest

from ivig_core.spec import AnalysisSpec
from ivig_core.study.rates.models import sccs
from ivig_core.study.whatif.null import NOT_OFFERED, TOO_FEW, if_nothing
from tests.core.figures.studies import SPEC, reference_study, study
from tests.core.make import Patient

USUAL = {"days": 300, "doses": [100, 130], "infections": [20, 110, 250]}
SC = (200, np.nan, np.nan, "sc")


@pytest.fixture(scope="module")
def found():
    shares: list[float] = []
    return if_nothing(reference_study("sim43"), SPEC, shares.append), shares


def test_the_ratios_of_an_ordinary_cohort(found):
    found, shares = found
    row = sccs(reference_study("sim43"), SPEC).set_index("term").loc["on_ivig"]
    assert found.status == "ok"
    assert (found.observed, found.observed_low, found.observed_high) == tuple(row[["irr", "ci_low", "ci_high"]])
    assert found.simulations == len(found.ratios) == 400
    assert found.null_low < found.null_median < found.null_high
    assert np.median(found.ratios) == found.null_median
    assert found.ci_low < found.calibrated_irr < found.ci_high
    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert if_nothing(reference_study("sim43"), SPEC.change(landmark_day=90)) is found


@pytest.mark.parametrize(
    ("patients", "changes", "status", "words"),
    [
        ([Patient(**USUAL)], {}, TOO_FEW, "fewer than 20 patients on IVIG"),
        ([Patient(days=300, infections=[20])] * 30, {}, TOO_FEW, "no patient with an infection has days"),
        ([Patient(days=300, doses=[100])] * 30, {}, TOO_FEW, "no patient with an infection"),
        ([Patient(days=300, doses=[100], infections=[110])] * 30, {}, TOO_FEW, "no infection outside"),
        ([Patient(days=300, doses=[100], infections=[10])] * 30, {}, TOO_FEW, "no infection in this level"),
        ([Patient(days=300, doses=[100], infections=[10, 110])] * 19, {}, TOO_FEW, "fewer than 20 patients"),
        ([Patient(days=300, doses=[100], infections=[10])] * 20 + [Patient(**USUAL)] * 2, {}, TOO_FEW, "fewer than 40"),
        ([Patient(days=300, doses=[100], infections=[10, 100])] * 30, {}, TOO_FEW, "30 infections lie on the very day"),
        ([Patient(**USUAL | {"doses": [100, SC]})] * 30, {}, NOT_OFFERED, "windows of different length"),
        ([Patient(**USUAL)] * 30, {"washout_days": 30}, NOT_OFFERED, "with these settings: Washout 30 days"),
        ([Patient(**USUAL)] * 30, {"adjust_for": "season"}, NOT_OFFERED, "Adjusted for season"),
        ([Patient(**USUAL)] * 30, {"window_days": 60}, NOT_OFFERED, "window of 21 to 45 days"),
        ([Patient(**USUAL)] * 30, {"where": "age>=200"}, TOO_FEW, "no patient with an infection"),
    ],
)  # fmt: skip
def test_a_sentence_where_there_is_no_number(patients, changes, status, words):
    found = if_nothing(study(*patients), AnalysisSpec().change(**changes))
    assert found.status == status
    assert words in found.note
    assert np.isnan(found.calibrated_irr)
    assert found.ratios is None
