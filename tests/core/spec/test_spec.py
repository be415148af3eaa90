"""Settings: checked when created, the same after a round trip through JSON and URL."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivig_core.errors import SpecError
from ivig_core.spec import ADJUSTERS, PATHOGENS, SETTINGS, AnalysisSpec
from tests.core.persontime.strategies import specs

FAULTS = [
    ("window_days", "x", "whole number from 0"),
    ("window_days", -1, "whole number from 0"),
    ("window_days", 30.5, "whole number"),
    ("window_days", float("inf"), "whole number"),
    ("window_days", True, "whole number"),
    ("dose_day", "maybe", "on, off, excluded"),
    ("window_cuts", "21,7", "rising order"),
    ("window_cuts", "7,40", "no later than window_days"),
    ("min_grade", 0, "from 1 to 5"),
    ("max_grade", 6, "from 1 to 5"),
    ("pathogens", "viral,prion", "bacterial, viral"),
    ("adjust_for", "phase,weather", "phase, season"),
    ("from_first_dose", "perhaps", "yes or no"),
    ("survival_event", "relapse", "infection_or_death"),
    ("survival_group", "", "baseline column"),
    ("where", "iss", "column op value"),
    ("where", "age>=old", "a number after >="),
    ("within", "weather:rain", "phase:nonprogressive"),
    ("within", "igg:<650", "a cut-off of igg_cuts"),
    ("igg_cuts", "", "rising order"),
]


@pytest.mark.parametrize(("name", "value", "allowed"), FAULTS)
def test_a_fault_names_field_value_and_what_is_allowed(name, value, allowed):
    with pytest.raises(SpecError) as caught:
        AnalysisSpec().change(**{name: value})
    assert caught.value.field == name
    assert name in str(caught.value)
    assert allowed in str(caught.value)


def test_the_highest_grade_cannot_be_below_the_lowest():
    with pytest.raises(SpecError, match="max_grade"):
        AnalysisSpec().change(min_grade=3, max_grade=2)


def test_an_unknown_setting_names_the_nearest():
    with pytest.raises(SpecError, match="did you mean window_days"):
        AnalysisSpec.from_dict({"window_day": 3})


def test_text_and_values_are_the_same_spec():
    text = AnalysisSpec().change(window_days="42", window_cuts="15, 29", adjust_for="season,phase", max_grade="")
    values = AnalysisSpec().change(window_days=42, window_cuts=[15, 29], adjust_for=["phase", "season"], max_grade=None)
    assert text == values
    assert hash(text) == hash(values)
    assert text.changed == ("window_days", "window_cuts", "adjust_for")


def test_filters_are_read_and_written_alike():
    spec = AnalysisSpec().change(where=" iss = III ;age>=65; sex!=male", within="igg: <700")
    assert [str(item) for item in spec.selection.where] == ["iss=III", "age>=65", "sex!=male"]
    assert spec.to_dict()["where"] == "iss=III; age>=65; sex!=male"
    assert spec.to_dict()["within"] == "igg:<700"
    either = AnalysisSpec().change(where="iss=II|III").selection.where[0]
    assert either.values == ("II", "III")


def test_the_default_is_what_the_definitions_say():
    spec = AnalysisSpec().to_dict()
    assert {name: spec[name] for name in ("window_days", "window_days_sc", "dose_day", "population")} == {
        "window_days": 30, "window_days_sc": 10, "dose_day": "on", "population": "exposed",
    }  # fmt: skip
    assert (spec["ci_method"], spec["rate_ci"], spec["time_band_days"]) == ("auto", "robust", 183)
    assert (spec["survival_event"], spec["survival_group"]) == ("infection_or_death", "ivig_by_landmark")
    assert (spec["landmark_day"], spec["rmst_days"], spec["igg_carry_days"]) == (30, 365, 120)


MORE = st.fixed_dictionaries(
    {
        "adjust_for": st.lists(st.sampled_from(ADJUSTERS), unique=True),
        "pathogens": st.lists(st.sampled_from(PATHOGENS), unique=True),
        "population": st.sampled_from(["exposed", "all"]),
        "landmark_day": st.integers(0, 400),
        "where": st.sampled_from(["", "iss=III", "age>=65; sex=female"]),
        "within": st.sampled_from(["", "phase:progressive", "igg:>=400; phase:nonprogressive"]),
    }
)


@settings(derandomize=True, max_examples=100, deadline=None)
@given(spec=specs(), more=MORE)
def test_round_trips(spec, more):
    spec = spec.change(**more)
    assert AnalysisSpec.from_dict(json.loads(json.dumps(spec.to_dict()))) == spec
    back, errors = AnalysisSpec.collect(spec.to_query())
    assert errors == []
    assert back == spec
    assert set(spec.to_query()) == set(spec.changed)
    assert set(spec.to_dict()) == set(SETTINGS)


def test_a_bad_url_keeps_the_good_settings_and_reports_the_bad():
    spec, errors = AnalysisSpec.collect({"window_days": "42", "min_grade": "nine", "colour": "red"})
    assert spec == AnalysisSpec().change(window_days=42)
    assert sorted(error.value for error in errors) == ["colour", "nine"]


def test_the_url_carries_nothing_of_the_users_own_columns():
    spec = AnalysisSpec().change(where="ward=7B; iss=III", survival_group="ward")
    assert spec.to_query(private_columns=("ward",)) == {"where": "iss=III"}
    assert "where" not in AnalysisSpec().change(where="ward=7B").to_query(private_columns=("ward",))
