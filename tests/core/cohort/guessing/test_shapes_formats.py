"""Each sample in the shape of another system is read back as the same cohort, and every row is accounted for."""

from __future__ import annotations

import json
from functools import cache

import numpy as np
import pytest

from ivig_core.cohort.read import COMMAND_LIMITS, read_cohort
from tests import shapes_formats as shapes
from tests.paths import SAMPLES

NAMES = ("bispecific", "crossover_2021", "daratumumab", "known_truth")
SHAPES = {
    "a sheet a kind": (shapes.workbook, None),
    "one long sheet": (lambda cohort: shapes.workbook(cohort, long=True), None),
    "ZIP": (shapes.zip_of_csvs, None),
    "ADaM": (shapes.adam_zip, shapes.carried_by_adam),
    "OMOP": (lambda cohort: shapes.zipped(shapes.omop_files(cohort)), shapes.carried_by_omop),
}


@cache
def sample(name):
    """Some patients of a sample, all kinds of facts among them."""
    cohort = read_cohort(SAMPLES / f"{name}.csv", COMMAND_LIMITS).cohort
    return cohort.subset(np.arange(len(cohort)) < 20)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", NAMES)
def test_a_cohort_comes_back_the_same(name, shape):
    write, carried = SHAPES[shape]
    cohort = sample(name)

    intake = read_cohort(write(cohort), COMMAND_LIMITS, guessing=True)

    assert intake.cohort is not None, intake.problems[:5]
    expected = cohort if carried is None else carried(cohort)
    for kind in ("patients", "ivig", "infection", "lab", "phase", "therapy"):
        assert getattr(intake.cohort, kind).equals(getattr(expected, kind)), kind
    assert intake.cohort.records_phase == expected.records_phase
    assert intake.ledger.adds_up


class TestAdam:
    def test_other_events_and_drugs_are_left_out_by_name(self):
        reasons = read_cohort(shapes.adam_zip(sample("bispecific")), guessing=True).ledger.reasons

        assert reasons["AEBODSYS is “Cardiac disorders”"] == 2
        assert reasons["EXTRT is “DARATUMUMAB”"] == 1

    def test_two_days_that_can_be_the_end_are_a_question(self):
        intake = read_cohort(shapes.zipped({
            "ADSL.csv": "USUBJID,TRTSDT,EOSDT,LSTALVDT,SEX,AGE\nP1,2020-01-01,2020-12-01,2020-12-31,F,60\n",
            "ADAE.csv": "USUBJID,AEDECOD,AESOC,ASTDT,ATOXGR\nP1,Pneumonia,Infections and infestations,2020-03-01,3\n",
        }), guessing=True)  # fmt: skip

        assert intake.cohort is None
        (question,) = intake.mapping.questions
        assert "EOSDT or LSTALVDT" in question.message
        settled = read_cohort(shapes.zipped({
            "ADSL.csv": "USUBJID,TRTSDT,EOSDT,SEX,AGE\nP1,2020-01-01,2020-12-01,F,60\n",
            "ADAE.csv": "USUBJID,AEDECOD,AESOC,ASTDT,ATOXGR\nP1,Pneumonia,Infections and infestations,2020-03-01,3\n",
        }), guessing=True).cohort.infection  # fmt: skip
        assert settled[["day", "grade", "site", "organism"]].to_numpy().tolist() == [
            [60, 3.0, "lower_respiratory", "Pneumonia"]
        ]

    @pytest.mark.parametrize(
        ("adex", "words"),
        [
            ("IMMUNE GLOBULIN,5,vials,ONCE", "vials"),
            ("IMMUNE GLOBULIN,30,g,QM", "QM"),
        ],
    )
    def test_a_unit_or_frequency_that_says_no_number_is_a_question(self, adex, words):
        intake = read_cohort(shapes.zipped({
            "adsl.csv": "USUBJID,TRTSDT,EOSDT\nP1,2020-01-01,2020-12-01\n",
            "adex.csv": f"USUBJID,EXTRT,EXDOSE,EXDOSU,EXDOSFRQ,ASTDT,AENDT\nP1,{adex},2020-03-01,2020-06-01\n",
        }), guessing=True)  # fmt: skip

        assert words in " ".join(question.message for question in intake.mapping.questions)

    @pytest.mark.parametrize(("frequency", "days"), [("Q4W", 28), ("Q28D", 28), ("EVERY 3 WEEKS", 21), ("QD", 1)])
    def test_a_repeated_dose_is_a_course(self, frequency, days):
        cohort = read_cohort(shapes.zipped({
            "adsl.csv": "USUBJID,TRTSDT,EOSDT\nP1,2020-01-01,2020-12-01\n",
            "adae.csv": "USUBJID,AEDECOD,AESOC,ASTDT,ATOXGR\nP1,Sepsis,Infections and infestations,2020-03-01,3\n",
            "adex.csv": "USUBJID,EXTRT,EXDOSE,EXDOSU,EXDOSFRQ,ASTDT,AENDT\n"
            f"P1,Privigen,30000,mg,{frequency},2020-03-01,2020-06-01\n"
            "P1,HEPATITIS B IMMUNE GLOBULIN,1,mg,ONCE,2020-03-01,\n",
        }), guessing=True).cohort  # fmt: skip

        assert cohort.ivig[["interval_days", "dose_g"]].to_numpy().tolist() == [[days, 30.0]]


