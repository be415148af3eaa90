"""Patients on daratumumab: 43 who got IVIG, because of infections, and 100 who never did.

Calibrated to the marginals that Lancman et al. (Haematologica 2026) print. The analyses of the paper see a ratio of
0.57 on IVIG; the causal effect here is weaker, because some of the infections off IVIG are the reason for it.
"""

from __future__ import annotations

from dataclasses import replace

from ivig_core.simulate.arms import Arm
from ivig_core.simulate.model import SimulationModel
from ivig_core.simulate.parts import Counts, IggModel, InfectionKinds, Marginals, Starts

_TREATED = SimulationModel(
    rate_per_year=0.79,
    frailty_shape=9.0,
    irr_on_all=0.62,
    irr_on_grade_3_plus=0.32,
    irr_before_first_dose=1.0,
    before_days=60,
    irr_progressive=1.15,
    irr_fall_winter=1.1,
    trend=0.95,
    share_grade_3_plus=0.27,
    share_grade_2=0.70,
    share_grade_5=0.0,
    share_grade_unknown=0.0,
    follow_up_days=(91, 1855),
    follow_up_median=(660.0, 0.66),
    share_contact=0.9,
    contact_days=(30, 900),
    first_start="2015-01-05",
    start_span_days=1400,
    death_rate_per_year=0.075,
    progression_rate_per_year=0.35,
    share_progressive_at_start=0.10,
    progressive_days=(30, 120),
    doses_per_course=11.0,
    share_course_rows=0.0,
    share_elsewhere=0.03,
    starts=Starts(
        share_planned=0.5,
        planned_day=(75.0, 1.0, 700),
        after_infection=0.30,
        again=0.22,
        delay_days=(31, 60),
        share_soon=0.25,
        soon_days=(7, 30),
    ),
    marginals=Marginals(
        age=(66.5, 10, 37, 89),
        share_female=0.44,
        share_high_risk=0.46,
        years_since_diagnosis=(3.9, 0.75),
        lines_mean=2.3,
        prior_rate=2.1,
        index_therapy={"daratumumab": 1.0},
        heavy_chain={"none": 16, "IgG": 17, "IgA": 9, "IgD": 1},
        light_chain={"lambda": 18, "kappa": 25},
        iss={"I": 12, "II": 11, "III": 15},
        partner_drugs={"pomalidomide": 0.55, "carfilzomib": 0.40},
        antiviral=0.98,
        antibacterial=0.14,
        antifungal=0.12,
        missing={"infections_prior_year": 0.07, "iss": 0.12, "r_iss": 0.19, "high_risk_cytogenetics": 0.09},
    ),
    kinds=InfectionKinds(
        pathogen={"viral": 0.28, "bacterial": 0.23, "fungal": 0.01, "negative": 0.20, "": 0.28},
        site_mild={
            "upper_respiratory": 0.25,
            "lower_respiratory": 0.28,
            "urinary": 0.14,
            "gastrointestinal": 0.11,
            "skin": 0.12,
            "other": 0.10,
        },
        site_severe={
            "lower_respiratory": 0.55,
            "bloodstream": 0.18,
            "upper_respiratory": 0.05,
            "urinary": 0.08,
            "gastrointestinal": 0.07,
            "skin": 0.04,
            "other": 0.03,
        },
        bacterial_on_ivig=0.68,
        anc=Counts(median=(3.1, 2.7), spread=(0.55, 0.7), share_low=(0.025, 0.15)),
        alc=Counts(median=(1.12, 0.56), spread=(0.72, 1.3)),
    ),
    igg=IggModel(
        median=570.0,
        spread=0.50,
        floor=0.55,
        fall_days=80.0,
        dips_per_year=0.4,
        dip_days=(60, 150),
        dip_factor=0.65,
        rise_per_dose=300.0,
        slope=1.0,
    ),
)

_REFERENCE = replace(
    _TREATED,
    rate_per_year=0.47,
    frailty_shape=10.0,
    share_grade_3_plus=0.15,
    follow_up_days=(97, 1395),
    follow_up_median=(365.0, 0.92),
    starts=Starts(),
    marginals=replace(
        _TREATED.marginals,
        age=(67, 10, 40, 89),
        share_female=0.47,
        share_high_risk=0.44,
        years_since_diagnosis=(3.5, 0.85),
        prior_rate=1.0,
        heavy_chain={"none": 17, "IgG": 66, "IgA": 16, "IgD": 1},
        light_chain={"lambda": 30, "kappa": 70},
        iss={"I": 27, "II": 18, "III": 22},
        missing={"infections_prior_year": 0.06, "iss": 0.33, "r_iss": 0.41, "high_risk_cytogenetics": 0.11},
    ),
    kinds=replace(
        _TREATED.kinds,
        pathogen={"viral": 0.35, "bacterial": 0.155, "negative": 0.20, "": 0.295},
        site_mild={
            "upper_respiratory": 0.63,
            "lower_respiratory": 0.19,
            "urinary": 0.06,
            "gastrointestinal": 0.05,
            "skin": 0.04,
            "other": 0.03,
        },
        anc=Counts(median=(2.9, 2.7), spread=(0.6, 0.7), share_low=(0.02, 0.07)),
        alc=Counts(median=(0.95, 0.7), spread=(0.7, 0.9)),
    ),
    igg=replace(_TREATED.igg, median=625.0, spread=0.40),
)

ARMS = (
    Arm("ivig", 43, _TREATED, admit="treated", least_days=91),
    Arm("reference", 100, _REFERENCE, admit="untreated", least_days=91),
)
