"""What is published as exhibits of a report: the cohort's own beside it, or alone where it may not be shown."""

from __future__ import annotations

from ivig_core.cohort.read import read_cohort
from ivig_core.figures.theme import alt_text
from ivig_core.report.exhibits.evidence import evidence_exhibits
from ivig_core.simulate.cohort import simulate_cohort
from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study
from tests.paths import SAMPLES

SPEC = AnalysisSpec()


def test_figure_and_tables_with_and_without_the_cohort():
    study = Study(read_cohort(SAMPLES / "known_truth.csv").cohort)
    forest, twice = evidence_exhibits(study, SPEC)
    alone = evidence_exhibits(None, SPEC)
    assert [item.key for item in alone] == [forest.key, twice.key] == ["published_evidence", "published_immortal"]
    assert forest.title == alone[0].title
    assert set(forest.table) - set(alone[0].table) == {"This cohort (95 %)"}
    assert "this cohort" in [item.name for item in forest.figure.data]
    assert "this cohort" not in [item.name for item in alone[0].figure.data]
    for item in (forest, twice, *alone):
        assert all(isinstance(cell, str) for name in item.table for cell in item.table[name])
        assert item.alt
        assert item.remarks
    assert alt_text(forest.figure) == forest.alt
    nobody = evidence_exhibits(study, SPEC.change(where="age>200"))
    assert list(nobody[0].table) == list(alone[0].table)


def test_a_likeness_is_said():
    made = evidence_exhibits(Study(simulate_cohort("daratumumab", 30, 5)), SPEC)[0]
    assert any("made to resemble Lancman 2026" in text for text in made.remarks)