class TestOmop:
    def test_rows_of_every_table_are_counted(self):
        cohort = sample("crossover_2021")
        files = shapes.omop_files(cohort)

        ledger = read_cohort(shapes.zipped(files), guessing=True).ledger

        assert ledger.rows == sum(data.count(b"\n") for data in files.values()) - 2
        assert ledger.reasons["condition_occurrence: not an infection"] == 2
        assert ledger.reasons["measurement: a measurement without a number"] == 1
        assert ledger.adds_up

    def test_a_folder_with_its_own_concepts_and_two_periods(self, tmp_path):
        for name, text in {
            "PERSON.csv": "person_id,gender_concept_id,year_of_birth\n1,8507,1950\n2,8532,1960\n3,8532,1960\n",
            "observation_period.csv": "person_id,observation_period_start_date,observation_period_end_date\n"
            "1,2020-01-01,2020-12-31\n1,2021-06-01,2021-06-30\n2,2020-01-01,2020-06-30\n",
            "measurement.csv": "person_id,measurement_concept_id,measurement_date,value_as_number,operator_concept_id,"
            "unit_concept_id\n1,77,2020-02-01,40,4171756,8840\n",
            "condition_occurrence.csv": "person_id,condition_concept_id,condition_start_date\n1,255848,2020-02-01\n",
            "concept_sets.json": json.dumps({
                "lab": [{"means": "igg", "ids": [77]}], "unit": [{"means": "mg/dL", "ids": [8840]}],
                "infection": [{"means": "infection", "ids": [255848]}], "sex": [{"means": "male", "ids": [8507]}],
            }),
        }.items():  # fmt: skip
            (tmp_path / name).write_text(text)

        intake = read_cohort(tmp_path, COMMAND_LIMITS, guessing=True)

        assert intake.cohort is not None, intake.problems
        assert intake.cohort.days.tolist() == [366, 182]
        assert intake.cohort.lab["value"].tolist() == [40]
        assert intake.cohort.patients["sex"].fillna("").tolist() == ["male", ""]
        assert np.isnan(intake.cohort.infection["grade"]).all()
        assert intake.ledger.reasons["observation_period: a shorter observation period of the same person"] == 1
        assert intake.ledger.reasons["person: a person without an observation period"] == 1
        assert any("your own" in note for note in intake.notes)

    def test_broken_sets_of_concepts_are_refused(self):
        files = shapes.omop_files(sample("bispecific")) | {"concept_sets.json": b'{"ivig": [{"names": ["("]}]}'}
        assert [p.kind for p in read_cohort(shapes.zipped(files)).problems] == ["concept_sets"]
