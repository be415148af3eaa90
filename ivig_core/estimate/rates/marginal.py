"""What the models of a rate ratio share that compare patients with each other, not only within patients."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
import pandas as pd

from ivig_core.estimate.cells import Factor
from ivig_core.estimate.contrast import NO_CONTRAST, NO_CONVERGENCE, NO_EXPOSED, NO_REFERENCE, OK
from ivig_core.estimate.fit import ALIKE
from ivig_core.estimate.intervals import differ_too_little, student
from ivig_core.estimate.rates.rates import FEWEST_CLUSTERS
from ivig_core.estimate.rates.sccs import NOT_RECORDED, UNKNOWN, adjusters, exposure_factor
from ivig_core.estimate.result import RatioRow, ratio_table
from ivig_core.persontime.split import PersonTime
from ivig_core.terms import REFERENCE

FEWEST_DF = 3
"""Patients less coefficients: what 5 patients have for one ratio. The t quantile of 1 or 2 is 13 or 4."""
NO_DAYS, NO_IVIG, NO_INFECTION = "no day is left to analyse", "no patient had IVIG", "no infection: nothing to compare"
WITHOUT = {NO_EXPOSED: "no infection in this level", NO_REFERENCE: "no infection in the reference level"}
ONE_ALONE = "this ratio rests on one patient alone, which gives no robust interval: Wald interval"
SWOLLEN = (
    "one patient weighs so much that most of the robust variance would be its own correction for few patients: "
    "Wald interval, which takes the infections of a patient as independent"
)
NO_BOUND = "a robust interval rests on infections on both sides, so there is none"


@dataclass(frozen=True, eq=False)
class Entered:
    """What enters a model: person-time of its population, the factors of its terms, and what is known before a fit.

    `why_none`: the sentence for all terms where nothing can be compared, else empty.
    """

    time: PersonTime
    factors: list[Factor]
    why_none: str = ""

    @property
    def patient(self) -> np.ndarray:
        return self.time.table["patient"].to_numpy()

    @property
    def infections(self) -> np.ndarray:
        return self.time.table["infections"].to_numpy()

    @property
    def people(self) -> int:
        """Patients with a day in the model."""
        return len(np.unique(self.patient))

    @property
    def infected(self) -> int:
        """Patients with an infection."""
        return len(np.unique(self.patient[self.infections > 0]))

    @property
    def terms(self) -> list[str]:
        return [term for factor in self.factors for term in factor.terms]


@dataclass(frozen=True, eq=False)
class Estimates:
    """What a fit found, by term.

    `beta` and the standard errors `naive` (of the model) and `robust` (by patient, NaN where there is none) are of the
    coefficients `fitted`, terms in order. `kind` says what the robust ones are, `why_wald` by term why it has none.
    `df`: degrees of freedom of their t quantiles, infinite for normal ones. `status` and `note` of the terms without an
    estimate; `when` is said after "no infection in this level" where the model looks at some times only.
    """

    status: Mapping[str, str]
    note: Mapping[str, str] = field(default_factory=dict)
    fitted: Sequence[str] = ()
    beta: np.ndarray = field(default_factory=lambda: np.zeros(0))
    naive: np.ndarray = field(default_factory=lambda: np.zeros(0))
    robust: np.ndarray = field(default_factory=lambda: np.zeros(0))
    kind: str = ""
    why_wald: Mapping[str, str] = field(default_factory=dict)
    df: float = np.inf
    when: str = ""


class Level(NamedTuple):
    """Days in a level and outside it, patients with an infection who have both, the fewer of patients on a side."""

    days: int
    others: int
    informative: int
    fewest: int


def enter(time: PersonTime, population: str, adjust_for: Collection[str]) -> Entered:
    """Person-time of a population ("exposed" or "all") with the factors of its model, those of the exposure first.

    "exposed" leaves out patients who never had IVIG; with "all" their days are observation.
    """
    table = time.table
    if population == "exposed":
        table = table[(table["state"] != REFERENCE).to_numpy(bool)].reset_index(drop=True)
    part = replace(time, table=table)
    why = NO_INFECTION if not part.infections else ""
    if table.empty:
        why = NO_DAYS if time.table.empty else NO_IVIG
    return Entered(part, [exposure_factor(part), *adjusters(part, adjust_for)], why)


def too_few(entered: Entered, patients: int, coefficients: int) -> str:
    """Why a model of so many patients has no robust interval; empty where they are enough."""
    if entered.infected < FEWEST_CLUSTERS:
        return f"fewer than {FEWEST_CLUSTERS} patients with an infection, too few for a robust interval: Wald interval"
    if patients - coefficients < FEWEST_DF:
        return f"{patients} patients for {coefficients} coefficients, too few for a robust interval: Wald interval"
    return ""


def ratios(model: str, entered: Entered, found: Estimates, infections: int, said: str = "") -> pd.DataFrame:
    """Tidy table of a model, one row per term in the columns of `result.RatioRow`.

    `infections`: how many the model counts; `said` stands in the note of every term with an estimate.
    """
    unrecorded = _unrecorded(entered)
    rows = []
    for factor in entered.factors:
        for term, level in zip(factor.terms, _levels(entered, factor), strict=True):
            row = RatioRow(
                model, term, found.status[term], patients=entered.people, patients_with_infection=entered.infected,
                informative_patients=level.informative, infections=infections,
            )  # fmt: skip
            if row.status == OK:
                rows.append(_estimated(row, found, level, said))
                continue
            note = unrecorded.get(term) or _why_not(entered, found, term, level)
            zero = 0.0 if row.status == NO_EXPOSED else None
            rows.append(replace(row, note=note, irr=zero, ci_low=zero))
    return ratio_table(rows)


def _why_not(entered: Entered, found: Estimates, term: str, level: Level) -> str:
    """Why a term has no estimate."""
    status, note = found.status[term], found.note.get(term, "")
    if status in WITHOUT:
        return f"{WITHOUT[status]}{found.when}; {NO_BOUND}"
    if status != NO_CONTRAST:
        return note
    if entered.why_none or (level.days and level.others):
        return entered.why_none or note
    return "every day is in this level" if level.days else "no day is in this level"


def no_convergence(entered: Entered, reason: str) -> Estimates:
    """Every term without an estimate for one reason."""
    return Estimates(dict.fromkeys(entered.terms, NO_CONVERGENCE), dict.fromkeys(entered.terms, reason))


def _estimated(row: RatioRow, found: Estimates, level: Level, said: str) -> RatioRow:
    index = list(found.fitted).index(row.term)
    log_irr, se, robust = (float(values[index]) for values in (found.beta, found.naive, found.robust))
    method, note, df = "wald", _why_wald(row, found, robust, se, level), np.inf
    if not note:
        method, note, se, df = "robust", found.kind, robust, found.df
    low, high, p = student(log_irr, se, df)
    return replace(
        row, log_irr=log_irr, se=se, irr=float(np.exp(log_irr)), ci_low=float(np.exp(low)), ci_high=float(np.exp(high)),
        p_value=p, ci_method=method, note="; ".join(filter(None, (note, said))),
    )  # fmt: skip


def _why_wald(row: RatioRow, found: Estimates, robust: float, naive: float, level: Level) -> str:
    if np.isnan(robust):
        return found.why_wald.get(row.term, ONE_ALONE)
    if level.fewest < 2:
        return ONE_ALONE
    return ALIKE if differ_too_little(robust, naive, row.patients_with_infection) else ""


def _levels(entered: Entered, factor: Factor) -> list[Level]:
    patient, days = entered.patient, entered.time.table["days"].to_numpy()
    size = int(patient.max(initial=-1)) + 1
    infected = np.bincount(patient, entered.infections, size) > 0
    everything = np.bincount(patient, days, size)
    out = []
    for code in range(1, len(factor.terms) + 1):
        inside = np.bincount(patient, days * (factor.codes == code), size)
        has, lacks = inside > 0, inside < everything
        sums = int(inside.sum()), int((everything - inside).sum()), int((infected & has & lacks).sum())
        out.append(Level(*sums, fewest=int(min(has.sum(), lacks.sum()))))
    return out


def _unrecorded(entered: Entered) -> dict[str, str]:
    """Terms of adjusters on which the file holds nothing, with the sentence that says so."""
    table = entered.time.table
    return {
        term: NOT_RECORDED[factor.name]
        for factor in entered.factors
        if factor.name in NOT_RECORDED and len(table) and (table[factor.name] == UNKNOWN[factor.name]).all()
        for term in factor.terms
    }
