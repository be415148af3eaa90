"""REDCap exports: right facts, right questions, whatever the project looks like."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

import pytest

from ivig_core.cohort.formats.grid import Book, Grid
from ivig_core.cohort.guessing.guess import guess
from ivig_core.cohort.guessing.redcap.dictionary import choices_of
from ivig_core.cohort.importing import import_book
from ivig_core.cohort.mapping.mapping_json import as_json, read_mapping
from ivig_core.cohort.problems import Findings
from ivig_core.cohort.read import read_cohort
from ivig_core.cohort.templates.redcap import HEADINGS
from ivig_core.cohort.writing import long_frame

MESSY = Path("../shared/messy")

RAW = """record_id,redcap_event_name,redcap_repeat_instrument,redcap_repeat_instance,age,sex,igg_baseline,fu_start,\
fu_end,baseline_complete,inf_date,inf_grade,inf_path___1,inf_path___2,inf_path___nask,inf_hosp,infection_complete,ivig_date,\
ivig_dose,ivig_complete
101,baseline_arm_1,,,67,1,>310,2023-01-16,2024-12-31,2,,,,,,,,,,
101,followup_arm_1,infection,1,,,,,,,2023-02-20,3,1,1,0,1,2,,,
101,followup_arm_1,infection,2,,,,,,,,,0,0,0,,0,,,
101,followup_arm_1,ivig,1,,,,,,,,,,,,,,2023-03-15,30,2
102,baseline_arm_2,,,71,2,NASK,2022-02-02,2024-06-30,2,,,,,,,,,,
102,followup_arm_2,infection,1,,,,,,,2022-05-11,UNK,0,0,1,0,0,,,
"""


def dictionary(*fields: tuple[str, str, str, str], identifier: str = "") -> str:
    """A data dictionary of fields (name, type, label, choices); `identifier` is the mark that all have."""
    out = io.StringIO()
    rows = [
        [name, "form", "", kind, label, choices, *[""] * 4, identifier, *[""] * 7]
        for name, kind, label, choices in fields
    ]
    csv.writer(out).writerows([HEADINGS, *rows])
    return out.getvalue()


def book(*texts: str) -> Book:
    lines = [list(csv.reader(io.StringIO(text))) for text in texts]
    return Book("archive", tuple(Grid.of_rows(f"file {at}", rows) for at, rows in enumerate(lines, start=1)))


def facts(*texts: str) -> set[tuple[str, ...]]:
    """The facts of a file under --guess: what is filled of each, without ids and routes."""
    findings = Findings()
    made = import_book(book(*texts), findings, guessing=True)
    assert made.cohort is not None, findings.finished()
    assert made.ledger is not None
    assert made.ledger.adds_up
    frame = long_frame(made.cohort).drop(columns="route", errors="ignore")
    return {tuple(text for text in row if text) for row in frame.itertuples(index=False)}


def asked(*texts: str) -> dict[str, tuple[str, tuple[str, ...]]]:
    """The open questions: target and texts by column."""
    return {q.column: (q.target, q.texts) for q in guess(book(*texts)).questions}


def test_a_raw_export_asks_for_codes_and_units_and_for_nothing_else():
    assert asked(RAW) == {
        "sex": ("sex", ("1", "2")),
        "igg_baseline": ("unit", ()),
        "inf_path___1": ("pathogen", ("1", "2")),
        "ivig_dose": ("dose_g", ()),
    }


def test_the_data_dictionary_beside_it_settles_codes_and_units():
    given = dictionary(
        ("sex", "radio", "Sex", "1, Male | 2, Female"),
        ("igg_baseline", "text", "IgG at baseline (mg/dL)", ""),
        ("inf_path", "checkbox", "Pathogen", "1, Bacterial | 2, <b>Viral</b>"),
        ("ivig_dose", "text", "IVIG dose (g)", ""),
    )
    assert facts(RAW, given) == {
        ("101", "patient", "2023-01-16", "2024-12-31", "67", "male"),
        ("101", "lab", "2023-01-16", "igg", "310", "mg/dL"),
        ("101", "infection", "2023-02-20", "3", "mixed", "yes"),
        ("101", "ivig", "2023-03-15", "30"),
        ("102", "patient", "2022-02-02", "2024-06-30", "71", "female"),
        ("102", "infection", "2022-05-11", "unknown", "no"),
    }
    whys = {(g.column, g.means) for g in guess(book(RAW, given)).guesses}
    assert ("sex", "by the data dictionary") in whys


def test_rows_of_an_instrument_without_data_are_counted_as_such():
    given = dictionary(
        ("sex", "radio", "", "1, Male | 2, Female"),
        ("inf_path", "checkbox", "", "1, Bacterial | 2, Viral"),
        ("igg_baseline", "text", "IgG (g/L)", ""),
        ("ivig_dose", "text", "Dose (g)", ""),
    )
    made = import_book(book(RAW, given), Findings(), guessing=True)
    assert made.ledger is not None
    assert made.ledger.reasons["nothing recorded in the columns that are used"] == 1


def test_answers_given_in_the_mapping_are_all_that_a_raw_export_needs():
    mapping = read_mapping(as_json(guess(book(RAW))))
    assert {q.column: q.texts for q in mapping.questions} == {key: texts for key, (_, texts) in asked(RAW).items()}
    answers = {"sex": {"1": "male", "2": "female"}, "pathogen": {"1": "bacterial", "2": "viral"}}
    (sheet,) = mapping.sheets
    blocks = []
    for block in sheet.blocks:
        fields = {
            name: replace(item, values={**item.values, **answers.get(name, {})}) for name, item in block.fields.items()
        }
        if block.record == "lab":
            fields["unit"] = replace(fields["unit"], constant="mg/dL")
        blocks.append(replace(block, fields=fields))
    done = replace(mapping, sheets=(replace(sheet, blocks=tuple(blocks)),)).settled()

    cohort = import_book(book(RAW), Findings(), mapping=done).cohort

    assert cohort is not None
    assert list(cohort.patients["sex"]) == ["male", "female"]
    assert cohort.infection["pathogen"].to_list()[0] == "mixed"


LABELLED = """Record ID,Event Name,Repeat Instrument,Repeat Instance,Data Access Group,Survey Timestamp,Sex,\
Enrolment date,End of follow-up,Complete?,Survey Timestamp,Date of onset,Grade,Site (choice=Lung),\
Site (choice=Urinary tract),Site (choice=Unknown),Complete?
1,Baseline,,,A,2022-01-01 10:00:00,{sex},{first},{last},Complete,,,,{no},{no},{no},
1,Follow-up,Infections,1,A,,,,,,,{onset},Grade 3,{yes},{no},{no},Complete
1,Follow-up,Infections,2,A,,,,,,[not completed],,,{no},{no},{no},Incomplete
"""


@pytest.mark.parametrize(("yes", "no"), [("Checked", "Unchecked"), ("1", "0")])
def test_a_header_of_labels_is_read_with_labels_and_with_raw_data(yes, no):
    text = LABELLED.format(sex="Male", first="01/16/2022", last="12/31/2022", onset="03/02/2022", yes=yes, no=no)
    assert facts(text) == {
        ("1", "patient", "2022-01-16", "2022-12-31", "male"),
        ("1", "infection", "2022-03-02", "3", "lower_respiratory"),
    }


def test_labelled_days_whose_order_nothing_proves_are_a_question():
    text = LABELLED.format(sex="Male", first="01/02/2022", last="12/11/2022", onset="03/02/2022", yes="Checked",
                           no="Unchecked")  # fmt: skip
    assert {"Enrolment date", "End of follow-up", "Date of onset"} <= asked(text).keys()


def test_two_sites_ticked_on_one_row_are_a_question():
    text = LABELLED.format(sex="Male", first="01/16/2022", last="12/31/2022", onset="03/02/2022", yes="Checked",
                           no="Checked")  # fmt: skip
    assert asked(text)["Site (choice=Lung)"][0] == "site"


def test_visits_as_events_give_facts_of_the_day_of_the_visit_and_gates_say_which_rows_count():
    text = """study_id,redcap_event_name,enrol_date,fu_end,sex,visit_date,igg_mgdl,ivig_given,ivig_dose_g,infection_yn,\
