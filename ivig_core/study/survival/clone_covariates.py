"""What a start of IVIG is modelled on in the emulation of a trial: facts of each day, then facts of day 0."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ivig_core.cohort.cohort import Cohort
from ivig_core.estimate.survival.start_model import Pieces
from ivig_core.runs import run_ends
from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study
from ivig_core.terms import IGG_UNKNOWN, PROGRESSIVE

EARLIER_INFECTION = "earlier_infection"
LOW_IGG = 400
IGG = "igg"
NUMBERS = ("infections_prior_year", "age", "lines_of_therapy")
YES_OR_NO = ("high_risk_cytogenetics", "extramedullary_disease")
INDEX_THERAPY = "index_therapy"
IN_ORDER = (
    EARLIER_INFECTION, IGG, PROGRESSIVE, "infections_prior_year", "age", INDEX_THERAPY, "lines_of_therapy", *YES_OR_NO,
)  # fmt: skip
"""Most likely reasons to start first: what few starters leave no room for is left out from the end."""
STARTS_PER_COLUMN = 5
FEWEST_OF_A_KIND = 5
MOSTLY_MISSING, SOME_MISSING = 0.5, 0.1
NOT_RECORDED, ALIKE, TOO_MANY = "not recorded", "nearly the same for all", "too few starts for so many reasons"


@dataclass(frozen=True, eq=False)
class CloneCovariates:
    """`pieces` of the patients asked for, renumbered; `used`: what the columns are of, `left_out`: name and why."""

    pieces: Pieces
    used: tuple[str, ...]
    left_out: tuple[tuple[str, str], ...]


def clone_covariates(
    study: Study, spec: AnalysisSpec, patients: np.ndarray, until: np.ndarray, starts: int
) -> CloneCovariates:
    """Covariates of `patients` (codes) on the days 0 to `until` (last day on which each could start; −1: none).

    Of the day: an infection of any kind on it or before; functional IgG below 400 mg/dL or not known, by the rules of
    the spec for how long a value holds; a recorded progressive phase. Of day 0: infections in the prior year, age,
    index therapy (those of at least a tenth of the patients against the most frequent one), lines of therapy, high-risk
    cytogenetics, extramedullary disease. One column for each 5 of the `starts` (at least one), in that order; columns
    that fewer than 5 patients differ in are left out. A number that is missing is set to the mean, and missing in a
    tenth or more has a column of its own; missing in half or more it counts as not recorded.
    """
    patient, first, table, earlier = _days(study, spec, patients, until)
    room = max(starts // STARTS_PER_COLUMN, 1)
    columns: list[np.ndarray] = []
    used, left_out = [], []
    for name, made in _candidates(study.cohort(spec), patients, patient, table, earlier):
        useful = [column for column in made if _differs(column, patient)]
        if not made or not useful:
            left_out.append((name, ALIKE if made else NOT_RECORDED))
        elif len(columns) + len(useful) > room:
            left_out.append((name, TOO_MANY))
        else:
            columns += useful
            used.append(name)
    X = np.column_stack(columns) if columns else np.zeros((len(patient), 0))
    return CloneCovariates(Pieces(patient, first, X), tuple(used), tuple(left_out))


def _days(
    study: Study, spec: AnalysisSpec, patients: np.ndarray, until: np.ndarray
) -> tuple[np.ndarray, np.ndarray, pd.DataFrame, np.ndarray]:
    """Rows on which facts of the day are constant: patient (position), first day, states, whether after an infection.

    Every patient has one, also without a day on which to start.
    """
    plain = spec.change(
        window_cuts=(), pre_exposure_days=0, washout_days=0, exclude_first_days=0, from_first_dose=False, dose_day="on",
        igg_cuts=(LOW_IGG,), within="", adjust_for=(),
    )  # fmt: skip
    table = study.time(plain, ("phase", "igg")).table
    place = np.full(len(study.cohort(spec)), -1)
    place[patients] = np.arange(len(patients))
    infected = _first_infection(study.cohort(spec))[patients]
    of_table = place[table["patient"].to_numpy()]
    keep = np.flatnonzero((of_table >= 0) & (table["start_day"].to_numpy() <= np.maximum(until, 0)[of_table]))
    row_patient, row_first = of_table[keep], table["start_day"].to_numpy(np.int64)[keep]
    cut = np.flatnonzero((infected > 0) & (infected <= until))
    stride = int(row_first.max(initial=0)) + int(until.max(initial=0)) + 2
    inside = np.searchsorted(row_patient * stride + row_first, cut * stride + infected[cut], side="right") - 1
    patient = np.concatenate([row_patient, cut])
    first = np.concatenate([row_first, infected[cut].astype(np.int64)])
    source = np.concatenate([keep, keep[inside.astype(np.int64)]])
    order = np.lexsort((first, patient))
    order = order[run_ends(patient[order], first[order])]
    patient, first = patient[order], first[order]
    return patient, first, table.iloc[source[order]], infected[patient] <= first


def _first_infection(cohort: Cohort) -> np.ndarray:
    """Day of the first recorded infection of any kind, also one before day 0; infinite without one."""
    first = np.full(len(cohort), np.inf)
    np.minimum.at(first, cohort.infection["patient"].to_numpy(), cohort.infection["day"].to_numpy(float))
    return first


def _candidates(
    cohort: Cohort, patients: np.ndarray, patient: np.ndarray, table: pd.DataFrame, earlier: np.ndarray
) -> Iterator[tuple[str, list[np.ndarray]]]:
    """Name and columns (rows) of each, no column where nothing is recorded."""
    igg = table["igg"]
    known = igg.cat.categories[:2]
    of_day: dict[str, list[np.ndarray]] = {
        EARLIER_INFECTION: [earlier.astype(float)],
        IGG: [(igg == known[0]).to_numpy(float), (igg == IGG_UNKNOWN).to_numpy(float)]
        if igg.isin(known).any() else [],
        PROGRESSIVE: [(table["phase"] == PROGRESSIVE).to_numpy(float)] if cohort.records_phase else [],
    }  # fmt: skip
    of_kind: dict[str, Callable[[pd.Series], list[np.ndarray]]] = {
        **dict.fromkeys(NUMBERS, _number),
        **dict.fromkeys(YES_OR_NO, _yes),
        INDEX_THERAPY: _therapies,
    }
    for name in IN_ORDER:
        if name in of_day:
            yield name, of_day[name]
            continue
        values = cohort.patients[name] if name in cohort.patients else pd.Series(np.nan, index=cohort.patients.index)
        mine = values.iloc[patients]
        made = of_kind[name](mine) if len(mine) and mine.isna().mean() < MOSTLY_MISSING else []
        yield name, [column[patient] for column in made]


def _number(values: pd.Series) -> list[np.ndarray]:
    number = values.to_numpy(float)
    missing = np.isnan(number)
    filled = np.where(missing, np.nanmean(number), number)
    return [filled, missing.astype(float)] if missing.mean() >= SOME_MISSING else [filled]


def _yes(values: pd.Series) -> list[np.ndarray]:
    missing = values.isna().to_numpy()
    yes = (values == "yes").to_numpy(float, na_value=0.0)
    return [yes, missing.astype(float)] if missing.mean() >= SOME_MISSING else [yes]


def _therapies(values: pd.Series) -> list[np.ndarray]:
    shares = values.value_counts(normalize=True)
    others = [name for name in shares.index[1:] if shares[name] >= SOME_MISSING]
    return [(values == name).to_numpy(float, na_value=0.0) for name in others] or [np.zeros(len(values))]


def _differs(column: np.ndarray, patient: np.ndarray) -> bool:
    """Whether at least 5 patients lie on either side of the mean on some day."""
    if not len(column):
        return False
    above = column > column.mean()
    return min(len(np.unique(patient[above])), len(np.unique(patient[~above]))) >= FEWEST_OF_A_KIND
