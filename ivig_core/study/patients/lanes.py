"""One lane per patient: what a swimmer plot draws, for one page of patients."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ivig_core.cohort.cohort import Cohort
from ivig_core.spec import AnalysisSpec
from ivig_core.study.patients.lane_order import DEFAULT, infections_in_time, ordered
from ivig_core.study.study import Study
from ivig_core.terms import PROGRESSIVE

PER_PAGE = 43
MOST_MARKS = 500
"""Marks of a kind in a lane: more would lie on each other, and a file can hold thousands of rows of one patient."""


@dataclass(frozen=True, eq=False)
class Lanes:
    """A page of lanes; `lane` counts from 0 at the top.

    - `patients`, one row per lane: `lane`, `patient` (code), `patient_id`, `group` (text, missing without groups or
      where not known), `days` (follow-up), `days_on`, `treated` (had IVIG in follow-up), `infections`, `last_day` (last
      day known of: death and last contact may come after follow-up), `died` (bool).
    - `segments`: `lane`, `patient`, `start_day`, `end_day` (both inside), `days`, `infections`, `state`. Days left out
      of the analysis have none.
    - `infections`, one row per lane and day: `lane`, `patient`, `day`, `grade` (the highest; NaN = unknown), `count`,
      `facts` (a tuple of one text per infection).
    - `marks`: `lane`, `patient`, `day`, `kind` ("progression", "death", "followed": alive on the last day known of). Of
      more than `MOST_MARKS` of a kind in a lane, the first in each `MOST_MARKS`-th part of the days known of.

    `states`: those of the exposure definition in their order. `shown` are the lanes of this page, `matching` patients
    pass the search, `total` have a day in the analysis, `treated_total` of them had IVIG, with `infections_total`
    infections.
    """

    patients: pd.DataFrame
    segments: pd.DataFrame
    infections: pd.DataFrame
    marks: pd.DataFrame
    states: tuple[str, ...]
    group: str | None
    landmark_day: int
    sort: str
    page: int
    pages: int
    matching: int
    total: int
    treated_total: int
    infections_total: int
    synthetic: bool = False

    @property
    def shown(self) -> int:
        return len(self.patients)


def lanes(
    study: Study,
    spec: AnalysisSpec,
    *,
    group: str | None = None,
    sort: str = DEFAULT,
    search: str = "",
    page: int = 0,
    per_page: int = PER_PAGE,
) -> Lanes:
    """Lanes of the patients of an analysis: by group, then by `sort` (of `lane_order.SORTS`), `per_page` to a page.

    `group`: one of `spec.IVIG_GROUPS` or a baseline variable. `search`: part of a patient id, upper or lower case
    alike. A page beyond the last gives the last.

    Raises `SpecError` for a `sort` or `group` that does not exist.
    """
    time, infections = study.time(spec), infections_in_time(study, spec)
    here, found = ordered(study, spec, group, sort, search)
    pages = max(1, -(-len(found) // per_page))
    page = min(max(page, 0), pages - 1)
    chosen = found.iloc[page * per_page : (page + 1) * per_page].reset_index(drop=True)
    chosen.insert(0, "lane", np.arange(len(chosen)))
    lane = np.full(len(time.cohort), -1)
    lane[chosen["patient"].to_numpy()] = chosen["lane"].to_numpy()
    return Lanes(
        patients=chosen[
            ["lane", "patient", "patient_id", "group", "days", "days_on", "treated", "infections", "last_day", "died"]
        ],
        segments=_segments(time.table, lane),
        infections=_infections(infections, lane),
        marks=_marks(time.cohort, chosen, lane),
        states=tuple(time.table["state"].cat.categories),
        group=group,
        landmark_day=spec.survival.landmark_day,
        sort=sort,
        page=page,
        pages=pages,
        matching=len(found),
        total=len(here),
        treated_total=int(here["treated"].sum()),
        infections_total=len(infections),
        synthetic=time.cohort.synthetic,
    )


def _segments(table: pd.DataFrame, lane: np.ndarray) -> pd.DataFrame:
    joined = state_runs(table[lane[table["patient"].to_numpy()] >= 0])
    joined.insert(0, "lane", lane[joined["patient"].to_numpy()])
    return joined.sort_values(["lane", "start_day"]).reset_index(drop=True)


def state_runs(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of person-time joined to runs of one state: they may be cut finer, by what the model adjusts for.

    Returns `patient`, `start_day`, `end_day` (both inside), `days`, `infections`, `state` (text).
    """
    state, patient = rows["state"].cat.codes.to_numpy(), rows["patient"].to_numpy()
    start, end = rows["start_day"].to_numpy(), rows["end_day"].to_numpy()
    opens = np.ones(len(rows), bool)
    opens[1:] = (patient[1:] != patient[:-1]) | (state[1:] != state[:-1]) | (start[1:] != end[:-1] + 1)
    joined = rows.groupby(np.cumsum(opens), sort=False).agg(
        patient=("patient", "first"),
        start_day=("start_day", "first"),
        end_day=("end_day", "last"),
        days=("days", "sum"),
        infections=("infections", "sum"),
        state=("state", "first"),
    )
    joined["state"] = joined["state"].astype(str)
    return joined.reset_index(drop=True)


