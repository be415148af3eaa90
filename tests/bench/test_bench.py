"""The table of `make bench` on made-up numbers, and the pages it compares with; nothing is timed here."""

from __future__ import annotations

import math

import pytest
from streamlit.testing.v1 import AppTest

from bench.growth import largest
from bench.line import EXPONENT, FASTER, LONGER, Line, Target, duration, faster, growth, longer, table
from bench.parts import PARTS
from bench.report import ROOT, append, entry, versions

LINES = (
    faster("a", "fit", 0.01, 2.0, "theirs", Target(150, at_least=True)),
    longer("e", "read", 9.0, 2.0, "theirs", Target(3)),
    longer("e", "read once more", 9.0, 2.0, "theirs"),
    Line("c", "killed", "", "", math.nan, EXPONENT, Target(1.1)),
)


def test_ratios_and_verdicts():
    assert [line.cells()[-3:] for line in LINES] == [
        ("200× as fast", "≥ 150", "meets"),
        ("4.5× as long", "≤ 3", "**misses**"),
        ("4.5× as long", "", ""),
        ("–", "≤ 1.1", "**no result**"),
    ]


@pytest.mark.parametrize(("value", "met"), [(3.0, True), (3.001, False), (0.5, True)])
def test_the_bound_itself_meets_a_target(value, met):
    assert Target(3).met(value) is met
    assert Target(3, at_least=True).met(6 - value) is met


def test_exponent_of_proportional_growth_is_one():
    line = growth("c", "time", 2.0, 200.0, 100, duration, Target(1.1))
    assert line.value == pytest.approx(1)
    assert line.cells()[2:5] == ("2 s → 200 s", "", "exponent 1")


def test_table_is_markdown_with_columns_of_one_width():
    rows = table(LINES).splitlines()
    assert len(rows) == 2 + len(LINES)
    assert len({len(row) for row in rows}) == 1
    assert {row.count("|") for row in rows} == {8}
    assert set(rows[1]) <= set("|- ")


def test_entries_are_added_at_the_end(tmp_path):
    path = tmp_path / "performance.md"
    path.write_text("# Performance\n\nWhat it means.\n", encoding="utf-8")
    for what in ("first", "second"):
        append(entry([Line("a", what, "1 s", "2 s", 2.0, FASTER)]), path)
    text = path.read_text(encoding="utf-8")
    assert text.startswith("# Performance\n\nWhat it means.\n\n## ")
    assert text.index("first") < text.index("second")
    assert text.count("\n\n## ") == 2
    assert text.count(versions()) == 2
    assert text.endswith("|\n")
    assert "\n\n\n" not in text


def test_versions_name_what_the_numbers_depend_on():
    for name in ("Python 3.", "numpy ", "pandas ", "statsmodels ", "streamlit ", " cores"):
        assert name in versions()


def test_the_largest_size_is_what_there_is_room_for():
    million = 1_000_000
    assert largest(10, 2_000, 10, 2_000) == (million, "")
    size, why = largest(10e6, 0.9e9, 1, 1e12)
    assert size == 600_000
    assert why == "1,000,000 patients would need 1 GB of memory, 1 GB are free: 600,000 instead"
    assert "disk" in largest(1, 1e12, 10e6, 0.9e9)[1]
    assert largest(1e12, 1, 1, 1e12)[0] == 100_000


def test_every_part_has_its_file_and_its_words():
    words = (ROOT / "docs" / "performance.md").read_text(encoding="utf-8")
    for part, name in PARTS.items():
        assert (ROOT / "bench" / f"{name}.py").is_file()
        assert f"\n| {part} | " in words


def test_seconds_as_a_person_reads_them():
    assert (duration(0.0123), duration(1.234), duration(281)) == ("12.3 ms", "1.23 s", "281 s")
    assert LONGER.format("2") == "2× as long"


@pytest.mark.parametrize("name", ["empty_page", "framed_page"])
def test_pages_to_compare_with_have_a_title_and_no_fault(name):
    page = AppTest.from_file(str(ROOT / "bench" / f"{name}.py"), default_timeout=60).run()
    assert not page.exception
    assert [title.value for title in page.title] == ["Empty"]
