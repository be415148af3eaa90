"""How many patients and infections a study needs to see a rate ratio, by formula."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ivig_core.estimate.whatif.size.series_size import Exposed, infections_needed, power_with
from ivig_core.estimate.whatif.size.two_groups_size import (
    any_infection,
    log_ratio_variance,
    patients_needed,
    power_with_patients,
)
from ivig_core.numbers import counted
from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study
from ivig_core.study.whatif.size.facts import DAYS_PER_YEAR, Facts, facts
from ivig_core.study.whatif.size.inputs import Input, plan_inputs, use_cohort
from ivig_core.study.whatif.size.plan import DEFAULT, FALLBACK, OF_EXPOSURE, StudyPlan

SERIES, GROUPS = "sccs", "two_groups"
OK, NO_EFFECT, NOBODY_ON, NO_CONTRAST, EVERYBODY_ON, TOO_MANY = (
    "ok", "no_effect", "nobody_on_ivig", "no_contrast", "everybody_on_ivig", "too_many",
)  # fmt: skip
MOST_PATIENTS = 1_000_000
WHY = {
    NO_EFFECT: "no size is enough, because with a ratio of 1 there is no difference to see",
    NOBODY_ON: "no size is enough, because nobody is given IVIG",
    NO_CONTRAST: "no size is enough, because no patient has days both on and off IVIG",
    EVERYBODY_ON: "no size is enough, because everybody is given IVIG and there is no other group",
    TOO_MANY: f"no size is within reach: more than {MOST_PATIENTS:,} patients",
}
FEW_INFECTIONS = 20
FEW = f"fewer than {FEW_INFECTIONS} infections: the formula is made for more; trust the simulation, or take a margin"
POWERS = (0.80, 0.90)
CURVE_POINTS = 81


@dataclass(frozen=True)
class Size:
    """What one `design` needs for one `power`; not rounded. `status` "ok", or why no size is enough (then `note`)."""

    design: str
    power: float
    status: str
    infections: float | None = None
    patients_with_infection: float | None = None
    patients: float | None = None
    note: str = ""


@dataclass(frozen=True, eq=False)
class StudySize:
    """A plan by formula.

    `sizes`: for each design (`sccs`, `two_groups`) the power asked for, then 80 and 90 %. `curve`: `design`,
    `patients`, `power`. `inputs`: every number that was used. `infections_per_patient`, `share_infected`: expected at
    the ratio, of all patients; `on_share`: proportion of days on IVIG. `notes`: sentences.
    """

    plan: StudyPlan
    inputs: tuple[Input, ...]
    sizes: tuple[Size, ...]
    curve: pd.DataFrame
    infections_per_patient: float
    share_infected: float
    on_share: float
    notes: tuple[str, ...]

    def size(self, design: str, power: float | None = None) -> Size:
        """What a design needs, for the power of the plan where none is named."""
        wanted = self.plan.power if power is None else power
        return next(size for size in self.sizes if size.design == design and size.power == wanted)

    def value(self, name: str) -> float:
        """A number that was used; NaN where it is not a single one."""
        found = next(item.value for item in self.inputs if item.name == name)
        return np.nan if found is None else found


@dataclass(frozen=True, eq=False)
class Patients:
    """The patients of a plan: `exposed`, `expected` (infections off IVIG of an average patient in each one's follow-up)
    and `share` (of their days on IVIG), with the weight of each kind of patient (`number`)."""

    exposed: Exposed
    expected: np.ndarray
    share: np.ndarray
    number: np.ndarray
    infections: float


def study_size(study: Study, spec: AnalysisSpec, plan: StudyPlan) -> StudySize:
    """Infections, patients with one and patients in all that a self-controlled case series needs (Musonda et al. 2006),
    and patients of a comparison of two groups' rates (Zhu & Lakkis 2014).

    The exposure is that of the cohort's patients, each weighted by the infections that it would have off IVIG, or
    `follow_up_days`, `on_days` and `share_on`, where one of them is entered. Patients with an infection: negative
    binomial. In two groups, one is on IVIG and the other off it throughout follow-up.
    """
    return study.once(
        "study_size", spec.selection, spec.exposure, spec.endpoint, spec.model, plan,
        make=lambda: _study_size(study, spec, plan),
    )  # fmt: skip


def plan_patients(known: Facts, plan: StudyPlan, value: dict[str, float | None]) -> Patients:
    """The patients that a formula is computed for; `value`: the numbers of `plan_inputs` by name."""
    rate, ratio = float(value["rate"] or 0) / DAYS_PER_YEAR, plan.ratio
    if use_cohort(known, plan):
        expected = rate * known.follow_up
        each = known.exposed.infections(ratio) * known.exposed.weight.sum() / known.patients
        each *= rate / known.rate
        return Patients(known.exposed, expected, known.exposed.share, np.ones(known.patients), each)
    follow, on, share = (float(value[name] or 0) for name in OF_EXPOSURE)
    kinds = np.array([share, 1 - share])
    shares = np.array([on / follow, 0.0])
    exposed = Exposed(kinds, shares)
    expected = np.full(2, rate * follow)
    return Patients(exposed, expected, shares, kinds, rate * follow * exposed.infections(ratio))


def _study_size(study: Study, spec: AnalysisSpec, plan: StudyPlan) -> StudySize:
    known = facts(study, spec, plan.trigger_days, plan.interval_days)
    inputs = plan_inputs(study, spec, plan)
    value = {item.name: item.value for item in inputs}
    patients = plan_patients(known, plan, value)
    variance = float(value["variance"] or 0)
    infected = any_infection(patients.expected * (1 + patients.share * (plan.ratio - 1)), variance)
    share_infected = float(patients.number @ infected / patients.number.sum())
    on_share = float(value["share_on"] or 0)
    spread = np.nan
    if 0 < on_share < 1:
        spread = log_ratio_variance(patients.expected, plan.ratio, on_share, variance)
    powers = tuple(dict.fromkeys((plan.power, *POWERS)))
    series = [_series(patients, plan, power, share_infected) for power in powers]
    groups = [_groups(plan, power, on_share, spread, patients) for power in powers]
    curve = _curve(plan, patients, series[0], groups[0], spread)
    days_on = float(patients.number * patients.expected @ patients.share / (patients.number @ patients.expected))
    notes = _notes(known, plan, inputs)
    return StudySize(
        plan, inputs, (*series, *groups), curve, patients.infections, share_infected, days_on, notes
    )  # fmt: skip


def _series(patients: Patients, plan: StudyPlan, power: float, share_infected: float) -> Size:
    status = _series_status(patients, plan)
    if status != OK:
        return Size(SERIES, power, status, note=WHY[status])
    infections = infections_needed(patients.exposed, plan.ratio, power, plan.alpha)
    total = infections / patients.infections
    if total > MOST_PATIENTS:
        return Size(SERIES, power, TOO_MANY, note=WHY[TOO_MANY])
    note = FEW if infections < FEW_INFECTIONS else ""
    return Size(SERIES, power, OK, infections, float(total * share_infected), float(total), note)


def _series_status(patients: Patients, plan: StudyPlan) -> str:
    if plan.ratio == 1:
        return NO_EFFECT
    if not patients.share.any() or not (patients.number * patients.share).any():
        return NOBODY_ON
    between = (patients.share > 0) & (patients.share < 1) & (patients.exposed.weight > 0)
    return OK if between.any() else NO_CONTRAST


def _groups(plan: StudyPlan, power: float, on_share: float, spread: float, patients: Patients) -> Size:
    status = NO_EFFECT if plan.ratio == 1 else NOBODY_ON if on_share <= 0 else EVERYBODY_ON if on_share >= 1 else OK
    if status != OK:
        return Size(GROUPS, power, status, note=WHY[status])
    number = patients_needed(plan.ratio, spread, power, plan.alpha)
    if number > MOST_PATIENTS:
        return Size(GROUPS, power, TOO_MANY, note=WHY[TOO_MANY])
    each = float(patients.expected.mean()) * (1 + on_share * (plan.ratio - 1))
    return Size(GROUPS, power, OK, infections=number * each, patients=number)


def _curve(plan: StudyPlan, patients: Patients, series: Size, groups: Size, spread: float) -> pd.DataFrame:
    """Power against patients, as far as 2.4 times what the first design needs: a little beyond what is simulated."""
    first = next((size.patients for size in (series, groups) if size.patients is not None), 40.0)
    last = 2.4 * max(first, 4.0)
    number = np.unique(np.round(np.linspace(2, last, CURVE_POINTS)))
    lines: list[tuple[str, Callable[[], np.ndarray]]] = [
        (SERIES, lambda: power_with(number * patients.infections, patients.exposed, plan.ratio, plan.alpha)),
        (GROUPS, lambda: power_with_patients(number, plan.ratio, spread, plan.alpha)),
    ]
    parts = [
        pd.DataFrame({"design": name, "patients": number, "power": power()})
        for (name, power), size in zip(lines, (series, groups), strict=True)
        if size.status == OK
    ]
    columns = {"design": "str", "patients": float, "power": float}
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(columns)).astype(columns)


def _notes(known: Facts, plan: StudyPlan, inputs: tuple[Input, ...]) -> tuple[str, ...]:
    notes = []
    if not plan.entered_exposure and not use_cohort(known, plan):
        why = "no day on IVIG" if known.infections.sum() else "no infection"
        notes.append(f"This cohort has {why}: the study is planned with entered and assumed numbers only")
    infections = int(known.infections.sum())
    if use_cohort(known, plan) and min(infections, known.patients) < FEW_INFECTIONS:
        notes.append(
            f"This cohort has {counted(known.patients, 'patient')} with {counted(infections, 'infection')}: what it "
            "tells of patients and days on IVIG is rough"
        )
    assumed = [item.name for item in inputs if item.source == DEFAULT and item.name in FALLBACK]
    if assumed:
        notes.append(f"Assumed, for want of anything better: {', '.join(assumed)}")
    return tuple(notes)
