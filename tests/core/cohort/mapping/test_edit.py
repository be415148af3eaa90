"""Changes of a mapping: each gives facts as the person said, and leaves the mapping that it was made of."""

from __future__ import annotations

from copy import deepcopy

import pytest

from ivig_core.cohort.guessing.again import read_as
from ivig_core.cohort.guessing.guess import guess
from ivig_core.cohort.mapping import answer, edit
from ivig_core.cohort.mapping.fitting import fitted
from ivig_core.cohort.mapping.mapping_json import as_json, read_mapping
from tests.core.cohort.mapping.tables import facts, imported, text_book

VISITS = (
    "Study ID,Visit Date,IVIG Given?,Infection Dx,Severity,IgG (mg/dL),Remarks,Z1\n"
    "A1,2021-01-05,Y,,,500,x,2022-06-30\nA1,2021-03-05,N,influenza,3,,y,2022-06-30\n"
    "A2,2021-02-01,N,,,700,x,2022-06-30\nA2,2021-09-01,N,E. coli,2,,x,2022-06-30\n"
)
CODES = (
    "record_id,fu_start,fu_end,sex,inf_date,inf_grade,inf_path___1,inf_path___2,ivig_date,ivig_dose\n"
    "1,2021-01-01,2022-01-01,1,2021-05-01,3,1,0,2021-02-01,30\n2,2021-01-01,2022-01-01,2,2021-06-01,2,0,1,,\n"
)


def settled(text, change):
    """The mapping of a file after a change, which leaves the first one as it was; its facts are made."""
    book = text_book(text)
    first = guess(book)
    kept = deepcopy(first)
    changed = change(first, first.sheets[0].sheet, book)
    assert first == kept
    # Whatever was said is a mapping that can be saved and read.
    assert read_mapping(as_json(changed)) == changed
    made, problems = imported(book, mapping=changed.settled())
    return changed, made, problems


def asked(mapping, target):
    return [item for item in mapping.questions if item.target == target]


def test_one_last_day_for_all_or_the_column_that_has_it():
    def constant(mapping, sheet, _):
        assert asked(mapping, "end")
        return answer.constant(mapping, sheet, "patient", "end", "2022-06-30")

    def column(mapping, sheet, book):
        item, more = read_as(book, mapping, sheet, "Z1", "patient", "end")
        assert not more
        return answer.fill(mapping, sheet, "Z1", "patient", "end", item)

    for change in (constant, column):
        changed, made, _ = settled(VISITS, change)
        assert not asked(changed, "end")
        patients = [line for line in facts(made, "end") if "patient" in line]
        assert patients == ["A1,patient,2021-01-05,2022-06-30", "A2,patient,2021-02-01,2022-06-30"]


def test_without_a_last_day_there_is_no_cohort():
    _, made, problems = settled(VISITS, lambda mapping, *_: mapping)
    assert made.cohort is None
    assert {problem.column for problem in problems if problem.severity == "error"} == {"end"}


def test_codes_boxes_doses_and_the_questions_about_them():
    def change(mapping, sheet, _):
        assert {"sex", "pathogen", "dose_g"} <= {item.target for item in mapping.questions}
        part = answer.with_values(mapping, sheet, "sex", "sex", {"1": "female"})
        assert asked(part, "sex")[0].texts == ("2",)
        mapping = answer.with_values(part, sheet, "sex", "sex", {"2": "male"})
        boxes = {"1": "bacterial", "2": "viral"}
        mapping = answer.with_values(mapping, sheet, "inf_path___1", "pathogen", boxes)
        dose = next(at for at, block in enumerate(mapping.sheets[0].blocks) if block.record == "ivig")
        mapping = edit.means(mapping, sheet, "ivig_dose", dose, "dose_g")
        return answer.times(mapping, sheet, "ivig_dose", "dose_g", 0.001)

    changed, made, _ = settled(CODES, change)
    assert not changed.questions
    assert made.cohort.patients["sex"].tolist() == ["female", "male"]
    assert made.cohort.infection["pathogen"].tolist() == ["bacterial", "viral"]
    assert made.cohort.ivig["dose_g"].tolist() == [0.03]


