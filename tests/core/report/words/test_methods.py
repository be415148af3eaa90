"""Methods: a setting that changes an analysis changes what is said of it; sources stand in the order of mention."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivig_core.report.words.methods import Done, methods
from ivig_core.report.words.references import REFERENCES, Said, numbered
from ivig_core.spec import SETTINGS, AnalysisSpec
from tests.core.persontime.strategies import specs

OTHERS: dict[str, tuple[object, ...]] = {
    "window_days": (30, 31, 42),
    "window_days_sc": (7, 10, 14),
    "dose_day": ("on", "off", "excluded"),
    "pre_exposure_days": (0, 30, 60),
    "washout_days": (0, 7, 30),
    "window_cuts": ((), (7,), (7, 14), (7, 21)),
    "exclude_first_days": (0, 30, 31),
    "from_first_dose": (False, True),
    "time_band_days": (90, 183, 365),
    "time_last_band": ("open", "closed"),
    "therapy_levels": ("class", "category"),
    "hemisphere": ("north", "south"),
    "igg_carry_days": (60, 120),
    "igg_cuts": ((200, 400, 700), (200, 400, 600, 700), (200, 400, 700, 1000)),
    "igg_blank_heavy_chain": ("unknown", "total"),
    "min_grade": (1, 2, 3),
    "max_grade": (None, 3, 4, 5),
    "pathogens": ((), ("viral",), ("bacterial", "viral"), ("bacterial", "viral", "fungal")),
    "sites": ((), ("urinary",), ("lower_respiratory", "urinary")),
    "hospitalized": (None, "yes", "no"),
    "episode_gap_days": (0, 14, 21),
    "population": ("exposed", "all"),
    "adjust_for": (
        (),
        ("phase",),
        ("season",),
        ("phase", "season"),
        ("time", "prophylaxis"),
        ("therapy",),
        ("calendar", "counts"),
        ("igg",),
    ),
    "ci_method": ("auto", "wald", "profile", "robust", "firth"),
    "rate_ci": ("robust", "exact"),
    "survival_event": ("infection", "infection_or_death", "death", "progression_or_death"),
    "survival_group": ("ivig_by_landmark", "ivig_ever", "ivig_strategy", "none", "iss", "<b>Größe|x"),
    "landmark_day": (0, 30, 60),
    "rmst_days": (180, 365),
    "where": ("", "iss=III", "iss=II|III", "iss!=III", "age>=65", "age>65", "iss=III; age>=65"),
    "within": ("", "phase:nonprogressive", "phase:progressive", "igg:<700", "igg:>=700", "igg:unknown"),
}
"""Values of every setting, each another analysis than the others."""


def said(spec: AnalysisSpec, **more: object) -> str:
    texts, _ = numbered(*methods(spec, Done(**more)))
    return "\n\n".join(texts)


def test_no_setting_is_forgotten():
    assert set(OTHERS) == set(SETTINGS)


@settings(max_examples=25)
@given(specs(), st.sampled_from(sorted(SETTINGS)))
def test_a_changed_setting_changes_the_methods(spec, name):
    """Whatever the other settings are. `within` and `window_cuts` are as they have to be for the other values."""
    spec = spec.change(window_days=max(spec.exposure.window_days, 30), window_cuts=(), within="", min_grade=1,
                       max_grade=None, igg_cuts=(200, 400, 700))  # fmt: skip
    texts = {said(spec.change(**{name: value})): value for value in OTHERS[name]}
    assert len(texts) == len(OTHERS[name])


@pytest.mark.parametrize("name", sorted(SETTINGS))
def test_default_settings_are_told_apart_from_every_other_value(name):
    default = said(AnalysisSpec())
    changed = [said(AnalysisSpec().change(**{name: value})) for value in OTHERS[name]]
    assert changed.count(default) == 1
    assert len(set(changed)) == len(changed)


def test_what_was_not_made_is_not_described():
    bare = said(AnalysisSpec(), models=(), event_dependent=False, survival=False, competing=False, hazards=False)
    assert not re.search("self-controlled|Kaplan|Cox|competing|Andersen|estimating equations", bare)
    assert "Cox" in said(AnalysisSpec())


def test_sources_are_numbered_in_the_order_of_mention():
    texts, references = numbered(*methods(AnalysisSpec(), Done()))
    text = " ".join(texts)
    named = [int(number) for group in re.findall(r"\[([\d, ]+)\]", text) for number in group.split(", ")]
    assert list(dict.fromkeys(named)) == list(range(1, len(references) + 1))
    assert set(references) <= set(REFERENCES.values())
    first = text.index(f"[{named[0]}")
    assert references[0] == REFERENCES["garwood"]
    assert "exact Poisson limits" in text[:first]


def test_a_source_named_twice_has_one_number():
    (first, second), references = numbered([Said("One.", ("cox",))], [Said("Two.", ("efron", "cox"))])
    assert (first, second) == ("One [1].", "Two [2, 1].")
    assert references == (REFERENCES["cox"], REFERENCES["efron"])


def test_every_source_is_named_by_some_methods():
    every = [
        AnalysisSpec(),
        AnalysisSpec().change(survival_group="ivig_ever"),
        AnalysisSpec().change(ci_method="firth"),
    ]
    named = {key for spec in every for part in methods(spec, Done()) for said in part for key in said.sources}
    assert named == set(REFERENCES)
