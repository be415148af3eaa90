"""The published numbers and how one of them is found."""

from __future__ import annotations

import pytest

from ivig_core.evidence.table import COLUMNS, FILE, Lookup, find, matching, published

STUDIES = {"lancman2026", "cheruvalath2024", "lancman2021", "lancman2023", "katz2018", "emerson_blog"}


def test_every_row_is_read_with_its_decimals():
    rows = published()
    assert len(rows) == 371
    assert {row.study_id for row in rows} == STUDIES
    ratio = find(Lookup("lancman2021", "infection", measure="irr"))
    assert (ratio.estimate, ratio.ci_high, ratio.p_value) == ("0.92", "1.10", ".376")
    assert (ratio.number, ratio.interval) == (0.92, (0.76, 1.10))


def test_a_number_printed_in_words_is_none():
    fold = find(Lookup("cheruvalath2024", "overall_survival", measure="fold"))
    assert (fold.number, fold.interval) == (None, None)


def test_one_limit_is_no_interval():
    assert all(bool(row.ci_low) == bool(row.ci_high) for row in published())


@pytest.mark.parametrize(
    ("lookup", "number"),
    [
        (Lookup("lancman2021", "nothing of the kind"), "0"),
        (Lookup("lancman2021", measure="irr"), "3"),
        (Lookup("lancman2026", "infection", exposed="ivig_group", measure="count"), "2"),
    ],
)
def test_none_and_several_are_errors(lookup, number):
    with pytest.raises(LookupError, match=f"{number} published numbers match study_id='lancman202"):
        find(lookup)


def test_blank_asks_for_blank_and_a_star_for_a_beginning():
    everything = Lookup("lancman2021", "infection", exposed="on_ivig")
    assert len(list(matching(everything))) == 4
    assert len(list(matching(Lookup("lancman2021", "infection", exposed="on_ivig", subgroup="")))) == 2
    assert len(list(matching(Lookup("lancman2021", "infection", exposed="on_ivig", subgroup="overall*")))) == 2


def test_a_file_of_other_columns_is_refused(tmp_path):
    path = tmp_path / "other.csv"
    path.write_text(FILE.read_text(encoding="utf-8").replace(COLUMNS[0], "study", 1), encoding="utf-8")
    with pytest.raises(ValueError, match=r"other\.csv has the columns"):
        published(path)
