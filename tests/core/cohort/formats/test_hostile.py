"""Hostile and broken files: each is refused in one plain sentence before it costs anything, or read whole."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from ivig_core.cohort.formats import workbook
from ivig_core.cohort.formats.open_book import open_book
from ivig_core.cohort.problems import Findings
from ivig_core.cohort.read import read_cohort
from ivig_core.cohort.reading.gate import Limits, RefusedError
from tests.core.cohort.formats.hostile import _ROW, READ, REFUSED, built, xlsx

MOST_MEMORY = 50_000_000
PEAK, STATUS = Path("/proc/self/clear_refs"), Path("/proc/self/status")


@pytest.fixture
def measured():
    """Runs something and gives back its result and the most memory that it took beyond what was there.

    As the kernel counts it, so that what Arrow takes is in it too. `tracemalloc` would not count that, and it can bring
    down a process in which threads of Arrow let go of Python's buffers.
    """
    if not os.access(PEAK, os.W_OK):
        pytest.skip("NO LINUX: memory was not measured.")

    def run(action):
        PEAK.write_text("5")  # The peak begins anew.
        before = _bytes("VmRSS")
        result = action()
        return result, _bytes("VmHWM") - before

    return run


def _bytes(name: str) -> int:
    found = next(line for line in STATUS.read_text().splitlines() if line.startswith(name))
    return 1024 * int(found.split()[1])


@pytest.mark.parametrize("name", REFUSED)
def test_a_hostile_file_is_refused_in_one_sentence(name, measured, monkeypatch):
    kind, _ = REFUSED[name]
    if kind not in ("damaged", "formula"):
        monkeypatch.setattr(workbook, "CalamineWorkbook", None)  # Nothing of it may be handed to the reader.
    data = built(name)

    intake, memory = measured(lambda: read_cohort(data, name="upload"))

    assert intake.cohort is None
    problem = intake.problems[0]
    assert (problem.severity, problem.kind) == ("error", kind)
    assert problem.message.endswith(".")
    assert problem.remedy.endswith(".")
    assert len(problem.message) < 300
    assert not any(word in problem.message for word in ("Traceback", "Error(", "\n"))
    if kind != "formula":
        assert len(intake.problems) == 1
    assert memory < MOST_MEMORY


def test_tags_are_counted_while_they_are_read():
    tags, data = 0, xlsx("<row/>" * 5_000)
    for most, refused in ((5_000, True), (6_000, False)):
        intake = read_cohort(data, Limits(max_tags=most))
        tags += refused == ("too_many_cells" in {problem.kind for problem in intake.problems})
    assert tags == 2


def test_empty_cells_that_say_where_they_are_cost_nothing_and_others_are_few():
    cells = "".join(f'<c r="{column}ROW" s="1"/>' for column in "CDEF")
    rows = "".join(f'<row r="{row}">{cells.replace("ROW", str(row))}</row>' for row in range(3, 300))
    filled = '<row r="400"><c r="A400"><v>7</v></c><c/><c><v>8</v></c></row>'
    hidden = '<row r="401" hidden="1"/><row r="402"/>'
    limits = Limits(max_tags=30, max_empty=10)
    (grid,) = open_book(xlsx(_ROW + rows + filled + hidden), "upload", limits, Findings()).grids
    assert (grid.rows[-1], grid.width) == (400, 3)
    with pytest.raises(RefusedError, match="more than 10 empty"):
        open_book(xlsx(_ROW + rows.replace(' r="', ' q="')), "upload", replace(limits, max_tags=5_000), Findings())


@pytest.mark.parametrize("name", READ)
def test_an_odd_file_is_read_whole(name, measured):
    data = built(name)

    book, memory = measured(lambda: open_book(data, "upload", Limits(), Findings()))

    (grid,) = book.grids
    assert grid.width >= 2
    assert 1 <= len(grid) <= 3
    assert memory < MOST_MEMORY
