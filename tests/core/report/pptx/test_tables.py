"""Tables of any shape in parts for slides: nothing is lost, nothing is wider or higher than a slide."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from ivig_core.report.pptx import measure
from ivig_core.report.pptx.tables import INSET_X, INSET_Y, parts

ROOM = (880.0, 380.0)
WORDS = st.text(st.sampled_from("abü W|<0.∞ \n"), max_size=40) | st.sampled_from(
    ["x" * 200, "word " * 60, "", "漢" * 30]
)
TABLES = st.integers(1, 14).flatmap(
    lambda columns: st.tuples(
        st.tuples(*[st.text(st.sampled_from("abcü "), max_size=60)] * columns),
        st.lists(st.tuples(*[WORDS] * columns), max_size=6),
        st.integers(0, 200),
    )
)


def told(cell: str) -> str:
    """A text without its breaks: a page may break it where a slide ends."""
    return "".join(cell.split())


@settings(max_examples=40, deadline=None)
@given(TABLES, st.sampled_from([ROOM, (600.0, 250.0)]))
def test_parts_hold_the_table_and_fit(table, room):
    header, few, number = table
    rows = [few[at % len(few)] for at in range(number if len(header) < 4 else number % 9)] if few else []
    found = parts(header, rows, room)
    seen: dict[tuple[int, int], str] = {}
    for part in found:
        assert part.size >= 12
        assert part.header == tuple(header[column] for column in part.columns)
        assert part.columns[0] == 0
        assert sum(part.widths) <= room[0] + 0.01
        assert sum(part.heights) <= room[1] + 0.01 or len(part.cells) == 1
        for cells, high in zip((part.header, *part.cells), part.heights, strict=True):
            for cell, wide in zip(cells, part.widths, strict=True):
                assert measure.height(cell, part.size, wide - 2 * INSET_X) + 2 * INSET_Y <= high + 0.01
        for row, cells in zip(part.rows, part.cells, strict=True):
            for column, cell in zip(part.columns, cells, strict=True):
                if column or part.columns == found[0].columns:
                    seen[row, column] = seen.get((row, column), "") + told(cell)
    assert seen == {(row, column): told(cell) for row, cells in enumerate(rows) for column, cell in enumerate(cells)}
    assert [column for part in found if part.rows[:1] in ((), (0,)) for column in part.columns[1:]][
        : len(header) - 1
    ] == (list(range(1, len(header))))


def test_a_row_taller_than_a_slide_goes_on():
    found = parts(("What", "Why"), [("a", "because " * 900)], ROOM)
    assert len(found) > 1
    assert {row for part in found for row in part.rows} == {0}
    assert told("".join(cells[1] for part in found for cells in part.cells)) == "because" * 900


def test_the_same_number_of_rows_on_every_slide():
    found = parts(("A", "B"), [(str(number), "x") for number in range(41)], ROOM)
    sizes = [len(part.cells) for part in found]
    assert max(sizes) - min(sizes) <= 1


def test_no_table_no_part():
    assert parts((), [], ROOM) == []


@settings(max_examples=50, deadline=None)
@given(st.text(st.sampled_from("abü W|<0.∞ \n漢\u0301"), max_size=80), st.floats(20, 400))
def test_lines_keep_every_sign_and_fit(text, room):
    lines = measure.lines(text, 12, room)
    assert "".join(lines).replace(" ", "") == text.replace("\n", "").replace(" ", "")
    assert all(measure.width(line.rstrip(" "), 12) <= room + 0.01 or len(line.strip(" ")) <= 1 for line in lines)
