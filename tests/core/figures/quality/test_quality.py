"""Figures about plausibility: the finding names what looks wrong, points lead to a patient, nothing is too large."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from ivig_core.figures.quality.by_patient import by_patient as draw_patients
from ivig_core.figures.quality.calendar_days import NO_DATES
from ivig_core.figures.quality.calendar_days import calendar_days as draw_days
from ivig_core.figures.quality.over_time import over_time as draw_time
from ivig_core.figures.quality.values import values as draw_values
from ivig_core.figures.theme import alt_text, finding
from ivig_core.study.quality.by_patient import by_patient
from ivig_core.study.quality.calendar_days import calendar_days
from ivig_core.study.quality.over_time import over_time
from ivig_core.study.quality.values import values
from ivig_core.study.study import Study
from tests.core.figures.studies import HOSTILE, SPEC, study
from tests.core.make import Patient, cohort

FIGURES = (
    (over_time, draw_time), (values, draw_values), (by_patient, draw_patients), (calendar_days, draw_days),
)  # fmt: skip
MOST_BYTES = 400_000


def drawn(of: Study, presentation: bool = False) -> list:
    return [draw(analyse(of, SPEC), presentation=presentation) for analyse, draw in FIGURES]


def wrong() -> Study:
    """Forty patients like any other, and one whose id is markup, with everything that can be wrong."""
    first = dt.date(2018, 1, 1)
    people = [
        Patient(days=700, start=first, infections=[(40 + 9 * at) % 700, (300 + 11 * at) % 700],
                doses=[(day + at) % 700 for day in range(0, 300, 28)], igg=[(at, 700.0), (100 + at, 800.0)])
        for at in range(40)
    ]  # fmt: skip
    people.append(replace(people[0], infections=list(range(0, 600, 15)), doses=[10, 11], igg=[(9, 6.5)]))
    return study(*people, ids=[*(f"N{at}" for at in range(40)), HOSTILE])


def test_findings_name_what_looks_wrong_and_points_lead_there():
    shown = drawn(wrong(), presentation=True)
    for figure in shown[1:3]:
        assert "<a href='http:" in finding(figure), "the finding is plain text"
        assert "<a href" not in figure.layout.title.text
        diamonds = [trace for trace in figure.data if trace.name == "Looks wrong"]
        assert diamonds
        assert all(ident == HOSTILE for trace in diamonds for _, ident in trace.customdata)
        texts = [text for trace in diamonds for text in (*trace.text, *trace.hovertext)]
        assert any("&lt;a href" in text for text in texts)
        assert not any("<a href" in text for text in texts)
    assert all(alt_text(figure) for figure in shown)


@pytest.mark.parametrize(
    "of",
    [cohort(Patient()), cohort(Patient(infections=[3])), cohort(Patient(doses=[3], start=None), calendar="none"),
     cohort(Patient(igg=[(1, 0.0)])), cohort(Patient(days=1, doses=[-40, 900], infections=[-3, 5]))],
    ids=["nothing", "one infection", "study days", "IgG of 0", "nothing in follow-up"],
)  # fmt: skip
def test_one_patient_with_next_to_nothing(of):
    shown = drawn(Study(of))
    for figure in shown:
        assert finding(figure)
        assert alt_text(figure)
        assert "nan" not in finding(figure).lower()
    if of.calendar == "none":
        assert finding(shown[3]) == NO_DATES


def test_a_silent_quarter_is_the_finding():
    rng = np.random.default_rng(5)
    silent = range(181, 274)  # July to September of 2018
    people = [
        Patient(days=1000, start=dt.date(2018, 1, 1),
                infections=[day for day in sorted(rng.integers(0, 1000, 30).tolist()) if day not in silent])
        for _ in range(10)
    ]  # fmt: skip
    figure = draw_time(over_time(Study(cohort(*people)), SPEC))
    assert finding(figure).startswith("No infection from 2018-07 to 2018-09, where about ")
    assert any(shape.name == "stands out" for shape in figure.layout.shapes)


def test_a_large_cohort_is_drawn_in_cells():
    rng = np.random.default_rng(1)
    made = cohort(*[Patient(days=int(days), infections=[1]) for days in rng.integers(30, 2000, 200)])
    count = 12_000
    patient = np.sort(rng.integers(0, len(made), count))
    lab = pd.DataFrame(
        {"patient": patient, "day": rng.integers(0, 30, count), "analyte": "igg", "value": rng.lognormal(5, 1.5, count)}
    )
    ivig = made.ivig.reindex(range(count)).assign(patient=patient, day=rng.integers(0, 30, count), route="iv",
                                                  dose_g=rng.lognormal(3, 2, count))  # fmt: skip
    order = np.lexsort((ivig["day"], patient))
    ivig = ivig.iloc[order].reset_index(drop=True).astype({"patient": np.int64, "day": np.int64})
    for figure in drawn(Study(replace(made, lab=lab, ivig=ivig))):
        assert len(figure.to_json()) < MOST_BYTES