@pytest.mark.parametrize(("order", "day"), [("dmy", "2021-04-03"), ("mdy", "2021-03-04")])
def test_the_order_of_day_and_month_is_that_of_every_date(order, day):
    header = "patient id,first day at risk,last day at risk,infection date,infection grade"
    text = f"{header}\nA,01/02/2021,01/02/2022,03/04/2021,3\n"

    def change(mapping, *_):
        assert any(map(answer.asks_order, mapping.questions))
        return answer.ordered(mapping, order)

    changed, made, _ = settled(text, change)
    assert not changed.questions
    assert f"A,infection,{day},3" in facts(made, "grade")


def test_the_unit_of_a_laboratory_value_and_weeks_of_an_interval():
    text = (
        "patient id,first day at risk,last day at risk,IVIG start,IVIG end,IVIG interval,IgG,infection date,"
        "infection grade\nA,2021-01-01,2022-01-01,2021-02-01,2021-06-01,4,5,2021-03-01,2\n"
    )

    def change(mapping, sheet, _):
        mapping = answer.unit(mapping, sheet, "IgG", "g/L")
        return answer.times(mapping, sheet, "IVIG interval", "interval_days", 7.0)

    changed, made, _ = settled(text, change)
    assert not asked(changed, "unit")
    assert made.cohort.lab["value"].tolist() == [500]
    assert made.cohort.ivig["interval_days"].tolist() == [28]


def test_a_column_not_used_tells_nothing_any_more_not_even_which_rows_are_facts():
    def ended(mapping, sheet, _):
        return answer.constant(mapping, sheet, "patient", "end", "2022-06-30")

    def ungiven(mapping, sheet, book):
        return edit.unused(ended(mapping, sheet, book), sheet, "IVIG Given?")

    _, before, _ = settled(VISITS, ended)
    assert len(before.cohort.ivig) == 1
    changed, made, _ = settled(VISITS, ungiven)
    # Not every visit becomes a dose: there are none.
    assert len(made.cohort.ivig) == 0
    assert "IVIG Given?" in changed.sheets[0].ignored
    lost, made, _ = settled(VISITS, lambda mapping, sheet, _: edit.unused(mapping, sheet, "Study ID"))
    assert made.cohort is None
    assert asked(lost, "patient_id")


def test_every_column_can_be_left_out_or_kept_as_ones_own_without_a_fault():
    book = text_book(VISITS)
    mapping = guess(book)
    sheet = mapping.sheets[0].sheet
    for column in mapping.headers[sheet]:
        for change in (edit.unused, edit.own, answer.identity):
            made, _ = imported(book, mapping=change(mapping, sheet, column).settled())
            assert made.ledger is None or made.ledger.adds_up
    unsure = [one for one in mapping.guesses if one.sure == "unsure"]
    assert unsure
    for one in unsure:
        made, _ = imported(book, mapping=answer.refused(mapping, one).settled())
        assert made.cohort is None
        assert one not in answer.confirmed(mapping, one).guesses


def test_a_new_fact_from_a_column_and_patients_from_the_rows_of_others():
    text = "who,dosed on,checked\nA,2021-02-01,2021-01-01\nA,2021-03-01,2021-02-01\n"
    book = text_book(text)
    mapping = guess(book)
    sheet = book.grids[0].name
    mapping = edit.observed(mapping, sheet, 1, "who", "patient_id") if not mapping.sheets else mapping
    assert {item.target for item in mapping.questions} >= {"end"}
    at = len(mapping.sheets[0].blocks)
    mapping = edit.means(edit.new_block(mapping, sheet, "ivig"), sheet, "dosed on", at, "start")
    mapping = answer.fill(mapping, sheet, "checked", "patient", "start")
    mapping = answer.constant(mapping, sheet, "patient", "end", "2022-01-01")
    made, _ = imported(book, mapping=mapping.settled())
    assert facts(made) == ["A,patient,2021-01-01", "A,ivig,2021-02-01", "A,ivig,2021-03-01"]


def test_a_mapping_fits_the_next_file_below_another_title():
    mapping = guess(text_book(CODES))
    rows = fitted(mapping, {"next": (3, mapping.headers[mapping.sheets[0].sheet])})
    assert [(sheet.sheet, sheet.header_row) for sheet in rows.sheets] == [("next", 3)]
    assert rows.questions
    assert {item.sheet for item in rows.questions} == {"next"}
    assert fitted(mapping, {"next": (3, ("other",))}).sheets[0].header_row == mapping.sheets[0].header_row