inf_onset,inf_grade,notes,baseline_complete,visit_complete
1,baseline_arm_1,2022-01-01,2023-01-01,M,,400,,,,,,,2,
1,visit_1_arm_1,,,,2022-03-01,500,1,30,1,2022-02-20,3,"went home
next day",,2
1,visit_2_arm_1,,,,2022-06-01,600,0,,0,,,,,2
"""
    assert facts(text) == {
        ("1", "patient", "2022-01-01", "2023-01-01", "male"),
        ("1", "lab", "2022-01-01", "igg", "400", "mg/dL"),
        ("1", "lab", "2022-03-01", "igg", "500", "mg/dL"),
        ("1", "lab", "2022-06-01", "igg", "600", "mg/dL"),
        ("1", "ivig", "2022-03-01", "30"),
        ("1", "infection", "2022-02-20", "3"),
    }


def test_an_instrument_of_many_kinds_and_doses_with_a_unit_beside_them():
    text = """record_id,redcap_repeat_instrument,redcap_repeat_instance,enrol_date,fu_end,visit_date,igg_gl,\
infection_yn,inf_date,inf_grade,ivig_date,ivig_dose,ivig_dose_unit
1,,,2022-01-01,2023-01-01,,,,,,,,
1,visit,1,,,2022-03-01,5.1,1,2022-02-20,3,,,
1,ivig_administration,1,,,,,,,,2022-04-02,30,g
1,ivig_administration,2,,,,,,,,2022-05-02,400,mg/kg
1,ivig_administration,3,,,,,,,,2022-06-02,,
"""
    assert facts(text) == {
        ("1", "patient", "2022-01-01", "2023-01-01"),
        ("1", "lab", "2022-03-01", "igg", "510", "mg/dL"),
        ("1", "infection", "2022-02-20", "3"),
        ("1", "ivig", "2022-04-02", "30"),
        ("1", "ivig", "2022-05-02", "0.4"),
        ("1", "ivig", "2022-06-02"),
    }


def test_laboratory_values_and_drugs_are_told_by_their_texts_and_what_is_known_only_later_is_no_baseline():
    text = """record_id,redcap_repeat_instrument,redcap_repeat_instance,enrol_date,fu_end,vital_status,ecog,ivig_count,\
