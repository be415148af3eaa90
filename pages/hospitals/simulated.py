"""Five simulated hospitals: a sample cut into five, each part through what a hospital would do."""

from __future__ import annotations

import json

import streamlit as st

from ivig_core.disclosure.rule import Rule
from ivig_core.errors import IvigError, SpecError
from ivig_core.hospitals.definitions import settings_of
from ivig_core.hospitals.parts import parts
from ivig_core.hospitals.site_json import site_json
from ivig_core.hospitals.summarise import summarise
from ivig_core.samples import samples
from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study
from pages.data.samples import key_of, read_sample
from pages.hospitals import held
from pages.hospitals.reading import take
from pages.shell import session

SAMPLE, NUMBER = "known_truth", 5
WHAT = (
    "The sample with known truth, cut into five and stamped as simulated: each part makes a file as a hospital would, "
    "under the settings in force without filters on patients."
)


def load() -> None:
    """Cut the sample into five and load the files of the parts; called by a button, so a reason is kept to be said."""
    try:
        st.session_state[held.REFUSED] = take(made(spec_for(session.spec())))
    except IvigError as reason:
        st.session_state[held.REFUSED] = [str(reason)]


def spec_for(spec: AnalysisSpec) -> AnalysisSpec:
    """The settings without filters on patients, which name columns of another cohort, and with an interval that can be
    made of a sum."""
    spec = spec.change(where=())
    try:
        settings_of(spec)
    except SpecError:
        return spec.change(ci_method="auto")
    return spec


def made(spec: AnalysisSpec) -> list[tuple[str, bytes]]:
    """Name and bytes of five files: every fifth patient of the sample is of one hospital."""
    sample = next(item for item in samples() if item.slug == SAMPLE)
    shown = session.shelf().get(key_of(sample)) or read_sample(sample)
    found = []
    for number, part in enumerate(parts(shown.cohort, NUMBER), start=1):
        site = summarise(Study(part), spec, Rule(), f"{held.SYNTHETIC} hospital {number}")
        found.append((f"synthetic-{number}.json", json.dumps(site_json(site)).encode()))
    return found
