"""What a study of some size would find, by simulation: power and bias where infections bring IVIG on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ivig_core.errors import SpecError
from ivig_core.estimate.whatif.size.lives import LifeModel, candidates_per_patient, draw_lives
from ivig_core.estimate.whatif.size.many_series import ManySeries, many_series
from ivig_core.estimate.whatif.size.series_size import Exposed, power_with
from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study
from ivig_core.study.whatif.size.lives import life_model
from ivig_core.study.whatif.size.needed import NO_EFFECT, NOTHING_TO_SEE, Needed, needed, wilson
from ivig_core.study.whatif.size.plan import StudyPlan
from ivig_core.study.whatif.size.size import SERIES, StudySize, study_size

BEFORE = (0, 30, 60)
"""Days before the first dose that are kept apart: as an analysis is set, and as is usual."""
STUDIES, MOST_STUDIES = 400, 10_000
LIVES_AT_ONCE = 20_000
MOST_PATIENTS, FEWEST_PATIENTS = 4_000, 4
MOST_CANDIDATES, CANDIDATES_AT_ONCE = 250.0, 1_000_000
SIZES = (0.5, 0.75, 1.0, 1.5, 2.25)
"""Sizes that are simulated, in parts of what the formula needs."""
FIRST_STUDIES, CLEARLY_BELOW = 40, 0.75
"""Smaller sizes are added after so many studies, until the smallest has less than this part of the power asked for."""
WITHOUT_FORMULA = (50, 100, 200, 400)
ROW = (
    "before_days", "patients", "studies", "power", "power_low", "power_high", "estimated", "ratio_median", "ratio_low",
    "ratio_high", "coverage", "power_by_formula",
)  # fmt: skip
TOO_LARGE = f"more than {MOST_PATIENTS:,} patients by formula: such studies are not simulated"
TOO_BUSY = "too many infections or starts a patient: simulate a shorter follow-up, a lower rate or a smaller factor"


@dataclass(frozen=True, eq=False)
class Simulated:
    """Simulated studies: `table` (columns `ROW`, one row per analysis and size), `needed` per analysis, the number of
    `studies` of each size, `infections_per_patient`, `on_share` (of days) and `share_on` (of patients) as simulated,
    `note` where something was not simulated."""

    plan: StudyPlan
    studies: int
    table: pd.DataFrame
    needed: tuple[Needed, ...]
    infections_per_patient: float
    on_share: float
    share_on: float
    note: str = ""


class Simulation:
    """Studies simulated step by step, so that a page can show how far it is and stop. Nothing is simulated, and `note`
    says why, where `sizes` is empty.

    The studies of a step are patients in a row; a smaller study is the first patients of a larger one, so that one
    set of patients gives the whole curve. Where infections bring IVIG on, power can be far above the formula's: after
    the first studies `sizes` grows by smaller ones, until the smallest is clearly below the power asked for.
    """

    def __init__(self, model: LifeModel, size: StudySize, studies: int = STUDIES, seed: int = 1) -> None:
        if not 1 <= studies <= MOST_STUDIES:
            raise SpecError("studies", studies, f"a whole number from 1 to {MOST_STUDIES:,}")
        self._model, self._plan = model, size.plan
        self.sizes, self.note = simulated_sizes(size)
        each = max(candidates_per_patient(model), 1.0)
        if self.sizes and each > MOST_CANDIDATES:
            self.sizes, self.note = [], TOO_BUSY
        self._at_once = min(LIVES_AT_ONCE, CANDIDATES_AT_ONCE / each)
        self.studies = studies if self.sizes else 0
        self._seed = seed
        self.done = 0
        self._found: dict[tuple[int, int], list[ManySeries]] = {}
        self._first: list[tuple[int, np.ndarray, np.ndarray]] | None = None if self._plan.ratio == 1 else []
        self._kinds: tuple[np.ndarray, np.ndarray] | None = None
        self._sums = np.zeros(5)

    @property
    def finished(self) -> bool:
        return self.done >= self.studies

    def step(self) -> None:
        """About a quarter of a second of studies."""
        if self.finished:
            return
        most = self.sizes[-1]
        studies = min(max(int(self._at_once // most), 1), self.studies - self.done)
        rng = np.random.default_rng([self._seed, self.done])
        lives = draw_lives(rng, self._model, studies * most)
        days, counts = lives.levels(0)
        self._sums += [
            len(lives.days), lives.days.sum(), lives.on_days.sum(), len(lives.day), (lives.on_days > 0).sum()
        ]  # fmt: skip
        # So many patients tell well enough how days on IVIG are spread.
        self._kinds = self._kinds or (lives.on_days / lives.days, counts.sum(axis=1))
        for before in BEFORE:
            days, counts = lives.levels(before)
            days, counts = (each.reshape(studies, most, -1) for each in (days, counts))
            for number in self.sizes:
                self._analyse(before, number, days, counts)
            if self._first is not None:
                least = self.sizes[0]
                self._first.append((before, days[:, :least].copy(), counts[:, :least].copy()))
        self.done += studies
        if self._first is not None and (self.done >= FIRST_STUDIES or self.finished):
            self._add_smaller(self._first)
            self._first = None

    def _analyse(self, before: int, number: int, days: np.ndarray, counts: np.ndarray) -> None:
        found = many_series(days[:, :number], counts[:, :number], self._plan.ratio, self._plan.alpha)
        self._found.setdefault((before, number), []).append(found)

    def _add_smaller(self, first: list[tuple[int, np.ndarray, np.ndarray]]) -> None:
        """Halve the smallest size while any analysis is too near the power asked for."""
        while self.sizes[0] >= 2 * FEWEST_PATIENTS and self._highest_power() > CLEARLY_BELOW * self._plan.power:
            number = self.sizes[0] // 2
            for before, days, counts in first:
                self._analyse(before, number, days, counts)
            self.sizes = [number, *self.sizes]

    def _highest_power(self) -> float:
        """Of the analyses of the smallest size."""
        return max(float(_clear(self._joined(before, self.sizes[0]), self._plan).mean()) for before in BEFORE)

    def _joined(self, before: int, number: int) -> ManySeries:
        parts = self._found[before, number]
        return ManySeries(
            *(np.concatenate([getattr(part, name) for part in parts]) for name in ("log_ratio", "p_value", "covers"))
        )

    def result(self) -> Simulated:
        """What the studies that are done found."""
        patients, days, on_days, infections, treated = np.maximum(self._sums, [1, 1, 0, 0, 0]).tolist()
        each = infections / patients
        formula = dict(zip(self.sizes, self._formula(each * np.array(self.sizes)), strict=True))
        rows, read_off = [], []
        for before in BEFORE if self.done else ():
            joined = [self._joined(before, number) for number in self.sizes]
            for number, found in zip(self.sizes, joined, strict=True):
                row = {"before_days": before, "patients": number, **_summary(found, self._plan)}
                rows.append({**row, "power_by_formula": formula[number]})
            read_off.append(self._needed(before, joined))
        table = pd.DataFrame(rows, columns=list(ROW))
        return Simulated(
            self._plan, self.done, table, tuple(read_off), each, on_days / days, treated / patients,
            self.note,
        )  # fmt: skip

    def _needed(self, before: int, found: list[ManySeries]) -> Needed:
        if self._plan.ratio == 1:
            return Needed(before, NO_EFFECT, note=NOTHING_TO_SEE)
        clear = np.column_stack([_clear(each, self._plan) for each in found])
        return needed(before, np.array(self.sizes), clear, self._plan.power)

    def _formula(self, infections: np.ndarray) -> np.ndarray:
        """Power by formula with the days on IVIG that the simulated patients had; NaN before there are any."""
        if self._kinds is None:
            return np.full(len(infections), np.nan)
        share, count = self._kinds
        exposed = Exposed(count / (1 + share * (self._plan.ratio - 1)), share)
        return power_with(infections, exposed, self._plan.ratio, self._plan.alpha)


def simulated_sizes(size: StudySize) -> tuple[list[int], str]:
    """Numbers of patients that are simulated, and what is to be said of them."""
    formula = size.size(SERIES)
    if formula.patients is None:
        return (list(WITHOUT_FORMULA), NOTHING_TO_SEE) if size.plan.ratio == 1 else ([], formula.note)
    if formula.patients > MOST_PATIENTS:
        return [], TOO_LARGE
    wanted = [round(part * formula.patients) for part in SIZES]
    return sorted({int(np.clip(number, FEWEST_PATIENTS, MOST_PATIENTS)) for number in wanted}), ""


def simulation(study: Study, spec: AnalysisSpec, plan: StudyPlan, studies: int = STUDIES, seed: int = 1) -> Simulation:
    """The simulation of a plan, not yet run."""
    return Simulation(life_model(study, spec, plan), study_size(study, spec, plan), studies, seed)


def simulated_studies(
    study: Study, spec: AnalysisSpec, plan: StudyPlan, studies: int = STUDIES, seed: int = 1
) -> Simulated:
    """Studies simulated from a plan and analysed by the self-controlled case series, with and without the 30 and 60
    days before the first dose kept apart.

    Clear is a likelihood-ratio test of level `alpha` on the side of the true ratio (on either side where that is 1).
    Courses of doses start more often after an infection, so that the case series is biased as in real cohorts: the
    table says where its ratio lands.
    """
    return study.once(
        "simulated_studies", spec.selection, spec.exposure, spec.endpoint, spec.model, plan, studies, seed,
        make=lambda: _all(simulation(study, spec, plan, studies, seed)),
    )  # fmt: skip


def _all(run: Simulation) -> Simulated:
    while not run.finished:
        run.step()
    return run.result()


def _clear(found: ManySeries, plan: StudyPlan) -> np.ndarray:
    """Which studies are clear on the side of the true ratio (on either side where that is 1)."""
    right = plan.ratio == 1 or np.sign(found.log_ratio) == np.sign(np.log(plan.ratio))
    return (found.p_value < plan.alpha) & right


def _summary(found: ManySeries, plan: StudyPlan) -> dict[str, float]:
    log_ratio, studies = found.log_ratio, len(found.log_ratio)
    known = ~np.isnan(log_ratio)
    power = float(_clear(found, plan).mean())
    low, high = wilson(power, studies)
    places = (0.5, 0.025, 0.975)
    # A ratio of 0 or ∞ has a rank, but no mean with its neighbour.
    at = np.exp(np.quantile(log_ratio[known], places, method="inverted_cdf")) if known.any() else [np.nan] * 3
    return {
        "studies": studies, "power": power, "power_low": low, "power_high": high, "estimated": float(known.mean()),
        "ratio_median": at[0], "ratio_low": at[1], "ratio_high": at[2],
        "coverage": float(found.covers[known].mean()) if known.any() else np.nan,
    }  # fmt: skip
