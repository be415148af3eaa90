"""The committed samples are what the command makes, are listed, and are fit to open."""

import json
import os
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from ivig_core.cohort.columns import COLUMNS
from ivig_core.cohort.read import read_cohort
from ivig_core.simulate.files import write_simulated
from ivig_core.simulate.presets import get_preset
from tests.paths import SAMPLES

LISTED = json.loads((SAMPLES / "samples.json").read_text(encoding="utf-8"))["samples"]


@pytest.mark.parametrize("sample", LISTED, ids=lambda sample: sample["file"])
def test_sample_comes_out_byte_for_byte_again(sample, tmp_path):
    preset = get_preset(sample["preset"])
    assert (preset.patients, preset.seed, preset.title) == (sample["patients"], sample["seed"], sample["title"])
    path = tmp_path / sample["file"]
    write_simulated(preset.model, preset.patients, preset.seed, path, preset.name)
    assert path.read_bytes() == (SAMPLES / sample["file"]).read_bytes()
    assert (tmp_path / sample["truth"]).read_bytes() == (SAMPLES / sample["truth"]).read_bytes()
    assert b"\r" not in path.read_bytes()


@pytest.mark.parametrize("sample", LISTED, ids=lambda sample: sample["file"])
def test_bytes_do_not_depend_on_the_processor(sample, tmp_path):
    # numpy computes exp and log differently with and without vector instructions, in the last digit.
    found = np.show_config("dicts")["SIMD Extensions"].get("found", [])
    path = tmp_path / sample["file"]
    command = [sys.executable, "-m", "ivig_core", "simulate", "--preset", sample["preset"], "-o", str(path)]
    environment = os.environ | {"NPY_DISABLE_CPU_FEATURES": " ".join(found)}
    subprocess.run(command, check=True, capture_output=True, cwd=SAMPLES.parent, env=environment)
    assert path.read_bytes() == (SAMPLES / sample["file"]).read_bytes()


@pytest.mark.parametrize("sample", LISTED, ids=lambda sample: sample["file"])
def test_sample_is_marked_synthetic_and_read_without_a_problem(sample):
    intake = read_cohort(SAMPLES / sample["file"])
    assert sample["synthetic"] is True
    assert intake.problems == ()
    assert intake.cohort is not None
    assert intake.cohort.patients["patient_id"].str.startswith("SYN").all()
    assert len(intake.cohort) == sample["patients"]


def test_every_file_of_the_folder_is_listed():
    listed = {name for sample in LISTED for name in (sample["file"], sample["truth"])}
    assert {path.name for path in SAMPLES.iterdir()} == listed | {"README.md", "samples.json"}


def test_every_record_kind_is_filled_and_every_category_occurs_somewhere():
    tables = [pd.read_csv(SAMPLES / sample["file"], dtype=str, keep_default_na=False) for sample in LISTED]
    for table in tables:
        assert set(table["record"]) == {"patient", "ivig", "infection", "lab", "phase", "therapy"}
    every = pd.concat(tables)
    for column in COLUMNS:
        if column.name != "index_month":
            assert (every[column.name] != "").any(), column.name
            assert set(column.allowed or ()) - {"sc"} <= set(every[column.name]), column.name
