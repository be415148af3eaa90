"""A de-identified copy answers the same questions and leads back to nobody without its key."""

from __future__ import annotations

import stat

import numpy as np
import pandas as pd
import pytest

from ivig_core.__main__ import main
from ivig_core.cohort.deidentify import FEWEST, FURTHEST_SHIFT, deidentify, write_key
from ivig_core.cohort.read import read_cohort
from ivig_core.cohort.writing import cohort_csv
from tests.paths import ROOT

HEADER = "patient_id,record,start,end,age,grade,organism,drug,category,site_no,hobby,nurse\n"


def file_of(patients: int) -> str:
    rows = []
    for number in range(patients):
        hobby = "chess" if number < FEWEST else "base jumping"
        rows.append(
            f"H{number:03d},patient,2020-03-{1 + number:02d},2021-06-30,{85 + number},,,,,{number * 7},{hobby},"
            f"N{number}"
        )
        rows.append(f"H{number:03d},infection,2020-05-01,,,2,Mrs Miller's cat,,,,,")
        rows.append(f"H{number:03d},therapy,2020-04-01,,,,,rare drug {number},other,,,")
    return HEADER + "\n".join(rows) + "\n"


def test_what_could_lead_back_is_gone_and_intervals_stay():
    cohort = read_cohort(file_of(9).encode()).checked()
    made = deidentify(cohort)
    text = cohort_csv(made.cohort).decode()
    assert not any(word in text for word in ("H00", "Miller", "2020", "base jumping", "rare drug", "site_no"))
    # Ages above 89 are 90; nurse has one text a patient, fewer than 20, each rare.
    assert made.cohort.patients["age"].max() == 90
    assert set(made.cohort.patients["nurse"]) == {"other"}
    assert set(made.cohort.patients["hobby"]) == {"chess", "other"}
    by_old = made.key.set_index("new_id")["patient_id"]
    old = cohort.patients.set_index("patient_id")
    new = made.cohort.patients.assign(was=made.cohort.patients["patient_id"].map(by_old)).set_index("was")
    pd.testing.assert_series_equal(new["days"].sort_index(), old["days"].sort_index(), check_names=False)
    days = {
        by_old[made.cohort.patients["patient_id"][row.patient]]: row.day for row in made.cohort.infection.itertuples()
    }
    assert days == {cohort.patients["patient_id"][row.patient]: row.day for row in cohort.infection.itertuples()}


def test_the_month_of_the_first_day_is_kept():
    cohort = read_cohort(file_of(3).encode()).checked()
    made = deidentify(cohort)
    assert made.cohort.calendar == "index_month"
    month = made.cohort.day0.astype("datetime64[D]").astype("datetime64[M]").astype(int) % 12 + 1
    assert set(month.tolist()) == {3}
    again = read_cohort(cohort_csv(made.cohort)).checked()
    assert again.fingerprint == made.cohort.fingerprint


def test_a_shift_moves_each_patient_and_nobody_by_nothing():
    cohort = read_cohort(file_of(9).encode()).checked()
    made = deidentify(cohort, shift=True)
    moved = made.key["shift_days"].to_numpy()
    assert ((np.abs(moved) >= 1) & (np.abs(moved) <= FURTHEST_SHIFT)).all()
    assert len(set(moved.tolist())) > 1
    old = dict(zip(cohort.patients["patient_id"], cohort.day0, strict=True))
    shift = dict(zip(made.key["new_id"], made.key["shift_days"], strict=True))
    was = dict(zip(made.key["new_id"], made.key["patient_id"], strict=True))
    for new, day0 in zip(made.cohort.patients["patient_id"], made.cohort.day0, strict=True):
        assert day0 == old[was[new]] + shift[new]


def test_the_order_of_ids_is_another_each_time():
    cohort = read_cohort(file_of(28).encode()).checked()
    orders = {tuple(deidentify(cohort).key["patient_id"]) for _ in range(3)}
    assert len(orders) == 3


def test_the_key_is_for_its_owner_alone_and_never_written_over(tmp_path):
    path = tmp_path / "key.csv"
    key = deidentify(read_cohort(file_of(3).encode()).checked()).key
    write_key(key, path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(FileExistsError):
        write_key(key, path)


def test_command(tmp_path, capsys):
    source, out, key = (tmp_path / name for name in ("in.csv", "out.csv", "key.csv"))
    source.write_text(file_of(9))
    assert main(["deidentify", str(source), "-o", str(out), "--key", str(key)]) == 0
    assert "keep it apart" in capsys.readouterr().out
    assert main(["deidentify", str(source), "-o", str(out), "--key", str(key)]) == 2
    assert "not written over" in capsys.readouterr().err
    assert read_cohort(out).checked().patients["patient_id"].tolist() == [f"P{n:04d}" for n in range(1, 10)]
    assert main(["deidentify", str(tmp_path / "none.csv"), "-o", str(out)]) == 2


def test_a_sample_gives_the_same_answer():
    from ivig_core.spec import AnalysisSpec
    from ivig_core.study.overview.headline import headline
    from ivig_core.study.study import Study

    cohort = read_cohort(ROOT / "sample_data" / "daratumumab.csv").checked()
    told, again = (headline(Study(c), AnalysisSpec()) for c in (cohort, deidentify(cohort).cohort))
    assert again.main["irr"] == pytest.approx(told.main["irr"], rel=1e-9)
