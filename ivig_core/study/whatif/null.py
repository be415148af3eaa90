"""If IVIG did nothing: where cohorts like this one land, and the ratio freed of what the analysis does by itself."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ivig_core.estimate.whatif.null.calibrate import SETS, Calibrated, calibrate, land, seed_error
from ivig_core.estimate.whatif.null.fit import Evidence, fit
from ivig_core.estimate.whatif.null.process import Histories
from ivig_core.estimate.whatif.null.tally import Rule, latest_dose, periods, ratios, tally
from ivig_core.lazy import library
from ivig_core.numbers import OK, counted, p_phrase, percent
from ivig_core.persontime.block import Block
from ivig_core.persontime.doses import Courses, courses, single
from ivig_core.spec import SETTINGS, AnalysisSpec
from ivig_core.spec.words import chip
from ivig_core.study.rates.models import sccs
from ivig_core.study.study import Study
from ivig_core.study.whatif.why_none import why_none
from ivig_core.terms import ON

stats = library("scipy.stats")

MOST_SIMULATIONS, PATIENTS_IN_A_SECOND = 2_000, 160_000
"""Simulated cohorts of a small cohort: as many as about a second of computing allows for both kinds of them."""
SIMULATIONS, FEWEST_SIMULATIONS, PATIENTS_AT_ONCE = 400, 100, 600_000
"""At least as many, whatever it takes; fewer of a very large cohort, so that no more patients than this are drawn."""
THREE_DECIMALS = 1_000
"""Simulations from which on the third decimal of p is printed."""
FEWEST_PATIENTS, MOST_PATIENTS, FEWEST_INFECTIONS, FEWEST_EACH = 30, 20_000, 40, 5
"""Validated with 43 and 143 patients. Infections are those that the ratio is made of."""
WINDOWS = (21, 45)
MORE_ON_FIRST_DAYS = 3
"""Infections on the first day of a course beyond those that chance may put there: they count as on IVIG although they
may be why it begins."""
NOT_OFFERED, TOO_FEW = "not_offered", "not_identified"
UNSUPPORTED = ("dose_day", "washout_days", "exclude_first_days", "episode_gap_days", "adjust_for", "within")
HOW = "start, stop and restart of IVIG fitted to the cohort; its own analysis repeated on simulated cohorts"


@dataclass(frozen=True, eq=False)
class IfNothing:
    """What a cohort's analysis gives where IVIG has no effect, and what its own ratio means beside that.

    `status` "ok", "not_offered" (settings or size) or "not_identified" (too few data, or no ratio); `note` says why.
    `observed` with `observed_low`, `observed_high`: rate ratio on IVIG of the case series as set, and its ordinary
    interval. `null_median`, `null_low`, `null_high`: median and 2.5 and 97.5 % quantiles of the ratio in the simulated
    cohorts; `ratios`: each of them. `calibrated_irr`, `ci_low`, `ci_high`, `p_value`: see
    `estimate.whatif.null.calibrate`. `simulations`: cohorts simulated without effect; as many are simulated for the
    calibrated ratio. `seed_error`: by how much another seed moves the limits of that (standard error of their
    logarithm). Numbers are NaN where there are none.
    """

    status: str
    note: str
    observed: float = math.nan
    observed_low: float = math.nan
    observed_high: float = math.nan
    null_median: float = math.nan
    null_low: float = math.nan
    null_high: float = math.nan
    calibrated_irr: float = math.nan
    ci_low: float = math.nan
    ci_high: float = math.nan
    p_value: float = math.nan
    simulations: int = 0
    ratios: np.ndarray | None = None
    seed_error: float = math.nan

    @property
    def p_words(self) -> str:
        """`p = 0.012`; `p = 0.01` where few simulations do not carry a third decimal, never 0.05 for one near it."""
        if self.simulations >= THREE_DECIMALS or 0.045 <= self.p_value < 0.055:
            return p_phrase(self.p_value)
        return "p <0.01" if self.p_value < 0.01 else f"p = {self.p_value:.2f}"


def if_nothing(study: Study, spec: AnalysisSpec, tick: Callable[[float], None] = lambda share: None) -> IfNothing:
    """The case series of cohorts in which IVIG does nothing but follows infections as it does here.

    Infections and IVIG of the patients on IVIG are fitted as one process (`estimate.whatif.null.process`), cohorts
    with the same follow-up are drawn from it and analysed as set. `tick` is told the share that is done. Validated by
    simulation: docs/null.md.
    """
    spec = spec.change(window_cuts=())
    return study.once(
        "if_nothing", spec.selection, spec.exposure, spec.endpoint, spec.model, make=lambda: _made(study, spec, tick)
    )


def _made(study: Study, spec: AnalysisSpec, tick: Callable[[float], None]) -> IfNothing:
    found, histories = able(study, spec)
    if histories is None:
        return found
    return _simulated(found, histories, _rule(spec), tick)


def able(study: Study, spec: AnalysisSpec) -> tuple[IfNothing, Histories | None]:
    """The cohort's own ratio, and the histories that cohorts like it are simulated from; None where they cannot be,
    and why. `spec` has one window on IVIG."""
    if reason := _settings(spec):
        return IfNothing(NOT_OFFERED, reason), None
    row = _on_ivig(study, spec)
    if row is None or row["status"] != OK:
        note = why_none(str(row["note"])) if row is not None and row["note"] else "there is no rate ratio"
        return IfNothing(TOO_FEW, note), None
    found = IfNothing(
        OK, HOW, observed=float(row["irr"]), observed_low=_or_nan(row["ci_low"]), observed_high=_or_nan(row["ci_high"])
    )
    histories = histories_of(study, spec)
    if histories is None:
        reason = "doses with windows of different length (intravenous and subcutaneous) are not simulated"
        return replace(found, status=NOT_OFFERED, note=reason), None
    if not WINDOWS[0] <= histories.window <= WINDOWS[1]:
        reason = f"offered for a window of {WINDOWS[0]} to {WINDOWS[1]} days after a dose; here {histories.window}"
        return replace(found, status=NOT_OFFERED, note=reason), None
    if reason := _few(histories, _rule(spec)):
        return replace(found, status=TOO_FEW, note=reason), None
    if len(histories) > MOST_PATIENTS:
        reason = f"more than {counted(MOST_PATIENTS, 'patient')} on IVIG: simulating them takes too long"
        return replace(found, status=NOT_OFFERED, note=reason), None
    return found, histories


def _rule(spec: AnalysisSpec) -> Rule:
    return Rule(spec.exposure.pre_exposure_days, spec.exposure.from_first_dose)


def simulations_of(patients: int) -> int:
    """How many cohorts of so many patients are simulated of each kind."""
    asked = min(SIMULATIONS, max(FEWEST_SIMULATIONS, PATIENTS_AT_ONCE // patients))
    return max(asked, min(MOST_SIMULATIONS, PATIENTS_IN_A_SECOND // patients))


def _simulated(found: IfNothing, histories: Histories, rule: Rule, tick: Callable[[float], None]) -> IfNothing:
    number, done = simulations_of(len(histories)), 0

    def part() -> None:
        nonlocal done
        done += 1
        tick(done / (2 * SETS))

    evidence = Evidence(histories)
    best = fit(evidence)
    # The Wald standard error whatever the interval method: simulated deviations are in Wald standard errors too.
    estimate, error = (float(each[0]) for each in ratios(tally(histories, rule), rule))
    landing = land(evidence, best, rule, number, tick=part)
    calibrated: Calibrated = calibrate(estimate, error, landing)
    moved = seed_error(estimate, error, landing)
    # The process as fitted, with the effect taken out of it: fitted without one, it would explain the effect otherwise.
    nothing = land(evidence, best, rule, number, hold=0.0, tick=part)
    without = np.exp(nothing.log_ratio)
    # A ratio among them, not one between two: halfway to an infinite one would be no number.
    low, middle, high = np.quantile(without, (0.025, 0.5, 0.975), method="inverted_cdf")
    return replace(
        found, note=f"{HOW}; {counted(len(without), 'simulated cohort')}, {_moves(moved)}",
        null_median=float(middle), null_low=float(low), null_high=float(high),
        calibrated_irr=math.exp(calibrated.log_ratio), ci_low=math.exp(calibrated.low),
        ci_high=math.exp(calibrated.high), p_value=calibrated.p_value, simulations=len(without), ratios=without,
        seed_error=moved,
    )  # fmt: skip


def _moves(moved: float) -> str:
    return f"another seed moves the limits by about {percent(max(math.expm1(moved), 0.01))}"


def histories_of(study: Study, spec: AnalysisSpec) -> Histories | None:
    """The patients of a spec with a day on IVIG; None where doses have windows of different length."""
    given, exposed = treated(study, spec)
    if len(np.unique(given.window)) > 1:
        return None
    window = int(given.window[0]) if len(given.window) else spec.exposure.window_days
    number = np.cumsum(exposed) - 1
    infections = study.infections(spec)
    patient, day = infections["patient"].to_numpy(np.int64), infections["day"].to_numpy(np.int64)
    counted_here = exposed[patient]
    far = np.int64(1) << 32
    # Two doses of one day are one day of IVIG. The keys hold negative days: + far / 2 keeps patient and day apart.
    doses = np.unique((given.patient * far + given.first + far // 2)[exposed[given.patient]])
    return Histories(
        days=study.cohort(spec).days[exposed], infection_patient=number[patient[counted_here]],
        infection_day=day[counted_here], dose_patient=number[doses // far], dose_day=doses % far - far // 2,
        window=window,
    )  # fmt: skip


def treated(study: Study, spec: AnalysisSpec) -> tuple[Courses, np.ndarray]:
    """Every dose of the patients of a spec, and which of these have a day on IVIG (bool)."""
    cohort = study.cohort(spec)
    given = single(courses(Block(cohort, 0, len(cohort)), spec.exposure))
    exposed = np.zeros(len(cohort), bool)
    exposed[given.patient[given.first + given.window >= 0]] = True
    return given, exposed


def _settings(spec: AnalysisSpec) -> str:
    """Settings that simulated cohorts cannot follow, by name; empty where there are none."""
    named = [chip(spec, name) for name in UNSUPPORTED if spec.get(name) != SETTINGS[name].default]
    if named:
        return f"not offered with these settings: {'; '.join(named)}"
    return ""


def _few(histories: Histories, rule: Rule) -> str:
    """Why there is too little to fit, or what the process does not draw; empty where it can be fitted."""
    if len(histories) < FEWEST_PATIENTS:
        return (
            f"fewer than {FEWEST_PATIENTS} patients on IVIG: too few to tell how infections bring it on, and cohorts "
            "this small were not validated"
        )
    begun, by_chance = _on_first_days(histories)
    if begun > float(stats.poisson.ppf(0.975, by_chance)) + MORE_ON_FIRST_DAYS:
        return (
            f"{counted(begun, 'infection')} lie on the very day on which a course of IVIG begins, by chance about "
            f"{by_chance:,.1f} would: which came first is not known, and simulated cohorts have them by chance only"
        )
    days, infections = periods(tally(histories, rule), rule)
    both = (days[0, :, :2] > 0).all(axis=1)
    off, on = infections[0, both, :2].sum(axis=0)
    if off + on < FEWEST_INFECTIONS or min(off, on) < FEWEST_EACH:
        return (
            f"fewer than {FEWEST_INFECTIONS} infections of patients with days on and off IVIG, or fewer than "
            f"{FEWEST_EACH} on or off it: too few to say what brings IVIG on"
        )
    return ""


def _on_first_days(histories: Histories) -> tuple[int, float]:
    """Infections on the first day of a course, and how many there would be at the mean rate of all days."""
    doses, day = histories.dose_patient, histories.dose_day
    opens = np.append(True, (doses[1:] != doses[:-1]) | (day[1:] - day[:-1] > histories.stop_after))
    latest = latest_dose(histories)
    same_day = (latest >= 0) & (histories.infection_day == day[latest])
    seen = opens & (day >= 0) & (day < histories.days[doses])
    rate = len(histories.infection_day) / histories.days.sum()
    return int((same_day & opens[latest]).sum()), float(seen.sum() * rate)


def _on_ivig(study: Study, spec: AnalysisSpec) -> pd.Series | None:
    table = sccs(study, spec)
    found = table[table["term"] == ON]
    return found.iloc[0] if len(found) else None


def _or_nan(value: object) -> float:
    return float(value) if isinstance(value, int | float) else math.nan
