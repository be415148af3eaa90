"""Patients on BCMA bispecific antibodies: 92 with primary IVIG prophylaxis, 133 without.

Calibrated to what is printed of Cheruvalath et al. (ASH 2024), whose comparison is naive: a patient counts as having
had prophylaxis because nothing happened before it. The two groups also differ in risk. IVIG acts on the rate of
infections only: on death through them, on progression not at all.
"""

from __future__ import annotations

from dataclasses import replace

from ivig_core.simulate.arms import Arm
from ivig_core.simulate.model import SimulationModel
from ivig_core.simulate.parts import IggModel, InfectionKinds, Marginals, Starts

_STARTS = Starts(
    share_planned=1.0,
    planned_day=(41.0, 0.40, 120),
    again=0.25,
    delay_days=(7, 45),
)

_PRIMARY = SimulationModel(
    rate_per_year=1.55,
    frailty_shape=5.0,
    irr_on_all=0.65,
    irr_on_grade_3_plus=0.55,
    irr_before_first_dose=1.0,
    irr_progressive=1.3,
    irr_fall_winter=1.15,
    trend=1.0,
    trend_last_band=4,
    share_grade_3_plus=0.52,
    share_grade_5=0.03,
    share_grade_unknown=0.01,
    follow_up_days=(30, 1000),
    follow_up_median=(300.0, 0.80),
    share_contact=0.97,
    contact_days=(60, 1500),
    first_start="2020-06-01",
    start_span_days=1100,
    death_rate_per_year=0.125,
    high_risk_death=2.5,
    share_dies_after_severe=0.08,
    high_risk_progression=2.5,
    progression_rate_per_year=0.26,
    share_progressive_at_start=0.0,
    progressive_days=(45, 200),
    doses_per_course=12.0,
    share_course_rows=0.05,
    share_elsewhere=0.02,
    starts=_STARTS,
    marginals=Marginals(
        age=(66, 10, 37, 88),
        share_high_risk=0.30,
        share_extramedullary=0.22,
        years_since_diagnosis=(5.5, 0.6),
        lines_mean=5.2,
        prior_rate=1.2,
        index_therapy={"teclistamab": 0.85, "investigational BCMA bispecific": 0.15},
        antibacterial=0.30,
    ),
    kinds=InfectionKinds(
        pathogen={"viral": 0.30, "bacterial": 0.28, "fungal": 0.04, "mixed": 0.03, "negative": 0.12, "": 0.23},
        hospitalized=(0.15, 0.42, 0.88, 0.98, 1.0),
        bacterial_on_ivig=0.7,
        covid=0.11,
    ),
    igg=IggModel(median=480.0, floor=0.30, fall_days=45.0, rise_per_dose=240.0),
)

_OTHERS = replace(
    _PRIMARY,
    rate_per_year=1.95,
    share_dies_after_severe=0.38,
    death_rate_per_year=0.11,
    high_risk_progression=12.0,
    high_risk_death=5.0,
    progression_rate_per_year=0.12,
    starts=replace(_STARTS, share_planned=0.25, after_infection=0.20),
    marginals=replace(
        _PRIMARY.marginals,
        share_high_risk=0.42,
        share_extramedullary=0.34,
        index_therapy={"teclistamab": 0.62, "investigational BCMA bispecific": 0.38},
    ),
)

ARMS = (
    Arm("primary_prophylaxis", 92, _PRIMARY, admit="primary"),
    Arm("no_primary_prophylaxis", 133, _OTHERS, admit="not_primary"),
)
