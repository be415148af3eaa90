"""The headline calibrated by controls: when it can be done, and the sentence where it cannot."""

from __future__ import annotations

import math

import pytest

from ivig_core.estimate.trust.empirical_null import calibrate, systematic_error
from ivig_core.figures.trust.control_words import calibration_sentence, calibration_table
from ivig_core.spec import AnalysisSpec
from ivig_core.study.rates.models import sccs
from ivig_core.study.study import Study
from ivig_core.study.trust.calibration import calibration
from ivig_core.study.trust.checks.negative_control import control_rows, controls_of
from tests.core.make import Patient, cohort

SPEC = AnalysisSpec().change(sites=("lower_respiratory",))
FIVE = controls_of(("fungal",), ("urinary", "gastrointestinal", "skin", "other"))


def study(patients: int = 60, *, fungal_site: str | None = None, without: str = "") -> Study:
    """On IVIG on days 100–199 of 200; a pneumonia off it and, in two thirds, one on it; every control on both sides."""
    people = []
    for who in range(patients):
        facts = [(10, 2, "viral", "lower_respiratory"), *([(110, 2, "viral", "lower_respiratory")] if who % 3 else [])]
        for at, site in enumerate(("urinary", "gastrointestinal", "skin", "other")):
            if site != without:
                facts += [
                    (20 + at, 2, "negative", site),
                    *([(120 + at, 2, "negative", site)] if who % (at + 2) else []),
                ]
        facts += [(30, 2, "fungal", fungal_site), (130, 2, "fungal", fungal_site)]
        people.append(Patient(days=200, doses=[(100, 199, 25, "iv")], infections=sorted(facts, key=lambda x: x[0])))
    return Study(cohort(*people))


def test_five_controls_calibrate_the_ratio_as_set():
    data = study()
    found = calibration(data, SPEC, FIVE)
    rows, head = control_rows(data, SPEC, FIVE), sccs(data, SPEC).iloc[0]
    error = systematic_error(rows["log_irr"].to_numpy(float), rows["se"].to_numpy(float))
    assert found.error == error
    assert found.calibrated == calibrate(error, head["log_irr"], head["se"])
    assert found.calibrated.ratio == pytest.approx(head["irr"] / math.exp(error.mean))
    assert found.counted == 0
    assert calibration_sentence(found).startswith("Calibrated by 5 controls the ratio is ")
    assert calibration_table(found)["Headline"].tolist()[0] == "As it is"


def test_infections_of_the_headline_that_are_controls_are_said():
    found = calibration(study(), AnalysisSpec(), FIVE)
    assert 0 < found.counted < found.infections
    assert "% of the headline's infections are of these kinds" in calibration_sentence(found)


def test_why_it_cannot_be_done():
    few = calibration(study(without="skin"), SPEC, FIVE)
    assert few.calibrated is None
    assert few.reason.startswith("It cannot be calibrated: 5 controls with a ratio are needed, 4 have one. The file ")
    assert calibration_table(few).empty
    unfit = controls_of((), ("bloodstream", "lower_respiratory", "urinary"))
    assert "1 has one" in calibration(study(), SPEC, unfit).reason
    shared = calibration(study(fungal_site="skin"), SPEC, FIVE).reason
    assert shared.startswith("It cannot be calibrated: 120 of ")
    nothing = calibration(study(), AnalysisSpec().change(sites=("bloodstream",)), FIVE)
    assert nothing.reason.startswith("It cannot be calibrated: there is no ratio to calibrate (")