lab_date,lab_test,lab_value,lab_unit,med_name,med_start,inf_date,inf_grade,consent_form,remarks
1,,,2022-01-01,2023-01-01,1,0,3,,,,,,,,,consent.pdf,"two
lines"
1,labs,1,,,,,,2022-02-01,IgG,5.1,g/L,,,,,,
1,labs,2,,,,,,2022-03-01,ANC,2.1,10^9/L,,,,,,
1,concomitant_medications,1,,,,,,,,,,aciclovir,2022-01-01,,,,
1,infection,1,,,,,,,,,,,,2022-05-06,2,,
"""
    assert facts(text) == {
        ("1", "patient", "2022-01-01", "2023-01-01", "0"),
        ("1", "lab", "2022-02-01", "igg", "510", "mg/dL"),
        ("1", "lab", "2022-03-01", "anc", "2.1", "10^3/uL"),
        ("1", "therapy", "2022-01-01", "aciclovir"),
        ("1", "infection", "2022-05-06", "2"),
    }


def test_a_patient_of_several_events_is_one_and_forms_with_the_same_labels_stay_apart():
    text = """Record ID,Event Name,Enrolment date,Sex,Complete?,Last day of follow-up,Died?,Date of death,Complete?,\
Date,Grade,Organism (choice=S. aureus),Organism (choice=E. coli),Admitted?,Complete?
1,Enrolment,2022-01-01,Female,Complete,,,,,,,Unchecked,Unchecked,,
1,Visit 1,,,,,,,,2022-03-01,2,Checked,Unchecked,Yes,Complete
1,Visit 2,,,,,,,,2022-04-01,3,Checked,Checked,No,Complete
1,End of study,,,,2023-01-01,Yes,2023-01-01,Complete,,,Unchecked,Unchecked,,
2,Enrolment,2022-01-01,Male,Complete,,,,,,,Unchecked,Unchecked,,
2,End of study,,,,2023-02-01,No,,Complete,,,Unchecked,Unchecked,,
"""
    assert facts(text) == {
        ("1", "patient", "2022-01-01", "2023-01-01", "female", "2023-01-01"),
        ("2", "patient", "2022-01-01", "2023-02-01", "male"),
        ("1", "infection", "2022-03-01", "2", "S. aureus", "yes"),
        ("1", "infection", "2022-04-01", "3", "S. aureus and E. coli", "no"),
    }


def test_numbered_groups_with_gates_and_boxes():
    head = "record_id,redcap_data_access_group,enrol_date,last_fu_date,sex,ivig_yn,ivig1_start,ivig1_stop,\
ivig1_interval_wk,ivig2_start,inf1_date,inf1_grade,inf1_site___1,inf1_site___2,death_yn,death_date,baseline_complete\n"
    line = "1,haem_a,2022-02-01,2023-06-30,2,{gate},2022-06-10,2023-02-10,4,,2022-04-02,3,0,1,0,,2\n"
    sites = "1, Upper respiratory | 2, Lower respiratory (pneumonia)"
    given = dictionary(("sex", "radio", "Sex", "1, Male | 2, Female"), ("inf1_site", "checkbox", "Site", sites))
    assert facts(head + line.format(gate=1), given) == {
        ("1", "patient", "2022-02-01", "2023-06-30", "female"),
        ("1", "ivig", "2022-06-10", "2023-02-10", "28"),
        ("1", "infection", "2022-04-02", "3", "lower_respiratory"),
    }
    assert asked(head + line.format(gate=0), given) == {"ivig_yn": ("start", ())}


def test_what_no_one_can_know_from_the_file_is_asked():
    text = """record_id,redcap_repeat_instrument,redcap_repeat_instance,enrol_date,fu_end,ae_term,ae_start,ae_grade
