"""What a second version of a cohort changed is told fact by fact."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from ivig_core.__main__ import main
from ivig_core.cohort.changes.changes import ONLY_DAYS, changes, sentence, share_patients
from ivig_core.cohort.changes.text import change_lines, changes_json
from ivig_core.cohort.read import read_cohort
from tests.core.make import Patient, cohort

HEADER = "patient_id,record,start,end,grade,dose_g,analyte,value,unit,site,ward\n"
BASE = (
    "A,patient,2020-01-01,2020-12-31,,,,,,,north\n"
    "A,infection,2020-03-01,,2,,,,,skin,\nA,infection,2020-03-01,,3,,,,,urinary,\n"
    "A,ivig,2020-02-01,,,30,,,,,\nA,lab,2020-02-01,,,,igg,600,mg/dL,,\nA,lab,2020-02-01,,,,anc,2.5,10^3/uL,,\n"
    "B,patient,2020-01-01,2020-12-31,,,,,,,south\nB,infection,2020-05-01,,unknown,,,,,,\n"
)


def read(text: str):
    return read_cohort((HEADER + text).encode()).checked()


def rows(found) -> set[tuple[str, ...]]:
    return set(found.facts.itertuples(index=False, name=None))


def test_each_kind_of_change_by_hand():
    edited = (
        BASE.replace("2020-03-01,,3,,,,,urinary", "2020-03-01,,4,,,,,urinary")  # of two on one day, one was changed
        .replace("igg,600,mg/dL", "igg,6,g/L")  # the same amount in another unit
        .replace("anc,2.5", "m_spike,2.5")  # another analyte is another fact
        .replace("10^3/uL", "g/dL")
        .replace("2020-02-01,,,30", "2020-02-02,,,30")  # moved to another day
        .replace("2020-12-31,,,,,,,south", "2021-01-31,,,,,,,west")
        .replace(",unknown,", ",1,")
    ) + "C,patient,2020-01-01,2020-12-31,,,,,,,\nC,ivig,2020-02-01,,,30,,,,,\n"
    found = changes(read(BASE), read(edited))
    assert rows(found) == {
        ("A", "infection", "2020-03-01", "changed", "grade", "3", "4"),
        ("A", "lab", "2020-02-01", "removed", "", "analyte anc; value 2.5", ""),
        ("A", "lab", "2020-02-01", "added", "", "", "analyte m_spike; value 2.5"),
        ("A", "ivig", "2020-02-01", "removed", "", "dose_g 30; route iv", ""),
        ("A", "ivig", "2020-02-02", "added", "", "", "dose_g 30; route iv"),
        ("B", "patient", "2020-01-01", "changed", "end", "2020-12-31", "2021-01-31"),
        ("B", "patient", "2020-01-01", "changed", "ward", "south", "west"),
        ("B", "infection", "2020-05-01", "changed", "grade", "unknown", "1"),
        ("C", "patient", "", "patient added", "", "", "1 fact"),
    }
    assert sentence(found) == (
        "2 patients in both, 1 added. In these: patient rows 1 changed; doses 1 added, 1 removed; infections 2 changed;"
        " lab values 1 added, 1 removed. Infections 3 → 3, dose rows 1 → 2."
    )
    assert changes_json(found)["patients_in_both"] == 2
    assert len(change_lines(found, "old.csv", every=True)) == 1 + len(found.facts)


def test_a_changed_lab_value_says_of_what():
    found = changes(read(BASE), read(BASE.replace("igg,600", "igg,650")))
    assert rows(found) == {("A", "lab", "2020-02-01", "changed", "igg value", "600", "650")}


def test_two_left_on_either_side_are_not_paired():
    edited = BASE.replace(",2,,,,,skin", ",4,,,,,skin").replace(",3,,,,,urinary", ",5,,,,,urinary")
    found = changes(read(BASE), read(edited))
    assert (found.number("infection", "removed"), found.number("infection", "added")) == (2, 2)
    assert found.number("infection", "changed") == 0


def test_columns_that_one_file_has():
    found = changes(read(BASE), read_cohort((HEADER.replace("ward", "clinic") + BASE).encode()).checked())
    assert (found.columns_added, found.columns_gone) == (("clinic",), ("ward",))
    assert found.facts.empty
    assert "New columns: clinic." in sentence(found)


def test_dates_against_study_days_are_counted_from_the_first_day():
    one = cohort(Patient(infections=[10], doses=[5]))
    days = replace(one, calendar="none", patients=one.patients.assign(day0=np.int64(-1)))
    found = changes(one, days)
    assert found.notes == (ONLY_DAYS,)
    assert found.nothing
    later = changes(one, cohort(Patient(infections=[10], doses=[5], start=dt.date(2021, 1, 25))))
    assert set(later.facts["what"]) == {"changed", "removed", "added"}, "with dates a fact keeps its date, not its day"


def test_without_a_patient_in_common():
    one = read(BASE)
    other = read(BASE.replace("A,", "X,").replace("B,", "Y,"))
    assert not share_patients(one, other)
    found = changes(one, other)
    assert set(found.facts["what"]) == {"patient gone", "patient added"}
    assert found.shared == 0


KINDS = {"infection": "infections", "ivig": "doses", "lab": "igg"}


def random_patients(rng: np.random.Generator) -> list[Patient]:
    def days() -> list[int]:
        return sorted(rng.choice(200, rng.integers(0, 6), replace=False).tolist())

    return [
        Patient(days=200, infections=[(day, 2) for day in days()], doses=days(), igg=[(day, 700.0) for day in days()],
                start=dt.date(2020, 1, 1) + dt.timedelta(int(rng.integers(300))))
        for _ in range(8)
    ]  # fmt: skip


def edited(patients: list[Patient], rng: np.random.Generator) -> tuple[list[Patient], set[tuple[str, ...]]]:
    """Another version of each patient's facts and the differences that were made: patient, kind, date, what."""
    made, told = [], set()
    for number, patient in enumerate(patients):
        facts = {}
        for kind, name in KINDS.items():
            kept = []
            free = sorted(set(range(200)) - {day if kind == "ivig" else day[0] for day in getattr(patient, name)})
            for fact in getattr(patient, name):
                day = fact if kind == "ivig" else fact[0]
                what = rng.choice(["same", "removed", "changed"], p=[0.6, 0.2, 0.2])
                if what == "changed":
                    kept.append((day, np.nan, np.nan, "sc") if kind == "ivig" else (day, fact[1] + 1))
                elif what == "same":
                    kept.append(fact)
                if what != "same":
                    told.add((f"P{number:04}", kind, date(patient, day), str(what)))
            for day in rng.choice(free, rng.integers(0, 3), replace=False).tolist():
                kept.append(day if kind == "ivig" else (day, 3.0))
                told.add((f"P{number:04}", kind, date(patient, day), "added"))
            facts[name] = kept
        made.append(replace(patient, **facts))
    return made, told


