"""Spellings that can mean one thing are read with a remark; what can mean two is asked, with a suggestion."""

from __future__ import annotations

import pytest

from ivig_core.cohort.checks.kin import suggestion
from ivig_core.cohort.columns import BY_NAME
from ivig_core.cohort.read import read_cohort
from tests.core.cohort.reading.build_file import FOLLOWED, csv_bytes, fact, kinds, read

READ = {
    "sex": {"male": "M m Male männlich", "female": "F f W weiblich"},
    "iss": {"I": "1 1.0 stage_1 i", "II": "2 Stage-II ISS_2 2,0", "III": "III Stadium_3"},
    "high_risk_cytogenetics": {"yes": "y Y ja 1 1.0 TRUE", "no": "n N nein 0 0.0 False"},
}
GRADES = {1: "1 Grade_1 G1 I", 3: "3 3.0 Grad_3 grade_III Grade_3_(severe) CTCAE_3", 5: "V gr._5"}
SUGGESTED = {
    "pathogen": {
        "bacterial": "E._coli Staph._aureus H._influenzae Pneumokokken Klebsiella bacteria MRSA",
        "viral": "Influenza_A COVID-19 CMV Zoster RSV HSV-1 Parainfluenza_3",
        "fungal": "Candida_albicans Aspergillus PJP",
        "mixed": "viral/bacterial E._coli_+_RSV Candida,_Staph both bacterial_and_viral",
        "negative": "no_growth",
        None: "Toxoplasma pneumonia xyz",
    },
    "site": {
        "skin": "Zoster cellulitis", "lower_respiratory": "Pneumonia LRTI", "upper_respiratory": "URTI sinusitis",
        "urinary": "UTI cystitis", "bloodstream": "sepsis bacteremia", "gastrointestinal": "colitis GI",
        "other": "meningitis", None: "xyz",
    },
    "record": {"patient": "Baseline", "ivig": "IVIG_infusion", "infection": "Infekt", "lab": "Labor", None: "x"},
    "death_cause": {"myeloma": "PD progression", "infection": "sepsis", "other": "cardiac"},
    "heavy_chain": {None: "Zone"},
}  # fmt: skip


def cases(table):
    """(column, text, meaning) of a table of texts by meaning; `_` stands for a space."""
    return [
        (name, text.replace("_", " "), meaning)
        for name, texts in table.items()
        for meaning, listed in texts.items()
        for text in listed.split()
    ]


def test_spellings_of_one_value_are_read_and_said():
    for name, text, meaning in cases(READ):
        intake = read_cohort(csv_bytes([{**FOLLOWED, name: text}]))
        assert intake.cohort.patients[name].tolist() == [meaning], (name, text)
        assert kinds(intake) == ({} if text == meaning else {"respelled": 1}), (name, text)


def test_spellings_of_a_grade_are_read_and_said():
    for grade, listed in GRADES.items():
        for text in (word.replace("_", " ") for word in listed.split()):
            intake = read(fact("infection", "2020-05-05", grade=text))
            assert intake.cohort.infection["grade"].tolist() == [grade], text
            assert kinds(intake).keys() <= {"respelled", "no_dose"}


@pytest.mark.parametrize("text", ["3-4", "Grade 3/4", "-3", "0", "6", "99", "IIII", "3 or 4", "12", ".3", "severe"])
def test_what_is_not_one_grade_is_never_read_as_one(text):
    intake = read(fact("infection", "2020-05-05", grade=text))
    assert intake.cohort is None
    assert kinds(intake) == {"not_in_list": 1}


@pytest.mark.parametrize(("name", "text"), [("sex", "1"), ("sex", "2"), ("iss", "IV"), ("high_risk_cytogenetics", "2")])
def test_a_code_that_could_mean_either_is_never_read(name, text):
    assert read_cohort(csv_bytes([{**FOLLOWED, name: text}])).cohort is None


def test_a_word_suggests_its_kin_and_is_not_applied():
    for name, text, meaning in cases(SUGGESTED):
        assert suggestion(BY_NAME[name], text) == meaning, (name, text)
    intake = read(fact("infection", "2020-05-05", grade="3", pathogen="viral/bacterial", site="Zoster"))
    assert intake.cohort is None
    remedies = {problem.column: problem.remedy for problem in intake.problems}
    assert remedies["pathogen"].startswith("Did you mean mixed?")
    assert remedies["site"].startswith("Did you mean skin? It names a pathogen: write viral in pathogen")


