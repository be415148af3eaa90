"""Infections close together as one episode: what it is called, what it passes, and never the order of rows."""

from __future__ import annotations

import random

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivig_core.cohort.read import read_cohort
from ivig_core.persontime.endpoint import counted_infections, merge_episodes
from ivig_core.spec import AnalysisSpec
from ivig_core.study.analysis import analyse
from ivig_core.study.analysis_json import to_json
from ivig_core.study.study import Study
from tests.core.make import Patient, cohort
from tests.core.persontime.strategies import COHORTS, specs
from tests.paths import REFERENCE

NAN = np.nan


def episodes(*infections, gap=7, days=100, **changes):
    built = cohort(Patient(days=days, infections=list(infections)))
    return counted_infections(built, AnalysisSpec().change(episode_gap_days=gap, **changes).endpoint)


@pytest.mark.parametrize("later", [["viral", "bacterial"], ["bacterial", "viral"]])
@pytest.mark.parametrize(
    ("pathogens", "number"), [("bacterial", 1), ("viral", 1), ("mixed", 1), ("fungal", 0), ("negative", 0), ("", 1)]
)
def test_two_kinds_on_a_later_day_make_the_episode_mixed_in_either_order(later, pathogens, number):
    rows = [(10, 2, "bacterial"), *((15, 2, name) for name in later)]
    found = episodes(*rows, pathogens=pathogens)
    assert len(found) == number
    assert set(found["pathogen"]) <= {"mixed"}


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_a_filter_never_splits_an_episode(order):
    """Bacterial on day 1, viral and bacterial on day 6, joined within 7 days: 1 infection, once 1 or 2 by row order."""
    rows = [(1, 2, "bacterial"), (6, 2, "viral"), (6, 2, "bacterial")]
    assert episodes(*(rows[at] for at in order), pathogens="bacterial")["day"].tolist() == [1]


@pytest.mark.parametrize(
    ("held", "name"),
    [
        (["bacterial", "bacterial"], "bacterial"),
        (["bacterial", "fungal"], "mixed"),
        (["bacterial", "mixed"], "mixed"),
        (["negative", "viral"], "viral"),
        ([None, "fungal"], "fungal"),
        (["negative", None], "negative"),
        ([None, None], None),
    ],
)
def test_pathogen_of_an_episode(held, name):
    for order in (held, held[::-1]):
        (found,) = episodes(*((day, 2, pathogen) for day, pathogen in zip((3, 5), order, strict=True)))["pathogen"]
        assert found == name or (name is None and pd.isna(found))


def test_an_infection_written_as_mixed_passes_no_filter_on_a_kind_it_does_not_name():
    rows = (3, 2, "mixed"), (50, 2, "viral")
    assert episodes(*rows, pathogens="viral")["day"].tolist() == [50]
    assert episodes(*rows, pathogens="viral", gap=0)["day"].tolist() == [50]


def test_an_episode_is_severe_as_its_worst_infection_and_admitted_if_any_was():
    (row,) = episodes(
        (3, NAN, None, "skin", "no"), (5, 4, None, None, "yes"), (9, 1, None, "urinary", None)
    ).itertuples()
    assert (row.day, row.grade, row.hospitalized, row.site) == (3, 4, "yes", "skin")


def test_site_is_the_first_by_day_and_of_one_day_that_of_the_highest_grade():
    first = episodes((3, 2), (4, 1, None, "skin"), (4, 3, None, "urinary"), (5, 5, None, "bloodstream"))
    assert first["site"].tolist() == ["urinary"]
    # Of one grade, in the order of the format: bloodstream before skin.
    for sites in (("skin", "bloodstream"), ("bloodstream", "skin")):
        assert episodes(*((4, 2, None, site) for site in sites))["site"].tolist() == ["bloodstream"]


def test_an_infection_after_the_end_of_follow_up_joins_no_episode():
    rows = episodes((97, 1, "viral"), (99, 1, "viral"), (100, 5, "bacterial"), days=100)
    assert (rows["day"].tolist(), rows["grade"].tolist(), rows["pathogen"].tolist()) == ([97], [1], ["viral"])
    for gap in (0, 1, 14, 365):
        whole, cut = (
            counted_infections(
                cohort(Patient(days=100, infections=days)), AnalysisSpec().change(episode_gap_days=gap).endpoint
            )
            for days in ([-3, 2, 97, (99, 2), (100, 5), (101, 4), 230], [-3, 2, 97, (99, 2)])
        )
        pd.testing.assert_frame_equal(whole.reset_index(drop=True), cut.reset_index(drop=True))


def test_stay_and_end_of_an_episode_are_the_longest_and_the_last():
    table = cohort(Patient(days=60, infections=[5, 8, 30])).infection
    table["end"], table["hospital_days"] = [20.0, 12.0, NAN], [NAN, 4.0, NAN]
    table["organism"] = pd.array([None, "S. aureus", None], dtype="str")
    rows = merge_episodes(table, 7).rows
    assert rows["day"].tolist() == [5, 30]
    assert (rows.loc[0, "end"], rows.loc[0, "hospital_days"], rows.loc[0, "organism"]) == (20, 4, "S. aureus")
    assert rows.dtypes.tolist() == table.dtypes.tolist()


@settings(derandomize=True, max_examples=80, deadline=None)
@given(people=COHORTS, spec=specs(), seed=st.integers(0, 1000))
def test_counted_infections_do_not_depend_on_the_order_of_rows(people, spec, seed):
    shuffle = random.Random(seed).shuffle
    tables = []
    for _ in range(2):
        found = counted_infections(cohort(*people), spec.endpoint)
        tables.append(found.sort_values(list(found.columns)).reset_index(drop=True))
        for person in people:
            shuffle(person.infections)
    pd.testing.assert_frame_equal(*tables)


@pytest.mark.parametrize(
    "settings", [{}, {"episode_gap_days": 14, "pathogens": "bacterial", "min_grade": 2}], ids=["all", "episodes"]
)
def test_shuffling_the_rows_of_a_file_changes_nothing(settings, tmp_path):
    head, *rows = (REFERENCE / "sim43.csv").read_text().splitlines()
    random.Random(7).shuffle(rows)
    other = tmp_path / "sim43.csv"
    other.write_text("\n".join([head, *rows, ""]))
    spec = AnalysisSpec().change(**settings)
    results = [
        to_json(
            analyse(Study(read_cohort(path).cohort), spec, ("rates", "sccs", "gee", "andersen_gill", "pwp", "forest"))
        )
        for path in (REFERENCE / "sim43.csv", other)
    ]
    assert results[0] == results[1]
