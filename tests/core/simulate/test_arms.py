"""Arms: who is admitted, how patients are dealt out, and that no patient depends on how many are drawn."""

from dataclasses import replace

import numpy as np
import pytest

from ivig_core.errors import SpecError
from ivig_core.simulate.arms import Arm, arm_of
from ivig_core.simulate.generator import BLOCK, simulate
from ivig_core.simulate.model import SimulationModel
from ivig_core.simulate.presets import PRESETS, get_preset
from ivig_core.simulate.truth import true_effects
from tests.core.simulate.reading import days, doses, of_kind

WITH_ARMS = [preset for preset in PRESETS if preset.name != "known_truth"]


@pytest.fixture(scope="module", params=WITH_ARMS, ids=lambda preset: preset.name)
def sample(request):
    """A preset with two blocks of patients."""
    return request.param, simulate(request.param.model, BLOCK + 143, seed=3)


def test_patients_are_dealt_to_arms_evenly():
    arms = get_preset("daratumumab").model
    dealt = arm_of(arms, np.arange(143 * 7))
    assert (np.bincount(dealt) == [43 * 7, 100 * 7]).all()
    running = np.cumsum(dealt == 0)
    assert np.abs(running - np.arange(1, len(dealt) + 1) * 43 / 143).max() < 1.5


def test_no_patient_depends_on_how_many_are_drawn(sample):
    preset, whole = sample
    few = simulate(preset.model, 57, seed=3).rows
    assert few.equals(whole.rows.head(len(few)))
    ids = of_kind(whole.rows, "patient")["patient_id"]
    assert list(ids) == [f"SYN{number:06d}" for number in range(1, BLOCK + 144)]


def test_everybody_was_admitted_for_what_happened(sample):
    preset, whole = sample
    rows = whole.rows
    patients = of_kind(rows, "patient")
    given = doses(rows)
    infections = of_kind(rows, "infection")
    first_infection = dict(
        zip(*(infections.drop_duplicates("patient_id")[n] for n in ("patient_id", "start")), strict=True)
    )
    length = days(patients["end"]) - days(patients["start"]) + 1
    member = arm_of(preset.model, np.arange(len(patients)))
    for who, code, at_risk in zip(patients["patient_id"], member, length, strict=True):
        arm = preset.model[code]
        assert at_risk >= arm.least_days
        first = np.datetime64(given[who][0], "D").astype(str) if who in given else "9999"
        primary = first != "9999" and first < first_infection.get(who, "9999-12-31")
        allowed = {
            "treated": who in given,
            "untreated": who not in given,
            "primary": primary,
            "not_primary": not primary,
        }
        assert allowed[arm.admit], who


def test_all_arms_of_a_preset_have_the_same_true_effects():
    for preset in WITH_ARMS:
        first = true_effects(preset.model[0].model)
        for arm in preset.model:
            for endpoint in ("all_grades", "grade_3_plus"):
                assert true_effects(arm.model)[endpoint] == first[endpoint]


def test_an_arm_nobody_fits_is_refused():
    never = replace(SimulationModel(), share_never_ivig=1.0)
    with pytest.raises(SpecError, match="treated"):
        simulate((Arm("ivig", 1, never, admit="treated"),), 5, seed=1)
    with pytest.raises(SpecError, match="admit"):
        Arm("ivig", 1, never, admit="sometimes")
