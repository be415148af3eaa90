"""Tables in the styles of several countries: the right facts, the right questions, nothing absurd."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ivig_core.cohort.formats.grid import Grid
from ivig_core.cohort.guessing.guess import guess
from ivig_core.cohort.guessing.header import head_at
from ivig_core.cohort.guessing.names import LONGEST_NAME, meaning, unit_of
from ivig_core.cohort.guessing.redcap.layout import layout_of
from ivig_core.cohort.mapping.mapping import CohortMapping, Field
from ivig_core.cohort.shapes.words import our_name
from tests.core.cohort.mapping.tables import asked, book_of, facts, imported, text_book

GERMAN = [
    ["Klinikum Musterstadt"],
    ["Register, Export vom 12.11.2026"],
    [],
    ["Pat.-Nr.", "Geschlecht (m/w)", "Alter (J.)", "ED Myelom", "Beobachtung von", "Beobachtung bis",
     "IgG bei Beginn (g/l)", "IVIG von", "IVIG bis", "Intervall (Wo.)", "Dosis (g/kg)", "Infekt 1 Datum",
     "Infekt 1 Grad", "Infekt 1 Erreger", "Infekt 2 Datum", "Infekt 2 Grad"],
    ["MM-01", "m", "67", "03.2019", "16.01.2023", "31.12.2024", "3,1", "15.03.2023", "20.12.2023", "4", "0,4",
     "20.02.2023", "Grad 3", "Pneumokokken", "04.09.2023", "Grad 2"],
    ["MM-02", "w", "71", "11.2020", "02.02.2022", "30.06.2024", "4,8", "", "", "", "", "11.05.2022", "Grad 2",
     "Lungenentzündung", "", ""],
    ["Gesamt (n=2)", "1/1", "69", "", "", "", "4,0", "", "", "", "", "2", "", "", "1", ""],
]  # fmt: skip

FRENCH = """N° patient;Sexe;Âge;Date de début de suivi;Date de fin de suivi;IgG initiale (g/L);Perfusion début;\
Perfusion fin;Intervalle (semaines);Date infection 1;Grade 1;Germe 1;Hospitalisé 1;Date infection 2;Grade 2
F01;F;67;16/01/2023;31/12/2024;3,1;15/03/2023;20/12/2023;3;20/02/2023;3;Pneumocoque;oui;;
F02;H;71;02/02/2022;30/06/2024;4,8;;;;11/05/2022;2;Grippe A;non;22/06/2022;1
"""

SPANISH = """Paciente;Tipo;Fecha;Fecha fin;Sexo;Edad;Grado;Germen;Dosis (g)
E1;Basal;16/01/2023;31/12/2024;Mujer;67;;;
E1;Infusión;15/03/2023;;;;;;30
E1;Infección;20/02/2023;01/03/2023;;;Grado 3;E. coli;
"""

LONG = """# IVIG cohort
# grade per CTCAE v5; 1=yes 0=no; 99=unknown
Patient ID,Event type,Date,Stop date,Age,Gender,Grade,Organism,Admitted (1/0),IgG [mg/dl],Comment
P-001,Baseline,16.01.2023,31.12.2024,67,M,,,,310,
P-001,IVIG,15.03.2023,20.12.2023,,,,,,,every 4 weeks
P-001,Infection,20.02.2023,01.03.2023,,,Grade 3,Strep. pneumoniae,1,,"pneumonia,
ICU 2 d"
P-001,Infection,04.09.2023,,,,99,99,0,,URTI
,,,,,,,,,,
TOTAL,,,,67,,,,1,,
"""


def test_a_german_register_in_a_wide_sheet():
    made, problems = imported(book_of(Tabelle1=GERMAN))

    assert problems == ()
    assert facts(made, "end", "interval_days", "dose_g_per_kg", "grade", "pathogen", "organism", "value", "unit") == [
        "MM-01,patient,2023-01-16,2024-12-31",
        "MM-01,ivig,2023-03-15,2023-12-20,28,0.4",
        "MM-01,infection,2023-02-20,,,,3,bacterial,Pneumokokken",
        "MM-01,infection,2023-09-04,,,,2",
        "MM-01,lab,2023-01-16,,,,,,,310,mg/dL",
        "MM-02,patient,2022-02-02,2024-06-30",
        "MM-02,infection,2022-05-11,,,,2,,Lungenentzündung",
        "MM-02,lab,2022-02-02,,,,,,,480,mg/dL",
    ]
    assert made.ledger.reasons == {"above the header": 2, "blank": 1, "header": 1, "totals": 1}
    assert made.cohort.patients["years_since_diagnosis"].tolist() == [3.84, 1.22]
    assert made.cohort.patients["sex"].tolist() == ["male", "female"]


def test_an_interval_of_two_numbers_is_asked():
    rows = [*GERMAN[:4], [*GERMAN[4][:9], "3-4", *GERMAN[4][10:]]]

    assert [text.split(" is not")[0] for text in asked(imported(book_of(Tabelle1=rows))[1])] == [
        "Intervall (Wo.): “3-4”"
    ]


def test_a_french_table():
    made, problems = imported(FRENCH)

    assert problems == ()
    assert facts(made, "end", "interval_days", "grade", "pathogen", "hospitalized", "value") == [
        "F01,patient,2023-01-16,2024-12-31",
        "F01,ivig,2023-03-15,2023-12-20,21",
        "F01,infection,2023-02-20,,,3,bacterial,yes",
        "F01,lab,2023-01-16,,,,,,310",
        "F02,patient,2022-02-02,2024-06-30",
        "F02,infection,2022-05-11,,,2,viral,no",
        "F02,infection,2022-06-22,,,1",
        "F02,lab,2022-02-02,,,,,,480",
    ]


def test_a_spanish_table_in_the_long_shape():
    made, problems = imported(SPANISH)

    assert problems == ()
    assert facts(made, "end", "sex", "dose_g", "grade") == [
        "E1,patient,2023-01-16,2024-12-31,female",
        "E1,ivig,2023-03-15,,,30",
        "E1,infection,2023-02-20,2023-03-01,,,3",
    ]


def test_a_long_table_with_own_names_codes_in_a_comment_and_intervals_in_remarks():
    made, problems = imported(LONG)

    assert problems == ()
    assert facts(made, "end", "interval_days", "grade", "organism", "hospitalized", "value") == [
        "P-001,patient,2023-01-16,2024-12-31",
        "P-001,ivig,2023-03-15,2023-12-20,28",
        "P-001,infection,2023-02-20,2023-03-01,,3,Strep. pneumoniae,yes",
        "P-001,infection,2023-09-04,,,unknown,,no",
        "P-001,lab,2023-01-16,,,,,,310",
    ]
    assert made.ledger.reasons == {"above the header": 2, "header": 1, "blank": 1, "totals": 1}


def test_intervals_in_remarks_that_do_not_agree_are_asked():
    text = LONG.replace("TOTAL", "P-001,IVIG,01.02.2024,01.06.2024,,,,,,,as before\nTOTAL")

    assert asked(imported(text)[1]) == [
        "Stop date: 2 courses end on a later day than they start: how often was a dose given?"
    ]


@pytest.mark.parametrize(
    ("intervals", "question"),
    [(("4", "3"), False), (("28", "21"), False), (("4", "12"), True), (("q4w", "every 28 days"), False),
     (("7",), False), (("9",), True), (("1",), True), (("alle 4 Wochen", "monthly"), True)],
)  # fmt: skip
def test_intervals_without_a_unit_are_read_only_where_one_unit_can_be_meant(intervals, question):
    rows = "".join(
        f"{number},2022-01-01,2023-01-01,2022-02-01,2022-12-01,{text},2022-03-01,2\n"
        for number, text in enumerate(intervals)
    )
    made, problems = imported(f"ID,FU start,FU end,IVIG start,IVIG end,Interval,Infection date,Grade\n{rows}")

    assert bool(asked(problems)) is question
    if not question:
        assert set(made.cohort.ivig["interval_days"]) <= {21, 28, 49}


def test_visits_are_never_taken_without_a_persons_yes():
    text = """Pt Study ID,Visit Date,Visit Type,IGG (mg/dL),IVIG Given?,Infection Dx,Severity,Abx
