"""What a study of some size would find, by simulation: power and bias where infections bring IVIG on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtri

from ivig_core.errors import SpecError
from ivig_core.estimate.whatif.size.lives import LifeModel, candidates_per_patient, draw_lives
from ivig_core.estimate.whatif.size.many_series import ManySeries, many_series
from ivig_core.estimate.whatif.size.series_size import Exposed, power_with
from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study
from ivig_core.study.whatif.size.lives import life_model
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
WITHOUT_FORMULA = (50, 100, 200, 400)
Z95 = float(ndtri(0.975))
ROW = (
    "before_days", "patients", "studies", "power", "power_low", "power_high", "estimated", "ratio_median", "ratio_low",
    "ratio_high", "coverage", "power_by_formula",
)  # fmt: skip
TOO_LARGE = f"more than {MOST_PATIENTS:,} patients by formula: such studies are not simulated"
TOO_BUSY = "too many infections or starts a patient: simulate a shorter follow-up, a lower rate or a smaller factor"
NOT_REACHED = "not reached at any size that was simulated"
NO_EFFECT = "with a ratio of 1 there is nothing to see: the power is how often a study is wrongly clear"


@dataclass(frozen=True)
class Needed:
    """Patients that reach the power of the plan by simulation, with `before_days` kept apart before the first dose.

    `patients` None: not reached, `note` says so. `low`, `high`: 95 % interval from the number of simulated studies.
    """

    before_days: int
    patients: float | None
    low: float | None
    high: float | None
    note: str = ""


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
    set of patients gives the whole curve.
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
                found = many_series(days[:, :number], counts[:, :number], self._plan.ratio, self._plan.alpha)
                self._found.setdefault((before, number), []).append(found)
        self.done += studies

    def result(self) -> Simulated:
        """What the studies that are done found."""
        patients, days, on_days, infections, treated = np.maximum(self._sums, [1, 1, 0, 0, 0]).tolist()
        each = infections / patients
        formula = dict(zip(self.sizes, self._formula(each * np.array(self.sizes)), strict=True))
        rows = []
        for (before, number), parts in sorted(self._found.items()):
            joined = ManySeries(*(np.concatenate([getattr(part, name) for part in parts]) for name in
                                  ("log_ratio", "p_value", "covers")))  # fmt: skip
            row = {"before_days": before, "patients": number, **_summary(joined, self._plan)}
            rows.append({**row, "power_by_formula": formula[number]})
        table = pd.DataFrame(rows, columns=list(ROW))
        needed = tuple(_needed(table[table["before_days"] == before], before, self._plan) for before in BEFORE)
        return Simulated(
            self._plan, self.done, table, needed if self.done else (), each, on_days / days, treated / patients,
            self.note,
        )  # fmt: skip

    def _formula(self, infections: np.ndarray) -> np.ndarray:
        """Power by formula with the days on IVIG that the simulated patients had; NaN before there are any."""
        if self._kinds is None:
            return np.full(len(infections), np.nan)
        share, count = self._kinds
        exposed = Exposed(count / (1 + share * (self._plan.ratio - 1)), share)
        return power_with(infections, exposed, self._plan.ratio, self._plan.alpha)


def simulated_sizes(size: StudySize) -> tuple[list[int], str]:
    """Numbers of patients that are simulated, and what is to be said of them."""
    needed = size.size(SERIES)
    if needed.patients is None:
        return (list(WITHOUT_FORMULA), NO_EFFECT) if size.plan.ratio == 1 else ([], needed.note)
    if needed.patients > MOST_PATIENTS:
        return [], TOO_LARGE
    wanted = [round(part * needed.patients) for part in SIZES]
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
        "simulated_studies", spec.selection, spec.exposure, spec.endpoint, plan, studies, seed,
        make=lambda: _all(simulation(study, spec, plan, studies, seed)),
    )  # fmt: skip


def _all(run: Simulation) -> Simulated:
    while not run.finished:
        run.step()
    return run.result()


def _summary(found: ManySeries, plan: StudyPlan) -> dict[str, float]:
    log_ratio, studies = found.log_ratio, len(found.log_ratio)
    known = ~np.isnan(log_ratio)
    right = np.ones(studies, bool) if plan.ratio == 1 else np.sign(log_ratio) == np.sign(np.log(plan.ratio))
    power = float(((found.p_value < plan.alpha) & right).mean())
    low, high = wilson(power, studies)
    places = (0.5, 0.025, 0.975)
    # A ratio of 0 or ∞ has a rank, but no mean with its neighbour.
    at = np.exp(np.quantile(log_ratio[known], places, method="inverted_cdf")) if known.any() else [np.nan] * 3
    return {
        "studies": studies, "power": power, "power_low": low, "power_high": high, "estimated": float(known.mean()),
        "ratio_median": at[0], "ratio_low": at[1], "ratio_high": at[2],
        "coverage": float(found.covers[known].mean()) if known.any() else np.nan,
    }  # fmt: skip


def wilson(share: float, number: int) -> tuple[float, float]:
    """95 % interval of a proportion (Wilson, JASA 1927;22:209)."""
    z2 = Z95**2 / number
    middle = (share + z2 / 2) / (1 + z2)
    reach = Z95 * np.sqrt(share * (1 - share) / number + z2 / (4 * number)) / (1 + z2)
    return max(middle - reach, 0.0), min(middle + reach, 1.0)


def _needed(rows: pd.DataFrame, before: int, plan: StudyPlan) -> Needed:
    """Where the simulated power crosses the one asked for, on the straight line of its probit in √patients that a
    formula is; sizes between and up to half as large again as the largest one."""
    if plan.ratio == 1 or not len(rows):
        return Needed(before, None, None, None, NO_EFFECT if plan.ratio == 1 else NOT_REACHED)
    line = [_crossing(rows, rows[name], plan.power) for name in ("power", "power_high", "power_low")]
    most = 1.5 * float(rows["patients"].max())
    patients, low, high = (each if each is not None and each <= most else None for each in line)
    return Needed(before, patients, low, high, "" if patients is not None else NOT_REACHED)


def _crossing(rows: pd.DataFrame, power: Sequence[float], wanted: float) -> float | None:
    root = np.sqrt(rows["patients"].to_numpy(float))
    studies = rows["studies"].to_numpy(float)
    # Half a study, so that 0 and 100 % have a place on the line.
    share = np.clip(np.asarray(power, float), 0.5 / studies, 1 - 0.5 / studies)
    height = ndtri(share)
    weight = np.exp(-(height**2)) / (share * (1 - share))
    middle, level = np.average(root, weights=weight), np.average(height, weights=weight)
    across = (weight * (root - middle) ** 2).sum()
    if across <= 0:
        return None
    slope = float((weight * (root - middle) * (height - level)).sum() / across)
    at = middle + (ndtri(wanted) - level) / slope if slope > 0 else -1.0
    return float(at**2) if at > 0 else None
