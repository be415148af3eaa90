"""Kinds of faults that people reported of neighbouring tools: each is said with cell and remedy, none is guessed."""

from __future__ import annotations

import pytest

from ivig_core.__main__ import main
from ivig_core.cohort.checks.identify import is_identifying_header
from ivig_core.cohort.read import read_cohort
from ivig_core.errors import SpecError
from ivig_core.spec import AnalysisSpec
from ivig_core.study.rates.forest import forest
from ivig_core.study.study import Study

HEADER = "patient_id,record,start,end,grade,analyte,value,unit,interval_days,heavy_chain"
SLASHES = (
    "P0,patient,01/02/2022,05/06/2023,,,,,,",
    "P0,ivig,13/04/2022,,,,,,,",
    "P0,infection,05/05/2022,,2,,,,,",
)


def read(*rows: str, header: str = HEADER, separator: str = ","):
    return read_cohort("\n".join([header, *rows]).replace(",", separator).encode())


def kinds(intake) -> list[tuple[str, str, int | None]]:
    return [(item.severity, item.kind, item.row) for item in intake.problems]


def only(intake, kind: str):
    (problem,) = [item for item in intake.problems if item.kind == kind]
    return problem


def person(number: int, end: str = "400", start: str = "0") -> str:
    return f"P{number},patient,{start},{end},,,,,,IgA"


class TestEndsFarAway:
    def test_the_placeholder_of_one_patient_is_an_error(self):
        rows = [person(n, "2023-06-30", "2022-01-01") for n in range(3)]
        intake = read(*rows, person(3, "2099-12-31", "2022-01-01"), "P0,infection,2022-05-05,,2,,,,,")
        assert ("error", "placeholder_end", 5) in kinds(intake)

    def test_in_study_days_too(self):
        assert ("error", "placeholder_end", 4) in kinds(read(person(0), person(1), person(2, "27000")))

    def test_of_everybody_it_is_asked(self):
        intake = read(*[person(n, "2099-12-31", "2022-01-01") for n in range(3)])
        assert [item for item in kinds(intake) if item[1] == "far_end"] == [
            ("warning", "far_end", n) for n in (2, 3, 4)
        ]
        assert intake.cohort is not None

    def test_a_long_follow_up_with_facts_in_it_is_none(self):
        assert not read(person(0), person(1, "4000"), "P1,infection,3900,,2,,,,,").errors

    @pytest.mark.parametrize("value", ["9999-12-31", "3000-01-01"])
    def test_a_date_that_stands_for_no_end_hears_of_blank(self, value):
        intake = read(person(0, "2023-01-01", "2022-01-01"), f"P0,ivig,2022-02-01,{value},,,,,28,")
        assert "Leave the cell blank" in only(intake, "impossible_date").remedy


class TestMarksOfThousands:
    def test_with_decimal_commas_a_point_is_one(self):
        rows = (person(0), "P0,lab,0,,,igg,1.150,mg/dL,,", "P0,lab,9,,,igg,980;5,mg/dL,,")
        intake = read_cohort("\n".join([HEADER, *rows]).replace(",", "\t").replace(";", ",").encode())
        assert intake.cohort.lab["value"].tolist() == [1150, 980.5]
        problem = only(intake, "thousands")
        assert (problem.row, problem.value) == (3, "1.150")
        assert "was read as 1150" in problem.message
        assert "980,5 was read as 980.5" in only(intake, "decimal_comma").message

    def test_with_neither_it_is_asked(self):
        intake = read(person(0), "P0,lab,0,,,igg,1.150,mg/dL,,", separator=";")
        assert ("error", "thousands_or_decimals", 3) in kinds(intake)

    def test_other_decimals_of_the_column_settle_it(self):
        intake = read(person(0), "P0,lab,0,,,igg,11.125,g/L,,", "P0,lab,9,,,igg,9.5,g/L,,", separator=";")
        assert intake.cohort.lab["value"].tolist() == [1112.5, 950]

    def test_in_a_file_with_commas_a_point_is_a_point(self):
        assert read(person(0), "P0,lab,0,,,igg,11.125,g/L,,").cohort.lab["value"].tolist() == [1112.5]


