"""Patients on many therapies who all got IVIG at some time, and where it works only in part of that time.

Calibrated to what is printed of Lancman et al. (Clin Lymphoma Myeloma Leuk 2021): no difference overall, fewer
infections on IVIG in nonprogressive time with hypogammaglobulinemia, which is what `only_in_calm_hgg` makes true here.
"""

from __future__ import annotations

from ivig_core.simulate.arms import Arm
from ivig_core.simulate.model import SimulationModel
from ivig_core.simulate.parts import IggModel, Marginals, Starts

_TREATED = SimulationModel(
    rate_per_year=1.68,
    frailty_shape=4.0,
    irr_on_all=0.63,
    irr_on_grade_3_plus=0.45,
    only_in_calm_hgg=True,
    irr_before_first_dose=1.0,
    irr_progressive=1.55,
    irr_fall_winter=1.2,
    trend=1.0,
    share_grade_3_plus=0.29,
    share_grade_5=0.02,
    share_grade_unknown=0.005,
    follow_up_days=(180, 2900),
    follow_up_median=(1570.0, 0.50),
    first_start="2010-01-04",
    start_span_days=500,
    death_rate_per_year=0.06,
    progression_rate_per_year=0.85,
    share_progressive_at_start=0.35,
    progressive_days=(60, 330),
    doses_per_course=17.0,
    share_course_rows=0.08,
    share_elsewhere=0.03,
    starts=Starts(
        share_planned=0.75,
        at_progression=0.5,
        planned_day=(420.0, 0.8, 1500),
        after_infection=0.08,
        again=0.03,
        delay_days=(14, 60),
    ),
    marginals=Marginals(
        index_therapy={"lenalidomide": 0.34, "bortezomib": 0.30, "carfilzomib": 0.18, "pomalidomide": 0.18},
        years_since_diagnosis=(2.2, 0.9),
        lines_mean=1.6,
    ),
    igg=IggModel(
        median=430.0,
        spread=0.35,
        share_preserved=0.22,
        preserved_median=1050.0,
        floor=0.8,
        dips_per_year=0.2,
        dip_factor=0.7,
        rise_per_dose=150.0,
    ),
)

ARMS = (Arm("ivig", 68, _TREATED, admit="treated", least_days=180),)
