"""Specification curve: the within-patient rate ratio under every reasonable combination of definitions."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from ivig_core.estimate.rates.sccs import adjuster
from ivig_core.estimate.result import RatioRow
from ivig_core.estimate.whatif.curve.many import ratios_on_ivig
from ivig_core.persontime.split import PersonTime, Shared, person_time
from ivig_core.persontime.states import axes_of
from ivig_core.spec import AnalysisSpec, EndpointSpec, ExposureSpec
from ivig_core.study.study import Study
from ivig_core.study.whatif.curve.choices import VARIED, Choices, Set, base_of, endpoints, exposures, sets
from ivig_core.study.whatif.curve.splits import Days, Events, mark, varies

AT_ONCE = 20
"""Definitions of exposure that one step takes at most."""
NUMBERS_AT_ONCE = 1_000_000
"""Numbers that the table patients × patterns × definitions of one step has at most: 8 MB."""
MOST_PATTERNS = 200
"""Patterns of covariates, for the size of a step: 3 states of exposure × 8 bands of time × 3 factors of 2 levels."""
NUMBERS = ("irr", "ci_low", "ci_high", "p_value")
COUNTS = ("patients", "informative_patients", "infections")
COLUMNS = (*VARIED, "status", *NUMBERS, *COUNTS, "note")


@dataclass(frozen=True, eq=False)
class Curve:
    """A specification curve.

    `table`: one row a combination, in the columns `COLUMNS`: the settings that differ (`choices.VARIED`; `adjust_for`
    is a tuple) and the row of `on_ivig` as `estimate.result.RatioRow` has it. `base`: the settings that all rows share
    (those of survival play no part). `exposures`, `endpoints`: of every definition which distinct one it is; `sets`: of
    adjusters. A row is a distinct exposure × set × distinct endpoint, the last one running fastest.
    `unused`: adjusters that change nothing in this cohort.
    """

    table: pd.DataFrame
    base: AnalysisSpec
    choices: Choices
    exposures: dict[ExposureSpec, int] = field(repr=False)
    endpoints: dict[EndpointSpec, int] = field(repr=False)
    sets: tuple[Set, ...]
    unused: tuple[str, ...]

    @property
    def candidates(self) -> int:
        """How many combinations of all choices there are; of those with equal days and infections only one is a row."""
        return len(self.exposures) * len(self.endpoints) * len(self.sets)

    def settings(self, row: int) -> dict[str, Any]:
        """The settings of a row that differ between rows."""
        return {name: _plain(self.table[name].iloc[row]) for name in VARIED}

    def spec(self, row: int) -> AnalysisSpec:
        """All settings of a row."""
        return self.base.change(**self.settings(row))

    def row_of(self, spec: AnalysisSpec) -> int | None:
        """The row with the days, infections and adjusters of some settings; None where these are no combination."""
        adjusted = tuple(name for name in spec.model.adjust_for if name not in self.unused)
        number = self.exposures.get(replace(spec.exposure, window_cuts=()), -1)
        endpoint = self.endpoints.get(spec.endpoint, -1)
        if spec.selection != self.base.selection or adjusted not in self.sets or number < 0 or endpoint < 0:
            return None
        per_set = len(set(self.endpoints.values()))
        return (number * len(self.sets) + self.sets.index(adjusted)) * per_set + endpoint


def curve(study: Study, spec: AnalysisSpec, choices: Choices | None = None) -> Curve:
    """The rate ratio on IVIG, within patients, under every combination of `choices` that is not the same as another.

    All settings that are no choice are those of `spec`, with one window on IVIG; its own values are always among the
    choices. Every row equals the one that `study.rates.models.sccs` gives for its settings alone.

    Simonsohn, Simmons & Nelson, Nat Hum Behav 2020;4:1208. The rows are not independent: they use the same patients.
    """
    choices = choices or Choices()
    return study.once("curve", *curve_parts(spec, choices), make=lambda: _whole(Curving(study, spec, choices)))


def curve_parts(spec: AnalysisSpec, choices: Choices) -> tuple[Hashable, ...]:
    """Everything that a curve depends on: another of the choices in force gives the same curve."""
    base = base_of(spec)
    return base.selection, base.exposure, base.endpoint, base.model, choices.with_those_of(spec)


def _whole(curving: Curving) -> Curve:
    while not curving.finished:
        curving.step()
    return curving.result()


class Curving:
    """A curve that is being made: `step()` until it is `finished`, then `result()`.

    Person-time is split once a definition of exposure, infections are counted once an endpoint, and the models of all
    of them with equal adjusters are fitted together (`estimate.whatif.curve.many`).
    """

    def __init__(self, study: Study, spec: AnalysisSpec, choices: Choices) -> None:
        self._base, self._choices = base_of(spec), choices.with_those_of(spec)
        self._events = Events(study.cohort(self._base), endpoints(self._choices, self._base))
        self._axes = {*axes_of(self._choices.adjusters), *(item.factor for item in self._base.selection.within)}
        self._shared: Shared = {}
        self._varying = self._which_vary()
        self._sets = sets(self._choices, self._varying)
        self._wanted = exposures(self._choices, self._base)
        self._number: dict[ExposureSpec, int] = {}
        self._seen: dict[bytes, int] = {}
        self._rows: list[dict[str, object]] = []
        self._new: list[tuple[ExposureSpec, Days]] = []
        self._by_set: list[list[list[RatioRow]]] = []

    @property
    def finished(self) -> bool:
        return len(self._number) == len(self._wanted) and not self._new

    @property
    def share(self) -> float:
        """Part of the work that is done."""
        fitted = len(self._number) - len(self._new) * (1 - len(self._by_set) / len(self._sets))
        return fitted / len(self._wanted)

    @property
    def candidates(self) -> int:
        """How many combinations there are."""
        return len(self._wanted) * len(self._events.number) * len(self._sets)

    def step(self) -> None:
        """Split person-time under some more definitions of exposure and count all endpoints in it; or fit all models of
        the next set of adjusters in what was split."""
        if self._new:
            self._fit()
        else:
            self._split()

    def _split(self) -> None:
        room = NUMBERS_AT_ONCE // max(len(self._events.cohort) * MOST_PATTERNS, 1)
        done = len(self._number)
        for exposure in self._wanted[done : done + min(max(room, 1), AT_ONCE)]:
            time = self._time(exposure)
            known = len(self._seen)
            self._number[exposure] = self._seen.setdefault(mark(time), known)
            if len(self._seen) > known:
                self._new.append((exposure, Days(time, self._events, self._varying)))

    def _fit(self) -> None:
        names = self._sets[len(self._by_set)]
        patients, kept = len(self._events.cohort), self._events.kept
        splits = [days.split(names) for _, days in self._new]
        self._by_set.append(ratios_on_ivig(splits, patients, len(kept), self._base.model.ci_method))
        if len(self._by_set) < len(self._sets):
            return
        for number, (exposure, _) in enumerate(self._new):
            for names, found in zip(self._sets, self._by_set, strict=True):
                for endpoint, row in zip(kept, found[number], strict=True):
                    self._rows.append(_record(exposure, endpoint, names, row))
        self._new, self._by_set = [], []

    def _time(self, exposure: ExposureSpec) -> PersonTime:
        whole = person_time(self._events.cohort, exposure, self._axes, self._shared)
        return whole.within(self._base.selection.within)

    def _which_vary(self) -> tuple[str, ...]:
        """Adjusters of which some patient with an infection has days in two levels: the others change nothing."""
        every = replace(self._base.exposure, exclude_first_days=0, dose_day="on", from_first_dose=False)
        time = self._time(every)
        patient = time.table["patient"].to_numpy()
        return tuple(name for name in self._choices.adjusters if varies(patient, adjuster(time, name)))

    def result(self) -> Curve:
        """The curve, once it is finished."""
        table = pd.DataFrame(self._rows, columns=list(COLUMNS)).astype(dict.fromkeys(NUMBERS, np.float64))
        unused = tuple(name for name in self._choices.adjusters if name not in self._varying)
        number = self._events.number
        return Curve(table, self._base, self._choices, self._number, number, tuple(self._sets), unused)


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value


def _record(exposure: ExposureSpec, endpoint: EndpointSpec, names: Set, row: RatioRow) -> dict[str, object]:
    parts = (exposure, endpoint)
    chosen = {name: getattr(part, name) for part in parts for name in VARIED if hasattr(part, name)}
    numbers = {name: getattr(row, name) for name in ("status", *NUMBERS, *COUNTS, "note")}
    return {**chosen, "adjust_for": names, **numbers}