A101,2/1/2022 8:15 AM,New,310,N,,,
,4/2/2022 11:02 PM,ED,,N,Pneumonia - Strep pneumoniae,Grade 3 (severe),"ceftriaxone, azithro"
,6/10/2022 9:00 AM,Infusion,<40,Y,,,
,7/8/2022 9:05 AM,Infusion,510*,Y,,,
A102,3/15/2022 10:00 AM,New,"1,020",N,,,
,9/1/2022 4:40 PM,Clinic,980,N,"URI, RSV+",Grade 2,none
"""
    proposed, problems = imported(text)

    assert [text.split(":")[0] for text in asked(problems)] == ["", "Pt Study ID", "Visit Date"]
    (sheet,) = proposed.mapping.sheets
    assert sheet.ignored == ("Visit Type", "Abx")
    # The person adds the end of follow-up and says yes to the rest.
    patient, *others = sheet.blocks
    patient = replace(patient, fields={**patient.fields, "end": Field(constant="2023-06-30")})
    mapping = CohortMapping((replace(sheet, blocks=(patient, *others)),))
    made, problems = imported(text, mapping=mapping, guessing=False)

    assert problems == ()
    assert facts(made, "end", "grade", "pathogen", "value") == [
        "A101,patient,2022-02-01,2023-06-30",
        "A101,ivig,2022-06-10",
        "A101,ivig,2022-07-08",
        "A101,infection,2022-04-02,,3,bacterial",
        "A101,lab,2022-02-01,,,,310",
        "A101,lab,2022-06-10,,,,40",
        "A101,lab,2022-07-08,,,,510",
        "A102,patient,2022-03-15,2023-06-30",
        "A102,infection,2022-09-01,,2,viral",
        "A102,lab,2022-03-15,,,,1020",
        "A102,lab,2022-09-01,,,,980",
    ]


def test_counts_without_days_cannot_be_used():
    text = """Patient,Months on IVIG,Months off IVIG,Infections on IVIG,Infections off IVIG,Grade >=3 on,Bacterial
