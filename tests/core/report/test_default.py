"""What a report holds where nobody chose: in order, every cell text, findings as titles, and no cohort without one."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from ivig_core.figures.theme import finding
from ivig_core.report.default import make_report
from ivig_core.report.exhibits.survival import survival
from tests.core.report.made import OWN, exhibits, of

KEYS = [
    "rates", "subgroups", "all_subgroups", "first_dose_rules", "survival", "survival_numbers", "death_competing",
    "hazard_ratios", "around_first_dose", "sensitivity", "rate_ratios", "baseline", "doubts", "attrition",
]  # fmt: skip
FIGURES = ["rates", "subgroups", "survival", "death_competing", "around_first_dose", "sensitivity"]
PAGES = {"Overview", "Infection rates", "Infection-free survival", "Who was given IVIG", "Can we trust it?"}


def test_the_order_is_that_of_a_tumor_board():
    made = exhibits("many")
    assert [item.key for item in made] == KEYS
    assert [item.key for item in made if item.figure is not None] == FIGURES
    assert {item.section for item in made} == PAGES
    assert all(item.table is not None for item in made)


@pytest.mark.parametrize("name", ["many", "nothing", "zero", "infinite"])
def test_titles_are_findings_and_every_cell_is_text(name):
    for item in exhibits(name):
        assert item.title.strip()
        assert not item.title.endswith(".")
        if item.figure is not None:
            assert finding(item.figure) == item.title
            assert item.alt
        if item.table is not None:
            assert item.table.map(lambda cell: isinstance(cell, str)).all(axis=None)
            assert not item.table.isin(["nan", "None", "<NA>"]).any(axis=None)
            assert item.table.columns.is_unique
        if item.table is None:
            assert item.remarks


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("many", {"where": "age>=1000"}),
        ("no_ivig", {}),
        ("one", {}),
    ],
)
def test_no_cohort_is_without_a_report(name, settings):
    made = make_report(of(name, **settings), day=date(2026, 5, 28))
    assert made.title
    assert made.exhibits
    assert made.words.methods
    assert made.words.results


def test_names_of_the_file_stand_whole_in_tables():
    (item,) = survival(of("many", survival_group=OWN), presentation=True)
    medians = item.table
    assert medians["Group"].str.startswith("<b>&|").all()
    assert medians["Group"].str.len().min() > 60


def test_a_report_says_whose_it_is():
    made = make_report(of("one"), day=date(2026, 5, 28), title=" Ours ", hospital="Köln|1", notes="n", exhibits=())
    assert (made.title, made.hospital, made.notes, made.exhibits) == ("Ours", "Köln|1", "n", ())
    assert made.foot.endswith("Köln|1 · 2026-05-28")
    assert isinstance(made.checklist, pd.DataFrame)
    assert make_report(of("one"), day=date(2026, 5, 28), exhibits=()).title == "No infection on IVIG"
