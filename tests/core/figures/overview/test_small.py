"""The two small figures that stand side by side: every row in its order, few words, nothing that needs width."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from ivig_core.cohort.read import read_cohort
from ivig_core.figures.overview.forest import forest_compact, small_print
from ivig_core.figures.overview.swimmer import ENTRY_CHARS, swimmer_preview
from ivig_core.figures.rates.forest import forest
from ivig_core.figures.theme import COMPACT, COMPACT_PRESENTATION, alt_text, finding
from ivig_core.spec import AnalysisSpec
from ivig_core.study.overview.key_rows import key_rows, named_rows
from ivig_core.study.rates.forest import forest as study_forest
from ivig_core.study.study import Study
from tests.core.figures.rates.test_forest import row, table
from tests.core.figures.studies import SPEC, page, reference_study, study, trace
from tests.core.make import Patient
from tests.paths import ROOT

NAN = np.nan
ALL = row("overall", "all")
LOW = row("igg", "igg_lt_700", 0.5, 0.3, 0.8, 0.4)
CALM = row("phase", "nonprogressive", 0.7, 0.5, 0.98, 0.3)
LOWER = row("igg", "igg_lt_400", 0.4, 0.2, 0.8, 0.02)


def test_rows_stand_in_the_order_of_the_table_with_their_own_numbers():
    figure = forest_compact(table(ALL, LOW, CALM, LOWER))
    labels, ratios = trace(figure, "label").text, trace(figure, "ratio").text
    assert [text.split("<br>")[0] for text in labels] == [
        "<b>All</b>", "Hypogammaglobulinemia", "Nonprogressive disease", "IgG &lt; 400 mg/dL",
    ]  # fmt: skip
    assert [text.split("<br>")[0] for text in ratios] == [
        "0.60 (0.40–0.90)", "0.50 (0.30–0.80)", "0.70 (0.50–0.98)", "0.40 (0.20–0.80)",
    ]  # fmt: skip
    assert list(trace(figure, "ratios").x) == [0.5, 0.7, 0.4]
    assert list(trace(figure, "ratios").y) == [1, 2, 3]
    assert list(trace(figure, "label").y) == [0, 1, 2, 3]


def test_finding_names_what_differs_and_out_of_how_many():
    assert finding(forest_compact(table(ALL, LOW, CALM))) == "No clear difference between groups"
    said = finding(forest_compact(table(ALL, LOW, CALM, LOWER)))
    assert said == "May differ with IgG < 400 mg/dL (p = 0.020, 3 looked at)"
    assert finding(forest_compact(table(ALL))) == "The groups cannot be compared"


def test_a_rare_level_is_shown_with_its_counts_and_claims_nothing():
    rare = {**row("igg_before", "igg_lt_700", 0.5, 0.3, 0.8, 0.001), "other": "igg_ge_700", "other_on": 8}
    often = {"other": "progressive", "other_on": 20, "other_off": 30}
    data = pd.DataFrame([ALL, {**rare, "other_off": 3}, {**CALM, **often}])
    assert finding(forest_compact(data)) == "No clear difference between groups"
    when, counts = small_print(data)
    assert "before the first dose" in when
    assert counts == "Too few to compare: IgG ≥ 700 mg/dL before IVIG (8 infections on and 3 off IVIG)."
    assert finding(forest_compact(data.iloc[:2])) == "Too few infections to compare groups"
    enough = pd.DataFrame([ALL, {**rare, "other_off": 5}, {**CALM, **often}])
    said = finding(forest_compact(enough))
    assert said == "May differ with hypogammaglobulinemia before IVIG (p = 0.001, 2 looked at)"
    assert small_print(enough) == [when]


@pytest.mark.parametrize("sample", ["daratumumab", "bispecific", "known_truth"])
def test_no_sample_is_said_to_differ_where_its_truth_has_one_effect_for_all(sample):
    """Their true ratio is the same at every IgG and in every phase."""
    folder = ROOT / "sample_data"
    truth = json.loads((folder / f"{sample}.truth.json").read_text(encoding="utf-8"))["true_effects"]["all_grades"]
    assert [name for name in truth if name.startswith("on_ivig")] == ["on_ivig"]
    made, spec = Study(read_cohort(folder / f"{sample}.csv").cohort), AnalysisSpec()
    assert finding(forest_compact(key_rows(made, spec))) == "No clear difference between groups"
    factors = [study_forest(made, spec, name) for name in ("igg", "hgg_days", "nonprogressive_hgg_days", "igg_before")]
    wide = forest(pd.concat([named_rows(made, spec), *factors]))
    assert "may differ" not in finding(wide)


def test_a_row_without_estimate_says_why_and_has_no_box():
    none = row("igg", "igg_lt_700", NAN, NAN, NAN, NAN, "not_recorded", p_value=NAN)
    figure = forest_compact(table(ALL, none))
    assert trace(figure, "reasons").text == ("<i>not recorded in this cohort</i>",)
    assert len(trace(figure, "ratio").text) == 1
    assert len(trace(figure, "ratios").x) == 0
    assert "1 row without an estimate" in alt_text(figure)


def test_a_few_lanes_without_ids_and_one_entry_for_infections():
    shown = page(reference_study("sim43"), per_page=12)
    figure = swimmer_preview(shown)
    assert figure.layout.yaxis.visible is False
    entries = [item.name for item in figure.data if item.showlegend is not False]
    assert entries.count("Infection") == 1
    assert not any(name.startswith("Grade") for name in entries)
    assert finding(figure).endswith("of the 12 shown had an infection")
    assert figure.layout.title.subtitle.text == f"12 longest followed of {shown.treated_total} with IVIG"


def test_every_entry_of_the_legend_has_room():
    spec = SPEC.change(pre_exposure_days=30, washout_days=20, window_cuts="7,14,21", exclude_first_days=5)
    figure = swimmer_preview(page(reference_study("sim43"), spec, per_page=12))
    entries = [item.name for item in figure.data if item.showlegend is not False]
    assert max(map(len, entries)) <= ENTRY_CHARS
    assert not any("…" in name for name in entries)
    assert "IVIG, days 7–13" in entries


def test_lanes_keep_their_place_and_answer_to_the_mouse():
    figure = swimmer_preview(page(study(Patient(days=400, infections=[10]), Patient(days=300, doses=[5]))))
    assert {tuple(point) for point in trace(figure, "lanes").customdata} == {(0, "P0000"), (1, "P0001")}
    (mark,) = [item for item in figure.data if item.name.startswith("Grade")]
    assert list(mark.y) == [1]


@pytest.mark.parametrize("people", [[Patient(days=1)], [Patient(days=80, doses=[10], infections=[5])]])
def test_one_patient(people):
    assert "one patient" in finding(swimmer_preview(page(study(*people))))


def test_nobody_left_is_a_sentence():
    empty = page(study(Patient(days=10)), SPEC.change(exclude_first_days=20))
    assert finding(swimmer_preview(empty)) == "No patient has a day left to analyse."


@pytest.mark.parametrize("presentation", [False, True])
def test_sizes(presentation):
    sizes = COMPACT_PRESENTATION if presentation else COMPACT
    lanes = page(reference_study("sim43"), per_page=12)
    for figure in (
        forest_compact(table(ALL, LOW, CALM, LOWER), presentation=presentation),
        swimmer_preview(lanes, presentation=presentation),
    ):
        assert figure.layout.template.layout.font.size == sizes.text >= (18 if presentation else 13)
        assert figure.layout.height < (560 if presentation else 400)
