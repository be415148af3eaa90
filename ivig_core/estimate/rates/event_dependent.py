"""The rate ratio on IVIG where infections bring IVIG on: each day on IVIG against the days that follow it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
from scipy.special import psi

from ivig_core.estimate.cells import Cells, Factor, cells
from ivig_core.estimate.contrast import NO_CONVERGENCE, NO_EXPOSED, NOT_IDENTIFIED, OK, Screen, screen
from ivig_core.estimate.intervals import wald
from ivig_core.estimate.rates.rates import FEWEST_CLUSTERS
from ivig_core.estimate.rates.sccs import adjusters, exposure_factor
from ivig_core.estimate.result import RatioRow, ratio_table
from ivig_core.lazy import library
from ivig_core.persontime.split import PersonTime
from ivig_core.runs import run_starts
from ivig_core.spec import ModelSpec
from ivig_core.terms import ON

optimize = library("scipy.optimize")


MODEL = "event_dependent"
FORESEEN = ("phase", "season", "time", "calendar")
UNFORESEEN = {"igg": "IgG", "prophylaxis": "prophylaxis", "therapy": "therapy", "counts": "blood counts"}
SINCE = "from each patient's first day on IVIG on"
HOW = f"{SINCE}, adjusted for time since the start whatever is set; interval from the sandwich by patient"
LEFT_OUT = "not adjusted for {}, which can follow an infection"
NO_SOLUTION = "the estimating equations have no solution: too few infections for the terms of the model"
TOO_FEW = f"fewer than {FEWEST_CLUSTERS} patients with an infection have days on IVIG and off it afterwards"
TOO_WIDE = "the infections after days on IVIG say too little: the upper limit would be hundreds of times the lower one"
STEP = 1e-5
SOLVED = 1e-8
RUNAWAY = 8.0
WIDEST_SE = 1.5


def event_dependent(time: PersonTime, infections: pd.DataFrame, model: ModelSpec) -> pd.DataFrame:
    """Incidence rate ratio on IVIG that stays valid when infections decide when IVIG starts, goes on and restarts.

    A case series compares a day on IVIG with all other days of the patient, also with days before it, which have an
    infection too many when that infection is why IVIG began. Here a day on IVIG is compared only with the days after
    it, and an infection on one of these that IVIG lowered counts as exp(−β), as if nothing had been given again. With
    y_s infections on day s, b_s the rate of day s against the reference (adjusters), B_s = Σ b_u over days u > s and
    Y_s = Σ y_u exp(−β·on_u) over days u > s, β solves

        Σ over days s on IVIG of [y_s − (y_s + Y_s)·e^β b_s / (e^β b_s + B_s)] = 0.

    Each summand has mean zero given the past, because what it weighs with is known on day s. These are the equations
    of Farrington, Whitaker & Hocine (Biostatistics 2009;10:3–16) with every day on IVIG as an exposure of
    one day. Theirs are for one event per patient; nothing in the argument needs that when the rate is constant but
    for β and the adjusters, so all infections are taken. Adjusters: weighted conditional Poisson scores of the same
    days with the same exp(−β), from the first day on IVIG on, since before it the infections chose who starts.

    What it needs: a rate that changes with time only by the adjusters (a day is compared with later ones, so elapsed
    time is always one of them), an end of follow-up that infections do not bring about (deaths from infections do),
    and days left out for no reason that lies in the future. `phase`, `season` and `calendar` are adjusted for if asked;
    IgG, prophylaxis, therapy and blood counts, which can follow an infection, never. Its standard error is two to three
    times that of a case series.

    Parameters
    ----------
    time
        counted person-time whose table holds the axis `time` and those of `FORESEEN` in `model.adjust_for`.
    infections
        the infections it has counted: `patient`, `day`.

    Returns
    -------
    One row, of the term `on_ivig`, in the columns of `result.RatioRow`, with the patient sandwich and a normal
    interval. Patients and infections are those from the first day on IVIG on. Without an estimate the reason is in
    `status` and `note`; a standard error above 1.5 counts as none. Levels of `window_cuts` are one.
    """
    history = _history(time, infections, model)
    row = _estimated(history, screen(history.cells()))
    unforeseen = [words for name, words in UNFORESEEN.items() if name in model.adjust_for]
    left_out = LEFT_OUT.format(" or ".join(unforeseen)) if unforeseen else ""
    return ratio_table([replace(row, note="; ".join(filter(None, (row.note, left_out))))])


@dataclass(frozen=True, eq=False)
class _History:
    """Rows of person-time in the order of days, and the infections in them.

    Per row: `patient`, `start` (day), `days`, `infections`, the codes of each factor, the exposure first. Per
    infection: `row` it lies in and `day`.
    """

    patient: np.ndarray
    start: np.ndarray
    days: np.ndarray
    infections: np.ndarray
    factors: tuple[Factor, ...]
    row: np.ndarray
    day: np.ndarray

    def cells(self) -> Cells:
        return cells(self.patient, self.days, self.infections, self.factors)

    def keep(self, rows: np.ndarray) -> _History:
        """Only these rows (bool) and the infections in them."""
        mine = rows[self.row]
        return _History(
            self.patient[rows], self.start[rows], self.days[rows], self.infections[rows],
            tuple(replace(factor, codes=factor.codes[rows]) for factor in self.factors),
            (np.cumsum(rows) - 1)[self.row[mine]], self.day[mine],
        )  # fmt: skip


def _history(time: PersonTime, infections: pd.DataFrame, model: ModelSpec) -> _History:
    """From the first day on IVIG on, of patients with an infection since."""
    table = time.table
    asked = [name for name in FORESEEN if name in (*model.adjust_for, "time")]
    factors = (exposure_factor(time, one_window=True), *adjusters(time, asked))
    row = time.row_of(infections)
    counted = np.flatnonzero(row >= 0)
    patient = table["patient"].to_numpy(np.int64)
    everything = _History(
        patient, table["start_day"].to_numpy(np.int64), table["days"].to_numpy(np.int64),
        table["infections"].to_numpy(), factors, row[counted], infections["day"].to_numpy(np.int64)[counted],
    )  # fmt: skip
    on = np.flatnonzero(factors[0].codes == 1 + factors[0].terms.index(ON))
    first = np.full(int(patient.max(initial=-1)) + 1, len(patient))
    np.minimum.at(first, patient[on], on)
    since = np.arange(len(patient)) >= first[patient]
    infected = np.bincount(patient[since], everything.infections[since], len(first)) > 0
    return everything.keep(since & infected[patient])


def _estimated(history: _History, screened: Screen) -> RatioRow:
    data, informative = screened.data, screened.informative[ON]
    row = RatioRow(
        MODEL, ON, screened.status[ON], patients=data.strata, patients_with_infection=data.strata,
        informative_patients=informative, infections=int(data.infections.sum()),
    )  # fmt: skip
    if row.status != OK:
        zero = 0.0 if row.status == NO_EXPOSED else None
        return replace(row, note=f"{SINCE}: {screened.note[ON]}", irr=zero, ci_low=zero)
    if informative < FEWEST_CLUSTERS:
        return replace(row, status=NOT_IDENTIFIED, note=TOO_FEW)
    equations = _Equations(_left(history, screened), [data.terms[column] for column in screened.columns])
    solved = equations.solve()
    if solved is None:
        return replace(row, status=NO_CONVERGENCE, note=NO_SOLUTION)
    log_irr, se = solved
    if se > WIDEST_SE:
        return replace(row, status=NOT_IDENTIFIED, note=TOO_WIDE)
    low, high, p = wald(log_irr, se)
    return replace(
        row, log_irr=log_irr, se=se, irr=float(np.exp(log_irr)), ci_low=float(np.exp(low)),
        ci_high=float(np.exp(high)), p_value=p, ci_method="robust", note=HOW,
    )  # fmt: skip


def _left(history: _History, screened: Screen) -> _History:
    """Without the days of levels that have no infection: their rate is estimated as zero."""
    size = int(history.patient.max()) + 1
    out = np.zeros(len(history.days), bool)
    for number, code in screened.left_out:
        inside = history.factors[number].codes == code
        both = np.bincount(history.patient[inside], minlength=size) > 0
        both &= np.bincount(history.patient[~inside], minlength=size) > 0
        out |= inside & both[history.patient]
    return history.keep(~out)


@dataclass(frozen=True, eq=False)
class _Equations:
    """Estimating equations in the coefficients of `terms`, those of the exposure first."""

    history: _History
    terms: list[str]

    @cached_property
    def levels(self) -> list[int]:
        """Codes of the exposure that have a coefficient."""
        exposure = self.history.factors[0]
        return [code for code, term in enumerate(exposure.terms, start=1) if term in self.terms]

    @cached_property
    def adjusting(self) -> np.ndarray:
        """Adjusters, rows × coefficients."""
        columns = [
            factor.codes == code
            for factor in self.history.factors[1:]
            for code, term in enumerate(factor.terms, start=1)
            if term in self.terms
        ]
        return np.array(columns, float).reshape(len(columns), len(self.history.days)).T

    @cached_property
    def opens(self) -> np.ndarray:
        """First row of every patient."""
        return np.flatnonzero(run_starts(self.history.patient))

    @cached_property
    def number(self) -> np.ndarray:
        """Which patient, from 0 without gaps, a row is of."""
        return np.cumsum(run_starts(self.history.patient)) - 1

    def scores(self, theta: np.ndarray) -> np.ndarray:
        """Left-hand sides by patient (patients, coefficients)."""
        history, levels = self.history, self.levels
        beta = np.zeros(len(history.factors[0].terms) + 1)
        beta[levels] = theta[: len(levels)]
        rate = np.exp(self.adjusting @ theta[len(levels) :])
        expected = history.days * rate
        until = np.cumsum(expected)
        total = until[np.append(self.opens[1:], len(until)) - 1]
        # All that is expected after a row, in days at the rate of the row.
        after = np.maximum(total[self.number] - until, 0) / rate
        weight = np.exp(-beta[history.factors[0].codes[history.row]])
        exposed = [self._exposed(level, float(np.exp(beta[level])), after, weight) for level in levels]
        return np.column_stack([*exposed, self._adjusters(expected, weight)])

    def _exposed(self, level: int, ratio: float, after: np.ndarray, weight: np.ndarray) -> np.ndarray:
        """Days s of a level: with m_s = B_s / b_s the share e^β / (e^β + m_s) falls to one day of the days s and later.

        In a row m_s goes down by one a day, so that a sum of shares is a difference of digamma functions.
        """
        history, row = self.history, self.history.row
        codes = history.factors[0].codes
        rows = np.flatnonzero(codes == level)
        shares = np.zeros(len(codes))
        shares[rows] = ratio * (psi(after[rows] + history.days[rows] + ratio) - psi(after[rows] + ratio))
        before = np.cumsum(shares) - shares
        earlier = (before - before[self.opens][self.number])[row]
        mine = np.flatnonzero(codes[row] == level)
        elapsed = (history.day - history.start[row])[mine]
        later = after[row[mine]] + history.days[row[mine]] - 1 - elapsed
        earlier[mine] += ratio * (psi(later + elapsed + 1 + ratio) - psi(later + 1 + ratio))
        score = -weight * earlier
        score[mine] += later / (later + ratio)
        return np.bincount(self.number[row], score, len(self.opens))

    def _adjusters(self, expected: np.ndarray, weight: np.ndarray) -> np.ndarray:
        """Conditional Poisson scores of infections weighted to what they were without IVIG."""
        counted = np.bincount(self.history.row, weight, len(expected))
        total = np.add.reduceat(counted, self.opens) / np.add.reduceat(expected, self.opens)
        return np.add.reduceat((counted - total[self.number] * expected)[:, None] * self.adjusting, self.opens, axis=0)

    def solve(self) -> tuple[float, float] | None:
        """Log rate ratio of the first term and its standard error by the patient sandwich; None without a solution."""
        with np.errstate(all="ignore"):
            theta = optimize.root(lambda theta: self.scores(theta).sum(axis=0), np.zeros(len(self.terms)), tol=1e-12).x
            scores = self.scores(theta)
            steps = STEP * np.eye(len(theta))
            slopes = [self.scores(theta + step).sum(axis=0) - self.scores(theta - step).sum(axis=0) for step in steps]
        far = np.abs(theta).max() > RUNAWAY
        if far or not np.abs(scores.sum(axis=0)).max() <= SOLVED * len(self.history.row):
            return None
        try:
            influence = np.linalg.solve(np.transpose(slopes) / (2 * STEP), scores.T)[0]
        except np.linalg.LinAlgError:
            return None
        return float(theta[0]), float(np.sqrt(influence @ influence))
