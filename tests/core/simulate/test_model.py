"""The model and its presets: settings are checked when made, the grade factors fit together."""

from dataclasses import replace

import pytest

from ivig_core.errors import SpecError
from ivig_core.simulate.model import SimulationModel
from ivig_core.simulate.presets import PRESETS, get_preset, preset_names


def test_grade_1_2_factor_gives_the_all_grade_factor():
    model = SimulationModel()
    assert model.irr_on_grade_1_2 == pytest.approx(0.65)
    q = model.share_grade_3_plus
    assert q * model.irr_on_grade_3_plus + (1 - q) * model.irr_on_grade_1_2 == pytest.approx(model.irr_on_all)


@pytest.mark.parametrize(
    "change",
    [
        {"share_late": 1.2},
        {"share_grade_3_plus": 1.0},
        {"dose_interval_days": (33, 27)},
        {"rate_per_year": 0.0},
        {"irr_on_all": -1.0},
        {"irr_on_grade_3_plus": 4.0},
    ],
)
def test_impossible_parameters_are_refused(change):
    with pytest.raises(SpecError, match=next(iter(change))):
        replace(SimulationModel(), **change)


def test_known_truth_has_the_documented_values():
    model = get_preset("known_truth").model
    assert (model.irr_on_all, model.irr_on_grade_3_plus) == (0.60, 0.40)
    assert (model.irr_before_first_dose, model.before_days, model.on_days) == (2.5, 30, 30)
    assert (model.irr_progressive, model.irr_fall_winter, model.trend, model.trend_band_days) == (1.8, 1.3, 0.95, 183)


def test_unknown_preset_names_all_presets():
    with pytest.raises(SpecError) as caught:
        get_preset("daratumumb")
    assert all(name in str(caught.value) for name in preset_names())
    assert len(set(preset_names())) == len(PRESETS)