def date(patient: Patient, day: int) -> str:
    return (patient.start + dt.timedelta(day)).isoformat()


@pytest.mark.parametrize("seed", range(3))
def test_the_difference_tells_exactly_the_edits(seed):
    rng = np.random.default_rng(seed)
    before = random_patients(rng)
    after, told = edited(before, rng)
    # One patient goes, one comes, and the rows of the later file are in another order.
    gone = f"P{len(before) - 1:04}"
    first, full = cohort(*before), cohort(*after, Patient(infections=[3]))
    later = full.subset(full.patients["patient_id"].to_numpy() != gone)
    later = replace(later, infection=later.infection.sample(frac=1, random_state=seed).reset_index(drop=True))
    found = changes(first, later)
    listed = found.facts[~found.facts["what"].str.startswith("patient ")]
    expected = {item for item in told if item[0] != gone}
    assert set(listed[["patient_id", "record", "start", "what"]].itertuples(index=False, name=None)) == expected
    assert len(listed) == len(expected)
    alone = found.facts[found.facts["what"].str.startswith("patient ")]
    assert dict(zip(alone["patient_id"], alone["what"], strict=True)) == {
        gone: "patient gone",
        f"P{len(before):04}": "patient added",
    }
    kinds = found.kinds
    left = kinds["before"] - kinds["gone"] - kinds["removed"] + kinds["added"] + kinds["come"]
    assert (left == kinds["after"]).all()
    turned = changes(later, first)
    assert turned.kinds["removed"].tolist() == kinds["added"].tolist()
    assert turned.kinds["changed"].tolist() == kinds["changed"].tolist()
    assert changes(later, later).nothing


def test_the_command_says_it_beside_the_check(tmp_path, capsys):
    old, new = tmp_path / "old.csv", tmp_path / "new.csv"
    old.write_text(HEADER + BASE, encoding="utf-8")
    new.write_text(HEADER + BASE.replace("2020-05-01,,unknown", "2020-05-01,,2"), encoding="utf-8")
    assert main(["validate", str(new), "--against", str(old)]) == 0
    assert "B infection 2020-05-01: changed, grade unknown → 2" in capsys.readouterr().out
    old.write_text(HEADER, encoding="utf-8")
    assert main(["validate", str(new), "--against", str(old)]) == 0
    assert "Not compared" in capsys.readouterr().err
