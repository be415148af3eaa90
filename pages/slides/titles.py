"""What a table is called on a slide until the user calls it otherwise: pages head them by their tab or box."""

from __future__ import annotations

from collections.abc import Mapping

TITLES: Mapping[str, str] = {
    "around_first_dose": "Infections around the first dose of IVIG",
    "attrition": "Who is analysed",
    "baseline": "Patients at baseline, by whether they were given IVIG",
    "calibration": "The ratio calibrated by negative controls",
    "compare": "Two sets of settings compared",
    "cox": "Cox regression of infection-free survival",
    "cox_competing": "Hazards of infection and of death, and Fine–Gray, by variable",
    "cox_ph": "Cox regression: does a ratio stay the same over time?",
    "cumulative_incidence_at": "Infection and death as competing risks",
    "dose_gaps": "Days between doses of IVIG",
    "emulated_trial": "Early against late start of IVIG, as in a trial",
    "end_of_follow_up": "How follow-up ends",
    "exposure_over_time": "IVIG and infections by calendar time",
    "first_dose_rules": "The rate ratio under other rules about the first dose",
    "first_ivig": "What goes with a first dose of IVIG",
    "first_ivig_ph": "A first dose of IVIG: does a ratio stay the same over time?",
    "follow_up": "Length of follow-up",
    "hospitals": "Rate ratios by hospital, and of all together",
    "igg_course_numbers": "Functional IgG by month",
    "igg_low": "How many had low IgG",
    "igg_rates": "Infection rates by IgG level",
    "igg_ratios": "Rate ratios by IgG level",
    "igg_share_numbers": "Time at each IgG level",
    "infections_per_patient": "Infections per patient",
    "negative_control": "Negative control",
    "patients": "Patients",
    "published_around": "Published ratios of the days before IVIG and of low IgG",
    "published_given": "Published hazard ratios of a first IVIG",
    "published_immortal": "Prophylaxis in 2024, with and without immortal time",
    "published_ivig": "Published ratios on against off IVIG",
    "rate_ratios": "Rate ratios within patients",
    "rates": "Infection rates by period",
    "restricted_mean": "Restricted mean infection-free time",
    "sensitivity": "The rate ratio under other settings",
    "side_by_side": "Four designs side by side",
    "three_hazards": "Infection with death competing: hazard ratios",
    "while_alive_ratios": "Infections per year alive: groups compared",
    "simulated_studies": "Simulated studies",
    "strategies": "Ways to give IVIG",
    "study_inputs": "What a study is planned with",
    "study_size": "Size of a study",
    "subgroups": "Rate ratios by subgroup",
    "survival": "Infection-free survival, step by step",
    "survival_at": "Infection-free survival at fixed times",
    "survival_medians": "Median infection-free survival",
    "survival_tests": "Tests of a difference in infection-free survival",
    "timing": "Early or late start of IVIG",
    "waning": "Infection rates by days since the dose",
}
BY_KIND = "rates_by_"


def title_of(key: str, section: str) -> str:
    """The title of the table with this key on a page."""
    if key.startswith(BY_KIND):
        return f"Infection rates by {key.removeprefix(BY_KIND).replace('_', ' ')}"
    return TITLES.get(key, section)
