"""The sentence names what was analysed, and every setting that was changed."""

from __future__ import annotations

import pytest

from ivig_core.spec import SETTINGS, AnalysisSpec
from ivig_core.study.describe import sentence

DEFAULT = (
    "Infections of any grade in all patients; on IVIG from the dose day to day 30 after it; compared within patients."
)
# Settings of survival and of the rate interval are said where they act: on the page and in the table they belong to.
ELSEWHERE = {"survival_event", "survival_group", "landmark_day", "rmst_days", "rate_ci"}
CHANGES = {
    "window_days": 42, "window_days_sc": 7, "dose_day": "off", "pre_exposure_days": 30, "washout_days": 14,
    "window_cuts": "7,14", "exclude_first_days": 30, "from_first_dose": "yes", "time_band_days": 90,
    "time_last_band": "closed", "therapy_levels": "category", "hemisphere": "south", "igg_carry_days": 60,
    "igg_cuts": "400,700", "igg_blank_heavy_chain": "total", "min_grade": 3, "max_grade": 4, "pathogens": "viral",
    "sites": "urinary", "hospitalized": "yes", "episode_gap_days": 14, "population": "all", "adjust_for": "season",
    "ci_method": "robust", "where": "iss=III", "within": "phase:nonprogressive",
}  # fmt: skip


def test_default():
    assert sentence(AnalysisSpec()) == DEFAULT


def test_every_setting_is_either_said_or_known_to_be_said_elsewhere():
    assert set(CHANGES) | ELSEWHERE == set(SETTINGS)


@pytest.mark.parametrize("name", CHANGES)
def test_a_changed_setting_changes_the_sentence(name):
    assert sentence(AnalysisSpec().change(**{name: CHANGES[name]})) != DEFAULT


def test_a_full_sentence():
    spec = AnalysisSpec().change(
        min_grade=3, pathogens="bacterial,viral", where="iss=III; age>=65", pre_exposure_days=30,
        adjust_for="phase,season", within="phase:nonprogressive",
    )  # fmt: skip
    assert sentence(spec) == (
        "Bacterial or viral infections of grade 3 or higher in patients with iss = III and age >= 65; on IVIG from the "
        "dose day to day 30 after it; the 30 days before the first dose kept apart; only days without recorded "
        "progression; compared within patients, adjusted for disease phase and season."
    )


def test_pathogen_and_site_both_have_to_hold():
    spec = AnalysisSpec().change(pathogens="bacterial,viral", sites="lower_respiratory,urinary", min_grade=3)
    said = "Bacterial or viral infections of grade 3 or higher (lower respiratory or urinary) in all patients;"
    assert sentence(spec).startswith(said)
    assert sentence(spec.change(pathogens="")).startswith(
        "Lower respiratory or urinary infections of grade 3 or higher"
    )
