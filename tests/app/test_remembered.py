"""What sessions of the app share in these tests is of samples alone, and never what a test computes itself."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

import ivig_core.cohort.read
from ivig_core.cohort.cohort import Cohort
from ivig_core.study.study import Study
from tests.app import files
from tests.app.conftest import SAMPLE_FILES


def _in_app(make):
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(make).result()


def _read(source) -> Cohort:
    return ivig_core.cohort.read.read_cohort(source).checked()


def _marked(cohort: Cohort, mark: str) -> str:
    """What the study of a cohort remembers under a name of ours: `mark` where there is nothing yet."""
    return Study(cohort).once("mark of a test", make=lambda: mark)


@pytest.mark.parametrize(
    ("source", "found"), [(SAMPLE_FILES[0], "first"), (files.one_patient().encode(), "second")], ids=["sample", "own"]
)
def test_a_session_finds_what_another_computed_of_a_sample(source, found):
    assert _in_app(lambda: _marked(_read(source), "first")) == "first"
    assert _in_app(lambda: _marked(_read(source), "second")) == found
    # Not a part of it, nor the same under other words, nor what is not asked by a session.
    assert _in_app(lambda: _marked(replace(_read(source), name="another"), "third")) == "third"
    assert _marked(_read(source), "of the test") == "of the test"


def test_a_test_that_replaces_functions_shares_nothing(monkeypatch):
    assert _in_app(lambda: _marked(_read(SAMPLE_FILES[0]), "one")) == "one"
    assert _in_app(lambda: _marked(_read(SAMPLE_FILES[0]), "two")) == "two"
