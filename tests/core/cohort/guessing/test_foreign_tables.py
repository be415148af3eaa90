"""Tables of hospitals that nobody here has seen: what they hold comes in whole, or they are refused with a reason."""

from __future__ import annotations

import pytest

from ivig_core.cohort.formats.omop_concepts import Concept, concept_sets
from ivig_core.cohort.guessing.amounts import course_of
from ivig_core.cohort.mapping.cells import day_text
from ivig_core.cohort.read import read_cohort
from tests.core.cohort.mapping.tables import asked, book_of, facts, imported


def of_kind(kind: str, lines: list[str]) -> list[str]:
    """The facts of one kind."""
    return [line for line in lines if line.split(",")[1] == kind]


BASE = "Patient ID,Sex,Age,FU start,FU end"


def test_a_dutch_table_with_totals_and_a_legend_below():
    made, problems = imported("""\
Patiëntcode;Geslacht;Leeftijd;Start follow-up;Einde follow-up;IVIG 1 datum;IVIG 1 dosis (g);Infectie 1 datum;\
Infectie 1 graad;Infectie 1 verwekker;Opname infectie 1
A1;V;64;03-01-2020;31-12-2021;15-02-2020;27,5;05-05-2020;graad 3;bacterieel;ja
A2;M;71;10-02-2020;30-06-2021;;;01-03-2020;2;viraal;nee
Totaal;2;;;;1;;2;;;
Legenda: V = vrouw, M = man
V;vrouw
""")

    assert problems == ()
    assert facts(made, "end", "sex", "dose_g", "grade", "pathogen", "hospitalized") == [
        "A1,patient,2020-01-03,2021-12-31,female",
        "A1,ivig,2020-02-15,,,27.5",
        "A1,infection,2020-05-05,,,,3,bacterial,yes",
        "A2,patient,2020-02-10,2021-06-30,male",
        "A2,infection,2020-03-01,,,,2,viral,no",
    ]
    assert made.ledger.adds_up
    assert made.ledger.reasons == {"header": 1, "totals": 1, "legend or note": 2}


@pytest.mark.parametrize(
    "header",
    [
        "Infection date,Grade,Infection date,Grade,IVIG date,IVIG date",
        "First infection date,First infection grade,Second infection date,Second infection grade,IVIG 1,IVIG 2",
        "Infekt 1 am,Grad,Infekt 2 am,Grad,IVIG-Datum 1,IVIG-Datum 2",
    ],
)
def test_columns_with_one_name_or_counted_in_words_are_groups(header):
    made, problems = imported(
        f"{BASE},{header}\nP1,F,61,2021-01-01,2022-01-01,2021-03-01,3,2021-05-01,2,2021-02-01,2021-03-05\n"
        "P2,M,70,2021-02-01,2022-02-01,2021-06-01,2,,,,\n"
    )

    assert problems == ()
    assert facts(made, "grade") == [
        "P1,patient,2021-01-01", "P1,ivig,2021-02-01", "P1,ivig,2021-03-05", "P1,infection,2021-03-01,3",
        "P1,infection,2021-05-01,2", "P2,patient,2021-02-01", "P2,infection,2021-06-01,2",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "course"),
    [
        ("q4w x 6", (28, 6)), ("6 x q4w", (28, 6)), ("every 3 weeks x4", (21, 4)), ("6 Gaben alle 4 Wochen", (28, 6)),
        ("q4w", None), ("30 g", None), ("q4w x 6, then q6w x 2", None), ("", None),
    ],
)  # fmt: skip
def test_a_course_in_words(text, course):
    assert course_of(text) == course


def test_a_course_told_in_words_ends_with_its_last_dose():
    text = f"{BASE},IVIG start,IVIG schedule,IVIG dose (g),Inf 1 date,Inf 1 grade\n" + (
        "P1,F,60,2021-01-01,2022-06-01,2021-02-01,{},30,2021-05-01,3\nP2,M,65,2021-01-05,2022-06-01,,,,2021-06-01,2\n"
    )
    made, problems = imported(text.format("q4w x 6"))
    assert problems == ()
    assert of_kind("ivig", facts(made, "end", "interval_days", "dose_g")) == ["P1,ivig,2021-02-01,2021-06-21,28,30"]
    # What is no course of one interval is asked, and is never one dose.
    for words in ("q4w x 6; then q6w", "q4w", "monthly"):
        assert ["IVIG schedule: " in text for text in asked(imported(text.format(words))[1])] == [True]


