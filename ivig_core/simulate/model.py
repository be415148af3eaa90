"""What a simulated cohort is drawn from: every parameter that a true value depends on, with its unit."""

from __future__ import annotations

from dataclasses import dataclass, field, fields

from ivig_core.errors import SpecError
from ivig_core.simulate.parts import IggModel, InfectionKinds, Marginals, Starts

DAYS_PER_YEAR = 365.25


@dataclass(frozen=True)
class SimulationModel:
    """Parameters of the simulation; the defaults are the model of the preset `known_truth`.

    Infections of a patient are a Poisson process. Its rate on day d is `rate_per_year` × frailty × the product of the
    factors below that hold on d. Without `starts`, dose dates are drawn first and infections never change one: the
    within-patient rate ratios are exactly the parameters given here, and the self-controlled case series with its
    window before the first dose is the generating model. With `starts`, infections bring courses on: the parameters
    are then the causal effects, and no case series is the generating model (that is what such a cohort is for).

    Infections
        rate_per_year: infections per patient-year at frailty 1, off IVIG, nonprogressive, April–September, first band.
        frailty_shape: shape of the gamma frailty with mean 1 (variance 1/shape); constant in a patient.
        irr_on_all: factor on the rate of infections of any grade on IVIG, i.e. on days 0..`on_days` after a dose.
        irr_on_grade_3_plus: the same for grade 3 and higher. Grades 1–2 get `irr_on_grade_1_2`, which follows.
        only_in_calm_hgg: IVIG has these effects only on nonprogressive days with a native IgG below 700 mg/dL.
        on_days: last day after a dose that counts as on IVIG (days; the dose day is 0).
        irr_before_first_dose, before_days: factor on days −`before_days`..−1 before the first dose (days).
        irr_progressive: factor on days of progressive disease.
        irr_fall_winter: factor in October–March.
        trend, trend_band_days, trend_last_band: factor per elapsed band of so many days since the start; no further
            change after band number `trend_last_band` (0 is the first).
        share_grade_3_plus: proportion of off-IVIG infections that are grade 3 or higher.
        share_grade_2, share_grade_4, share_grade_5: proportion of grade 2 among grades 1–2, of 4 and 5 among 3–5.
        share_grade_unknown: proportion of non-fatal infections written with grade `unknown`, at random.
    Follow-up
        follow_up_days: shortest and longest planned follow-up (days); a death may end it earlier.
        follow_up_median: median (days) and spread of a log-normal follow-up within these limits; None: skewed uniform.
        share_contact, contact_days: proportion seen alive after the end of infection follow-up, and how much later.
        first_start, start_span_days: calendar date of the earliest day 0 (ISO) and how many days starts spread over.
        death_rate_per_year: deaths per patient-year at age 67, standard risk, ISS I–II; not affected by infections,
            except that a grade 5 infection is a death on its first day.
        high_risk_death, high_risk_progression: factors of high-risk cytogenetics.
        share_dies_after_severe: proportion of grade 3–4 infections followed by death within 90 days (`starts` only).
        progression_rate_per_year: progressive periods begun per patient-year without one, standard risk.
        progressive_days: shortest and longest progressive period (days).
        share_progressive_at_start: proportion progressive on day 0.
    IVIG (iv)
        share_never_ivig: expected proportion without a dose; likelier with low frailty (`baseline.never_treated`).
        share_dose_before_start: proportion of treated patients whose first dose precedes day 0.
        dose_interval_days: shortest and longest regular interval between doses (days, uniform).
        share_late, late_days: proportion of intervals that are longer, and by how many days (shortest, longest).
        share_missed: proportion of intervals in which one dose is left out.
        doses_per_course: mean doses in a course (geometric).
        share_restart, break_days: probability that another course follows, and the days between (shortest, longest).
        share_course_rows: proportion of treated patients recorded as regular courses with `interval_days`.
        share_elsewhere: proportion of doses given elsewhere: they work, and the file does not have them.
        starts: why infections start IVIG; None: they do not.
    Others: `marginals` of patients, `kinds` of infections, `igg`.
    """

    rate_per_year: float = 1.6
    frailty_shape: float = 2.0
    irr_on_all: float = 0.60
    irr_on_grade_3_plus: float = 0.40
    on_days: int = 30
    irr_before_first_dose: float = 2.5
    before_days: int = 30
    irr_progressive: float = 1.8
    irr_fall_winter: float = 1.3
    trend: float = 0.95
    trend_band_days: int = 183
    trend_last_band: int = 7
    share_grade_3_plus: float = 0.20
    share_grade_2: float = 0.65
    share_grade_4: float = 0.15
    share_grade_5: float = 0.01
    share_grade_unknown: float = 0.01
    only_in_calm_hgg: bool = False

    follow_up_days: tuple[int, int] = (91, 1461)
    follow_up_median: tuple[float, float] | None = None
    share_contact: float = 0.6
    contact_days: tuple[int, int] = (1, 365)
    first_start: str = "2017-01-01"
    start_span_days: int = 1461
    death_rate_per_year: float = 0.08
    high_risk_death: float = 1.6
    high_risk_progression: float = 1.5
    share_dies_after_severe: float = 0.0
    progression_rate_per_year: float = 0.5
    progressive_days: tuple[int, int] = (30, 150)
    share_progressive_at_start: float = 0.30

    share_never_ivig: float = 0.30
    share_dose_before_start: float = 0.08
    dose_interval_days: tuple[int, int] = (27, 33)
    share_late: float = 0.07
    late_days: tuple[int, int] = (5, 20)
    share_missed: float = 0.05
    doses_per_course: float = 8.0
    share_restart: float = 0.75
    break_days: tuple[int, int] = (60, 300)
    share_course_rows: float = 0.10
    share_elsewhere: float = 0.0
    starts: Starts | None = None

    marginals: Marginals = field(default_factory=Marginals)
    kinds: InfectionKinds = field(default_factory=InfectionKinds)
    igg: IggModel = field(default_factory=IggModel)

    def __post_init__(self) -> None:
        for each in fields(self):
            value = getattr(self, each.name)
            if each.name.startswith("share_") and not 0 <= value <= 1:
                raise SpecError(each.name, value, "a proportion from 0 to 1")
            if each.name.endswith("_days") and isinstance(value, tuple) and not 0 < value[0] <= value[1]:
                raise SpecError(each.name, value, "shortest and longest in days, above 0 and in this order")
            if each.name.startswith(("irr_", "rate_", "frailty_", "trend")) and value <= 0:
                raise SpecError(each.name, value, "above 0")
        if self.starts is not None and self.irr_before_first_dose != 1:
            raise SpecError(
                "irr_before_first_dose", self.irr_before_first_dose, "1 where infections start IVIG: no second excess"
            )
        if not 0 < self.share_grade_3_plus < 1:
            raise SpecError("share_grade_3_plus", self.share_grade_3_plus, "between 0 and 1")
        if self.irr_on_grade_1_2 <= 0 or self.share_grade_3_plus * self.irr_on_grade_3_plus > self.irr_on_all:
            raise SpecError("irr_on_grade_3_plus", self.irr_on_grade_3_plus, "the all-grade factor cannot be reached")

    @property
    def irr_on_grade_1_2(self) -> float:
        """Factor on grades 1–2 on IVIG that makes the all-grade factor come out at `irr_on_all`.

        With q the off-IVIG proportion of grade 3 and higher: (all − q × grade 3+) / (1 − q); 0.65 by default.
        """
        q = self.share_grade_3_plus
        return (self.irr_on_all - q * self.irr_on_grade_3_plus) / (1 - q)

    @property
    def highest_factor(self) -> float:
        """Upper bound of the product of all factors that vary within a patient (1 where a factor lowers the rate)."""
        window = max(1.0, self.irr_on_all, self.irr_before_first_dose)
        trend = max(1.0, self.trend**self.trend_last_band)
        known = max(1.0, self.irr_progressive) * max(1.0, self.irr_fall_winter) * trend
        return window * known * max(1.0, self.igg.highest_factor)
