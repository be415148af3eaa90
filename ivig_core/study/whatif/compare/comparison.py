"""Two analyses of a cohort side by side, and how far apart they are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ivig_core.errors import EstimationError
from ivig_core.estimate.fit import Fit, fit
from ivig_core.estimate.intervals import Z, wald
from ivig_core.estimate.rates.rates import log_rate_variance, period_of, periods, rate
from ivig_core.estimate.rates.sccs import sccs_cells
from ivig_core.estimate.survival.tables import SurvivalTables
from ivig_core.estimate.whatif.resample import log_rates, log_ratios
from ivig_core.spec import AnalysisSpec
from ivig_core.study.rates.forest import forest
from ivig_core.study.rates.intervals_in_force import BECAUSE
from ivig_core.study.study import Study
from ivig_core.study.whatif.compare.pair import (
    FEW,
    FEWEST,
    INDEPENDENT,
    OK,
    Pair,
    Side,
    drawn,
    limits,
    quotient,
    row_of,
    same,
)
from ivig_core.study.whatif.compare.survival import survival_rows
from ivig_core.terms import OBSERVATION, ON

ENDS = ("no_events_exposed", "no_events_reference")
RATE_ON, RATE_OFF, RATIO = "rate_on", "rate_off", "ratio"
COLUMNS = (
    "measure", "group", "days", "a_patients", "b_patients", "a", "a_low", "a_high", "b", "b_low", "b_high",
    "a_status", "b_status", "change", "ci_low", "ci_high", "p_value", "method", "note",
)  # fmt: skip
TEXTS = ("measure", "group", "a_status", "b_status", "method", "note")
WITHOUT = ("A has no such estimate", "B has no such estimate", "neither has such an estimate")
NO_DAYS = ("no such day in A", "no such day in B", "no such day in A or B")
NOBODY_INFECTED = ("no such infection in A", "no such infection in B", "no such infection in A or B")
AT_AN_END = ("the ratio of A is 0 or ∞", "the ratio of B is 0 or ∞", "both ratios are 0 or ∞")


@dataclass(frozen=True, eq=False)
class Comparison:
    """What A and B give, and how far apart they are.

    `rows`: one per measure in the columns `COLUMNS`. `measure`: rate on and off IVIG (per patient-year), rate ratio
    within patients, and for each `group` of survival that both have the share without the event at `days` and the mean
    number of days without it up to `days`. `a_patients`, `b_patients`: patients in such a group (NaN in other rows).
    `a`, `b` with their 95 % limits; `change` is B against A: the quotient of rates and ratios, the difference of shares
    and days, with limits and p. `method`: "same" where A and B do not differ in anything that the measure depends on,
    "independent" where they share no patient, "bootstrap" (patients drawn with replacement, the same for A and B) where
    they do. A number that cannot be told is NaN and `note` says why.

    `only_a`, `both`, `only_b`: patients analysed. `survival`: the curves of both, groups named "a:<group>" and
    "b:<group>", without a test, because patients may be in both; None where there are none or they do not differ.
    `draws`: how often patients were drawn, 0 where they were not. `notes`: what has to be said of them.
    """

    rows: pd.DataFrame
    survival: SurvivalTables | None
    only_a: int
    both: int
    only_b: int
    draws: int
    notes: tuple[str, ...]

    @property
    def overlap(self) -> bool:
        """Whether a patient is in both."""
        return self.both > 0


def compare(study: Study, a: AnalysisSpec, b: AnalysisSpec) -> Comparison:
    """`a` and `b` on the same cohort; the window on IVIG is one also where `window_cuts` split it.

    Raises `SpecError` for a filter that does not fit the cohort.
    """
    a, b = a.change(window_cuts=()), b.change(window_cuts=())
    return study.once("compare", a, b, make=lambda: _compare(study, a, b))


def _compare(study: Study, a: AnalysisSpec, b: AnalysisSpec) -> Comparison:
    index = pd.Index(study.full.patients["patient_id"])
    sides = [
        Side(study, spec, index.get_indexer(study.cohort(spec).patients["patient_id"]))
        for spec in (a, b)
    ]  # fmt: skip
    shared = len(np.intersect1d(sides[0].places, sides[1].places))
    pair = Pair(sides[0], sides[1], shared > 0)
    weights = pair.weights() if shared else np.zeros((0, 0))
    rows = [*_rates(pair, weights), _ratio(pair, weights)]
    survival, curves_of_both, notes = survival_rows(pair, weights)
    table = pd.DataFrame([*rows, *survival], columns=list(COLUMNS))
    numbers = [name for name in COLUMNS if name not in TEXTS]
    return Comparison(
        table.astype(dict.fromkeys(numbers, float)),
        curves_of_both,
        len(sides[0].places) - shared,
        shared,
        len(sides[1].places) - shared,
        len(weights),
        (*notes, *_kinds(pair)),
    )


def _kinds(pair: Pair) -> Iterator[str]:
    """Which of the two ratios has a robust interval because infections bring infections."""
    sides = {"A": pair.a, "B": pair.b}
    robust = [
        name for name, side in sides.items() if forest(side.study, side.spec, "overall")["note"].iloc[0] == BECAUSE
    ]
    if robust:
        whose = "of both ratios are" if len(robust) == 2 else f"of the ratio of {robust[0]} alone are"
        yield f"Limits {whose} robust ones: infections lie closer together there than chance puts them."


def _rates(pair: Pair, weights: np.ndarray) -> Iterator[dict[str, object]]:
    for measure, period in ((RATE_ON, ON), (RATE_OFF, OBSERVATION)):
        tables = [_of_patients(side, period) for side in (pair.a, pair.b)]
        one, two = (
            rate(infections[days > 0], days[days > 0], side.spec.model.rate_ci)
            for side, (infections, days) in zip((pair.a, pair.b), tables, strict=True)
        )
        row = row_of(measure, "", np.nan, limits(one, "rate"), limits(two, "rate"))
        if _time_parts(pair.a) == _time_parts(pair.b):
            yield row | same(one["rate"])
        elif note := _which(NO_DAYS, [not each["person_days"] for each in (one, two)]):
            yield row | {"note": note}
        elif note := _which(NOBODY_INFECTED, [not each["rate"] for each in (one, two)]):
            yield row | {"change": quotient(one["rate"], two["rate"]), "note": note}
        elif not pair.overlap:
            yield row | _independent_rates(tables)
        else:
            draws = [log_rates(*table, weights) for table in tables]
            few = min(int((days > 0).sum()) for _, days in tables)
            yield row | drawn(quotient(one["rate"], two["rate"]), draws, np.exp, few)


def _which(said: tuple[str, str, str], of: list[bool]) -> str:
    """What is to be said where it holds of A, of B or of both; empty where of neither."""
    return said[2] if all(of) else said[of.index(True)] if any(of) else ""


def _time_parts(side: Side) -> tuple[object, ...]:
    spec = side.spec
    return spec.selection, spec.exposure, spec.endpoint, spec.model.population


def _of_patients(side: Side, period: str) -> tuple[np.ndarray, np.ndarray]:
    """Infections and days in a period of every patient of the full cohort."""
    time, population = side.time, side.spec.model.population
    names = periods(time, population)
    rows = period_of(time, population) == (names.index(period) if period in names else -2)
    at = side.places[time.table["patient"].to_numpy()[rows]]
    full = len(side.study.full)
    return (
        np.bincount(at, time.table["infections"].to_numpy(float)[rows], full),
        np.bincount(at, time.table["days"].to_numpy(float)[rows], full),
    )


def _independent_rates(tables: list[tuple[np.ndarray, np.ndarray]]) -> dict[str, object]:
    """Quotient of two rates of different patients, never with less variance than that of Poisson counts."""
    logs, variance = [], 0.0
    for infections, days in tables:
        count, total, there = infections.sum(), days.sum(), days > 0
        if count < FEWEST or there.sum() < FEWEST:
            return {"change": quotient(*(i.sum() / d.sum() for i, d in tables)), "method": INDEPENDENT, "note": FEW}
        variance += max(log_rate_variance(infections[there], days[there]), 1 / count)
        logs.append(np.log(count / total))
    low, high, p = wald(logs[1] - logs[0], float(np.sqrt(variance)))
    return {
        "change": np.exp(logs[1] - logs[0]), "ci_low": np.exp(low), "ci_high": np.exp(high), "p_value": p,
        "method": INDEPENDENT,
    }  # fmt: skip


def _ratio(pair: Pair, weights: np.ndarray) -> dict[str, object]:
    one, two = (forest(side.study, side.spec, "overall").iloc[0] for side in (pair.a, pair.b))
    row = row_of(RATIO, "", np.nan, limits(one, "irr"), limits(two, "irr"), (one["status"], two["status"]))
    if (*_time_parts(pair.a), pair.a.spec.model) == (*_time_parts(pair.b), pair.b.spec.model):
        return row | same(one["irr"] if one["status"] == OK else np.nan, one["note"])
    fits = [_fit(side) for side in (pair.a, pair.b)]
    if any(item is None or ON not in item.terms for item in fits) or (one["status"], two["status"]) != (OK, OK):
        statuses = (one["status"], two["status"])
        none = _which(WITHOUT, [status not in (OK, *ENDS) for status in statuses])
        return row | {"note": none or _which(AT_AN_END, [status in ENDS for status in statuses]) or WITHOUT[2]}
    change = float(two["irr"] / one["irr"])
    if not pair.overlap:
        return row | _independent_ratios(change, one, two)
    draws = [
        log_ratios(item, ON, side.places, weights)
        for item, side in zip(fits, (pair.a, pair.b), strict=True)
        if item is not None
    ]
    few = min(item.screen.informative[ON] for item in fits if item is not None)
    return row | drawn(change, draws, np.exp, few)


def _independent_ratios(change: float, one: pd.Series, two: pd.Series) -> dict[str, object]:
    """Interaction of two groups without a common patient, each with adjusters of its own (Altman & Bland, BMJ
    2003;326:219)."""
    fits = [(np.log(row["irr"]), _standard_error(row)) for row in (one, two)]
    low, high, p = wald(fits[1][0] - fits[0][0], float(np.hypot(fits[0][1], fits[1][1])))
    return {
        "change": change, "ci_low": np.exp(low), "ci_high": np.exp(high), "p_value": p, "method": INDEPENDENT,
    }  # fmt: skip


def _standard_error(row: pd.Series) -> float:
    """That of a log ratio; from the limits of the interval, where it is not given, as that of a normal one."""
    return float((np.log(row["ci_high"]) - np.log(row["ci_low"])) / (2 * Z))


def _fit(side: Side) -> Fit | None:
    try:
        return fit(sccs_cells(side.time, side.spec.model))
    except EstimationError:
        return None
