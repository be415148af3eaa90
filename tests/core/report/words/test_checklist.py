"""The checklist: every item of STROBE, answered from the results where they can."""

from __future__ import annotations

import pytest

from ivig_core.report.words.checklist import COLUMNS, NOT_KNOWN, checklist
from tests.core.report.made import of


@pytest.mark.parametrize("name", ["many", "nothing", "zero"])
def test_every_item_has_an_answer_and_something_to_add(name):
    table = checklist(of(name))
    assert tuple(table.columns) == COLUMNS
    assert [item for item in table["Item"] if item.isdigit()] == [str(number) for number in range(1, 23)]
    assert table.map(lambda cell: isinstance(cell, str) and bool(cell.strip())).all(axis=None)
    assert not table["This cohort and analysis"].str.contains(r"\bnan\b|None\b(?! of)").any()


def test_answers_follow_the_results():
    def answer(results, item):
        return checklist(results).set_index("Item").loc[item, COLUMNS[2]]

    assert answer(of("many"), "5") == NOT_KNOWN
    assert "no time is immortal" in answer(of("many"), "9")
    assert "biased by immortal time" in answer(of("many", survival_group="ivig_ever", survival_event="death"), "9")
    assert "has no IgG" in answer(of("zero"), "14")
    assert "has no IgG" not in answer(of("many"), "14")
    assert "In the file, within follow-up: 40" in answer(of("many"), "13")
