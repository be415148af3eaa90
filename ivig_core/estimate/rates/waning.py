"""Person-time and rates by days since the latest dose, and whether the rate rises from one dose to the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ivig_core.errors import EstimationError
from ivig_core.estimate.cells import Cells, Factor, cells
from ivig_core.estimate.contrast import NULL, OK
from ivig_core.estimate.fit import SUSPECT, Fit, fit
from ivig_core.estimate.intervals import profile
from ivig_core.estimate.likelihood import ConditionalPoisson, maximise
from ivig_core.estimate.rates.rates import rate
from ivig_core.estimate.rates.sccs import adjusters, exposure_factor
from ivig_core.persontime.block import Block
from ivig_core.persontime.days import Clock, Steps, outside
from ivig_core.persontime.doses import courses, covered, refuse_too_many
from ivig_core.persontime.split import PersonTime
from ivig_core.runs import following
from ivig_core.spec import ModelSpec
from ivig_core.terms import BEFORE_IVIG, OBSERVATION, ON, PRE, REFERENCE, WASHOUT, on_ivig_states

DOSE_DAY = "dose_day"
AFTER = (30, 60)
"""Days after the window closes with which a band off IVIG ends; the last band is open."""
OFF_BANDS = ("off_1_30", "off_31_60", "off_61_on")
OF_OBSERVATION = (BEFORE_IVIG, DOSE_DAY, *OFF_BANDS)
"""What days of observation are told apart into, in the order of their codes."""
DAYS_PER_WEEK = 7


@dataclass(frozen=True)
class Trend:
    """Rate ratio of one week more since the latest dose, among days on IVIG; None and a `note` where there is none."""

    irr: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    p_value: float | None = None
    note: str = ""


def band_names(time: PersonTime) -> tuple[str, ...]:
    """Every band that a day can be in: on IVIG from the dose on, off IVIG after it, then days without a dose before."""
    return (*on_ivig_states(time.exposure), DOSE_DAY, WASHOUT, *OFF_BANDS, BEFORE_IVIG, PRE, REFERENCE)


def by_days_since_dose(time: PersonTime) -> PersonTime:
    """The same person-time, observation cut where a day passes from one band to the next.

    `table` has the further column `band` (categories `band_names`). Days on IVIG have the level of `window_cuts` that
    they have in the case series, so that days and infections of a band are those behind its ratio; days kept apart
    before the first dose, washout and reference are bands as they are. Observation is cut by days since the latest
    window closed, which with windows of one length is the same as by days since the latest dose; dose days that
    `dose_day` = "off" makes observation are the band `dose_day`. No day is lost and none is double. Infections are 0:
    count them anew. Raises `TooManyDosesError` where courses mean too many single doses.
    """
    table, names = time.table, band_names(time)
    if table.empty:
        return replace(time, table=table.assign(band=pd.Categorical([], categories=list(names))))
    clock = Clock(time.cohort.days)
    patient = table["patient"].to_numpy(np.int64)
    start = clock.key(patient, table["start_day"].to_numpy())
    end = clock.key(patient, table["end_day"].to_numpy())
    observed = (table["state"] == OBSERVATION).to_numpy(bool)

    since = _since_window(clock, time)
    row = np.maximum(np.searchsorted(start, since.keys, side="right") - 1, 0)
    cuts = since.keys[observed[row] & (since.keys > start[row]) & (since.keys <= end[row])]
    keys = np.sort(np.concatenate([start, cuts]))
    row = np.searchsorted(start, keys, side="right") - 1
    last = np.minimum(end[row], following(keys, np.iinfo(np.int64).max) - 1)

    place = {name: number for number, name in enumerate(names)}
    of_state = np.array([place.get(name, -1) for name in table["state"].cat.categories])
    of_observation = np.array([place[name] for name in OF_OBSERVATION])
    code = np.where(observed[row], of_observation[since.at(keys)], of_state[table["state"].cat.codes.to_numpy()[row]])
    pieces = table.iloc[row].reset_index(drop=True)
    pieces["start_day"] = keys - patient[row] * clock.stride
    pieces["end_day"] = last - patient[row] * clock.stride
    pieces["days"] = last - keys + 1
    pieces["infections"] = 0
    return replace(time, table=pieces.assign(band=pd.Categorical.from_codes(code, list(names))))


def _since_window(clock: Clock, time: PersonTime) -> Steps:
    """Code into `OF_OBSERVATION` of every day, were it observation."""
    given = courses(Block(time.cohort, 0, len(time.cohort)), time.exposure)
    # A later dose with a shorter window does not close the longer one before it.
    ways = [given.lasting(given.window + after) for after in (0, *AFTER)]
    refuse_too_many(ways)
    begun = (given.patient, given.first, clock.days[given.patient] - 1)
    passed = outside(clock, [begun, *(covered(way) for way in ways)])
    # Before the first dose a day is outside all of them, on a dose day outside none.
    return Steps(passed.keys, (passed.values + 1) % len(OF_OBSERVATION))


def band_rates(time: PersonTime, rate_ci: str) -> pd.DataFrame:
    """Infections per patient-year in each band of counted person-time of `by_days_since_dose`, one row per band.

    Columns `band` and those of `estimate.rates.rate`; `ci_low`, `ci_high` as `rate_ci` says.
    """
    rows = []
    for name in band_names(time):
        part = time.table[(time.table["band"] == name).to_numpy(bool)]
        people = part.groupby("patient", sort=False)[["days", "infections"]].sum()
        rows.append({"band": name, **rate(people["infections"].to_numpy(), people["days"].to_numpy(), rate_ci)})
    return pd.DataFrame(rows)


def trend(time: PersonTime, model: ModelSpec, last_day: int) -> Trend:
    """Whether the rate on IVIG rises or falls from one dose to the next, by the self-controlled case series.

    log λ_i = φ_i + β·[on IVIG] + γ·[on IVIG]·w + adjusters, w the middle of the band of `window_cuts` in weeks since
    the latest dose (the last band ends with `last_day`). exp(γ) is the rate ratio of one week more; interval by profile
    likelihood, p by likelihood ratio with one degree of freedom. The bands have to be cut already (`time.exposure`).
    """
    data = _banded(time, model)
    bands = data.codes[:, -1]
    infections = np.bincount(bands, data.infections, len(on_ivig_states(time.exposure)) + 1)[1:]
    if len(infections) < 2:
        return Trend(note="the days on IVIG are one band, so there is no trend from dose to dose")
    if not infections.any():
        return Trend(note="no infection on IVIG, so there is no trend from dose to dose")
    try:
        without = fit(replace(data, codes=data.codes[:, :-1], factors=data.factors[:-1]))
        if without.screen.status[ON] != OK:
            raise EstimationError("no infected patient has days both on and off IVIG to compare")
        return _slope(without, data, _weeks(time.exposure.window_cuts, last_day))
    except EstimationError as error:
        return Trend(note=f"no trend from dose to dose can be estimated: {error}")


def _banded(time: PersonTime, model: ModelSpec) -> Cells:
    """Cells of the case series with one window, and the band as the last factor."""
    table, states = time.table, on_ivig_states(time.exposure)
    column = table["state"].cat
    code = np.array([states.index(name) + 1 if name in states else 0 for name in column.categories])
    factors = [exposure_factor(time, one_window=True), *adjusters(time, model.adjust_for)]
    return cells(
        table["patient"].to_numpy(),
        table["days"].to_numpy(),
        table["infections"].to_numpy(),
        [*factors, Factor("band", states, code[column.codes.to_numpy()])],
    )


def _weeks(cuts: Sequence[int], last_day: int) -> np.ndarray:
    """Middle of each band in weeks since the dose, after a 0 for days in no band."""
    firsts, lasts = np.array([0, *cuts]), np.array([*(cut - 1 for cut in cuts), last_day])
    return np.append(0, (firsts + lasts) / 2 / DAYS_PER_WEEK)


def _slope(without: Fit, data: Cells, weeks: np.ndarray) -> Trend:
    kept = data.keep(without.screen.kept())
    X = np.column_stack([kept.design(without.screen.columns), weeks[kept.codes[:, -1]]])
    likelihood = ConditionalPoisson(kept.stratum, np.log(kept.days), kept.infections, X)
    information = likelihood.null.information
    scale = np.sqrt(np.maximum(np.diag(information), NULL))
    if np.linalg.eigvalsh(information / np.outer(scale, scale))[0] < NULL:
        raise EstimationError("every infected patient has days in one band only")
    at_one_end = EstimationError("the infections on IVIG lie at one end of the time between doses")
    try:
        top = maximise([likelihood], np.append(without.maximum.beta, 0.0))
    except EstimationError as error:
        raise at_one_end from error
    if abs(top.beta[-1]) > SUSPECT:
        raise at_one_end
    last = len(top.beta) - 1
    low, high, p = profile(likelihood, top, last, float(np.sqrt(np.linalg.inv(top.information)[last, last])))
    return Trend(float(np.exp(top.beta[-1])), float(np.exp(low)), float(np.exp(high)), float(p))


def window_length(time: PersonTime) -> tuple[int, bool]:
    """Days of the longest window of the doses given, and whether all have windows of one length (0 without a dose)."""
    given = courses(Block(time.cohort, 0, len(time.cohort)), time.exposure)
    lengths = np.unique(given.window)
    return int(lengths.max(initial=0)), len(lengths) <= 1
