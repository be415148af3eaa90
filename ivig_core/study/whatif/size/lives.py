"""What the simulated patients of a plan are drawn from."""

from __future__ import annotations

from typing import Any

import numpy as np

from ivig_core.estimate.whatif.size.lives import LifeModel
from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study
from ivig_core.study.whatif.size.facts import DAYS_PER_YEAR, facts
from ivig_core.study.whatif.size.inputs import plan_inputs, use_cohort
from ivig_core.study.whatif.size.plan import OF_EXPOSURE, StudyPlan


def life_model(study: Study, spec: AnalysisSpec, plan: StudyPlan) -> LifeModel:
    """What the patients of a plan are drawn from: follow-up of the cohort's patients, or as entered, and starts of IVIG
    as fitted to the cohort, entered or assumed.

    Where the days on IVIG are entered, `share_on` of the patients can be given IVIG, nobody begins on it, a course has
    the doses that give `on_days`, and courses start so often that half of the days left pass before the first one,
    unless these are entered.
    """
    known = facts(study, spec, plan.trigger_days, plan.interval_days)
    value = {item.name: item.value for item in plan_inputs(study, spec, plan)}
    number = {name: float(each) for name, each in value.items() if each is not None}
    common: dict[str, Any] = {
        "rate": number["rate"] / DAYS_PER_YEAR, "ratio": plan.ratio, "variance": number["variance"],
        "season": plan.season, "window_days": spec.exposure.window_days, "interval_days": plan.interval_days,
        "trigger": number["trigger"], "trigger_days": int(number["trigger_days"]),
        "start_by_rate": number["start_by_rate"], "doses": number["doses"],
        "first": number["first_per_year"] / DAYS_PER_YEAR, "again": number["again_per_year"] / DAYS_PER_YEAR,
    }  # fmt: skip
    if use_cohort(known, plan):
        return LifeModel(follow_up=known.follow_up, share_at_start=known.courses.share_at_start, **common)
    follow, _, share = (number[name] for name in OF_EXPOSURE)
    return LifeModel(follow_up=np.array([int(follow)]), share_treatable=share, **common)
