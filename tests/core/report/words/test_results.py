"""Results: every number of the text stands in a table of the same report; edges give sentences, no made-up numbers."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from ivig_core.figures.overview.headline_words import remark
from ivig_core.report.exhibits.survival import competing as death_competing
from ivig_core.report.words import survival_results
from ivig_core.report.words.paragraphs import paragraphs
from ivig_core.report.words.rate_results import ratio
from ivig_core.spec import AnalysisSpec
from ivig_core.study.survival.beside_death import beside_death
from ivig_core.study.survival.numbers import competing_death
from tests.core.report.made import OWN, exhibits, of, study

NUMBER = re.compile(r"[<>]?\d[\d,]*(?:\.\d+)?(?:×10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?")
ESTIMATE = re.compile(r"([<>]?\d[\d.,]*(?: %| months)?|∞) \(((?!intervals)[^()]*\d[^()]*)\)")
"""A number with what stands in brackets behind it; the envelope of several intervals is no row's."""
CAUSAL = re.compile(r"\b(reduc|prevent|protect|caus|effect|should|recommend|benefit)", re.IGNORECASE)
SETTINGS = [
    {},
    {"landmark_day": 0, "window_cuts": (7, 14), "pre_exposure_days": 14, "survival_group": "none", "rate_ci": "exact"},
    {"episode_gap_days": 14, "population": "all", "adjust_for": ("phase", "igg"), "ci_method": "robust",
     "washout_days": 5, "survival_event": "death", "survival_group": "ivig_strategy"},
]  # fmt: skip
EDGES = ("nothing", "zero", "infinite")


def numbers(text: str) -> set[str]:
    """Numbers as they are written; signs before them are of the sentence."""
    return {found.rstrip(",") for found in NUMBER.findall(text)}


def rows_of_tables(name: str, **settings: object) -> list[set[str]]:
    """The numbers of each row of each table, and of its heads."""
    tables = [item.table for item in exhibits(name, **settings) if item.table is not None]
    return [numbers(" | ".join(row)) for table in tables for row in ([*table.columns], *table.to_numpy().tolist())]


def in_tables(name: str, **settings: object) -> set[str]:
    return set().union(*rows_of_tables(name, **settings))


@pytest.mark.parametrize("settings", SETTINGS, ids=lambda chosen: "-".join(chosen) or "default")
def test_every_number_of_the_text_stands_in_a_table(settings):
    text = paragraphs(of("many", **settings)).results
    assert len(numbers(text)) > 15
    assert numbers(text) - in_tables("many", **settings) == set()


@pytest.mark.parametrize("settings", SETTINGS, ids=lambda chosen: "-".join(chosen) or "default")
def test_an_estimate_and_its_interval_stand_in_one_row(settings):
    """Not three numbers from anywhere: those of the group, the model and the time that the sentence names."""
    rows = rows_of_tables("many", **settings)
    told = [(value, limits) for value, limits in ESTIMATE.findall(paragraphs(of("many", **settings)).results)]
    assert len(told) > 10
    apart = [pair for pair in told if not any(numbers(" ".join(pair)) <= row for row in rows)]
    assert apart == []


def test_a_finite_ratio_without_infections_on_ivig_is_told_with_what_it_would_be():
    """The methods say that it is said."""
    made = of("zero", ci_method="firth")
    assert made.headline.main["status"] == "ok"
    assert "Without bias reduction the ratio is 0" in " ".join(said.text for said in ratio(made))
    assert remark(made.headline).startswith("Without bias reduction the ratio is 0")


@pytest.mark.parametrize("group", ["ivig_ever", OWN])
def test_tests_and_ratios_where_death_competes_stand_in_their_table(group):
    spec = AnalysisSpec().change(survival_group=group, landmark_day=0, survival_event="infection")
    made = replace(
        of("many"), competing=competing_death(study("many"), spec), beside_death=beside_death(study("many"), spec)
    )
    tables = [item.table for item in death_competing(made, presentation=False)]
    assert len(tables) == 2
    text = " ".join(said.text for said in survival_results.competing(made))
    assert "between the groups (Gray’s test p" in text
    assert ("biases the comparison" in text) == (group == "ivig_ever")
    assert ("Fine–Gray" in text) == (group == "ivig_ever")
    assert numbers(text) - set().union(*(numbers(" | ".join(row)) for t in tables for row in t.to_numpy())) <= {"12"}
    assert not CAUSAL.search(text)


@pytest.mark.parametrize("name", EDGES)
def test_so_it_is_at_the_edges(name):
    text = paragraphs(of(name)).results
    assert numbers(text) - in_tables(name) == set()
    assert not re.search(r"\b(nan|None|inf)\b", text)
    assert not CAUSAL.search(text)


def test_a_ratio_of_zero_and_one_without_end_are_told_as_such():
    zero, infinite = (paragraphs(of(name)).results for name in ("zero", "infinite"))
    assert "no infection fell on a day on IVIG (rate ratio 0.00 (0.00–" in zero
    assert re.search(r"no infection fell on a day off IVIG \(rate ratio ∞ \(\d", infinite)


@pytest.mark.parametrize("name", ["nothing", "no_ivig"])
def test_without_a_ratio_there_is_the_reason(name):
    assert "There is no rate ratio of days on against days off IVIG: " in paragraphs(of(name)).results


def test_nobody_is_said_and_nothing_else():
    said = paragraphs(of("many", where="age>=1000")).results
    assert said == "No patient of the cohort meets the filters of this analysis."


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (0.5, 0.9, "fewer infections"),
        (0.5, 1.0, "not clearly"),
        (1.0, 2.0, "not clearly"),
        (1.1, 2.0, "more infections"),
    ],
)
def test_a_direction_is_told_only_where_the_interval_excludes_one(low, high, said):
    results = of("many")
    main = results.headline.main.copy()
    main[["status", "irr", "ci_low", "ci_high"]] = "ok", (low + high) / 2, low, high
    first, *_ = ratio(replace(results, headline=replace(results.headline, main=main)))
    assert said in first.text
    assert ("associated with" in first.text) == (said != "not clearly")


def test_names_of_groups_are_as_in_the_file():
    said = paragraphs(of("many", survival_group=OWN))
    assert f"“{OWN}”" in said.methods
    assert "“<b>&|" in said.results
