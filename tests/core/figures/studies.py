"""Studies of a few patients written down by hand, for the tests of figures."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pandas as pd
import plotly.graph_objects as go

from ivig_core.spec import AnalysisSpec
from ivig_core.study.patients.lanes import Lanes, lanes
from ivig_core.study.study import Study
from tests.core.make import Patient, cohort
from tests.core.reference import reference_cohort

SPEC = AnalysisSpec()
HOSTILE = "<a href='http://x.example'>click</a> $E$"


@cache
def reference_study(name: str) -> Study:
    return Study(reference_cohort(name))


def study(*patients: Patient, ids: list[str] | None = None, synthetic: bool = False) -> Study:
    made = cohort(*patients, synthetic=synthetic)
    table = made.patients.assign(patient_id=pd.array(ids, dtype="str")) if ids else made.patients
    infection = made.infection.assign(organism=pd.array([None] * len(made.infection), dtype="str"))
    return Study(replace(made, patients=table, infection=infection))


def page(of: Study, spec: AnalysisSpec = SPEC, **options) -> Lanes:
    return lanes(of, spec, **options)


def trace(figure: go.Figure, name: str):
    """The one trace called `name`."""
    (found,) = [item for item in figure.data if item.name == name]
    return found


def names(figure: go.Figure) -> list[str]:
    return [item.name for item in figure.data]
