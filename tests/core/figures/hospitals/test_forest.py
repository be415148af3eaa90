"""The forest of hospitals: every hospital a row, all together and their mean, words that follow what is drawn."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from functools import cache

import pytest

from ivig_core.export import safe_csv
from ivig_core.figures.hospitals.forest import hospital_forest
from ivig_core.figures.hospitals.lines import BY_LIKELIHOOD, MEAN, TOGETHER, TOO_FEW
from ivig_core.figures.hospitals.tables import in_full, in_words, parts_of
from ivig_core.figures.hospitals.words import finding, heterogeneity, model_name, only_in_sum
from ivig_core.figures.theme import alt_text, stamp
from ivig_core.figures.words import estimate
from ivig_core.hospitals.pool import FIXED, LIKELIHOOD, RANDOM, SITE, pool
from ivig_core.hospitals.site_json import site_json
from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study
from tests.core.figures.studies import trace
from tests.core.hospitals.hospitals import five, sites_of
from tests.core.make import Patient, cohort

SPEC = AnalysisSpec()


def alike(number: int, infections: list[int]) -> Study:
    """Patients with days on IVIG from 50 to 80 of 200, all with the same infections."""
    return Study(cohort(*(Patient(days=200, doses=[50], infections=infections) for _ in range(number))))


@cache
def mixed():
    """Three hospitals with a ratio, one without infection on IVIG, one without any, one with a single patient."""
    odd = [alike(12, [10]), alike(12, []), alike(1, [10, 60])]
    return pool(sites_of([*five()[1][:3], *odd], SPEC))


def drawn(pooled, **options):
    return hospital_forest(pooled, "", "on_ivig", synthetic=False, **options)


def row_of(pooled, model):
    return pooled.irr.set_index("model").loc[model]


def test_every_hospital_is_a_row_and_one_without_a_ratio_says_why():
    pooled = mixed()
    figure = drawn(pooled)
    labels = [text.replace("<b>", "").replace("</b>", "") for text in trace(figure, "label").text[1:]]
    assert labels == ["A", "B", "C", "D", "E", "F", TOGETHER, MEAN, BY_LIKELIHOOD]
    assert [text for text in trace(figure, "reasons").text] == [f"<i>{TOO_FEW}</i>"] * 2
    assert list(trace(figure, "reasons").y) == [4.0, 5.0]
    rows = pooled.irr.set_index("model")
    expected = [
        estimate(rows.loc[name, "status"], rows.loc[name, "irr"], rows.loc[name, "ci_low"], rows.loc[name, "ci_high"])
        for name in (*(f"{SITE}{one}" for one in "ABCD"), FIXED, RANDOM, LIKELIHOOD)
    ]
    shown = [text.replace("<b>", "").replace("</b>", "") for text in trace(figure, "ratio").text[1:]]
    assert shown == expected
    assert expected[3].startswith("0.00 (0.00–")
    parts = [text for text in trace(figure, "weight").text[1:] if text]
    assert len(parts) == 4
    # What a hospital withholds is in no text of the figure.
    assert "≤ 7" in trace(figure, "patients").text


def test_the_mean_has_its_prediction_interval_as_a_whisker_inside_the_axis():
    pooled = mixed()
    figure = drawn(pooled)
    differ = pooled.heterogeneity.iloc[0]
    whisker = trace(figure, "prediction interval")
    assert list(whisker.y) == [7, 7]
    low, high = (10**end for end in figure.layout.xaxis.range)
    for end, place in zip((differ["predicted_low"], differ["predicted_high"]), whisker.x, strict=True):
        assert place == pytest.approx(min(max(end, low), high))
    assert figure.layout.meta["finding"].startswith("Four of six hospitals: ")
    assert "2 hospitals without a ratio" in alt_text(figure)
    assert only_in_sum(pooled.irr).startswith("D is in the ratio of all together and in the mean by likelihood")
    assert "prediction interval" in heterogeneity(differ)


@pytest.mark.parametrize(
    ("studies", "title", "differ"),
    [
        ([alike(12, [10]), alike(9, [])], "One of two hospitals: no infection on IVIG in patients with days both",
         "cannot be told"),
        ([alike(12, [60])], "One hospital: no infection off IVIG in patients with days both", "cannot be told"),
        ([alike(2, [10, 60]), alike(2, [])], "Two hospitals together: no rate ratio, too few", "cannot be told"),
        (five()[1][:2], "Two hospitals together: ", "No mean over hospitals"),
    ],
)  # fmt: skip
def test_titles_say_no_more_than_there_is(studies, title, differ):
    pooled = pool(sites_of(studies, SPEC))
    assert finding(pooled.irr, "on_ivig").startswith(title)
    assert differ in heterogeneity(pooled.heterogeneity.iloc[0])
    figure = drawn(pooled, presentation=True)
    assert "prediction interval" not in [item.name for item in figure.data]
    row = row_of(pooled, FIXED)
    if row["status"] == "ok" and row["ci_low"] <= 1 <= row["ci_high"]:
        assert "no clear difference" in figure.layout.meta["finding"]


def test_long_names_fit_their_column_and_stay_apart():
    names = ["血液内科" * 15, "Klinik " * 9 + "A", "Klinik " * 9 + "B", "W" * 70]
    sites = [replace(site, name=name) for site, name in zip(sites_of(five()[1][:4], SPEC), names, strict=True)]
    labels = trace(drawn(pool(sites)), "label").text[1:5]
    assert len(set(labels)) == 4
    assert [len(label) for label in labels] == [13, 25, 25, 13]


def test_without_single_hospitals_none_is_in_the_figure():
    text = json.dumps(drawn(mixed(), single=False).to_plotly_json(), default=list)
    assert TOGETHER in text
    assert not [name for name in "ABCDEF" if f'"{name}"' in text or f"<b>{name}</b>" in text]
    assert "≤" not in text


def test_the_cohort_beside_does_not_make_hospitals_synthetic_and_simulated_ones_are():
    assert "synthetic" not in stamp(drawn(mixed())).layout.meta
    figure = hospital_forest(mixed(), "", "on_ivig", synthetic=True)
    assert "SYNTHETIC" in figure.layout.title.subtitle.text


def test_tables_have_every_number_and_withhold_what_is_withheld():
    pooled = mixed()
    words, full = in_words(pooled, "", "on_ivig"), in_full(pooled, "", "on_ivig")
    assert len(words) == len(full) == 9
    assert list(words["Patients"])[-1] == "≤ 7"
    assert full["between_predicted_low"].notna().sum() == 1
    row = full.set_index("model").loc[FIXED]
    assert math.isclose(row["irr"], row_of(pooled, FIXED)["irr"])
    assert b"pooled_fixed" in safe_csv(full)


def test_a_file_in_words_has_all_of_its_parts_and_their_sizes():
    spec = SPEC.change(adjust_for=("season",), window_cuts=(14,))
    site = sites_of(five()[1][:1], spec)[0]
    parts = parts_of(site)
    assert list(parts["Part"]).count("name") == 1
    assert sum(parts["Part"].str.endswith("profile")) == 4
    told = sum(int(size.replace(",", "")) for size in parts["Bytes"])
    whole = len(json.dumps(site_json(site)))
    # Names of fields and brackets are all that is not counted.
    assert 0.85 * whole < told < whole
    assert "season" in parts.set_index("Part").loc["definitions", "In this file"].lower()
    assert model_name("season,phase") == "adjusted for season and disease phase"
