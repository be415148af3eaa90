"""Which terms of a Cox regression can have an estimate, and why the others have none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from scipy.linalg import qr

from ivig_core.estimate.contrast import NO_CONTRAST, NO_EXPOSED, NO_REFERENCE, NOT_IDENTIFIED, NULL, OK, some_of
from ivig_core.estimate.cox.data import Covariate
from ivig_core.estimate.cox.partial import PartialLikelihood
from ivig_core.estimate.cox.separation import pieces_level_with_events, separating_direction
from ivig_core.estimate.rates.counting import CountingRows, RiskSets, risk_sets

RUNAWAY = 8.0
FEW_LEFT = "too few patients at risk are left to compare once these are told apart"


class CoxScreen:
    """Checks of a model before and after its fit; each gives the terms it stops a status and a sentence.

    `rows`, `parts`: complete cases and the values of the covariates in them. `patients`, `events`: of these.
    `missing`: patients left out for a missing value, `lacking` of them those who lack the one of this covariate.
    `status` and `note` per term. `happened`: whether there is an event of a patient at risk; without one there is
    nothing to fit and no `risk`. `risk`, `terms`, `X` (rows, terms; standardised), `scale` (what a column was divided
    by): what is left to fit. `separated`: whether that is a limit in which some terms are infinite. `empty`: by term
    without a finite estimate, the rows without events on one of its sides.
    """

    risk: RiskSets

    def __init__(self, rows: CountingRows, covariates: Sequence[Covariate], event_words: str) -> None:
        self.event_words = event_words
        self.status: dict[str, str] = {}
        self.note: dict[str, str] = {}
        for item in covariates:
            for term in item.terms or (item.name,):
                self.status[term], self.note[term] = OK, ""
            if not item.terms:
                self.fail(item.name, NO_CONTRAST, item.why_none)
        self._complete_cases(rows, [item for item in covariates if item.terms])
        self.terms: list[str] = []
        self.X, self.scale = np.zeros((len(self.rows.patient), 0)), np.zeros(0)
        self.separated = False
        self.empty: dict[str, np.ndarray] = {}
        self._inside: dict[str, np.ndarray] = {}
        self.happened = self._something_happened()
        if self.happened:
            self._levels_with_events()
            self._independent()

    def fail(self, term: str, status: str, note: str) -> None:
        """Set a status other than ok, unless the term has one already."""
        if self.status[term] == OK:
            self.status[term], self.note[term] = status, note

    def _complete_cases(self, rows: CountingRows, covariates: Sequence[Covariate]) -> None:
        lacks = {item.name: item.missing for item in covariates}
        out = np.logical_or.reduce([np.zeros(len(rows.patient), bool), *lacks.values()])
        self.rows = take_rows(rows, ~out)
        self.parts = [item.take(~out) for item in covariates]
        self.patients = len(np.unique(self.rows.patient))
        self.events = int(self.rows.event.sum())
        self.missing = len(np.unique(rows.patient)) - self.patients
        self.lacking = {name: len(np.unique(rows.patient[missing])) for name, missing in lacks.items()}

    def _something_happened(self) -> bool:
        if self.patients and self.events:
            return True
        why = f"no patient had {self.event_words}: nothing to compare"
        for term in self.status:
            self.fail(term, NO_CONTRAST, why if self.patients else "no patient is left to compare")
        return False

    def _levels_with_events(self) -> None:
        """Leave out levels without events: their hazard is estimated as zero, in or out of the risk sets."""
        columns = [self.X]
        for item in self.parts:
            mine = list(range(len(item.terms)))
            if item.places:
                inside = np.column_stack([item.columns.sum(axis=1) == 0, item.columns == 1])
                events = inside[self.rows.event].sum(axis=0)
                self._say_empty(item, np.any(inside, axis=0), events)
                # Without events in the reference the first level with some stands in for it, for the sake of the
                # other covariates.
                mine = np.flatnonzero(events[1:]).tolist()[0 if events[0] else 1 :]
                self._inside[item.name] = np.any(inside[:, events > 0], axis=1)
                for number, term in enumerate(item.terms, start=1):
                    if self.status[term] == NO_EXPOSED:
                        self.empty[term] = inside[:, number]
                    elif self.status[term] == NO_REFERENCE and len(item.terms) == 1:
                        self.empty[term] = inside[:, 0]
            self.terms += [item.terms[index] for index in mine]
            columns.append(item.columns[:, mine])
        self._columns = np.hstack(columns)
        kept = self._kept()
        self.X = self._columns[kept]
        self.risk = risk_sets(take_rows(self.rows, kept))

    def _kept(self, term: str = "") -> np.ndarray:
        """Rows that are not in a level without events (bool), but with those on the empty side of one term."""
        kept = np.ones(len(self.rows.patient), bool)
        for item in self.parts:
            if item.name in self._inside:
                kept &= self._inside[item.name] | (self.empty[term] if term in item.terms else False)
        return kept

    def with_empty(self, term: str) -> tuple[RiskSets, np.ndarray, np.ndarray]:
        """What was fitted together with the rows on the empty side of `term`: risk sets, X, and which rows these are.

        Columns as in `X`, but for a shift that is the same in all rows.
        """
        kept = self._kept(term)
        X = self._columns[np.ix_(kept, self._fitted)] / self.scale
        return risk_sets(take_rows(self.rows, kept)), X, self.empty[term][kept]

    def _say_empty(self, item: Covariate, exists: np.ndarray, events: np.ndarray) -> None:
        own, reference = item.places or ("", "")
        for term, met, happened in zip(item.terms, exists[1:], events[1:], strict=True):
            if not (met and exists[0]):
                self.fail(term, NO_CONTRAST, f"no patient at risk {reference if met else own}")
            elif not (happened or events[0]):
                self.fail(term, NOT_IDENTIFIED, f"no patient had {self.event_words} {own} or {reference}")
            elif not happened:
                self.fail(term, NO_EXPOSED, f"no patient had {self.event_words} {own}")
            elif not events[0]:
                self.fail(term, NO_REFERENCE, f"no patient had {self.event_words} {reference}")

    def _independent(self, why: str = "") -> None:
        """Keep columns that do not depend on each other among those at risk at the events, and standardise them.

        `why` is said of those that are not kept, where it is not that their values are alike.
        """
        self._fitted = np.arange(len(self.terms))
        if not self.terms:
            return
        centred = self.X - self.X.mean(axis=0)
        scale = centred.std(axis=0)
        scale = np.where(scale > 0, scale, 1)
        self.X, self.scale = centred / scale, scale * (self.scale if self.separated else 1)
        information = PartialLikelihood(self.risk, self.X).at(np.zeros(len(self.terms))).information
        dead = np.diag(information) <= NULL
        size = np.sqrt(np.where(dead, 1, np.diag(information)))
        correlation = np.where(dead | dead[:, None], 0, information / np.outer(size, size))
        values, vectors = np.linalg.eigh(correlation)
        aliased = (np.abs(vectors[:, values < NULL]) > 1e-5).any(axis=1) & ~dead
        self._say_dependent(dead, aliased, why)
        order = qr(correlation, pivoting=True)[2]
        self._keep(np.sort(order[: int((values >= NULL).sum())]))

    def _say_dependent(self, dead: np.ndarray, aliased: np.ndarray, why: str) -> None:
        names = [term for term, bad in zip(self.terms, aliased, strict=True) if bad]
        for term, constant in zip(self.terms, dead, strict=True):
            if constant:
                same = f"the same for all at risk whenever a patient had {self.event_words}"
                self.fail(term, NOT_IDENTIFIED, why or same)
            elif term in names:
                others = some_of([other for other in names if other != term])
                self.fail(term, NOT_IDENTIFIED, why or f"cannot be told apart from {others}")

    def _keep(self, index: np.ndarray) -> None:
        self.terms, self._fitted = [self.terms[number] for number in index], index
        self.X, self.scale = self.X[:, index], self.scale[index]

    def suspect(self, beta: np.ndarray, covariance: np.ndarray) -> bool:
        """Whether a coefficient looks as if the likelihood sent it to infinity: the hazard differs three-thousandfold
        over the data, and yet by less than its standard error."""
        reach = np.abs(beta) * np.ptp(self.X, axis=0)
        variance = np.diag(covariance)
        return bool(((reach > RUNAWAY) & ((variance <= 0) | (variance > beta**2))).any())

    def leave_out_separated(self) -> bool:
        """Where terms together tell apart who has the event, name them and take the limit; False if they do not.

        In the limit only those are at risk at an event who are level with it along the direction of these terms.
        """
        direction = separating_direction(self.risk, self.X)
        if direction is None:
            return False
        which = [term for term, moves in zip(self.terms, direction, strict=True) if moves]
        for term in which:
            others = some_of([other for other in which if other != term])
            alone = f"it alone tells apart who of those at risk had {self.event_words}"
            together = f"together with {others} it tells apart who of those at risk had {self.event_words}"
            self.fail(term, NOT_IDENTIFIED, together if others else alone)
        row, position = pieces_level_with_events(self.risk, self.X @ direction)
        pieces = take_rows(self.risk.rows, row)
        time = self.risk.times[position]
        event = pieces.event & (self.risk.leaves[row] == position + 1)
        self.risk = risk_sets(replace(pieces, start=time - 1, stop=time, event=event))
        self.X, self.separated = self.X[row], True
        self._independent(FEW_LEFT)
        return True


def take_rows(rows: CountingRows, index: np.ndarray) -> CountingRows:
    """Some of the rows; `index` are positions or bool."""
    names = ("patient", "start", "stop", "event", "number", "stratum")
    return replace(rows, **{name: getattr(rows, name)[index] for name in names})