class TestLaboratoryValues:
    def test_below_zero_is_an_error(self):
        assert ("error", "negative_value", 3) in kinds(read(person(0), "P0,lab,0,,,igg,-99,mg/dL,,"))

    def test_grams_per_litre_called_milligrams_are_asked_about(self):
        low = [f"P0,lab,{day},,,igg,{value},mg/dL,," for day, value in ((0, 4.2), (9, 6.1), (20, 900))]
        assert "6.1 mg/dL: are they in g/L?" in only(read(person(0), *low), "unit_asked").message
        right = [row.replace("mg/dL", "g/L") for row in low[:2]]
        assert "unit_asked" not in str(kinds(read(person(0), *right)))

    def test_the_message_speaks_the_unit_of_the_file(self):
        problem = only(read(person(0), "P0,lab,0,,,igg,980,g/L,,"), "implausible_value")
        assert problem.message.startswith("igg 980 g/L, which is 98,000 mg/dL, is outside 0 to 10,000 mg/dL")


class TestDates:
    @pytest.mark.parametrize("value", ["01/10/22", "31.12.22", "1-2-03"])
    def test_two_digits_of_a_year_are_one_sentence_at_once(self, value):
        intake = read(person(0, "2023-01-01", "2022-01-01"), f"P0,infection,{value},,2,,,,,")
        assert not intake.asks_date_order
        problem = only(intake, "unreadable_date")
        assert "year of two digits" in problem.message
        assert "YYYY-MM-DD" in problem.remedy

    def test_a_serial_number_with_a_time_is_called_so(self):
        intake = read(person(0, "45171", "44571"), "P0,infection,44576.645833333336,,2,,,,,")
        assert "(2022-01-15)" in only(intake, "unreadable_date").message

    def test_missing_codes_hear_of_blank(self):
        intake = read(person(0, "2023-01-01", "2022-01-01"), "P0,infection,2022-05-05,NA,2,,,,,")
        assert "Leave the cell blank" in only(intake, "unreadable_date").remedy

    def test_no_dose_is_not_said_of_doses_that_cannot_be_read(self):
        assert "no_dose" not in str(kinds(read(*SLASHES)))

    @pytest.mark.parametrize("before", [["analyze"], ["validate"], ["published", "crossover_2021"]])
    def test_every_command_has_the_same_reading_options(self, before, tmp_path, capsys):
        path = tmp_path / "cohort.csv"
        path.write_text("\n".join([HEADER, *SLASHES]))
        assert main([*before, str(path)]) == 2
        assert main([*before, str(path), "--date-order", "dmy", "--drop", "unit"]) == 0
        assert "Traceback" not in capsys.readouterr().err


class TestHeadersAndIds:
    def test_headers_that_differ_in_spelling_are_said(self):
        message = only(read("P0,patient,0,400,,,,,,IgA,60,70", header=HEADER + ",age,Age"), "alike_headers").message
        assert "“age” and “Age”" in message
        assert "Age is kept as a variable of your own" in message

    def test_ids_with_an_exponent_were_shortened(self):
        intake = read("1.2346E+11,patient,0,400,,,,,,", "1.2346E+11,infection,5,,2,,,,,")
        assert ("error", "shortened_id", 2) in kinds(intake)

    def test_a_shortened_id_on_a_row_that_is_no_fact_is_not_looked_for(self):
        intake = read("P0,patient,0,400,,,,,,", "1.2E+10,record,start,end,,,,,,")
        assert kinds(intake) == [("error", "repeated_header", 3)]

    @pytest.mark.parametrize(
        "header",
        [
            "Nachname", "Vorname", "Geburtsdatum", "Fallnummer", "PLZ", "Straße", "Patienten-Nr", "Geb.Datum",
            "Nom", "Prénom", "date de naissance", "code_postal", "Apellidos", "fecha_nacimiento", "DNI", "Teléfono",
            "Cognome", "Data di nascita", "codice fiscale", "Sobrenome", "CPF", "Achternaam", "Geboortedatum", "BSN",
            "Nazwisko", "Imię", "PESEL", "Prenume", "CNP", "Фамилия", "Дата рождения", "Прізвище",
            "PAT_ENC_CSN_ID", "PAT_MRN_ID", "PAT_ID", "ENCNTR_ID", "FIN_NBR", "EMPI", "HospitalAccountID",
        ],
    )  # fmt: skip
    def test_identifiers_have_many_names(self, header):
        assert is_identifying_header(header)

    @pytest.mark.parametrize(
        "header",
        ["ward", "ECOG", "smoker", "ldh", "nome_farmaco", "drug_name", "date_igg", "fin", "case_mix", "cap", "Fall",
         "gebiet", "pathology", "visit", "account", "b2m", "ISS Stadium", "Therapie", "patient_group", "age_group"],
    )  # fmt: skip
    def test_other_columns_are_not_taken_for_identifiers(self, header):
        assert not is_identifying_header(header)

    def test_totals_and_a_header_once_more_are_called_so(self):
        intake = read(person(0), HEADER, "Summe,Total,,,5,,,,,")
        # Nothing else is said of such a row.
        assert kinds(intake) == [("error", "repeated_header", 3), ("error", "totals_row", 4)]