def _infections(infections: pd.DataFrame, lane: np.ndarray) -> pd.DataFrame:
    at = lane[infections["patient"].to_numpy()]
    rows = infections[at >= 0].assign(lane=at[at >= 0])
    facts = [fact(*row) for row in zip(*(rows[name].tolist() for name in FACTS), strict=True)]
    joined = (
        rows.assign(fact=facts)
        .groupby(["lane", "day"])
        .agg(patient=("patient", "first"), grade=("grade", "max"), count=("grade", "size"), facts=("fact", tuple))
        .reset_index()
    )
    return joined[["lane", "patient", "day", "grade", "count", "facts"]]


FACTS = ("grade", "pathogen", "organism", "site", "hospitalized")


def fact(grade: float, *texts: object) -> str:
    """An infection as its file tells it: grade, pathogen, organism, site, admission."""
    pathogen, organism, site, admitted = (text if isinstance(text, str) else "" for text in texts)
    parts = [
        f"grade {grade:.0f}" if grade == grade else "grade unknown",
        pathogen,
        organism,
        site.replace("_", " "),
        {"yes": "admitted", "no": "not admitted"}.get(admitted, ""),
    ]
    return ", ".join(part for part in parts if part)


def _marks(cohort: Cohort, chosen: pd.DataFrame, lane: np.ndarray) -> pd.DataFrame:
    code = chosen["patient"].to_numpy()
    died = chosen["died"].to_numpy(bool)
    people = cohort.patients.iloc[code]
    begun = cohort.phase[(cohort.phase["phase"] == PROGRESSIVE).to_numpy(bool)]
    progressed = people["progressed_day"].to_numpy(float)
    parts = [
        (code, progressed, "progression"),
        (begun["patient"].to_numpy(), begun["day"].to_numpy(float), "progression"),
        (code[died], people["died_day"].to_numpy(float)[died], "death"),
        (code[~died], chosen["last_day"].to_numpy(float)[~died], "followed"),
    ]
    marks = pd.concat([pd.DataFrame({"patient": who, "day": day, "kind": kind}) for who, day, kind in parts])
    marks = marks[(marks["day"] >= 0).to_numpy()].drop_duplicates()
    marks.insert(0, "lane", lane[marks["patient"].to_numpy(np.int64)])
    last = np.full(len(cohort), -1)
    last[code] = chosen["last_day"].to_numpy()
    shown = (marks["lane"] >= 0).to_numpy() & (marks["day"] <= last[marks["patient"].to_numpy(np.int64)]).to_numpy()
    marks = marks[shown].astype({"day": np.int64}).sort_values(["lane", "day"], kind="stable")
    return _thinned(marks, last).reset_index(drop=True)


def _thinned(marks: pd.DataFrame, last: np.ndarray) -> pd.DataFrame:
    """`marks`, sorted, with at most `MOST_MARKS` of a kind in a lane; `last`: last day known of, by patient."""
    crowded = marks.groupby(["lane", "kind"])["day"].transform("size").to_numpy() > MOST_MARKS
    part = marks["day"].to_numpy() * MOST_MARKS // (last[marks["patient"].to_numpy(np.int64)] + 1)
    again = pd.DataFrame({"lane": marks["lane"], "kind": marks["kind"], "part": part}).duplicated().to_numpy()
    return marks[~(crowded & again)]
