"""Everything that a sample's pages show, view by view, as a reader sees it."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pandas as pd
import streamlit as st

from ivig_core.cohort.read import read_cohort
from ivig_core.study.study import Study
from tests.app.conftest import App

OVERVIEW, PATIENTS, PATIENT = "pages/1_overview.py", "pages/2_patients.py", "pages/2_patient.py"
RATES, SURVIVAL = "pages/3_infection_rates.py", "pages/4_infection_free_survival.py"
GIVEN, TRUST, DATA = "pages/5_who_was_given_ivig.py", "pages/6_can_we_trust_it.py", "pages/9_data.py"
WHAT_IF, EVIDENCE, SLIDES = "pages/7_what_if.py", "pages/8_published_evidence.py", "pages/8_slides.py"
HOSPITALS = "pages/8_hospitals.py"
CHECKS = ("around_first_dose", "few_data", "infections_after", "end_of_follow_up", "exposure_over_time", "dose_gaps")
FACTORS = ["grade", "igg", "hgg_days", "phase"]
VIEWS: tuple[tuple[str, str, dict[str, object]], ...] = (
    ("overview", OVERVIEW, {"overview_rules": True}),
    ("patients", PATIENTS, {}),
    ("patient", PATIENT, {}),
    ("subgroups", RATES, {"forest_factors": FACTORS, "tabs_rates_page": "Table of subgroups"}),
    ("rates", RATES, {"tabs_rates_page": "Rates by period"}),
    ("table of rates", RATES, {"tabs_rates_page": "Table of rates"}),
    ("rate ratios", RATES, {"tabs_rates_page": "Rate ratios"}),
    ("what kind", RATES, {"views_rates_page": "What kind"}),
    ("igg levels", RATES, {"views_rates_page": "IgG levels"}),
    ("between doses", RATES, {"views_rates_page": "Between doses"}),
    ("by dose", RATES, {"views_rates_page": "By dose"}),
    ("over time", RATES, {"views_rates_page": "Over time"}),
    ("curves", SURVIVAL, {}),
    ("means and tests", SURVIVAL, {"tabs_survival": "Means, tests, follow-up"}),
    ("death competing", SURVIVAL, {"views_survival": "Death competing"}),
    ("four designs", SURVIVAL, {"views_survival": "Four designs"}),
    ("early or late", SURVIVAL, {"views_survival": "Early or late start"}),
    ("cox", SURVIVAL, {"views_survival": "Cox regression"}),
    ("given", GIVEN, {}),
    ("compare", WHAT_IF, {}),
    ("definitions", WHAT_IF, {"views_what_if": "All reasonable definitions"}),
    ("ways to give ivig", WHAT_IF, {"views_what_if": "Ways to give IVIG"}),
    ("size of a study", WHAT_IF, {"views_what_if": "Size of a study"}),
    ("sensitivity", TRUST, {f"trust_{name}": True for name in (*CHECKS, "hidden", "other_checks", "further", "steps")}),
    ("table of sensitivity", TRUST, {"tabs_trust": "Table"}),
    ("other models", TRUST, {"trust_further": True, "tabs_trust_further": "Other models"}),
    ("published", EVIDENCE, {}),
    ("table of published", EVIDENCE, {"tabs_evidence_ivig": "Table"}),
    ("published, before ivig", EVIDENCE, {"views_evidence": "Before IVIG, low IgG"}),
    ("published, who was given", EVIDENCE, {"views_evidence": "Who was given IVIG"}),
    ("where sources disagree", EVIDENCE, {"views_evidence": "Where sources disagree"}),
    ("opinion and sources", EVIDENCE, {"views_evidence": "Opinion and sources"}),
    ("hospitals", HOSPITALS, {"hospital_parts": True, "hospital_rounds": True}),
    ("slides", SLIDES, {"slides_show_usual": True}),
    ("words", SLIDES, {"views_slides": "Words"}),
    ("data", DATA, {}),
)
"""Name, page, and what is chosen on it; what is chosen stays for the views after it."""


@dataclass(frozen=True)
class Drawn:
    """A figure: its words without markup, by kind ("title", "note", "text", "hover")."""

    name: str
    words: dict[str, list[str]]


@dataclass
class View:
    """One view of a page. `said`: titles, sentences, metrics with what stands beneath them."""

    said: list[str] = field(default_factory=list)
    metrics: dict[str, tuple[str, str]] = field(default_factory=dict)
    tables: list[pd.DataFrame] = field(default_factory=list)
    figures: list[Drawn] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n".join(self.said)

    def table(self, *columns: str) -> pd.DataFrame:
        """The table with these columns; empty where the view has none."""
        return next((item for item in self.tables if set(columns) <= set(item.columns)), pd.DataFrame(columns=columns))

    def words(self, figure: str, *kinds: str) -> str:
        """The words of a figure; empty where the view has none of this name."""
        lines = [text for item in self.figures if item.name == figure for kind in kinds for text in item.words[kind]]
        return "\n".join(lines)

    def lines(self) -> Iterator[str]:
        """Every line that can be read in the view, cells of tables among them."""
        yield from self.said
        yield from (f"{label}: {value} {below}" for label, (value, below) in self.metrics.items())
        yield from (text for item in self.figures for texts in item.words.values() for text in texts)
        for table in self.tables:
            yield from (f"{name}: {cell}" for name in table.columns for cell in table[name])


@cache
def walk(path: Path) -> dict[str, View]:
    """Every view of a sample, from one session."""
    st.cache_data.clear()
    st.cache_resource.clear()
    app, page = App({"sample": path.stem}), ""
    views = {}
    for name, wanted, chosen in VIEWS:
        for key, value in chosen.items():
            app.test.session_state[key] = value
        app = app.page(wanted) if wanted != page else app.run()
        page = wanted
        views[name] = _view(app)
    return views


@cache
def study_of(path: Path) -> Study:
    """The same sample from its file."""
    cohort = read_cohort(path).cohort
    assert cohort is not None
    return Study(cohort)


def _view(app: App) -> View:
    test = app.test
    said = (test.title, test.subheader, test.markdown, test.caption, test.info, test.warning, test.error)
    return View(
        [_plain(item.value) for kind in said for item in kind],
        {item.label: (_plain(item.value), _plain(item.delta)) for item in test.metric},
        [item.value.map(str) for item in test.dataframe],
        [_drawn(json.loads(item.proto.spec)) for item in test.get("plotly_chart")],
    )


def _drawn(spec: dict) -> Drawn:
    layout, traces = spec["layout"], spec["data"]
    title = layout.get("title", {})
    words = {
        "title": [title.get("text", ""), title.get("subtitle", {}).get("text", "")],
        "note": [item.get("text", "") for item in layout.get("annotations", [])],
        "text": [text for trace in traces for text in _texts(trace.get("text"))],
        "hover": [text for trace in traces for text in _texts(trace.get("hovertext"))],
    }
    shown = {kind: [_plain(text) for text in texts if text] for kind, texts in words.items()}
    return Drawn(layout.get("meta", {}).get("name", ""), shown)


def _texts(of: object) -> list[str]:
    listed = of if isinstance(of, list) else [of]
    return [text for text in listed if isinstance(text, str)]


def _plain(text: str) -> str:
    """Without markup, escapes and joiners."""
    bare = re.sub(r"<br>", " ", text)
    bare = html.unescape(re.sub(r"</?(?:b|span|i)\b[^>]*>", "", bare))
    return bare.replace("\\", "").replace("\u2060", "").replace("**", "")
