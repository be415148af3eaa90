"""A registry gives the numbers of `analyze` to 1e-9. Many more settings and cohorts: `tests/slow/registry`."""

from __future__ import annotations

import shutil

import numpy as np
import pandas as pd
import pytest

from ivig_core.cohort.writing import record_frames
from ivig_core.study.study import Study
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


@pytest.fixture
def two_groups(engine):
    """The engine with 25 patients at a time."""
    engine.at_once, before = 25, engine.at_once
    yield engine
    engine.at_once = before


@pytest.fixture(scope="module")
def sim43(tmp_path_factory):
    cohort = reference_cohort("sim43")
    return written(cohort, tmp_path_factory.mktemp("sim43")), Study(cohort)


@pytest.mark.parametrize("settings", [LEVELS, LEFT_OUT], ids=["levels", "left_out"])
def test_odd_people(two_groups, tmp_path, settings):
    cohort = odd_people(7)
    assert apart(two_groups, written(cohort, tmp_path / "tables"), studied(cohort, tmp_path), **settings) == []


def test_study_days_with_a_month(engine, tmp_path):
    cohort = odd_people(8, calendar="none")
    folder = written(cohort, tmp_path / "tables")
    assert apart(engine, folder, studied(cohort, tmp_path), adjust_for="season,calendar") == []


def test_fit_by_queries(engine, sim43):
    folder, study = sim43
    assert apart(engine, folder, study, BY_QUERY, adjust_for="phase", ci_method="robust") == []


def test_the_same_tables_in_other_forms(engine, sim43, tmp_path):
    """CSV, and parts of a table in the order of nothing."""
    folder, study = sim43
    csv, parts = tmp_path / "csv", tmp_path / "parts"
    csv.mkdir()
    for kind, frame in record_frames(study.full).items():
        frame.to_csv(csv / f"{kind}.csv", index=False)
        (parts / kind).mkdir(parents=True)
        mixed = pd.read_parquet(folder / f"{kind}.parquet")
        mixed = mixed.sample(frac=1, random_state=3)
        for number, part in enumerate(np.array_split(np.arange(len(mixed)), 2)):
            mixed.iloc[part].to_parquet(parts / kind / f"{number}.parquet", index=False)
    assert apart(engine, csv, study) == []
    assert apart(engine, parts, study) == []


def test_a_registry_of_patients_alone(engine, tmp_path, sim43):
    folder, _ = sim43
    shutil.copy(folder / "patient.parquet", tmp_path)
    got = of_registry(engine, tmp_path, adjust_for="phase,prophylaxis")
    assert (got["cohort"]["patients"], got["cohort"]["patients_exposed"], got["cohort"]["infections"]) == (43, 0, 0)
    assert {row["status"] for row in got["irr"]} == {"no_contrast"}
