"""Questions about other columns than the one with the answer: units, frequencies, rows of an instrument or an event."""

from __future__ import annotations

import pytest

from ivig_core.cohort.guessing.again import infections_are, rows_are, texts_of
from ivig_core.cohort.guessing.guess import guess
from ivig_core.cohort.mapping import amounts, answer, edit
from ivig_core.cohort.mapping.mapping_json import as_json, read_mapping
from tests.core.cohort.mapping.tables import book_of, facts, imported, text_book

REDCAP = """record_id,redcap_repeat_instrument,redcap_repeat_instance,enrol_date,fu_end,ivig_date,ivig_dose,\
ivig_dose_unit,\
ae_term,ae_start,ae_grade
1,,,2022-01-01,2023-01-01,,,,,,
1,ivig_administration,1,,,2022-04-02,30,g,,,
1,ivig_administration,2,,,2022-05-02,300,ml,,,
1,ivig_administration,3,,,2022-06-02,3,vial,,,
1,ivig_administration,4,,,2022-07-02,25,,,,
1,ivig_administration,5,,,2022-08-02,,,,,
1,adverse_event,1,,,,,,pneumonia,2022-03-03,2
"""


def only(mapping, target):
    (question,) = (item for item in mapping.questions if item.target == target)
    return question


def doses(book, mapping):
    # Whatever was said is a mapping that can be saved and read.
    assert read_mapping(as_json(mapping)) == mapping
    made, problems = imported(book, mapping=mapping.settled())
    assert made.cohort is not None, problems
    assert made.ledger.adds_up
    return made, [line.partition("ivig,")[2] for line in facts(made, "dose_g", "interval_days") if ",ivig," in line]


def test_a_dose_in_a_unit_that_nobody_knows_is_what_a_person_says():
    book = text_book(REDCAP)
    mapping = guess(book)
    unknown, blank = (item for item in mapping.questions if item.target == "dose_g")
    assert (unknown.texts, blank.texts, unknown.beside) == (("ml", "vial"), ("",), "ivig_dose")
    part = amounts.units_of(mapping, unknown, {"ml": ("dose_g", 0.1)})
    (rest, _) = (item for item in part.questions if item.target == "dose_g")
    assert rest.texts == ("vial",)
    settled = amounts.units_of(amounts.units_of(part, rest, {"vial": None}), blank, {"": ("dose_g", None)})
    assert not [item for item in settled.questions if item.target == "dose_g"]
    _, given = doses(book, settled)
    assert given == ["2022-04-02,30", "2022-05-02,30", "2022-06-02", "2022-07-02,25", "2022-08-02"]


def test_rows_of_an_instrument_are_looked_at_as_what_a_person_says_they_are():
    book = text_book(REDCAP)
    mapping = guess(book)
    question = only(mapping, "record")
    assert question.texts == ("adverse_event",)
    made = rows_are(book, mapping, question, "infection")
    assert not [item for item in made.questions if item.record == "infection"]
    assert "1,infection,2022-03-03,2" in facts(doses(book, made)[0], "grade")
    # What its columns do not say is asked, and chosen by hand.
    other = rows_are(book, mapping, question, "phase")
    assert {item.target for item in other.questions if item.record == "phase"} == {"phase"}
    left = answer.dismissed(mapping, question)
    assert not [line for line in facts(doses(book, left)[0]) if "infection" in line]


def adam(dose="5,vials,ONCE", organ="", **more):
    return book_of(
        adsl=[["USUBJID", "TRTSDT", "EOSDT"], ["P1", "2020-01-01", "2020-12-01"]],
        adex=[["USUBJID", "EXTRT", "EXDOSE", "EXDOSU", "EXDOSFRQ", "ASTDT", "AENDT"],
              ["P1", "IMMUNE GLOBULIN", *dose.split(","), "2020-03-01", "2020-06-01"]],
        adae=[["USUBJID", "AEDECOD", "ASTDT", "ATOXGR", *([organ] if organ else ["AETYPE"])],
              ["P1", "Pneumonia", "2020-05-01", "3", "INFECTION"], ["P1", "Rash", "2020-06-01", "1", "SKIN"]],
        **more,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("dose", "target", "said", "became"),
    [
        ("5,vials,ONCE", "dose_g", {"vials": ("dose_g", 10.0)}, ["2020-03-01,50"]),
        ("5,vials,ONCE", "dose_g", {"vials": None}, ["2020-03-01"]),
        ("30,g,QM", "interval_days", {"QM": 28}, ["2020-03-01,30,28"]),
        ("30,g,QM", "interval_days", {"QM": None}, ["2020-03-01,30"]),
    ],
)
def test_doses_of_adam_in_another_unit_or_as_often_as_words_say(dose, target, said, became):
    book = adam(dose)
    mapping = guess(book)
    tell = amounts.units_of if target == "dose_g" else amounts.every
    settled = tell(mapping, only(mapping, target), said)
    assert not [item for item in settled.questions if item.target == target]
    assert doses(book, settled)[1] == became


def test_infections_of_adam_without_organ_classes_and_a_value_without_a_unit():
    lab = [["USUBJID", "PARAMCD", "ADT", "AVAL"], ["P1", "IGG", "2020-01-01", "5"]]
    book = adam("30,g,ONCE", adlb=lab)
    mapping = guess(book)
    settled = amounts.unit_of_rows(mapping, only(mapping, "unit"), "g/L")
    assert texts_of(book, "adae", "AETYPE") == ("INFECTION", "SKIN")
    settled = infections_are(book, settled, only(settled, "record"), "AETYPE", ("INFECTION",))
    assert not settled.questions
    made, _ = doses(book, settled)
    assert sorted(facts(made, "grade", "value")[1:]) == [
        "P1,infection,2020-05-01,3",
        "P1,ivig,2020-03-01",
        "P1,lab,2020-01-01,,500",
    ]
    # A sheet that tells nothing of patients has no variable of theirs: nothing changes, also not what is asked.
    assert edit.own(mapping, "adae", "AETYPE") == mapping
