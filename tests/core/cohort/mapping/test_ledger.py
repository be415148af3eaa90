"""No row is lost without a word: rows = used + left out, facts made = in the cohort + repeated, for any table."""

from __future__ import annotations

from datetime import date

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from ivig_core.cohort.formats.open_book import open_book
from ivig_core.cohort.importing import import_book
from ivig_core.cohort.mapping.gather import one_a_day, one_each
from ivig_core.cohort.problems import Findings
from ivig_core.cohort.reading.gate import Limits, RefusedError
from tests.core.cohort.mapping.tables import book_of, imported, text_book

HEADER = ["Study ID", "Event", "Date", "End", "Grade", "Sex", "g"]
STRANGE = [
    [], HEADER, ["(text)", "(type)", "(yyyy-mm-dd)", "(yyyy-mm-dd)", "1-5"], ["Total", "", "", "", "7"],
    ["# a comment"], ["1", "Phone call", "2022-03-01"], ["1", "", "2022-03-01"],
    ["", "Infection", "2022-03-01", "", "2"], ["", "", "", "", "", "", " "], ["1", "Infection"],
]  # fmt: skip

_day = st.dates(date(2022, 1, 2), date(2022, 12, 30)).map(str)
_infection = st.builds(
    lambda who, day, grade: [who, "Infection", day, "", grade],
    st.sampled_from("12"),
    _day,
    st.sampled_from(["1", "Grade 2", "3"]),
)
_dose = st.builds(lambda who, day: [who, "IVIG", day, "", "", "", "30"], st.sampled_from("12"), _day)
PATIENTS = [[who, "Baseline", "2022-01-01", "2022-12-31", "", "F"] for who in "12"]


@settings(max_examples=40, derandomize=True, deadline=None)
@given(st.lists(_infection | _dose, min_size=1, max_size=6), st.data())
def test_every_row_of_a_table_is_accounted_for(facts, data):
    rows = [*PATIENTS, *facts, *data.draw(st.lists(st.sampled_from(facts), max_size=2))]
    rows = data.draw(st.permutations(rows))
    for row in data.draw(st.lists(st.sampled_from(STRANGE), max_size=4)):
        rows.insert(data.draw(st.integers(0, len(rows))), row)
    rows = [*([["A title"]] * data.draw(st.integers(0, 2))), HEADER, *rows]
    book = book_of(Sheet1=rows)
    proposed, _ = imported(book)
    made, problems = imported(book, guessing=False, mapping=proposed.mapping.settled())

    ledger = made.ledger
    assert ledger.adds_up
    assert ledger.rows == len(rows)
    assert ledger.used >= len(PATIENTS) + len(facts)
    assert set(ledger.left_out["row"]).isdisjoint(made.made.row)
    assert set(ledger.left_out["row"]) | set(made.made.row) == set(range(1, len(rows) + 1))
    if made.cohort is not None:
        assert len(made.cohort.ivig) == len({tuple(row) for row in facts if row[1] == "IVIG"})
    else:
        # Only a row without its patient, its day or its grade can stop a file of these rows.
        assert {problem.kind for problem in problems if problem.severity == "error"} == {"required"}


@settings(max_examples=60, derandomize=True, deadline=None)
@given(st.data())
def test_stray_characters_lose_no_line_in_silence(data):
    lines = [",".join(row) for row in (HEADER, *PATIENTS, ["1", "Infection", "2022-03-01", "", "2"])]
    text = "\n".join([*lines, *lines[3:]]) + "\n"
    for stray in data.draw(
        st.lists(st.sampled_from(['"', ",", ";", "\n", "\r", "\r\n", '""', '",', "\t", "|"]), max_size=3)
    ):
        at = data.draw(st.integers(0, len(text)))
        text = text[:at] + stray + text[at:]
    findings = Findings()
    try:
        book = open_book(text.encode(), "table.csv", Limits(), findings)
    except RefusedError:
        return
    inside = book.grids[0].lines.inside
    proposed = import_book(book, findings, guessing=True)
    if proposed.mapping is None or not proposed.mapping.sheets:
        assert findings.total("error")
        return
    made, _ = imported(book, guessing=False, mapping=proposed.mapping.settled())

    assert made.ledger.adds_up
    physical = len(text.replace("\r\n", "\n").replace("\r", "\n").splitlines())
    assert made.ledger.rows + inside == physical
    left_out, used = set(made.ledger.left_out["row"]), set(made.made.row.tolist())
    assert left_out.isdisjoint(used)
    # Rows that are gathered into one fact have the place of the first.
    gathered = any(block.once for sheet in proposed.mapping.sheets for block in sheet.blocks)
    assert gathered or left_out | used == set(book.grids[0].rows.tolist())


def test_a_kind_that_the_mapping_does_not_know_is_in_the_list_with_its_name():
    rows = [HEADER, *PATIENTS, ["1", "Infection", "2022-03-01", "", "2"]]
    mapping = imported(book_of(Sheet1=rows))[0].mapping
    made, _ = imported(book_of(Sheet1=[*rows, ["1", "Transplant", "2022-04-01"]]), mapping=mapping, guessing=False)

    assert made.ledger.left_out.iloc[-1].tolist() == ["Sheet1", 5, "Event is “Transplant”", ""]


def test_rows_of_one_patient_and_of_one_day_are_gathered_without_losing_what_cannot_be_read():
    visits = pd.DataFrame(
        {"patient_id": ["1", "1", "", "", "2"], "start": ["10", "9", "3", "4", "soon"], "end": ["9", "10", "", "5", ""],
         "sex": ["", "F", "", "", "M"]}
    )  # fmt: skip
    assert one_each(visits).to_numpy().tolist() == [
        ["1", "9", "10", "F"], ["", "3", "", ""], ["", "4", "5", ""], ["2", "soon", "", "M"]
    ]  # fmt: skip

    doses = pd.DataFrame(
        {"patient_id": ["1", "1", "1", "2", "2"], "start": ["2022-01-01"] * 2 + ["2022-01-02"] * 3,
         "dose_g": ["0.1", "0.2", "", "10", "some"]}
    )  # fmt: skip
    assert one_a_day(doses)["dose_g"].tolist() == ["0.3", "", "some"]


def test_a_headerless_file_is_said_to_be_one():
    made = import_book(text_book("1,infection,2022-03-01,2\n2,infection,2022-03-02,2\n"), findings := Findings())

    assert made.mapping is None
    assert [problem.kind for problem in findings.finished()] == ["shape_no_header"]


def test_facts_without_what_none_can_be_without_are_no_cohort():
    book = text_book(
        "Study ID,Follow-up start,Infection 1 date,Infection 1 grade\n"
        "1,2022-01-01,2022-03-01,2\n2,2022-01-01,2022-03-02,3\n"
    )
    proposed = import_book(book, Findings(), guessing=True)

    made = import_book(book, findings := Findings(), mapping=proposed.mapping.settled())

    assert made.cohort is None
    assert [(item.row, "needs end" in item.message) for item in findings.finished()] == [(2, True), (3, True)]