@pytest.mark.parametrize(
    ("known", "written"),
    [
        ("P02", "p02"),
        ("001", "1"),
        ("P02", "P-02"),
        ("P 02", "P02"),
        ("P02", "PO2"),
        ("UK_7", "uk-007"),
        ("12", "12.0"),
    ],
)
def test_an_id_written_in_another_way_gets_a_suggestion(known, written):
    rows = [{**FOLLOWED, "patient_id": known}, {**FOLLOWED, "patient_id": "Q9"}]
    intake = read_cohort(csv_bytes([*rows, fact("infection", "2020-05-05", written, grade="3")]))
    (problem,) = [problem for problem in intake.problems if problem.kind == "unknown_patient"]
    assert problem.remedy.startswith(f"Did you mean {known}?")


def test_an_id_that_could_be_two_patients_gets_none():
    rows = [{**FOLLOWED, "patient_id": name} for name in ("1", "01")]
    intake = read_cohort(csv_bytes([*rows, fact("infection", "2020-05-05", "001", grade="3")]))
    assert not any("Did you mean" in problem.remedy for problem in intake.problems)


class TestDays:
    @pytest.mark.parametrize("time", [" 00:00", " 00:00:00", "T00:00:00Z", " 12:00:00 AM", " 0:00", " 00:00:00.000"])
    def test_a_column_of_midnights_is_a_column_of_days(self, time):
        rows = [fact("infection", f"2020-0{month}-01{time}", grade="3") for month in range(2, 8)]
        intake = read_cohort(csv_bytes([{**FOLLOWED, "start": f"2020-01-01{time}"}, *rows]))
        assert intake.cohort.infection["day"].tolist() == [31, 60, 91, 121, 152, 182]
        assert kinds(intake) == {"midnight": 1, "no_dose": 1}

    def test_with_an_order_too(self):
        rows = [{**FOLLOWED, "start": "01/02/2020 00:00", "end": "04/03/2020"}]
        assert read_cohort(csv_bytes(rows), date_order="dmy").cohort.patients["days"].tolist() == [33]
        assert read_cohort(csv_bytes(rows)).asks_date_order

    def test_one_other_time_makes_them_times(self):
        intake = read(
            fact("infection", "2020-02-02 00:00", grade="3"), fact("infection", "2020-02-03 08:00", grade="3")
        )
        assert kinds(intake) == {"unreadable_date": 2}

    @pytest.mark.parametrize("text", ["11/2021", "11.2021", "Nov 2021", "Nov-21", "2021/11", "november 2021"])
    def test_a_month_hears_how_a_month_is_written(self, text):
        (problem,) = read(fact("infection", text, grade="3")).problems
        assert "write 2021-11: it is taken as the 15th" in problem.remedy

    @pytest.mark.parametrize(("text", "day"), [("01-Mar-2022", "2022-03-01"), ("3. Oktober 2021", "2021-10-03")])
    def test_a_month_as_a_word_settles_the_order(self, text, day):
        assert day in read(fact("infection", text, grade="3")).problems[0].remedy

    @pytest.mark.parametrize("text", ["NA", "unknown", ".", "9999-12-31", "ongoing", "#N/A"])
    def test_no_day_in_an_optional_cell_hears_of_blank(self, text):
        (problem,) = read(fact("ivig", "2020-02-02", end=text, interval_days="28")).problems
        assert "Leave the cell blank" in problem.remedy

    def test_no_day_in_a_cell_that_must_have_one_does_not(self):
        assert "delete its row" in read(fact("infection", "NA", grade="3")).problems[0].remedy


def test_problems_are_grouped_by_kind_and_column_with_every_remedy_beside_its_value():
    rows = [
        fact("infection", "2020-02-02", grade="9", site="Zoster"),
        fact("infection", "2020-02-09", grade="x", site="UTI"),
    ]
    groups = read(*rows).groups().set_index("column")
    assert groups["count"].to_dict() == {"grade": 2, "site": 2}
    assert groups.loc["site", "rows"] == "rows 3, 4"
    assert groups.loc["site", "values"] == "Zoster, UTI"
    assert "“UTI” is not a value that site can have. Did you mean urinary?" in groups.loc["site", "message"]
