"""How the rows of a specification curve lie to 1 where IVIG does nothing, beside how they lie in the cohort."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from ivig_core.estimate.whatif.curve.many import ratios_and_upper
from ivig_core.estimate.whatif.null.calibrate import SEED, SETS
from ivig_core.estimate.whatif.null.fit import Evidence, fit, plausible
from ivig_core.estimate.whatif.null.process import LOG_RATIO, Floats, Histories, process
from ivig_core.estimate.whatif.null.simulate import draw
from ivig_core.numbers import OK, counted
from ivig_core.spec import SETTINGS, AnalysisSpec, ExposureSpec
from ivig_core.study.study import Study
from ivig_core.study.trust.rows.adjusted import SHORT
from ivig_core.study.whatif.curve.against import dated_on_doses
from ivig_core.study.whatif.curve.choices import Choices, base_of, endpoints, exposures, sets
from ivig_core.study.whatif.curve.many_cohorts import ManyCohorts, as_cohort
from ivig_core.study.whatif.null import NOT_OFFERED, able, treated

SIMULATIONS, MOST_PATIENTS = 100, 500
"""Simulated cohorts, a multiple of `SETS`; more patients would take minutes."""
DRAWN = ("time",)
"""Adjusters that the rate of simulated infections depends on."""
FILTERS = ("max_grade", "pathogens", "sites", "hospitalized")


class Lies(NamedTuple):
    """How the rows of some cohorts lie to 1, one entry a cohort: shares of the rows with an estimate whose ratio is
    `below` 1, and whose interval is (`clear`); the `middle` (median) of their ratios. NaN without such a row."""

    below: Floats
    clear: Floats
    middle: Floats


@dataclass(frozen=True, eq=False)
class CurveIfNothing:
    """A specification curve of a cohort, and of cohorts like it in which IVIG does nothing.

    `status` "ok", or as `study.whatif.null.IfNothing`; `note` says why there are no numbers. `definitions`: how many
    are compared, the same ones in all cohorts; `without`: which of the curve are not, in words. `patients`: those on
    IVIG, of whom cohorts are drawn and who alone are analysed here. `observed`: one entry, this cohort; `nothing`: one
    entry a simulated cohort.
    """

    status: str
    note: str
    definitions: int = 0
    without: tuple[str, ...] = ()
    patients: int = 0
    observed: Lies | None = None
    nothing: Lies | None = None

    @property
    def simulations(self) -> int:
        return len(self.nothing.below) if self.nothing else 0

    @property
    def sentences(self) -> list[str]:
        """What is compared, and what is not."""
        same = (
            f"Compared are {counted(self.definitions, 'definition')} in {counted(self.patients, 'patient')} on IVIG, "
            "the same in every cohort, each counted even where several have the same days and infections"
        )
        return [same, *(f"Not among them: {text}" for text in self.without)]


class CurvingNothing:
    """The curves of simulated cohorts in the making: `step()` until it is `finished`, then `result()`.

    Cohorts are simulated once, with what all rows of the curve share, and analysed under every definition that can be
    run on them, the cohort itself among them and in the same way. As `study.whatif.null.if_nothing` else.
    How far it can be trusted: docs/curve-null.md.
    """

    def __init__(self, study: Study, spec: AnalysisSpec, choices: Choices, simulations: int = SIMULATIONS) -> None:
        self._study, self._base, self._simulations = study, base_of(spec), simulations
        self._choices, self._without = compared(study, self._base, choices.with_those_of(spec))
        self._exposures = exposures(self._choices, self._base)
        self._many: ManyCohorts | None = None
        self._refused: CurveIfNothing | None = None
        self._found: list[Floats] = []
        self._patients = 0

    @property
    def finished(self) -> bool:
        return self._refused is not None or len(self._found) == len(self._exposures)

    @property
    def share(self) -> float:
        """Part of the work that is done."""
        return 1.0 if self.finished else (len(self._found) + (self._many is not None)) / (len(self._exposures) + 1)

    def step(self) -> None:
        """Simulate the cohorts, at first; then analyse all of them under the next definition of exposure."""
        if self._many is None:
            self._simulate()
        else:
            self._found.append(self._analysed(self._many, self._exposures[len(self._found)]))

    def _simulate(self) -> None:
        found, histories = able(self._study, self._base)
        if histories is None:
            self._refused = CurveIfNothing(found.status, found.note)
        elif (self._study.cohort(self._base).ivig["route"] == "sc").any():
            reason = "subcutaneous doses have a window of their own, which simulated doses have not"
            self._refused = CurveIfNothing(NOT_OFFERED, reason)
        elif len(histories) > MOST_PATIENTS:
            reason = f"more than {counted(MOST_PATIENTS, 'patient')} on IVIG: simulating them takes too long"
            self._refused = CurveIfNothing(NOT_OFFERED, reason)
        else:
            self._patients = len(histories)
            self._many = self._draw(histories)
            self._sets = sets(self._choices, self._many.vary(self._base.exposure, self._choices.adjusters))

    def _draw(self, histories: Histories) -> ManyCohorts:
        """The cohort itself, then those simulated; grades are drawn from those of its infections."""
        study, base = self._study, self._base
        infections = study.infections(base)
        exposed = treated(study, base)[1]
        grades = infections["grade"].to_numpy(float)[exposed[infections["patient"].to_numpy()]]
        evidence, rng = Evidence(histories), np.random.default_rng([SEED, SETS])
        vectors = plausible(evidence, fit(evidence), SETS, rng)
        vectors[:, LOG_RATIO] = 0.0
        models, each = process(vectors), self._simulations // SETS
        drawn = [
            draw(evidence, models.one(number), each, np.random.default_rng([SEED, number])) for number in range(SETS)
        ]
        cohorts = [histories, *(one for part in drawn for one in part.cohorts(each))]
        number = sum(len(one.infection_day) for one in cohorts[1:])
        together = as_cohort(study.cohort(base), cohorts, np.append(grades, rng.choice(grades, number)))
        # What a simulated infection is an infection of passes all filters.
        plain = base.change(**{name: SETTINGS[name].default for name in FILTERS})
        return ManyCohorts(together, endpoints(self._choices, plain))

    def _analysed(self, many: ManyCohorts, exposure: ExposureSpec) -> Floats:
        """Ratio and upper limit (2, cohorts, endpoints × sets) of each cohort; NaN without an estimate."""
        kept = list(many.events.number.values())
        method = self._base.model.ci_method
        found = [ratios_and_upper(stack, method)[..., kept] for stack in many.stacks(exposure, self._sets)]
        return np.concatenate(found, axis=2)

    def result(self) -> CurveIfNothing:
        """How the rows lie to 1, once it is finished."""
        if self._refused is not None:
            return self._refused
        ratio, high = np.concatenate(self._found, axis=2)
        lies = _lies(ratio, high)
        return CurveIfNothing(
            OK, "", ratio.shape[1], self._without, self._patients,
            Lies(*(part[:1] for part in lies)), Lies(*(part[1:] for part in lies)),
        )  # fmt: skip


def curve_if_nothing(
    study: Study, spec: AnalysisSpec, choices: Choices | None = None, simulations: int = SIMULATIONS
) -> CurveIfNothing:
    """The whole of `CurvingNothing`. `simulations`: how many cohorts, a multiple of `SETS`."""
    making = CurvingNothing(study, spec, choices or Choices(), simulations)
    while not making.finished:
        making.step()
    return making.result()


def compared(study: Study, base: AnalysisSpec, choices: Choices) -> tuple[Choices, tuple[str, ...]]:
    """The choices that can be made for simulated cohorts as well, and which others cannot and why."""
    reasons = []
    adjusters = tuple(name for name in choices.adjusters if name in DRAWN)
    others = [SHORT[name] for name in choices.adjusters if name not in DRAWN]
    if others:
        reasons.append(f"adjusted for {', '.join(others)}: simulated infections do not depend on it")
    gaps, dose_day = choices.episode_gap_days, choices.dose_day
    if any(base.get(name) != SETTINGS[name].default for name in FILTERS) and gaps != (0,):
        gaps = (0,)
        reasons.append("joined episodes: infections that do not count can join them, and are not simulated")
    if dose_day != ("on",) and dated_on_doses(study, base) is not None:
        dose_day = ("on",)
        reasons.append("the dose day off IVIG or left out: infections are dated on it, which simulated ones are not")
    kept = replace(choices, adjusters=adjusters, every_set=False, also=(), episode_gap_days=gaps, dose_day=dose_day)
    return kept, tuple(reasons)


def _lies(ratio: Floats, high: Floats) -> Lies:
    rows = (~np.isnan(ratio)).sum(axis=1)
    with np.errstate(invalid="ignore"):
        below, clear = (np.where(rows > 0, (part < 1).sum(axis=1) / rows, np.nan) for part in (ratio, high))
    middle = np.full(len(ratio), np.nan)
    some = rows > 0
    middle[some] = np.nanquantile(ratio[some], 0.5, axis=1, method="inverted_cdf")
    return Lies(below, clear, middle)
