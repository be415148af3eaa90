"""Samples by name, for the pages, the command line and notebooks alike."""

from __future__ import annotations

import pytest

from ivig_core.errors import SampleError, SpecError
from ivig_core.samples import FOLDER, sample_file, samples
from tests.paths import SAMPLES


def test_samples_are_those_of_the_folder():
    assert FOLDER == SAMPLES
    assert [sample.slug for sample in samples()] == ["daratumumab", "crossover_2021", "bispecific", "known_truth"]
    assert all(sample_file(sample.slug) == sample.path for sample in samples())
    assert samples()[1].short == "crossover 2021"


def test_another_name_is_answered_with_the_names():
    with pytest.raises(SpecError, match="one of daratumumab, crossover_2021"):
        sample_file("../secret")


def test_without_the_folder_there_is_no_sample(tmp_path, monkeypatch):
    monkeypatch.setattr("ivig_core.samples.FOLDER", tmp_path)
    assert samples() == ()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{\n 'samples': []}", "line 2"),
        ('["a"]', "no list called"),
        ('{"samples": 3}', "no list called"),
        ('{"samples": [3]}', "sample 1 needs"),
        ('{"samples": [{"file": "a.csv"}]}', "sample 1 needs"),
        ('{"samples": [{"file": "../a.csv", "title": "A"}]}', "without a folder"),
        ("[" * 100_000, "nested too deep"),
        (b"\xff\xfe", "cannot be read"),
    ],
)
def test_a_damaged_list_is_named_with_the_remedy(tmp_path, monkeypatch, text, why):
    monkeypatch.setattr("ivig_core.samples.FOLDER", tmp_path)
    (tmp_path / "samples.json").write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(SampleError, match=f"samples.json is damaged .*{why}.*Put back the file"):
        samples()
