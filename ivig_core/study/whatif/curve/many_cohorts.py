"""Many cohorts of the same patients as one, so that person-time of all of them is split at once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from ivig_core.cohort.cohort import RECORDS, Cohort
from ivig_core.estimate.rates.sccs import adjuster
from ivig_core.estimate.whatif.curve.stack import Stack
from ivig_core.estimate.whatif.null.process import Histories
from ivig_core.persontime.split import Shared, person_time
from ivig_core.persontime.states import axes_of
from ivig_core.spec import EndpointSpec, ExposureSpec
from ivig_core.study.whatif.curve.choices import Set
from ivig_core.study.whatif.curve.splits import Days, Events, varies

NUMBER = "number_of_cohort"


def as_cohort(like: Cohort, drawn: Sequence[Histories], grades: np.ndarray) -> Cohort:
    """The patients of all `drawn`, those of one after those of another, with doses given in a vein and infections.

    `grades`: of every infection in this order. Columns of `like` that nothing is drawn for are empty; which of `drawn`
    a patient belongs to is in the column `NUMBER`.
    """
    sizes = [len(part) for part in drawn]
    first = np.cumsum([0, *sizes[:-1]])
    patients = pd.DataFrame({"days": np.concatenate([part.days for part in drawn])})
    patients["day0"] = np.int64(-1)
    patients[NUMBER] = np.repeat(np.arange(len(drawn)), sizes)
    infection = _rows(
        like.infection,
        np.concatenate([part.infection_patient + low for part, low in zip(drawn, first, strict=True)]),
        np.concatenate([part.infection_day for part in drawn]),
    ).assign(grade=grades)
    ivig = _rows(
        like.ivig,
        np.concatenate([part.dose_patient + low for part, low in zip(drawn, first, strict=True)]),
        np.concatenate([part.dose_day for part in drawn]),
    ).assign(route="iv")
    others = {name: getattr(like, name).iloc[:0] for name in RECORDS if name not in ("ivig", "infection")}
    return replace(like, patients=patients, infection=infection, ivig=ivig, chosen_from="", calendar="none", **others)


def _rows(like: pd.DataFrame, patient: np.ndarray, day: np.ndarray) -> pd.DataFrame:
    return like.iloc[:0].reindex(range(len(patient))).assign(patient=patient, day=day)


class ManyCohorts:
    """Person-time of many cohorts, under one definition of exposure after another, for all endpoints."""

    def __init__(self, together: Cohort, endpoints: Sequence[EndpointSpec]) -> None:
        self.events = Events(together, endpoints)
        number = self.events.cohort.patients[NUMBER].to_numpy()
        self.size = int(together.patients[NUMBER].max()) + 1
        self.opens = np.searchsorted(number, np.arange(self.size + 1))
        self._shared: Shared = {}

    def stacks(self, exposure: ExposureSpec, sets: Sequence[Set]) -> list[Stack]:
        """By set of adjusters, the models of every cohort in the place of a definition."""
        adjusters = {name for names in sets for name in names}
        time = person_time(self.events.cohort, exposure, axes_of(adjusters), self._shared)
        days = Days(time, self.events, adjusters)
        return [Stack.of_cohorts(days.split(names), self.opens, len(self.events.kept)) for names in sets]

    def vary(self, exposure: ExposureSpec, names: Collection[str]) -> list[str]:
        """Those adjusters of which a patient has days in two levels."""
        time = person_time(self.events.cohort, exposure, axes_of(names), self._shared)
        patient = time.table["patient"].to_numpy()
        return [name for name in names if varies(patient, adjuster(time, name))]
