"""A registry gives the numbers of `analyze` to 1e-9. Many more settings and cohorts: `tests/slow/registry`."""

from __future__ import annotations

import shutil

import numpy as np
import pandas as pd
import pytest

from ivig_core.cohort.writing import record_frames
from ivig_core.study.study import Study
from tests.core.make import Patient, cohort
from tests.core.reference import reference_cohort
from tests.core.registry.same import BY_QUERY, apart, odd_people, of_registry, studied, written

LEVELS = {
    "pre_exposure_days": 30, "washout_days": 20, "window_cuts": "7,14", "adjust_for": "season,therapy,calendar",
    "episode_gap_days": 14, "hemisphere": "south", "pathogens": "viral,mixed",
}  # fmt: skip
LEFT_OUT = {
    "dose_day": "excluded", "exclude_first_days": 20, "adjust_for": "time,prophylaxis", "where": "age>=50; ward!=A",
    "within": "phase:nonprogressive", "population": "all", "rate_ci": "exact", "time_last_band": "closed",
}  # fmt: skip


@pytest.fixture(scope="module")
def sim43(tmp_path_factory):
    cohort = reference_cohort("sim43")
    return written(cohort, tmp_path_factory.mktemp("sim43")), Study(cohort)


@pytest.mark.parametrize(("settings", "at_once"), [(LEVELS, 25), (LEFT_OUT, None)], ids=["two_groups", "left_out"])
def test_odd_people(engine, monkeypatch, tmp_path, settings, at_once):
    monkeypatch.setattr(engine, "at_once", at_once)
    people = odd_people(7)
    assert apart(engine, written(people, tmp_path / "tables"), studied(people, tmp_path), **settings) == []


def test_study_days_with_a_month(engine, tmp_path):
    cohort = odd_people(8, calendar="none")
    folder = written(cohort, tmp_path / "tables")
    assert apart(engine, folder, studied(cohort, tmp_path), adjust_for="season,calendar") == []


def test_fit_by_queries(engine, sim43):
    folder, study = sim43
    assert apart(engine, folder, study, BY_QUERY, adjust_for="phase", ci_method="robust") == []


def test_a_ratio_of_0_by_queries_has_no_bound(engine, tmp_path):
    people = [Patient(days=100, doses=[50], infections=[10 + at]) for at in range(3)]
    (row,) = of_registry(engine, written(cohort(*people), tmp_path), BY_QUERY)["irr"]
    assert (row["status"], row["irr"], row["ci_low"], row["ci_high"]) == ("no_events_exposed", 0.0, 0.0, None)
    assert "not looked for" in row["note"]


def test_the_same_tables_in_other_forms(engine, sim43, tmp_path):
    """CSV, and parts of a table in the order of nothing."""
    folder, study = sim43
    for kind, frame in record_frames(study.full).items():
        if kind in ("patient", "infection"):
            frame.to_csv(tmp_path / f"{kind}.csv", index=False)
            continue
        (tmp_path / kind).mkdir()
        mixed = pd.read_parquet(folder / f"{kind}.parquet").sample(frac=1, random_state=3)
        for number, part in enumerate(np.array_split(np.arange(len(mixed)), 2)):
            mixed.iloc[part].to_parquet(tmp_path / kind / f"{number}.parquet", index=False)
    assert apart(engine, tmp_path, study) == []


def test_a_registry_of_patients_alone(engine, tmp_path, sim43):
    folder, _ = sim43
    shutil.copy(folder / "patient.parquet", tmp_path)
    got = of_registry(engine, tmp_path, adjust_for="phase,prophylaxis")
    assert (got["cohort"]["patients"], got["cohort"]["patients_exposed"], got["cohort"]["infections"]) == (43, 0, 0)
    assert {row["status"] for row in got["irr"]} == {"no_contrast"}