1,,,2022-01-01,2023-01-01,,,
1,adverse_event,1,,,rash,2022-03-03,2
"""
    questions = guess(book(text)).questions
    assert [(q.column, q.record) for q in questions] == [("redcap_repeat_instrument", ""),
                                                         ("redcap_repeat_instrument", "infection")]  # fmt: skip
    two = """record_id,redcap_event_name,fu_start,fu_end,baseline_complete
1,a,2022-01-01,2023-01-01,2
1,b,,2023-05-01,2
"""
    assert asked(two)["fu_end"][0] == "end"


def test_the_identifier_of_a_survey_stops_the_file():
    text = "record_id,redcap_survey_identifier,fu_start,fu_end,a_complete\n1,someone,2022-01-01,2023-01-01,2\n"
    intake = read_cohort(text.encode(), guessing=True)
    assert intake.identifying_columns == ("redcap_survey_identifier",)
    assert "someone" not in str(intake.problems)


def test_a_field_that_the_project_marks_as_identifier_is_never_used():
    marked = dictionary(("record_id", "text", "Chart", ""), ("town", "text", "Town", ""), identifier="y")
    text = "record_id,town,fu_start,fu_end,inf_date,inf_grade,a_complete\nK7,Ulm,2022-01-01,2023-01-01,2022-03-04,2,2\n"
    assert facts(text, marked) == {
        ("P0001", "patient", "2022-01-01", "2023-01-01"), ("P0001", "infection", "2022-03-04", "2"),
    }  # fmt: skip


def test_choices_are_read_as_redcap_writes_them():
    assert choices_of("1, Yes, ever | 0, No | -9, <i>Not</i> known") == {"1": "Yes, ever", "0": "No", "-9": "Not known"}


@pytest.mark.skipif(not MESSY.is_dir(), reason="the messy files are not beside the project")
@pytest.mark.parametrize(
    ("name", "questions"),
    [
        ("redcap_raw", {"sex", "igg_baseline", "inf_path___1", "ivig_dose"}),
        ("redcap_labels", set()),
        ("redcap_wide", {"sex", "ig_isotype", "inf1_site___1", "inf2_site___1"}),
    ],
)
def test_the_messy_files(name, questions):
    intake = read_cohort(MESSY / f"{name}.csv", guessing=True)
    assert intake.mapping is not None
    assert {question.column for question in intake.mapping.questions} == questions
    assert (intake.cohort is not None) == (not questions)
