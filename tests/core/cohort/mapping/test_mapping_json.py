"""A mapping as a file: what is written is read, what is not ours is refused in one sentence, and it is used again."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivig_core.cohort.importing import import_book
from ivig_core.cohort.mapping.mapping import Block, CohortMapping, Field, Guess, Question, SheetMapping
from ivig_core.cohort.mapping.mapping_json import as_json, read_mapping
from ivig_core.cohort.problems import Findings
from ivig_core.cohort.reading.gate import Limits
from ivig_core.errors import CohortError
from tests.core.cohort.mapping.tables import asked, imported, text_book

TABLE = """Study ID,FU start,FU end,Gender,Infection date,Grade,Pathogen
1,2022-01-01,2023-01-01,M,2022-02-01,2,Bact
2,2022-01-01,2023-01-01,F,2022-03-01,3,Virus
"""

_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
_pairs = st.dictionaries(_text, _text, max_size=3)
_fields = st.builds(
    Field, column=st.none() | _text, constant=st.none() | _text, boxes=_pairs, values=_pairs,
    dates=st.sampled_from([None, "dmy", "mdy"]), times=st.none() | st.sampled_from([7.0, 0.001, 3]),
    limits=st.sampled_from([None, "bound", "blank"]), years_until=st.none() | _text, fill_down=st.booleans(),
    new_ids=st.booleans(),
)  # fmt: skip
_texts = st.lists(_text, max_size=3).map(tuple)
_blocks = st.builds(
    Block, record=st.just("infection"), when=st.dictionaries(_text, _texts, max_size=2), needs=_texts,
    fields=st.fixed_dictionaries({"patient_id": _fields}, optional={"start": _fields, "grade": _fields}),
    once=st.booleans(), same_day=st.booleans(),
)  # fmt: skip
_sheets = st.builds(
    SheetMapping, sheet=_text, header_row=st.integers(1, 99), blocks=st.lists(_blocks, max_size=2).map(tuple),
    ignored=_texts,
)  # fmt: skip
_mappings = st.builds(
    CohortMapping, sheets=st.lists(_sheets, min_size=1, max_size=2, unique_by=lambda sheet: sheet.sheet).map(tuple),
    headers=st.dictionaries(_text, _texts, max_size=2), shape=_text, missing=_texts,
    guesses=st.lists(st.builds(Guess, _text, _text, _text, _text, st.just("likely")), max_size=2).map(tuple),
    questions=st.lists(st.builds(Question, _text, _text, _text, _text), max_size=2).map(tuple),
)  # fmt: skip


@settings(max_examples=40, derandomize=True, deadline=None)
@given(_mappings)
def test_what_is_written_is_read(mapping):
    assert read_mapping(as_json(mapping)) == mapping
    assert read_mapping(as_json(mapping).encode()) == mapping


@cache
def _written() -> str:
    return as_json(imported(TABLE)[0].mapping)


def _changed(path: str, value: object) -> str:
    given = json.loads(_written())
    at = given
    *parents, last = path.split("/")
    for name in parents:
        at = at[int(name) if name.isdigit() else name]
    at[last] = value
    return json.dumps(given)


@pytest.mark.parametrize(
    "hostile",
    [
        b"", b"\xff\xfe", b"null", b"[]", b"{}", b"[" * 100_000, b'{"a":' * 100_000, b"1" * 10_000,
        b'{"ivig_mapping": 1}', b'{"ivig_mapping": 1, "sheets": []}', b'{"ivig_mapping": 1, "sheets": "x"}',
        b'{"ivig_mapping": 1, "sheets": [null]}', b'{"ivig_mapping": 2, "sheets": []}', b" " * 5_000_001,
        b'{"ivig_mapping": 1, "sheets": [], "shape": "\\ud800"}',
        _changed("more", 1), _changed("shape", 1), _changed("missing", "x"), _changed("headers", []),
        _changed("headers", {"a": 1}), _changed("guesses", [{"sure": "very"}]), _changed("questions", [1]),
        _changed("sheets/0/header_row", 0), _changed("sheets/0/header_row", True),
        _changed("sheets/0/header_row", 10**30), _changed("sheets/0/header_row", "1" * 100_000),
        _changed("sheets/0/sheet", None), _changed("sheets/0/blocks", {}), _changed("sheets/0/blocks/0/record", []),
        _changed("sheets/0/blocks/0/record", "x" * 100_000), _changed("sheets/0/blocks/0/fields", {}),
        _changed("sheets/0/blocks/0/fields/record", "Gender"), _changed("sheets/0/blocks/0/fields/grade", "Grade"),
        _changed("sheets/0/blocks/0/fields/ row", "Gender"), _changed("sheets/0/blocks/1/fields/own", "Gender"),
        _changed("sheets/0/blocks/0/fields/start", 1), _changed("sheets/0/blocks/0/fields/start", {"column": 1}),
        _changed("sheets/0/blocks/0/fields/start", {"times": "7"}),
        _changed("sheets/0/blocks/0/fields/start", {"times": float("inf")}),
        _changed("sheets/0/blocks/0/fields/start", {"times": float("nan")}),
        _changed("sheets/0/blocks/0/fields/start", {"dates": []}),
        _changed("sheets/0/blocks/0/fields/start", {"dates": "ymd"}),
        _changed("sheets/0/blocks/0/fields/start", {"limits": {}}),
        _changed("sheets/0/blocks/0/fields/start", {"values": {"a": 1}}),
        _changed("sheets/0/blocks/0/fields/start", {"fill_down": "yes"}),
        _changed("sheets/0/blocks/0/when", {"a": "b"}), _changed("sheets/0/blocks/0/needs", "start"),
    ],
)  # fmt: skip
def test_a_hostile_mapping_is_refused_in_one_short_sentence(hostile):
    with pytest.raises(CohortError) as refused:
        read_mapping(hostile)

    assert len(str(refused.value)) < 500
    assert "\n" not in str(refused.value)
    str(refused.value).encode()


def test_a_sheet_named_twice_and_blocks_without_end_are_refused():
    block = {"record": "patient", "fields": {"patient_id": "a"}}
    for sheets in (
        [{"sheet": "s", "header_row": 1}] * 2,
        [{"sheet": "s", "header_row": 1, "blocks": [block] * 20_001}],
    ):
        with pytest.raises(CohortError, match=r"twice|more than 3,000"):
            read_mapping(json.dumps({"ivig_mapping": 1, "sheets": sheets}))


def test_the_same_columns_with_new_rows_need_no_new_mapping():
    mapping = read_mapping(as_json(imported(TABLE)[0].mapping))
    made, problems = imported(TABLE + "3,2022-01-01,2023-01-01,M,2022-04-01,1,Bact\n", guessing=False, mapping=mapping)

    assert asked(problems) == []
    assert len(made.cohort) == 3
    assert made.cohort.infection["pathogen"].tolist() == ["bacterial", "viral", "bacterial"]


def test_columns_that_are_gone_are_named():
    mapping = imported(TABLE)[0].mapping
    _, problems = imported(TABLE.replace("Gender", "Sex").replace("Grade", "CTC"), guessing=False, mapping=mapping)

    assert [problem.column for problem in problems] == ["Gender", "Grade"]


def test_values_that_the_mapping_does_not_know_are_named():
    mapping = imported(TABLE)[0].mapping
    _, problems = imported(TABLE + "3,2022-01-01,2023-01-01,div,2022-04-01,1,Prion\n", guessing=False, mapping=mapping)

    told = [(problem.row, problem.column, problem.value) for problem in problems if problem.severity == "error"]
    assert told == [(4, "Gender", "div"), (4, "Pathogen", "Prion")]


def test_a_mapping_that_would_make_far_more_of_a_file_than_stands_in_it_is_refused():
    text = "who,from,until,sick\nA,2021-01-01,2022-01-01,2021-03-01\nB,2021-01-01,2022-01-01,\n"
    book, who = text_book(text), Field(column="who")
    patient = Block("patient", {"patient_id": who, "start": Field(column="from"), "end": Field(column="until")})
    own = replace(patient, fields={**patient.fields, **{f"own {at}": Field(column="sick") for at in range(600)}})
    sick = Block("infection", {"patient_id": who, "start": Field(column="sick"), "grade": Field(constant="2")})
    few = Limits(max_cells=300)
    for blocks, limits, kind in (((own,), Limits(), "too_wide"), ((patient, *[sick] * 50), few, "too_many_cells")):
        findings = Findings()
        mapping = CohortMapping((SheetMapping(book.grids[0].name, 1, blocks),))
        made = import_book(book, findings, mapping=mapping, limits=limits)
        assert (made.cohort, made.made) == (None, None)
        (problem,) = findings.finished()
        assert kind == problem.kind
        assert "The mapping makes" in problem.message