def test_intervals_of_less_than_a_week_are_asked_about():
    problem = only(read(person(0), "P0,ivig,10,300,,,,,4,", "P0,ivig,310,380,,,,,7,"), "short_interval")
    assert (problem.row, problem.severity) == (3, "warning")
    assert "multiply by 7" in problem.remedy


class TestOwnColumns:
    ROWS = ("0,Yes,210", "1,yes,.", "NA,YES,190", "1,no,-99", "0,No,205", "N/A,no,201")

    def intake(self):
        rows = [f"P{n},patient,0,400,,,,,,IgA,{own}" for n, own in enumerate(self.ROWS)]
        each = (("ivig", 100, ""), ("infection", 20, 2), ("infection", 110, 2))
        facts = [f"P{n},{kind},{day},,{grade},,,,,,,," for n in range(6) for kind, day, grade in each]
        return read(*rows, *facts, header=HEADER + ",ecog,smoker,ldh")

    def test_missing_codes_are_no_levels_and_no_text(self):
        patients = self.intake().cohort.patients
        assert patients["ecog"].isna().tolist() == [False, False, True, False, False, True]
        assert patients["ldh"].tolist()[::2] == [210, 190, 205]
        assert patients["ldh"].isna().sum() == 2
        said = [item.message for item in self.intake().problems if item.kind == "own_missing"]
        assert "“NA” in your column ecog, once, was read as not known." in said
        assert len(said) == 4

    def test_spellings_of_a_word_are_one_level_and_said(self):
        intake = self.intake()
        assert sorted(set(intake.cohort.patients["smoker"])) == ["Yes", "no"]
        assert sum(item.kind == "own_spelling" for item in intake.problems) == 2

    def test_filter_and_forest_agree(self):
        study = Study(self.intake().cohort)
        rows = forest(study, AnalysisSpec(), "smoker").set_index("level")
        for level in ("Yes", "no"):
            chosen = study.cohort(AnalysisSpec().change(where=f"smoker={level.upper()}"))
            assert len(chosen) == rows.loc[level, "patients"] == 3

    def test_a_number_below_zero_that_is_one_stays(self):
        rows = [f"P{n},patient,0,400,,,,,,IgA,{value}" for n, value in enumerate((-99, -3, 4))]
        assert read(*rows, header=HEADER + ",score").cohort.patients["score"].tolist() == [-99, -3, 4]

    @pytest.mark.parametrize("where", ["smoker=maybe", "smoker!=maybe", "smoker=Yes|maybe"])
    def test_a_level_that_does_not_exist_is_refused_with_those_that_do(self, where):
        with pytest.raises(SpecError, match="“maybe” is no value of smoker here: Yes, no"):
            Study(self.intake().cohort).cohort(AnalysisSpec().change(where=where))

    def test_two_signs_of_equality_are_one(self):
        assert AnalysisSpec().change(where="smoker == Yes") == AnalysisSpec().change(where="smoker=Yes")
