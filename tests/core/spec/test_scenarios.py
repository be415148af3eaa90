"""A file of scenarios brings back what was kept, and says what of a stranger's file it does not take."""

from __future__ import annotations

import json

import pytest

from ivig_core.errors import SpecError
from ivig_core.spec import AnalysisSpec
from ivig_core.spec.scenarios import MOST, from_text, to_text, unused


def test_what_was_kept_comes_back():
    kept = {
        "all": AnalysisSpec(),
        "younger, grade 3 “severe”": AnalysisSpec().change(where="age<65; ISS=II", min_grade=3, adjust_for="phase"),
    }
    assert from_text(to_text(kept).encode()) == (kept, [])


def test_what_is_not_allowed_is_said_and_the_rest_taken():
    listed = [{"name": "a", "spec": {"window_days": -3, "min_grade": 3}}, {"name": "b"}, 7, {"name": "a", "spec": {}}]
    found, said = from_text(json.dumps({"ivig_scenarios": 1, "scenarios": listed}).encode())
    assert found == {"a": AnalysisSpec().change(min_grade=3), "a (2)": AnalysisSpec()}
    assert said[0].startswith("a: window_days = -3")
    assert [text.split(" of")[0] for text in said[1:]] == ["Scenario 2", "Scenario 3"]
    many = {"ivig_scenarios": 1, "scenarios": [{"name": "x", "spec": {}}] * (MOST + 5)}
    found, said = from_text(json.dumps(many).encode())
    assert len(found) == MOST
    assert f"the first {MOST} were taken" in said[-1]


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xfe\x00", b"[]", b'{"ivig_scenarios": 2, "scenarios": []}', b"[" * 100_000, b" " * 600_000]
)
def test_another_file_is_refused_in_a_sentence(data):
    with pytest.raises(SpecError, match=r"saved here|at most"):
        from_text(data)


def test_names_stay_apart_and_short():
    assert unused("  two\n words ", {}) == "two words"
    assert unused("a", {"a": 1, "a (2)": 1}) == "a (3)"
    assert len(unused("x" * 500, {})) == 60
    assert unused(" ", {}) == "Scenario"