1,9.2,14.3,1,1,0,1
2,0,29.0,0,1,0,0
"""
    made, problems = imported(text)

    assert made.cohort is None
    (question,) = asked(problems)
    assert "no day of any infection" in question


def test_counts_beside_follow_up_are_no_cohort_without_infections():
    made, problems = imported("ID,FU start,FU end,Infections\n1,2022-01-01,2023-01-01,1\n2,2022-01-01,2023-01-01,3\n")

    assert made.cohort is None
    (question,) = asked(problems)
    assert "No infections were recognised" in question
    assert "Infections only count them" in question


def test_facts_told_in_words_are_named_with_what_is_needed():
    text = """study_no,start,end,sex,IVIG,infections
1,2022-02-01,2023-06-30,F,"10/06/2022 - 10/02/2023, 0.4 g/kg q4w","02/04/2022 pneumonia G3; 20/11/2022 URTI G1"
2,2022-05-09,ongoing,F,"since Aug 2022 q3w","07/07/2022 sepsis (E. coli) G4, admitted"
"""
    _, problems = imported(text)

    assert [line.split(":")[0] for line in asked(problems)] == ["IVIG", "infections", "end"]
    assert "P1,infection,2022-04-02 with grade 3" in problems[1].remedy
    assert "data cut-off" in problems[2].remedy
    assert not any("pneumonia" in str(problem) for problem in problems)


def test_deaths_without_a_day_are_asked():
    head = "ID,FU start,FU end,Died (y/n),Date of death,Infection date,Grade\n"
    dead = "1,2022-01-01,2023-01-01,y,2023-01-01,2022-02-03,2\n"

    made, problems = imported(head + dead)
    assert asked(problems) == []
    assert made.cohort.patients["died_day"].tolist() == [365]

    _, problems = imported(head + dead + "2,2022-01-01,2023-01-01,y,,,\n")
    assert asked(problems) == ["Died (y/n): 1 patients are said to have died, but not on which day."]


def test_a_sheet_for_each_kind_of_fact():
    book = book_of(
        Patients=[["ID", "From", "To", "Sex"], ["001", "2022-02-01", "2023-06-30", "F"]],
        IVIG=[["ID", "Date", "g"], ["001", "2022-06-10", "30"]],
        Infections=[["ID", "Date", "CTCAE"], ["001", "2022-04-02", "3"]],
    )
    made, problems = imported(book)

    assert problems == ()
    assert facts(made, "end", "dose_g", "grade") == [
        "001,patient,2022-02-01,2023-06-30", "001,ivig,2022-06-10,,30", "001,infection,2022-04-02,,,3"
    ]  # fmt: skip


PATIENTS = [["ID", "From", "To"], ["001", "2022-02-01", "2023-06-30"]]
INFECTIONS = [["ID", "Date", "CTCAE"], ["001", "2022-04-02", "3"]]


@pytest.mark.parametrize(
    "labs",
    [
        [["ID", "Date", "IgG (g/L)", "ANC (10^9/L)"], ["001", "2022-02-01", "4,1", "2,2"]],
        [["ID", "Collection date", "Test", "Result", "Units"], ["001", "2022-02-01", "IgG", "410", "mg/dL"],
         ["001", "2022-02-01", "ANC", "2.2", "10^3/uL"], ["001", "2022-02-01", "Hemoglobin", "11", "g/dL"]],
    ],
)  # fmt: skip
def test_laboratory_values_on_a_sheet_of_their_own_beside_a_legend(labs):
    legend = [["Code", "Meaning"], ["1", "yes"]]
    made, problems = imported(book_of(Patients=PATIENTS, Infections=INFECTIONS, Labs=labs, Legend=legend))

    assert asked(problems) == []
    assert facts(made, "value", "unit")[2:] == ["001,lab,2022-02-01,410,mg/dL", "001,lab,2022-02-01,2.2,10^3/uL"]
    assert made.ledger.adds_up
    assert made.ledger.reasons["sheet not used"] == len(legend)


def test_groups_that_are_blank_now_are_read_when_they_are_filled():
    head = "ID,FU start,FU end,IVIG1,IVIG2,Infekt 1,Grad 1,Infekt 2,Grad 2\n"
    line = "1,01.02.2022,01.02.2023,01.03.2022,,02.05.2022,3,,\n"
    mapping = imported(head + line)[0].mapping
    more = "2,01.02.2022,01.02.2023,01.03.2022,13.04.2022,02.05.2022,3,20.06.2022,1\n"
    made, problems = imported(head + line + more, guessing=False, mapping=mapping)

    assert problems == ()
    assert (len(made.cohort.ivig), len(made.cohort.infection)) == (3, 3)


def test_own_words_for_not_known():
    text = "ID,FU start,FU end,Age,Inf date,Grade\n1,2022-02-01,2023-02-01,weiss nicht,2022-03-01,weiss nicht\n"

    assert [line.split(":")[0] for line in asked(imported(text)[1])] == ["Age", "Grade"]
    made, problems = imported(text, missing=("Weiss nicht",))
    assert asked(problems) == []
    assert facts(made, "grade") == ["1,patient,2022-02-01", "1,infection,2022-03-01,unknown"]


def test_dates_of_either_order_are_asked_until_one_of_them_proves_it():
    head = "ID,FU start,FU end,Inf date,Grade\n"
    open_ = "1,01/02/2022,01/03/2023,03/04/2022,2\n"

    assert all("is the day or the month first" in line for line in asked(imported(head + open_)[1]))
    for proof, day in (("2,13/02/2022,01/03/2023,,\n", "2022-04-03"), ("2,02/13/2022,01/03/2023,,\n", "2022-03-04")):
        assert facts(imported(head + open_ + proof)[0])[1] == f"1,infection,{day}"
    assert facts(imported(head + open_, order="mdy")[0])[1] == "1,infection,2022-03-04"


def test_a_number_of_the_users_own_stays_one_and_a_laboratory_value_is_no_variable():
    made, _ = imported(
        "Paciente;Tipo;Fecha;Fecha fin;Grado;IgG (g/L);LDH\n"
        "E1;Basal;16/01/2023;31/12/2024;;3,1;2,4\nE1;Infección;20/02/2023;;3;;\n"
        "E2;Basal;02/02/2022;30/06/2024;;4,8;1,5\nE2;IGIV;11/05/2022;;;;\n"
    )
    assert made.cohort.lab["value"].tolist() == [310.0, 480.0]
    assert made.cohort.own_baseline == ("LDH",)
    assert made.cohort.patients["LDH"].tolist() == [2.4, 1.5]


def test_a_header_that_says_nothing_above_the_only_days_is_the_day_of_each_row():
    book = text_book(
        "Study ID,Visit,IVIG dose (g),Infection,CTCAE,Last follow-up\n"
        "1,2022-01-02,30,,,2023-12-31\n1,2022-02-02,30,Pneumonia,3,2023-12-31\n2,2022-03-01,,,,2023-10-31\n"
        "2,2022-05-05,,UTI,2,2023-10-31\n"
    )
    days = {block.fields["start"].column for block in guess(book).sheets[0].blocks}
    assert days == {"Visit"}


def test_brackets_without_an_end_are_no_name_and_take_no_time():
    # Each bracket looks for its end: without a bound this would take the square of the length.
    header = "IgG (choice=" * 30_000
    assert meaning(header) == meaning(header[:LONGEST_NAME])
    assert our_name(header) is None
    assert unit_of(header) == ""
    assert layout_of(head_at(Grid.of_rows("s", [["record_id", header], ["1", "2"]]), 1)) is None
