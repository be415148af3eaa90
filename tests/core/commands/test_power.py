"""`power`: what it prints, and exit statuses."""

from __future__ import annotations

import json

import pytest

from ivig_core.__main__ import main
from tests.paths import REFERENCE

SIM43 = str(REFERENCE / "sim43.csv")


def test_options_are_those_of_the_plan(capsys):
    """R: SCCS::samplesize(0.6, 180, 0, 364, p = 0.5, power = 0.9) is 371."""
    options = ["--follow-up-days", "365", "--on-days", "180", "--share-on", "0.5", "--power", "0.9", "--studies", "0"]
    assert main(["power", SIM43, *options, "--json"]) == 0
    got = json.loads(capsys.readouterr().out)
    assert list(got) == ["spec", "plan", "formula", "simulation", "notes"]
    first = got["formula"]["sizes"][0]
    assert (first["design"], first["power"], first["status"]) == ("sccs", 0.9, "ok")
    assert 370 < first["infections"] <= 371
    assert {item["name"]: item["source"] for item in got["plan"]}["on_days"] == "entered"


def test_text_and_settings(capsys):
    assert main(["power", SIM43, "--studies", "1", "--set", "min_grade=3"]) == 0
    text = capsys.readouterr().out
    assert text.index("Planned with") < text.index("By formula") < text.index("Patients needed by simulation")


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [("--ratio", "3000", "a number from 0.01 to 100"), ("--studies", "-1", "--studies"), ("--seed", "-1", "--seed"),
     ("--share-on", "1.2", "a number from 0 to 1"), ("--set", "window_days=-1", "window_days")],
)  # fmt: skip
def test_what_is_not_allowed_is_said(capsys, option, value, said):
    assert main(["power", SIM43, option, value]) == 2
    assert said in capsys.readouterr().err