def test_headers_of_first_and_last_dose_are_a_course_and_no_dose_of_grams():
    made, problems = imported(
        f"{BASE},IVIG first dose,IVIG last dose,IVIG q (weeks),Inf 1 date,Inf 1 grade\n"
        "P1,F,60,2021-01-01,2022-01-01,2021-03-01,2021-09-01,4,2021-02-03,III°\n"
    )
    assert problems == ()
    assert facts(made, "end", "interval_days", "grade") == [
        "P1,patient,2021-01-01,2022-01-01", "P1,ivig,2021-03-01,2021-09-01,28", "P1,infection,2021-02-03,,,3",
    ]  # fmt: skip


def test_months_between_doses_are_asked_for_never_read_as_days():
    problems = imported(
        f"{BASE},IVIG start,IVIG end,Interval (months),Inf 1 date,Inf 1 grade\n"
        "P1,F,60,2021-01-01,2022-01-01,2021-03-01,2021-09-01,1,2021-02-03,3\n"
    )[1]
    assert ["in months" in text for text in asked(problems)] == [True]


def test_units_of_laboratory_values_stand_beside_or_in_the_cells():
    made, problems = imported(
        f"{BASE},Inf 1 date,Inf 1 grade,IgG 1 date,IgG 1,IgG 1 unit,IgG baseline\n"
        "P1,F,61,2021-01-01,2022-01-01,2021-05-06,3,2021-02-01,4.5,g/L,410 mg/dL\n"
        'P2,M,70,2021-02-01,2022-02-01,2021-06-06,2,2021-03-01,620,mg/dL,"5,2 g/L"\n'
    )
    assert asked(problems) == []
    assert set(of_kind("lab", facts(made, "value", "unit"))) == {
        "P1,lab,2021-02-01,450,mg/dL", "P1,lab,2021-01-01,410,mg/dL", "P2,lab,2021-03-01,620,mg/dL",
        "P2,lab,2021-02-01,520,mg/dL",
    }  # fmt: skip


def test_doses_under_the_skin_are_not_called_intravenous():
    made, _ = imported(
        f"{BASE},SCIG start,SCIG end,SCIG interval (days),Inf 1 date,Inf 1 grade\n"
        "P1,F,61,2021-01-01,2022-01-01,2021-02-01,2021-06-28,7,2021-05-06,3\nP2,M,61,2021-01-01,2022-01-01,,,,,\n"
    )
    assert of_kind("ivig", facts(made, "route")) == ["P1,ivig,2021-02-01,sc"]


def test_a_grade_without_a_day_is_named():
    problems = imported(f"{BASE},Inf 1 date,Inf 1 grade,Inf 2 grade\nP1,F,61,2021-01-01,2022-01-01,2021-05-06,3,2\n")[1]
    assert ["no column says on which day" in text for text in asked(problems)] == [True]


PATIENTS = [["Patient ID", "Sex", "Age", "FU start", "FU end"], ["P1", "F", "61", "2021-01-01", "2022-01-01"]]
VISITS = [
    ["Patient ID", "Visit date", "IVIG given", "IVIG dose (g)", "Infection since last visit", "Infection grade"],
    ["P1", "2021-01-04", "Y", "30", "N", ""], ["P1", "2021-02-01", "N", "", "Y", "3"],
]  # fmt: skip


def test_visits_beside_a_sheet_of_patients_ask_for_nothing():
    made, problems = imported(book_of(README=[["Exported on 1 May 2023"]], Visits=VISITS, Demographics=PATIENTS))
    assert problems == ()
    assert facts(made, "end", "grade") == [
        "P1,patient,2021-01-01,2022-01-01", "P1,ivig,2021-01-04", "P1,infection,2021-02-01,,3",
    ]  # fmt: skip


