"""The process of infections and IVIG fitted to a cohort, and how surely it is known."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from scipy.special import gammaln

from ivig_core.estimate.whatif.null.process import (
    AGAIN,
    AT_LAGS,
    AT_RESTARTS,
    AT_STARTS,
    AT_TIMES,
    LAG_EDGES,
    LAGS,
    LOG_RATIO,
    LONGEST_LAG,
    PARAMETERS,
    RESTART_BANDS,
    RESTARTS,
    START_EDGES,
    STARTS,
    TIME_EDGES,
    TIMES,
    Floats,
    Histories,
    Whole,
    inside,
    piece,
    process,
)  # fmt: skip
from ivig_core.estimate.whatif.null.tally import first_doses, latest_dose, on_ivig
from ivig_core.lazy import library

optimize = library("scipy.optimize")

SPREAD_TIMES, SPREAD_STARTS, SPREAD_RESTARTS, SPREAD_LAGS, SPREAD_AGAIN, SPREAD_SHAPE = 0.5, 1.0, 1.0, 1.5, 0.7, 1.0
"""Standard deviations of the logarithms of neighbouring pieces, of `again` around 1, of the shape around `SHAPE`: a
cohort of 43 patients says little of each, and without them some would run away."""
SHAPE = 3.0
STEP, HESSIAN_STEP = 1e-5, 1e-3
SHALLOWEST = 0.25
"""Least curvature of the log-likelihood in any direction: no parameter is taken as less sure than a factor of 7."""
WIDEST = 3.0


class Evidence:
    """What the likelihood of the process needs to know of a cohort, computed once.

    Patients whose first dose lies in follow-up enter conditional on having one by the end of it, because patients are
    in the analysis for that reason; of the others the first dose is taken as given.
    """

    def __init__(self, histories: Histories) -> None:
        self.histories = histories
        n = len(histories)
        on, begins, ends = on_ivig(histories)
        patient, day = histories.infection_patient, histories.infection_day
        self.infections = np.bincount(patient, minlength=n).astype(float)
        self.on = float(on.sum())
        self.by_time = np.bincount(piece(TIME_EDGES, day), minlength=TIMES).astype(float)
        self.days_on = _added(histories.dose_patient, inside(TIME_EDGES, ends) - inside(TIME_EDGES, begins), n)
        self.days_off = inside(TIME_EDGES, histories.days) - self.days_on
        self._starts(first_doses(histories))
        self._courses()

    def _starts(self, first: Whole) -> None:
        """Hazard at the first dose, and accumulated until it and until the end of follow-up, as sums of parameters."""
        n, days = len(self.histories), self.histories.days
        patient, day = self.histories.infection_patient, self.histories.infection_day
        self.later = first > 0
        early = day < first[patient]
        lag, who = (first[patient] - day)[early], patient[early]
        started = np.eye(STARTS)[piece(START_EDGES, np.maximum(first, 0))]
        self.at_start = np.concatenate([started, _added(who, _lag_of(lag), n)], axis=1)[self.later]
        until = _added(who, inside(LAG_EDGES, lag), n)
        self.until_start = np.concatenate([inside(START_EDGES, first), until], axis=1)[self.later]
        end = days[self.later]
        self.until_end, self.time_to_end = inside(START_EDGES, end), inside(TIME_EDGES, end)
        self.last_band = piece(TIME_EDGES, end - 1)

    def _courses(self) -> None:
        """Ends of courses: how often a course stops, the intervals within one, and what came after each."""
        histories = self.histories
        doses, dose_day = histories.dose_patient, histories.dose_day
        same = np.append(doses[1:] == doses[:-1], False)
        following = np.where(same, np.append(dose_day[1:], 0), histories.days[doses])
        interval, longest = following - dose_day, histories.stop_after
        within = interval[same & (interval <= longest)]
        self.intervals: Whole = within if len(within) else np.array([min(28, longest)])
        stopped = np.flatnonzero(interval > longest)
        unknown = int((~same & (interval <= longest)).sum())
        self.stop = (len(stopped) + 0.5) / (len(doses) - unknown + 1.0)
        self.restarted = same[stopped]
        wait = interval[stopped] - longest
        self.at_restart, self.until_restart = np.eye(RESTARTS)[piece(RESTART_BANDS, wait)], inside(RESTART_BANDS, wait)

        number = np.full(len(doses), -1)
        number[stopped] = np.arange(len(stopped))
        latest = latest_dose(histories)
        after = (latest >= 0) & (histories.infection_day > dose_day[latest])
        ending = np.where(after, number[latest], -1)
        ending, day = ending[ending >= 0], histories.infection_day[ending >= 0]
        lag = following[stopped][ending] - day
        begun = np.maximum(dose_day[stopped][ending] + longest - day, 0)
        self.lag_at_restart = _added(ending, _lag_of(lag), len(stopped))
        waited = np.maximum(inside(LAG_EDGES, lag) - inside(LAG_EDGES, begun), 0)
        self.lag_until_restart = _added(ending, waited, len(stopped))

    @cached_property
    def lags(self) -> Floats:
        """Days in each band of `LAG_EDGES` by the days since an infection (1..60)."""
        return inside(LAG_EDGES, np.arange(1, LONGEST_LAG + 1))

    def minus_log_likelihood(self, vector: Floats) -> Floats:
        """Minus the penalised log-likelihood of each parameter vector (sets, `PARAMETERS`)."""
        value = self._infections(vector) + self._first(vector) + self._again(vector)
        return np.asarray(0.5 * _penalty(vector) - value)

    def _infections(self, vector: Floats) -> Floats:
        """Negative binomial: Poisson infections whose rates differ between patients as a gamma distribution does."""
        model = process(vector)
        exposure = model.times @ self.days_off.T + np.exp(model.log_ratio)[:, None] * (model.times @ self.days_on.T)
        shape = model.shape[:, None] + self.infections
        inverse = model.shape / model.rate
        value = (gammaln(shape) - shape * np.log(inverse[:, None] + exposure)).sum(axis=1)
        value += len(self.histories) * (model.shape * np.log(inverse) - gammaln(model.shape))
        return np.asarray(value + model.log_ratio * self.on + np.log(model.times) @ self.by_time)

    def _first(self, vector: Floats) -> Floats:
        """Density of the first dose given infections, over the chance of one by the end of follow-up.

        An infection at u days before day T has not brought IVIG on by T with probability exp(−G(u)); over Poisson
        infections with gamma rates the chance that neither they nor anything else has is
        exp(−H(T)) (1 + A(T) rate / shape)^−shape, A(T) = Σ over days of (1 − exp(−G(T − day))) × factor of time.
        """
        if not self.later.any():
            return np.zeros(len(vector))
        model = process(vector)
        hazard = np.concatenate([model.starts, model.lags], axis=1)
        value = np.log(hazard @ self.at_start.T).sum(axis=1) - (hazard @ self.until_start.T).sum(axis=1)
        missed = np.exp(-(model.lags @ self.lags.T))
        short = (missed - missed[:, -1:]).sum(axis=1)
        brought = (1 - missed[:, -1])[:, None] * (model.times @ self.time_to_end.T)
        brought = np.maximum(brought - model.times[:, self.last_band] * short[:, None], 0)
        spread = np.log1p(brought * (model.rate / model.shape)[:, None])
        never = -(model.starts @ self.until_end.T) - model.shape[:, None] * spread
        return np.asarray(value - np.log(-np.expm1(np.minimum(never, -1e-9))).sum(axis=1))

    def _again(self, vector: Floats) -> Floats:
        """Density of restarts after the end of a course."""
        if not len(self.restarted):
            return np.zeros(len(vector))
        model = process(vector)
        lags = model.again[:, None] * model.lags
        hazard = model.restarts @ self.at_restart.T + lags @ self.lag_at_restart.T
        waited = model.restarts @ self.until_restart.T + lags @ self.lag_until_restart.T
        return np.asarray(np.log(hazard[:, self.restarted]).sum(axis=1) - waited.sum(axis=1))


def fit(evidence: Evidence) -> Floats:
    """The parameter vector of the greatest penalised likelihood."""
    histories = evidence.histories
    begin = np.zeros(PARAMETERS)
    begin[0], begin[1] = np.log(max(float(evidence.infections.sum()), 0.5) / histories.days.sum()), np.log(SHAPE)
    begin[AT_STARTS.start : AT_RESTARTS.stop] = -np.log(max(float(histories.days.mean()), 30.0))
    offsets = np.concatenate([np.zeros((1, PARAMETERS)), STEP * np.eye(PARAMETERS)])

    def value(vector: Floats) -> tuple[float, Floats]:
        found = evidence.minus_log_likelihood(vector + offsets)
        return float(found[0]), (found[1:] - found[0]) / STEP

    bounds = [(-12, 0), (-1, 4), *[(-2, 2)] * (TIMES - 1), *[(-13, 0)] * STARTS, *[(-12, -1.5)] * LAGS,
              *[(-13, 0)] * RESTARTS, (-3, 3), (-4, 4)]  # fmt: skip
    found = optimize.minimize(
        value, begin, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 60, "ftol": 1e-6}
    )
    return np.asarray(found.x)


def plausible(evidence: Evidence, best: Floats, number: int, rng: np.random.Generator) -> Floats:
    """`number` parameter vectors that the cohort does not speak against: normal around `best`, with its curvature.

    They come in pairs on either side of it, so that their mean is `best`.
    """
    curvature, directions = np.linalg.eigh(_hessian(evidence, best))
    drawn = rng.standard_normal((-(-number // 2), PARAMETERS)) / np.sqrt(np.maximum(curvature, SHALLOWEST))
    vectors = best + np.concatenate([drawn, -drawn])[:number] @ directions.T
    vectors[:, 0] = np.clip(vectors[:, 0], best[0] - 1.5, best[0] + 1.5)
    vectors[:, 1] = np.clip(vectors[:, 1], -1, 4)
    vectors[:, AT_LAGS] = np.clip(vectors[:, AT_LAGS], -13, -2)
    vectors[:, LOG_RATIO] = np.clip(vectors[:, LOG_RATIO], -WIDEST, WIDEST)
    return np.asarray(vectors)


def _hessian(evidence: Evidence, best: Floats) -> Floats:
    """Second derivatives of minus the log-likelihood, by central differences, all of them in three evaluations."""
    steps = np.eye(PARAMETERS) * HESSIAN_STEP
    rows, columns = np.triu_indices(PARAMETERS, 1)
    middle = evidence.minus_log_likelihood(best[None])[0]
    one = [evidence.minus_log_likelihood(best + sign * steps) - middle for sign in (1, -1)]
    two = [evidence.minus_log_likelihood(best + sign * (steps[rows] + steps[columns])) - middle for sign in (1, -1)]
    hessian = np.diag(one[0] + one[1])
    mixed = (sum(two) - sum(part[rows] + part[columns] for part in one)) / 2
    hessian[rows, columns] = hessian[columns, rows] = mixed
    return np.asarray(hessian / HESSIAN_STEP**2)


def _penalty(vector: Floats) -> Floats:
    times = np.concatenate([np.zeros((len(vector), 1)), vector[:, AT_TIMES]], axis=1)
    value = ((vector[:, 1] - np.log(SHAPE)) / SPREAD_SHAPE) ** 2 + (vector[:, AGAIN] / SPREAD_AGAIN) ** 2
    smooth = (
        (times, SPREAD_TIMES), (vector[:, AT_STARTS], SPREAD_STARTS),
        (vector[:, AT_RESTARTS], SPREAD_RESTARTS), (vector[:, AT_LAGS], SPREAD_LAGS),
    )  # fmt: skip
    return np.asarray(value + sum(((np.diff(part, axis=1) / spread) ** 2).sum(axis=1) for part, spread in smooth))


def _lag_of(lag: Whole) -> Floats:
    """In which band of `LAG_EDGES` each lag (1 and more) lies, as indicators; none beyond them."""
    return np.eye(LAGS + 1)[np.searchsorted(LAG_EDGES[1:], lag)][:, :LAGS]


def _added(entry: Whole, rows: Floats, number: int) -> Floats:
    """Sums of `rows` by entry: (number, columns)."""
    return np.stack([np.bincount(entry, column, number) for column in rows.T], axis=1)
