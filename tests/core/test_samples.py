"""Samples by name, for the pages, the command line and notebooks alike."""

from __future__ import annotations

import pytest

from ivig_core.errors import SpecError
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
