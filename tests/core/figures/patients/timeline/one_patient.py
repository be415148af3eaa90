"""A patient with something on every track of a timeline, and what the figure is asked in tests."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from ivig_core.figures.patients.timeline.figure import timeline as draw
from ivig_core.figures.words import DAYS_PER_MONTH
from ivig_core.study.patients.timeline import timeline
from tests.core.figures.studies import SPEC, study
from tests.core.make import Patient

FULL = Patient(
    days=900, grams=30, baseline={"heavy_chain": "IgG", "weight_kg": 80.0},
    doses=[100, 128, 156, (400, 600, 7, "sc")],
    infections=[(20, 1), (90, 3, "viral", "bloodstream", "yes"), (300, 2), (500, 4), (700, np.nan), (-9, 2)],
    igg=[(-20, 3000), (90, 1200), (200, 900), (800, 500)], m_spike=[(-20, 2.8), (90, 0.6), (200, 0.1)],
    counts=[(5, 2.5, "anc"), (90, 0.4, "anc"), (5, 1.1, "alc")],
    progressive=[(250, 300), (850, np.nan)], progressed=250,
    therapies=[
        (0, 400, "anti_myeloma", "daratumumab"), (100, 300, "anti_myeloma", "dexamethasone"),
        (401, np.nan, "anti_myeloma", "teclistamab"), (0, np.nan, "antiviral_prophylaxis", "aciclovir"),
        (30, 30, "vaccine", "influenza vaccine"),
    ],
)  # fmt: skip


def figure(patient: Patient = FULL, spec=SPEC, ids: list[str] | None = None, synthetic=False, **options) -> go.Figure:
    return draw(timeline(study(patient, ids=ids, synthetic=synthetic), spec, 0), **options)


def days(values) -> list[float]:
    return [None if np.isnan(value) else round(value * DAYS_PER_MONTH, 4) for value in np.asarray(values, float)]


def axes(drawn: go.Figure) -> list[go.layout.YAxis]:
    return [drawn.layout[name] for name in ("yaxis", *(f"yaxis{number}" for number in range(2, 7)))]


def beside(drawn: go.Figure, name: str) -> list[str]:
    return [note.text for note in drawn.layout.annotations if note.name == name]


def texts(drawn: go.Figure) -> list[str]:
    found = [note.text for note in drawn.layout.annotations]
    for item in drawn.data:
        for column in (item.hovertext, item.text):
            found += [] if column is None else [column] if isinstance(column, str) else list(column)
    return [*found, drawn.layout.title.text, drawn.layout.title.subtitle.text]