def test_two_sheets_that_differ_about_a_patient_are_not_reconciled_in_silence():
    other = [["Patient ID", "Sex", "Weight (kg)"], ["P1", "M", "70"]]
    infections = [["Patient ID", "Date", "Grade"], ["P1", "2021-03-01", "3"]]
    made, problems = imported(book_of(Patients=PATIENTS, Baseline=other, Infections=infections))
    assert made.cohort is None
    assert "already has a patient row" in " ".join(problem.message for problem in problems)


def test_a_row_of_death_is_the_day_of_death():
    made, problems = imported(
        "ID;Ereignis;Datum;Bis;Geschlecht;Grad\nA;Beobachtung;01.02.2021;31.12.2022;w;\nA;Infekt;20.03.2021;;;II\n"
        "A;Tod;31.12.2022;;;\n"
    )
    assert asked(problems) == []
    assert facts(made, "died_on", "grade") == ["A,patient,2021-02-01,2022-12-31", "A,infection,2021-03-20,,2"]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("~5/2021", "2021-05"), ("ca. 05/2021", "2021-05"), ("Mai 2021", "2021-05"), ("16.05.21", "2021-05-16"),
        ("16.05.98", "1998-05-16"), ("~16.05.2021", "~16.05.2021"), ("13/2021", "13/2021"), ("P 2021", "P 2021"),
    ],
)  # fmt: skip
def test_days_and_months_as_people_write_them(text, day):
    assert day_text(text, "dmy", frozenset()) == day


def test_a_row_of_units_below_our_own_header_is_left_out_and_said():
    intake = read_cohort(
        b"patient_id,record,start,end,grade,centre\n,,yyyy-mm-dd,yyyy-mm-dd,1-5,\n"
        b"P1,patient,2021-01-01,2022-01-01,,A\nP1,infection,2021-03-01,,3,\n"
    )
    assert intake.cohort is not None
    assert intake.ledger.reasons == {"header": 1, "units or formats": 1}
    assert [problem.kind for problem in intake.problems if problem.severity == "error"] == []


def test_a_data_set_of_a_trial_without_its_subjects_says_what_is_missing():
    intake = read_cohort(
        b"STUDYID,USUBJID,AETERM,ASTDT\nS,1,Sepsis,2021-01-01\nS,1,Cough,2021-02-01\n", guessing=True, name="ADAE"
    )
    assert intake.cohort is None
    (question,) = intake.mapping.questions
    assert "without that of the subjects" in question.message
    assert intake.mapping.guesses == ()


def test_the_numbers_of_events_and_studies_are_no_patients():
    problems = imported("STUDYID,Event ID,Patient,Date,Grade\nX,1,A,2021-01-01,3\nX,2,B,2021-02-01,2\n")
    guessed = {guess.column for guess in problems[0].mapping.guesses if guess.means == "patient_id"}
    assert guessed == {"Patient"}


@pytest.mark.parametrize(
    ("name", "infection", "site", "pathogen"),
    [
        ("Septic shock", "infection", "bloodstream", ""), ("Aseptic necrosis of bone", "", "", ""),
        ("Candidate for renal transplant", "", "", ""), ("Candidemia", "infection", "", "fungal"),
        ("Streptococcal sore throat", "infection", "upper_respiratory", "bacterial"),
        ("Haemophilus influenzae pneumonia", "infection", "lower_respiratory", "bacterial"),
        ("Aseptic meningitis", "", "", ""), ("Chronic bronchitis", "", "lower_respiratory", ""),
        ("2465-3", "", "", ""),
    ],
)  # fmt: skip
def test_what_the_names_of_concepts_mean(name, infection, site, pathogen):
    sets = concept_sets()
    said = [sets.meaning(kind, Concept(name=name)) for kind in ("infection", "site", "pathogen")]
    assert said == [infection, site, pathogen]
    assert sets.meaning("lab", Concept(source="2465-3")) == "igg"
