"""A model common to all hospitals, in rounds: exact, with the terms that no hospital can estimate named."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ivig_core.errors import HospitalError
from ivig_core.hospitals.answer import answered
from ivig_core.hospitals.request import first_request
from ivig_core.hospitals.rounds import pool_rounds
from ivig_core.spec import AnalysisSpec
from ivig_core.study.rates.models import sccs
from ivig_core.study.study import Study
from tests.core.hospitals.hospitals import RULE, five, in_rounds, sites_of
from tests.core.make import Patient, cohort

SPEC = AnalysisSpec().change(adjust_for=("phase", "season", "time"), ci_method="wald")
NUMBERS = ("log_irr", "se", "ci_low", "ci_high", "p_value")


def same(found, whole, within=1e-8):
    """Every term of the whole has the same numbers or the same status."""
    wanted, got = whole.set_index("term"), found.irr.set_index("term")
    assert set(got.index) == set(wanted.index)
    for term in wanted.index:
        assert got.loc[term, "status"] == wanted.loc[term, "status"], term
        if wanted.loc[term, "status"] == "ok":
            for name in NUMBERS:
                assert got.loc[term, name] == pytest.approx(wanted.loc[term, name], abs=within), (term, name)


@pytest.mark.parametrize(
    "spec",
    [SPEC, SPEC.change(adjust_for=("phase", "calendar"), pre_exposure_days=20, washout_days=10, window_cuts=(7,))],
)
def test_rounds_give_the_model_of_all_data(spec):
    whole, parts = five()
    found = in_rounds(parts, spec)
    assert found.converged
    assert found.round <= 7
    same(found, sccs(whole, spec))


def test_levels_without_an_infection_anywhere_are_left_out_as_the_whole_leaves_them_out():
    rng = np.random.default_rng(4)
    patients = [
        Patient(
            days=400, doses=[120], progressive=[(200, 260)] if at % 2 else [],
            # No infection in progression, none in the days before the first dose.
            infections=[int(day) for day in rng.integers(0, 400, 5) if not (100 <= day < 120 or 200 <= day <= 260)],
        )
        for at in range(40)
    ]  # fmt: skip
    spec = SPEC.change(pre_exposure_days=20, adjust_for=("phase", "season", "prophylaxis"))
    found = in_rounds(
        [Study(cohort(*patients[:25], records_phase=True)), Study(cohort(*patients[25:], records_phase=True))], spec
    )
    whole = sccs(Study(cohort(*patients, records_phase=True)), spec)
    same(found, whole)
    status = found.irr.set_index("term")["status"]
    assert (status["progressive"], status["pre_ivig"]) == ("no_events_exposed", "no_events_exposed")
    assert status["prophylaxis"] == "no_contrast"
    assert any("progressive" in note for note in found.notes)


def test_terms_that_rise_for_ever_are_named_and_the_others_have_their_limit():
    # In the second half-year infections come on IVIG alone, and there never off it: both terms together separate.
    def one(at):
        return Patient(days=366, doses=[150, 180, 200], infections=[20 + at, 160 + at, 190 + at % 10, 60 + 2 * at])

    patients = [one(at) for at in range(24)]
    spec = SPEC.change(adjust_for=("time",))
    whole = sccs(Study(cohort(*patients)), spec)
    found = in_rounds([Study(cohort(*patients[:14])), Study(cohort(*patients[14:]))], spec)
    assert found.converged
    same(found, whole, within=1e-6)


def test_a_hospital_with_nothing_to_say_changes_nothing():
    _, parts = five()
    alone = in_rounds(parts[:3], SPEC)
    with_others = in_rounds([*parts[:3], Study(cohort(*[Patient(days=90, doses=[5])] * 9))], SPEC)
    assert with_others.irr.loc[0, "log_irr"] == pytest.approx(alone.irr.loc[0, "log_irr"], abs=1e-12)
    assert any("D: nothing to add" in note for note in with_others.notes)


def test_answers_that_do_not_belong_together_are_refused():
    _, parts = five()
    request = first_request(sites_of(parts[:3], SPEC))
    answers = [answered(one, request, RULE, name) for one, name in zip(parts, "ABC", strict=False)]
    later = replace(request, round=2)
    for wrong, said in (
        ([], "no answer"),
        (answers[:2], "there is none of C"),
        ([*answers[:2], replace(answers[2], name="A")], "more than once"),
        ([*answers[:2], replace(answers[0], name="C")], "one cohort counts once"),
        ([*answers[:2], answered(parts[2], later, RULE, "C")], "different questions"),
    ):
        with pytest.raises(HospitalError, match=said):
            pool_rounds(wrong)


def test_days_in_a_level_that_nobody_named_are_refused():
    _, parts = five()
    spec = SPEC.change(adjust_for=("calendar",))
    request = first_request(sites_of(parts[:2], spec))
    later = [
        Patient(days=400, doses=[9], infections=[3, 70 + at], start=Patient().start.replace(year=2031))
        for at in range(9)
    ]
    with pytest.raises(HospitalError, match="calendar_2031_h1"):
        answered(Study(cohort(*later)), request, RULE, "B")
